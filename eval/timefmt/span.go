package timefmt

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// A Span is the width of a time bucket, as bin and timechart take it: 5m, 1d,
// 1w@w1. The zero Span is no span.
type Span struct {
	Count int64 // at least 1
	Unit  Unit
	// Snap is where buckets are aligned to (the w1 of 1w@w1), or NoUnit.
	Snap    Unit
	Weekday time.Weekday // the day of a Snap to a week
}

// ParseSpan reads a span: an optional number, a unit with any of its
// spellings, and optionally @ and a unit to align to. A number without a unit
// is seconds (02-fields, bin), and a fraction of seconds is one in
// microseconds. The error says what is wrong in the reader's words.
func ParseSpan(s string) (Span, error) {
	text := strings.TrimSpace(s)
	count, n, ok := scanCount(text)
	if rest := text[n:]; n > 0 && (rest == "" || rest[0] == '.') {
		return spanSeconds(s, text)
	}
	if !ok || n > 0 && count == 0 {
		return Span{}, fmt.Errorf("the span %q has to be more than zero and less than %.0f", s, maxCount)
	}
	if n == 0 {
		count = 1
	}
	letters := scanLetters(text[n:])
	span := Span{Count: count, Unit: unitNamed(text[n : n+letters])}
	if span.Unit == NoUnit {
		return Span{}, fmt.Errorf("%q is not a span of time, such as 30s, 5m, 1h, 1d, 1w or 1mon", s)
	}
	rest := text[n+letters:]
	if rest == "" {
		return span, nil
	}
	if rest[0] != '@' {
		return Span{}, fmt.Errorf("%q after the span in %q", rest, s)
	}
	st, used, err := parseSnap(rest)
	if err != nil || used != len(rest) {
		return Span{}, fmt.Errorf("%q is not a unit to align the span %q to", rest, s)
	}
	span.Snap, span.Weekday = st.unit, st.weekday
	return span, nil
}

// spanSeconds reads a span without a unit.
func spanSeconds(s, text string) (Span, error) {
	v, ok := plainNumber(text)
	micros := int64(math.Round(v * 1e6))
	switch {
	case !ok || v > maxCount || micros <= 0:
		return Span{}, fmt.Errorf("%q is not a span of time, such as 30s, 5m, 1h, 1d, 1w or 1mon", s)
	case micros%1e6 == 0:
		return Span{Count: micros / 1e6, Unit: Second}, nil
	}
	return Span{Count: micros, Unit: Microsecond}, nil
}

// String writes the span so that ParseSpan reads the same one.
func (s Span) String() string {
	if s.Unit == NoUnit {
		return ""
	}
	text := fmt.Sprintf("%d%s", s.Count, s.Unit)
	if s.Snap == NoUnit {
		return text
	}
	text += "@" + s.Snap.String()
	if s.Snap == Week && s.Weekday != time.Sunday {
		text += fmt.Sprint(int(s.Weekday))
	}
	return text
}

// Seconds gives the length of the span in seconds; for a unit of the calendar
// its usual one (a day of 24 hours, a month of 30 days, a year of 365).
func (s Span) Seconds() float64 {
	if fixed := s.Unit.fixed(); fixed != 0 {
		return float64(s.Count) * float64(fixed) / 1e6
	}
	days := map[Unit]float64{Day: 1, Week: 7, Month: 30, Quarter: 90, Year: 365}[s.Unit]
	return float64(s.Count) * days * daySeconds
}

// IsCalendar reports whether buckets follow the calendar of the zone, so that
// they are not all of the same length: days and longer.
func (s Span) IsCalendar() bool { return s.Unit >= Day }

// Start gives the start of the bucket that holds epoch. Buckets shorter than a
// day are multiples of the span since the epoch in UTC, whatever the zone;
// days and weeks are counted from Thursday 1970-01-01 at midnight in zone, and
// months, quarters and years from January 1970 (01-core, timechart). A Snap
// that is no shorter moves the point that buckets are counted from: 1w@w1 starts on
// Mondays, 4h@d counts from each midnight in zone. NaN gives NaN.
func (s Span) Start(epoch float64, zone *time.Location) float64 {
	if s.Unit == NoUnit || math.IsNaN(epoch) || math.IsInf(epoch, 0) {
		return epoch
	}
	if !s.IsCalendar() {
		origin := 0.0
		if s.snaps() {
			origin = Epoch(Snap(Time(epoch, zone), s.Snap, s.Weekday, zone))
		}
		return s.StartFrom(epoch, origin)
	}
	c := civilOf(Time(epoch, zone), zone)
	if s.Unit <= Week {
		return float64(s.startDay(c).unix(zone))
	}
	return float64(s.startMonth(c).unix(zone))
}

// snaps says whether the Snap says where buckets begin. One that is shorter than the
// span, as in 15m@m, says nothing that the span does not.
func (s Span) snaps() bool {
	return s.Snap != NoUnit && Span{Count: 1, Unit: s.Snap}.Seconds() >= s.Seconds()
}

// StartFrom gives the start of the bucket that holds epoch when buckets of a
// span shorter than a day are counted from origin (the aligntime of bin).
func (s Span) StartFrom(epoch, origin float64) float64 {
	if s.Unit == NoUnit || s.IsCalendar() || math.IsNaN(epoch) || math.IsInf(epoch, 0) {
		return epoch
	}
	sec, nanos := split(epoch)
	originSec, originNanos := split(origin)
	if fixed := s.Unit.fixed(); fixed >= 1e6 && originNanos == 0 {
		width := s.Count * (fixed / 1e6)
		return float64(floorDiv(sec-originSec, width)*width + originSec)
	}
	width := s.Unit.fixed() * min(s.Count, math.MaxInt64/2/s.Unit.fixed())
	micros := (sec-originSec)*1e6 + int64(nanos-originNanos)/1000
	start := floorDiv(micros, width)*width + originSec*1e6 + int64(originNanos)/1000
	whole := floorDiv(start, 1e6)
	return join(whole, int(start-whole*1e6)*1000)
}

// startDay gives the first day of a bucket of days or weeks.
func (s Span) startDay(c civil) civil {
	width, origin := s.Count, int64(0)
	if s.Unit == Week {
		width *= 7
	}
	if s.Snap == Week {
		origin = int64(s.Weekday-time.Thursday-7) % 7
	}
	day := daysFromCivil(c.year, c.month, c.day)
	day = floorDiv(day-origin, width)*width + origin
	return civil{year: 1970, month: 1, day: 1 + int(day)}
}

// startMonth gives the first month of a bucket of months, quarters or years.
func (s Span) startMonth(c civil) civil {
	width := s.months()
	month := int64(c.year-1970)*12 + int64(c.month-1)
	month = floorDiv(month, width) * width
	return civil{year: 1970, month: 1, day: 1}.addMonths(month)
}

func (s Span) months() int64 {
	n := min(s.Count, maxCalendar)
	switch s.Unit {
	case Quarter:
		return n * 3
	case Year:
		return n * 12
	}
	return n
}

// Next gives the start of the bucket after the one that starts at start. It is
// always later than start, so that a loop over buckets ends.
func (s Span) Next(start float64, zone *time.Location) float64 {
	if s.Unit == NoUnit || math.IsNaN(start) || start >= maxUnix {
		return math.Inf(1)
	}
	next := Epoch(Add(Time(start, zone), s.Count, s.Unit, zone))
	if s.snaps() && !s.IsCalendar() {
		// The next midnight cuts a bucket short, as 5h@d does at its end.
		limit := Time(start, zone)
		limit = Add(Snap(limit, s.Snap, s.Weekday, zone), 1, s.Snap, zone)
		if cut := Epoch(limit); cut > start && cut < next {
			next = cut
		}
	}
	if next <= start {
		return math.Inf(1)
	}
	return next
}
