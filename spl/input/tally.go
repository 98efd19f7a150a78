package input

import (
	"strings"
	"sync"
	"sync/atomic"
)

// Tally counts what a reading has looked at so far, for those who wait for it.
type Tally struct {
	// Events are those looked at, also those that were passed over for what they lack.
	// Of lines, blank ones count too.
	Events atomic.Int64
	// Bytes are those of the text, unpacked.
	Bytes atomic.Int64

	mu   sync.Mutex
	seen map[place]bool
}

// place is a part of the input. One that is read again, as subsearches do, counts once.
type place struct {
	file, part int
	base       int64
}

func (t *Tally) again(p *part) bool {
	at := place{p.c.rank, p.index, 0}
	if p.index < 0 {
		at.base = p.base
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.seen == nil {
		t.seen = map[place]bool{}
	}
	before := t.seen[at]
	t.seen[at] = true
	return before
}

// count adds a part that was read. seen are its events where they are known before it
// is read.
func (t *Tally) count(p *part, bytes, seen int64) {
	if t.again(p) {
		return
	}
	t.Bytes.Add(bytes)
	if p.index >= 0 {
		p.c.mu.Lock()
		seen = max(0, int64(p.c.lines[p.index]))
		p.c.mu.Unlock()
	}
	t.Events.Add(seen)
}

// seen is how many events a part of a stream has.
func (p *part) seen() int64 {
	switch {
	case p.index >= 0:
		return 0
	case p.whole:
		return int64(len(p.recs))
	}
	return int64(strings.Count(p.text, "\n"))
}
