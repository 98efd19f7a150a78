package command

import (
	"math"
	"slices"
	"strings"

	"spl/eval/agg"
	"spl/eval/batch"
	"spl/eval/timefmt"
	"spl/spl/engine"
)

// How chart and timechart run. The map part puts rows into groups by the bin of
// the row field and the value of the column field, and gives partial rows as stats
// does. Where the width of bins depends on all rows it gathers by narrower bins,
// which the reduce part puts together. The reduce part then chooses the columns.

// The fields by which rows are grouped; no event has such names, and wildcards pass
// them over.
const (
	rowKeyField = "_\x00row"
	colKeyField = "_\x00col"
)

// Columns of their own: rows without a value, and what the limit leaves out.
const (
	nullKey  = "\x00null"
	otherKey = "\x00other"
)

// The least and greatest value of the row field, in partial rows.
const (
	partialLow  = "psrsvd_low"
	partialHigh = "psrsvd_high"
)

// maxBins bounds the rows that empty bins make (limits.conf, [discretize] maxbins).
const maxBins = 50000

func (n *chartNode) by() []string {
	switch {
	case n.row == "" && n.col == "":
		return nil
	case n.col == "":
		return []string{rowKeyField}
	}
	return []string{rowKeyField, colKeyField}
}

// gives: columns have the values of the second field for names.
func (n *chartNode) gives(engine.Schema) engine.Schema {
	if n.col != "" {
		return engine.SchemaOf(n.row, "*", "_span", "_spandays")
	}
	names := append(callNames(n.calls), n.row, "_span", "_spandays")
	for _, m := range n.measures {
		names = append(names, m.name)
	}
	return engine.SchemaOf(names...)
}

func (n *chartNode) Plan(p *Planning) *engine.Plan {
	var fields []string
	for _, f := range []string{n.row, n.col} {
		if f != "" {
			fields = append(fields, f)
		}
	}
	reads := aggReads(n.calls, fields)
	plan := &engine.Plan{
		Wants:     placesFor(n.calls),
		Gives:     n.gives,
		Renames:   callRenames(n.calls),
		Shape:     engine.Table,
		Makes:     true,
		Reads:     func(batch.Fields) batch.Fields { return reads },
		Transient: true,
		Drawing:   &engine.Drawing{Over: n.row},
		Map: func(c *engine.Context) (engine.Operator, error) {
			m := &chartMap{node: n, ctx: c, axis: n.newAxis(c, p), columns: n.columns.of(c), low: math.Inf(1), high: math.Inf(-1)}
			m.plain, m.fixed = m.dropsNone(), m.axis.timed()
			var err error
			m.agg, err = n.aggregator(c, &m.axis)
			return m, err
		},
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			r := &chartReduce{node: n, axis: n.newAxis(c, p), bins: n.columns.of(c), low: math.Inf(1), high: math.Inf(-1)}
			a, err := n.aggregator(c, &r.axis)
			a.keep()
			r.statsReduce = statsReduce{aggregator: a}
			return r, err
		},
	}
	return plan
}

// aggregator makes a table of groups whose per_second and the like know the length
// of their bin.
func (n *chartNode) aggregator(c *engine.Context, x *axis) (*aggregator, error) {
	var a *aggregator
	s := agg.Settings{BinLength: func(group int32) float64 {
		if a == nil || int(group) >= a.groups.len() || len(a.by) == 0 {
			return 0
		}
		start, ok := batch.ParseNumber(a.groups.value(group, 0))
		if !ok {
			return 0
		}
		return x.next(start) - start
	}}
	var err error
	a, err = newAggregator(c, n.calls, n.by(), s, n.opts.bool("dedup_splitvals", false))
	return a, err
}

// newAxis is the axis of the row field as far as it is known before any row.
func (n *chartNode) newAxis(c *engine.Context, p *Planning) axis {
	x := n.axis
	x.zone = c.Zone
	if n.time && !x.timed() && isFinite(c.Earliest) && isFinite(c.Latest) {
		x.span = n.step(c.Latest - c.Earliest)
	}
	switch v := strings.ToLower(n.opts.text("aligntime", "")); v {
	case "":
	case "earliest":
		x.aligned, x.origin = isFinite(c.Earliest), c.Earliest
	case "latest":
		x.aligned, x.origin = isFinite(c.Latest), c.Latest
	default:
		if t, ok := batch.ParseNumber(v); ok {
			x.aligned, x.origin = true, t
		} else if m, err := timefmt.ParseModifier(v); err == nil {
			x.aligned, x.origin = true, timefmt.Epoch(m.Apply(p.Now, c.Zone))
		}
	}
	return x
}

func isFinite(v float64) bool { return !math.IsInf(v, 0) && !math.IsNaN(v) }

func (n *chartNode) step(seconds float64) timefmt.Span {
	return stepFor(seconds, n.opts.int("bins", 100), n.minspan)
}

// chooses says that bins are wanted whose width depends on the rows.
func (n *chartNode) chooses() bool {
	if n.axis.cuts() {
		return false
	}
	return n.time || n.opts.given("bins") || n.opts.given("start") || n.opts.given("end") || n.opts.given("minspan")
}

// chartMap groups the rows that come its way.
type chartMap struct {
	node      *chartNode
	ctx       *engine.Context
	agg       *aggregator
	axis      axis
	columns   axis // of the column field
	low, high float64
	plain     bool // the batch goes to the calls as it is
	fixed     bool // the width of bins is known
}

// dropsNone says that no wildcard could take the row and column fields for
// arguments, or that another call reads them.
func (m *chartMap) dropsNone() bool {
	wild := false
	for _, c := range m.node.calls {
		if c.wild() {
			wild = true
			continue
		}
		reads := []string{c.field}
		if c.run != nil {
			reads = c.run.Reads()
		}
		if slices.Contains(reads, m.node.row) || slices.Contains(reads, m.node.col) {
			return true
		}
	}
	return !wild
}

func (m *chartMap) Push(b *batch.Batch, emit engine.Emit) error {
	n := m.node
	if n.row == "" && n.col == "" {
		_, err := m.agg.add(b)
		return err
	}
	row := b.Col(n.row)
	if n.chooses() && !m.fixed && row != nil {
		m.spread(row, b.Rows)
		if err := m.widen(); err != nil {
			return err
		}
	}
	out := b.Clone()
	if n.time {
		row = onlyNumbers(row, b.Rows)
	}
	switch {
	case n.row == "": // BY after OVER of nothing
		out.Set(rowKeyField, batch.Constant("", b.Rows))
	default:
		out.Set(rowKeyField, m.axis.keys(row, b.Rows))
	}
	if n.col != "" {
		out.Set(colKeyField, m.columnKeys(m.columns.keys(b.Col(n.col), b.Rows), b.Rows))
	}
	if !m.plain {
		out.Load()
		out.Drop(n.row)
		out.Drop(n.col)
	}
	full, err := m.agg.add(out)
	if err != nil || !full {
		return err
	}
	if err := m.Flush(emit); err != nil {
		return err
	}
	m.agg.clear(m.agg.groups.splits)
	return nil
}

// onlyNumbers leaves out what is no time.
func onlyNumbers(c *batch.Column, rows int) *batch.Column {
	for r := range rows {
		if _, ok := c.Number(r); !ok || c.Count(r) != 1 {
			var bl batch.Builder
			for r := range rows {
				if v, some := c.First(r); some {
					if _, ok := c.Number(r); ok {
						bl.String(v)
						continue
					}
				}
				bl.Null()
			}
			return bl.Column()
		}
	}
	return c
}

// columnKeys marks the rows without a value, if they are to have a column.
func (m *chartMap) columnKeys(c *batch.Column, rows int) *batch.Column {
	if !m.node.opts.bool("usenull", true) || c.Single() {
		return c
	}
	var bl batch.Builder
	bl.Grow(rows)
	for r := range rows {
		if v := c.Values(r); len(v) > 0 {
			bl.Append(v...)
		} else {
			bl.String(nullKey)
		}
	}
	return bl.Column()
}

func (m *chartMap) spread(c *batch.Column, rows int) {
	for r := range rows {
		for _, v := range c.Values(r) {
			if x, ok := batch.ParseNumber(v); ok {
				m.low, m.high = min(m.low, x), max(m.high, x)
			}
		}
	}
}

// widen makes the bins of time wider when there are many more of them than the
// result will have.
func (m *chartMap) widen() error {
	if !m.node.time || m.low > m.high {
		return nil
	}
	span := workStep(m.node.step(m.high - m.low))
	if m.axis.timed() && span == m.axis.span {
		return nil
	}
	first := !m.axis.timed()
	m.axis.span = span
	if first {
		return nil
	}
	var err error
	m.agg, err = m.node.regroup(m.agg, &m.axis, m.node.rebin(&m.axis))
	return err
}

func (m *chartMap) Flush(emit engine.Emit) error {
	return (&statsMap{aggregator: m.agg}).Flush(func(b *batch.Batch) error {
		if m.low <= m.high {
			b.Set(partialLow, batch.Constant(batch.FormatNumber(m.low), b.Rows))
			b.Set(partialHigh, batch.Constant(batch.FormatNumber(m.high), b.Rows))
		}
		return emit(b)
	})
}

// rebin gives a group the bin of its row key on another axis.
func (*chartNode) rebin(x *axis) func([]string) []string {
	return func(keys []string) []string {
		v, ok := batch.ParseNumber(keys[0])
		if !ok {
			return keys
		}
		return append([]string{batch.FormatNumber(x.start(v))}, keys[1:]...)
	}
}

// regroup puts groups together whose new keys are equal; nil keys drop a group.
func (n *chartNode) regroup(a *aggregator, x *axis, keys func([]string) []string) (*aggregator, error) {
	out, err := n.aggregator(a.ctx, x)
	if err != nil {
		return nil, err
	}
	err = out.regroup(a, keys)
	a.release()
	return out, err
}
