package timefmt

import "time"

// abbreviations are the zone names that mean one offset wherever they are
// used, in minutes. A name that several countries use for different offsets
// (IST, for one) is known only where the search's own zone uses it.
var abbreviations = map[string]int{
	"Z": 0, "UTC": 0, "GMT": 0, "UT": 0, "UCT": 0,
	"NST": -210, "NDT": -150, "AST": -240, "ADT": -180,
	"EST": -300, "EDT": -240, "CST": -360, "CDT": -300,
	"MST": -420, "MDT": -360, "PST": -480, "PDT": -420,
	"AKST": -540, "AKDT": -480, "HST": -600, "HDT": -540,
	"WET": 0, "WEST": 60, "BST": 60,
	"CET": 60, "CEST": 120, "MET": 60, "MEST": 120,
	"EET": 120, "EEST": 180, "MSK": 180,
	"SGT": 480, "HKT": 480, "JST": 540, "KST": 540,
	"AWST": 480, "ACST": 570, "ACDT": 630, "AEST": 600, "AEDT": 660,
	"NZST": 720, "NZDT": 780,
}

// longestAbbreviation is the length of the longest name looked up.
const longestAbbreviation = 5

// zoneOffset gives the offset in seconds of an upper-case zone abbreviation.
// What it means in zone around now comes first: CST is eight hours ahead of
// UTC for a search that runs in Asia/Shanghai.
func zoneOffset(name string, zone *time.Location, now time.Time) (int64, bool) {
	if zone != nil && zone != time.UTC {
		year := now.Year()
		for _, month := range [...]time.Month{time.January, time.July} {
			own, offset := time.Date(year, month, 1, 0, 0, 0, 0, zone).Zone()
			if own == name {
				return int64(offset), true
			}
		}
	}
	minutes, ok := abbreviations[name]
	return int64(minutes) * 60, ok
}

// scanAbbreviation reads a zone abbreviation at the start of s, which ends
// where its letters end, and returns its offset and length.
func scanAbbreviation(s string, zone *time.Location, now time.Time) (offset int64, n int, ok bool) {
	var name [longestAbbreviation]byte
	for n < len(s) && isLetter(s[n]) {
		if n == len(name) {
			return 0, 0, false
		}
		name[n] = s[n] &^ 0x20
		n++
	}
	if n == 0 {
		return 0, 0, false
	}
	offset, ok = zoneOffset(string(name[:n]), zone, now)
	return offset, n, ok
}

// scanOffset reads Z, ±hh, ±hhmm, ±hh:mm or either with seconds at the start
// of s, and returns the offset in seconds and the length.
func scanOffset(s string) (offset int64, n int, ok bool) {
	if s == "" {
		return 0, 0, false
	}
	switch s[0] {
	case 'Z', 'z':
		return 0, 1, true
	case '+', '-':
	default:
		return 0, 0, false
	}
	hours, ok := twoDigits(s[1:])
	if !ok || hours > 23 {
		return 0, 0, false
	}
	offset, n = int64(hours)*3600, 3
	for _, unit := range [...]int64{60, 1} {
		rest := s[n:]
		colon := 0
		if rest != "" && rest[0] == ':' {
			colon = 1
		}
		v, ok := twoDigits(rest[colon:])
		if !ok || v > 59 {
			break
		}
		offset += int64(v) * unit
		n += colon + 2
	}
	if s[0] == '-' {
		offset = -offset
	}
	return offset, n, true
}

func twoDigits(s string) (int, bool) {
	if len(s) < 2 || !isDigit(s[0]) || !isDigit(s[1]) {
		return 0, false
	}
	return int(s[0]-'0')*10 + int(s[1]-'0'), true
}
