package timefmt

import (
	"time"
	"unicode/utf8"
)

// lookahead is how many characters at the start of an event are searched for a
// timestamp (MAX_TIMESTAMP_LOOKAHEAD, events-and-fields 3.2).
const lookahead = 128

// A found is a timestamp read from a text, before its zone is known.
type found struct {
	civil
	end       int // offset after the last byte
	offset    int64
	hasOffset bool
	noYear    bool
	noTime    bool
	isEpoch   bool
	epoch     float64
}

// Recognise finds the first timestamp in the first 128 characters of an event,
// as Splunk does for a sourcetype that has no TIME_FORMAT (events-and-fields
// 3.2). It returns the time and where its text starts and ends, in bytes.
//
// Known are ISO 8601 and its everyday variants, MM/DD/YYYY (month first where
// both are possible), DD/Mon/YYYY:HH:MM:SS of access logs, Mon DD HH:MM:SS with
// or without a year, the date of C's asctime, DD Mon YYYY, and seconds,
// milli-, micro- or nanoseconds since the epoch at the very beginning or as the
// value of a key that is named like a time. A zone in the text wins over zone.
// A date without a year is in the year that puts it closest to now without
// being after it.
func Recognise(text string, zone *time.Location, now time.Time) (epoch float64, start, end int, ok bool) {
	return RecogniseWithin(text, lookahead, zone, now)
}

// RecogniseWithin is Recognise in the first so many characters; 0: in all.
func RecogniseWithin(text string, chars int, zone *time.Location, now time.Time) (epoch float64, start, end int, ok bool) {
	limit := len(text)
	if chars > 0 {
		limit = RuneLimit(text, chars)
	}
	for i := 0; i < limit; i++ {
		c := text[i]
		if !isDigit(c) && !isLetter(c) {
			continue
		}
		if isDigit(c) || monthLetters>>(c&31)&1 != 0 {
			f, ok := foundAt(text, i, zone, now)
			if ok && f.end <= limit {
				if epoch, ok := f.resolve(zone, now); ok {
					return epoch, i, f.end, true
				}
			}
		}
		i = skipWord(text, i, limit)
	}
	return 0, 0, 0, false
}

// WrittenOffset is the offset from UTC, in minutes, that a timestamp itself names, as
// +0200, Z or PDT. The timestamp stands at the start of the text.
func WrittenOffset(text string, zone *time.Location, now time.Time) (minutes int, ok bool) {
	if text == "" {
		return 0, false
	}
	f, ok := foundAt(text, 0, zone, now)
	return int(f.offset / 60), ok && f.hasOffset && !f.isEpoch
}

// monthLetters has a bit for each letter that the name of a month starts with.
const monthLetters = 1<<('J'&31) | 1<<('F'&31) | 1<<('M'&31) | 1<<('A'&31) |
	1<<('S'&31) | 1<<('O'&31) | 1<<('N'&31) | 1<<('D'&31)

// RuneLimit gives the length in bytes of the first so many characters of a text.
func RuneLimit(text string, chars int) int {
	if len(text) <= chars {
		return len(text)
	}
	limit := 0
	for range chars {
		if limit >= len(text) {
			return len(text)
		}
		if text[limit] < utf8.RuneSelf {
			limit++
			continue
		}
		_, n := utf8.DecodeRuneInString(text[limit:])
		limit += n
	}
	return limit
}

// skipWord returns the last byte of the word of letters and digits at i.
func skipWord(text string, i, limit int) int {
	for i+1 < limit && (isDigit(text[i+1]) || isLetter(text[i+1])) {
		i++
	}
	return i
}

// foundAt tries the formats whose first byte can be the one at i, where a word
// starts.
func foundAt(text string, i int, zone *time.Location, now time.Time) (found, bool) {
	s := text[i:]
	var f found
	var ok bool
	if isLetter(s[0]) {
		f, ok = scanMonthFirst(s)
	} else {
		f, ok = scanDigits(text, i)
	}
	if !ok {
		return f, false
	}
	if f.isEpoch {
		f.end += i
		return f, true
	}
	if f.noTime && !standsAlone(text, i, i+f.end) {
		return f, false
	}
	if !f.hasOffset && !f.noTime {
		f.scanZone(s, zone, now)
	}
	if f.noYear {
		f.trailingYear(s)
	}
	f.end += i
	return f, true
}

// standsAlone reports whether a date without a time is a word of its own and
// not a part of a file name, say.
func standsAlone(text string, start, end int) bool {
	const around = " \t\r\n\"'()[]{}<>=,;|"
	return (start == 0 || isOneOf(text[start-1], around+":")) &&
		(end == len(text) || isOneOf(text[end], around))
}

func isOneOf(c byte, set string) bool {
	for i := range len(set) {
		if set[i] == c {
			return true
		}
	}
	return false
}

// scanZone reads the zone after a time of day: an offset, or a name in upper
// case after one blank.
func (f *found) scanZone(s string, zone *time.Location, now time.Time) {
	rest := s[f.end:]
	if offset, n, ok := scanOffset(rest); ok && wordEnds(rest, n) {
		f.offset, f.hasOffset, f.end = offset, true, f.end+n
		return
	}
	if len(rest) < 2 || rest[0] != ' ' {
		return
	}
	rest = rest[1:]
	n := 0
	for n < len(rest) && n <= longestAbbreviation && rest[n] >= 'A' && rest[n] <= 'Z' {
		n++
	}
	if n > 0 && n <= longestAbbreviation && wordEnds(rest, n) {
		if offset, ok := zoneOffset(rest[:n], zone, now); ok {
			f.offset, f.hasOffset, f.end = offset, true, f.end+1+n
			return
		}
	}
	// After a blank a bare -05 could be anything; it takes four digits.
	if offset, n, ok := scanOffset(rest); ok && n >= 5 && wordEnds(rest, n) {
		f.offset, f.hasOffset, f.end = offset, true, f.end+1+n
	}
}

// wordEnds reports whether no letter or digit follows the first n bytes.
func wordEnds(s string, n int) bool {
	return n >= len(s) || !isDigit(s[n]) && !isLetter(s[n])
}

// trailingYear reads the year that C's asctime and date put last.
func (f *found) trailingYear(s string) {
	rest := s[f.end:]
	if len(rest) < 5 || rest[0] != ' ' {
		return
	}
	if year, ok := fourDigits(rest[1:]); ok && plausible(year) && wordEnds(rest, 5) {
		f.year, f.noYear, f.end = year, false, f.end+5
	}
}

func fourDigits(s string) (int, bool) {
	if len(s) < 4 {
		return 0, false
	}
	a, ok := twoDigits(s)
	b, ok2 := twoDigits(s[2:])
	return a*100 + b, ok && ok2
}

// plausible bounds the years that are believed without being asked for.
func plausible(year int) bool { return year >= 1900 && year < 2200 }

// resolve gives the instant. ok is false for a day that its month lacks.
func (f *found) resolve(zone *time.Location, now time.Time) (float64, bool) {
	if f.isEpoch {
		return f.epoch, true
	}
	if !f.noYear {
		return f.instant(zone), validDate(f.year, f.month, f.day)
	}
	year := civilOf(now, zone).year + 1 // New Year may have come elsewhere
	for range 10 {                      // 29 February may need eight years
		f.year = year
		if validDate(f.year, f.month, f.day) {
			if epoch := f.instant(zone); epoch <= Epoch(now) {
				return epoch, true
			}
		}
		year--
	}
	return 0, false
}

func (f *found) instant(zone *time.Location) float64 {
	if f.hasOffset {
		return join(f.local()-f.offset, f.nanos)
	}
	return join(f.unix(zone), f.nanos)
}
