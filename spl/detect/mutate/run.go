package mutate

import (
	"cmp"
	"context"
	"slices"

	"spl/parser/source"
	"spl/spl"
	"spl/spl/detect/runner"
	"spl/spl/detect/why"
)

// Outcome is what the tests of a detection said to its mutants.
type Outcome struct {
	Unit *runner.Unit
	// Killed were noticed by a test; Lives were not; Invalid do not compile, and do not
	// count.
	Killed, Invalid int
	Lives           []*Living
	// Tests is how many tests there were to notice anything.
	Tests int
}

// Living is a mutant that no test noticed, and its place in the file: Macro is the
// macro that brought it there, "" none.
type Living struct {
	*Mutant
	Place, Macro string
	order        int
}

// Total is how many mutants count.
func (o *Outcome) Total() int { return o.Killed + len(o.Lives) }

// key tells mutants of different programs of one detection apart: they are the same
// when they change the same place in the same way.
type key struct {
	file  *source.File
	where source.Span
	kind  Kind
	text  string
}

// state is what is known of a mutant.
type state struct {
	living *Living
	valid  bool
	killed bool
}

// Run tries the mutants of one detection on those of its tests that pass.
func Run(ctx context.Context, s *runner.Suite, u *runner.Unit, o *runner.Options) *Outcome {
	r := &trial{bench: s.Bench(u, o), unit: u, states: map[key]*state{}}
	out := &Outcome{Unit: u}
	if u.Skip != "" || len(u.Faults) > 0 {
		return out
	}
	for _, t := range u.Tests {
		if ctx.Err() != nil {
			return out
		}
		if o.Only == nil || o.Only.MatchString(t.Title()) {
			if r.test(ctx, t) {
				out.Tests++
			}
		}
	}
	for _, st := range r.states {
		switch {
		case !st.valid:
			out.Invalid++
		case st.killed:
			out.Killed++
		default:
			out.Lives = append(out.Lives, st.living)
		}
	}
	slices.SortFunc(out.Lives, func(a, b *Living) int {
		return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Text, b.Text))
	})
	return out
}

type trial struct {
	bench  *runner.Bench
	unit   *runner.Unit
	states map[key]*state
}

// test tries all mutants on one test, and says whether the test could tell anything.
func (r *trial) test(ctx context.Context, t *runner.Test) bool {
	if t.Skip != "" || len(t.Faults) > 0 || slices.ContainsFunc(t.Inputs, func(in runner.Input) bool { return in.Missing != nil }) {
		return false
	}
	p := r.bench.Program(t)
	if p == nil {
		return false
	}
	passed, rows := r.bench.Try(ctx, t, p, nil)
	if !passed {
		return false
	}
	in := r.bench.Hold(ctx, t)
	if in != nil { // held data must say the same
		if again, got := r.bench.Try(ctx, t, p, in); !again || !slices.Equal(rows, got) {
			in = nil
		}
	}
	text := p.Query().Expansion.Text.String
	for _, m := range Of(p) {
		if st := r.state(t, p, m); st != nil && !st.killed && ctx.Err() == nil {
			r.try(ctx, t, m.Apply(text), in, st)
		}
	}
	return true
}

// state finds a mutant among those that were met. Nil: it changes a macro of the test,
// which is no part of the detection.
func (r *trial) state(t *runner.Test, p *spl.Program, m *Mutant) *state {
	file, where, _ := p.Query().Expansion.Text.Origin(m.At)
	if file.Name == t.Origin() {
		return nil
	}
	k := key{file, where, m.Kind, m.Text}
	if st := r.states[k]; st != nil {
		return st
	}
	place, frame := why.Place(p.Query(), r.unit.Detection, m.At)
	l := &Living{Mutant: m, Place: place, order: m.At.Start}
	if frame != nil {
		l.Macro = frame.Macro
	}
	st := &state{living: l}
	r.states[k] = st
	return st
}

func (r *trial) try(ctx context.Context, t *runner.Test, text string, in spl.Input, st *state) {
	p, err := r.bench.Variant(t, text)
	if err != nil {
		return
	}
	st.valid = true
	passed, _ := r.bench.Try(ctx, t, p, in)
	st.killed = st.killed || !passed
}
