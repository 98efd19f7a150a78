package command

import (
	"math/bits"
	"slices"

	"spl/eval/batch"
)

// groupTable is a hash table of groups by their values.
type groupTable struct{ slots []groupSlot } // a power of two long

// groupSlot is a place of the table. With the hash in it, hardly ever are the values of
// a wrong group looked at, and the table grows without them.
type groupSlot struct {
	hash  uint32
	group int32 // + 1; 0: the slot is free
}

// find is the group of several values, which are in tuple.
func (g *groups) find() int32 {
	t := &g.found
	if 4*g.n >= 3*len(t.slots) {
		t.grow(g.n + 1)
	}
	k := len(g.by)
	mask := uint32(len(t.slots) - 1)
	h := hashTuple(g.tuple)
	i := h & mask
	for ; t.slots[i].group != 0; i = (i + 1) & mask {
		if t.slots[i].hash != h {
			continue
		}
		id := t.slots[i].group - 1
		if slices.Equal(g.tuples[int(id)*k:int(id+1)*k], g.tuple) {
			return id
		}
	}
	g.tuples = append(g.tuples, g.tuple...)
	g.n++
	t.slots[i] = groupSlot{h, int32(g.n)}
	return int32(g.n - 1)
}

// look is find for a group that may not be there.
func (g *groups) look() (int32, bool) {
	t := &g.found
	if len(t.slots) == 0 {
		return 0, false
	}
	k := len(g.by)
	mask := uint32(len(t.slots) - 1)
	h := hashTuple(g.tuple)
	for i := h & mask; t.slots[i].group != 0; i = (i + 1) & mask {
		if t.slots[i].hash != h {
			continue
		}
		id := t.slots[i].group - 1
		if slices.Equal(g.tuples[int(id)*k:int(id+1)*k], g.tuple) {
			return id, true
		}
	}
	return 0, false
}

// grow makes room for n groups.
func (t *groupTable) grow(n int) {
	size := max(64, len(t.slots))
	for 4*n > 3*size {
		size *= 2
	}
	if size == len(t.slots) {
		return
	}
	old := t.slots
	t.slots = make([]groupSlot, size)
	mask := uint32(size - 1)
	for _, s := range old {
		if s.group == 0 {
			continue
		}
		i := s.hash & mask
		for t.slots[i].group != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = s
	}
}

func hashTuple(t []int32) uint32 {
	h := uint64(0)
	for _, v := range t {
		h = (h ^ uint64(uint32(v))) * 0x9e3779b97f4a7c15
		h ^= h >> 32
	}
	return uint32(h)
}

// groupCells finds groups without hashing while there are few combinations: each has a
// cell of its own, at the numbers of its values side by side.
type groupCells struct {
	ids   []int32 // a group + 1, or 0 when it was not found yet; nil: there are too many
	shift []uint8 // where each field's number begins
	width []int   // how many values of each field have a cell
}

// cellBits is how many bits all numbers may have: the cells stay in the cache.
const cellBits = 13

// fit makes cells for all values that there are.
func (c *groupCells) fit(dicts []batch.Dict) {
	if c.width == nil {
		c.shift, c.width = make([]uint8, len(dicts)), make([]int, len(dicts))
	}
	fits := true
	for i := range dicts {
		fits = fits && dicts[i].Len() <= c.width[i]
	}
	if fits {
		return
	}
	total := 0
	for i := range dicts {
		n := bits.Len(uint(dicts[i].Len()))
		c.shift[i], c.width[i] = uint8(min(total, cellBits)), 1<<n
		total += n
	}
	c.ids = nil
	if total <= cellBits {
		c.ids = make([]int32, 1<<total)
	}
}

// find is the group of a row's values; false when it is not known.
func (c *groupCells) find(flat [][]int32, row int) (int32, bool) {
	if c.ids == nil {
		return 0, false
	}
	at := 0
	for i, f := range flat {
		at |= int(f[row]) << c.shift[i]
	}
	id := c.ids[at] - 1
	return id, id >= 0
}

// remember notes the group of some values.
func (c *groupCells) remember(tuple []int32, group int32) {
	if c.ids == nil {
		return
	}
	at := 0
	for i, v := range tuple {
		at |= int(v) << c.shift[i]
	}
	c.ids[at] = group + 1
}
