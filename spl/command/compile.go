package command

import (
	"spl/eval"
	"spl/parser"
	"spl/parser/source"
)

// compile parses the subsearches of an expression and makes it ready to run. With
// subsearches in it there is nothing to run until their rows have become text; the
// command is then parsed again.
func compile(a *parser.Args, x parser.Expr) (*eval.Program, source.Errors) {
	if errs := a.Finish(x); len(errs) > 0 {
		return nil, errs
	}
	pending := false
	parser.Walk(x, func(x parser.Expr) {
		_, sub := x.(*parser.SubExpr)
		pending = pending || sub
	})
	if pending {
		return nil, nil
	}
	p, errs := eval.Compile(x)
	for _, e := range errs {
		if e.Code != source.UnknownFunction {
			continue
		}
		if name := a.Source(e.Span); isAggregate(name) {
			e.Help = "`" + name + "` is a function of stats, over many rows: | stats " + name + "(field)"
		}
	}
	return p, errs
}
