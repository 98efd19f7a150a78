package cache

import (
	"slices"
	"sync"

	"spl/eval/batch"
)

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
