package output

import "spl/eval/batch"

// grid is a format with a header: it must know all columns before the first row.
type grid interface {
	start(names []string)
	// page gets columns in the order of the header.
	page(cols []*batch.Column, rows int)
	end()
}

// holder feeds a grid. When the columns are known in advance pages pass straight
// through; otherwise they wait for Close, since a later row may bring a new column.
type holder struct {
	g       grid
	cols    *columns
	clock   clock
	block   int // pages are let go after so many rows; 0: only at the end
	stream  bool
	started bool
	pages   []page
	rows    int
}

// newHolder feeds g with the columns that the options ask for, _time written in
// the given layout.
func newHolder(o *Options, layout timeLayout, g grid) *holder {
	cols := newColumns(o, false)
	return &holder{g: g, cols: cols, clock: clock{layout, o.Zone}, stream: cols.fixed != nil}
}

func (h *holder) write(b *batch.Batch, rows int) {
	p := h.cols.page(b, rows)
	h.clock.show(&p)
	if h.stream {
		h.begin(h.cols.fixed)
		h.g.page(p.cols, p.rows)
		return
	}
	h.pages = append(h.pages, p)
	h.rows += rows
	if h.block > 0 && h.rows >= h.block {
		h.letGo()
	}
}

func (h *holder) close() {
	if h.stream {
		h.begin(h.cols.fixed)
		h.g.end()
		return
	}
	if !h.started || len(h.pages) > 0 {
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
	names := h.cols.all(h.pages)
	h.g.start(names)
	for i, p := range h.pages {
		h.g.page(p.under(names), p.rows)
		h.pages[i] = page{} // its memory is free once it is written
	}
	h.g.end()
	h.pages, h.rows = nil, 0
}
