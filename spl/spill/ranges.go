package spill

import (
	"context"
	"slices"
	"sort"

	"spl/eval/batch"
)

// How runs are merged on several goroutines: what is to come out is cut into ranges, each
// of which is merged by itself, and one follows the other.

// mostMarks is how many rows of a run are remembered so that a place in it is found.
const mostMarks = 512

// marks are the first rows of some blocks of a run: of each whose number is a multiple
// of every.
type marks struct {
	every int
	rows  []*batch.Batch
}

// add remembers the first row of a block, with the columns that keys are made of.
func (m *marks) add(block int, b *batch.Batch, keyed func(name string) bool) {
	if block%m.every != 0 {
		return
	}
	if len(m.rows) == mostMarks {
		for i := range mostMarks / 2 {
			m.rows[i] = m.rows[2*i]
		}
		clear(m.rows[mostMarks/2:])
		m.rows = m.rows[:mostMarks/2]
		if m.every *= 2; block%m.every != 0 {
			return
		}
	}
	row := batch.New(1)
	row.Places = []batch.Place{b.Place(0)}
	for i, n := range b.Names {
		if keyed(n) {
			row.Set(n, b.Cols[i].Take([]int32{0}))
		}
	}
	row.Own()
	m.rows = append(m.rows, row)
}

// bound is where a range begins or ends: the keys of one row.
type bound[K any] struct{ keys K }

// within are the rows of a block that lie in a range: not before from, before to. A nil
// bound is none.
func (o *Order[K]) within(keys K, rows int, from, to *bound[K]) (first, end int) {
	end = rows
	if from != nil {
		first = sort.Search(rows, func(i int) bool { return o.Compare(keys, i, from.keys, 0) >= 0 })
	}
	if to != nil {
		end = first + sort.Search(rows-first, func(i int) bool { return o.Compare(keys, first+i, to.keys, 0) >= 0 })
	}
	return first, end
}

// Ranges are merges that give all rows one after the other. Each may be gone through on
// a goroutine of its own. There are several only where the order names its columns
// (Keyed), and no more than most.
func (r *Runs[K]) Ranges(ctx context.Context, most int) ([]*Merge[K], error) {
	m, err := r.Merge(ctx, 0)
	if err != nil || most < 2 || r.order.Keyed == nil {
		return []*Merge[K]{m}, err
	}
	bounds := r.bounds(most)
	out := make([]*Merge[K], len(bounds)+1)
	for i := range out {
		x := NewMerge(r.order, nil)
		if i > 0 {
			x.from = bounds[i-1]
		}
		if i < len(bounds) {
			x.to = bounds[i]
		}
		for _, run := range r.runs {
			x.add(run, r.start(run, x.from))
		}
		out[i] = x
	}
	return out, nil
}

// leastRange is how many blocks of each run a range has at least, on the average: at its
// ends it reads some that belong to its neighbours.
const leastRange = 12

// bounds cuts what is to come out into about equal ranges.
func (r *Runs[K]) bounds(most int) []*bound[K] {
	var all []*bound[K]
	blocks := 0
	for _, run := range r.runs {
		blocks += len(run.blocks)
		for _, row := range run.marks.rows {
			all = append(all, &bound[K]{r.order.Keys(Positioned{Batch: row})})
		}
	}
	slices.SortFunc(all, func(x, y *bound[K]) int { return r.order.Compare(x.keys, 0, y.keys, 0) })
	n := min(most, blocks/(leastRange*max(1, len(r.runs))), len(all))
	var out []*bound[K]
	for i := 1; i < n; i++ {
		b := all[i*len(all)/n]
		if len(out) == 0 || r.order.Compare(out[len(out)-1].keys, 0, b.keys, 0) != 0 {
			out = append(out, b)
		}
	}
	return out
}

// start is a block of a run before which nothing of a range lies.
func (r *Runs[K]) start(run *Run, from *bound[K]) int {
	if from == nil {
		return 0
	}
	// Rows that are equal may lie on both sides of a block's beginning.
	n := sort.Search(len(run.marks.rows), func(i int) bool {
		return r.order.Compare(r.order.Keys(Positioned{Batch: run.marks.rows[i]}), 0, from.keys, 0) >= 0
	})
	return max(0, n-1) * run.marks.every
}
