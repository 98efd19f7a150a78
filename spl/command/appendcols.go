package command

import (
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var appendcolsCommand = Command{
	Name:    "appendcols",
	Kind:    DatasetProcessing,
	Summary: "Puts the fields of a subsearch's rows beside the rows: the first beside the first, and so on.",
	Usage:   "appendcols [override=<bool>] [<option>]... [<subsearch>]",
	Options: append([]Option{
		{"override", Bool, "false", "fields of the subsearch replace those of the same name"},
	}, subOptions...),
	Parse: parseAppendcols,
}

var appendcolsGrammar = parser.NewGrammar[bracketTree](parser.ArgTokens, "appendcols [search error | stats count AS errors]")

type appendcolsNode struct{ bracketNode }

func parseAppendcols(c *Command, a *parser.Args) (Node, source.Errors) {
	b, errs := parseBracket(c, a, appendcolsGrammar)
	return &appendcolsNode{b}, errs
}

func (n *appendcolsNode) Plan(p *Planning) *engine.Plan {
	return &engine.Plan{
		Gives: withSubs([]*parser.Pipeline{n.sub}, p),
		Wants: engine.Order,
		Note:  "rows are paired by their number",
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			return &columnAppender{ctx: c, node: n}, nil
		},
	}
}

// columnAppender pairs rows with those of the subsearch.
type columnAppender struct {
	ctx  *engine.Context
	node *appendcolsNode
	sub  *batch.Batch // all rows of the subsearch; nil until they are wanted
	next int          // the row of sub beside the next row
}

func (o *columnAppender) start() error {
	if o.sub != nil {
		return nil
	}
	res, err := runSub(o.ctx, o.node.sub, o.node.opts.int("maxout", maxAppend))
	if err != nil {
		return err
	}
	o.sub = batch.New(0)
	if len(res.Batches) > 0 {
		o.sub = batch.Concat(res.Batches).Clone()
	}
	// Splunk's own fields are not taken over.
	for _, name := range append([]string(nil), o.sub.Names...) {
		if batch.Internal(name) {
			o.sub.Drop(name)
		}
	}
	return nil
}

// take gives the rows of the subsearch beside the next n rows; -1 where there is none.
func (o *columnAppender) take(n int) []int32 {
	rows := make([]int32, n)
	for i := range rows {
		rows[i] = -1
		if o.next < o.sub.Rows {
			rows[i] = int32(o.next)
			o.next++
		}
	}
	return rows
}

func (o *columnAppender) Push(b *batch.Batch, emit engine.Emit) error {
	if err := o.start(); err != nil {
		return err
	}
	override := o.node.opts.bool("override", false)
	b = b.Clone()
	rows := o.take(b.Rows)
	for i, name := range o.sub.Names {
		added, have := o.sub.Cols[i].Take(rows), b.Col(name)
		if override {
			b.Set(name, coalesce(added, have, b.Rows))
		} else {
			b.Set(name, coalesce(have, added, b.Rows))
		}
	}
	return emit(b)
}

// coalesce has the values of the first column, and of the second in rows where the
// first has none.
func coalesce(first, second *batch.Column, rows int) *batch.Column {
	if first == nil || !first.Any() {
		if second == nil {
			return first
		}
		return second
	}
	if second == nil || !second.Any() || first.Single() {
		return first
	}
	var bl batch.Builder
	bl.Grow(rows)
	for r := range rows {
		if v := first.Values(r); len(v) > 0 {
			bl.Append(v...)
		} else {
			bl.Append(second.Values(r)...)
		}
	}
	return bl.Column()
}

// Flush gives the rows of the subsearch that no row stands beside.
func (o *columnAppender) Flush(emit engine.Emit) error {
	if err := o.start(); err != nil {
		return err
	}
	if left := o.sub.Rows - o.next; left > 0 {
		return emit(o.sub.Take(o.take(left)))
	}
	return nil
}
