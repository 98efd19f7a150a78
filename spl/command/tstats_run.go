package command

import (
	"strconv"
	"strings"
	"time"

	"spl/eval"
	"spl/eval/agg"
	"spl/eval/batch"
	"spl/eval/timefmt"
	"spl/spl/engine"
	"spl/spl/knowledge"
)

// How tstats runs: the source gives the events of the dataset under the names that
// their fields have there; the map part drops those that WHERE does not select and
// aggregates the rest as stats does; the reduce part is that of stats.

func (n *tstatsNode) Plan(p *Planning) *engine.Plan {
	plan := n.plan(p)
	if n.first {
		return plan
	}
	return rowsAfter(plan)
}

// rowsAfter is a plan that passes rows on and adds those of another plan, which reads
// the input itself.
func rowsAfter(plan *engine.Plan) *engine.Plan {
	return &engine.Plan{
		Gives: func(s engine.Schema) engine.Schema { return s.Union(plan.Gives(engine.Schema{})) },
		Wants: engine.Order,
		Makes: true,
		Reads: func(wanted batch.Fields) batch.Fields { return wanted },
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			return &tstatsAppend{c, plan}, nil
		},
		Note: "reads the events once more, for rows to append",
	}
}

// tstatsAppend passes rows on and adds its own.
type tstatsAppend struct {
	ctx  *engine.Context
	plan *engine.Plan
}

func (*tstatsAppend) Push(b *batch.Batch, emit engine.Emit) error { return emit(b) }

func (t *tstatsAppend) Flush(emit engine.Emit) error {
	cut := engine.NewCut([]*engine.Plan{t.plan}, batch.AllFields)
	r := t.ctx.Bound(cut.Asked)
	cut.Scan.Earliest, cut.Scan.Latest = r.Earliest, r.Latest
	return engine.Run(t.ctx, cut, nil, t.ctx.Workers, emit)
}

// advice: a data model that is accelerated is searched in its summaries alone, or in all
// events too, which may take hours longer; who wrote the search should say which.
func (n *tstatsNode) advice() []engine.Advice {
	if n.model == "" || n.opts.given("summariesonly") {
		return nil
	}
	return []engine.Advice{{
		Code: "tstats-summariesonly",
		Text: "`tstats` from a data model does not say summariesonly: events that are not summarised yet are searched one by one",
		Help: "write summariesonly=true, or =false where that is meant",
	}}
}

// gives: with prestats there are columns for whoever finishes the work.
func (n *tstatsNode) gives(engine.Schema) engine.Schema {
	names := callNames(n.calls)
	for _, f := range n.by {
		names = append(names, strings.TrimPrefix(f, prefixMark))
	}
	s := engine.SchemaOf(names...)
	if n.opts.bool("prestats", false) {
		return opens(s)
	}
	return s
}

func (n *tstatsNode) plan(p *Planning) *engine.Plan {
	reads := n.reads()
	plan := &engine.Plan{
		Wants:   placesFor(n.calls),
		Gives:   n.gives,
		Renames: callRenames(n.calls),
		Advice:  n.advice(),
		Shape:   engine.Table,
		Makes:   true,
		Front:   true,
		Reads:   func(batch.Fields) batch.Fields { return reads },
		Range:   asked(n.test, p),
		Generate: func(c *engine.Context) (batch.Source, error) {
			return n.source(c, p, reads)
		},
		Map: func(c *engine.Context) (engine.Operator, error) { return n.mapper(c) },
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			a, err := newAggregator(c, n.calls, n.by, agg.Settings{}, false)
			return &tstatsReduce{statsReduce{aggregator: a}, n}, err
		},
	}
	if n.where != nil {
		plan.Tests = func() *engine.Tests { return searchTests(n.where) }
	}
	return plan
}

// reads are the fields that come from the source.
func (n *tstatsNode) reads() batch.Fields {
	f := aggReads(n.calls, n.by)
	if n.test != nil {
		f = f.Add(n.test.Fields()...)
	}
	var out batch.Fields
	for _, name := range append(f.Names, f.Patterns...) {
		if strings.HasPrefix(name, prefixMark) {
			name = "_raw"
		}
		out = out.Add(name)
	}
	return out
}

// source is where the rows come from.
func (n *tstatsNode) source(c *engine.Context, p *Planning, reads batch.Fields) (batch.Source, error) {
	view := knowledge.View{Tree: true, Env: c.Eval, Notice: func(code, msg string) { c.Notices.Add(code, msg, 1) }}
	if n.test != nil {
		view.First = n.test.Fields()
	}
	if n.model == "" {
		return p.Knowledge.Indexed(inputOf(c), view.First, n.literals(c.Tracing, func(f string) bool { return InEventText(f) && !p.Knowledge.Computed(f) }), view.Notice), nil
	}
	rows, err := openDatasets(c, p, n.model, n.part, view)
	if err != nil {
		return nil, err
	}
	// What becomes "unknown" in the dataset need not stand in the event.
	for _, clause := range n.literals(c.Tracing, func(f string) bool {
		event, plain := rows.Plain(f)
		return plain && InEventText(event) && !p.Knowledge.Computed(event)
	}) {
		if !mayBeUnknown(clause) {
			rows.Literals = append(rows.Literals, clause)
		}
	}
	noticeUnknownFields(c, rows, reads)
	return rows, nil
}

func (n *tstatsNode) literals(tracing bool, fromText func(string) bool) [][]string {
	if n.test == nil || tracing {
		return nil
	}
	return n.test.Literals(fromText)
}

func mayBeUnknown(clause []string) bool {
	for _, l := range clause {
		if strings.Contains(knowledge.Unknown, strings.ToLower(l)) {
			return true
		}
	}
	return false
}

// noticeUnknownFields says which fields the dataset does not have, with the nearest
// that it has: they are NULL.
func noticeUnknownFields(c *engine.Context, rows *knowledge.DatasetSource, reads batch.Fields) {
	for _, f := range reads.Names {
		if rows.Has(f) {
			continue
		}
		msg := "data model " + rows.Datasets[0].Model.Name + " has no field " + f + ", so it has no value"
		if near := Nearest(f, rows.FieldNames()); near != "" {
			msg += "; did you mean " + near + "?"
		}
		c.Notices.Add("unknown-field", msg, 1)
	}
}

// tstatsMap selects rows, works out what they are grouped by, and aggregates.
type tstatsMap struct {
	statsMap
	node  *tstatsNode
	test  *eval.Matcher
	zone  *time.Location
	fill  string
	fills bool
}

// groupField is the name under which a batch has what a BY field groups by. Wildcards
// and events do not know such names.
func groupField(i int) string { return "_\x00by" + strconv.Itoa(i) }

func (n *tstatsNode) mapper(c *engine.Context) (*tstatsMap, error) {
	by := make([]string, len(n.by))
	for i := range by {
		by[i] = groupField(i)
	}
	a, err := newAggregator(c, n.calls, by, agg.Settings{}, false)
	m := &tstatsMap{statsMap: statsMap{aggregator: a}, node: n, zone: c.Zone, fill: n.opts.text("fillnull_value", ""), fills: n.opts.given("fillnull_value")}
	if n.test != nil {
		m.test = n.test.Bind(c.Eval())
	}
	return m, err
}

func (m *tstatsMap) Push(b *batch.Batch, emit engine.Emit) error {
	if m.test != nil {
		if b = keepRows(b, m.test.Rows(b)); b == nil {
			return nil
		}
	}
	m.ctx.Matched.Add(int64(b.Rows))
	return m.statsMap.Push(m.prepare(b), emit)
}

// prepare adds the columns to group by, and those of PREFIX().
func (m *tstatsMap) prepare(b *batch.Batch) *batch.Batch {
	out := b.Clone()
	for _, c := range m.calls {
		if text, ok := strings.CutPrefix(c.field, prefixMark); ok && out.Index(c.field) < 0 {
			out.Set(c.field, wordsAfter(b.Col("_raw"), b.Rows, text))
		}
	}
	for i, f := range m.node.by {
		text, prefix := strings.CutPrefix(f, prefixMark)
		var col *batch.Column
		switch {
		case prefix:
			col = wordsAfter(b.Col("_raw"), b.Rows, text)
		case f == "_time":
			col = buckets(b.Col(f), b.Rows, m.node.span, m.zone)
		default:
			col = b.Col(f)
		}
		if m.fills {
			col = fillColumn(col, b.Rows, m.fill)
		}
		out.Set(groupField(i), col)
	}
	return out
}

// buckets gives times the start of their bucket.
func buckets(c *batch.Column, rows int, span timefmt.Span, zone *time.Location) *batch.Column {
	var b batch.Builder
	b.Grow(rows)
	last, text := 0.0, ""
	for r := range rows {
		t, ok := c.Number(r)
		if !ok {
			b.Null()
			continue
		}
		if start := span.Start(t, zone); text == "" || start != last {
			last, text = start, batch.FormatNumber(start)
		}
		b.String(text)
	}
	return b.Column()
}

// fillColumn puts a value where a column has none.
func fillColumn(c *batch.Column, rows int, value string) *batch.Column {
	switch {
	case !c.Any():
		return batch.Constant(value, rows)
	case c.Single():
		return c
	}
	var b batch.Builder
	b.Grow(rows)
	for r := range rows {
		if vals := c.Values(r); len(vals) > 0 {
			b.Append(vals...)
		} else {
			b.String(value)
		}
	}
	return b.Column()
}

// wordsAfter gives what follows a text in the words of events. Case does not count,
// and the words of an index are in lower case.
func wordsAfter(raw *batch.Column, rows int, prefix string) *batch.Column {
	var b batch.Builder
	for r := range rows {
		text, _ := raw.First(r)
		var found []string
		for _, w := range strings.FieldsFunc(strings.ToLower(text), isMajorBreaker) {
			if v, ok := strings.CutPrefix(w, strings.ToLower(prefix)); ok && v != "" {
				found = append(found, v)
			}
		}
		b.Append(found...)
	}
	return b.Column()
}

// isMajorBreaker says which characters end a word of the index (search-expression 1.5).
func isMajorBreaker(r rune) bool {
	return r <= ' ' || strings.ContainsRune("[]<>(){}|!;,'\"*&?+", r)
}

// tstatsReduce is the reduce part.
type tstatsReduce struct {
	statsReduce
	node *tstatsNode
}

func (t *tstatsReduce) Flush(emit engine.Emit) error {
	out := func(b *batch.Batch) error { return emit(named(b)) }
	if t.node.opts.bool("prestats", false) {
		return t.prestats(t.by, out)
	}
	return t.statsReduce.Flush(out)
}

// named gives the columns of PREFIX() the names that they are shown by.
func named(b *batch.Batch) *batch.Batch {
	for i, n := range b.Names {
		if text, ok := strings.CutPrefix(n, prefixMark); ok {
			b.Rename(i, text)
		}
	}
	return b
}
