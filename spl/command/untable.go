package command

import (
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var untableCommand = Command{
	Name:    "untable",
	Kind:    DistributableStreaming,
	Summary: "Makes a row of each cell of a table: the opposite of xyseries.",
	Usage:   "untable <x-field> <name-field> <value-field>",
	Parse:   parseUntable,
}

var untableGrammar = parser.NewGrammar[tableTree](parser.NameTokens, "untable host name value")

type untableNode struct{ x, name, value string }

func parseUntable(_ *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := untableGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	if len(tree.Names) != 3 {
		return nil, one(source.Errorf(source.Syntax, a.Span(), "`untable` has three fields, not %d", len(tree.Names)).
			WithHelp("the field that stays, and new ones for the names and the values of the others: untable host name value"))
	}
	t := texts(tree.Names)
	return &untableNode{t[0], t[1], t[2]}, nil
}

func (n *untableNode) String() string { return nameList([]string{n.x, n.name, n.value}) }

func (n *untableNode) Plan(*Planning) *engine.Plan {
	table := false
	return &engine.Plan{
		Gives: engine.Makes(n.x, n.name, n.value),
		Shape: engine.Table,
		Wants: engine.Order,
		Comes: func(t bool) { table = t },
		Reads: func(batch.Fields) batch.Fields { return batch.AllFields },
		Reduce: func(*engine.Context) (engine.Operator, error) {
			return inOrder(func(b *batch.Batch) (*batch.Batch, error) { return n.untable(b, table), nil }), nil
		},
	}
}

// untable takes the cells of each row in the order of the columns.
func (n *untableNode) untable(b *batch.Batch, table bool) *batch.Batch {
	b.Load()
	order := columnOrder(b, table)
	var x, name, value batch.Builder
	stay := b.Col(n.x)
	for r := range b.Rows {
		for _, i := range order {
			field, vals := b.Names[i], b.Cols[i].Values(r)
			if len(vals) == 0 || field == n.x || batch.Internal(field) {
				continue
			}
			x.Append(stay.Values(r)...)
			name.String(field)
			value.Append(vals...)
		}
	}
	out := batch.New(name.Rows())
	out.Set(n.x, x.Column())
	out.Set(n.name, name.Column())
	out.Set(n.value, value.Column())
	return out
}
