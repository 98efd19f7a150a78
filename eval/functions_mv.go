package eval

import (
	"slices"
	"strings"

	"spl/eval/batch"
	"spl/eval/timefmt"
	"spl/parser"
)

var multivalueFunctions = []*Function{
	{
		Name: "mvappend", Min: 1, Max: -1, Usage: "mvappend(value, value, ...)", Summary: "a multivalue of all values of all arguments",
		multi: whole, nulls: true,
		call: func(_ *frame, a []Value) Value {
			var out []string
			for _, v := range a {
				out = append(out, v.Values()...)
			}
			return List(out)
		},
	},
	{
		Name: "mvcount", Min: 1, Max: 1, Usage: "mvcount(field)", Summary: "the number of values; NULL, not 0, when there is none",
		multi: whole, result: isNumber,
		call: func(_ *frame, a []Value) Value { return Num(float64(a[0].Count())) },
	},
	{
		Name: "mvdedup", Min: 1, Max: 1, Usage: "mvdedup(field)", Summary: "the values without repeats, in order of first appearance",
		multi: whole,
		call:  func(_ *frame, a []Value) Value { return onList(a[0], unique) },
	},
	{
		Name: "mvfilter", Min: 1, Max: 1, Usage: "mvfilter(condition)", Summary: "the values for which a condition on their field is TRUE",
		build: buildFilter,
	},
	{
		Name: "mvindex", Min: 2, Max: 3, Usage: "mvindex(field, start[, end])",
		Summary: "a value by its index from 0, or those from start to end; negative ones count from the end",
		multi:   whole, call: indexValues,
	},
	{
		Name: "mvjoin", Min: 2, Max: 2, Usage: `mvjoin(field, ",")`, Summary: "all values as one text, with a delimiter between them",
		multi: whole,
		call: func(f *frame, a []Value) Value {
			if a[0].kind != Multi {
				return a[0]
			}
			delim := a[1].Text()
			if !f.spend(len(a[0].list) * len(delim)) {
				return Value{}
			}
			return Text(strings.Join(a[0].list, delim))
		},
	},
	{
		Name: "mvmap", Min: 2, Max: 2, Usage: "mvmap(field, expression)", Summary: "the expression's results for each of the field's values",
		build: buildMap,
	},
	{
		Name: "mvrange", Min: 2, Max: 3, Usage: "mvrange(start, end[, step])",
		Summary: `the numbers from start up to but not including end; the step may be a time such as "7d"`,
		call:    rangeValues,
	},
	{
		Name: "mvreverse", Min: 1, Max: 1, Usage: "mvreverse(field)", Summary: "the values, last to first",
		multi: whole,
		call: func(_ *frame, a []Value) Value {
			return onList(a[0], func(s []string) []string { slices.Reverse(s); return s })
		},
	},
	{
		Name: "mvsort", Min: 1, Max: 1, Usage: "mvsort(field)", Summary: "the values in order of their bytes",
		multi: whole,
		call: func(_ *frame, a []Value) Value {
			return onList(a[0], func(s []string) []string { slices.Sort(s); return s })
		},
	},
	{
		Name: "mvzip", Min: 2, Max: 3, Usage: `mvzip(field, field[, ","])`,
		Summary: "the first values of both joined, then the second, as many as the shorter has",
		multi:   whole, call: zipValues,
	},
}

// onList changes a copy of a multivalue; anything else stays as it is.
func onList(v Value, change func([]string) []string) Value {
	if v.kind != Multi {
		return v
	}
	return List(change(slices.Clone(v.list)))
}

func unique(list []string) []string {
	seen := make(map[string]bool, len(list))
	return slices.DeleteFunc(list, func(s string) bool {
		if seen[s] {
			return true
		}
		seen[s] = true
		return false
	})
}

// indexValues clips a range that lies partly outside (choice).
func indexValues(_ *frame, a []Value) Value {
	n := a[0].Count()
	start, ok := a[1].integer()
	if !ok {
		return Value{}
	}
	if start < 0 {
		start += n
	}
	if len(a) == 2 {
		if start < 0 || start >= n {
			return Value{}
		}
		return a[0].at(start)
	}
	end, ok := a[2].integer()
	if !ok {
		return Value{}
	}
	if end < 0 {
		end += n
	}
	start, end = max(start, 0), min(end, n-1)
	switch {
	case start > end:
		return Value{}
	case start == end:
		return a[0].at(start)
	}
	return List(a[0].list[start : end+1])
}

func zipValues(f *frame, a []Value) Value {
	delim := ","
	if len(a) > 2 {
		delim = a[2].Text()
	}
	n := min(a[0].Count(), a[1].Count())
	if !f.spend(n * (len(delim) + 16)) {
		return Value{}
	}
	out := make([]string, n)
	for i := range out {
		out[i] = a[0].at(i).Text() + delim + a[1].at(i).Text()
	}
	return List(out)
}

// maxRange bounds the values of mvrange (choice: the pages name no limit).
const maxRange = 100_000

func rangeValues(f *frame, a []Value) Value {
	start, ok1 := a[0].Number()
	end, ok2 := a[1].Number()
	if !ok1 || !ok2 {
		return Value{}
	}
	step := Num(1)
	if len(a) > 2 {
		step = a[2]
	}
	by, ok := step.Number()
	if !ok {
		return f.timeRange(start, end, step.Text())
	}
	if by == 0 {
		return Value{}
	}
	var out []string
	dec := sumDecimals(a[0], step)
	for i := 0; ; i++ {
		n := start + float64(i)*by
		if !(by > 0 && n < end || by < 0 && n > end) {
			return List(out)
		}
		if !f.inRange(len(out)) {
			return Value{}
		}
		out = append(out, formatNumber(n, dec))
	}
}

// timeRange goes from one time to another by a step of the calendar.
func (f *frame) timeRange(start, end float64, step string) Value {
	if !strings.HasPrefix(step, "-") && !strings.HasPrefix(step, "+") {
		step = "+" + step
	}
	m, err := timefmt.ParseModifier(step)
	if err != nil || !m.IsRelative() {
		return Value{}
	}
	var out []string
	for t := start; t < end; {
		if !f.inRange(len(out)) {
			return Value{}
		}
		out = append(out, batch.FormatNumber(t))
		next := m.ApplyEpoch(t, f.zone())
		if next <= t {
			break
		}
		t = next
	}
	return List(out)
}

func (f *frame) inRange(n int) bool {
	if n >= maxRange {
		f.notice("limit", "mvrange gives at most %d values; its result is NULL", maxRange)
		return false
	}
	return f.spend(24)
}

// bind compiles an expression in which a field stands for single values, put into
// frame.locals at the index returned.
func (c *compiler) bind(name string, compile func() node) (node, int) {
	local := c.prog.locals
	c.prog.locals++
	c.scope = append(c.scope, binding{name, local})
	n := compile()
	c.scope = c.scope[:len(c.scope)-1]
	return n, local
}

// fieldsIn are the names of the fields in an expression, in order, without repeats.
func fieldsIn(x parser.Expr) []string {
	var names []string
	for todo := []parser.Expr{x}; len(todo) > 0; {
		last := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		switch x := last.(type) {
		case *parser.Field:
			if !slices.Contains(names, x.Name) {
				names = append(names, x.Name)
			}
		case *parser.Unary:
			todo = append(todo, x.X)
		case *parser.Binary:
			todo = append(todo, x.R, x.L)
		case *parser.InExpr:
			todo = append(pushReversed(todo, x.List), x.X)
		case *parser.Call:
			todo = pushReversed(todo, x.Args)
		}
	}
	return names
}

func pushReversed(todo, list []parser.Expr) []parser.Expr {
	for i := len(list) - 1; i >= 0; i-- {
		todo = append(todo, list[i])
	}
	return todo
}

func buildMap(c *compiler, x *parser.Call) node {
	list := c.expr(x.Args[0])
	fields := fieldsIn(x.Args[0])
	if len(fields) == 0 {
		fields = []string{""} // nothing to bind: the expression is the same for all
	}
	body, local := c.bind(fields[0], func() node { return c.expr(x.Args[1]) })
	values, result := list.run, body.run
	return valueNode(anything, func(f *frame) Value {
		v := values(f)
		saved := f.locals[local]
		defer func() { f.locals[local] = saved }()
		var out []string
		for i := range v.Count() {
			f.locals[local] = v.at(i).readNumber()
			r := result(f)
			if v.kind != Multi {
				return r
			}
			for _, s := range r.Values() {
				if !f.spend(32 + len(s)) {
					return Value{}
				}
				out = append(out, s)
			}
			if !f.spend(32) {
				return Value{}
			}
		}
		return List(out)
	})
}

func buildFilter(c *compiler, x *parser.Call) node {
	fields := fieldsIn(x.Args[0])
	if len(fields) != 1 {
		c.fault(x.Args[0].Where(), "the condition of `mvfilter` must be about one field, not %d", len(fields)).
			WithHelp(`for example: mvfilter(match(email, "\.org$"))`)
		return c.drop(x)
	}
	list := c.expr(&parser.Field{Name: fields[0], At: x.Args[0].Where()})
	body, local := c.bind(fields[0], func() node { return c.condition(x.Args[0], "the argument of `mvfilter`") })
	values, test := list.run, body.truth
	return valueNode(anything, func(f *frame) Value {
		v := values(f)
		saved := f.locals[local]
		defer func() { f.locals[local] = saved }()
		var out []string
		for i := range v.Count() {
			one := v.at(i)
			f.locals[local] = one.readNumber()
			keep := test(f) == yes
			switch {
			case !f.spend(32):
				return Value{}
			case keep && v.kind != Multi:
				return v
			case keep:
				out = append(out, one.Text())
			}
		}
		return List(out)
	})
}
