package agg

import (
	"math/bits"
	"slices"

	"spl/eval/batch"
)

// set holds the distinct values of all groups. Most columns hold few values; while there
// are no more than fewMost, a group is a word with a bit for each.
type set struct {
	few  []uint64 // by group; nil once there are many values
	many entries
	full bool    // there are many
	flat []int32 // room for the numbers of a column's values
}

const fewMost = 64

func newSet() *set { return &set{} }

// room makes room for n groups.
func (s *set) room(n int) {
	if s.full {
		s.many.room(n)
	} else {
		s.few = grow(s.few, n)
	}
}

// put adds a value to a group, for which there is room. The text is copied.
func (s *set) put(group int32, v string) {
	id := s.many.vals.ID(v)
	s.widen()
	s.putID(group, id)
}

// putID is put for the number of a value, for which there is room.
func (s *set) putID(group, val int32) {
	if s.full {
		s.many.putID(group, val)
	} else {
		s.few[group] |= 1 << val
	}
}

// widen makes room for all values that have a number.
func (s *set) widen() {
	if s.full || s.many.vals.Len() <= fewMost {
		return
	}
	s.many.room(len(s.few))
	for g, w := range s.few {
		for ; w != 0; w &= w - 1 {
			s.many.putID(int32(g), int32(bits.TrailingZeros64(w)))
		}
	}
	s.few, s.full = nil, true
}

// addColumn adds the values of rows to groups.
func (s *set) addColumn(c *batch.Column, rows, groups []int32) {
	if v, ok := c.IsConstant(); ok && len(rows) > 0 {
		id := s.many.vals.ID(v)
		s.widen()
		for _, g := range groups {
			s.putID(g, id)
		}
		return
	}
	if len(rows) < c.Len() { // values of other rows are not to be kept
		for i, r := range rows {
			for _, v := range c.Values(int(r)) {
				s.put(groups[i], v)
			}
		}
		return
	}
	var off []int32
	s.flat, off = s.many.vals.Flat(c, s.flat[:0])
	s.widen()
	for i, r := range rows {
		if off == nil {
			s.putID(groups[i], s.flat[r])
			continue
		}
		for _, id := range s.flat[off[r]:off[r+1]] {
			s.putID(groups[i], id)
		}
	}
}

// absorb adds the values of another set, whose group g is group to[g] here.
func (s *set) absorb(o *set, to []int32) {
	vals := s.many.vals.Absorb(&o.many.vals)
	s.widen()
	s.room(groupsIn(to))
	for g, w := range o.few {
		for ; w != 0; w &= w - 1 {
			s.putID(to[g], vals[bits.TrailingZeros64(w)])
		}
	}
	for _, e := range o.many.ents {
		s.putID(to[e.group], vals[e.val])
	}
}

// count is how many values a group has.
func (s *set) count(group int32) int {
	switch {
	case s.full:
		return s.many.count(group)
	case int(group) < len(s.few):
		return bits.OnesCount64(s.few[group])
	}
	return 0
}

// each calls f for the values of a group, in no order.
func (s *set) each(group int32, f func(val string)) {
	switch {
	case s.full:
		s.many.each(group, func(_ int32, v string) { f(v) })
	case int(group) < len(s.few):
		for w := s.few[group]; w != 0; w &= w - 1 {
			f(s.many.vals.Value(int32(bits.TrailingZeros64(w))))
		}
	}
}

// sorted is a group's values in byte order; nil when there are none.
func (s *set) sorted(group int32) []string {
	n := s.count(group)
	if n == 0 {
		return nil
	}
	vals := make([]string, 0, n)
	s.each(group, func(v string) { vals = append(vals, v) })
	slices.Sort(vals)
	return vals
}

func (s *set) bytes() int64 {
	return s.many.bytes() + int64(cap(s.few))*8 + int64(cap(s.flat))*4
}
