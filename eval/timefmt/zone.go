package timefmt

import "time"

// Zone is the time zone that a person names: Europe/Berlin, UTC, or what it is off UTC,
// +02:00. The machine's own has no name here.
func Zone(name string) (zone *time.Location, ok bool) {
	if t, err := time.Parse("-07:00", name); err == nil {
		_, offset := t.Zone()
		return time.FixedZone(name, offset), true
	}
	z, err := time.LoadLocation(name)
	return z, err == nil && name != "" && name != "Local"
}
