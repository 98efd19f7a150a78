package command

import (
	"strconv"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var gaugeCommand = Command{
	Name:    "gauge",
	Kind:    Transforming,
	Summary: "Gives a value and the bounds of ranges, as a gauge shows them.",
	Usage:   "gauge <value> [<bound>...]",
	Parse:   parseGauge,
}

var gaugeGrammar = parser.NewGrammar[tableTree](parser.ArgTokens, "gauge count 0 100 200")

// gaugeNode holds the value and the bounds: numbers, or fields that have them.
type gaugeNode struct{ args []string }

func parseGauge(_ *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := gaugeGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &gaugeNode{texts(tree.Names)}
	switch len(n.args) {
	case 0:
		return nil, one(source.Errorf(source.Syntax, source.At(a.Base), "`gauge` needs a field or a number").WithHelp("for example: gauge count 0 100 200"))
	case 2:
		return nil, one(source.Errorf(source.Syntax, tree.Names[1].Span, "one bound makes no range").WithHelp("give at least two: gauge count 0 100"))
	}
	return n, nil
}

func (n *gaugeNode) String() string { return nameList(n.args) }

// bounds are those given. Choice: without any, 0, 30, 70 and 100.
func (n *gaugeNode) bounds() []string {
	if len(n.args) > 1 {
		return n.args[1:]
	}
	return []string{"0", "30", "70", "100"}
}

func (n *gaugeNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Gives: engine.Makes("x", "y*"),
		Shape: engine.Table,
		Reads: func(batch.Fields) batch.Fields {
			f := batch.Fields{}
			for _, a := range n.args {
				if _, num := batch.ParseNumber(a); !num {
					f = f.Add(a)
				}
			}
			return f
		},
		Transient: true,
		Map: engine.Streaming(func(*engine.Context) (engine.MapFunc, error) {
			return func(b *batch.Batch) (*batch.Batch, error) {
				out := &batch.Batch{Rows: b.Rows, Places: b.Places, From: b.From}
				out.Set("x", gaugeColumn(b, n.args[0]))
				for i, a := range n.bounds() {
					out.Set("y"+strconv.Itoa(i+1), gaugeColumn(b, a))
				}
				return out, nil
			}, nil
		}),
	}
}

func gaugeColumn(b *batch.Batch, arg string) *batch.Column {
	if _, ok := batch.ParseNumber(arg); ok {
		return batch.Constant(arg, b.Rows)
	}
	return b.Col(arg)
}
