package eval

import (
	"fmt"
	"math"

	"spl/eval/timefmt"
	"spl/parser"
)

var timeFunctions = []*Function{
	{
		Name: "now", Min: 0, Max: 0, Usage: "now()", Summary: "the time at which the search started, in whole seconds", result: isNumber,
		call: func(f *frame, _ []Value) Value { return Num(float64(f.now().Unix())) },
	},
	{
		Name: "relative_time", Min: 2, Max: 2, Usage: `relative_time(time, "-1d@d")`, Summary: "the time moved by a time modifier",
		build: buildRelative,
	},
	{
		Name: "strftime", Min: 2, Max: 2, Usage: `strftime(time, "%Y-%m-%d %H:%M:%S")`, Summary: "the time as text in a layout",
		build: buildFormat,
	},
	{
		Name: "strptime", Min: 2, Max: 2, Usage: `strptime(text, "%Y-%m-%d %H:%M:%S")`, Summary: "the time that a text in a layout stands for",
		build: buildParse,
	},
	{
		Name: "time", Min: 0, Max: 0, Usage: "time()", Summary: "the time of day when the row is handled", result: isNumber,
		call: func(f *frame, _ []Value) Value { return epoch(timefmt.Epoch(f.clock())) },
	},
}

// epoch makes a time, which is precise to the microsecond (eval-functions 5.4).
func epoch(t float64) Value {
	if math.IsNaN(t) {
		return Value{}
	}
	return limited(t, 6)
}

func (c *compiler) layout(x parser.Expr) func(*frame) (*timefmt.Layout, bool) {
	get, _ := prepared(c, c.expr(x), "layout", func(s string) (*timefmt.Layout, error) { return timefmt.CompileLayout(s), nil })
	return get
}

func buildFormat(c *compiler, x *parser.Call) node {
	run := c.operand(x.Args[0]).run
	get := c.layout(x.Args[1])
	return valueNode(isText, func(f *frame) Value {
		t, ok1 := run(f).Number()
		layout, ok2 := get(f)
		if !ok1 || !ok2 || math.IsNaN(t) || math.IsInf(t, 0) {
			return Value{}
		}
		return Text(layout.Format(t, f.zone()))
	})
}

func buildParse(c *compiler, x *parser.Call) node {
	run := c.expr(x.Args[0]).run
	get := c.layout(x.Args[1])
	return valueNode(isNumber, func(f *frame) Value {
		v := run(f)
		layout, ok := get(f)
		if !ok || v.kind == Null || v.kind == Multi {
			return Value{}
		}
		t, ok := layout.Parse(v.Text(), f.zone(), f.now())
		if !ok {
			return Value{}
		}
		return epoch(t)
	})
}

// buildRelative takes only modifiers that move a time: not now and not a date.
func buildRelative(c *compiler, x *parser.Call) node {
	run := c.operand(x.Args[0]).run
	get, _ := prepared(c, c.expr(x.Args[1]), "modifier", parseMove)
	return valueNode(isNumber, func(f *frame) Value {
		t, ok1 := run(f).Number()
		m, ok2 := get(f)
		if !ok1 || !ok2 || !m.IsRelative() || math.IsInf(t, 0) {
			return Value{}
		}
		return epoch(m.ApplyEpoch(t, f.zone()))
	})
}

func parseMove(s string) (timefmt.Modifier, error) {
	m, err := timefmt.ParseModifier(s)
	if err == nil && (!m.IsRelative() || m.IsNow()) {
		err = fmt.Errorf("the time modifier %q does not move a time", s)
	}
	return m, err
}
