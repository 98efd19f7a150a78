package agg

import "spl/eval/batch"

// entries holds the distinct values of all groups in one hash table. The values are
// numbered by a dictionary, so that an entry is a group and a number; those of a
// group are chained to be listed. Something can be kept beside each by its index.
type entries struct {
	vals  batch.Dict
	slots []int32 // an entry's index + 1, or 0; a power of two long
	ents  []entry
	head  []int32 // a group's newest entry + 1, or 0
	size  []int32 // how many values a group has
}

type entry struct {
	group, val int32
	next       int32 // the group's next entry + 1, or 0
}

// room makes room for n groups.
func (s *entries) room(n int) {
	s.head = grow(s.head, n)
	s.size = grow(s.size, n)
}

// put adds a value to a group, for which there is room, and gives the index of its
// entry and whether it is new. The text is copied.
func (s *entries) put(group int32, v string) (int32, bool) { return s.putID(group, s.vals.ID(v)) }

// putID is put for the number of a value.
func (s *entries) putID(group, val int32) (int32, bool) {
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

func (s *entries) rehash() {
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

// count is how many values a group has.
func (s *entries) count(group int32) int {
	if int(group) >= len(s.size) {
		return 0
	}
	return int(s.size[group])
}

// each calls f for the entries of a group, in no order.
func (s *entries) each(group int32, f func(index int32, val string)) {
	if int(group) >= len(s.head) {
		return
	}
	for i := s.head[group]; i != 0; i = s.ents[i-1].next {
		f(i-1, s.vals.Value(s.ents[i-1].val))
	}
}

func (s *entries) bytes() int64 {
	return s.vals.Bytes() + int64(cap(s.slots)+cap(s.head)+cap(s.size))*4 + int64(cap(s.ents))*12
}
