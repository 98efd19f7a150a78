package timefmt

import "strings"

// The scanners below read one format each at the start of a text. They check
// the ranges of what they read, but not whether a month has such a day.

// scanDigits tries the formats that start with a digit, at text[i:].
func scanDigits(text string, i int) (found, bool) {
	s := text[i:]
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	switch {
	case n == 4:
		return scanISO(s)
	case n <= 2 && n < len(s):
		return scanDayOrMonth(s, n)
	case n == 8 && n < len(s) && s[n] == 'T':
		return scanCompact(s)
	case n >= 9:
		return scanEpoch(text, i, n)
	}
	return found{}, false
}

// scanISO reads YYYY-MM-DD or YYYY/MM/DD, and a time of day if one follows
// after T, a blank or an underscore.
func scanISO(s string) (found, bool) {
	var f found
	if len(s) < 8 {
		return f, false
	}
	year, ok := fourDigits(s)
	sep := s[4]
	if !ok || !plausible(year) || sep != '-' && sep != '/' {
		return f, false
	}
	f.year = year
	month, n := oneOrTwo(s[5:])
	f.month, f.end = month, 5+n
	if n == 0 || f.end >= len(s) || s[f.end] != sep {
		return f, false
	}
	day, n := oneOrTwo(s[f.end+1:])
	f.day, f.end = day, f.end+1+n
	if n == 0 || !dayAndMonth(f.day, f.month) || f.end < len(s) && isDigit(s[f.end]) {
		return f, false
	}
	f.timeAfter(s, "Tt _")
	if !f.noTime {
		f.attachedOffset(s)
	}
	return f, true
}

// attachedOffset reads Z or an offset right after a time of day.
func (f *found) attachedOffset(s string) {
	if offset, n, ok := scanOffset(s[f.end:]); ok && wordEnds(s[f.end:], n) {
		f.offset, f.hasOffset, f.end = offset, true, f.end+n
	}
}

func dayAndMonth(day, month int) bool {
	return day >= 1 && day <= 31 && month >= 1 && month <= 12
}

// oneOrTwo reads a number of one or two digits; n is 0 if there is none, or if
// more digits follow.
func oneOrTwo(s string) (v, n int) {
	for n < len(s) && isDigit(s[n]) {
		if n == 2 {
			return 0, 0
		}
		v = v*10 + int(s[n]-'0')
		n++
	}
	return v, n
}

// timeAfter reads a time of day that follows the date that ends at f.end after
// one of some separators, or marks that there is none.
func (f *found) timeAfter(s, separators string) {
	f.noTime = true
	i := f.end
	if i >= len(s) || !isOneOf(s[i], separators) {
		return
	}
	i++
	for i < len(s) && s[i] == ' ' && i < f.end+3 {
		i++
	}
	f.clock(s, i)
}

// clock reads HH:MM[:SS[.fraction]] [AM|PM] at s[i:], and keeps f as it is if
// that is not there.
func (f *found) clock(s string, i int) bool {
	hour, n := oneOrTwo(s[i:])
	i += n
	if n == 0 || hour > 23 || i+2 >= len(s) || s[i] != ':' {
		return false
	}
	minute, ok := twoDigits(s[i+1:])
	i += 3
	if !ok || minute > 59 || i < len(s) && isDigit(s[i]) {
		return false
	}
	second, nanos := 0, 0
	if i+2 < len(s) && s[i] == ':' {
		v, ok := twoDigits(s[i+1:])
		if !ok || v > 60 || i+3 < len(s) && isDigit(s[i+3]) {
			return false
		}
		second = v
		i += 3
		if i+1 < len(s) && isOneOf(s[i], ".,:") && isDigit(s[i+1]) {
			var n int
			nanos, n = scanFraction(s[i+1:])
			i += n + 1
		}
	}
	hour, n = halfDay(s[i:], hour)
	f.hour, f.minute, f.second, f.nanos = hour, minute, second, nanos
	f.end, f.noTime = i+n, false
	return true
}

// halfDay reads AM or PM, after a blank or not, and returns the hour of 24 and
// the length.
func halfDay(s string, hour int) (int, int) {
	n := 0
	if s != "" && s[0] == ' ' {
		n = 1
	}
	if len(s) < n+2 || s[n+1]|0x20 != 'm' || !wordEnds(s, n+2) || hour < 1 || hour > 12 {
		return hour, 0
	}
	switch s[n] | 0x20 {
	case 'a':
		return hour % 12, n + 2
	case 'p':
		return hour%12 + 12, n + 2
	}
	return hour, 0
}

// scanCompact reads YYYYMMDDTHHMMSS.
func scanCompact(s string) (found, bool) {
	if len(s) < 15 {
		return found{}, false
	}
	f, ok := scanFourteen(s[:8] + s[9:15])
	f.end = 15
	if ok && len(s) > 16 && s[15] == '.' && isDigit(s[16]) {
		var n int
		f.nanos, n = scanFraction(s[16:])
		f.end = 16 + n
	}
	return f, ok
}

// scanFourteen reads YYYYMMDDHHMMSS.
func scanFourteen(s string) (found, bool) {
	f := found{end: 14}
	var ok [6]bool
	f.year, ok[0] = fourDigits(s)
	f.month, ok[1] = twoDigits(s[4:])
	f.day, ok[2] = twoDigits(s[6:])
	f.hour, ok[3] = twoDigits(s[8:])
	f.minute, ok[4] = twoDigits(s[10:])
	f.second, ok[5] = twoDigits(s[12:])
	good := ok == [6]bool{true, true, true, true, true, true} && plausible(f.year) &&
		dayAndMonth(f.day, f.month) && f.hour < 24 && f.minute < 60 && f.second <= 60
	return f, good
}

// scanDayOrMonth reads the formats that start with one or two digits: MM/DD/YYYY,
// DD/Mon/YYYY:HH:MM:SS and DD Mon YYYY. n is the number of digits.
func scanDayOrMonth(s string, n int) (found, bool) {
	first, _ := oneOrTwo(s)
	sep := s[n]
	if sep != '/' && sep != ' ' && sep != '-' || n+1 >= len(s) {
		return found{}, false
	}
	if isLetter(s[n+1]) {
		return scanDayMonthName(s, n+1, first, sep)
	}
	if sep != '/' {
		return found{}, false
	}
	f := found{}
	second, m := oneOrTwo(s[n+1:])
	f.end = n + 1 + m
	if m == 0 || f.end >= len(s) || s[f.end] != '/' {
		return f, false
	}
	f.end++
	if !f.yearAt(s) {
		return f, false
	}
	f.month, f.day = first, second
	if first > 12 {
		f.month, f.day = second, first
	}
	if !dayAndMonth(f.day, f.month) {
		return f, false
	}
	f.timeAfter(s, " T:,_")
	return f, true
}

// yearAt reads a year of four or two digits at f.end.
func (f *found) yearAt(s string) bool {
	rest := s[f.end:]
	if year, ok := fourDigits(rest); ok {
		f.year = year
		f.end += 4
		return plausible(year) && (f.end >= len(s) || !isDigit(s[f.end]))
	}
	year, n := oneOrTwo(rest)
	if n != 2 {
		return false
	}
	if year < 69 {
		year += 100
	}
	f.year = year + 1900
	f.end += 2
	return true
}

// scanDayMonthName reads a month's name at i, the same separator, the year,
// and a time of day after a colon, a blank or a comma.
func scanDayMonthName(s string, i, day int, sep byte) (found, bool) {
	month, n := scanName(s[i:], monthNames[:])
	f := found{civil: civil{day: day, month: month + 1}, end: i + n}
	if n == 0 || f.end >= len(s) || !dayAndMonth(f.day, f.month) {
		return f, false
	}
	if s[f.end] != sep && (s[f.end] != ',' || sep != ' ') {
		return f, false
	}
	f.end++
	for f.end < len(s) && s[f.end] == ' ' && sep == ' ' && f.end < i+n+3 {
		f.end++
	}
	if f.end > len(s) || !f.yearAt(s) {
		return f, false
	}
	f.timeAfter(s, ": ,T")
	return f, true
}

// scanMonthFirst reads Mon DD HH:MM:SS, Mon DD YYYY and Mon DD, YYYY with or
// without a time of day. The year may follow later; see found.trailingYear.
func scanMonthFirst(s string) (found, bool) {
	month, n := scanName(s, monthNames[:])
	f := found{civil: civil{month: month + 1}, end: n}
	if n == 0 || n >= len(s) || s[n] != ' ' && (s[n] != '.' || n != 3) {
		return f, false
	}
	for f.end++; f.end < len(s) && s[f.end] == ' ' && f.end < n+4; {
		f.end++
	}
	day, n := oneOrTwo(s[f.end:])
	f.day, f.end = day, f.end+n
	if n == 0 || f.end >= len(s) || !dayAndMonth(f.day, f.month) {
		return f, false
	}
	if s[f.end] == ',' {
		f.end++
	}
	for f.end < len(s) && s[f.end] == ' ' {
		f.end++
	}
	if f.clock(s, f.end) {
		f.noYear = true
		return f, true
	}
	year, ok := fourDigits(s[f.end:])
	if !ok || !plausible(year) || !wordEnds(s[f.end:], 4) {
		return f, false
	}
	f.year, f.end = year, f.end+4
	f.timeAfter(s, " ,:T")
	return f, true
}

// scanEpoch reads seconds (with an optional fraction), milli-, micro- or
// nanoseconds since the epoch at text[i:], of n digits before the point.
func scanEpoch(text string, i, n int) (found, bool) {
	s := text[i:]
	f := found{isEpoch: true, end: n}
	if n != 10 && n != 13 && n != 16 && n != 19 || s[0] != '1' || !epochPlace(text[:i]) {
		return f, false
	}
	if n == 10 && len(s) > 11 && s[10] == '.' && isDigit(s[11]) {
		_, digits := scanFraction(s[11:])
		f.end += 1 + digits
	}
	if !wordEnds(s, f.end) {
		return f, false
	}
	f.epoch, _ = number(s[:f.end])
	return f, true
}

// epochPlace reports whether a number after the text before can be a time: at
// the beginning, or as the value of a key with a name like a time's. The
// records of the Linux audit system have theirs as audit(SECONDS:SERIAL).
func epochPlace(before string) bool {
	before = strings.TrimRight(before, " \t\"'[{(")
	if before == "" {
		return true
	}
	last := len(before) - 1
	if strings.HasSuffix(before, "audit") {
		return true
	}
	if before[last] != '=' && before[last] != ':' {
		return false
	}
	before = strings.TrimRight(before[:last], " \t\"'")
	start := len(before)
	for start > 0 && (isLetter(before[start-1]) || isDigit(before[start-1]) || isOneOf(before[start-1], "_@-.")) {
		start--
	}
	return timeLike(before[start:])
}

// timeLike reports whether a key is named like a time.
func timeLike(key string) bool {
	for _, word := range [...]string{"time", "epoch", "date"} {
		for i := 0; i+len(word) <= len(key); i++ {
			if equalFold(key[i:i+len(word)], word) {
				return true
			}
		}
	}
	return len(key) == 2 && equalFold(key, "ts")
}
