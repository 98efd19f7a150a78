package command

import (
	"slices"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
	"spl/spl/spill"
)

var fillnullCommand = Command{
	Name:    "fillnull",
	Kind:    DistributableStreaming,
	Summary: "Gives fields that have no value one.",
	Usage:   "fillnull [value=<text>] [<field-list>]",
	Options: []Option{{"value", Text, "0", "the value to set"}},
	Parse:   parseFillnull,
}

var fillnullGrammar = parser.NewGrammar[argList](parser.NameTokens, `fillnull value="unknown" user, dest`)

type fillnullNode struct {
	value string
	names []string // none: every field of the whole result
}

func parseFillnull(c *Command, a *parser.Args) (Node, source.Errors) {
	names, o, errs := fieldArgs(c, a, fillnullGrammar)
	return &fillnullNode{value: o.text("value", "0"), names: texts(names)}, errs
}

func (n *fillnullNode) String() string {
	s := "value=" + parser.Quote(n.value)
	if len(n.names) > 0 {
		s += " " + nameList(n.names)
	}
	return s
}

func (n *fillnullNode) Plan(*Planning) *engine.Plan {
	if len(n.names) > 0 && !slices.ContainsFunc(n.names, isPattern) {
		return &engine.Plan{
			Gives:     engine.Adds(n.names...),
			Reads:     func(wanted batch.Fields) batch.Fields { return wanted },
			Transient: true,
			Map: engine.Streaming(func(*engine.Context) (engine.MapFunc, error) {
				return func(b *batch.Batch) (*batch.Batch, error) { return n.fill(b, n.names), nil }, nil
			}),
		}
	}
	table := false
	return &engine.Plan{
		Wants: engine.Order,
		Comes: func(t bool) { table = t },
		Note:  "without a list of names it has to see which fields all rows have",
		Reads: func(batch.Fields) batch.Fields { return batch.AllFields },
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			return holdRows(c, "fillnull", func(rows *spill.Rows, emit engine.Emit) error {
				names := n.fieldsOf(rows, table)
				return rows.Drain(func(b *batch.Batch) error { return emit(n.fill(b, names)) })
			}), nil
		},
	}
}

// fieldsOf are the fields to fill: all that some row has and that the list, if
// there is one, names. The columns of a table are there even if no row has a value.
func (n *fillnullNode) fieldsOf(rows *spill.Rows, table bool) []string {
	out := slices.DeleteFunc(rows.Columns(), func(name string) bool {
		return batch.Internal(name) || !table && !rows.Has(name)
	})
	if len(n.names) == 0 {
		return out
	}
	var chosen []string
	for _, p := range n.names {
		chosen = append(chosen, expand(p, out)...)
	}
	return chosen
}

func (n *fillnullNode) fill(b *batch.Batch, names []string) *batch.Batch {
	out := b.Clone()
	for _, name := range names {
		c := out.Col(name)
		if c == nil {
			out.Set(name, batch.Constant(n.value, b.Rows))
			continue
		}
		if c.Single() {
			continue
		}
		bl := b.Builder()
		for r := range b.Rows {
			if v := c.Values(r); len(v) > 0 {
				bl.Append(v...)
			} else {
				bl.String(n.value)
			}
		}
		out.Set(name, bl.Column())
	}
	return out
}
