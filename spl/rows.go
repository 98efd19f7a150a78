package spl

import (
	"context"
	"iter"
	"slices"
	"sync"

	"spl/eval/batch"
	"spl/spl/engine"
	"spl/spl/spill"
)

// Rows are the results of a running search, in order. They are read by one
// goroutine; Close may be called at any time.
type Rows struct {
	run    *runner
	table  bool
	out    chan *batch.Batch
	stop   chan struct{}
	once   sync.Once
	err    error // set before out is closed
	batch  *batch.Batch
	row    int
	fields batch.NameList
	looks  []look

	mu   sync.Mutex
	lent bool // somebody else may have put rows into files
}

// look makes what people see of a field in place of its values.
type look struct {
	field string
	make  func(b *batch.Batch) *batch.Column
}

func makeLooks(ctx *engine.Context, facts []*engine.Look) ([]look, error) {
	var out []look
	for _, l := range facts {
		f, err := l.Make(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, look{l.Field, f})
	}
	return out, nil
}

// Shown is a batch as it is written out: with fields as fieldformat has them look. The
// rows themselves have the values.
func (r *Rows) Shown(b *batch.Batch) *batch.Batch { return shown(r.looks, b) }

func shown(looks []look, b *batch.Batch) *batch.Batch {
	if len(looks) == 0 {
		return b
	}
	out := b.Clone()
	for _, l := range looks {
		if b.Col(l.field) != nil {
			out.Set(l.field, l.make(b)) // of the values, whatever looks are before
		}
	}
	return out
}

func newRows(r *runner, table bool) *Rows {
	return &Rows{run: r, table: table, out: make(chan *batch.Batch, 2), stop: make(chan struct{})}
}

// take receives the rows of the engine.
func (r *Rows) take(b *batch.Batch) error {
	select {
	case r.out <- b:
		return nil
	case <-r.stop:
		return engine.Enough
	case <-r.run.ctx.Done():
		return context.Cause(r.run.ctx)
	}
}

func (r *Rows) finish(err error) {
	r.err = err
	close(r.out)
}

// NextBatch gives the next rows as they come, or nil at the end. It is what fast
// writers use in place of Next.
func (r *Rows) NextBatch() *batch.Batch {
	b, ok := <-r.out
	if !ok {
		return nil
	}
	for i, n := range b.Names {
		if r.table || b.Cols[i].Any() {
			r.fields.Add(n)
		}
	}
	return b
}

// Next moves to the next row and says whether there is one.
func (r *Rows) Next() bool {
	r.row++
	for r.batch == nil || r.row >= r.batch.Rows {
		if r.batch = r.NextBatch(); r.batch == nil {
			return false
		}
		r.batch.Load()
		r.row = 0
	}
	return true
}

// Row is the current row. It stays good after Next.
func (r *Rows) Row() Row { return Row{r.batch, r.row} }

// All gives the rows one by one. Err tells afterwards whether that was all.
func (r *Rows) All() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for r.Next() {
			if !yield(r.Row()) {
				r.Close()
				return
			}
		}
	}
}

// Table says that the columns have an order (some command made a table). Else the
// rows are events, and their columns are shown in ASCII order.
func (r *Rows) Table() bool { return r.table }

// Fields are the names of the columns of the rows read so far, in order.
func (r *Rows) Fields() []string {
	if r.table {
		return slices.Clone(r.fields.Names())
	}
	return slices.Sorted(slices.Values(r.fields.Names()))
}

// Budget is the memory that the search may hold, for whoever holds its rows back until
// all have come. Rows must then be closed.
func (r *Rows) Budget() *spill.Budget {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lent = true
	return r.run.ctx.Budget
}

// clean removes the files of the run, unless others use some.
func (r *Rows) clean() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.lent {
		r.run.temp.Close()
	}
}

// Notices are what the run has to say beside its rows. They are complete when the
// rows have been read to the end.
func (r *Rows) Notices() []Notice { return r.run.ctx.Notices.List() }

// Err is the fault that ended the run, once Next has said that there are no more
// rows. A cancelled context is one.
func (r *Rows) Err() error { return r.err }

// Close ends the run and waits until it has ended. Rows need not be closed after
// the last was read, but may be.
func (r *Rows) Close() error {
	r.once.Do(func() {
		close(r.stop)
		r.run.cancel()
	})
	for range r.out { //nolint:revive // what was under way is thrown away
	}
	r.run.temp.Close()
	return nil
}

// Row is one result.
type Row struct {
	batch *batch.Batch
	row   int
}

// Value is a field's value, the first of several; "" when there is none.
func (r Row) Value(field string) string {
	s, _ := r.batch.Col(field).First(r.row)
	return s
}

// Values are all values of a field, none for NULL.
func (r Row) Values(field string) []string { return r.batch.Col(field).Values(r.row) }

// Has says whether a field has a value.
func (r Row) Has(field string) bool { return r.batch.Col(field).Count(r.row) > 0 }
