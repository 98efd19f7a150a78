package batch

import (
	"encoding/binary"
	"errors"
	"math"
)

// The binary form of a batch, for files and for other processes: what it holds and
// nothing of how it was read. NULL, the empty text and several values stay apart, and
// so do a column that no row has and one that is not there.
//
//	version, 1 byte
//	rows
//	1 when there are places, else 0 and From
//	of each place: its time (8 bytes), the difference of Seq to the one before, Sub
//	the number of columns
//	of each column: its name, its kind, and
//	    constant: the value
//	    single:   the length of each row's value, then their text
//	    multi:    the number of values of each row, the length of each, their text
//
// Numbers are varints; lengths stand before the texts that they measure.
const wireVersion = 1

// The kinds of columns.
const (
	wireNull = iota
	wireConstant
	wireSingle
	wireMulti
)

// AppendBinary appends the batch's binary form to dst. It loads what is still missing.
func (b *Batch) AppendBinary(dst []byte) []byte {
	b.Load()
	dst = append(dst, wireVersion)
	dst = binary.AppendUvarint(dst, uint64(b.Rows))
	dst = b.appendPlaces(dst)
	dst = binary.AppendUvarint(dst, uint64(len(b.Names)))
	for i, n := range b.Names {
		dst = appendText(dst, n)
		dst = b.Cols[i].appendBinary(dst)
	}
	return dst
}

func (b *Batch) appendPlaces(dst []byte) []byte {
	if b.Places == nil {
		return binary.AppendVarint(append(dst, 0), b.From)
	}
	dst = append(dst, 1)
	last := int64(0)
	for _, p := range b.Places {
		dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(p.Time))
		dst = binary.AppendVarint(dst, p.Seq-last)
		dst = binary.AppendVarint(dst, int64(p.Sub))
		last = p.Seq
	}
	return dst
}

func appendText(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

func (c *Column) appendBinary(dst []byte) []byte {
	switch {
	case c == nil:
		return append(dst, wireNull)
	case c.same:
		return appendText(append(dst, wireConstant), c.vals[0])
	case c.off == nil:
		return appendValues(append(dst, wireSingle), c.vals)
	}
	dst = append(dst, wireMulti)
	for r := range c.rows {
		dst = binary.AppendUvarint(dst, uint64(c.off[r+1]-c.off[r]))
	}
	return appendValues(dst, c.vals[c.off[0]:c.off[c.rows]])
}

func appendValues(dst []byte, vals []string) []byte {
	for _, v := range vals {
		dst = binary.AppendUvarint(dst, uint64(len(v)))
	}
	for _, v := range vals {
		dst = append(dst, v...)
	}
	return dst
}

var errWire = errors.New("these bytes are not a batch of this version")

// ReadBinary makes a batch of its binary form. The batch's texts are parts of data.
func ReadBinary(data string) (*Batch, error) {
	r := wireReader{data: data}
	if r.byte() != wireVersion {
		return nil, errWire
	}
	b := New(r.size(math.MaxInt32))
	r.places(b)
	cols := r.size(len(r.data)) // a column takes two bytes or more
	for range cols {
		if r.bad {
			break
		}
		b.Names = append(b.Names, r.text())
		b.Cols = append(b.Cols, r.column(b.Rows))
	}
	if r.bad || len(r.data) > 0 {
		return nil, errWire
	}
	return b, nil
}

// wireReader takes a binary form apart. Once something is wrong all it gives is
// nothing.
type wireReader struct {
	data string
	bad  bool
}

func (r *wireReader) fail() { r.data, r.bad = "", true }

func (r *wireReader) byte() byte {
	if len(r.data) == 0 {
		r.fail()
		return 0
	}
	c := r.data[0]
	r.data = r.data[1:]
	return c
}

// uvarint is binary.Uvarint for strings.
func (r *wireReader) uvarint() uint64 {
	var v uint64
	for i := 0; i < len(r.data) && i < binary.MaxVarintLen64; i++ {
		c := r.data[i]
		if c < 0x80 {
			r.data = r.data[i+1:]
			return v | uint64(c)<<(7*i)
		}
		v |= uint64(c&0x7f) << (7 * i)
	}
	r.fail()
	return 0
}

func (r *wireReader) varint() int64 {
	u := r.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

// size is a number that is at most so large.
func (r *wireReader) size(most int) int {
	n := r.uvarint()
	if n > uint64(most) {
		r.fail()
		return 0
	}
	return int(n)
}

func (r *wireReader) text() string { return r.take(r.size(len(r.data))) }

func (r *wireReader) take(n int) string {
	if n > len(r.data) {
		r.fail()
		return ""
	}
	s := r.data[:n]
	r.data = r.data[n:]
	return s
}

func (r *wireReader) places(b *Batch) {
	if r.byte() == 0 {
		b.From = r.varint()
		return
	}
	if b.Rows > len(r.data)/10 { // what a place takes at least
		r.fail()
		return
	}
	b.Places = make([]Place, b.Rows)
	last := int64(0)
	for i := range b.Places {
		t := r.take(8)
		if r.bad {
			return
		}
		last += r.varint()
		bits := uint64(0)
		for j := range 8 {
			bits |= uint64(t[j]) << (8 * j)
		}
		b.Places[i] = Place{Time: math.Float64frombits(bits), Seq: last, Sub: int32(r.varint())}
	}
}

func (r *wireReader) column(rows int) *Column {
	switch r.byte() {
	case wireNull:
	case wireConstant:
		return Constant(r.text(), rows)
	case wireSingle:
		if vals := r.values(rows); !r.bad {
			return Strings(vals)
		}
	case wireMulti:
		if rows > len(r.data) {
			r.fail()
			return nil
		}
		off := make([]int32, rows+1)
		n := 0
		for i := range rows {
			n += r.size(len(r.data))
			if n > len(r.data) {
				r.fail()
				return nil
			}
			off[i+1] = int32(n)
		}
		if vals := r.values(n); !r.bad {
			return Multi(vals, off)
		}
	default:
		r.fail()
	}
	return nil
}

func (r *wireReader) values(n int) []string {
	if n > len(r.data) {
		r.fail()
		return nil
	}
	vals := make([]string, n)
	lengths := wireReader{data: r.data}
	for range n {
		lengths.uvarint()
	}
	texts := lengths.data
	for i := range vals {
		n := r.size(len(texts))
		if r.bad || lengths.bad {
			r.fail()
			return nil
		}
		vals[i], texts = texts[:n], texts[n:]
	}
	r.data = texts
	return vals
}
