package engine

import (
	"context"
	"io"
	"iter"
	"sync"

	"spl/eval/batch"
)

// Pulled is a source of rows that something emits, in their order: they are made as
// they are wanted, and none is held. It can be opened once.
func Pulled(run func(s *batch.Scan, emit Emit) error) batch.Source { return &pulled{run: run} }

type pulled struct {
	run func(s *batch.Scan, emit Emit) error
}

// Open is part of [batch.Source].
func (p *pulled) Open(_ context.Context, s *batch.Scan) (batch.Reader, error) {
	r := &pulledReader{}
	r.next, r.stop = iter.Pull(func(yield func(*batch.Batch) bool) {
		err := p.run(s, func(b *batch.Batch) error {
			if b.Rows > 0 && !yield(b) {
				return Enough
			}
			return nil
		})
		if err != Enough { //nolint:errorlint // a sentinel passed as it is
			r.err = err
		}
	})
	return r, nil
}

type pulledReader struct {
	mu   sync.Mutex
	next func() (*batch.Batch, bool)
	stop func()
	err  error
	n    int
	from int64
}

func (r *pulledReader) Ordered() bool { return true }

func (r *pulledReader) Next() (batch.Part, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	b, ok := r.next()
	if !ok {
		if r.err != nil {
			return nil, r.err
		}
		return nil, io.EOF
	}
	b = b.Clone()
	b.Places, b.From = nil, r.from
	r.from += int64(b.Rows)
	r.n++
	return batch.PartOf(b, r.n-1), nil
}

func (r *pulledReader) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stop()
	return nil
}
