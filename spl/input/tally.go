package input

import (
	"cmp"
	"slices"
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
	seen map[int]stretches // by the rank of the file
}

// stretches are what was looked at of a file, in order and apart: parts by number, or
// bytes of a stream. They are few, as parts are read about side by side.
type stretches []stretch

type stretch struct{ from, to int64 }

// add adds a stretch and says whether it was there: what is read again, as subsearches
// do, counts once.
func (s *stretches) add(x stretch) (again bool) {
	i, _ := slices.BinarySearchFunc(*s, x.from, func(y stretch, at int64) int { return cmp.Compare(y.to, at+1) })
	// The one at i is the first that ends behind where x begins.
	if i < len(*s) && (*s)[i].from <= x.from {
		return true
	}
	j := i
	if i > 0 && (*s)[i-1].to == x.from {
		i--
		x.from = (*s)[i].from
	}
	if j < len(*s) && (*s)[j].from == x.to {
		x.to = (*s)[j].to
		j++
	}
	*s = slices.Replace(*s, i, j, x)
	return false
}

func (t *Tally) again(p *part, bytes int64) bool {
	x := stretch{int64(p.index), int64(p.index) + 1}
	if p.index < 0 {
		if p.c.log { // its text is made of what was read
			bytes = p.extent
		}
		x = stretch{p.base, p.base + max(1, bytes)}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.seen == nil {
		t.seen = map[int]stretches{}
	}
	s := t.seen[p.c.rank]
	again := s.add(x)
	t.seen[p.c.rank] = s
	return again
}

// count adds a part that was read. seen are its events where they are known before it
// is read.
func (t *Tally) count(p *part, bytes, seen int64) {
	if t.again(p, bytes) {
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
