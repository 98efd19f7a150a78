package output

import (
	"strings"
	"unicode/utf8"

	"github.com/olekukonko/tablewriter/pkg/twwidth"
)

// sly says whether a character is not what it seems on a screen: C1 controls begin
// terminal sequences as ESC does, bidirectional overrides reorder what is read, and
// the Unicode line separators break lines.
func sly(r rune) bool {
	switch {
	case r >= 0x7f && r <= 0x9f:
		return true
	case r < 0x200e:
		return false
	}
	return r == 0x200e || r == 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// plain says that a text is printable ASCII: as many cells wide as it is long.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// visible makes a text harmless to a terminal: control characters and bytes that
// are not UTF-8 are shown as \x1b, the characters of [sly] as \u202e. Tabs and
// line feeds stay.
func visible(s string) string {
	i := harmless(s)
	if i == len(s) {
		return s
	}
	var b strings.Builder
	for i < len(s) {
		b.WriteString(s[:i])
		r, size := utf8.DecodeRuneInString(s[i:])
		if r < 0x80 || r == utf8.RuneError {
			b.WriteString(`\x`)
			b.WriteByte(hex[s[i]>>4])
			b.WriteByte(hex[s[i]&15])
		} else {
			b.Write(appendEscape(nil, r))
		}
		s = s[i+size:]
		i = harmless(s)
	}
	b.WriteString(s)
	return b.String()
}

// harmless is the length of the beginning of s that may be shown as it is.
func harmless(s string) int {
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < 0x7f || c == '\n' || c == '\t' {
			i++
			continue
		}
		if c < 0x80 {
			return i
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if sly(r) || r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(s)
}

// cell makes a value fit for a cell of a table: as [visible], with tabs as four
// spaces and CRLF as LF.
func cell(s string) string {
	if plain(s) {
		return s
	}
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(s, "\r\n", "\n")
	}
	if strings.IndexByte(s, '\t') >= 0 {
		s = strings.ReplaceAll(s, "\t", "    ")
	}
	return visible(s)
}

// width is how many cells of a terminal a line takes. It measures as the terminal
// tables' library does, character by character, but never by the locale.
func width(s string) int {
	if plain(s) {
		return len(s)
	}
	return twwidth.WidthWithOptions(s, twwidth.Options{})
}

// wrap breaks a line into lines of at most limit cells: at a space, which it
// drops, if one stands in the second half of the line, else anywhere. A wide
// character that does not fit a limit of one stands alone.
func wrap(dst []string, s string, limit int) []string {
	for {
		end, space := head(s, limit)
		switch {
		case end == len(s):
			return append(dst, s)
		case s[end] == ' ':
			space = end
		}
		if space > 0 {
			dst, s = append(dst, s[:space]), s[space+1:]
		} else {
			dst, s = append(dst, s[:end]), s[end:]
		}
		if s == "" { // the space that was dropped was the last
			return dst
		}
	}
}

// head is how much of s fits into limit cells, at least one character, and where
// the last space in the second half of that is, or 0.
func head(s string, limit int) (end, space int) {
	w := 0
	for i, r := range s {
		rw := 1
		if r >= 0x7f {
			rw = width(string(r))
		}
		if i > 0 && w+rw > limit {
			return i, space
		}
		if r == ' ' && 2*w >= limit {
			space = i
		}
		w += rw
	}
	return len(s), space
}
