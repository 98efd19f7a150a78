package spill

import (
	"context"
	"maps"
	"slices"

	"spl/eval/batch"
)

// Rows holds rows in the order in which they came. They can be gone through several
// times. It is used by one goroutine at a time.
type Rows struct {
	share *Share
	names batch.NameList
	some  map[string]bool // the fields that some row has

	file   *File
	writer *Writer
	run    *Run           // the first rows, when they lie in the file
	held   []*batch.Batch // the rest, or all
	bytes  int64
	rows   int
	done   bool // no more come
	err    error
}

// NewRows makes room for rows. what names the command in errors.
func (b *Budget) NewRows(what string) *Rows {
	return &Rows{share: b.Share(what), some: map[string]bool{}}
}

// Add puts rows at the end. It must not be called any more once rows were read.
func (r *Rows) Add(b *batch.Batch) error {
	b.Load()
	r.rows += b.Rows
	r.names.Add(b.Names...)
	for i, n := range b.Names {
		if !r.some[n] && b.Cols[i].Any() {
			r.some[n] = true
		}
	}
	if b.Rows == 0 {
		return nil
	}
	r.held = append(r.held, b)
	size := Size(b)
	r.bytes += size
	full, err := r.share.Take(size)
	if err != nil || !full {
		return err
	}
	return r.spill()
}

func (r *Rows) spill() error {
	if r.file == nil {
		var err error
		if r.file, err = r.share.budget.folder.Create(); err != nil {
			return err
		}
		r.writer = NewWriter(r.file)
	}
	for _, b := range r.held {
		if err := r.writer.Add(Positioned{Batch: b}); err != nil {
			return err
		}
	}
	clear(r.held)
	r.held = r.held[:0]
	r.share.Empty()
	return nil
}

// Len is the number of rows.
func (r *Rows) Len() int { return r.rows }

// InFile says that some rows lie in a file.
func (r *Rows) InFile() bool { return r.file != nil }

// Fields are the names of the fields that some row has, in ASCII order.
func (r *Rows) Fields() []string { return slices.Sorted(maps.Keys(r.some)) }

// Has says whether some row has a field.
func (r *Rows) Has(field string) bool { return r.some[field] }

// Columns are the names of all columns, in the order in which they first appeared.
func (r *Rows) Columns() []string { return slices.Clone(r.names.Names()) }

// All gives all rows as batches in memory, which the budget must have room for. Close
// gives the room back.
func (r *Rows) All() ([]*batch.Batch, error) {
	if r.writer == nil {
		return r.held, r.finish()
	}
	if err := r.share.budget.Grow(r.bytes-r.share.held, r.share.what); err != nil {
		return nil, err
	}
	out := make([]*batch.Batch, 0, len(r.held))
	err := r.Each(func(b *batch.Batch) error {
		out = append(out, b)
		return nil
	})
	return out, err
}

// finish ends the writing. All batches have the same columns from now on.
func (r *Rows) finish() error {
	if r.done {
		return r.err
	}
	r.done = true
	for i, b := range r.held {
		r.held[i] = withColumns(b, r.names.Names())
	}
	if r.writer != nil {
		r.run, r.err = r.writer.Finish()
	}
	return r.err
}

// Each goes through the rows in order.
func (r *Rows) Each(f func(*batch.Batch) error) error {
	for i := range r.batches() {
		b, err := r.batch(i)
		if err != nil {
			return err
		}
		if err := f(b); err != nil {
			return err
		}
	}
	return nil
}

// Drain is Each for the last time: rows are let go as they pass.
func (r *Rows) Drain(f func(*batch.Batch) error) error {
	defer r.Close()
	if err := r.finish(); err != nil {
		return err
	}
	if err := r.run.Each(func(p Positioned) error { return f(withColumns(p.Batch, r.names.Names())) }); err != nil {
		return err
	}
	for i, b := range r.held {
		r.held[i] = nil
		r.share.Give(Size(b))
		if err := f(b); err != nil {
			return err
		}
	}
	return nil
}

// Backward goes through the batches from the last to the first.
func (r *Rows) Backward(f func(*batch.Batch) error) error {
	for i := r.batches() - 1; i >= 0; i-- {
		b, err := r.batch(i)
		if err != nil {
			return err
		}
		if err := f(b); err != nil {
			return err
		}
	}
	return nil
}

// batches is how many batches there are; batch gives one of them.
func (r *Rows) batches() int {
	if r.finish() != nil {
		return 1 // batch gives the error
	}
	if r.run == nil {
		return len(r.held)
	}
	return r.run.Blocks() + len(r.held)
}

func (r *Rows) batch(i int) (*batch.Batch, error) {
	if err := r.finish(); err != nil {
		return nil, err
	}
	if r.run == nil {
		return r.held[i], nil
	}
	if n := r.run.Blocks(); i >= n {
		return r.held[i-n], nil
	}
	p, err := r.run.Block(i)
	if err != nil {
		return nil, err
	}
	return withColumns(p.Batch, r.names.Names()), nil
}

// Open is part of [batch.Source]: the rows can be searched.
func (r *Rows) Open(context.Context, *batch.Scan) (batch.Reader, error) {
	return batch.Held(r.batches, r.batch), nil
}

// Close lets the rows go.
func (r *Rows) Close() {
	r.share.Empty()
	r.file.Close()
	r.held, r.file, r.writer, r.run = nil, nil, nil, nil
}
