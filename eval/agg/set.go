package agg

import (
	"slices"

	"spl/eval/batch"
)

// set holds the distinct values of all groups in one hash table. The values are
// numbered by a dictionary, so that an entry is a group and a number; those of a
// group are chained to be listed.
type set struct {
	vals  batch.Dict
	slots []int32 // an entry's index + 1, or 0; a power of two long
	ents  []entry
	head  []int32 // a group's newest entry + 1, or 0
	size  []int32 // how many values a group has
	flat  []int32 // room for the numbers of a column's values
}

type entry struct {
	group, val int32
	next       int32 // the group's next entry + 1, or 0
}

func newSet() *set { return &set{} }

// room makes room for n groups.
func (s *set) room(n int) {
	s.head = grow(s.head, n)
	s.size = grow(s.size, n)
}

// put adds a value to a group, for which there is room, and gives the index of its
// entry and whether it is new. The text is copied.
func (s *set) put(group int32, v string) (int32, bool) { return s.putID(group, s.vals.ID(v)) }

// putID is put for the number of a value.
func (s *set) putID(group, val int32) (int32, bool) {
	if len(s.ents)*4 >= len(s.slots)*3 {
		s.rehash()
	}
	mask := uint32(len(s.slots) - 1)
	i := hashPair(group, val) & mask
	for ; s.slots[i] != 0; i = (i + 1) & mask {
		e := &s.ents[s.slots[i]-1]
		if e.group == group && e.val == val {
			return s.slots[i] - 1, false
		}
	}
	s.ents = append(s.ents, entry{group, val, s.head[group]})
	n := int32(len(s.ents))
	s.slots[i] = n
	s.head[group] = n
	s.size[group]++
	return n - 1, true
}

func hashPair(group, val int32) uint32 {
	h := (uint64(uint32(group))<<32 | uint64(uint32(val))) * 0x9e3779b97f4a7c15
	h = (h ^ h>>32) * 0xd6e8feb86659fd93
	return uint32(h >> 32)
}

func (s *set) rehash() {
	s.slots = make([]int32, max(16, 2*len(s.slots)))
	mask := uint32(len(s.slots) - 1)
	for n := range s.ents {
		i := hashPair(s.ents[n].group, s.ents[n].val) & mask
		for s.slots[i] != 0 {
			i = (i + 1) & mask
		}
		s.slots[i] = int32(n + 1)
	}
}

// addColumn adds the values of rows to groups.
func (s *set) addColumn(c *batch.Column, rows, groups []int32) {
	if v, ok := c.IsConstant(); ok && len(rows) > 0 {
		id := s.vals.ID(v)
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
	s.flat, off = s.vals.Flat(c, s.flat[:0])
	for i, r := range rows {
		if c.Single() {
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
	s.room(groupsIn(to))
	vals := make([]int32, o.vals.Len())
	for id := range vals {
		vals[id] = s.vals.Adopt(o.vals.Value(int32(id)))
	}
	for _, e := range o.ents {
		s.putID(to[e.group], vals[e.val])
	}
}

// count is how many values a group has.
func (s *set) count(group int32) int {
	if int(group) >= len(s.size) {
		return 0
	}
	return int(s.size[group])
}

// each calls f for the entries of a group, in no order.
func (s *set) each(group int32, f func(index int32, val string)) {
	if int(group) >= len(s.head) {
		return
	}
	for i := s.head[group]; i != 0; i = s.ents[i-1].next {
		f(i-1, s.vals.Value(s.ents[i-1].val))
	}
}

// sorted is a group's values in byte order; nil when there are none.
func (s *set) sorted(group int32) []string {
	n := s.count(group)
	if n == 0 {
		return nil
	}
	vals := make([]string, 0, n)
	s.each(group, func(_ int32, v string) { vals = append(vals, v) })
	slices.Sort(vals)
	return vals
}

func (s *set) bytes() int64 {
	return s.vals.Bytes() + int64(cap(s.slots)+cap(s.flat)+cap(s.head)+cap(s.size))*4 + int64(cap(s.ents))*12
}
