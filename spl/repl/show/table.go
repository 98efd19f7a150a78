package show

import (
	"fmt"
	"slices"
	"strings"

	"spl/eval/batch"
	"spl/spl/repl/term"
)

const (
	narrowest = 6   // cells that a cut column keeps
	cellLines = 3   // values of a cell that are shown below one another
	widest    = 200 // cells of a column where there is room for all
)

// Text is an answer in lines.
type Text struct {
	Head  []string // stands still while the lines move
	Lines []string
	// Hidden says what is not shown: columns that had no room, values cut short.
	Hidden string
	// Rows are how many rows the lines show.
	Rows int
}

type column struct {
	name  string
	width int
	right bool
}

// fitted draws rows as a table that is no wider than the terminal: long values are cut,
// and columns for which there is no room are left out. It gives the columns shown, too.
func (a *Answer) fitted(l *Look, in Range) (Text, []column) {
	cols := a.columns(l, in, widest)
	cut := false
	natural := make([]int, len(cols))
	for i, c := range cols {
		natural[i] = c.width
	}
	shown := squeeze(cols, l.Width)
	for i := range shown {
		cut = cut || shown[i].width < natural[i]
	}
	t := a.draw(shown, l, in, cellLines)
	switch left := len(cols) - len(shown); {
	case left > 0:
		t.Hidden = fmt.Sprintf("%d more columns", left)
		if left == 1 {
			t.Hidden = "1 more column"
		}
	case cut:
		t.Hidden = "longer values"
	}
	return t, shown
}

// Whole draws rows as a table as wide as it needs to be, for a pager.
func (a *Answer) Whole(l *Look, in Range) Text {
	return a.draw(a.columns(l, in, widest), l, in, 1000)
}

// columns measures the columns over the first rows.
func (a *Answer) columns(l *Look, in Range, limit int) []column {
	var cols []column
	for _, n := range a.Names() {
		c := column{name: n, width: max(1, term.Width(term.Safe(n))), right: n != "_time" && a.numbers(n)}
		a.each(in, func(b *batch.Batch, row int) {
			vals := texts(b, n, row, l.Zone)
			for _, v := range vals {
				c.width = max(c.width, term.Width(v))
			}
			if left := len(vals) - cellLines + 1; left > 1 {
				c.width = max(c.width, term.Width(fmt.Sprintf("… %d more", left)))
			}
		})
		c.width = min(c.width, limit)
		cols = append(cols, c)
	}
	return cols
}

// squeeze makes the columns fit: the widest become narrower, and where that is not
// enough the last are left out.
func squeeze(cols []column, width int) []column {
	const gap = 2
	room := func(n int) int { return width - 1 - gap*(n-1) }
	n := len(cols)
	least := func(n int) (sum int) {
		for _, c := range cols[:n] {
			sum += min(c.width, max(narrowest, min(len(c.name), 12)))
		}
		return sum
	}
	for n > 1 && least(n) > room(n) {
		n--
	}
	out := slices.Clone(cols[:n])
	for {
		sum, wide := 0, -1
		for i, c := range out {
			sum += c.width
			if wide < 0 || c.width > out[wide].width {
				wide = i
			}
		}
		if sum <= room(n) || wide < 0 || out[wide].width <= 1 {
			return out
		}
		second := 1
		for i, c := range out {
			if i != wide {
				second = max(second, c.width)
			}
		}
		out[wide].width -= max(1, min(out[wide].width-second, sum-room(n)))
	}
}

// draw writes the rows under the columns.
func (a *Answer) draw(cols []column, l *Look, in Range, lines int) Text {
	var t Text
	head, rule := make([]string, len(cols)), make([]string, len(cols))
	for i, c := range cols {
		head[i] = l.Colors.Paint(term.Bold, pad(term.Safe(c.name), c, i == len(cols)-1))
		rule[i] = strings.Repeat("─", c.width)
	}
	t.Head = []string{strings.Join(head, "  "), l.Colors.Paint(term.Faint, strings.Join(rule, "  "))}
	a.each(in, func(b *batch.Batch, row int) {
		if l.full(&t) {
			return
		}
		t.Rows++
		cells, tall := make([][]string, len(cols)), 1
		for i, c := range cols {
			cells[i] = texts(b, c.name, row, l.Zone)
			if n := len(cells[i]); n > lines {
				cells[i] = append(slices.Clone(cells[i][:lines-1]), fmt.Sprintf("… %d more", n-lines+1))
				t.Hidden = "more values"
			}
			tall = max(tall, len(cells[i]))
		}
		for k := range tall {
			parts := make([]string, len(cols))
			for i, c := range cols {
				v := ""
				if k < len(cells[i]) {
					v = cells[i][k]
				}
				parts[i] = pad(v, c, i == len(cols)-1)
			}
			t.Lines = append(t.Lines, strings.TrimRight(strings.Join(parts, "  "), " "))
		}
	})
	return t
}

func pad(v string, c column, last bool) string {
	switch {
	case c.right:
		return term.PadLeft(v, c.width)
	case last:
		return term.Cut(v, c.width)
	}
	return term.Pad(v, c.width)
}

// Records writes the first rows one value a line, each with its name: what a reader
// of screens can follow.
func (a *Answer) Records(l *Look, in Range) Text {
	var t Text
	names := a.Names()
	a.each(in, func(b *batch.Batch, row int) {
		if l.full(&t) {
			return
		}
		t.Rows++
		t.Lines = append(t.Lines, fmt.Sprintf("Row %d", in.From+t.Rows))
		for _, n := range names {
			if vals := texts(b, n, row, l.Zone); len(vals) > 0 {
				t.Lines = append(t.Lines, term.Safe(n)+": "+strings.Join(vals, "; "))
			}
		}
	})
	return t
}
