package term

import (
	"strings"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"

	"spl/spl/harmless"
)

// Cell is a character as a reader sees it, marks that combine with it included.
type Cell struct {
	Text  string // what to write; escaped where it would move the cursor
	Width int    // cells it takes, 0 for a mark alone
	Size  int    // bytes it has in the text that it came from
}

// Cells cuts a line into characters. Control characters are shown as \x1b, marks of
// direction as \u202e, tabs as spaces up to the next multiple of four from column at.
func Cells(line string, at int) []Cell {
	out := make([]Cell, 0, len(line))
	g := displaywidth.StringGraphemes(line)
	for g.Next() {
		s := g.Value()
		c := Cell{Text: s, Width: g.Width(), Size: len(s)}
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case s == "\t":
			c.Width = 4 - at%4
			c.Text = strings.Repeat(" ", c.Width)
		case harmless.Sly(r), r == utf8.RuneError && n == 1:
			c.Text = string(harmless.AppendEscape(nil, s))
			c.Width = len(c.Text)
		}
		at += c.Width
		out = append(out, c)
	}
	return out
}

// Safe is a text of one line that can be written to a terminal: line ends and tabs
// become spaces, what would move the cursor is escaped.
func Safe(s string) string {
	if harmless.ASCII(s) {
		return s
	}
	var b strings.Builder
	for _, c := range Cells(s, 0) {
		if c.Text == `\x0a` || c.Text == `\x0d` || c.Text == `\x0d\x0a` {
			b.WriteByte(' ')
			continue
		}
		b.WriteString(c.Text)
	}
	return b.String()
}

// Width is how many cells a safe text takes.
func Width(s string) int {
	if harmless.ASCII(s) {
		return len(s)
	}
	n := 0
	for _, c := range Cells(s, 0) {
		n += c.Width
	}
	return n
}

// Cut is the beginning of a safe text that fits so many cells; one that was cut ends
// in an ellipsis.
func Cut(s string, width int) string {
	if harmless.ASCII(s) && len(s) <= width {
		return s
	}
	cells := Cells(s, 0)
	total := 0
	for _, c := range cells {
		total += c.Width
	}
	if total <= width {
		return s
	}
	if width < 1 {
		return ""
	}
	var b strings.Builder
	used := 0
	for _, c := range cells {
		if used+c.Width > width-1 {
			break
		}
		used += c.Width
		b.WriteString(c.Text)
	}
	return b.String() + "…"
}

// Pad is a safe text of exactly so many cells, cut or filled with spaces.
func Pad(s string, width int) string {
	s = Cut(s, width)
	return s + strings.Repeat(" ", max(0, width-Width(s)))
}

// PadLeft is Pad with the spaces before the text.
func PadLeft(s string, width int) string {
	s = Cut(s, width)
	return strings.Repeat(" ", max(0, width-Width(s))) + s
}
