package engine

import (
	"slices"

	"spl/eval/batch"
	"spl/parser/source"
)

// Tests are the conditions of a command, for whoever wants to know which of them an
// event failed: those that a row must pass, and those that choose the arms of case()
// and if(). They are a fact about the command; the command itself does not run them.
type Tests struct {
	// Root is what a row must pass; nil where the command drops none.
	Root *Test
	// Arms are the choices in its expressions.
	Arms []*Arm
	// BindArms gives, for one goroutine, the rows of a batch that take each arm. Nil
	// where there are no arms.
	BindArms func(*Context) (func(b *batch.Batch) [][]int32, error)
	// True and False are texts of the command's language that hold for every row and
	// for none.
	True, False string
}

// TestKind says how a test is made of others.
type TestKind int

// The kinds of test.
const (
	Leaf TestKind = iota // of none
	All                  // true when all of them are
	Any                  // true when one is
	Not                  // true when its one is not, or nearly so: NULL has its own rules
)

// Test is a condition and the conditions that it is made of.
type Test struct {
	Kind TestKind
	Text string      // in canonical form
	At   source.Span // in the expanded text of the search
	Of   []*Test
	// Given says that it stands in the text that a subsearch gave, which is At.
	Given bool
	// Of a comparison, or a list, of a field with values: the field, the operator (IN
	// for a list), and the values as they are meant. Field is "" for other tests.
	Field, Op string
	Values    []TestValue
	// Bind gives, for one goroutine, the rows of a batch for which it is true, ascending.
	Bind func(*Context) (func(b *batch.Batch) []int32, error)
}

// TestValue is a value that a field is compared with.
type TestValue struct {
	Text   string
	At     source.Span
	Number bool // it is compared as a number
	// Wild is the wildcard of the value's language, * or %; "" where it has none.
	Wild string
}

// Arm is one choice of a case() or an if().
type Arm struct {
	Text string
	At   source.Span
}

// Moved is a copy with other places. to gives the new place of a span, and whether what
// stands there is text that a subsearch gave.
func (t *Tests) Moved(to func(source.Span) (source.Span, bool)) *Tests {
	out := *t
	out.Root, out.Arms = t.Root.moved(to), nil
	for _, a := range t.Arms {
		at, _ := to(a.At)
		out.Arms = append(out.Arms, &Arm{a.Text, at})
	}
	return &out
}

func (t *Test) moved(to func(source.Span) (source.Span, bool)) *Test {
	if t == nil {
		return nil
	}
	out := *t
	out.At, out.Given = to(t.At)
	out.Of, out.Values = nil, slices.Clone(t.Values)
	for i := range out.Values {
		out.Values[i].At, _ = to(out.Values[i].At)
	}
	if out.Given && t.many() {
		out.Kind = Leaf
		return &out
	}
	for _, o := range t.Of {
		out.Of = append(out.Of, o.moved(to))
	}
	return &out
}

// maxGiven is how many conditions that a subsearch gave are told apart; more are one.
const maxGiven = 20

func (t *Test) many() bool {
	n := 0
	t.Walk(func(*Test, *Test) { n++ })
	return n > maxGiven
}

// Walk visits a test and those that it is made of, the outer before the inner.
func (t *Test) Walk(visit func(t, parent *Test)) { t.walk(nil, visit) }

func (t *Test) walk(parent *Test, visit func(t, parent *Test)) {
	if t == nil {
		return
	}
	visit(t, parent)
	for _, c := range t.Of {
		c.walk(t, visit)
	}
}

// Conjuncts are the tests that must all be true for this one to be.
func (t *Test) Conjuncts() []*Test {
	if t == nil {
		return nil
	}
	if t.Kind != All {
		return []*Test{t}
	}
	var out []*Test
	for _, c := range t.Of {
		out = append(out, c.Conjuncts()...)
	}
	return out
}
