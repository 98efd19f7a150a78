package output

import (
	"strings"

	"spl/eval/batch"
)

// plainBlock and terminalBlock bound the rows that a table holds in memory to
// measure its columns. A longer result is several tables, each with its own
// header and an empty line between them.
const (
	plainBlock    = 1 << 17
	terminalBlock = 10_000
)

// newTable makes the table for people: drawn with borders on a terminal, aligned
// with spaces elsewhere.
func newTable(o *Options, out *sink) format {
	h := newHolder(o, humanTime, &plainGrid{grown: grown{out: out, color: o.Color}})
	h.block = plainBlock
	if o.Terminal {
		h.g = &terminalGrid{grown: grown{out: out, color: o.Color}, width: o.Width}
		h.block = terminalBlock
	}
	h.stream = false
	return h
}

// grown is a table under way: its rows are kept until all widths are known.
type grown struct {
	out    *sink
	color  bool
	names  []string // fit for cells
	pages  []page
	rows   int
	blocks int
}

func (g *grown) start(names []string) {
	g.names = make([]string, len(names))
	for i, n := range names {
		g.names[i] = strings.ReplaceAll(cell(n), "\n", " ")
	}
}

func (g *grown) page(cols []*batch.Column, rows int) {
	g.pages = append(g.pages, page{cols: cols, rows: rows})
	g.rows += rows
}

// ready says whether there is anything to show, after an empty line between blocks.
func (g *grown) ready() bool {
	if g.rows == 0 || len(g.names) == 0 {
		g.reset()
		return false
	}
	if g.blocks > 0 {
		g.out.text("\n")
	}
	g.blocks++
	return true
}

// reset forgets the rows that were shown.
func (g *grown) reset() { g.names, g.pages, g.rows = nil, nil, 0 }

// title is a field name as a heading.
func (g *grown) title(s string) string {
	if g.color && s != "" {
		return "\x1b[1m" + s + "\x1b[0m"
	}
	return s
}

// numeric says that a column has values and all of them are numbers, so that it
// is set flush right.
func (g *grown) numeric(col int) bool {
	some := false
	for _, p := range g.pages {
		c := p.cols[col]
		for r := range p.rows {
			for _, v := range c.Values(r) {
				if _, ok := batch.ParseNumber(v); !ok {
					return false
				}
				some = true
			}
		}
	}
	return some
}

// lines appends the lines of a cell: each value begins a new one.
func lines(dst []string, c *batch.Column, row int) []string {
	for _, v := range c.Values(row) {
		v = cell(v)
		for {
			line, rest, more := strings.Cut(v, "\n")
			dst = append(dst, line)
			if !more {
				break
			}
			v = rest
		}
	}
	return dst
}
