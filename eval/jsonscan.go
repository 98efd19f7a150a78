package eval

import (
	bitops "math/bits"

	"github.com/tidwall/gjson"

	"spl/eval/jsontext"
)

// Whether a text is JSON, and where a key of it stands, is asked of every event by
// spath and the JSON functions. gjson looks at one byte after the other; here it is
// eight of them where strings are passed over. What is found is read by gjson.

// validJSON says whether a text is JSON that nests no deeper than maxJSONDepth.
func validJSON(s string) bool {
	end := validValue(s, 0, 0)
	return end >= 0 && skipSpace(s, end) == len(s)
}

// The functions below check what begins at i and give where it ends, or -1.

func validValue(s string, i, depth int) int {
	if i = skipSpace(s, i); i == len(s) || depth > maxJSONDepth {
		return -1
	}
	switch c := s[i]; {
	case c == '"':
		return validString(s, i+1)
	case c == '{':
		return validObject(s, i+1, depth+1)
	case c == '[':
		return validArray(s, i+1, depth+1)
	case c == '-' || isDigit(c):
		return validNumber(s, i)
	case c == 't':
		return validWord(s, i, "true")
	case c == 'f':
		return validWord(s, i, "false")
	case c == 'n':
		return validWord(s, i, "null")
	}
	return -1
}

func validObject(s string, i, depth int) int {
	if depth > maxJSONDepth {
		return -1
	}
	if i = skipSpace(s, i); i < len(s) && s[i] == '}' {
		return i + 1
	}
	for {
		if i = skipSpace(s, i); i == len(s) || s[i] != '"' {
			return -1
		}
		if i = validString(s, i+1); i < 0 {
			return -1
		}
		if i = skipSpace(s, i); i == len(s) || s[i] != ':' {
			return -1
		}
		if i = validValue(s, i+1, depth); i < 0 {
			return -1
		}
		if i = skipSpace(s, i); i == len(s) {
			return -1
		}
		switch s[i] {
		case '}':
			return i + 1
		case ',':
			i++
		default:
			return -1
		}
	}
}

func validArray(s string, i, depth int) int {
	if depth > maxJSONDepth {
		return -1
	}
	if i = skipSpace(s, i); i < len(s) && s[i] == ']' {
		return i + 1
	}
	for {
		if i = validValue(s, i, depth); i < 0 {
			return -1
		}
		if i = skipSpace(s, i); i == len(s) {
			return -1
		}
		switch s[i] {
		case ']':
			return i + 1
		case ',':
			i++
		default:
			return -1
		}
	}
}

// jsonString begins behind the opening quote.
func validString(s string, i int) int {
	for {
		i = plainEnd(s, i)
		if i == len(s) {
			return -1
		}
		switch s[i] {
		case '"':
			return i + 1
		case '\\':
			if i = jsontext.Escape(s, i+1); i < 0 {
				return -1
			}
		default: // a control character
			return -1
		}
	}
}

const (
	eachByte = 0x0101010101010101
	topBits  = 0x8080808080808080
)

// plainEnd is where, from i on, the first quote, backslash or control character stands.
func plainEnd(s string, i int) int {
	for ; len(s)-i >= 8; i += 8 {
		p := s[i : i+8]
		w := uint64(p[0]) | uint64(p[1])<<8 | uint64(p[2])<<16 | uint64(p[3])<<24 |
			uint64(p[4])<<32 | uint64(p[5])<<40 | uint64(p[6])<<48 | uint64(p[7])<<56
		quote, slash := w^('"'*eachByte), w^('\\'*eachByte)
		// Of each, the lowest mark is right; a wrong one can stand above it only.
		marks := ((w-' '*eachByte)&^w | (quote-eachByte)&^quote | (slash-eachByte)&^slash) & topBits
		if marks != 0 {
			return i + bitops.TrailingZeros64(marks)/8
		}
	}
	for i < len(s) && s[i] >= ' ' && s[i] != '"' && s[i] != '\\' {
		i++
	}
	return i
}

func validNumber(s string, i int) int {
	if s[i] == '-' {
		i++
	}
	switch {
	case i < len(s) && s[i] == '0':
		i++
	default:
		if i = validDigits(s, i); i < 0 {
			return -1
		}
	}
	if i < len(s) && s[i] == '.' {
		if i = validDigits(s, i+1); i < 0 {
			return -1
		}
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		if i++; i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		return validDigits(s, i)
	}
	return i
}

// jsonDigits wants one digit at least.
func validDigits(s string, i int) int {
	from := i
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	if i == from {
		return -1
	}
	return i
}

func validWord(s string, i int, word string) int {
	if len(s)-i < len(word) || s[i:i+len(word)] != word {
		return -1
	}
	return i + len(word)
}

func isDigit(c byte) bool { return c-'0' <= 9 }

func skipSpace(s string, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\t' || s[i] == '\n' || s[i] == '\r') {
		i++
	}
	return i
}

// findKey is what an object holds under a key, taken literally; the first of several.
// The object comes of a text that is valid. look, if it is set, is shown each key that
// was compared, in quotes.
func findKey(j gjson.Result, key string, look func(quoted string)) (found gjson.Result, ok bool) {
	if !j.IsObject() {
		return
	}
	s := j.Raw
	for i := 1; ; i++ {
		if i = skipSpace(s, i); i >= len(s) || s[i] != '"' {
			return
		}
		from := i
		i = passString(s, i+1)
		name := s[from:min(i, len(s))]
		if look != nil {
			look(name)
		}
		i = skipSpace(s, skipSpace(s, i)+1) // behind the colon
		at := i
		i = passValue(s, i)
		if sameKey(name, key) {
			return gjson.Parse(s[min(at, len(s)):min(i, len(s))]), true
		}
		if i = skipSpace(s, i); i >= len(s) || s[i] != ',' {
			return
		}
	}
}

// sameKey says whether a key in quotes is the one that is meant.
func sameKey(quoted, key string) bool {
	if len(quoted) == len(key)+2 && quoted[1:len(key)+1] == key {
		// A backslash would be an escape here.
		return plainEnd(key, 0) == len(key)
	}
	return len(quoted) > len(key)+2 && plainEnd(quoted, 1) < len(quoted)-1 && jsontext.String(quoted) == key
}

// passString is where a string ends whose opening quote stands before i.
func passString(s string, i int) int {
	for {
		i = plainEnd(s, i)
		switch {
		case i >= len(s):
			return len(s)
		case s[i] == '"':
			return i + 1
		case s[i] == '\\':
			i++
		}
		i++
	}
}

// passValue is where the value ends that begins at i.
func passValue(s string, i int) int {
	depth := 0
	for i < len(s) {
		switch s[i] {
		case '"':
			if i = passString(s, i+1); depth == 0 {
				return i
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth < 0 {
				return i // of the object around it
			}
			if depth == 0 {
				return i + 1
			}
		case ',', ' ', '\t', '\n', '\r':
			if depth == 0 {
				return i
			}
		}
		i++
	}
	return i
}
