package batch

import "strings"

// Dict numbers the distinct values that it is shown, from 0 in the order in which
// they come. It keeps texts of its own. Its zero value is ready.
type Dict struct {
	ids  map[string]int32
	vals []string
	// front remembers, by a cheap hash, the id + 1 of a value seen lately: most
	// columns hold few values, and then the map is not asked.
	front []int32
	text  int64
}

// The front grows with the values, as far as it stays in the processor's cache. Both
// are powers of two.
const (
	frontLeast = 256
	frontMost  = 1 << 14
)

// ID is the number of a value.
func (d *Dict) ID(v string) int32 {
	if d.front == nil {
		d.front = make([]int32, frontLeast)
		d.ids = map[string]int32{}
	}
	h := cheapHash(v)
	mask := uint64(len(d.front) - 1)
	if at := d.front[h&mask]; at > 0 && d.vals[at-1] == v {
		return at - 1
	}
	id, ok := d.ids[v]
	if !ok {
		id = d.add(strings.Clone(v))
		if len(d.vals) > len(d.front) && len(d.front) < frontMost {
			d.front = make([]int32, 4*len(d.front))
			mask = uint64(len(d.front) - 1)
		}
	}
	d.front[h&mask] = id + 1
	return id
}

func (d *Dict) add(v string) int32 {
	id := int32(len(d.vals))
	d.ids[v] = id
	d.vals = append(d.vals, v)
	d.text += int64(len(v))
	return id
}

// Adopt is ID for a text that may be kept as it is.
func (d *Dict) Adopt(v string) int32 {
	if d.ids == nil {
		return d.ID(v)
	}
	if id, ok := d.ids[v]; ok {
		return id
	}
	return d.add(v)
}

// Flat appends the numbers of all values of a column, one row after the other, and
// gives the offsets of each row's first, as [Multi] takes them; nil means one value
// a row.
func (d *Dict) Flat(c *Column, ids []int32) (flat, off []int32) {
	if v, ok := c.IsConstant(); ok {
		id := d.ID(v)
		for range c.rows {
			ids = append(ids, id)
		}
		return ids, nil
	}
	if c == nil {
		return ids, nil
	}
	for _, v := range c.vals {
		ids = append(ids, d.ID(v))
	}
	return ids, c.off
}

// Value is the value of a number.
func (d *Dict) Value(id int32) string { return d.vals[id] }

// Len is how many values there are.
func (d *Dict) Len() int { return len(d.vals) }

// Bytes is about how much memory the dictionary holds.
func (d *Dict) Bytes() int64 {
	return d.text + int64(cap(d.vals))*16 + int64(len(d.ids))*32 + int64(len(d.front))*4
}

// cheapHash mixes a text's length, its first eight bytes and its last eight.
func cheapHash(s string) uint64 {
	n := len(s)
	h := uint64(n) * 0x9e3779b97f4a7c15
	if n >= 8 {
		h ^= load64(s) ^ load64(s[n-8:])*0xd6e8feb86659fd93
	} else {
		for i := range n {
			h = (h ^ uint64(s[i])) * 0x100000001b3
		}
	}
	h *= 0xff51afd7ed558ccd
	return h >> 40
}

// load64 reads the first eight bytes; the compiler makes one load of it.
func load64(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}
