package output

import (
	"slices"
	"strings"

	"spl/eval/batch"
	"spl/spl/spill"
)

// page is what is shown of a batch: columns beside their names, and how many rows
// of them.
type page struct {
	names []string
	cols  []*batch.Column
	rows  int
}

// columns chooses the fields that are shown, and their order.
type columns struct {
	fixed    []string // known in advance; nil: taken from the rows
	events   bool
	internal bool           // internal fields of tables are shown
	order    []string       // of tables: names in order of first appearance
	at       map[string]int // where a name stands in order
}

// newColumns makes the choice that the options ask for. Programs see the internal
// columns of a table (timechart's _span), as in Splunk's JSON; people do not
// (output 7.2).
func newColumns(o *Options, internal bool) *columns {
	c := &columns{events: o.Events, internal: internal && !o.Events, at: map[string]int{}}
	switch {
	case len(o.Fields) > 0:
		c.fixed = unique(o.Fields)
	case o.Final != nil:
		c.fixed = slices.DeleteFunc(unique(o.Final), c.hidden)
	}
	return c
}

// unique is the names without repeats; never nil.
func unique(names []string) []string {
	out := make([]string, 0, len(names))
	for _, n := range names {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// hidden says whether a field is shown only when it is asked for by name.
func (c *columns) hidden(name string) bool {
	return !c.internal && batch.Internal(name) && name != "_time" && name != "_raw"
}

// page picks the columns of a batch that are shown, in order.
func (c *columns) page(b *batch.Batch, rows int) page {
	if c.fixed != nil {
		p := page{names: c.fixed, cols: make([]*batch.Column, len(c.fixed)), rows: rows}
		for i, n := range c.fixed {
			p.cols[i] = b.Col(n)
		}
		return p
	}
	b.Load()
	which := make([]int, 0, len(b.Names))
	for i, n := range b.Names {
		if c.hidden(n) || c.events && empty(b.Cols[i], rows) {
			continue
		}
		which = append(which, i)
	}
	if c.events {
		slices.SortFunc(which, func(i, j int) int { return strings.Compare(b.Names[i], b.Names[j]) })
	} else {
		c.see(b, which)
		slices.SortFunc(which, func(i, j int) int { return c.at[b.Names[i]] - c.at[b.Names[j]] })
	}
	p := page{rows: rows}
	for _, i := range which {
		p.names = append(p.names, b.Names[i])
		p.cols = append(p.cols, b.Cols[i])
	}
	return p
}

// see notes names that are new.
func (c *columns) see(b *batch.Batch, which []int) {
	for _, i := range which {
		n := b.Names[i]
		if _, ok := c.at[n]; !ok {
			c.at[n] = len(c.order)
			c.order = append(c.order, n)
		}
	}
}

// all is the header over rows that were held; nil: there were none.
func (c *columns) all(held *spill.Rows) []string {
	switch {
	case c.fixed != nil:
		return c.fixed
	case !c.events:
		return c.order
	case held == nil:
		return nil
	}
	names := held.Columns()
	slices.Sort(names)
	return names
}

// batch is the page as rows that can be held.
func (p page) batch() *batch.Batch {
	b := &batch.Batch{Rows: p.rows, Names: p.names, Cols: p.cols}
	for i, c := range p.cols {
		if c != nil && c.Len() > p.rows {
			b = b.Clone()
			b.Cols[i] = c.Slice(0, p.rows)
		}
	}
	return b
}

func pageOf(b *batch.Batch) page { return page{names: b.Names, cols: b.Cols, rows: b.Rows} }

// under arranges a page's columns under a header; a column it lacks is nil.
func (p page) under(names []string) []*batch.Column {
	if slices.Equal(p.names, names) {
		return p.cols
	}
	at := make(map[string]int, len(p.names))
	for i, n := range p.names {
		at[n] = i
	}
	cols := make([]*batch.Column, len(names))
	for i, n := range names {
		if j, ok := at[n]; ok {
			cols[i] = p.cols[j]
		}
	}
	return cols
}

// empty says that a column is NULL in all of the first rows.
func empty(c *batch.Column, rows int) bool {
	if c == nil {
		return true
	}
	for r := range rows {
		if c.Count(r) > 0 {
			return false
		}
	}
	return true
}
