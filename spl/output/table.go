package output

import (
	"strconv"
	"strings"

	"spl/eval/batch"
	"spl/spl/spill"
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
	h := newHolder(o, out, humanTime, &plainGrid{grown: newGrown(o, out)})
	h.block = plainBlock
	if o.Terminal {
		h.g = &terminalGrid{grown: newGrown(o, out), width: o.Width}
		h.block = terminalBlock
	}
	h.stream = false
	return h
}

// grown is a table under way: its rows are kept until all widths are known.
type grown struct {
	out    *sink
	budget *spill.Budget
	color  bool
	names  []string    // fit for cells
	held   *spill.Rows // nil: none; their columns have numbers for names
	sides  []side
	blocks int
}

// side says whether a column has values, and whether all of them are numbers.
type side struct{ some, text bool }

func newGrown(o *Options, out *sink) grown {
	return grown{out: out, budget: o.Budget, color: o.Color}
}

func (g *grown) start(names []string) {
	g.names = make([]string, len(names))
	for i, n := range names {
		g.names[i] = strings.ReplaceAll(cell(n), "\n", " ")
	}
	g.sides = make([]side, len(names))
}

func (g *grown) page(cols []*batch.Column, rows int) {
	if g.held == nil {
		g.held = g.budget.NewRows("the table that is written")
	}
	p := page{cols: cols, rows: rows}
	for i, c := range cols {
		p.names = append(p.names, strconv.Itoa(i))
		g.sides[i].see(c, rows)
	}
	g.out.keep(g.held.Add(p.batch()))
}

// each goes through the rows.
func (g *grown) each(f func(p page)) {
	g.out.keep(g.held.Each(func(b *batch.Batch) error {
		f(pageOf(b))
		return g.out.err
	}))
}

// ready says whether there is anything to show, after an empty line between blocks.
func (g *grown) ready() bool {
	if g.held == nil || len(g.names) == 0 {
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
func (g *grown) reset() {
	if g.held != nil {
		g.held.Close()
	}
	g.names, g.held, g.sides = nil, nil, nil
}

// title is a field name as a heading.
func (g *grown) title(s string) string {
	if g.color && s != "" {
		return "\x1b[1m" + s + "\x1b[0m"
	}
	return s
}

// numeric says that a column has values and all of them are numbers, so that it
// is set flush right.
func (g *grown) numeric(col int) bool { return g.sides[col].some && !g.sides[col].text }

func (s *side) see(c *batch.Column, rows int) {
	for r := 0; r < rows && !s.text; r++ {
		for _, v := range c.Values(r) {
			_, ok := batch.ParseNumber(v)
			s.some, s.text = true, s.text || !ok
		}
	}
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
