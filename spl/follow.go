package spl

import (
	"context"
	"errors"

	"spl/eval/batch"
	"spl/spl/engine"
)

// Following is a search over an input that grows. Each bit of it is read once; what
// the commands that see everything make of it is told anew whenever an answer is
// asked for. It belongs to one goroutine.
type Following struct {
	program *Program
	run     *runner
	halves  *engine.Halves
	looks   []look
	held    []*batch.Batch
}

// Follow prepares the search. in is what subsearches read, once, at the start; nil
// nothing. The range of time and the present are those of the options, throughout.
// A search that makes its own rows cannot be followed.
func (p *Program) Follow(ctx context.Context, in Input, o *RunOptions) (*Following, error) {
	r := p.runner(ctx, in, o)
	cut, err := r.prepare(p.query.Pipeline, r.options.Fields)
	if err == nil && (cut.Source != nil || cut.Empty) {
		err = errors.New("a search that makes its own rows reads no file, and cannot be followed")
	}
	f := &Following{program: p, run: r}
	if err == nil {
		// Rows must carry their places, since their bits come in the order of time in
		// which they were written and not in that of the search.
		cut.Scan.Places, cut.Scan.Ordered = cut.Wants >= engine.Places, false
		f.halves = engine.Halve(cut)
		f.looks, err = makeLooks(r.ctx, cut.Looks)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Streams says that the rows that [Following.Add] gives are the answer. Else they are
// what the answer is made of.
func (f *Following) Streams() bool { return f.halves.Streams }

// Table says that the columns of the answer have an order.
func (f *Following) Table() bool { return f.halves.Table }

// Add reads a further bit of the input. It gives the rows that came of it, newest
// last as far as they were written so.
func (f *Following) Add(in Input) ([]*batch.Batch, error) {
	r := f.bit()
	defer f.end(r)
	var rows []*batch.Batch
	workers := r.options.Workers
	if f.halves.Streams {
		workers = 1 // rows are shown in the order in which they were written
	}
	err := f.halves.Beside(r.ctx, r.knowledge.SourceFor(in, r.ctx.Eval), workers, func(b *batch.Batch) error {
		b.Load()
		rows = append(rows, b)
		if f.halves.Streams {
			return nil
		}
		return f.run.ctx.Budget.Grow(engine.Size(b), "following")
	})
	if !f.halves.Streams {
		f.held = append(f.held, rows...)
	}
	for i, b := range rows {
		rows[i] = shown(f.looks, b)
	}
	return rows, err
}

// Answer gives the rows of the search over all that was added.
func (f *Following) Answer() (*Result, error) {
	res := &Result{Table: f.halves.Table}
	r := f.bit()
	defer f.end(r)
	err := f.halves.Rest(r.ctx, f.held, func(b *batch.Batch) error {
		b.Load()
		res.Batches = append(res.Batches, shown(f.looks, b))
		return nil
	})
	return res, err
}

// Notices are what there is to say beside the rows.
func (f *Following) Notices() []Notice { return f.run.ctx.Notices.List() }

// bit is a run of one of the halves, with memory of its own.
func (f *Following) bit() *runner {
	r := f.program.runner(f.run.ctx, f.run.ctx.Input, &f.run.options)
	r.ctx.Apart = true // partial results are kept as rows
	r.ctx.Earliest, r.ctx.Latest = f.run.ctx.Earliest, f.run.ctx.Latest
	return r
}

func (f *Following) end(r *runner) {
	r.cancel()
	r.temp.Close()
}

// Close ends the following.
func (f *Following) Close() { f.end(f.run) }
