package term

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
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
		case n == len(s) && sly(r), r == utf8.RuneError && n == 1, unicode.IsControl(r):
			c.Text = escaped(s)
			c.Width = len(c.Text)
		}
		at += c.Width
		out = append(out, c)
	}
	return out
}

// sly says whether a character would do more than be seen: C1 controls, marks of
// direction, separators of lines.
func sly(r rune) bool {
	switch {
	case r < 0x20 || r >= 0x7f && r <= 0x9f || r == 0xad:
		return true
	case r < 0x200e:
		return false
	}
	return r == 0x200e || r == 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

func escaped(s string) string {
	const hex = "0123456789abcdef"
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r < 0x80 || r == utf8.RuneError && n == 1 {
			b.WriteString(`\x`)
			b.WriteByte(hex[s[i]>>4])
			b.WriteByte(hex[s[i]&15])
		} else {
			b.WriteString(`\u`)
			for shift := 12; shift >= 0; shift -= 4 {
				b.WriteByte(hex[r>>shift&15])
			}
		}
		i += n
	}
	return b.String()
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

// Safe is a text of one line that can be written to a terminal: line ends and tabs
// become spaces, what would move the cursor is escaped.
func Safe(s string) string {
	if plain(s) {
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
	if plain(s) {
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
	if plain(s) && len(s) <= width {
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
