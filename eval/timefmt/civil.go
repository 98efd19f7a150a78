package timefmt

import (
	"math"
	"time"
)

// A civil is a date and a time of day as a clock on a wall shows it, with no
// zone. Fields need not be in range: unix carries them over.
type civil struct {
	year, month, day     int // month 1-12
	hour, minute, second int
	nanos                int
}

const (
	daySeconds = 86400
	// The first and last second that this package prints: the years 1 to 9999.
	minUnix = -62135596800
	maxUnix = 253402300799
)

// daysFromCivil gives the number of days from 1970-01-01 to a date of the
// Gregorian calendar. month must be 1-12; day may be any number. Years are
// counted from March, so that a leap day is the last of its year, and from one
// far enough in the past for unsigned arithmetic, which is quicker.
func daysFromCivil(year, month, day int) int64 {
	const cycles = 50000 // of 400 years, each of 146097 days
	y := uint64(int64(year) + cycles*400)
	m := uint64(month + 9)
	if month <= 2 {
		y--
	} else {
		m -= 12
	}
	days := y*365 + y/4 - y/100 + y/400 + (153*m+2)/5
	return int64(days) + int64(day) - (1 + 719468 + cycles*146097)
}

// floorDiv divides and rounds towards minus infinity. b must be positive.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// daysIn gives the number of days of a month.
func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// validDate reports whether a month has such a day.
func validDate(year, month, day int) bool {
	return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
}

// addMonths moves a civil time by n months and keeps the day, or takes the
// last day of the month when there is no such day (search-expression 1.7).
func (c civil) addMonths(n int64) civil {
	months := int64(c.year)*12 + int64(c.month-1) + n
	c.year = int(floorDiv(months, 12))
	c.month = int(months-floorDiv(months, 12)*12) + 1
	if last := daysIn(c.year, c.month); c.day > last {
		c.day = last
	}
	return c
}

// local gives the seconds since the epoch that c would be in UTC.
func (c civil) local() int64 {
	return daysFromCivil(c.year, c.month, c.day)*daySeconds +
		int64(c.hour)*3600 + int64(c.minute)*60 + int64(c.second)
}

// unix gives the instant at which a clock in zone shows c. A time that occurs
// twice (clocks go back) is the first of the two; one that never occurs (clocks
// go forward) is moved forward by the gap, as mktime does.
func (c civil) unix(zone *time.Location) int64 {
	return resolve(c.local(), zone)
}

// resolve turns local seconds into an instant; see civil.unix.
func resolve(local int64, zone *time.Location) int64 {
	if zone == nil || zone == time.UTC {
		return local
	}
	before := offsetAt(local-daySeconds, zone)
	after := offsetAt(local+daySeconds, zone)
	if before == after || offsetAt(local-before, zone) == before {
		return local - before
	}
	if offsetAt(local-after, zone) == after {
		return local - after
	}
	return local - before
}

// offsetAt gives a zone's offset from UTC in seconds at an instant.
func offsetAt(unix int64, zone *time.Location) int64 {
	if zone == nil {
		return 0
	}
	_, offset := time.Unix(unix, 0).In(zone).Zone()
	return int64(offset)
}

// civilOf reads the clock of zone at t.
func civilOf(t time.Time, zone *time.Location) civil {
	t = t.In(orUTC(zone))
	y, m, d := t.Date()
	h, mi, s := t.Clock()
	return civil{year: y, month: int(m), day: d, hour: h, minute: mi, second: s, nanos: t.Nanosecond()}
}

func orUTC(zone *time.Location) *time.Location {
	if zone == nil {
		return time.UTC
	}
	return zone
}

// Time turns epoch seconds into a time.Time in zone, rounded to a microsecond.
// NaN gives the zero instant of the epoch; a time outside the years 1 to 9999
// gives the nearest second inside them.
func Time(epoch float64, zone *time.Location) time.Time {
	sec, nanos := split(epoch)
	return time.Unix(sec, int64(nanos)).In(orUTC(zone))
}

// Epoch turns a time.Time into epoch seconds, rounded to a microsecond.
func Epoch(t time.Time) float64 {
	nanos := (t.Nanosecond() + 500) / 1000 * 1000
	return join(t.Unix(), nanos)
}

// split cuts epoch seconds into whole seconds and nanoseconds (a whole number
// of microseconds, the precision that a float64 of this size can hold).
func split(epoch float64) (sec int64, nanos int) {
	switch {
	case math.IsNaN(epoch):
		return 0, 0
	case epoch >= maxUnix+1:
		return maxUnix, 0
	case epoch < minUnix:
		return minUnix, 0
	}
	floor := math.Floor(epoch)
	micros := math.Round((epoch - floor) * 1e6)
	if micros >= 1e6 {
		return int64(floor) + 1, 0
	}
	return int64(floor), int(micros) * 1000
}

// join is the inverse of split: the float64 nearest to the decimal number.
// The detour over whole microseconds keeps that true, because both operands
// of the division are exact.
func join(sec int64, nanos int) float64 {
	if nanos == 0 {
		return float64(sec)
	}
	if nanos%1000 == 0 && sec > -9e9 && sec < 9e9 {
		return float64(sec*1e6+int64(nanos/1000)) / 1e6
	}
	return float64(sec) + float64(nanos)/1e9
}
