package eval

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/agnivade/levenshtein"

	"spl/parser"
	"spl/parser/source"
)

// Function is an eval function: what a reader wants to know of it, and how it is
// done. Help, completion, suggestions and the checks of [Compile] all read it.
type Function struct {
	Name    string
	Aliases []string
	Family  string // the heading it stands under, such as "Text"
	Min     int    // the fewest arguments
	Max     int    // the most; -1: any number
	Usage   string // such as "substr(text, start[, length])"
	Summary string // one line
	// Declined says why the function is not supported; "" for those that are.
	Declined string

	// result is what it yields when not NULL, where that is always the same.
	result static
	// multi says what becomes of multivalue arguments.
	multi multiRule
	// draws: it draws random numbers.
	draws bool
	// nulls: it wants to see NULL arguments. Otherwise one NULL makes it NULL.
	nulls bool
	// asks: it is for arguments that may be NULL, and gives something when one is.
	asks bool
	// Exactly one of the three is set. call is given the arguments' values, which it
	// must not keep; test likewise, for conditions; build compiles a call whose
	// arguments are not simply values.
	call  func(f *frame, a []Value) Value
	test  func(f *frame, a []Value) tri
	build func(c *compiler, x *parser.Call) node
}

// multiRule says what a function makes of multivalues (eval-functions 5.3).
type multiRule uint8

const (
	// single gives NULL for an argument with several values (choice).
	single multiRule = iota
	// each maps over the values of the first argument and gives all results
	// (documented for lower and upper, a choice for the rest); a condition holds if
	// it does for any value.
	each
	// whole hands the multivalue over as it is.
	whole
)

// families are the parts of the table, in the order of the documentation.
var families = []struct {
	name  string
	table []*Function
}{
	{"Comparison and conditional", conditionalFunctions},
	{"Information", informationFunctions},
	{"Conversion", conversionFunctions},
	{"Text", textFunctions},
	{"Regular expressions", regexFunctions},
	{"Multivalue", multivalueFunctions},
	{"JSON", jsonFunctions},
	{"Mathematical", mathFunctions},
	{"Trigonometry", trigFunctions},
	{"Bitwise", bitFunctions},
	{"Cryptographic", cryptoFunctions},
	{"Date and time", timeFunctions},
}

// Functions lists all functions, by family. The caller must not change them.
func Functions() []*Function {
	var out []*Function
	for _, fam := range families {
		for _, fn := range fam.table {
			fn := *fn
			fn.Family = fam.name
			out = append(out, &fn)
		}
	}
	return out
}

// functionIndex finds functions by name and alias, in lower case.
var functionIndex = sync.OnceValue(func() map[string]*Function {
	index := map[string]*Function{}
	for _, fn := range Functions() {
		index[strings.ToLower(fn.Name)] = fn
		for _, a := range fn.Aliases {
			index[a] = fn
		}
	}
	return index
})

// LookupFunction finds a function by its name or alias in any case of letters; nil
// when there is none.
func LookupFunction(name string) *Function { return functionIndex()[strings.ToLower(name)] }

// nearest is the function name nearest to one that is none, or "".
func nearest(index map[string]*Function, name string) string {
	name = strings.ToLower(name)
	if len(name) > 40 {
		return ""
	}
	best, distance := "", max(1, len(name)/3)+1
	names := make([]string, 0, len(index))
	for n := range index {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		if d := levenshtein.ComputeDistance(name, n); d < distance {
			best, distance = n, d
		}
	}
	return best
}

// call compiles a function call.
func (c *compiler) call(x *parser.Call) node {
	fn := c.functions[strings.ToLower(x.Name)]
	if fn == nil {
		e := source.Errorf(source.UnknownFunction, x.NameAt, "there is no function `%s`", x.Name)
		if near := nearest(c.functions, x.Name); near != "" {
			e = e.WithHelp("did you mean `%s`?", near)
		}
		c.errs = append(c.errs, e)
		return c.drop(x)
	}
	if fn.Declined != "" {
		c.errs = append(c.errs, source.Errorf(source.Unsupported, x.NameAt, "the function `%s` is not supported: %s", fn.Name, fn.Declined))
		return c.drop(x)
	}
	if n := len(x.Args); n < fn.Min || fn.Max >= 0 && n > fn.Max {
		c.fault(x.At, "`%s` takes %s, not %d", fn.Name, fn.arity(), n).WithHelp("usage: %s", fn.Usage)
		return c.drop(x)
	}
	c.prog.draws = c.prog.draws || fn.draws
	if fn.build != nil {
		return fn.build(c, x)
	}
	return c.plain(fn, x)
}

// drop compiles only the arguments of a call, for the faults in them.
func (c *compiler) drop(x *parser.Call) node {
	for _, a := range x.Args {
		c.expr(a)
	}
	return constantNode(Value{})
}

// arity says how many arguments a function takes, in words.
func (fn *Function) arity() string {
	plural := func(n int) string {
		if n == 1 {
			return "1 argument"
		}
		return fmt.Sprintf("%d arguments", n)
	}
	switch {
	case fn.Max == 0:
		return "no argument"
	case fn.Max < 0:
		return "at least " + plural(fn.Min)
	case fn.Min == fn.Max:
		return plural(fn.Min)
	case fn.Max == fn.Min+1:
		return fmt.Sprintf("%d or %s", fn.Min, plural(fn.Max))
	}
	return fmt.Sprintf("%d to %s", fn.Min, plural(fn.Max))
}

// plain compiles a call of a function that takes values.
func (c *compiler) plain(fn *Function, x *parser.Call) node {
	args := make([]func(*frame) Value, len(x.Args))
	for i, a := range x.Args {
		args[i] = c.operand(a).run
	}
	if fn.test != nil {
		return truthNode(func(f *frame) tri {
			base, ok := f.push(args, fn.nulls)
			t := unknown
			if ok {
				t = fn.decide(f, f.args[base:])
			}
			f.args = f.args[:base]
			return t
		})
	}
	return valueNode(fn.result, func(f *frame) Value {
		base, ok := f.push(args, fn.nulls)
		var v Value
		if ok {
			v = fn.apply(f, f.args[base:])
		}
		f.args = f.args[:base]
		return v
	})
}

// push evaluates arguments onto the stack. It stops with false at a NULL that the
// function does not want to see.
func (f *frame) push(args []func(*frame) Value, nulls bool) (base int, ok bool) {
	base = len(f.args)
	for _, a := range args {
		v := a(f)
		if v.kind == Null && !nulls {
			return base, false
		}
		f.args = append(f.args, v)
	}
	return base, true
}

// apply calls the function according to its rule for multivalues.
func (fn *Function) apply(f *frame, a []Value) Value {
	if fn.multi == whole {
		return fn.call(f, a)
	}
	for i := range a {
		if a[i].kind == Multi && (i > 0 || fn.multi == single) {
			return Value{}
		}
	}
	if len(a) == 0 || a[0].kind != Multi {
		return fn.call(f, a)
	}
	list := a[0].list
	out := make([]string, 0, len(list))
	for _, s := range list {
		a[0] = fieldText(s)
		out = append(out, fn.call(f, a).Values()...)
	}
	return List(out)
}

// decide calls a condition according to its rule for multivalues.
func (fn *Function) decide(f *frame, a []Value) tri {
	if fn.multi == whole || len(a) == 0 {
		return fn.test(f, a)
	}
	for i := range a {
		if a[i].kind == Multi && (i > 0 || fn.multi == single) {
			return unknown
		}
	}
	first := a[0]
	if first.kind != Multi {
		return fn.test(f, a)
	}
	result := no
	for i := range first.list {
		a[0] = first.at(i)
		switch fn.test(f, a) {
		case yes:
			return yes
		case unknown:
			result = unknown
		}
	}
	return result
}

// literalText is an argument that is written as text, or is made of nothing else.
func literalText(n node) (string, bool) {
	if !n.constant || n.value.kind == Null || n.value.kind == Multi {
		return "", false
	}
	return n.value.Text(), true
}

// prepared is for an argument from which something is made: a pattern, a layout.
// A literal is made at once and its fault reported by the caller; anything else is
// made when it is met and remembered. ok is false for NULL, and for what cannot be
// made, of which the notice with the given code tells.
func prepared[T any](c *compiler, n node, code string, make func(string) (T, error)) (get func(*frame) (T, bool), err error) {
	if text, ok := literalText(n); ok {
		made, err := make(text)
		return func(*frame) (T, bool) { return made, err == nil }, err
	}
	slot := c.prog.caches
	c.prog.caches++
	run := n.run
	return func(f *frame) (T, bool) {
		v := run(f)
		if v.kind == Null || v.kind == Multi {
			var none T
			return none, false
		}
		made, err := remember(f, slot, v.Text(), make)
		if err != nil {
			f.notice(code, "%s", err)
		}
		return made, err == nil
	}, nil
}
