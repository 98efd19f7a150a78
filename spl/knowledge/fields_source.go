package knowledge

import (
	"context"

	"spl/eval"
	"spl/eval/batch"
)

// knownSource adds the fields of a knowledge base to the events of another source.
type knownSource struct {
	b   *Base
	in  batch.Source
	env func() *eval.Env
}

// Open is part of [batch.Source].
func (s *knownSource) Open(ctx context.Context, scan *batch.Scan) (batch.Reader, error) {
	ext, touched := s.b.extend(scan)
	r, err := s.in.Open(ctx, ext)
	if err != nil || !touched {
		return r, err
	}
	return &knownReader{Reader: r, s: s, sets: newSetCache(s.b.fields)}, nil
}

// knownReader hands on parts. Order, places and time bounds are the inner reader's.
type knownReader struct {
	batch.Reader
	s    *knownSource
	sets *setCache
}

// Next is part of [batch.Reader].
func (r *knownReader) Next() (batch.Part, error) {
	p, err := r.Reader.Next()
	if err != nil {
		return nil, err
	}
	return &knownPart{Part: p, r: r}, nil
}

type knownPart struct {
	batch.Part
	r *knownReader
}

// Each is part of [batch.Part].
func (p *knownPart) Each(emit func(*batch.Batch) bool) error {
	w := &worker{b: p.r.s.b, sets: p.r.sets, env: p.r.s.env(), evals: map[*eval.Program]*eval.Evaluator{}, touched: map[string]bool{}}
	return p.Part.Each(func(in *batch.Batch) bool {
		if w.inert(in) {
			return emit(in)
		}
		out := &batch.Batch{Rows: in.Rows, Places: in.Places, From: in.From, Slabs: in.Slabs, Lazy: &loader{w: w, in: in}}
		return emit(out)
	})
}

// worker is what the batches of a part share. It belongs to one goroutine.
type worker struct {
	b         *Base
	sets      *setCache
	env       *eval.Env
	evals     map[*eval.Program]*eval.Evaluator
	matchers  []*eval.Matcher
	touched   map[string]bool
	last      origin // that was asked for
	lastSet   *ruleSet
	readsJSON int8 // whether the reader reads JSON by itself: 0 not known, 1 yes, -1 no
}

// inert says that no rule has a hand in the events of a batch, so that it can be passed
// on as it is: none holds for where they come from, and there are neither event types
// nor tags.
func (w *worker) inert(in *batch.Batch) bool {
	if t := w.b.types; t != nil && len(t.list) > 0 {
		return false
	}
	if t := w.b.tags; t != nil && len(t.fields) > 0 {
		return false
	}
	l := loader{w: w, in: in}
	sets := l.sets()
	return len(sets) == 1 && sets[0].set.empty
}

// touches says whether some rule may have a hand in a field.
func (w *worker) touches(name string) bool {
	t, ok := w.touched[name]
	if !ok {
		t = w.b.needsOf(name).touched
		w.touched[name] = t
	}
	return t
}

// setOf finds the rules of an event.
func (w *worker) setOf(o origin) *ruleSet {
	if w.lastSet == nil || o != w.last {
		w.last, w.lastSet = o, w.sets.of(o)
	}
	return w.lastSet
}

// evaluator makes a calculated field's expression ready; nil when it cannot run here,
// of which the run is told.
func (w *worker) evaluator(p *eval.Program) *eval.Evaluator {
	e, ok := w.evals[p]
	if !ok {
		var err error
		if e, err = p.Bind(w.env); err != nil {
			w.notice("eval", "a calculated field cannot be worked out: "+err.Error())
			e = nil
		}
		w.evals[p] = e
	}
	return e
}

func (w *worker) matcher(i int) *eval.Matcher {
	if w.matchers == nil {
		w.matchers = make([]*eval.Matcher, len(w.b.types.list))
	}
	if w.matchers[i] == nil {
		w.matchers[i] = w.b.types.list[i].search.Bind(w.env)
	}
	return w.matchers[i]
}

func (w *worker) notice(code, message string) {
	if w.env.Notice != nil {
		w.env.Notice(code, message)
	}
}
