package engine

import (
	"context"
	"errors"
	"io"
	"sync"

	"spl/eval/batch"
)

// Run runs a search over a source with so many workers and emits its rows, in
// order. An error of emit other than [Enough] ends the run and is returned.
func Run(ctx *Context, cut *Cut, input batch.Source, workers int, emit Emit) error {
	if cut.Source != nil {
		var err error
		if input, err = cut.Source.Generate(ctx); err != nil {
			return err
		}
	}
	if input == nil || cut.Empty {
		input = empty{}
	}
	if cut.Trace != nil {
		cut.Trace.begin(cut)
		defer cut.Trace.end(cut)
	}
	ops, err := cut.reduceOps(ctx)
	if err != nil {
		return err
	}
	inner, cancel := context.WithCancel(ctx.Context)
	defer cancel()
	reader, err := input.Open(inner, &cut.Scan)
	if err != nil {
		return err
	}
	defer reader.Close()

	r := &run{ctx: ctx, cut: cut, reader: reader, stop: inner.Done(), cancel: cancel}
	r.absorber = absorberOf(ctx, cut, ops)
	reduce := newChain(ops, emit)
	order := newOrder(ctx, cut, reader.Ordered(), reduce.Push)
	workers = max(1, workers)
	if cut.Wants == Order && order.parts {
		r.ahead = make(chan struct{}, 8*workers)
		order.release = func() { <-r.ahead }
	}
	err = r.workers(workers, order)
	if err == nil && len(r.held) > 0 {
		err = r.absorb(order)
	}
	if err == nil {
		err = order.finish()
	}
	if err != nil && err != Enough { //nolint:errorlint // a sentinel passed as it is
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := reduce.Flush(); err != nil {
		return err
	}
	return ctx.Err()
}

// run is a search under way.
type run struct {
	ctx    *Context
	cut    *Cut
	reader batch.Reader
	stop   <-chan struct{}
	cancel context.CancelFunc

	// What takes over the last operators of the map part, if anything does, and these.
	absorber Absorber
	mu       sync.Mutex
	held     []Operator
	// ahead has a place for each part that was begun and whose rows were not yet passed
	// on, so that quick workers do not pile up rows behind a slow one; nil: any number.
	ahead chan struct{}
}

// output is what a worker sends: rows of a part, or word that the part is done.
type output struct {
	part int
	rows *batch.Batch
	done bool
	err  error
}

// workers reads the parts of the input on n goroutines and hands what comes out of
// the map part to the collector, which runs on this goroutine.
func (r *run) workers(n int, collect *order) error {
	out := make(chan output, 4*n)
	var wg sync.WaitGroup
	for range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err := r.work(out); err != nil {
				r.send(out, output{err: err})
			}
		}()
	}
	go func() {
		wg.Wait()
		close(out)
	}()
	var failed error
	for o := range out {
		if failed != nil {
			continue // the workers are stopping; let them
		}
		err := o.err
		if err == nil {
			err = collect.add(o)
		}
		if err != nil {
			failed = err
			r.cancel()
		}
	}
	return failed
}

func (r *run) send(out chan<- output, o output) error {
	select {
	case out <- o:
		return nil
	case <-r.stop:
		return Enough
	}
}

// work is one worker: it claims parts until there are none, and flushes.
func (r *run) work(out chan<- output) error {
	ops, err := r.cut.mapOps(r.ctx)
	if err != nil {
		return err
	}
	part := 0
	sink := func(b *batch.Batch) error {
		r.settle(b)
		return r.send(out, output{part: part, rows: b})
	}
	c := newChain(ops, sink)
	for {
		if err := r.begin(); err != nil {
			return r.unlessStopped(err)
		}
		p, err := r.reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return r.unlessStopped(err)
		}
		part = p.Number()
		var failed error
		err = p.Each(func(b *batch.Batch) bool {
			if failed = r.ctx.Err(); failed == nil {
				failed = r.push(c, b)
			}
			return failed == nil
		})
		if err == nil {
			err = failed
		}
		if err != nil {
			return r.unlessStopped(err)
		}
		if err := r.send(out, output{part: part, done: true}); err != nil {
			return r.unlessStopped(err)
		}
	}
	if r.absorber == nil {
		return r.unlessStopped(c.Flush())
	}
	if err := c.flush(len(ops) - 1); err != nil {
		return r.unlessStopped(err)
	}
	r.mu.Lock()
	r.held = append(r.held, ops[len(ops)-1])
	r.mu.Unlock()
	return nil
}

// push sends rows of the input to a worker's operators.
func (r *run) push(c *chain, b *batch.Batch) error {
	if r.cut.Trace != nil {
		if b = r.cut.Trace.inRange(b); b == nil {
			return nil
		}
	}
	return c.Push(b)
}

// begin waits until one more part may be begun.
func (r *run) begin() error {
	if r.ahead == nil {
		return nil
	}
	select {
	case r.ahead <- struct{}{}:
		return nil
	case <-r.stop:
		return Enough
	}
}

// unlessStopped hides faults that come of the run having been stopped.
func (r *run) unlessStopped(err error) error {
	if err == Enough { //nolint:errorlint // a sentinel passed as it is
		return nil
	}
	if r.ctx.Err() == nil {
		select {
		case <-r.stop:
			return nil
		default:
		}
	}
	return err
}

// settle reads the fields that the rest of the search will want while the rows are
// still with the worker.
func (r *run) settle(b *batch.Batch) {
	if names, ok := r.cut.Wanted.Exact(); ok {
		b.Keep(names)
	} else {
		b.Load()
	}
	if len(r.cut.Reduce) == 0 || r.cut.Reduce[0].Map == nil || r.cut.Reduce[0].Thins {
		b.Own() // these are rows of the input, and may be held for long
	}
	b.Slabs = nil // they are this worker's
}

// empty is a source without events.
type empty struct{}

func (empty) Open(context.Context, *batch.Scan) (batch.Reader, error) { return empty{}, nil }
func (empty) Ordered() bool                                           { return true }
func (empty) Next() (batch.Part, error)                               { return nil, io.EOF }
func (empty) Close() error                                            { return nil }

// Rows is a source that holds rows in memory, in their order.
type Rows []*batch.Batch

// Open is part of [batch.Source].
func (r Rows) Open(context.Context, *batch.Scan) (batch.Reader, error) {
	return batch.Held(func() int { return len(r) }, func(i int) (*batch.Batch, error) { return r[i], nil }), nil
}
