package output

import (
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// terminalGrid is a table with borders that fits the width of a terminal: the
// widest columns are narrowed and their cells wrapped. When columns would become
// too narrow to read, or wrapping would take more than twice the lines, each
// record is written as a block of its own; see [terminalGrid.records].
type terminalGrid struct {
	grown
	width int
}

// narrowest is the least width that a column which must be wrapped may get.
const narrowest = 8

func (g *terminalGrid) end() {
	if !g.ready() {
		return
	}
	widths := fit(g.natural(), g.width-3*len(g.names)-1)
	if widths == nil {
		g.records()
		g.reset()
		return
	}
	rows, tall := g.wrapped(widths)
	if tall > 2*g.tall() {
		g.records()
	} else {
		g.draw(rows, widths, tall > len(rows))
	}
	g.reset()
}

// natural is the width each column would have if there were room.
func (g *terminalGrid) natural() []int {
	ws := make([]int, len(g.names))
	var buf []string
	for i, n := range g.names {
		ws[i] = max(1, width(n))
	}
	g.each(func(p page) {
		for i, c := range p.cols {
			for r := range p.rows {
				buf = lines(buf[:0], c, r)
				for _, l := range buf {
					ws[i] = max(ws[i], width(l))
				}
			}
		}
	})
	return ws
}

// fit narrows the widest columns until all fit into room; nil says that it cannot
// be done with [narrowest].
func fit(natural []int, room int) []int {
	at := func(limit int) (sum int) {
		for _, w := range natural {
			sum += min(w, limit)
		}
		return sum
	}
	widest := 0
	for _, w := range natural {
		widest = max(widest, w)
	}
	limit := min(widest, max(room, 0))
	for limit > narrowest && at(limit) > room {
		limit--
	}
	spare := room - at(limit)
	if spare < 0 || limit < min(widest, narrowest) {
		return nil
	}
	out := make([]int, len(natural))
	for i, w := range natural {
		out[i] = min(w, limit)
		if w > limit && spare > 0 { // what is left over is less than a cell a column
			out[i]++
			spare--
		}
	}
	return out
}

// wrapped is the rows with cells broken to fit, and how many lines they take.
func (g *terminalGrid) wrapped(widths []int) (rows [][]string, tall int) {
	var ls, cut []string
	g.each(func(p page) {
		for r := range p.rows {
			row, most := make([]string, len(p.cols)), 1
			for i, c := range p.cols {
				ls, cut = lines(ls[:0], c, r), cut[:0]
				for _, l := range ls {
					cut = wrap(cut, l, widths[i])
				}
				row[i] = strings.Join(cut, "\n")
				most = max(most, len(cut))
			}
			rows = append(rows, row)
			tall += most
		}
	})
	return rows, tall
}

// draw writes the table. Everything is measured and broken already; the library
// must change no text. Rows of several lines are told apart by rules.
func (g *terminalGrid) draw(rows [][]string, widths []int, rules bool) {
	sides := make([]tw.Align, len(g.names))
	heads := make([]string, len(g.names))
	for i, n := range g.names {
		sides[i] = tw.AlignLeft
		if g.numeric(i) {
			sides[i] = tw.AlignRight
		}
		parts := wrap(nil, n, widths[i])
		for k := range parts {
			parts[k] = g.title(parts[k])
		}
		heads[i] = strings.Join(parts, "\n")
	}
	between := tw.Off
	if rules {
		between = tw.On
	}
	t := tablewriter.NewTable(g.out,
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Symbols:  tw.NewSymbols(tw.StyleLight),
			Settings: tw.Settings{Separators: tw.Separators{BetweenRows: between}},
		})),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithTrimSpace(tw.Off),
		tablewriter.WithTrimTab(tw.Off),
		tablewriter.WithTrimLine(tw.Off),
		tablewriter.WithHeaderAlignmentConfig(tw.CellAlignment{Global: tw.AlignLeft, PerColumn: sides}),
		tablewriter.WithRowAlignmentConfig(tw.CellAlignment{Global: tw.AlignLeft, PerColumn: sides}),
	)
	t.Header(heads)
	for _, row := range rows {
		g.out.keep(t.Append(row))
	}
	g.out.keep(t.Render())
}
