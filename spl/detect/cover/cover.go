// Package cover says which parts of detections were ever true while their tests ran:
// conditions, choices of OR, arms of case() and if(), macros.
package cover

import (
	"cmp"
	"slices"
	"sync"

	"spl/parser/source"
	"spl/spl"
	"spl/spl/detect/runner"
	"spl/spl/detect/why"
	"spl/spl/engine"
)

// Kind is a kind of part.
type Kind string

// The kinds.
const (
	Term   Kind = "condition"
	Branch Kind = "choice of OR"
	Arm    Kind = "arm"
	Macro  Kind = "macro"
)

// Kinds are all kinds, in the order of reports.
var Kinds = []Kind{Term, Branch, Arm, Macro}

// Part is a part of a detection. Rows is how many rows it was true of, over all tests.
type Part struct {
	Kind  Kind
	Text  string
	Place string
	From  string // the macro that brought it there
	Rows  int64
	order int
}

// Coverage gathers the parts of all detections. It is an observer of runs.
type Coverage struct {
	mu    sync.Mutex
	units map[*runner.Unit]map[key]*Part
}

type key struct {
	kind  Kind
	file  *source.File
	where source.Span
	text  string
}

// Trace is part of [runner.Observer].
func (*Coverage) Trace(*runner.Test) *engine.Trace { return &engine.Trace{} }

// Ran is part of [runner.Observer].
func (c *Coverage) Ran(t *runner.Test, p *spl.Program, tr *engine.Trace, _ *runner.Result) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.units == nil {
		c.units = map[*runner.Unit]map[key]*Part{}
	}
	if c.units[t.Unit] == nil {
		c.units[t.Unit] = map[key]*Part{}
	}
	r := &reading{parts: c.units[t.Unit], test: t, program: p}
	for _, c := range p.Conditions() { // those of subsearches that did not run, too
		r.never(c.Root)
		for _, a := range c.Arms {
			r.add(Arm, a.Text, a.At, 0)
		}
	}
	r.search(tr)
	r.macros(tr)
}

// Parts are those of a detection, in the order of its text.
func (c *Coverage) Parts(u *runner.Unit) []*Part {
	var out []*Part
	for _, p := range c.units[u] {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b *Part) int {
		return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Text, b.Text))
	})
	return out
}

// reading adds what one run says.
type reading struct {
	parts   map[key]*Part
	test    *runner.Test
	program *spl.Program
}

func (r *reading) add(kind Kind, text string, at source.Span, rows int64) {
	file, where, _ := r.program.Query().Expansion.Text.Origin(at)
	if file.Name == r.test.Origin() {
		return // a macro of the test is no part of the detection
	}
	k := key{kind, file, where, text}
	p := r.parts[k]
	if p == nil {
		place, frame := why.Place(r.program.Query(), r.test.Unit.Detection, at)
		p = &Part{Kind: kind, Text: text, Place: place, order: at.Start}
		if frame != nil && kind != Macro {
			p.From = frame.Macro
		}
		r.parts[k] = p
	}
	p.Rows += rows
}

// search adds what a search says, and its subsearches.
func (r *reading) search(t *engine.Trace) {
	for _, st := range t.Stages {
		r.stage(st)
	}
	for _, sub := range t.Subs {
		r.search(sub)
	}
}

func (r *reading) stage(st *engine.StageTrace) {
	if st.Tests == nil {
		return
	}
	r.condition(st.Root, nil)
	for i, a := range st.Tests.Arms {
		r.add(Arm, a.Text, a.At, st.Arms[i])
	}
}

func (r *reading) condition(t, parent *engine.TestTrace) {
	if t == nil {
		return
	}
	if kind := kindOf(t.Test, parent != nil && parent.Test.Kind == engine.Any); kind != "" {
		r.add(kind, t.Test.Text, t.Test.At, t.Alone)
	}
	for _, o := range t.Of {
		r.condition(o, t)
	}
}

// never adds conditions of which no row is known.
func (r *reading) never(root *engine.Test) {
	root.Walk(func(t, parent *engine.Test) {
		if kind := kindOf(t, parent != nil && parent.Kind == engine.Any); kind != "" {
			r.add(kind, t.Text, t.At, 0)
		}
	})
}

// kindOf is what a condition counts as; "" nothing. What a subsearch gave is no part of
// the detection.
func kindOf(t *engine.Test, choice bool) Kind {
	switch {
	case t.Given:
		return ""
	case choice:
		return Branch
	case t.Kind == engine.Leaf && t.Text != "*" && t.Text != "()":
		return Term
	}
	return ""
}

// macros adds the macros that were called: one that brings conditions was true of the
// rows that passed one of them, any other of the rows that reached its command.
func (r *reading) macros(tr *engine.Trace) {
	for _, call := range r.program.Query().Expansion.Calls {
		if call.Out.Start >= call.Out.End || call.Frame == nil || call.Frame.Parent != nil {
			continue
		}
		within := func(at source.Span) bool {
			return at.Start >= call.Out.Start && at.End <= call.Out.End && at.Start < at.End
		}
		var rows, reached int64
		conditions := false
		for _, st := range tr.Stages {
			st.Root.Walk(func(t *engine.TestTrace) {
				if within(t.Test.At) && t.Test.Kind == engine.Leaf {
					conditions = true
					rows = max(rows, t.Alone)
				}
			})
			if st.At.Start < call.Out.End && call.Out.Start < st.At.End {
				reached = max(reached, st.In, st.Out)
			}
		}
		if !conditions {
			rows = reached
		}
		r.add(Macro, "`"+call.Macro.Key()+"`", source.At(call.Out.Start), rows)
	}
}
