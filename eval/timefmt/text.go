package timefmt

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// FromNumber gives the epoch seconds that a number means as a timestamp:
// seconds, or milli-, micro- or nanoseconds when it is too large for that.
// Seconds reach to the year 5138, so that no number of this century is
// mistaken. The result is rounded to a microsecond; NaN and the infinities
// are returned as they are.
func FromNumber(n float64) float64 {
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return n
	}
	switch size := math.Abs(n); {
	case size < 1e11:
		if n == math.Trunc(n) {
			return n
		}
		return join(split(n))
	case size < 1e14:
		n /= 1e3
	case size < 1e17:
		n /= 1e6
	default:
		n /= 1e9
	}
	return join(split(n))
}

// number reads a decimal number that FromNumber understands.
func number(s string) (float64, bool) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, false
	}
	return FromNumber(v), true
}

// FromText reads the value of a timestamp key: a number (see FromNumber), ISO
// 8601 such as 2024-05-15T13:47:31.123Z, or any other format that Recognise
// knows, which has to stand at the beginning but may follow a weekday. zone is
// used where the text names none. Fourteen digits that make a date are
// YYYYMMDDHHMMSS. ok is false for anything else.
func FromText(s string, zone *time.Location, now time.Time) (epoch float64, ok bool) {
	if epoch, ok := fastISO(s); ok {
		return epoch, true
	}
	s = strings.TrimSpace(s)
	if s == "" || len(s) > lookahead {
		return 0, false
	}
	if numeric(s) {
		if f, ok := compactDigits(s); ok {
			return f.resolve(zone, now)
		}
		return number(s)
	}
	if n := weekdayLength(s); n > 0 {
		s = s[n:]
	}
	if s == "" || !isDigit(s[0]) && !isLetter(s[0]) {
		return 0, false
	}
	f, ok := foundAt(s, 0, zone, now)
	if !ok {
		return 0, false
	}
	return f.resolve(zone, now)
}

// numeric reports whether s can only be a number.
func numeric(s string) bool {
	for i := range len(s) {
		c := s[i]
		if isDigit(c) || c == '.' || i == 0 && c == '-' {
			continue
		}
		if i > 0 && (c == 'e' || c == 'E' || (c == '+' || c == '-') && s[i-1]|0x20 == 'e') {
			continue
		}
		return false
	}
	return true
}

func compactDigits(s string) (found, bool) {
	if len(s) != 14 {
		return found{}, false
	}
	return scanFourteen(s)
}

// weekdayLength gives the length of a weekday at the start of s with the comma
// and blanks after it, or 0.
func weekdayLength(s string) int {
	_, n := scanName(s, dayNames[:])
	if n == 0 || n >= len(s) || s[n] != ' ' && s[n] != ',' {
		return 0
	}
	for n < len(s) && (s[n] == ' ' || s[n] == ',') {
		n++
	}
	return n
}

// fastISO reads exactly 2006-01-02T15:04:05, an optional fraction, and Z or
// ±hh:mm. It is what almost every JSON log has, and is read without the
// allocations and the look at a zone that other formats need.
func fastISO(s string) (float64, bool) {
	if len(s) < 20 || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return 0, false
	}
	// A byte that is no digit makes a number of 10 or more in its place, and
	// bad gathers that.
	bad := uint8(0)
	pair := func(i int) int {
		a, b := s[i]-'0', s[i+1]-'0'
		if a > 9 || b > 9 {
			bad = 1
		}
		return int(a)*10 + int(b)
	}
	year := pair(0)*100 + pair(2)
	month, day := pair(5), pair(8)
	hour, minute, second := pair(11), pair(14), pair(17)
	if bad != 0 || hour > 23 || minute > 59 || second > 60 || !validDate(year, month, day) {
		return 0, false
	}
	unix := daysFromCivil(year, month, day)*daySeconds + int64(hour*3600+minute*60+second)
	i, nanos := 19, 0
	if s[i] == '.' {
		var n int
		nanos, n = scanFraction(s[20:])
		i += n + 1
		if n == 0 || i >= len(s) {
			return 0, false
		}
	}
	if s[i] == 'Z' && i+1 == len(s) {
		return join(unix, nanos), true
	}
	if len(s)-i != 6 || s[i+3] != ':' || s[i] != '+' && s[i] != '-' {
		return 0, false
	}
	hours, minutes := pair(i+1), pair(i+4)
	if bad != 0 || hours > 23 || minutes > 59 {
		return 0, false
	}
	offset := int64(hours*3600 + minutes*60)
	if s[i] == '-' {
		offset = -offset
	}
	return join(unix-offset, nanos), true
}
