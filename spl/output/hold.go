package output

import (
	"spl/eval/batch"
	"spl/spl/spill"
)

// grid is a format with a header: it must know all columns before the first row.
type grid interface {
	start(names []string)
	// page gets columns in the order of the header.
	page(cols []*batch.Column, rows int)
	end()
}

// holder feeds a grid. When the columns are known in advance pages pass straight
// through; otherwise they wait for Close, since a later row may bring a new column. They
// wait in memory, or in a file when they are too many.
type holder struct {
	g       grid
	out     *sink
	budget  *spill.Budget
	cols    *columns
	clock   clock
	block   int // pages are let go after so many rows; 0: only at the end
	stream  bool
	started bool
	held    *spill.Rows // nil: none
}

// newHolder feeds g with the columns that the options ask for, _time written in
// the given layout.
func newHolder(o *Options, out *sink, layout timeLayout, g grid) *holder {
	cols := newColumns(o, false)
	return &holder{g: g, out: out, budget: o.Budget, cols: cols, clock: clock{layout, o.Zone}, stream: cols.fixed != nil}
}

func (h *holder) write(b *batch.Batch, rows int) {
	for h.block > 0 && rows > h.block-h.waiting() { // blocks are the same however rows come
		b.Load()
		n := h.block - h.waiting()
		h.take(b.Slice(0, n), n)
		b, rows = b.Slice(n, b.Rows), rows-n
	}
	h.take(b, rows)
}

// waiting is how many rows are held.
func (h *holder) waiting() int {
	if h.held == nil {
		return 0
	}
	return h.held.Len()
}

func (h *holder) take(b *batch.Batch, rows int) {
	p := h.cols.page(b, rows)
	h.clock.show(&p)
	if h.stream {
		h.begin(h.cols.fixed)
		h.g.page(p.cols, p.rows)
		return
	}
	if h.held == nil {
		h.held = h.budget.NewRows("the output")
	}
	h.out.keep(h.held.Add(p.batch()))
	if h.block > 0 && h.waiting() == h.block {
		h.letGo()
	}
}

func (h *holder) close() {
	if h.stream {
		h.begin(h.cols.fixed)
		h.g.end()
		return
	}
	if !h.started || h.held != nil {
		h.letGo()
	}
}

func (h *holder) begin(names []string) {
	if !h.started {
		h.started = true
		h.g.start(names)
	}
}

// letGo writes the pages held back as one document, or one block of a table.
func (h *holder) letGo() {
	h.started = true
	names := h.cols.all(h.held)
	h.g.start(names)
	if h.held != nil {
		h.out.keep(h.held.Drain(func(b *batch.Batch) error {
			h.g.page(pageOf(b).under(names), b.Rows)
			return h.out.err
		}))
	}
	h.g.end()
	h.held = nil
}
