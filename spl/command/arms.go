package command

import (
	"strings"

	"spl/eval"
	"spl/eval/batch"
	"spl/parser"
	"spl/spl/engine"
)

// choice is a case() or an if() in an expression: its conditions in order, and
// whether rows that pass none take an arm of their own.
type choice struct {
	step       int // the assignment that it stands in
	conditions []parser.Expr
	rest       bool
}

// armTests are the arms in the expressions of assignments, which are made in order.
// An assignment without a field is only evaluated.
func armTests(list []assignment) *engine.Tests {
	t := &engine.Tests{True: "true()", False: "false()"}
	var choices []choice
	for i, s := range list {
		parser.Walk(s.expr, func(x parser.Expr) {
			if call, ok := x.(*parser.Call); ok {
				if c, arms := choose(call); len(arms) > 0 {
					c.step = i
					choices, t.Arms = append(choices, c), append(t.Arms, arms...)
				}
			}
		})
	}
	if len(choices) > 0 {
		t.BindArms = func(c *engine.Context) (func(*batch.Batch) [][]int32, error) {
			return bindArms(c, list, choices)
		}
	}
	return t
}

// choose reads a call of case or if.
func choose(x *parser.Call) (c choice, arms []*engine.Arm) {
	arm := func(condition, value parser.Expr) {
		c.conditions = append(c.conditions, condition)
		arms = append(arms, &engine.Arm{Text: condition.String() + ", " + value.String(), At: condition.Where().Cover(value.Where())})
	}
	switch name := strings.ToLower(x.Name); {
	case name == "case":
		for i := 0; i+1 < len(x.Args); i += 2 {
			arm(x.Args[i], x.Args[i+1])
		}
	case name == "if" && len(x.Args) == 3:
		arm(x.Args[0], x.Args[1])
		arms = append(arms, &engine.Arm{Text: "else " + x.Args[2].String(), At: x.Args[2].Where()})
		c.rest = true
	}
	return c, arms
}

// armsOf picks, for one goroutine, the rows that take each arm.
type armsOf struct {
	list    []assignment
	steps   []*eval.Evaluator
	choices []choice
	tests   [][]*eval.Evaluator // for each choice, its conditions
}

func bindArms(c *engine.Context, list []assignment, choices []choice) (func(*batch.Batch) [][]int32, error) {
	a := &armsOf{list: list, choices: choices}
	bind := func(x parser.Expr) (*eval.Evaluator, error) {
		run, errs := eval.Compile(x)
		if len(errs) > 0 {
			return nil, errs
		}
		return run.Bind(quiet(c))
	}
	for _, s := range list {
		var ev *eval.Evaluator
		if s.field != "" {
			var err error
			if ev, err = s.run.Bind(quiet(c)); err != nil {
				return nil, err
			}
		}
		a.steps = append(a.steps, ev)
	}
	for _, ch := range choices {
		var tests []*eval.Evaluator
		for _, x := range ch.conditions {
			ev, err := bind(x)
			if err != nil {
				return nil, err
			}
			tests = append(tests, ev)
		}
		a.tests = append(a.tests, tests)
	}
	return a.rows, nil
}

func (a *armsOf) rows(b *batch.Batch) [][]int32 {
	var out [][]int32
	next := 0
	b = b.Clone()
	for i := range a.list {
		for ; next < len(a.choices) && a.choices[next].step == i; next++ {
			out = append(out, a.taken(b, next)...)
		}
		if ev := a.steps[i]; ev != nil {
			ev.Start(b)
			a.list[i].apply(b, ev)
		}
	}
	return out
}

// taken gives the rows that take each arm of a choice: those that pass a condition
// and none before it.
func (a *armsOf) taken(b *batch.Batch, n int) [][]int32 {
	left := make([]int32, b.Rows)
	for i := range left {
		left[i] = int32(i)
	}
	var out [][]int32
	for _, ev := range a.tests[n] {
		ev.Start(b)
		var yes, no []int32
		for _, r := range left {
			if ev.True(int(r)) {
				yes = append(yes, r)
			} else {
				no = append(no, r)
			}
		}
		out, left = append(out, yes), no
	}
	if a.choices[n].rest {
		out = append(out, left)
	}
	return out
}
