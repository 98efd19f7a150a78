package cache

import (
	"errors"
	"io"
	"sync"

	"spl/eval/batch"
	"spl/spl/engine"
)

// recorder notes what is read.
type recorder struct {
	batch.Reader
	cache *Cache
	notes *Notes

	mu    sync.Mutex
	r     *reading
	given int // parts handed out
	done  int // parts read to their end
	end   bool
}

func (r *recorder) Next() (batch.Part, error) {
	p, err := r.Reader.Next()
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		r.end = r.end || errors.Is(err, io.EOF)
		return p, err
	}
	r.given++
	return &recorded{p, r}, nil
}

// Close keeps the reading if all of it was read.
func (r *recorder) Close() error {
	err := r.Reader.Close()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.r != nil && r.end && r.done == r.given && err == nil {
		r.r.notes = r.notes.take()
		r.cache.keep(r.r)
		r.r = nil
	}
	return err
}

// recorded is a part under way.
type recorded struct {
	batch.Part
	r *recorder
}

func (p *recorded) Each(emit func(*batch.Batch) bool) error {
	var list []*batch.Batch
	whole := true
	err := p.Part.Each(func(b *batch.Batch) bool {
		// The search is given a batch of its own, which it may forget columns of; the
		// columns and the reader of further ones are shared.
		own := b.Clone()
		if b.Lazy != nil {
			shared := &loader{from: b.Lazy, cols: map[string]*batch.Column{}}
			b.Lazy, own.Lazy = shared, shared
		}
		list = append(list, own)
		whole = emit(b)
		return whole
	})
	p.r.mu.Lock()
	defer p.r.mu.Unlock()
	if err == nil && whole && p.r.r != nil {
		p.r.add(p.Number(), list)
	}
	return err
}

// add takes the rows of a part.
func (r *recorder) add(n int, list []*batch.Batch) {
	for len(r.r.parts) <= n {
		r.r.parts = append(r.r.parts, nil)
	}
	r.r.parts[n] = list
	r.done++
	for _, b := range list {
		r.r.size += sizeOf(b)
	}
	if r.r.size > r.cache.limit {
		r.r = nil // more than may be held
	}
}

// sizeOf is about what a batch and the text behind it take.
func sizeOf(b *batch.Batch) int64 {
	n := engine.Size(b)
	if l, ok := b.Lazy.(*loader); ok {
		l.mu.Lock()
		defer l.mu.Unlock()
		for _, c := range l.cols {
			n += c.Size()
		}
		n += l.from.Load("_raw").Size()
	}
	return n
}
