// Package jsontext is what the reader of events and the functions on JSON share: what a
// string of JSON says, and texts read by the forms of texts before ([Reader]).
package jsontext

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// String is what a JSON string with its quotes says, which has been checked.
func String(raw string) string {
	if len(raw) < 2 {
		return ""
	}
	raw = raw[1 : len(raw)-1]
	if strings.IndexByte(raw, '\\') >= 0 {
		return Unquote(raw)
	}
	return raw
}

// Unquote decodes the escapes of a JSON string that has been checked. Half of a
// surrogate pair becomes U+FFFD, and what follows it is kept.
func Unquote(s string) string {
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

// Escape gives where an escape ends whose backslash stands before i; -1 when it is none.
func Escape(s string, i int) int {
	if i >= len(s) {
		return -1
	}
	switch s[i] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 1
	case 'u':
		if i+5 > len(s) || hex4(s[i+1:i+5]) < 0 {
			return -1
		}
		return i + 5
	}
	return -1
}

// goodEscapes says whether a backslash stands before nothing but what may follow it.
func goodEscapes(text string) bool {
	for i := strings.IndexByte(text, '\\'); i >= 0; {
		if i = Escape(text, i+1); i < 0 {
			return false
		}
		n := strings.IndexByte(text[i:], '\\')
		if n < 0 {
			return true
		}
		i += n
	}
	return true
}

func isDigit(c byte) bool { return c-'0' < 10 }

// Offset is where a part of a text begins in it.
func Offset(text, part string) int {
	return int(uintptr(unsafe.Pointer(unsafe.StringData(part))) - uintptr(unsafe.Pointer(unsafe.StringData(text))))
}

// textBytes views a string as bytes, which must only be read.
func textBytes(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }
