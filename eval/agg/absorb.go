package agg

import (
	"strconv"

	"spl/eval/batch"
)

// absorber is an accumulator that can fold in the state of another of its kind
// without writing it out. It says false, and does nothing, when it cannot this time.
type absorber interface {
	absorb(src Accumulator, to []int32) bool
}

// Absorb folds the whole state of src into dst: its group g belongs to group to[g].
// Both are of the same function and settings, and src is not to be used again. It is
// the same as merging the partials of all groups.
func Absorb(dst, src Accumulator, to []int32) error {
	if d, ok := dst.(absorber); ok && d.absorb(src, to) {
		return nil
	}
	for g, t := range to {
		if err := dst.Merge(t, src.Partial(int32(g))); err != nil {
			return err
		}
	}
	return nil
}

func (a *count) absorb(src Accumulator, to []int32) bool {
	b, ok := src.(*count)
	if !ok {
		return false
	}
	a.n = grow(a.n, groupsIn(to))
	for g, n := range b.n {
		a.n[to[g]] += n
	}
	return true
}

func (a *distinct) absorb(src Accumulator, to []int32) bool {
	b, ok := src.(*distinct)
	if ok {
		a.set.absorb(b.set, to)
	}
	return ok
}

func (a *sum) absorb(src Accumulator, to []int32) bool {
	b, ok := src.(*sum)
	if !ok || len(b.total.spill.ext) > 0 {
		return false
	}
	a.room(groupsIn(to))
	a.total.grow(len(a.n))
	for g, n := range b.n {
		a.n[to[g]] += n
		if b.allNum && b.bad[g] {
			a.bad[to[g]] = true
		}
	}
	for g, i := range b.total.ints {
		a.total.addInt(to[g], i)
	}
	return true
}

// Partials appends the partials of groups to a column.
func Partials(a Accumulator, groups []int32, to *batch.Builder) {
	switch a := a.(type) {
	case *count:
		for _, g := range groups {
			if n := a.at(g); n > 0 {
				to.Append(countTag, strconv.FormatInt(n, 10))
			} else {
				to.Null()
			}
		}
	case *sum:
		for _, g := range groups {
			if a.unseen(g) {
				to.Null()
			} else {
				to.Append(sumTag, a.head(g), a.total.text(g))
			}
		}
	default:
		for _, g := range groups {
			to.Append(a.Partial(g)...)
		}
	}
}

// Results appends the results of groups to a column.
func Results(a Accumulator, groups []int32, to *batch.Builder) {
	switch a := a.(type) {
	case *count:
		for _, g := range groups {
			to.String(strconv.FormatInt(a.at(g), 10))
		}
	case *distinct:
		if !a.list {
			for _, g := range groups {
				to.String(strconv.Itoa(a.set.count(g)))
			}
			return
		}
		for _, g := range groups {
			to.Append(a.Result(g)...)
		}
	default:
		for _, g := range groups {
			to.Append(a.Result(g)...)
		}
	}
}
