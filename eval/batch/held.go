package batch

import (
	"io"
	"sync"
)

// Held is a reader of rows that are there already, in their order: each batch is a
// part. n says how many batches there are, at gives one, which is not changed.
func Held(n func() int, at func(i int) (*Batch, error)) Reader {
	return &heldReader{n: n, at: at}
}

type heldReader struct {
	n  func() int
	at func(int) (*Batch, error)

	mu   sync.Mutex
	next int
	from int64
}

func (r *heldReader) Ordered() bool { return true }
func (r *heldReader) Close() error  { return nil }

func (r *heldReader) Next() (Part, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next == r.n() {
		return nil, io.EOF
	}
	b, err := r.at(r.next)
	if err != nil {
		return nil, err
	}
	b = b.Clone()
	b.Places, b.From = nil, r.from
	r.from += int64(b.Rows)
	r.next++
	return PartOf(b, r.next-1), nil
}

// PartOf is the part n of an input, a batch that is there already.
func PartOf(b *Batch, n int) Part { return heldPart{b, n} }

type heldPart struct {
	b *Batch
	n int
}

func (p heldPart) Number() int { return p.n }

func (p heldPart) Each(emit func(*Batch) bool) error {
	emit(p.b)
	return nil
}
