package engine

import (
	"slices"

	"spl/eval/batch"
)

// batchRows is how many rows a batch holds where the engine cuts them.
const batchRows = 1024

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

	// For parts in order: the next part to pass on, and what came of later ones.
	next    int
	waiting map[int]*partRows
	// Rows that are not of a part: what map operators held until the end.
	// For all else: everything.
	held []*batch.Batch
	rows int
	size int64
}

type partRows struct {
	rows []*batch.Batch
	done bool
}

func newOrder(ctx *Context, cut *Cut, ordered bool, push func(*batch.Batch) error) *order {
	return &order{ctx: ctx, cut: cut, push: push, parts: ordered, waiting: map[int]*partRows{}}
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
		return o.hold(out.rows)
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

// hold keeps rows until all have come. Where only the first few are wanted, the
// rest is thrown away now and then.
func (o *order) hold(b *batch.Batch) error {
	o.held = append(o.held, b)
	o.rows += b.Rows
	n := Size(b)
	o.size += n
	if err := o.ctx.Budget.Grow(n, "putting the events in order of time"); err != nil {
		return err
	}
	if o.cut.Limit > 0 && o.rows > 4*o.cut.Limit+16*batchRows {
		o.prune()
	}
	return nil
}

func (o *order) prune() {
	all := batch.Concat(o.held)
	idx := sortedByPlace(all)
	if len(idx) > o.cut.Limit {
		idx = idx[:o.cut.Limit]
	}
	kept := all.Take(idx)
	o.ctx.Budget.Free(o.size)
	o.held, o.rows, o.size = []*batch.Batch{kept}, kept.Rows, Size(kept)
	_ = o.ctx.Budget.Grow(o.size, "")
}

// finish passes on what was held.
func (o *order) finish() error {
	if o.cut.Wants != Order || o.parts {
		return o.rest()
	}
	if len(o.held) == 0 {
		return nil
	}
	refs := make([]Ref, 0, o.rows)
	for i, b := range o.held {
		for r := range b.Rows {
			refs = append(refs, Ref{int32(i), int32(r)})
		}
	}
	// Several rows may share a place (one event's, after mvexpand). They come from one
	// worker, one after the other, so a stable sort keeps them as they were.
	slices.SortStableFunc(refs, func(x, y Ref) int {
		return o.held[x.Batch].Place(int(x.Row)).Compare(o.held[y.Batch].Place(int(y.Row)))
	})
	return EmitRefs(o.ctx, o.held, refs, o.pass)
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

func sortedByPlace(b *batch.Batch) []int32 {
	idx := make([]int32, b.Rows)
	for i := range idx {
		idx[i] = int32(i)
	}
	slices.SortStableFunc(idx, func(x, y int32) int { return b.Place(int(x)).Compare(b.Place(int(y))) })
	return idx
}

// Ref is a row of one of several batches.
type Ref struct{ Batch, Row int32 }

// EmitRefs emits rows that lie in several batches, in the order of refs.
func EmitRefs(ctx *Context, from []*batch.Batch, refs []Ref, emit Emit) error {
	for len(refs) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(batchRows, len(refs))
		if err := emit(gather(from, refs[:n])); err != nil {
			return err
		}
		refs = refs[n:]
	}
	return nil
}

// gather makes a batch of rows that lie in several. Columns come in the order of
// the batches' own.
func gather(from []*batch.Batch, refs []Ref) *batch.Batch {
	var order []int32
	used := map[int32]bool{}
	for _, r := range refs {
		if !used[r.Batch] {
			used[r.Batch] = true
			order = append(order, r.Batch)
		}
	}
	slices.Sort(order)
	out := batch.New(len(refs))
	seen := map[string]bool{}
	for _, i := range order {
		from[i].Load()
		for _, n := range from[i].Names {
			if !seen[n] {
				seen[n] = true
				out.Names = append(out.Names, n)
			}
		}
	}
	cols := make([]*batch.Column, len(from))
	for _, n := range out.Names {
		for _, i := range order {
			cols[i] = from[i].Col(n)
		}
		var bl batch.Builder
		bl.Grow(len(refs))
		for _, r := range refs {
			bl.Append(cols[r.Batch].Values(int(r.Row))...)
		}
		out.Cols = append(out.Cols, bl.Column())
	}
	return out
}
