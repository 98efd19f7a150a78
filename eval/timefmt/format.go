package timefmt

import (
	"math"
	"strconv"
	"time"
)

var monthNames = [...]string{
	"January", "February", "March", "April", "May", "June", "July",
	"August", "September", "October", "November", "December",
}

var dayNames = [...]string{
	"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
}

// Format writes epoch seconds in zone: SPL's strftime. NaN and the infinities
// give "". A time past the year 9999 is written as the last second of 9999,
// which is what Splunk shows for milliseconds that are taken for seconds, and
// one before the year 1 as its first second (choice).
func (l *Layout) Format(epoch float64, zone *time.Location) string {
	return string(l.AppendFormat(nil, epoch, zone))
}

// AppendFormat appends what Format returns to dst.
func (l *Layout) AppendFormat(dst []byte, epoch float64, zone *time.Location) []byte {
	if math.IsNaN(epoch) || math.IsInf(epoch, 0) {
		return dst
	}
	return l.appendTime(dst, formatTime(epoch, zone))
}

// formatTime is Time, with the bounds of the years 1 and 9999 taken in zone.
func formatTime(epoch float64, zone *time.Location) time.Time {
	sec, nanos := split(epoch)
	zone = orUTC(zone)
	t := time.Unix(sec, int64(nanos)).In(zone)
	switch y := t.Year(); {
	case y > 9999 || sec == maxUnix:
		return time.Date(9999, 12, 31, 23, 59, 59, 0, zone)
	case y < 1 || sec == minUnix:
		return time.Date(1, 1, 1, 0, 0, 0, 0, zone)
	}
	return t
}

func (l *Layout) appendTime(dst []byte, t time.Time) []byte {
	c := civilOf(t, t.Location())
	for i := range l.ops {
		dst = l.ops[i].append(dst, t, &c)
	}
	return dst
}

// append writes one directive.
func (o *op) append(dst []byte, t time.Time, c *civil) []byte {
	switch o.verb {
	case verbText, verbSpace:
		return append(dst, o.text...)
	case 'Y':
		return pad(dst, c.year, 4, '0')
	case 'y':
		return pad(dst, c.year%100, 2, '0')
	case 'C':
		return pad(dst, c.year/100, 2, '0')
	case 'm':
		return pad(dst, c.month, 2, '0')
	case 'd':
		return pad(dst, c.day, 2, '0')
	case 'e':
		return pad(dst, c.day, 2, ' ')
	case 'H':
		return pad(dst, c.hour, 2, '0')
	case 'k':
		return pad(dst, c.hour, 2, ' ')
	case 'I':
		return pad(dst, (c.hour+11)%12+1, 2, '0')
	case 'l':
		return pad(dst, (c.hour+11)%12+1, 2, ' ')
	case 'M':
		return pad(dst, c.minute, 2, '0')
	case 'S':
		return pad(dst, c.second, 2, '0')
	case 'N', 'Q':
		return fraction(dst, c.nanos, o.digits)
	case 'f':
		return fraction(dst, c.nanos, 6)
	case 's':
		return strconv.AppendInt(dst, t.Unix(), 10)
	}
	return o.appendRare(dst, t, c)
}

// appendRare writes the directives that are names, weeks or zones.
func (o *op) appendRare(dst []byte, t time.Time, c *civil) []byte {
	switch o.verb {
	case 'a':
		return append(dst, dayNames[t.Weekday()][:3]...)
	case 'A':
		return append(dst, dayNames[t.Weekday()]...)
	case 'b', 'h':
		return append(dst, monthNames[c.month-1][:3]...)
	case 'B':
		return append(dst, monthNames[c.month-1]...)
	case 'p':
		if c.hour < 12 {
			return append(dst, "AM"...)
		}
		return append(dst, "PM"...)
	case 'z':
		return appendOffset(dst, t, o.digits)
	case verbMins:
		_, offset := t.Zone()
		return strconv.AppendInt(dst, int64(offset/60), 10)
	case 'Z':
		name, _ := t.Zone()
		return append(dst, name...)
	}
	return o.appendWeek(dst, t)
}

// appendWeek writes the directives that count days and weeks of the year.
func (o *op) appendWeek(dst []byte, t time.Time) []byte {
	day, weekday := t.YearDay()-1, int(t.Weekday())
	switch o.verb {
	case 'j':
		return pad(dst, day+1, 3, '0')
	case 'u':
		return pad(dst, (weekday+6)%7+1, 1, '0')
	case 'w':
		return pad(dst, weekday, 1, '0')
	case 'U':
		return pad(dst, (day+7-weekday)/7, 2, '0')
	case 'W':
		return pad(dst, (day+7-(weekday+6)%7)/7, 2, '0')
	}
	year, week := t.ISOWeek()
	switch o.verb {
	case 'V':
		return pad(dst, week, 2, '0')
	case 'G':
		return pad(dst, year, 4, '0')
	case 'g':
		return pad(dst, year%100, 2, '0')
	}
	return dst // the marks of %c and %v write nothing themselves
}

// pad writes a number that is not negative, at least width wide.
func pad(dst []byte, n, width int, fill byte) []byte {
	if width == 2 && n < 100 {
		tens := byte('0' + n/10)
		if n < 10 {
			tens = fill
		}
		return append(dst, tens, byte('0'+n%10))
	}
	for ; width > 1; width-- {
		if n < pow10(width-1) {
			dst = append(dst, fill)
		}
	}
	return strconv.AppendInt(dst, int64(n), 10)
}

func pow10(n int) int {
	p := 1
	for ; n > 0; n-- {
		p *= 10
	}
	return p
}

// fraction writes the first digits of a number of nanoseconds; it does not
// round, so that a time never shows the second that follows it.
func fraction(dst []byte, nanos, digits int) []byte {
	var buf [9]byte
	for i := 8; i >= 0; i-- {
		buf[i] = byte('0' + nanos%10)
		nanos /= 10
	}
	return append(dst, buf[:digits]...)
}

// appendOffset writes the offset from UTC: +hhmm, with one colon +hh:mm, with
// two +hh:mm:ss, with three as short as it is still exact.
func appendOffset(dst []byte, t time.Time, colons int) []byte {
	_, offset := t.Zone()
	sign := byte('+')
	if offset < 0 {
		sign, offset = '-', -offset
	}
	dst = pad(append(dst, sign), offset/3600, 2, '0')
	minutes, seconds := offset/60%60, offset%60
	if colons == 3 && minutes == 0 && seconds == 0 {
		return dst
	}
	if colons > 0 {
		dst = append(dst, ':')
	}
	dst = pad(dst, minutes, 2, '0')
	if colons == 2 || colons == 3 && seconds != 0 {
		dst = pad(append(dst, ':'), seconds, 2, '0')
	}
	return dst
}

// table is the layout of _time in a table, without its fraction.
var table = CompileLayout("%Y-%m-%d %H:%M:%S")

// Display writes a time as Splunk shows _time in a table (output 7.1):
// YYYY-MM-DD HH:MM:SS in zone, with three more digits when the second has a
// fraction. NaN and the infinities give "".
func Display(epoch float64, zone *time.Location) string {
	return string(AppendDisplay(nil, epoch, zone))
}

// AppendDisplay appends what Display returns to dst.
func AppendDisplay(dst []byte, epoch float64, zone *time.Location) []byte {
	if math.IsNaN(epoch) || math.IsInf(epoch, 0) {
		return dst
	}
	t := formatTime(epoch, zone)
	dst = table.appendTime(dst, t)
	if nanos := t.Nanosecond(); nanos != 0 {
		dst = fraction(append(dst, '.'), nanos, 3)
	}
	return dst
}
