package batch

import "unsafe"

// Dict numbers the distinct values that it is shown, from 0 in the order in which
// they come. It keeps texts of its own. Its zero value is ready.
type Dict struct {
	vals  []string
	slots []dictSlot // a power of two long
	room  []byte     // what is left of the block that texts are copied to
	text  int64
}

// dictSlot is a place of the hash table. It holds enough of the hash that a wrong text
// is hardly ever looked at, and that the table can grow without looking at texts.
type dictSlot struct {
	hash uint32
	id   int32 // of the value, + 1; 0: the slot is free
}

// Texts are copied into blocks, each as large as all texts so far within these bounds.
const (
	leastBlock = 256
	mostBlock  = 64 << 10
)

// ID is the number of a value.
func (d *Dict) ID(v string) int32 {
	h := uint32(hashText(v))
	if len(d.slots) > 0 {
		s := d.slots[h&uint32(len(d.slots)-1)]
		if s.hash == h && s.id != 0 && d.vals[s.id-1] == v {
			return s.id - 1
		}
	}
	id, free := d.find(h, v)
	if id < 0 {
		return d.add(h, free, d.clone(v))
	}
	return id
}

// Known is the number of a value, if it has one.
func (d *Dict) Known(v string) (id int32, ok bool) {
	id, _ = d.find(uint32(hashText(v)), v)
	return id, id >= 0
}

// Key is [Dict.Known] of a text that is given as bytes. With add, one that is not known
// gets a number.
func (d *Dict) Key(key []byte, add bool) (id int32, known bool) {
	v := unsafe.String(unsafe.SliceData(key), len(key))
	h := uint32(hashText(v))
	id, free := d.find(h, v)
	if id < 0 && add {
		return d.add(h, free, d.clone(v)), false
	}
	return id, id >= 0
}

// find looks a value up. If it is not there, id is negative and free is its slot.
func (d *Dict) find(h uint32, v string) (id int32, free uint32) {
	if len(d.slots) == 0 {
		return -1, 0
	}
	mask := uint32(len(d.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		s := d.slots[i]
		if s.id == 0 {
			return -1, i
		}
		if s.hash == h && d.vals[s.id-1] == v {
			return s.id - 1, i
		}
	}
}

// add adds a value to the slot that find gave.
func (d *Dict) add(h, free uint32, v string) int32 {
	d.vals = append(d.vals, v)
	d.text += int64(len(v))
	id := int32(len(d.vals))
	if 4*len(d.vals) > 3*len(d.slots) {
		d.grow(len(d.vals))
		free = d.free(h)
	}
	d.slots[free] = dictSlot{h, id}
	return id - 1
}

// free is the slot for a value that is not there.
func (d *Dict) free(h uint32) uint32 {
	mask := uint32(len(d.slots) - 1)
	i := h & mask
	for d.slots[i].id != 0 {
		i = (i + 1) & mask
	}
	return i
}

// grow makes slots for n values.
func (d *Dict) grow(n int) {
	size := max(16, len(d.slots))
	for 4*n > 3*size {
		size *= 2
	}
	if size == len(d.slots) {
		return
	}
	old := d.slots
	d.slots = make([]dictSlot, size)
	for _, s := range old {
		if s.id != 0 {
			d.slots[d.free(s.hash)] = s
		}
	}
}

// clone copies a text into the dictionary's own memory.
func (d *Dict) clone(v string) string {
	if len(v) > cap(d.room)-len(d.room) {
		d.room = make([]byte, 0, max(len(v), min(max(int(d.text), leastBlock), mostBlock)))
	}
	from := len(d.room)
	d.room = append(d.room, v...)
	return unsafe.String(unsafe.SliceData(d.room[from:]), len(v))
}

// Absorb adds the values of another dictionary, which is not to be used again, and
// gives the number here of each.
func (d *Dict) Absorb(o *Dict) []int32 {
	to := make([]int32, o.Len())
	// The other's slots come in the order of hashes. In a table with room for all they
	// land side by side; in a smaller one they would pile up.
	d.grow(d.Len() + o.Len())
	for _, s := range o.slots {
		if s.id == 0 {
			continue
		}
		v := o.vals[s.id-1]
		id, free := d.find(s.hash, v)
		if id < 0 {
			id = d.add(s.hash, free, v)
		}
		to[s.id-1] = id
	}
	return to
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
	return d.text + int64(cap(d.room)-len(d.room)) + int64(cap(d.vals))*16 + int64(len(d.slots))*8
}
