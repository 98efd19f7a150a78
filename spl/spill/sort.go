package spill

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"spl/eval/batch"
)

// Sorter sorts rows: it holds them, and puts sorted runs of them into a file when they
// are too many. The columns of what comes out are in the order in which they came in.
type Sorter[K any] struct {
	order Order[K]
	share *Share
	limit int
	// PerRow is what the keys of a row take in memory.
	PerRow int64
	// Workers is how many goroutines sort; 0 is one.
	Workers int

	columns batch.NameList
	held    []*batch.Batch
	rows    int
	runs    *Runs[K] // nil: all rows are in memory
}

// NewSorter makes a sorter of which only the first limit rows are wanted; 0: all. what
// names the command in errors.
func NewSorter[K any](b *Budget, what string, order Order[K], limit int) *Sorter[K] {
	return &Sorter[K]{order: order, share: b.Share(what), limit: limit, PerRow: 40}
}

// Add takes rows in.
func (s *Sorter[K]) Add(ctx context.Context, b *batch.Batch) error {
	b.Load()
	s.columns.Add(b.Names...)
	s.held = append(s.held, b)
	s.rows += b.Rows
	full, err := s.share.Take(Size(b) + int64(b.Rows)*s.PerRow)
	if err != nil {
		return err
	}
	if full {
		return s.spill(ctx)
	}
	if s.limit > 0 && s.rows > 4*s.limit+4*blockRows {
		return s.prune()
	}
	return nil
}

func (s *Sorter[K]) gathering() *gathering { return gatherFrom(s.columns.Names(), s.held) }

// prune throws away rows that cannot be among the first.
func (s *Sorter[K]) prune() error {
	kept := s.gathering().placed(s.sorted())
	s.share.Empty()
	s.held, s.rows = []*batch.Batch{kept}, kept.Rows
	_, err := s.share.Take(Size(kept) + int64(kept.Rows)*s.PerRow)
	return err
}

// sorted gives the rows held in order, no more than are wanted.
func (s *Sorter[K]) sorted() []Ref {
	refs := make([]sortRef, 0, s.rows)
	keys := make([]K, len(s.held))
	for i, b := range s.held {
		keys[i] = s.order.Keys(Positioned{Batch: b})
		for r := range b.Rows {
			ref := sortRef{Ref: Ref{int32(i), int32(r)}}
			if s.order.Prefix != nil {
				ref.prefix = s.order.Prefix(keys[i], r)
			}
			refs = append(refs, ref)
		}
	}
	refs = sortRefs(refs, s.Workers, func(x, y sortRef) int {
		if x.prefix != y.prefix {
			return cmp.Compare(x.prefix, y.prefix)
		}
		if c := s.order.Compare(keys[x.Batch], int(x.Row), keys[y.Batch], int(y.Row)); c != 0 {
			return c
		}
		return cmp.Or(cmp.Compare(x.Batch, y.Batch), cmp.Compare(x.Row, y.Row))
	})
	if s.limit > 0 && len(refs) > s.limit {
		refs = refs[:s.limit]
	}
	out := make([]Ref, len(refs))
	for i, r := range refs {
		out[i] = r.Ref
	}
	return out
}

// sortRef is a row and its order's prefix.
type sortRef struct {
	prefix uint64
	Ref
}

// fewRefs is how many rows are sorted by one goroutine alone.
const fewRefs = 1 << 15

// sortRefs sorts on so many goroutines. No two rows compare as equal.
func sortRefs(refs []sortRef, workers int, compare func(x, y sortRef) int) []sortRef {
	if workers < 2 || len(refs) < fewRefs {
		slices.SortFunc(refs, compare)
		return refs
	}
	half := len(refs) / 2
	var wg sync.WaitGroup
	var x, y []sortRef
	wg.Go(func() { x = sortRefs(refs[:half:half], workers/2, compare) })
	y = sortRefs(refs[half:], workers-workers/2, compare)
	wg.Wait()
	out := make([]sortRef, 0, len(refs))
	for len(x) > 0 && len(y) > 0 {
		if compare(x[0], y[0]) < 0 {
			out, x = append(out, x[0]), x[1:]
		} else {
			out, y = append(out, y[0]), y[1:]
		}
	}
	return append(append(out, x...), y...)
}

// spill puts what is held into the file.
func (s *Sorter[K]) spill(ctx context.Context) (err error) {
	if s.runs == nil {
		if s.runs, err = NewRuns(s.share.budget, s.order); err != nil {
			return err
		}
	}
	g := s.gathering()
	err = s.runs.Add(func(w *Writer) error {
		return eachRefs(ctx, s.sorted(), func(refs []Ref) error { return w.Add(Positioned{Batch: g.placed(refs)}) })
	})
	s.drop()
	return err
}

func (s *Sorter[K]) drop() {
	clear(s.held)
	s.held, s.rows = s.held[:0], 0
	s.share.Empty()
}

// Each gives the rows in order, once. Nothing is held afterwards.
func (s *Sorter[K]) Each(ctx context.Context, f func(*batch.Batch) error) error {
	defer func() {
		s.drop()
		s.runs.Close()
	}()
	if s.runs == nil {
		g := s.gathering()
		return eachRefs(ctx, s.sorted(), func(refs []Ref) error { return f(g.placed(refs)) })
	}
	if s.rows > 0 {
		if err := s.spill(ctx); err != nil {
			return err
		}
	}
	m, err := s.runs.Merge(ctx, s.limit)
	if err != nil {
		return err
	}
	return m.Each(ctx, s.limit, func(p Positioned) error {
		return f(withColumns(p.Batch, s.columns.Names()))
	})
}

// withColumns is a batch with all of these columns in this order, as they would be
// had all rows been in memory: a column that is then made stands behind them however
// the rows were held.
func withColumns(b *batch.Batch, names []string) *batch.Batch {
	if slices.Equal(b.Names, names) {
		return b
	}
	out := &batch.Batch{Rows: b.Rows, Places: b.Places, From: b.From, Names: names[:len(names):len(names)]}
	for _, n := range names {
		out.Cols = append(out.Cols, b.Col(n))
	}
	return out
}

// Pick gives rows of batches in memory, in the order of refs.
func Pick(ctx context.Context, from []*batch.Batch, refs []Ref, f func(*batch.Batch) error) error {
	var names batch.NameList
	for _, b := range from {
		b.Load()
		names.Add(b.Names...)
	}
	g := gatherFrom(names.Names(), from)
	return eachRefs(ctx, refs, func(refs []Ref) error { return f(g.rows(refs)) })
}

// eachRefs cuts references into batches.
func eachRefs(ctx context.Context, refs []Ref, f func([]Ref) error) error {
	for len(refs) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(blockRows, len(refs))
		if err := f(refs[:n]); err != nil {
			return err
		}
		refs = refs[n:]
	}
	return nil
}
