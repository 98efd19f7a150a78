// Package cache keeps what the reading of files gave, so that the next search over
// the same files does not read them again.
//
// A [Cache] stands between a search and its source. It keeps the rows of whole
// readings, with all columns that were asked for so far and with the text that
// further columns are read from. What it gives is what the files hold: it looks
// before each reading whether they are the same files as before.
package cache

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"sync"

	"spl/eval/batch"
	"spl/spl/engine"
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

// loader reads columns once for all searches.
type loader struct {
	mu   sync.Mutex
	from batch.Loader
	cols map[string]*batch.Column
}

// Load is part of [batch.Loader].
func (l *loader) Load(name string) *batch.Column {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c, ok := l.cols[name]; ok {
		return c
	}
	c := l.from.Load(name)
	l.cols[name] = c
	return c
}

// Names is part of [batch.Loader].
func (l *loader) Names() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	names := l.from.Names()
	for n, c := range l.cols {
		if c.Any() && !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return names
}

// Take is part of [batch.Loader]. A selection reads for itself.
func (l *loader) Take(rows []int32) batch.Loader {
	l.mu.Lock()
	defer l.mu.Unlock()
	return &taken{whole: l, rows: slices.Clone(rows), from: l.from.Take(rows)}
}

// taken is the loader of a selection: what is known of all rows is taken from there.
type taken struct {
	whole *loader
	rows  []int32
	from  batch.Loader
}

func (t *taken) Load(name string) *batch.Column {
	t.whole.mu.Lock()
	c, ok := t.whole.cols[name]
	t.whole.mu.Unlock()
	if ok {
		return c.Take(t.rows)
	}
	return t.from.Load(name)
}

func (t *taken) Names() []string { return t.from.Names() }

func (t *taken) Take(rows []int32) batch.Loader {
	in := make([]int32, len(rows))
	for i, r := range rows {
		in[i] = t.rows[r]
	}
	return &taken{t.whole, in, t.from.Take(rows)}
}

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

// String names the cache by what it holds.
func (c *Cache) String() string { return fmt.Sprintf("cache(%d bytes)", c.Kept()) }
