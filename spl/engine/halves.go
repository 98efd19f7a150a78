package engine

import (
	"context"
	"io"
	"sync"

	"spl/eval/batch"
)

// Halves are a search cut in its two parts, for an input that comes bit by bit: the
// part beside the data is run over each bit once, and the rest over all that came out
// of it, as often as an answer is wanted.
type Halves struct {
	beside, rest Cut
	// Streams says that there is no rest: what comes out of the first part is the
	// answer.
	Streams bool
	// Drawing and Table are those of the whole search.
	Drawing *Drawing
	Table   bool
}

// Halve cuts a search that reads the input.
func Halve(c *Cut) *Halves {
	h := &Halves{beside: *c, rest: *c, Streams: len(c.Reduce) == 0, Drawing: c.Drawing, Table: c.Table}
	h.beside.Reduce = nil
	h.beside.Wants, h.beside.Limit = Nothing, 0
	h.beside.Map = append([]*Plan{}, c.Map...)
	h.rest.Map, h.rest.Source, h.rest.Empty = nil, nil, false
	if len(c.Reduce) > 0 {
		// The first half of an aggregate belongs to the part beside the data.
		first := *c.Reduce[0]
		if first.Map != nil {
			half := first
			half.Reduce = nil
			h.beside.Map = append(h.beside.Map, &half)
		}
		first.Map = nil
		h.rest.Reduce = append([]*Plan{&first}, c.Reduce[1:]...)
	}
	return h
}

// Beside runs the first part over a bit of the input. The rows carry their places.
func (h *Halves) Beside(ctx *Context, in batch.Source, workers int, emit Emit) error {
	return Run(ctx, &h.beside, in, workers, emit)
}

// Rest runs the rest over all rows that came out of the first part.
func (h *Halves) Rest(ctx *Context, rows []*batch.Batch, emit Emit) error {
	return Run(ctx, &h.rest, placed(rows), 1, emit)
}

// placed is a source of rows that carry their places and come in any order.
type placed []*batch.Batch

func (p placed) Open(context.Context, *batch.Scan) (batch.Reader, error) {
	return &placedReader{rows: p}, nil
}

type placedReader struct {
	mu   sync.Mutex
	rows placed
	next int
}

func (r *placedReader) Ordered() bool { return false }
func (r *placedReader) Close() error  { return nil }

func (r *placedReader) Next() (batch.Part, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next == len(r.rows) {
		return nil, io.EOF
	}
	r.next++
	return batch.PartOf(r.rows[r.next-1].Clone(), r.next-1), nil
}
