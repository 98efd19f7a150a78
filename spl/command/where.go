package command

import (
	"strings"

	"spl/eval"
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var whereCommand = Command{
	Name:    "where",
	Kind:    DistributableStreaming,
	Summary: "Keeps the rows for which an expression is true.",
	Usage:   "where <eval-expression>",
	Parse:   parseWhere,
}

type whereNode struct {
	expr parser.Expr
	run  *eval.Program
}

func parseWhere(_ *Command, a *parser.Args) (Node, source.Errors) {
	x, err := parser.ParseExpr(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	if f, field := x.(*parser.Field); field && !parser.IsToken(f.Name) {
		return nil, one(source.Errorf(source.Syntax, x.Where(), "`where` needs a condition that is true or false; a field's value is none").
			WithHelp("%s", fieldConditionHelp(f)))
	}
	run, errs := compile(a, x)
	if run != nil && (run.NeverBoolean() || isArithmetic(x)) {
		errs = one(source.Errorf(source.Syntax, x.Where(), "`where` needs a condition that is true or false; this is a value").
			WithHelp("compare it with something, or ask isnotnull(%s)", x))
	}
	return &whereNode{x, run}, errs
}

// fieldConditionHelp says what may have been meant by a field in the place of a condition.
func fieldConditionHelp(f *parser.Field) string {
	if strings.EqualFold(f.Name, "true") || strings.EqualFold(f.Name, "false") {
		return "the function has parentheses: " + strings.ToLower(f.Name) + "()"
	}
	return "compare it with something, " + f.String() + "=\"text\", or ask whether it is there: isnotnull(" + f.String() + ")"
}

// isArithmetic says whether an expression makes a number or a text of two others.
func isArithmetic(x parser.Expr) bool {
	b, ok := x.(*parser.Binary)
	return ok && strings.Contains("+-*/%.", b.Op)
}

func (n *whereNode) String() string { return n.expr.String() }

func (n *whereNode) Plan(*Planning) *engine.Plan {
	fields := n.run.Reads()
	return &engine.Plan{
		Reads:     func(wanted batch.Fields) batch.Fields { return wanted.Add(fields...) },
		Filter:    &engine.Filter{Fields: fields},
		Tests:     func() *engine.Tests { return exprTests(n.expr) },
		Transient: true,
		Draws:     n.run.Draws(),
		Map: engine.Streaming(func(c *engine.Context) (engine.MapFunc, error) {
			ev, err := n.run.Bind(c.Eval())
			if err != nil {
				return nil, err
			}
			var rows []int32
			return func(b *batch.Batch) (*batch.Batch, error) {
				ev.Start(b)
				rows = rows[:0]
				for r := range b.Rows {
					if ev.True(r) {
						rows = append(rows, int32(r))
					}
				}
				return keepRows(b, rows), nil
			}, nil
		}),
	}
}
