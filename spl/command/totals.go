package command

import (
	"slices"

	"spl/eval/agg"
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var addtotalsCommand = Command{
	Name:    "addtotals",
	Kind:    DistributableStreaming,
	Summary: "Adds to each row the sum of its numbers, and at wish a row of the sums of columns.",
	Usage:   "addtotals [row=<bool>] [col=<bool>] [labelfield=<field>] [label=<text>] [fieldname=<field>] [<field-list>]",
	Options: []Option{
		{"row", Bool, "true", "add the sum of each row"},
		{"col", Bool, "false", "add a row with the sums of the columns"},
		{"labelfield", Text, "", "the field of that row that says what it is"},
		{"label", Text, "Total", "what it says"},
		{"fieldname", Text, "Total", "the field for the sum of a row"},
	},
	Parse: parseTotals,
}

var addcoltotalsCommand = Command{
	Name:    "addcoltotals",
	Kind:    Transforming,
	Summary: "Adds a row with the sums of the columns.",
	Usage:   "addcoltotals [labelfield=<field>] [label=<text>] [<field-list>]",
	Options: []Option{
		{"labelfield", Text, "", "the field of that row that says what it is"},
		{"label", Text, "Total", "what it says"},
		{"fieldname", Text, "", "accepted; it is for the sums of rows, which addtotals makes"},
	},
	Parse: parseTotals,
}

var totalsGrammar = parser.NewGrammar[argList](parser.ArgTokens, "addtotals fieldname=sum a, b")

// totalsNode is addtotals and addcoltotals.
type totalsNode struct {
	row, col bool
	opts     *options
	names    []string // none: all but internal ones
}

func parseTotals(c *Command, a *parser.Args) (Node, source.Errors) {
	names, o, errs := fieldArgs(c, a, totalsGrammar)
	if o == nil {
		return nil, errs
	}
	n := &totalsNode{opts: o, names: texts(names)}
	n.row, n.col = o.bool("row", true), o.bool("col", false)
	if c.Name == "addcoltotals" {
		n.row, n.col = false, true
	}
	return n, errs
}

func (n *totalsNode) String() string { return listString(n.opts, n.names) }

func (n *totalsNode) total() string { return n.opts.text("fieldname", "Total") }

func (n *totalsNode) Plan(*Planning) *engine.Plan {
	names := n.names
	if len(names) == 0 {
		names = []string{"*"}
	}
	p := &engine.Plan{
		Gives: engine.Adds(n.opts.text("fieldname", "Total"), n.opts.text("labelfield", "Total")),
		Reads: func(wanted batch.Fields) batch.Fields { return wanted.Add(names...) },
	}
	if n.row {
		p.Map = engine.Streaming(func(*engine.Context) (engine.MapFunc, error) {
			return func(b *batch.Batch) (*batch.Batch, error) { return n.sum(b), nil }, nil
		})
	}
	if n.col {
		p.Wants = engine.Order
		p.Note = "the row of sums is the last"
		p.Reduce = func(c *engine.Context) (engine.Operator, error) {
			return &columnTotals{node: n, sums: map[string]agg.Accumulator{}}, nil
		}
	}
	return p
}

// counts says whether a field takes part.
func (n *totalsNode) counts(name string) bool {
	if len(n.names) == 0 {
		return !batch.Internal(name)
	}
	return slices.ContainsFunc(n.names, func(p string) bool { return batch.MatchName(p, name) || p == name })
}

func newSum() agg.Accumulator {
	fn, _ := agg.Find("sum")
	return fn.New(agg.Settings{Arg: true})
}

// sum adds the sum of each row. Choice: a row without a number has the sum 0; of a
// field with several values each counts.
func (n *totalsNode) sum(b *batch.Batch) *batch.Batch {
	b.Load()
	acc := newSum()
	rows := make([]int32, b.Rows)
	for i := range rows {
		rows[i] = int32(i)
	}
	for i, name := range b.Names {
		if n.counts(name) {
			acc.Add(agg.Input{Col: b.Cols[i]}, rows, rows)
		}
	}
	bl := b.Builder()
	for r := range b.Rows {
		if v := acc.Result(int32(r)); len(v) > 0 {
			bl.Append(v...)
		} else {
			bl.String("0")
		}
	}
	out := b.Clone()
	out.Set(n.total(), bl.Column())
	return out
}

// columnTotals passes rows on and adds a last one.
type columnTotals struct {
	node  *totalsNode
	order []string
	sums  map[string]agg.Accumulator
	rows  int
}

func (t *columnTotals) Push(b *batch.Batch, emit engine.Emit) error {
	b.Load()
	t.rows += b.Rows
	rows, zeros := make([]int32, b.Rows), make([]int32, b.Rows)
	for i := range rows {
		rows[i] = int32(i)
	}
	for i, name := range b.Names {
		acc := t.sums[name]
		if acc == nil {
			acc = newSum()
			t.sums[name] = acc
			t.order = append(t.order, name)
		}
		if t.node.counts(name) || t.node.row && name == t.node.total() {
			acc.Add(agg.Input{Col: b.Cols[i]}, rows, zeros)
		}
	}
	if f := t.node.opts.text("labelfield", ""); f != "" && b.Index(f) < 0 {
		b = b.Clone()
		b.Set(f, nil) // the column is here before others that are made later
	}
	return emit(b)
}

func (t *columnTotals) Flush(emit engine.Emit) error {
	if t.rows == 0 {
		return nil
	}
	out := batch.New(1)
	for _, name := range t.order {
		var bl batch.Builder
		bl.Append(t.sums[name].Result(0)...)
		out.Set(name, bl.Column())
	}
	if f := t.node.opts.text("labelfield", ""); f != "" {
		out.Set(f, batch.Constant(t.node.opts.text("label", "Total"), 1))
	}
	return emit(out)
}
