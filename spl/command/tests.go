package command

import (
	"strings"

	"spl/eval"
	"spl/eval/batch"
	"spl/parser"
	"spl/spl/engine"
)

// The conditions of commands, as facts for a trace: see [engine.Tests].

// searchTests are those of a search expression.
func searchTests(x parser.SearchExpr) *engine.Tests {
	t := &engine.Tests{True: "()", False: "(NOT ())"}
	if x != nil {
		t.Root = searchTest(x)
	}
	return t
}

func searchTest(x parser.SearchExpr) *engine.Test {
	t := &engine.Test{Text: x.String(), At: x.Where(), Bind: bindSearchTest(x)}
	switch x := x.(type) {
	case *parser.And:
		t.Kind, t.Of = engine.All, searchTestsOf(x.Terms)
	case *parser.Or:
		t.Kind, t.Of = engine.Any, searchTestsOf(x.Terms)
	case *parser.Not:
		t.Kind, t.Of = engine.Not, searchTestsOf([]parser.SearchExpr{x.Term})
	case *parser.Compare:
		t.Field, t.Op = x.Field, x.Op
		t.Values = []engine.TestValue{searchValue(x.Value, x.Op)}
	case *parser.InList:
		t.Field, t.Op = x.Field, "IN"
		for _, v := range x.Values {
			t.Values = append(t.Values, searchValue(v, "="))
		}
	case *parser.Term:
		t.Values = []engine.TestValue{searchValue(x.Value, "=")}
	}
	return t
}

func searchTestsOf(xs []parser.SearchExpr) []*engine.Test {
	out := make([]*engine.Test, len(xs))
	for i, x := range xs {
		out[i] = searchTest(x)
	}
	return out
}

func searchValue(v parser.Value, op string) engine.TestValue {
	out := engine.TestValue{Text: v.Text, At: v.At}
	_, number := batch.ParseNumber(v.Text)
	out.Number = number && op != "=" && op != "!="
	if strings.Contains(v.Text, "*") && !v.Case && !v.Whole {
		out.Wild = "*"
	}
	return out
}

func bindSearchTest(x parser.SearchExpr) func(*engine.Context) (func(*batch.Batch) []int32, error) {
	return func(c *engine.Context) (func(*batch.Batch) []int32, error) {
		s, errs := eval.CompileSearch(x)
		if len(errs) > 0 {
			return nil, errs
		}
		return s.Bind(quiet(c)).Rows, nil
	}
}

// quiet is an environment that tells nothing: what there is to tell, the command
// itself does.
func quiet(c *engine.Context) *eval.Env {
	env := c.Eval()
	env.Notice = nil
	return env
}

// exprTests are the conditions of an expression that a row must pass, and its arms.
func exprTests(x parser.Expr) *engine.Tests {
	t := armTests([]assignment{{expr: x}})
	t.Root = exprTest(x)
	return t
}

func exprTest(x parser.Expr) *engine.Test {
	t := &engine.Test{Text: x.String(), At: x.Where(), Bind: bindExprTest(x)}
	switch x := x.(type) {
	case *parser.Binary:
		t.At = x.All
		switch strings.ToUpper(x.Op) {
		case "AND":
			t.Kind, t.Of = engine.All, []*engine.Test{exprTest(x.L), exprTest(x.R)}
		case "OR":
			t.Kind, t.Of = engine.Any, []*engine.Test{exprTest(x.L), exprTest(x.R)}
		case "=", "!=", "<", "<=", ">", ">=", "LIKE":
			comparison(t, x)
		}
	case *parser.Unary:
		if strings.EqualFold(x.Op, "NOT") {
			t.Kind, t.Of = engine.Not, []*engine.Test{exprTest(x.X)}
		}
	case *parser.InExpr:
		t.Op = "IN"
		if f, ok := x.X.(*parser.Field); ok {
			t.Field = f.Name
		}
		for _, v := range x.List {
			if l, ok := v.(*parser.Literal); ok {
				t.Values = append(t.Values, engine.TestValue{Text: l.Text, At: l.At, Number: l.Number})
			}
		}
	case *parser.Call:
		t.Field, t.Op, t.Values = calledTest(x)
	}
	return t
}

// turned are the operators with their sides changed.
var turned = map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}

func comparison(t *engine.Test, x *parser.Binary) {
	l, r, op := x.L, x.R, strings.ToUpper(x.Op)
	if _, first := l.(*parser.Literal); first && turned[op] != "" {
		l, r, op = r, l, turned[op]
	}
	t.Op = op
	if f, ok := l.(*parser.Field); ok {
		t.Field = f.Name
	}
	if v, ok := r.(*parser.Literal); ok {
		t.Values = []engine.TestValue{{Text: v.Text, At: v.At, Number: v.Number && op != "LIKE"}}
		if op == "LIKE" && strings.Contains(v.Text, "%") {
			t.Values[0].Wild = "%"
		}
	}
}

// calledTest reads functions that compare a field with a text: like(field, "a%").
func calledTest(x *parser.Call) (field, op string, values []engine.TestValue) {
	name := strings.ToLower(x.Name)
	if len(x.Args) == 0 {
		return "", "", nil
	}
	if f, ok := x.Args[0].(*parser.Field); ok {
		field = f.Name
	}
	for _, a := range x.Args[1:] {
		l, ok := a.(*parser.Literal)
		if !ok {
			continue
		}
		v := engine.TestValue{Text: l.Text, At: l.At}
		if name == "like" && strings.Contains(l.Text, "%") {
			v.Wild = "%"
		}
		values = append(values, v)
	}
	if field != "" {
		op = name
	}
	return field, op, values
}

func bindExprTest(x parser.Expr) func(*engine.Context) (func(*batch.Batch) []int32, error) {
	return func(c *engine.Context) (func(*batch.Batch) []int32, error) {
		run, errs := eval.Compile(x)
		if len(errs) > 0 {
			return nil, errs
		}
		ev, err := run.Bind(quiet(c))
		if err != nil {
			return nil, err
		}
		return func(b *batch.Batch) []int32 {
			ev.Start(b)
			var rows []int32
			for r := range b.Rows {
				if ev.True(r) {
					rows = append(rows, int32(r))
				}
			}
			return rows
		}, nil
	}
}
