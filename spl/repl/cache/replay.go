package cache

import (
	"context"
	"io"
	"sync"

	"spl/eval/batch"
)

// replay hands out a reading that is kept.
type replay struct {
	ctx   context.Context
	r     *reading
	notes *Notes
	mu    sync.Mutex
	next  int
}

func (r *replay) Ordered() bool { return r.r.ordered }

// Close tells again what there was to say of the reading.
func (r *replay) Close() error {
	for _, n := range r.r.notes {
		r.notes.To(n.code, n.message, n.n)
	}
	return nil
}

func (r *replay) Next() (batch.Part, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.ctx.Err(); err != nil {
		return nil, err
	}
	if r.next == len(r.r.parts) {
		return nil, io.EOF
	}
	r.next++
	return &replayed{r, r.next - 1}, nil
}

type replayed struct {
	r *replay
	n int
}

func (p *replayed) Number() int { return p.n }

func (p *replayed) Each(emit func(*batch.Batch) bool) error {
	for _, b := range p.r.r.parts[p.n] {
		if err := p.r.ctx.Err(); err != nil {
			return err
		}
		if !emit(b.Clone()) {
			return nil
		}
	}
	return nil
}
