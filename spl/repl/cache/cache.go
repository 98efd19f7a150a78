// Package cache keeps what the reading of files gave, so that the next search over
// the same files does not read them again.
//
// A [Cache] stands between a search and its source. It keeps the rows of whole
// readings, with all columns that were asked for so far and with the text that
// further columns are read from. What it gives is what the files hold: it looks
// before each reading whether they are the same files as before.
//
// Read [Cache] first; record.go keeps a reading, replay.go gives it again, loader.go reads
// further columns of it.
package cache

import (
	"context"
	"math"
	"slices"
	"sync"

	"spl/eval/batch"
)

// Cache keeps readings up to a limit of memory. It serves one search at a time.
type Cache struct {
	limit int64 // bytes

	mu   sync.Mutex
	kept []*reading // the newest last
}

// New makes a cache that holds so many bytes; 0 or less keeps nothing.
func New(limit int64) *Cache { return &Cache{limit: limit} }

// reading is a whole reading of a source.
type reading struct {
	identity string
	scan     batch.Scan
	ordered  bool
	parts    [][]*batch.Batch
	size     int64
	notes    []note
}

// Source is in, as far as it must be read. identity says which files it is made of
// and that they have not changed: two sources with the same identity hold the same
// events. An empty identity is never kept.
// notes hears what the source has to say while it is read, and is told again what it
// said when a reading that is kept takes its place.
// size is how many bytes of text it is made of: more than can be held are not begun.
func (c *Cache) Source(in batch.Source, identity string, size int64, notes *Notes) batch.Source {
	if c.limit <= 0 || identity == "" || 2*size > c.limit {
		return in
	}
	return &source{c, in, identity, notes}
}

// Notes are what a source has to say of what it read.
type Notes struct {
	To func(code, message string, n int)

	mu   sync.Mutex
	list []note
}

type note struct {
	code, message string
	n             int
}

// Add passes a note on, and keeps it for the reading under way.
func (n *Notes) Add(code, message string, count int) {
	n.To(code, message, count)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.list = append(n.list, note{code, message, count})
}

// take gives the notes since the last time.
func (n *Notes) take() []note {
	n.mu.Lock()
	defer n.mu.Unlock()
	list := n.list
	n.list = nil
	return list
}

// Kept is how many bytes are held.
func (c *Cache) Kept() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := int64(0)
	for _, r := range c.kept {
		n += r.size
	}
	return n
}

// Forget lets go of everything.
func (c *Cache) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept = nil
}

type source struct {
	cache    *Cache
	in       batch.Source
	identity string
	notes    *Notes
}

// Open gives a reading that is kept, or begins one that will be.
func (s *source) Open(ctx context.Context, scan *batch.Scan) (batch.Reader, error) {
	if r := s.cache.find(s.identity, scan); r != nil {
		return &replay{ctx: ctx, r: r, notes: s.notes}, nil
	}
	held := *scan
	held.Transient = false // the rows are looked at again
	in, err := s.in.Open(ctx, &held)
	if err != nil {
		return nil, err
	}
	return &recorder{Reader: in, cache: s.cache, notes: s.notes, r: &reading{identity: s.identity, scan: *scan, ordered: in.Ordered()}}, nil
}

// find finds a reading that has all that a scan wants.
func (c *Cache) find(identity string, scan *batch.Scan) *reading {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept = slices.DeleteFunc(c.kept, func(r *reading) bool { return r.identity != identity })
	for i, r := range c.kept {
		if r.serves(scan) {
			c.kept = append(slices.Delete(c.kept, i, i+1), r)
			return r
		}
	}
	return nil
}

// serves says whether the rows of the reading are those that a scan wants. Rows that
// the scan's hints rule out do no harm, but take longer than to read the file with
// them, so the hints must be the same.
func (r *reading) serves(scan *batch.Scan) bool {
	switch {
	case scan.Ordered && !r.scan.Ordered, scan.Places && !r.scan.Places && !r.scan.Ordered:
		return false
	case !sameBound(scan, &r.scan):
		return false
	}
	same := func(a, b [][]string) bool { return slices.EqualFunc(a, b, slices.Equal) }
	return same(scan.Literals, r.scan.Literals) && same(scan.Plain, r.scan.Plain) && same(scan.PlainNames, r.scan.PlainNames) &&
		slices.EqualFunc(scan.Origins, r.scan.Origins, func(a, b batch.Origin) bool { return a.Text == b.Text })
}

func sameBound(a, b *batch.Scan) bool {
	bounds := func(s *batch.Scan) [2]float64 {
		if s.Earliest == 0 && s.Latest == 0 {
			return [2]float64{math.Inf(-1), math.Inf(1)}
		}
		return [2]float64{s.Earliest, s.Latest}
	}
	return bounds(a) == bounds(b)
}

// keep takes a reading that came to its end.
func (c *Cache) keep(r *reading) {
	if r.size > c.limit {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept = append(c.kept, r)
	total := int64(0)
	for _, k := range c.kept {
		total += k.size
	}
	for total > c.limit {
		total -= c.kept[0].size
		c.kept = slices.Delete(c.kept, 0, 1)
	}
}
