package output

import (
	"strings"

	"spl/eval/batch"
	"spl/spl/harmless"
)

// plainGrid is a table without borders, for pipes and files: a header with dashes
// under it, two spaces between columns, numbers flush right, nothing after the
// last value of a line. Values of a multivalue, and lines of a value, stand under
// each other. It takes two passes over the rows, and no memory for a cell.
type plainGrid struct {
	grown
	cols []plainColumn
}

type plainColumn struct {
	width int
	right bool
}

// widest is the width up to which a column is padded. A longer value pushes the
// rest of its line to the right; else one long event would widen every line.
const widest = 200

func (g *plainGrid) end() {
	if !g.ready() {
		return
	}
	g.measure()
	dashes := make([]string, len(g.names))
	for i := range dashes {
		dashes[i] = strings.Repeat("-", g.cols[i].width)
	}
	g.head()
	g.line(dashes)
	vals, ok := make([]string, len(g.names)), true
	g.each(func(p page) {
		for r := 0; r < p.rows && ok; r++ {
			if g.oneLine(p.cols, r, vals) {
				g.line(vals)
			} else {
				g.manyLines(p.cols, r)
			}
			ok = g.out.endRow()
		}
	})
	g.reset()
}

// measure finds each column's width and side.
func (g *plainGrid) measure() {
	g.cols = make([]plainColumn, len(g.names))
	for i, n := range g.names {
		g.cols[i].width = width(n)
	}
	var buf []string
	g.each(func(p page) {
		for i, c := range p.cols {
			w := g.cols[i].width
			for r := range p.rows {
				v, _ := c.First(r)
				if c.Count(r) <= 1 && harmless.ASCII(v) {
					w = max(w, len(v))
					continue
				}
				buf = lines(buf[:0], c, r)
				for _, l := range buf {
					w = max(w, width(l))
				}
			}
			g.cols[i].width = w
		}
	})
	for i := range g.cols {
		g.cols[i].width, g.cols[i].right = min(g.cols[i].width, widest), g.numeric(i)
	}
}

// head writes the header.
func (g *plainGrid) head() {
	pad := 0
	for i, n := range g.names {
		before, after := g.around(i, width(n))
		g.pad(pad + before)
		g.out.text(g.title(n))
		pad = after + 2
	}
	g.out.text("\n")
}

// oneLine puts a row's values into vals; false says that one has several lines.
func (g *plainGrid) oneLine(cols []*batch.Column, row int, vals []string) bool {
	for i, c := range cols {
		if c.Count(row) > 1 {
			return false
		}
		v, _ := c.First(row)
		if !harmless.ASCII(v) {
			if v = cell(v); strings.IndexByte(v, '\n') >= 0 {
				return false
			}
		}
		vals[i] = v
	}
	return true
}

// manyLines writes a row whose cells have several lines.
func (g *plainGrid) manyLines(cols []*batch.Column, row int) {
	cells, tall := make([][]string, len(cols)), 1
	for i, c := range cols {
		cells[i] = lines(nil, c, row)
		tall = max(tall, len(cells[i]))
	}
	vals := make([]string, len(cols))
	for k := range tall {
		for i, c := range cells {
			vals[i] = ""
			if k < len(c) {
				vals[i] = c[k]
			}
		}
		g.line(vals)
	}
}

// line writes one line. Padding waits until something follows it.
func (g *plainGrid) line(vals []string) {
	pad := 0
	for i, v := range vals {
		before, after := g.around(i, width(v))
		if v == "" {
			pad += before + after + 2
			continue
		}
		g.pad(pad + before)
		g.out.text(v)
		pad = after + 2
	}
	g.out.text("\n")
}

// around is the room before and after a text of some width in a column.
func (g *plainGrid) around(col, w int) (before, after int) {
	room := max(0, g.cols[col].width-w)
	if g.cols[col].right {
		return room, 0
	}
	return 0, room
}

func (g *plainGrid) pad(n int) {
	const spaces = "                                                                "
	for n > 0 {
		k := min(n, len(spaces))
		g.out.text(spaces[:k])
		n -= k
	}
}
