package spill

import "context"

// Runs are sorted runs in one file, to be merged.
type Runs[K any] struct {
	budget *Budget
	order  Order[K]
	file   *File
	runs   []*Run
}

// NewRuns makes a file for runs.
func NewRuns[K any](b *Budget, order Order[K]) (*Runs[K], error) {
	file, err := b.folder.Create()
	return &Runs[K]{budget: b, order: order, file: file}, err
}

// Add writes one run. f adds rows in order.
func (r *Runs[K]) Add(f func(w *Writer) error) error {
	w := NewWriter(r.file)
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

// Close removes the file.
func (r *Runs[K]) Close() {
	if r != nil {
		r.file.Close()
	}
}
