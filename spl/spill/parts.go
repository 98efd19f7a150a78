package spill

import (
	"cmp"
	"context"
	"hash/maphash"
	"spl/eval/batch"
)

// partBits of a hash choose the part; each level of division takes the next ones.
const (
	partBits = 5
	maxDepth = 64 / partBits
)

var seed = maphash.MakeSeed()

// Hash is a key's hash for [Parts].
func Hash(key []byte) uint64 { return maphash.Bytes(seed, key) }

// Parts divides rows by the hash of a key: all rows with the same key are in the same
// part. Within a part rows keep their order, and their positions tell it among all.
type Parts struct {
	depth   int
	file    *File
	writers [1 << partBits]*Writer
	out     *Writer // what comes of the rows
	done    Runs[[]int64]
	columns batch.NameList
}

// NewParts divides rows at a depth: 0, and one more for a part of a part.
func (b *Budget) NewParts(depth int) (*Parts, error) {
	file, err := b.folder.Create()
	return &Parts{depth: depth, file: file, done: Runs[[]int64]{budget: b, order: byPosition, file: file}}, err
}

// CanDivide says whether parts of a depth can be divided once more.
func CanDivide(depth int) bool { return depth < maxDepth }

// Of is the number of the part that a hash belongs to.
func (p *Parts) Of(hash uint64) int { return int(hash << (partBits * p.depth) >> (64 - partBits)) }

// Within says that a hash belongs to a part whose number is the last of path; the others
// are those of the parts that it is a part of.
func Within(path []int, hash uint64) bool {
	for depth, n := range path {
		if int(hash<<(partBits*depth)>>(64-partBits)) != n {
			return false
		}
	}
	return true
}

// Add puts rows into their parts: rows[i] by hashes[i].
func (p *Parts) Add(b Positioned, rows []int32, hashes []uint64) error {
	p.columns.Add(b.Names...)
	var by [1 << partBits][]int32
	for i, r := range rows {
		n := p.Of(hashes[i])
		by[n] = append(by[n], r)
	}
	for n, rows := range by {
		if len(rows) == 0 {
			continue
		}
		if p.writers[n] == nil {
			p.writers[n] = NewWriter(p.file)
		}
		if err := p.writers[n].Add(b.Pick(rows)); err != nil {
			return err
		}
	}
	return nil
}

// Runs ends the dividing and gives the parts by their number; nil is one without rows.
func (p *Parts) Runs() ([]*Run, error) {
	out := make([]*Run, len(p.writers))
	for n, w := range p.writers {
		if w == nil {
			continue
		}
		r, err := w.Finish()
		if err != nil {
			return nil, err
		}
		out[n], p.writers[n] = r, nil
	}
	return out, nil
}

// Each gives the parts, one after the other; those without rows are left out.
func (p *Parts) Each(f func(n int, r *Run) error) error {
	runs, err := p.Runs()
	if err != nil {
		return err
	}
	for n, r := range runs {
		if r == nil {
			continue
		}
		if err := f(n, r); err != nil {
			return err
		}
	}
	return nil
}

// Keep takes rows that are done with, in order of their positions. Next begins a new
// order of them.
func (p *Parts) Keep(b Positioned) error {
	if p.out == nil {
		p.out = NewWriter(p.file)
	}
	p.columns.Add(b.Names...)
	return p.out.Add(b)
}

// Next ends what was kept so far.
func (p *Parts) Next() error {
	if p.out == nil {
		return nil
	}
	r, err := p.out.Finish()
	p.done.runs, p.out = append(p.done.runs, r), nil
	return err
}

// Kept is what comes of one part, where parts are worked on side by side. It is used by
// one goroutine.
type Kept struct {
	writer  *Writer
	columns batch.NameList
}

// NewKept begins to keep rows in an order of their own.
func (p *Parts) NewKept() *Kept { return &Kept{writer: NewWriter(p.file)} }

// Add takes rows that are done with, in order of their positions.
func (k *Kept) Add(b Positioned) error {
	k.columns.Add(b.Names...)
	return k.writer.Add(b)
}

// Take adds what was kept. It is called on one goroutine, in the order of the parts.
func (p *Parts) Take(k *Kept) error {
	r, err := k.writer.Finish()
	p.columns.Add(k.columns.Names()...)
	p.done.runs = append(p.done.runs, r)
	return err
}

// byPosition is the order of rows with positions.
var byPosition = Order[[]int64]{
	Keys:    func(p Positioned) []int64 { return p.At },
	Compare: func(x []int64, i int, y []int64, j int) int { return cmp.Compare(x[i], y[j]) },
}

// Merged gives all rows that were kept, in the order of their positions, and removes
// the file.
func (p *Parts) Merged(ctx context.Context, f func(Positioned) error) error {
	defer p.Close()
	if err := p.Next(); err != nil {
		return err
	}
	m, err := p.done.Merge(ctx, 0)
	if err != nil {
		return err
	}
	return m.Each(ctx, 0, func(b Positioned) error {
		b.Batch = withColumns(b.Batch, p.columns.Names())
		return f(b)
	})
}

// Close removes the file.
func (p *Parts) Close() { p.file.Close() }
