package command

import (
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var fieldformatCommand = Command{
	Name:    "fieldformat",
	Kind:    DistributableStreaming,
	Summary: "Says how a field looks where people read it; its value stays.",
	Usage:   "fieldformat <field>=<expression>",
	Parse:   parseFieldformat,
}

var fieldformatGrammar = parser.NewGrammar[evalTree](parser.EvalTokens, `fieldformat bytes=tostring(bytes, "commas")`)

// fieldformatNode carries its expression to the end of the search as a fact.
type fieldformatNode struct{ assignment }

func parseFieldformat(_ *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := fieldformatGrammar.Parse(a)
	switch {
	case err != nil:
		return nil, source.Errors{err}
	case len(tree.List) == 0:
		return nil, one(source.Errorf(source.Syntax, source.At(a.Base), "`fieldformat` needs a field and an expression").WithHelp(`for example: fieldformat bytes=tostring(bytes, "commas")`))
	case len(tree.List) > 1:
		return nil, one(source.Errorf(source.Syntax, tree.List[1].Target.Span, "`fieldformat` takes one field").WithHelp("write it again for another field: | fieldformat %s=...", tree.List[1].Target.Name))
	}
	s, errs := newAssignment(a, tree.List[0])
	s.parts = nil
	return &fieldformatNode{s}, errs
}

func (n *fieldformatNode) String() string {
	return parser.FieldName(n.field) + "=" + n.expr.String()
}

func (n *fieldformatNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{Look: &engine.Look{
		Field: n.field,
		Reads: n.run.Reads(),
		Make: func(c *engine.Context) (func(b *batch.Batch) *batch.Column, error) {
			ev, err := n.run.Bind(c.Eval())
			if err != nil {
				return nil, err
			}
			return func(b *batch.Batch) *batch.Column {
				ev.Start(b)
				return ev.Column()
			}, nil
		},
	}}
}
