// Package page lays text out for people: on terminals of any width, with colours or
// without, and with nothing in it that a terminal would obey.
package page

import (
	"fmt"
	"strings"

	"github.com/olekukonko/tablewriter/pkg/twwidth"

	"spl/spl/harmless"
)

// Style says how a text is laid out. The zero Style is plain, and as wide as it gets.
type Style struct {
	Width int // in cells; 0: no limit
	Color bool
}

// The colours of a terminal, and its heavy print.
const (
	Red    = "31"
	Green  = "32"
	Yellow = "33"
	Cyan   = "36"
	Faint  = "2"
	Bold   = "1"
)

// Paint puts a text into a colour, where there are colours.
func (s Style) Paint(color, text string) string {
	if !s.Color || text == "" {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}

// Cells is how many cells wide a text is.
func Cells(text string) int { return twwidth.WidthWithOptions(text, twwidth.Options{}) }

// Clip shortens a text to so many cells, the last of them a sign of it. 0: no limit.
func Clip(text string, width int) string {
	if width <= 0 || len(text) <= width || Cells(text) <= width {
		return text
	}
	var b strings.Builder
	used := 0
	for _, r := range text {
		w := Cells(string(r))
		if used+w > width-1 {
			break
		}
		b.WriteRune(r)
		used += w
	}
	return b.String() + "…"
}

// Fit is Clip to what is left of the width behind an indent; at least 16 cells.
func (s Style) Fit(text string, indent int) string {
	if s.Width <= 0 {
		return text
	}
	return Clip(text, max(16, s.Width-indent))
}

// Visible makes a text harmless and puts it on one line: characters that a terminal
// obeys are written as escapes.
func Visible(s string) string { return harmless.Text(s, "") }

// OneLine is a text of several lines on one, white space made short.
func OneLine(s string) string { return Visible(strings.Join(strings.Fields(s), " ")) }

// Wrap breaks a text at spaces so that no line is wider than width, where that can be.
func Wrap(text string, width int) []string {
	if width <= 0 || Cells(text) <= width {
		return []string{text}
	}
	var lines []string
	line := ""
	for _, w := range strings.Fields(text) {
		switch {
		case line == "":
			line = w
		case Cells(line)+1+Cells(w) <= width:
			line += " " + w
		default:
			lines, line = append(lines, line), w
		}
	}
	return append(lines, line)
}

// Count is a number with its noun: 1 event, 1,200 events.
func Count(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Number(n) + " " + noun + "s"
}

// Number writes a number with commas.
func Number(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Size writes a number of bytes.
func Size(n int64) string {
	units := []string{"bytes", "KB", "MB", "GB", "TB"}
	f, i := float64(n), 0
	for f >= 1024 && i < len(units)-1 {
		f, i = f/1024, i+1
	}
	if i == 0 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%.1f %s", f, units[i])
}
