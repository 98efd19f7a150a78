package output

import (
	"strings"

	"spl/eval/batch"
)

// csvGrid writes RFC 4180 text with LF line ends: a header, then a line a row. A
// multivalue is its values joined by line feeds in one quoted cell, NULL and the
// empty text are both an empty cell, and _time is ISO text (output 7.1).
//
// Values are written as they are. A spreadsheet takes a cell that begins with =,
// +, - or @ for a formula, so think before you open untrusted data in one.
type csvGrid struct {
	out      *sink
	sep      byte
	special  string // characters that make a cell need quotes
	terminal bool
}

func newCSV(o *Options, out *sink) format {
	return newHolder(o, out, isoTime, &csvGrid{out, ',', ",\"\r\n", o.Terminal})
}

func newTSV(o *Options, out *sink) format {
	return newHolder(o, out, isoTime, &csvGrid{out, '\t', "\t\"\r\n", o.Terminal})
}

func (g *csvGrid) start(names []string) {
	if len(names) == 0 {
		return
	}
	for i, n := range names {
		if i > 0 {
			g.out.buf = append(g.out.buf, g.sep)
		}
		g.value(n)
	}
	g.out.buf = append(g.out.buf, '\n')
}

func (g *csvGrid) page(cols []*batch.Column, rows int) {
	if len(cols) == 0 {
		return
	}
	for r := range rows {
		from := len(g.out.buf)
		for i, c := range cols {
			if i > 0 {
				g.out.buf = append(g.out.buf, g.sep)
			}
			g.cell(c, r)
		}
		if len(g.out.buf) == from { // readers skip an empty line
			g.out.text(`""`)
		}
		g.out.buf = append(g.out.buf, '\n')
		if !g.out.endRow() {
			return
		}
	}
}

func (g *csvGrid) end() {}

func (g *csvGrid) cell(c *batch.Column, row int) {
	switch c.Count(row) {
	case 0:
	case 1:
		v, _ := c.First(row)
		g.value(v)
	default:
		g.out.buf = append(g.out.buf, '"')
		for i, v := range c.Values(row) {
			if i > 0 {
				g.out.buf = append(g.out.buf, '\n')
			}
			g.quoted(g.safe(v))
		}
		g.out.buf = append(g.out.buf, '"')
	}
}

// value writes one text, in quotes if it needs them.
func (g *csvGrid) value(v string) {
	v = g.safe(v)
	if !strings.ContainsAny(v, g.special) {
		g.out.text(v)
		return
	}
	g.out.buf = append(g.out.buf, '"')
	g.quoted(v)
	g.out.buf = append(g.out.buf, '"')
}

// quoted writes what stands between quotes.
func (g *csvGrid) quoted(v string) {
	for {
		i := strings.IndexByte(v, '"')
		if i < 0 {
			g.out.text(v)
			return
		}
		g.out.text(v[:i+1])
		g.out.text(`"`)
		v = v[i+1:]
	}
}

func (g *csvGrid) safe(v string) string {
	if g.terminal {
		return visible(v)
	}
	return v
}
