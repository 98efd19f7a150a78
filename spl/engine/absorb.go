package engine

import (
	"sync"

	"spl/eval/batch"
)

// absorberOf is the operator that takes over what the last operators of the map part
// hold; nil when nothing does.
func absorberOf(ctx *Context, cut *Cut, reduce []Operator) Absorber {
	if !ctx.Absorbs() || len(cut.Reduce) == 0 || cut.Reduce[0].Map == nil || cut.Reduce[0].Reduce == nil {
		return nil
	}
	a, _ := reduce[0].(Absorber)
	return a
}

// Absorbs says that what Map operators hold is taken over where Reduce is an [Absorber].
func (c *Context) Absorbs() bool { return !c.Apart && !c.Tracing }

// absorb has the operators that the workers left taken over, and flushes those that
// were not.
func (r *run) absorb(collect *order) error {
	left, err := r.absorber.Absorb(r.held)
	if err != nil {
		return err
	}
	for _, op := range left {
		err := op.Flush(func(b *batch.Batch) error {
			r.settle(b)
			return collect.add(output{rows: b})
		})
		if err != nil {
			return r.unlessStopped(err)
		}
	}
	return nil
}

// Each calls f for 0 to n-1, several at a time where the run has several workers, and
// gives the first error. The calls must not share what they write.
func (c *Context) Each(n int, f func(i int) error) error {
	if c.Workers < 2 || n < 2 {
		for i := range n {
			if err := f(i); err != nil {
				return err
			}
		}
		return nil
	}
	errs := make([]error, n)
	next := make(chan int, n)
	for i := range n {
		next <- i
	}
	close(next)
	var wg sync.WaitGroup
	for range min(n, c.Workers) {
		wg.Go(func() {
			for i := range next {
				errs[i] = f(i)
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
