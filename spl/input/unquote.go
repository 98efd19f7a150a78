package input

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// unquote decodes the escapes of a JSON string that has been checked. Half of a
// surrogate pair becomes U+FFFD, and what follows it is kept.
func unquote(s string) string {
	out := make([]byte, 0, len(s))
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 || i+1 >= len(s) {
			return string(append(out, s...))
		}
		out = append(out, s[:i]...)
		c := s[i+1]
		s = s[i+2:]
		switch c {
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			var r rune
			r, s = codePoint(s)
			out = utf8.AppendRune(out, r)
		default:
			out = append(out, c)
		}
	}
}

// codePoint reads the four hexadecimal digits after \u, and the second half of a
// pair if it is there. It gives the rest of the text.
func codePoint(s string) (rune, string) {
	if len(s) < 4 {
		return utf8.RuneError, s
	}
	r := hex4(s[:4])
	s = s[4:]
	if r < 0 {
		return utf8.RuneError, s
	}
	if !utf16.IsSurrogate(r) {
		return r, s
	}
	if len(s) >= 6 && s[0] == '\\' && s[1] == 'u' {
		if pair := utf16.DecodeRune(r, hex4(s[2:6])); pair != utf8.RuneError {
			return pair, s[6:]
		}
	}
	return utf8.RuneError, s
}

// hex4 reads four hexadecimal digits; -1 when one is none.
func hex4(s string) rune {
	var r rune
	for i := range 4 {
		c := s[i]
		switch {
		case isDigit(c):
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}
