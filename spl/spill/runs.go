package spill

import "context"

// Runs are sorted runs in one file, to be merged.
type Runs[K any] struct {
	budget *Budget
	order  Order[K]
	file   *File
	runs   []*Run
	others []*File // of runs that were taken over
}

// NewRuns makes a file for runs.
func NewRuns[K any](b *Budget, order Order[K]) (*Runs[K], error) {
	file, err := b.folder.Create()
	return &Runs[K]{budget: b, order: order, file: file}, err
}

// Add writes one run. f adds rows in order.
func (r *Runs[K]) Add(f func(w *Writer) error) error {
	w := NewWriter(r.file)
	w.keyed, w.run.marks.every = r.order.Keyed, 1
	if err := f(w); err != nil {
		return err
	}
	run, err := w.Finish()
	if run.Rows > 0 {
		r.runs = append(r.runs, run)
	}
	return err
}

// Merge goes through all rows in order. Only the first limit rows are wanted; 0: all.
// Runs that are merged on the way stand beside one another, so that equal rows keep
// their order.
func (r *Runs[K]) Merge(ctx context.Context, limit int) (*Merge[K], error) {
	for fan := r.budget.fanIn(); len(r.runs) > fan; {
		all := r.runs
		r.runs = nil
		for len(all) > 0 {
			n := min(fan, len(all))
			err := r.Add(func(w *Writer) error {
				return NewMerge(r.order, all[:n]).Each(ctx, limit, w.Add)
			})
			if err != nil {
				return nil, err
			}
			all = all[n:]
		}
	}
	return NewMerge(r.order, r.runs), nil
}

// Adopt takes over the runs of another, which come behind those that are there and keep
// their files.
func (r *Runs[K]) Adopt(o *Runs[K]) {
	r.runs = append(r.runs, o.runs...)
	r.others = append(append(r.others, o.file), o.others...)
}

// Rows goes through all rows, run after run.
func (r *Runs[K]) Rows(f func(Positioned) error) error {
	for _, run := range r.runs {
		if err := run.Each(f); err != nil {
			return err
		}
	}
	return nil
}

// Close removes the files.
func (r *Runs[K]) Close() {
	if r == nil {
		return
	}
	r.file.Close()
	for _, f := range r.others {
		f.Close()
	}
}
