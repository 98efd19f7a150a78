package timefmt

import "time"

// A Unit is a unit of time in a modifier or a span.
type Unit uint8

// The units, from short to long. Those before Second are for spans only.
const (
	NoUnit Unit = iota
	Microsecond
	Millisecond
	Centisecond
	Decisecond
	Second
	Minute
	Hour
	Day
	Week
	Month
	Quarter
	Year
)

// unitSpellings has all spellings of the units (search-expression 1.7).
var unitSpellings = map[string]Unit{
	"us": Microsecond, "ms": Millisecond, "cs": Centisecond, "ds": Decisecond,
	"s": Second, "sec": Second, "secs": Second, "second": Second, "seconds": Second,
	"m": Minute, "min": Minute, "mins": Minute, "minute": Minute, "minutes": Minute,
	"h": Hour, "hr": Hour, "hrs": Hour, "hour": Hour, "hours": Hour,
	"d": Day, "day": Day, "days": Day,
	"w": Week, "week": Week, "weeks": Week,
	"mon": Month, "month": Month, "months": Month,
	"q": Quarter, "qtr": Quarter, "qtrs": Quarter, "quarter": Quarter, "quarters": Quarter,
	"y": Year, "yr": Year, "yrs": Year, "year": Year, "years": Year,
}

// unitNames are the shortest spellings.
var unitNames = [...]string{"", "us", "ms", "cs", "ds", "s", "m", "h", "d", "w", "mon", "q", "y"}

// String returns the unit's shortest spelling, "" for NoUnit.
func (u Unit) String() string {
	if int(u) < len(unitNames) {
		return unitNames[u]
	}
	return ""
}

// unitNamed finds a unit by any of its spellings, in any case but "M", which
// would be a guess between minutes and months; NoUnit if there is none.
func unitNamed(name string) Unit {
	var buf [8]byte
	if len(name) > len(buf) || name == "M" {
		return NoUnit
	}
	for i := range len(name) {
		c := name[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		buf[i] = c
	}
	return unitSpellings[string(buf[:len(name)])]
}

// fixed gives the length of a unit that is the same everywhere, in
// microseconds, or 0 for the units of the calendar.
func (u Unit) fixed() int64 {
	switch u {
	case Microsecond:
		return 1
	case Millisecond:
		return 1e3
	case Centisecond:
		return 1e4
	case Decisecond:
		return 1e5
	case Second:
		return 1e6
	case Minute:
		return 60e6
	case Hour:
		return 3600e6
	}
	return 0
}

// maxCalendar is more days than there are in the years that can be printed.
const maxCalendar = 1e7

// Add moves t by n units. See Modifier.Apply for the calendar's rules.
func Add(t time.Time, n int64, unit Unit, zone *time.Location) time.Time {
	n = min(max(n, -maxCount), maxCount)
	if fixed := unit.fixed(); fixed != 0 {
		return addMicros(t, n, fixed)
	}
	n = min(max(n, -maxCalendar), maxCalendar)
	c := civilOf(t, zone)
	switch unit {
	case Day:
		c.day += int(n)
	case Week:
		c.day += int(n) * 7
	case Month:
		c = c.addMonths(n)
	case Quarter:
		c = c.addMonths(3 * n)
	case Year:
		c = c.addMonths(12 * n)
	}
	return at(keepSide(c, t, zone), c.nanos, zone)
}

// keepSide resolves c, but keeps the offset of t where both are in the hour
// that occurs twice, so that moving by nothing changes nothing.
func keepSide(c civil, t time.Time, zone *time.Location) int64 {
	zone = orUTC(zone)
	same := c.local() - offsetAt(t.Unix(), zone)
	if same == t.Unix() {
		return same
	}
	return c.unix(zone)
}

// addMicros adds n times a number of microseconds without overflow.
func addMicros(t time.Time, n, micros int64) time.Time {
	if micros >= 1e6 {
		return at(t.Unix()+n*(micros/1e6), t.Nanosecond(), t.Location())
	}
	total := n * micros // at most 1e17
	seconds := floorDiv(total, 1e6)
	nanos := int64(t.Nanosecond()) + (total-seconds*1e6)*1000
	return at(t.Unix()+seconds+nanos/1e9, int(nanos%1e9), t.Location())
}

// at makes a time within the years that can be printed.
func at(unix int64, nanos int, zone *time.Location) time.Time {
	unix = min(max(unix, minUnix), maxUnix)
	return time.Unix(unix, int64(nanos)).In(orUTC(zone))
}

// Snap goes down from t to the start of a unit in zone, and returns t if it is
// one. weekday is the day on which a week starts, Sunday for plain @w; it has
// no meaning for other units.
func Snap(t time.Time, unit Unit, weekday time.Weekday, zone *time.Location) time.Time {
	zone = orUTC(zone)
	if fixed := unit.fixed(); fixed != 0 {
		return snapFixed(t, fixed, zone)
	}
	c := civilOf(t, zone)
	c.hour, c.minute, c.second, c.nanos = 0, 0, 0, 0
	switch unit {
	case Week:
		today := t.In(zone).Weekday()
		c.day -= int(today-weekday+7) % 7
	case Month:
		c.day = 1
	case Quarter:
		c.month, c.day = (c.month-1)/3*3+1, 1
	case Year:
		c.month, c.day = 1, 1
	case Day:
	default:
		return t
	}
	return at(c.unix(zone), 0, zone)
}

// snapFixed snaps to a unit of at most an hour, on the clock of the zone, whose
// offset need not be whole hours.
func snapFixed(t time.Time, micros int64, zone *time.Location) time.Time {
	unix := t.Unix()
	if micros >= 1e6 {
		offset := offsetAt(unix, zone)
		seconds := micros / 1e6
		return at(floorDiv(unix+offset, seconds)*seconds-offset, 0, zone)
	}
	nanos := int64(t.Nanosecond())
	return at(unix, int(nanos-nanos%(micros*1000)), zone)
}
