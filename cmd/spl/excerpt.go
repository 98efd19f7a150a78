package main

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/olekukonko/tablewriter/pkg/twwidth"

	"spl/parser/source"
	"spl/spl/harmless"
)

// excerpt is the line of a file that holds the start of a span, and below it a caret
// with a tail as long as the span. A line that is wider than width cells is cut
// around the fault. There is nothing to show of an empty line.
func excerpt(f *source.File, where source.Span, width int) []string {
	line, start := f.Line(where.Start)
	from := min(max(where.Start-start, 0), len(line))
	to := min(max(where.End-start, from), len(line))
	if strings.TrimSpace(line) == "" {
		return nil
	}
	line, from, to = near(line, from, to)
	cells, first, last := layOut(line, from, to)
	indent := 0
	for indent < first && cells[indent].text == " " {
		indent++
	}
	cells, first, last = cells[indent:], first-indent, last-indent
	cells, first, last = cut(cells, first, last, width)
	var text strings.Builder
	before, under := 0, 0
	for i, c := range cells {
		text.WriteString(c.text)
		switch {
		case i < first:
			before += c.width
		case i < last:
			under += c.width
		}
	}
	caret := strings.Repeat(" ", before) + "^" + strings.Repeat("~", max(0, under-1))
	return []string{strings.TrimRight(text.String(), " "), caret}
}

// window is how many bytes around a fault are looked at.
const window = 2048

// near cuts a huge line around the bytes from up to to.
func near(line string, from, to int) (string, int, int) {
	end := from
	for end < len(line) && (end < from+window || !utf8.RuneStart(line[end])) {
		end++
	}
	line, to = line[:end], min(to, end)
	start := max(0, from-window)
	for start > 0 && start < from && !utf8.RuneStart(line[start]) {
		start++
	}
	if start == 0 {
		return line, from, to
	}
	const more = "…"
	return more + line[start:], from - start + len(more), to - start + len(more)
}

// cell is what is shown of a character.
type cell struct {
	text  string
	width int
}

// layOut shows the characters of a line, and says which of them lie in the bytes
// from up to to. Characters that would move the cursor are shown as escapes.
func layOut(line string, from, to int) (cells []cell, first, last int) {
	first, last = -1, -1
	at := 0
	for i := 0; i < len(line); {
		r, n := utf8.DecodeRuneInString(line[i:])
		if first < 0 && i >= from {
			first = len(cells)
		}
		if last < 0 && i >= to {
			last = len(cells)
		}
		switch {
		case r == '\t':
			for range 4 - at%4 {
				cells = append(cells, cell{" ", 1})
			}
			at += 4 - at%4
		case r == utf8.RuneError && n == 1:
			cells = append(cells, cell{fmt.Sprintf(`\x%02x`, line[i]), 4})
			at += 4
		default:
			t := show(r)
			w := twwidth.WidthWithOptions(t, twwidth.Options{})
			cells = append(cells, cell{t, w})
			at += w
		}
		i += n
	}
	if first < 0 {
		first = len(cells)
	}
	if last < 0 {
		last = len(cells)
	}
	return cells, first, last
}

// cut takes a window of a line that is too wide: the fault in it, and more of what
// stands before it than of what comes after only where there is too little.
func cut(cells []cell, first, last, width int) ([]cell, int, int) {
	total := 0
	for _, c := range cells {
		total += c.width
	}
	if total <= width {
		return cells, first, last
	}
	lo, hi := first, first
	room := width - 2
	for used := 0; hi < len(cells) && (hi < last || used < room/2) && used+cells[hi].width <= room*2/3; hi++ {
		used += cells[hi].width
	}
	used := 0
	for i := lo; i < hi; i++ {
		used += cells[i].width
	}
	for lo > 0 && used+cells[lo-1].width <= room {
		lo--
		used += cells[lo].width
	}
	for hi < len(cells) && used+cells[hi].width <= room {
		used += cells[hi].width
		hi++
	}
	out := cells[lo:hi:hi]
	first, last = first-lo, min(last, hi)-lo
	if lo > 0 {
		out = append([]cell{{"…", 1}}, out...)
		first, last = first+1, last+1
	}
	if hi < len(cells) {
		out = append(out, cell{"…", 1})
	}
	return out, first, last
}

// show is a character, or an escape for one that does more than be seen or is not seen at
// all: in a query, a space without width is the fault that a reader looks for.
func show(r rune) string {
	if harmless.Sly(r) || unicode.Is(unicode.Cf, r) {
		return string(harmless.AppendEscape(nil, string(r)))
	}
	return string(r)
}

// printable is a text of one line that can be shown anywhere.
func printable(s string) string { return harmless.Text(oneLine.Replace(s), "") }

var oneLine = strings.NewReplacer("\n", " ", "\t", " ")
