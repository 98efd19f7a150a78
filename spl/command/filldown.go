package command

import (
	"slices"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var filldownCommand = Command{
	Name:    "filldown",
	Kind:    CentralizedStreaming,
	Summary: "Gives fields without a value the last one above.",
	Usage:   "filldown [<field-list>]",
	Parse:   parseFilldown,
}

var filldownGrammar = parser.NewGrammar[tableTree](parser.NameTokens, "filldown user, host")

type filldownNode struct{ names []string } // none: all fields

func parseFilldown(_ *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := filldownGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	return &filldownNode{texts(tree.Names)}, nil
}

func (n *filldownNode) String() string { return nameList(n.names) }

func (n *filldownNode) fills(name string) bool {
	if len(n.names) == 0 {
		return true
	}
	return slices.ContainsFunc(n.names, func(p string) bool { return p == name || batch.MatchName(p, name) })
}

func (n *filldownNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Wants: engine.Order,
		Note:  "each row sees those before it",
		Reads: func(wanted batch.Fields) batch.Fields { return wanted.Add(n.names...) },
		Reduce: func(*engine.Context) (engine.Operator, error) {
			var order []string
			last := map[string][]string{}
			return inOrder(func(b *batch.Batch) (*batch.Batch, error) {
				out := b.Clone()
				out.Load()
				for i, name := range out.Names {
					if _, seen := last[name]; !seen && out.Cols[i] != nil && n.fills(name) {
						last[name] = nil
						order = append(order, name)
					}
				}
				for _, name := range order {
					fillDown(out, name, last)
				}
				return out, nil
			}), nil
		},
	}
}

func fillDown(out *batch.Batch, name string, last map[string][]string) {
	c := out.Col(name)
	if c.Single() {
		last[name] = cloneStrings(c.Values(out.Rows - 1))
		return
	}
	keep := last[name]
	var bl batch.Builder
	bl.Grow(out.Rows)
	for r := range out.Rows {
		if v := c.Values(r); len(v) > 0 {
			keep = v
		}
		bl.Append(keep...)
	}
	last[name] = cloneStrings(keep)
	out.Set(name, bl.Column())
}
