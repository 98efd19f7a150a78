package spl

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"spl/eval"
	"spl/eval/batch"
	"spl/macros"
	"spl/parser"
	"spl/spl/command"
	"spl/spl/engine"
)

func hasInserts(pl *parser.Pipeline) bool {
	return slices.ContainsFunc(pl.Stages, func(s *parser.Stage) bool { return len(s.Inserts) > 0 })
}

// insert runs the subsearches whose rows are text of the search and puts the text
// in (search-expression 1.8).
func (r *runner) insert(pl *parser.Pipeline) (*parser.Pipeline, error) {
	if !hasInserts(pl) {
		return pl, nil
	}
	out := *pl
	out.Stages = slices.Clone(pl.Stages)
	for i, s := range out.Stages {
		for len(s.Inserts) > 0 {
			texts := make([]string, len(s.Inserts))
			for j, in := range s.Inserts {
				var err error
				if texts[j], err = r.text(in.Pipeline); err != nil {
					return nil, fmt.Errorf("[subsearch]: %w", err)
				}
			}
			next, errs := s.With(texts)
			if len(errs) > 0 {
				return nil, fmt.Errorf("%s cannot be read: %w", gave(texts), errs)
			}
			s = next
		}
		out.Stages[i] = s
	}
	return &out, nil
}

// gave names the text of subsearches, for an error.
func gave(texts []string) string {
	all := strings.TrimSpace(strings.Join(texts, " and "))
	switch {
	case all == "":
		return "a search whose subsearch gave no text"
	case len(all) > 120:
		all = strings.ToValidUTF8(all[:120], "") + "…"
	}
	return "the text that a subsearch gave, " + all + ","
}

// text runs a subsearch and gives the text that it stands for.
func (r *runner) text(pl *parser.Pipeline) (string, error) {
	res, err := r.subsearch(pl, maxSubsearch)
	if err != nil {
		return "", err
	}
	if res.Text {
		for _, b := range res.Batches {
			if b.Rows > 0 {
				s, _ := b.Col("search").First(0)
				return s, nil
			}
		}
		return "", nil
	}
	return command.FormatText(res), nil
}

// subsearch runs a pipeline to its end and holds its rows.
func (r *runner) subsearch(pl *parser.Pipeline, most int) (*engine.Result, error) {
	inner, err := r.sub()
	if err != nil {
		return nil, err
	}
	res := &engine.Result{}
	err = inner.each(pl, most, res, func(b *batch.Batch) error {
		b.Load()
		res.Batches = append(res.Batches, b)
		return r.ctx.Budget.Grow(engine.Size(b), "a subsearch")
	})
	if err != nil {
		return nil, err
	}
	return res, nil
}

// stream runs a pipeline and passes its rows on.
func (r *runner) stream(pl *parser.Pipeline, most int, emit engine.Emit) error {
	inner, err := r.sub()
	if err != nil {
		return err
	}
	return inner.each(pl, most, &engine.Result{}, emit)
}

// sub is a runner for a subsearch.
func (r *runner) sub() (*runner, error) {
	if r.depth >= maxDepth {
		return nil, errDepth
	}
	// A range given from outside holds in subsearches too, and not the one in the
	// text of the search around them; over all time that one does.
	given := r.ctx.Given
	if math.IsInf(given.Earliest, -1) && math.IsInf(given.Latest, 1) {
		given = engine.Range{Earliest: r.ctx.Earliest, Latest: r.ctx.Latest}
	}
	inner := r.within(given)
	inner.over, inner.overTable = nil, false
	return inner, nil
}

// within is a run inside this one.
func (r *runner) within(given engine.Range) *runner {
	inner := *r
	inner.depth++
	inner.ctx = r.ctx.Within(given)
	inner.ctx.Search, inner.ctx.Stream, inner.ctx.Pipe = inner.subsearch, inner.stream, inner.pipe
	return &inner
}

// pipe runs a pipeline over rows that are at hand.
func (r *runner) pipe(pl *parser.Pipeline, rows batch.Source, table bool, emit engine.Emit) error {
	if r.depth >= maxDepth {
		return errDepth
	}
	inner := r.within(engine.Range{Earliest: r.ctx.Earliest, Latest: r.ctx.Latest})
	inner.over, inner.overTable, inner.options.Workers = rows, table, 1
	return inner.each(pl, 0, &engine.Result{}, emit)
}

// each runs a pipeline and passes its rows on, at most so many; 0: all. It notes in
// res what they are.
func (r *runner) each(pl *parser.Pipeline, most int, res *engine.Result, emit engine.Emit) error {
	cut, err := r.prepare(pl, nil)
	if err != nil {
		return err
	}
	r.trace(cut, r.traces[pl])
	res.Table, res.Text = cut.Table, cut.Text
	input := r.input
	if r.over != nil {
		input = r.over
	}
	n := 0
	err = engine.Run(r.ctx, cut, input, r.options.Workers, func(b *batch.Batch) error {
		if most > 0 && n+b.Rows > most {
			res.Cut = true
			b = b.First(most - n)
		}
		n += b.Rows
		if b.Rows > 0 {
			if err := emit(b); err != nil {
				return err
			}
		}
		if res.Cut {
			return engine.Enough
		}
		return nil
	})
	if err == nil && res.Cut {
		r.ctx.Notices.Add("subsearch-limit", fmt.Sprintf("Subsearch produced more than %d results, truncating to maxout %d.", most, most), 1)
	}
	return err
}

// macroResult is the value of a macro's expression as package macros wants it.
func macroResult(v eval.Value) macros.Result {
	switch v.Kind() {
	case eval.Null:
		return macros.Result{Kind: macros.Null}
	case eval.Bool:
		return macros.Result{Kind: macros.Bool, Bool: v.True()}
	case eval.String:
		return macros.Result{Kind: macros.String, Text: v.Text()}
	}
	return macros.Result{Kind: macros.Other, Text: v.Text()}
}
