// Package mutate measures how strong tests are: it changes a detection in many small
// ways, and sees whether a test notices. A change that none notices is a mutant that
// lives; its place is where a test is missing.
//
// Read [Of] for the changes that are made, and [Run] for how they are tried.
package mutate

import (
	"cmp"
	"slices"
	"strings"

	"spl/eval/batch"
	"spl/parser/source"
	"spl/spl"
	"spl/spl/engine"
)

// Kind is a way of changing a condition.
type Kind string

// The ways.
const (
	Drop   Kind = "left out"  // the condition is left out
	Negate Kind = "negated"   // it must not be true
	Raise  Kind = "one more"  // a threshold is greater by one
	Lower  Kind = "one less"  // or less
	Loosen Kind = "loosened"  // a wildcard fits more
	Forget Kind = "forgetful" // a value of a list is left out
)

// Mutant is a change of a search.
type Mutant struct {
	Kind Kind
	// At is what is changed, in the expanded text, and Text what stands there instead.
	At   source.Span
	Text string
	// What names the condition that was changed, and Into what it became, "" for one
	// that was left out or negated.
	What, Into string
}

// MaxMutants is how many changes of a search are tried.
const MaxMutants = 400

// Of lists the changes of a program's conditions, in the order of its text.
func Of(p *spl.Program) []*Mutant {
	m := &maker{text: p.Query().Expansion.Text.String}
	for _, c := range p.Conditions() {
		m.tests = c.Tests
		c.Root.Walk(m.test)
	}
	slices.SortStableFunc(m.out, func(a, b *Mutant) int { return cmp.Compare(a.At.Start, b.At.Start) })
	m.out = slices.CompactFunc(m.out, func(a, b *Mutant) bool { return a.At == b.At && a.Text == b.Text })
	return m.out[:min(len(m.out), MaxMutants)]
}

// Apply gives the text with the change made.
func (m *Mutant) Apply(text string) string {
	return text[:m.At.Start] + m.Text + text[m.At.End:]
}

type maker struct {
	text  string
	tests *engine.Tests
	out   []*Mutant
}

func (m *maker) add(kind Kind, t *engine.Test, at source.Span, text, into string) {
	if at.Start >= at.End || at.End > len(m.text) || m.text[at.Start:at.End] == text {
		return
	}
	m.out = append(m.out, &Mutant{kind, at, text, m.name(t), into})
}

// name is a condition as reports name it: with its subsearch, where it holds one.
func (m *maker) name(t *engine.Test) string {
	given := false
	t.Walk(func(t, _ *engine.Test) { given = given || t.Given })
	if at := m.whole(t.At); given && at.End <= len(m.text) {
		return strings.Join(strings.Fields(m.text[at.Start:at.End]), " ")
	}
	return t.Text
}

func (m *maker) test(t, parent *engine.Test) {
	if t.Kind == engine.Leaf && idle(t) || m.tests.True == "" {
		return
	}
	if t.Kind == engine.Leaf || t.Kind == engine.Not {
		at := m.whole(t.At)
		m.drop(t, parent, at)
		if parent == nil || parent.Kind != engine.Not {
			m.add(Negate, t, at, "NOT ("+m.text[at.Start:at.End]+")", "")
		}
	}
	m.values(t)
}

// idle says whether a condition is true of every event, so that nothing is lost
// without it, or is no part of the detection but what a subsearch gave.
func idle(t *engine.Test) bool {
	return t.Given || t.Text == "*" || t.Text == "()" || t.Text == "true()"
}

// drop leaves a condition out: among choices there is one less, elsewhere it holds for
// every event.
func (m *maker) drop(t, parent *engine.Test, at source.Span) {
	switch {
	case parent == nil || parent.Kind == engine.All:
		m.add(Drop, t, at, m.tests.True, "")
	case parent.Kind == engine.Any:
		m.add(Drop, t, at, m.tests.False, "")
	}
}

// values changes the values that a field is compared with.
func (m *maker) values(t *engine.Test) {
	for i, v := range t.Values {
		if v.At.End > len(m.text) || v.At.Start >= v.At.End {
			continue
		}
		if v.Number && t.Op != "IN" {
			m.threshold(t, v)
		}
		if v.Wild != "" {
			m.loosen(t, v)
		}
		if t.Op == "IN" && len(t.Values) > 1 {
			other := t.Values[(i+1)%len(t.Values)]
			m.add(Forget, t, v.At, m.text[other.At.Start:other.At.End], "without "+v.Text)
		}
	}
}

func (m *maker) threshold(t *engine.Test, v engine.TestValue) {
	n, ok := batch.ParseNumber(v.Text)
	if !ok {
		return
	}
	for _, c := range []struct {
		kind Kind
		by   float64
	}{{Raise, 1}, {Lower, -1}} {
		text := batch.FormatNumber(n + c.by)
		m.add(c.kind, t, v.At, text, v.Text+" became "+text)
	}
}

// loosen lets a wildcard fit more at the front and at the end; one that is open at
// both fits everything then.
func (m *maker) loosen(t *engine.Test, v engine.TestValue) {
	if strings.Trim(v.Text, v.Wild) == "" {
		return
	}
	raw := m.text[v.At.Start:v.At.End]
	inner, quote := raw, ""
	if n := len(raw); n >= 2 && (raw[0] == '"' || raw[0] == '\'') && raw[n-1] == raw[0] {
		inner, quote = raw[1:n-1], raw[:1]
	}
	front, end := strings.HasPrefix(inner, v.Wild), strings.HasSuffix(inner, v.Wild)
	change := func(s string) { m.add(Loosen, t, v.At, quote+s+quote, v.Text+" became "+s) }
	if !front {
		change(v.Wild + inner)
	}
	if !end {
		change(inner + v.Wild)
	}
	if front && end {
		change(v.Wild)
	}
}

// whole widens a span that has a bracket without its other half in it: that of NOT
// (a OR b) ends behind the b.
func (m *maker) whole(at source.Span) source.Span {
	open := 0
	var quote byte
	for i := at.Start; i < len(m.text) && (i < at.End || open > 0); i++ {
		switch c := m.text[i]; {
		case c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"':
			quote = c
		case c == '(':
			open++
		case c == ')':
			open--
			at.End = max(at.End, i+1)
		}
	}
	return at
}
