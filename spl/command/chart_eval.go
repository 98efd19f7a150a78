package command

import (
	"strconv"
	"strings"

	"spl/eval/agg"
	"spl/parser"
	"spl/parser/source"
)

// addEval adds eval(expression over aggregates) AS name.
func (n *chartNode) addEval(a *parser.Args, t *evalAgg) source.Errors {
	m := measure{call: -1, expr: t.Expr.Expr, name: "eval(" + squeeze(evalSource(a, t.Pos.Offset)) + ")"}
	if t.As != nil {
		m.name = t.As.Text
	}
	var errs source.Errors
	inner := replaceCalls(t.Expr.Expr, func(name string, args []parser.Expr, at source.Span) parser.Expr {
		c, es := innerAgg(a, name, args, at)
		errs = append(errs, es...)
		if c == nil {
			return nil
		}
		n.calls = append(n.calls, c)
		m.over = append(m.over, len(n.calls)-1)
		return &parser.Field{Name: innerName(len(n.calls) - 1), At: at}
	})
	run, es := compile(a, inner)
	m.run = run
	errs = append(errs, es...)
	if len(m.over) == 0 && len(errs) == 0 {
		errs = one(source.Errorf(source.Syntax, t.Expr.Expr.Where(), "the expression has no function over rows in it").
			WithHelp("for example: eval(sum(bytes)/count(bytes)) AS mean; to count what is true, count(eval(...))"))
	}
	n.measures = append(n.measures, m)
	return errs
}

// innerName is the field that stands for a call within an expression.
func innerName(i int) string { return "\x00" + strconv.Itoa(i) }

// innerAgg makes a call of a function within eval(...); nil when it is none.
func innerAgg(a *parser.Args, name string, args []parser.Expr, at source.Span) (*call, source.Errors) {
	fn, err := agg.Find(name)
	if err != nil || len(args) > 1 || len(args) == 0 && fn.NeedsField {
		return nil, nil
	}
	c := &call{fn: fn, typed: name, name: name}
	if errs := c.legal(at, a.Command); len(errs) > 0 {
		return nil, errs
	}
	if len(args) == 0 {
		return c, nil
	}
	c.arg = true
	switch x := args[0].(type) {
	case *parser.Field:
		c.field = x.Name
		return c, nil
	case *parser.Literal:
		if !x.Number {
			c.field = x.Text
			return c, nil
		}
	case *parser.Call:
		if strings.EqualFold(x.Name, "eval") && len(x.Args) == 1 {
			args = x.Args
		}
	}
	c.expr = args[0]
	var errs source.Errors
	c.run, errs = compile(a, c.expr)
	return c, errs
}

// replaceCalls copies an expression with what f gives in the place of calls; nil
// leaves a call, and its arguments are looked at.
func replaceCalls(x parser.Expr, f func(name string, args []parser.Expr, at source.Span) parser.Expr) parser.Expr {
	each := func(xs []parser.Expr) []parser.Expr {
		out := make([]parser.Expr, len(xs))
		for i, y := range xs {
			out[i] = replaceCalls(y, f)
		}
		return out
	}
	switch x := x.(type) {
	case *parser.Field:
		if strings.EqualFold(x.Name, "count") {
			if y := f(x.Name, nil, x.At); y != nil {
				return y
			}
		}
	case *parser.Call:
		if y := f(x.Name, x.Args, x.At); y != nil {
			return y
		}
		c := *x
		c.Args = each(x.Args)
		return &c
	case *parser.Unary:
		c := *x
		c.X = replaceCalls(x.X, f)
		return &c
	case *parser.Binary:
		c := *x
		c.L, c.R = replaceCalls(x.L, f), replaceCalls(x.R, f)
		return &c
	case *parser.InExpr:
		c := *x
		c.X, c.List = replaceCalls(x.X, f), each(x.List)
		return &c
	}
	return x
}
