package command

import (
	"context"
	"slices"
	"strings"

	"spl/eval/agg"
	"spl/eval/batch"
	"spl/spl/engine"
)

// How mstats runs: the map part makes measurements of the events, drops those that
// WHERE does not select and aggregates the rest as stats does.

// The fields of a measurement, and the prefix of those of an event that holds several.
const (
	metricName   = "metric_name"
	metricValue  = "_value"
	metricPrefix = "metric_name:"
)

// seriesField names, while mstats runs, the time series of each measurement: its
// metric and all its dimensions.
const seriesField = "_\x00series"

func (n *mstatsNode) Plan(p *Planning) *engine.Plan {
	plan := n.plan(p)
	if n.first {
		return plan
	}
	return rowsAfter(plan)
}

func (n *mstatsNode) plan(p *Planning) *engine.Plan {
	reads := n.reads()
	plan := &engine.Plan{
		Wants: placesFor(n.calls),
		Gives: n.gives,
		Shape: engine.Table,
		Makes: true,
		Front: true,
		Reads: func(batch.Fields) batch.Fields { return reads },
		Range: asked(n.test, p),
		Generate: func(c *engine.Context) (batch.Source, error) {
			if c.Tracing || !p.Knowledge.NamesStand() || p.Knowledge.ComputedByApps(metricName) {
				return inputOf(c), nil
			}
			return measuring{inputOf(c)}, nil
		},
		Map: func(c *engine.Context) (engine.Operator, error) { return n.mapper(c) },
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			a, err := newAggregator(c, n.calls, n.by, agg.Settings{}, false)
			return &tstatsReduce{statsReduce{aggregator: a}, &n.tstatsNode}, err
		},
	}
	return plan
}

// measuring is the events that name a metric; others may be passed over.
type measuring struct{ batch.Source }

// Open is part of [batch.Source].
func (m measuring) Open(ctx context.Context, scan *batch.Scan) (batch.Reader, error) {
	in := *scan
	in.PlainNames = append(slices.Clip(in.PlainNames), []string{metricName})
	return m.Source.Open(ctx, &in)
}

// reads are the fields of events that are looked at.
func (n *mstatsNode) reads() batch.Fields {
	f := batch.FieldsOf(metricName, metricValue, "_time").Add(n.by...)
	if n.test != nil {
		f = f.Add(n.test.Fields()...)
	}
	for _, c := range n.calls {
		if c.fn.MstatsOnly {
			return batch.AllFields
		}
		f = f.Add(metricPrefix + metricOf(c))
	}
	return f
}

// metricOf is the metric that a call is over, or the pattern of metrics.
func metricOf(c *call) string {
	if !c.arg || c.field == metricValue {
		return "*"
	}
	return c.field
}

// takes says whether a call is over a metric.
func (n *mstatsNode) takes(metric string) bool {
	return slices.ContainsFunc(n.calls, func(c *call) bool { return batch.MatchName(metricOf(c), metric) })
}

// mstatsMap makes measurements, selects and aggregates them.
type mstatsMap struct {
	*tstatsMap
	node   *mstatsNode
	series bool
}

func (n *mstatsNode) mapper(c *engine.Context) (*mstatsMap, error) {
	m, err := n.tstatsNode.mapper(c)
	return &mstatsMap{m, n, slices.ContainsFunc(n.calls, func(c *call) bool { return c.fn.MstatsOnly })}, err
}

func (m *mstatsMap) Push(b *batch.Batch, emit engine.Emit) error {
	return measurements(b, m.node.takes, func(metric string, rows *batch.Batch) error {
		if m.test != nil {
			if rows = keepRows(rows, m.test.Rows(rows)); rows == nil {
				return nil
			}
		}
		if rows = m.everyRows(rows); rows == nil {
			return nil
		}
		m.ctx.Matched.Add(int64(rows.Rows))
		return m.statsMap.Push(m.arguments(metric, m.prepare(rows)), emit)
	})
}

// everyRows keeps the rows that every= does.
func (m *mstatsMap) everyRows(b *batch.Batch) *batch.Batch {
	n := m.node
	if n.every.Count == 0 {
		return b
	}
	times := b.Col("_time")
	var rows []int32
	for r := range b.Rows {
		if t, ok := times.Number(r); ok && n.span.Start(t, m.zone) == n.span.Start(n.every.Start(t, m.zone), m.zone) {
			rows = append(rows, int32(r))
		}
	}
	return keepRows(b, rows)
}

// arguments are the rows as the calls see them: what they are grouped by, the time,
// and the value under the name of the metric.
func (m *mstatsMap) arguments(metric string, b *batch.Batch) *batch.Batch {
	out := &batch.Batch{Rows: b.Rows, Places: b.Places, From: b.From}
	for i := range m.node.by {
		out.Set(groupField(i), b.Col(groupField(i)))
	}
	out.Set("_time", b.Col("_time"))
	out.Set(metricValue, b.Col(metricValue))
	out.Set(metric, b.Col(metricValue))
	if m.series {
		out.Set(seriesField, seriesOf(metric, b))
	}
	return out
}

// seriesOf names the time series of each row.
func seriesOf(metric string, b *batch.Batch) *batch.Column {
	b.Load()
	var dims []int
	for i, name := range b.Names {
		if !batch.Internal(name) && name != metricName && !strings.HasPrefix(name, metricPrefix) {
			dims = append(dims, i)
		}
	}
	slices.SortFunc(dims, func(x, y int) int { return strings.Compare(b.Names[x], b.Names[y]) })
	names := make([]string, b.Rows)
	var buf []byte
	for r := range names {
		buf = append(buf[:0], metric...)
		for _, i := range dims {
			for _, v := range b.Cols[i].Values(r) {
				buf = append(append(append(append(buf, 0), b.Names[i]...), '='), v...)
			}
		}
		names[r] = string(buf)
	}
	return batch.Strings(names)
}

// measurements makes rows of the measurements that events hold, one batch a metric:
// the rows of those events with metric_name and _value set. An event that has
// metric_name:<name>=<value> is a row for each; one with metric_name and _value is one.
func measurements(b *batch.Batch, takes func(metric string) bool, each func(metric string, rows *batch.Batch) error) error {
	var err error
	give := func(metric string, rows []int32, value *batch.Column) {
		if err != nil || len(rows) == 0 {
			return
		}
		out, v := b.Clone(), value
		if len(rows) < b.Rows {
			out, v = b.Take(rows), value.Take(rows)
		}
		out.Set(metricName, batch.Constant(metric, len(rows)))
		out.Set(metricValue, v)
		err = each(metric, out)
	}
	b = b.Clone()
	b.Load()
	for i, name := range b.Names {
		metric, ok := strings.CutPrefix(name, metricPrefix)
		if !ok || metric == "" || !takes(metric) {
			continue
		}
		var rows []int32
		for r := range b.Rows {
			if b.Cols[i].Count(r) > 0 {
				rows = append(rows, int32(r))
			}
		}
		give(metric, rows, b.Cols[i])
	}
	names, values := b.Col(metricName), b.Col(metricValue)
	if names == nil || values == nil {
		return err
	}
	byName := map[string][]int32{}
	for r := range b.Rows {
		if name, ok := names.First(r); ok && values.Count(r) > 0 && takes(name) {
			byName[name] = append(byName[name], int32(r))
		}
	}
	for _, name := range sortedKeys(byName) {
		give(name, byName[name], values)
	}
	return err
}
