package spl

import (
	"math"

	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

// subTraces makes traces for the subsearches of a search, those within them too, and
// puts them into the trace of the search around them. Searches that a command makes
// while it runs, as map does, have none.
func subTraces(t *engine.Trace, pl *parser.Pipeline) map[*parser.Pipeline]*engine.Trace {
	all := map[*parser.Pipeline]*engine.Trace{}
	var add func(t *engine.Trace, pl *parser.Pipeline)
	add = func(t *engine.Trace, pl *parser.Pipeline) {
		t.Subs = nil
		for _, s := range pl.Stages {
			for _, p := range subsOf(s) {
				sub := &engine.Trace{At: p.Span}
				all[p], t.Subs = sub, append(t.Subs, sub)
				add(sub, p)
			}
		}
	}
	add(t, pl)
	return all
}

// trace has a run traced; a nil trace is none.
func (r *runner) trace(cut *engine.Cut, t *engine.Trace) {
	if t == nil {
		return
	}
	t.Earliest, t.Latest = math.Inf(-1), math.Inf(1)
	if r.over == nil {
		t.Earliest, t.Latest = cut.Scan.Earliest, cut.Scan.Latest
	}
	// What the text asks for is a condition of its own, and is traced as one.
	if !math.IsInf(cut.Asked.Earliest, -1) {
		t.Earliest = math.Inf(-1)
	}
	if !math.IsInf(cut.Asked.Latest, 1) {
		t.Latest = math.Inf(1)
	}
	t.Bounded = !math.IsInf(t.Earliest, -1) || !math.IsInf(t.Latest, 1)
	cut.Trace, r.ctx.Tracing = t, true
}

// placeTests gives the conditions of commands the places where their text stands in
// the search, where the text of subsearches was put in.
func placeTests(plans []*engine.Plan, stages []*parser.Stage) {
	for _, p := range plans {
		for _, s := range stages {
			if s.Span == p.At && p.Tests != nil {
				placeTest(p, s)
			}
		}
	}
}

func placeTest(p *engine.Plan, s *parser.Stage) {
	tests := p.Tests
	p.Tests = func() *engine.Tests {
		return tests().Moved(func(at source.Span) (source.Span, bool) { return s.Origin(at) })
	}
}
