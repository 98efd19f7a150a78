package timefmt

import (
	"slices"
	"time"
)

// A parser holds what the directives of a layout have read so far.
type parser struct {
	rest string
	zone *time.Location
	now  time.Time

	civil
	has      uint8 // which of the parts below were given
	yearDay  int
	hour12   bool
	pm       bool
	epoch    int64
	offset   int64
	negative bool // of an epoch, so that its fraction counts down
}

const (
	hasYear = 1 << iota
	hasMonth
	hasDay
	hasYearDay
	hasEpoch
	hasOffset
	hasDate = hasYear | hasMonth | hasDay | hasYearDay
)

// Parse reads a time from the start of text: SPL's strptime. What follows the
// part that the layout describes is ignored. ok is false when the text does
// not match, or when it says no date and not only a time of day.
//
// The rules, from eval-functions 5.5 and, where that is silent, from strptime
// as C libraries have it:
//
//   - Leading zeros are optional, and blanks may stand before a number.
//   - White space in the layout matches any run of white space, also none.
//   - Parts of the date that are missing come from today, the date of now in
//     zone; but a year or a month without a day is no date, and fails.
//   - A day that its month does not have fails (choice).
//   - %y is 1969 to 2068. %p without %I or %l is ignored.
//   - %N, %Q and %f take any number of digits; %s takes a fraction that
//     follows it even if the layout does not mention one.
//   - %Z is one of the usual abbreviations, with the meaning that it has in
//     zone if it has one there, or an offset as for %z; another name fails.
//   - %c and %v, and the directives for weeks, can be written but not read.
func (l *Layout) Parse(text string, zone *time.Location, now time.Time) (epoch float64, ok bool) {
	epoch, _, ok = l.ParsePrefix(text, zone, now)
	return epoch, ok
}

// ParsePrefix is Parse that says how many bytes of the text the layout took.
func (l *Layout) ParsePrefix(text string, zone *time.Location, now time.Time) (epoch float64, n int, ok bool) {
	p := parser{rest: text, zone: orUTC(zone), now: now}
	for i := range l.ops {
		var next *op
		if i+1 < len(l.ops) {
			next = &l.ops[i+1]
		}
		if !p.read(&l.ops[i], next) {
			return 0, 0, false
		}
	}
	epoch, ok = p.finish()
	return epoch, len(text) - len(p.rest), ok
}

// HasYear says whether a text of this layout names its year, or the instant itself.
func (l *Layout) HasYear() bool {
	return slices.ContainsFunc(l.ops, func(o op) bool { return o.verb == 'Y' || o.verb == 'y' || o.verb == 's' })
}

// read consumes one directive. next is the one after it, or nil.
func (p *parser) read(o, next *op) bool {
	switch o.verb {
	case verbText:
		if len(p.rest) < len(o.text) || p.rest[:len(o.text)] != o.text {
			return false
		}
		p.rest = p.rest[len(o.text):]
		return true
	case verbSpace:
		p.skipSpace()
		return true
	case 'Y':
		return p.set(hasYear, &p.year, 4, 0, 9999)
	case 'y':
		return p.shortYear()
	case 'm':
		return p.set(hasMonth, &p.month, 2, 1, 12)
	case 'd', 'e':
		return p.set(hasDay, &p.day, 2, 1, 31)
	case 'j':
		return p.set(hasYearDay, &p.yearDay, 3, 1, 366)
	case 'H', 'k':
		p.hour12 = false
		return p.number(&p.hour, 2, 0, 23)
	case 'I', 'l':
		p.hour12 = true
		return p.number(&p.hour, 2, 1, 12)
	case 'M':
		return p.number(&p.minute, 2, 0, 59)
	case 'S':
		return p.number(&p.second, 2, 0, 60) // 60 is a leap second
	case 'N', 'Q', 'f':
		return p.fraction()
	case 's':
		return p.readEpoch(next)
	}
	return p.readName(o, next)
}

// readName consumes the directives that are not numbers.
func (p *parser) readName(o, next *op) bool {
	switch o.verb {
	case 'a', 'A':
		_, ok := p.name(dayNames[:])
		return ok
	case 'b', 'B', 'h':
		i, ok := p.name(monthNames[:])
		p.month, p.has = i+1, p.has|hasMonth
		return ok
	case 'p':
		return p.halfDay()
	case 'z':
		return p.readOffset()
	case 'Z':
		return p.readZone(next)
	}
	return false // not a directive that strptime reads
}

func (p *parser) skipSpace() {
	for p.rest != "" && isSpace(p.rest[0]) {
		p.rest = p.rest[1:]
	}
}

// number reads at most width digits into *to and checks their range.
func (p *parser) number(to *int, width, low, high int) bool {
	p.skipSpace()
	n, v := 0, 0
	for n < width && n < len(p.rest) && isDigit(p.rest[n]) {
		v = v*10 + int(p.rest[n]-'0')
		n++
	}
	if n == 0 || v < low || v > high {
		return false
	}
	*to, p.rest = v, p.rest[n:]
	return true
}

func (p *parser) set(part uint8, to *int, width, low, high int) bool {
	p.has |= part
	return p.number(to, width, low, high)
}

func (p *parser) shortYear() bool {
	if !p.set(hasYear, &p.year, 2, 0, 99) {
		return false
	}
	if p.year < 69 {
		p.year += 100
	}
	p.year += 1900
	return true
}

// fraction reads any number of digits as a decimal fraction of a second.
func (p *parser) fraction() bool {
	nanos, n := scanFraction(p.rest)
	p.nanos, p.rest = nanos, p.rest[n:]
	return n > 0
}

// scanFraction reads the digits at the start of s as a fraction of a second,
// and drops those after the ninth.
func scanFraction(s string) (nanos, n int) {
	for n < len(s) && isDigit(s[n]) {
		if n < 9 {
			nanos = nanos*10 + int(s[n]-'0')
		}
		n++
	}
	if n < len(nanoScale) {
		nanos *= nanoScale[n]
	}
	return nanos, n
}

// nanoScale turns a fraction of so many digits into nanoseconds.
var nanoScale = [...]int{0, 1e8, 1e7, 1e6, 1e5, 1e4, 1e3, 100, 10}

// readEpoch reads %s. Milliseconds written without a point ("%s%3N") leave
// ten digits to the seconds.
func (p *parser) readEpoch(next *op) bool {
	p.skipSpace()
	p.negative = p.rest != "" && p.rest[0] == '-'
	if p.negative {
		p.rest = p.rest[1:]
	}
	width := 12
	if next != nil && (next.verb == 'N' || next.verb == 'Q' || next.verb == 'f') {
		width = 10
	}
	n := 0
	p.epoch = 0
	for n < width && n < len(p.rest) && isDigit(p.rest[n]) {
		p.epoch = p.epoch*10 + int64(p.rest[n]-'0')
		n++
	}
	p.rest = p.rest[n:]
	p.has |= hasEpoch
	explicit := next != nil && next.verb == verbText && next.text[0] == '.'
	if !explicit && len(p.rest) > 1 && p.rest[0] == '.' && isDigit(p.rest[1]) {
		p.rest = p.rest[1:]
		p.fraction()
	}
	return n > 0
}

// name reads one of some English names, in full or its first three letters, in
// any case, and returns its index.
func (p *parser) name(names []string) (int, bool) {
	i, n := scanName(p.rest, names)
	p.rest = p.rest[n:]
	return i, n > 0
}

// scanName finds the name that s starts with; n is 0 if there is none.
func scanName(s string, names []string) (i, n int) {
	if len(s) < 3 || !isLetter(s[0]) {
		return 0, 0
	}
	a, b, c := s[0]|0x20, s[1]|0x20, s[2]|0x20
	for i, name := range names {
		if name[0]|0x20 != a || name[1] != b || name[2] != c {
			continue
		}
		if len(s) >= len(name) && equalFold(s[3:len(name)], name[3:]) {
			return i, len(name)
		}
		return i, 3
	}
	return 0, 0
}

// equalFold compares two ASCII words of the same length; b is of letters only.
func equalFold(a, b string) bool {
	for i := range len(b) {
		if a[i]|0x20 != b[i]|0x20 {
			return false
		}
	}
	return true
}

func (p *parser) halfDay() bool {
	p.skipSpace()
	if len(p.rest) < 2 || p.rest[1]|0x20 != 'm' {
		return false
	}
	switch p.rest[0] | 0x20 {
	case 'a':
		p.pm = false
	case 'p':
		p.pm = true
	default:
		return false
	}
	p.rest = p.rest[2:]
	return true
}

func (p *parser) readOffset() bool {
	p.skipSpace()
	offset, n, ok := scanOffset(p.rest)
	p.offset, p.rest, p.has = offset, p.rest[n:], p.has|hasOffset
	return ok
}

// readZone reads %Z. An offset right after UTC or GMT belongs to the name,
// unless the layout has a %z for it.
func (p *parser) readZone(next *op) bool {
	p.skipSpace()
	if p.rest != "" && (p.rest[0] == '+' || p.rest[0] == '-') {
		return p.readOffset()
	}
	offset, n, ok := scanAbbreviation(p.rest, p.zone, p.now)
	if !ok {
		return false
	}
	p.offset, p.rest, p.has = offset, p.rest[n:], p.has|hasOffset
	if offset == 0 && n == 3 && (next == nil || next.verb != 'z') {
		if more, n, ok := scanOffset(p.rest); ok && n > 1 {
			p.offset, p.rest = more, p.rest[n:]
		}
	}
	return true
}

// finish puts the parts together.
func (p *parser) finish() (float64, bool) {
	if p.has&hasEpoch != 0 {
		if p.negative {
			return -join(p.epoch, p.nanos), true
		}
		return join(p.epoch, p.nanos), true
	}
	if !p.completeDate() {
		return 0, false
	}
	if p.hour12 {
		p.hour %= 12
		if p.pm {
			p.hour += 12
		}
	}
	if p.has&hasOffset != 0 {
		return join(p.local()-p.offset, p.nanos), true
	}
	return join(p.unix(p.zone), p.nanos), true
}

// completeDate fills the parts of the date that were not given from today.
func (p *parser) completeDate() bool {
	today := civilOf(p.now, p.zone)
	if p.has&hasYear == 0 {
		p.year = today.year
	}
	switch {
	case p.has&hasDate == 0:
		p.month, p.day = today.month, today.day
	case p.has&hasDay != 0:
		if p.has&hasMonth == 0 {
			p.month = today.month
		}
	case p.has&hasYearDay != 0:
		if p.yearDay == 366 && daysIn(p.year, 2) == 28 {
			return false
		}
		p.month, p.day = 1, p.yearDay // local counts from 1 January
		return true
	default:
		return false // a year or a month, but no day
	}
	return validDate(p.year, p.month, p.day)
}
