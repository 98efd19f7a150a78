package output

import (
	"slices"
	"strings"

	"spl/eval/batch"
)

// rawRows writes the text of each event, _raw, as it stands and one a line. A row
// without _raw, and every row when the fields asked for leave _raw out, is written
// as name="value" pairs on one line: in column order, NULL left out, a multivalue
// as one pair for each value, a quote or backslash in a value after a backslash, a
// line feed as \n, and _time as ISO text.
type rawRows struct {
	out      *sink
	cols     *columns
	clock    clock
	pairs    bool // _raw is not asked for
	terminal bool
}

func newRaw(o *Options, out *sink) format {
	return &rawRows{
		out: out, cols: newColumns(o, false), clock: clock{isoTime, o.Zone},
		pairs:    len(o.Fields) > 0 && !slices.Contains(o.Fields, "_raw"),
		terminal: o.Terminal,
	}
}

func (w *rawRows) write(b *batch.Batch, rows int) {
	var raw *batch.Column
	if !w.pairs {
		raw = b.Col("_raw")
	}
	var p page // made only if some row has no _raw, since it reads all fields
	for r := range rows {
		if raw.Count(r) == 0 {
			if p.rows == 0 {
				p = w.cols.page(b, rows)
				w.clock.show(&p)
			}
			w.row(p, r)
		}
		for _, v := range raw.Values(r) {
			w.value(v)
			w.out.text("\n")
		}
		if !w.out.endRow() {
			return
		}
	}
}

func (w *rawRows) close() {}

// row writes a row as pairs.
func (w *rawRows) row(p page, row int) {
	sep := ""
	for i, c := range p.cols {
		for _, v := range c.Values(row) {
			w.out.text(sep)
			sep = " "
			w.value(p.names[i])
			w.out.text(`="`)
			w.value(pairEscapes.Replace(v))
			w.out.text(`"`)
		}
	}
	w.out.text("\n")
}

var pairEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

func (w *rawRows) value(v string) {
	if w.terminal {
		v = visible(v)
	}
	w.out.text(v)
}
