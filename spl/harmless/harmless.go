// Package harmless makes text from outside fit to be seen: nothing in it moves a
// terminal's cursor, changes its colours, or is read in another order than it stands in.
//
// [Sly] says which characters do more than be seen. What is shown to people asks it and
// nothing else, so that an answer, an error and a report agree.
package harmless

import (
	"strings"
	"unicode/utf8"
)

// Sly says whether a character is not what it seems on a screen. C0 and C1 controls, line
// ends and tabs among them, are what a terminal obeys; marks of direction reorder what is
// read; the Unicode line separators break lines; a soft hyphen is as wide as each terminal
// likes.
func Sly(r rune) bool {
	switch {
	case r < ' ' || r >= 0x7f && r <= 0x9f || r == 0xad || r == 0x061c:
		return true
	case r < 0x200e:
		return false
	}
	return r == 0x200e || r == 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// ASCII says that a text is printable ASCII: harmless, and as many cells wide as it is long.
func ASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// Text is a text in which sly characters, but for those in keep, and bytes that are not
// UTF-8 are written as escapes: \x1b, \u202e.
func Text(s, keep string) string {
	n := prefix(s, keep)
	if n == len(s) {
		return s
	}
	var dst []byte
	for n < len(s) {
		dst = append(dst, s[:n]...)
		_, size := utf8.DecodeRuneInString(s[n:])
		dst = AppendEscape(dst, s[n:n+size])
		s = s[n+size:]
		n = prefix(s, keep)
	}
	return string(append(dst, s...))
}

// prefix is the length of the beginning of s that may be shown as it is.
func prefix(s, keep string) int {
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c <= '~' {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 || Sly(r) && !strings.ContainsRune(keep, r) {
			return i
		}
		i += size
	}
	return len(s)
}

const hex = "0123456789abcdef"

// AppendEscape appends each character of s as an escape: \x and two digits for ASCII and
// for a byte that is not UTF-8, \u and at least four for others.
func AppendEscape(dst []byte, s string) []byte {
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r < utf8.RuneSelf || r == utf8.RuneError && n == 1 {
			dst = append(dst, '\\', 'x', hex[s[i]>>4], hex[s[i]&15])
		} else {
			dst = append(dst, '\\', 'u')
			shift := 12
			for r>>shift > 15 {
				shift += 4
			}
			for ; shift >= 0; shift -= 4 {
				dst = append(dst, hex[r>>shift&15])
			}
		}
		i += n
	}
	return dst
}
