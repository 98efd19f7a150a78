package timefmt

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// A Modifier is a time modifier of a search: "now", an absolute time, or a
// relative one such as "-24h@h" (search-expression 1.7). The zero Modifier is
// "now". It does not change and may be used by many goroutines at once.
type Modifier struct {
	kind  modifierKind
	epoch float64 // kind absolute
	civil civil   // kind wall
	steps []step  // kind relative
}

type modifierKind uint8

const (
	relative modifierKind = iota // steps from now; no steps is now
	absolute                     // an instant
	wall                         // a date and time in the search's zone
)

// A step moves a time, or snaps it down to the start of a unit.
type step struct {
	snap    bool
	count   int64 // how far to move, signed; for a snap to a week, the weekday
	unit    Unit
	weekday time.Weekday
}

// maxCount bounds the number of an offset, and so the arithmetic with it.
const maxCount = 1e12

// absoluteLayout is how an absolute time is written.
var absoluteLayout = CompileLayout("%m/%d/%Y:%H:%M:%S")

// ParseModifier reads a time modifier: now, now(), epoch seconds with or
// without a fraction, %m/%d/%Y:%H:%M:%S (leading zeros optional), or a chain
// of offsets and snaps without blanks. Also read is ISO 8601, with or without
// a zone (choice: Splunk's REST interface takes it). The sign may be left out
// of an offset that has a number, which is then forward (choice).
//
// The error says what is wrong in the reader's words, without the name of the
// term, which the caller knows: Invalid value "xyz" for time term 'earliest'.
func ParseModifier(s string) (Modifier, error) {
	s = strings.TrimSpace(s)
	switch {
	case s == "":
		return Modifier{}, fmt.Errorf("a time modifier is empty")
	case strings.EqualFold(s, "now"), strings.EqualFold(s, "now()"):
		return Modifier{}, nil
	case len(s) > 1 && strings.EqualFold(s[:2], "rt"):
		return Modifier{}, fmt.Errorf("real-time searches are not supported: %q", s)
	}
	if epoch, ok := plainNumber(s); ok {
		return Modifier{kind: absolute, epoch: epoch}, nil
	}
	if isDigit(s[0]) && strings.ContainsAny(s, "/-") {
		return parseAbsolute(s)
	}
	steps, err := parseSteps(s)
	return Modifier{steps: steps}, err
}

// plainNumber reads digits with an optional fraction.
func plainNumber(s string) (float64, bool) {
	for i := range len(s) {
		if !isDigit(s[i]) && (s[i] != '.' || i == 0) {
			return 0, false
		}
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil && v <= maxUnix
}

// parseAbsolute reads a date and a time of day.
func parseAbsolute(s string) (Modifier, error) {
	p := parser{rest: s, zone: time.UTC}
	ok := true
	for i := 0; ok && i < len(absoluteLayout.ops); i++ {
		ok = p.read(&absoluteLayout.ops[i], nil)
	}
	if ok && p.rest == "" && validDate(p.year, p.month, p.day) {
		return Modifier{kind: wall, civil: p.civil}, nil
	}
	f, ok := scanISO(s)
	if !ok || f.end != len(s) {
		return Modifier{}, fmt.Errorf("%q is not a time of the form MM/DD/YYYY:HH:MM:SS", s)
	}
	if f.hasOffset {
		return Modifier{kind: absolute, epoch: join(f.local()-f.offset, f.nanos)}, nil
	}
	return Modifier{kind: wall, civil: f.civil}, nil
}

// errUnsigned is of a step that lacks its sign.
var errUnsigned = errors.New("a + or - is missing")

// parseSteps reads a relative modifier.
func parseSteps(s string) ([]step, error) {
	var steps []step
	for rest := s; rest != ""; {
		st, n, err := parseStep(rest, len(steps) > 0)
		if err != nil {
			if s == rest && errors.Is(err, errUnsigned) {
				return nil, fmt.Errorf("%q is not a time modifier: one begins with +, - or @", s)
			}
			return nil, fmt.Errorf("in the time modifier %q, %w", s, err)
		}
		steps = append(steps, st)
		rest = rest[n:]
	}
	return steps, nil
}

// parseStep reads one offset or snap and returns its length. after tells that
// a step stands before it, so that its sign is needed.
func parseStep(s string, after bool) (step, int, error) {
	if s[0] == '@' {
		return parseSnap(s)
	}
	st := step{count: 1}
	n, signed := 0, s[0] == '+' || s[0] == '-'
	if signed {
		n = 1
	}
	count, digits, ok := scanCount(s[n:])
	if !ok {
		return st, 0, errors.New("the number is too large")
	}
	if !signed && (after || digits == 0) {
		return st, 0, fmt.Errorf("%w before %q", errUnsigned, s)
	}
	if digits > 0 {
		st.count = count
	}
	if s[0] == '-' {
		st.count = -st.count
	}
	n += digits
	letters := scanLetters(s[n:])
	if letters == 0 {
		return st, 0, errors.New("a time unit (s, m, h, d, w, mon, q, y) is missing")
	}
	st.unit = unitNamed(s[n : n+letters])
	if st.unit < Second {
		return st, 0, fmt.Errorf("%q is not a time unit (s, m, h, d, w, mon, q, y)", s[n:n+letters])
	}
	return st, n + letters, nil
}

// parseSnap reads @unit, or @w0 to @w7, where 0 and 7 are Sunday.
func parseSnap(s string) (step, int, error) {
	st := step{snap: true}
	letters := scanLetters(s[1:])
	name, n := s[1:1+letters], 1+letters
	st.unit = unitNamed(name)
	if st.unit < Second {
		return st, 0, fmt.Errorf("%q is not a time unit to snap to (s, m, h, d, w, mon, q, y)", name)
	}
	if n < len(s) && isDigit(s[n]) {
		if st.unit != Week || s[n] > '7' || n+1 < len(s) && isDigit(s[n+1]) {
			return st, 0, fmt.Errorf("no such number can follow @%s", name)
		}
		st.weekday = time.Weekday(s[n]-'0') % 7
		n++
	}
	return st, n, nil
}

// scanCount reads digits. ok is false when they are more than maxCount.
func scanCount(s string) (v int64, n int, ok bool) {
	for n < len(s) && isDigit(s[n]) {
		v = v*10 + int64(s[n]-'0')
		if v > maxCount {
			return 0, 0, false
		}
		n++
	}
	return v, n, true
}

func scanLetters(s string) int {
	n := 0
	for n < len(s) && isLetter(s[n]) {
		n++
	}
	return n
}

// IsNow reports whether the modifier is now, with nothing added.
func (m Modifier) IsNow() bool { return m.kind == relative && len(m.steps) == 0 }

// IsRelative reports whether the result depends on the time applied to.
func (m Modifier) IsRelative() bool { return m.kind == relative }

// Apply gives the time that the modifier means when it is t in zone. Steps are
// taken strictly from left to right. Days and longer units move on the
// calendar, so that the clock on the wall keeps its time across a change to or
// from daylight-saving time; seconds, minutes and hours are exact. A day that
// its month does not have becomes the month's last. The result lies in the
// years 1 to 9999.
func (m Modifier) Apply(t time.Time, zone *time.Location) time.Time {
	zone = orUTC(zone)
	switch m.kind {
	case absolute:
		return Time(m.epoch, zone)
	case wall:
		return time.Unix(m.civil.unix(zone), int64(m.civil.nanos)).In(zone)
	}
	t = t.In(zone)
	for _, st := range m.steps {
		if st.snap {
			t = Snap(t, st.unit, st.weekday, zone)
		} else {
			t = Add(t, st.count, st.unit, zone)
		}
	}
	return t
}

// ApplyEpoch is Apply on epoch seconds: SPL's relative_time. NaN gives NaN.
func (m Modifier) ApplyEpoch(epoch float64, zone *time.Location) float64 {
	if math.IsNaN(epoch) {
		return epoch
	}
	return Epoch(m.Apply(Time(epoch, zone), zone))
}
