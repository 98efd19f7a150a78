package engine

import (
	"slices"

	"spl/eval/batch"
	"spl/spl/spill"
)

// order stands between the workers and the part of a search that sees everything.
// Where nobody sees the order of rows it passes them on as they come. Where the
// reader hands out parts in order, it puts the parts back in order. Else it holds
// all rows and sorts them by their place.
type order struct {
	ctx   *Context
	cut   *Cut
	push  func(*batch.Batch) error
	parts bool // the reader's parts are in order
	from  int64

	// For parts in order: the next part to pass on, and what came of later ones. release
	// lets the workers begin one more.
	next    int
	waiting map[int]*partRows
	release func()
	// For all else: everything.
	sorter *spill.Sorter[*batch.Batch]
}

type partRows struct {
	rows []*batch.Batch
	done bool
}

func newOrder(ctx *Context, cut *Cut, ordered bool, push func(*batch.Batch) error) *order {
	o := &order{ctx: ctx, cut: cut, push: push, parts: ordered, waiting: map[int]*partRows{}, release: func() {}}
	if cut.Wants == Order && !ordered {
		o.sorter = spill.NewSorter(ctx.Budget, "putting the events in order of time", byPlace, cut.Limit)
		o.sorter.Workers = ctx.Workers
	}
	return o
}

func (o *order) add(out output) error {
	switch {
	case o.cut.Wants != Order:
		if out.rows == nil {
			return nil
		}
		return o.push(out.rows)
	case o.parts:
		return o.addPart(out)
	case out.rows != nil:
		return o.sorter.Add(o.ctx, out.rows)
	}
	return nil
}

// addPart passes rows on when all earlier parts have been.
func (o *order) addPart(out output) error {
	p := o.waiting[out.part]
	if p == nil {
		p = &partRows{}
		o.waiting[out.part] = p
	}
	if out.rows != nil {
		p.rows = append(p.rows, out.rows)
	}
	p.done = p.done || out.done
	for p := o.waiting[o.next]; p != nil; p = o.waiting[o.next] {
		for _, b := range p.rows {
			if err := o.pass(b); err != nil {
				return err
			}
		}
		p.rows = nil
		if !p.done {
			return nil
		}
		delete(o.waiting, o.next)
		o.next++
		o.release()
	}
	return nil
}

// pass hands rows on; from here on their order of arrival is their place.
func (o *order) pass(b *batch.Batch) error {
	b = b.Clone()
	b.Places, b.From = nil, o.from
	o.from += int64(b.Rows)
	return o.push(b)
}

// byPlace is the order of a search. Several rows may share a place (one event's, after
// mvexpand). They come from one worker, one after the other, and stay as they were.
var byPlace = spill.Order[*batch.Batch]{
	Keys:    func(p spill.Positioned) *batch.Batch { return p.Batch },
	Prefix:  func(x *batch.Batch, i int) uint64 { return ^batch.OrderedBits(x.Place(i).Time) },
	Compare: func(x *batch.Batch, i int, y *batch.Batch, j int) int { return x.Place(i).Compare(y.Place(j)) },
}

// finish passes on what was held.
func (o *order) finish() error {
	if o.cut.Wants != Order || o.parts {
		return o.rest()
	}
	return o.sorter.Each(o.ctx, o.pass)
}

// rest passes on parts that were never said to be done, which happens when map
// operators hold rows until they are flushed.
func (o *order) rest() error {
	left := make([]int, 0, len(o.waiting))
	for n := range o.waiting {
		left = append(left, n)
	}
	slices.Sort(left)
	for _, n := range left {
		for _, b := range o.waiting[n].rows {
			if err := o.pass(b); err != nil {
				return err
			}
		}
	}
	return nil
}
