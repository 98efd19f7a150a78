package command

import (
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var setfieldsCommand = Command{
	Name:    "setfields",
	Kind:    DistributableStreaming,
	Summary: "Sets fields to fixed values.",
	Usage:   `setfields <field>="<text>" [, <field>="<text>"]...`,
	Parse:   parseSetfields,
}

type setfieldsTree struct {
	Args []*option `parser:"( ','* @@ )* ','*"`
}

var setfieldsGrammar = parser.NewGrammar[setfieldsTree](parser.ArgTokens, `setfields team="soc", level="2"`)

type setfieldsNode struct{ list []*option }

func parseSetfields(_ *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := setfieldsGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	if len(tree.Args) == 0 {
		return nil, one(source.Errorf(source.Syntax, source.At(a.Base), "`setfields` needs a field and its value").WithHelp(`for example: setfields team="soc", level="2"`))
	}
	return &setfieldsNode{tree.Args}, nil
}

func (n *setfieldsNode) String() string {
	out := make([]string, len(n.list))
	for i, o := range n.list {
		out[i] = parser.Word(o.Key.Text) + "=" + parser.Quote(o.Value.Text)
	}
	return strings.Join(out, ", ")
}

func (n *setfieldsNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Gives: func(s engine.Schema) engine.Schema {
			for _, o := range n.list {
				s = s.With(o.Key.Text)
			}
			return s
		},
		Reads: func(wanted batch.Fields) batch.Fields {
			for _, o := range n.list {
				wanted = wanted.Without(o.Key.Text)
			}
			return wanted
		},
		Transient: true,
		Map: engine.Streaming(func(*engine.Context) (engine.MapFunc, error) {
			return func(b *batch.Batch) (*batch.Batch, error) {
				out := b.Clone()
				for _, o := range n.list {
					out.Set(o.Key.Text, batch.Constant(o.Value.Text, b.Rows))
				}
				return out, nil
			}, nil
		}),
	}
}
