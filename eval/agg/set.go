package agg

import (
	"hash/maphash"
	"slices"
	"strings"
)

// set holds the distinct values of all groups in one hash table, keyed by group and
// value. A group with few values costs a few dozen bytes, where a map of its own
// would cost hundreds; its values are chained to be listed.
type set struct {
	seed  maphash.Seed
	slots []uint32 // an entry's index + 1, or 0; a power of two long
	ents  []entry
	head  []int32 // a group's newest entry + 1, or 0
	size  []int32 // how many values a group has
	text  arena
}

type entry struct {
	val   string
	hash  uint32
	group int32
	next  int32 // the group's next entry + 1, or 0
}

func newSet() *set { return &set{seed: maphash.MakeSeed()} }

// room makes room for n groups.
func (s *set) room(n int) {
	s.head = grow(s.head, n)
	s.size = grow(s.size, n)
}

// put adds a value to a group, for which there is room, and gives the index of its
// entry and whether it is new. The text is copied.
func (s *set) put(group int32, v string) (int32, bool) {
	if len(s.ents)*4 >= len(s.slots)*3 {
		s.rehash()
	}
	h := maphash.String(s.seed, v) + uint64(uint32(group))*0x9e3779b97f4a7c15
	hash := uint32(h ^ h>>32)
	mask := uint32(len(s.slots) - 1)
	i := hash & mask
	for ; s.slots[i] != 0; i = (i + 1) & mask {
		e := &s.ents[s.slots[i]-1]
		if e.hash == hash && e.group == group && e.val == v {
			return int32(s.slots[i] - 1), false
		}
	}
	s.ents = append(s.ents, entry{s.text.keep(v), hash, group, s.head[group]})
	n := len(s.ents)
	s.slots[i] = uint32(n)
	s.head[group] = int32(n)
	s.size[group]++
	return int32(n - 1), true
}

func (s *set) rehash() {
	s.slots = make([]uint32, max(16, 2*len(s.slots)))
	mask := uint32(len(s.slots) - 1)
	for n := range s.ents {
		i := s.ents[n].hash & mask
		for s.slots[i] != 0 {
			i = (i + 1) & mask
		}
		s.slots[i] = uint32(n + 1)
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
		f(i-1, s.ents[i-1].val)
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
	return int64(cap(s.slots))*4 + int64(cap(s.ents))*32 + int64(cap(s.head)+cap(s.size))*4 + s.text.bytes
}

// arena keeps copies of short texts side by side in larger blocks, one allocation
// for many. Values must be copied, for a value may be a piece of a large buffer
// that would otherwise stay in memory as long as the value does.
type arena struct {
	block strings.Builder
	bytes int64
}

const (
	arenaFirst = 1 << 10
	arenaBlock = 1 << 16
	arenaLong  = 1 << 12 // a longer text gets memory of its own
)

// keep gives a copy of s.
func (a *arena) keep(s string) string {
	if len(s) > arenaLong {
		a.bytes += int64(len(s))
		return strings.Clone(s)
	}
	if a.block.Cap()-a.block.Len() < len(s) {
		size := max(len(s), min(arenaBlock, max(arenaFirst, 2*a.block.Cap())))
		a.block.Reset() // texts handed out keep the old block
		a.block.Grow(size)
		a.bytes += int64(a.block.Cap())
	}
	at := a.block.Len()
	a.block.WriteString(s) // fits, so the block does not move
	return a.block.String()[at:]
}
