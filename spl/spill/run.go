package spill

import (
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"unsafe"

	"spl/eval/batch"
)

// A block is what is read at once: small enough that a block of each of many runs fits
// in memory, large enough to be worth a read.
const (
	blockRows  = 1024
	blockBytes = 128 << 10
)

// Positioned are rows with a number for each, by which they are put in order again; At
// may be nil.
type Positioned struct {
	*batch.Batch
	At []int64
}

// Pick selects rows.
func (p Positioned) Pick(rows []int32) Positioned {
	if len(rows) == p.Rows {
		return p
	}
	out := Positioned{Batch: p.Take(rows)}
	if p.At != nil {
		out.At = make([]int64, len(rows))
		for i, r := range rows {
			out.At[i] = p.At[r]
		}
	}
	return out
}

// Numbered gives rows their positions, from *next on, which it moves behind them.
func Numbered(b *batch.Batch, next *int64) Positioned {
	p := Positioned{Batch: b, At: make([]int64, b.Rows)}
	for r := range p.At {
		p.At[r] = *next
		*next++
	}
	return p
}

// Slice is the rows from one up to another.
func (p Positioned) Slice(from, to int) Positioned {
	out := Positioned{Batch: p.Batch.Slice(from, to)}
	if p.At != nil {
		out.At = p.At[from:to]
	}
	return out
}

// Run is rows in a file, in an order.
type Run struct {
	Rows   int
	file   *File
	blocks []block
	marks  marks
}

type block struct {
	at   int64
	size int32
}

// Bytes is how much room the run takes in its file.
func (r *Run) Bytes() int64 {
	n := int64(0)
	for _, b := range r.blocks {
		n += int64(b.size)
	}
	return n
}

// Blocks is the number of blocks, which Block reads by their number from 0.
func (r *Run) Blocks() int { return len(r.blocks) }

// Block reads a block.
func (r *Run) Block(i int) (Positioned, error) {
	buf := make([]byte, r.blocks[i].size)
	if err := r.file.read(buf, r.blocks[i].at); err != nil {
		return Positioned{}, err
	}
	return decode(unsafe.String(unsafe.SliceData(buf), len(buf))) // buf is not changed any more
}

// Each reads all rows in order. The nil run has none.
func (r *Run) Each(f func(Positioned) error) error {
	if r == nil {
		return nil
	}
	for i := range r.blocks {
		b, err := r.Block(i)
		if err != nil {
			return err
		}
		if err := f(b); err != nil {
			return err
		}
	}
	return nil
}

// Writer writes a run. Several may write to one file.
type Writer struct {
	run   Run
	small []Positioned // that wait for others to fill a block
	rows  int
	bytes int64
	buf   []byte
	keyed func(name string) bool // nil: no marks are wanted
}

// NewWriter begins a run at the end of a file.
func NewWriter(f *File) *Writer { return &Writer{run: Run{file: f}} }

// Add puts rows at the end of the run.
func (w *Writer) Add(p Positioned) error {
	if p.Rows == 0 {
		return nil
	}
	p.Load()
	w.run.Rows += p.Rows
	size := Size(p.Batch)
	if p.Rows >= blockRows/2 || size >= blockBytes/2 {
		if err := w.fill(); err != nil {
			return err
		}
		return w.cut(p, size)
	}
	p.Batch = p.Clone()
	p.Own() // the few rows must not keep many others in memory
	p.At = slices.Clone(p.At)
	w.small = append(w.small, p)
	w.rows += p.Rows
	w.bytes += size
	if w.rows >= blockRows || w.bytes >= blockBytes {
		return w.fill()
	}
	return nil
}

// fill makes a block of the small batches that wait.
func (w *Writer) fill() error {
	if len(w.small) == 0 {
		return nil
	}
	bs := make([]*batch.Batch, len(w.small))
	var at []int64
	for i, p := range w.small {
		bs[i] = p.Batch
		at = append(at, p.At...)
	}
	w.small, w.rows, w.bytes = w.small[:0], 0, 0
	return w.write(Positioned{batch.Concat(bs), at})
}

// cut makes blocks of a batch that may be too large for one.
func (w *Writer) cut(p Positioned, size int64) error {
	most := blockRows
	if size > blockBytes {
		most = int(min(blockRows, max(1, int64(p.Rows)*blockBytes/size)))
	}
	if p.Rows <= most {
		return w.write(p)
	}
	for from := 0; from < p.Rows; from += most {
		if err := w.write(p.Slice(from, min(p.Rows, from+most))); err != nil {
			return err
		}
	}
	return nil
}

func (w *Writer) write(p Positioned) error {
	w.buf = encode(w.buf[:0], p)
	if w.keyed != nil {
		w.run.marks.add(len(w.run.blocks), p.Batch, w.keyed)
	}
	at, err := w.run.file.append(w.buf)
	w.run.blocks = append(w.run.blocks, block{at, int32(len(w.buf))})
	return err
}

// Finish ends the run. The writer must not be used again.
func (w *Writer) Finish() (*Run, error) {
	err := w.fill()
	w.buf = nil
	return &w.run, err
}

// encode writes the positions, as differences, and the batch.
func encode(dst []byte, p Positioned) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(p.At)))
	last := int64(0)
	for _, at := range p.At {
		dst = binary.AppendVarint(dst, at-last)
		last = at
	}
	return p.AppendBinary(dst)
}

func decode(data string) (Positioned, error) {
	var p Positioned
	r := strings.NewReader(data)
	n, err := binary.ReadUvarint(r)
	if err != nil || n > uint64(len(data)) {
		return p, errBlock
	}
	if n > 0 {
		p.At = make([]int64, n)
	}
	last := int64(0)
	for i := range p.At {
		d, err := binary.ReadVarint(r)
		if err != nil {
			return p, errBlock
		}
		last += d
		p.At[i] = last
	}
	p.Batch, err = batch.ReadBinary(data[len(data)-r.Len():])
	if err == nil && p.At != nil && len(p.At) != p.Rows {
		err = errBlock
	}
	return p, err
}

var errBlock = errors.New("rows that were put into a file are not what was written")
