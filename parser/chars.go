package parser

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// spaceAt is the length of the white space character at the start of s. Text
// pasted from a page has non-breaking spaces; they separate like any other.
func spaceAt(s string) int {
	if s == "" {
		return 0
	}
	switch c := s[0]; {
	case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f':
		return 1
	case c < utf8.RuneSelf:
		return 0
	}
	r, n := utf8.DecodeRuneInString(s)
	if r == '\u00a0' || r == '\ufeff' || r == '\u200b' || unicode.Is(unicode.Zs, r) {
		return n
	}
	return 0
}

// comparison is the length of the comparison operator at the start of s.
func comparison(s string) int {
	if len(s) > 1 && s[1] == '=' && strings.IndexByte("=<>!", s[0]) >= 0 {
		return 2
	}
	if s[0] == '!' {
		return 0
	}
	return 1
}

// typographic is the length of the curly quote at the start of s, or 0. A word
// processor makes them of plain ones; they quote nothing.
func typographic(s string) int {
	if s[0] < utf8.RuneSelf {
		return 0
	}
	r, n := utf8.DecodeRuneInString(s)
	if strings.ContainsRune("“”„‘’", r) {
		return n
	}
	return 0
}

// hexEnd is the offset after a hexadecimal number, 0x1F, or 0.
func hexEnd(s string, start int) int {
	i := start + 2
	if !strings.HasPrefix(s[start:], "0x") && !strings.HasPrefix(s[start:], "0X") {
		return 0
	}
	for i < len(s) && (isDigit(s[i]) || s[i]|0x20 >= 'a' && s[i]|0x20 <= 'f') {
		i++
	}
	if i == start+2 || i < len(s) && isNameStart(s[i]) {
		return 0
	}
	return i
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isNameStart(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf
}

// closingQuote is the offset after the quote that closes the one at start, or -1.
func closingQuote(s string, start int) int {
	for i := start + 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

// closingBracket is the offset after the ']' that closes the '[' at start. fault is
// the offset of the innermost bracket left open, or -1.
func closingBracket(s string, start int) (end, fault int) {
	var opens []int
	for i := start; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			if end := closingQuote(s, i); end > 0 {
				i = end - 1
			}
		case '[':
			opens = append(opens, i)
		case ']':
			if opens = opens[:len(opens)-1]; len(opens) == 0 {
				return i + 1, -1
			}
		}
	}
	return len(s), opens[len(opens)-1]
}
