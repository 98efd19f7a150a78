package output

import (
	"strings"

	"github.com/olekukonko/tablewriter/pkg/twwidth"

	"spl/spl/harmless"
)

// visible makes a text harmless to a terminal. Tabs and line feeds stay.
func visible(s string) string { return harmless.Text(s, "\n\t") }

// cell makes a value fit for a cell of a table: as [visible], with tabs as four
// spaces and CRLF as LF.
func cell(s string) string {
	if harmless.ASCII(s) {
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
	if harmless.ASCII(s) {
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
