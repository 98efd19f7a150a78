package spill

import (
	"spl/eval/batch"
)

// Ref is a row of one of several batches.
type Ref struct{ Batch, Row int32 }

// columns are names in the order in which they first appeared.
type columns struct {
	names []string
	have  map[string]bool
}

func (c *columns) add(b *batch.Batch) {
	for _, n := range b.Names {
		if c.have[n] {
			continue
		}
		if c.have == nil {
			c.have = map[string]bool{}
		}
		c.have[n] = true
		c.names = append(c.names, n)
	}
}

// gather makes a batch of rows that lie in several batches, with these columns.
func gather(names []string, from []*batch.Batch, refs []Ref) *batch.Batch {
	out := batch.New(len(refs))
	out.Names = names[:len(names):len(names)]
	out.Cols = make([]*batch.Column, len(names))
	cols := make([]*batch.Column, len(from))
	for i, n := range names {
		some := false
		for j, b := range from {
			cols[j] = b.Col(n)
			some = some || cols[j] != nil
		}
		if !some {
			continue
		}
		var bl batch.Builder
		bl.Grow(len(refs))
		for _, r := range refs {
			bl.AppendRow(cols[r.Batch], int(r.Row))
		}
		out.Cols[i] = bl.Column()
	}
	return out
}

// gatherer makes batches of rows that come one by one.
type gatherer struct {
	columns
	from  []*batch.Batch
	refs  []Ref
	at    []int64
	round int // counts the batches made
}

// slot is where a batch stands among those that rows are gathered from.
type slot struct{ round, index int }

// put adds a row. at remembers where its batch stands; it is the batch's own.
func (g *gatherer) put(b *batch.Batch, row int32, at *slot) {
	if at.round != g.round+1 {
		*at = slot{g.round + 1, len(g.from)}
		g.from = append(g.from, b)
		g.columns.add(b)
	}
	g.refs = append(g.refs, Ref{int32(at.index), row})
}

// take gives the rows so far as a batch with texts of its own.
func (g *gatherer) take() Positioned {
	out := Positioned{gather(g.names, g.from, g.refs), g.at}
	out.Places = make([]batch.Place, len(g.refs))
	for i, r := range g.refs {
		out.Places[i] = g.from[r.Batch].Place(int(r.Row))
	}
	out.Own()
	clear(g.from)
	g.from, g.refs, g.at = g.from[:0], g.refs[:0], nil
	g.round++
	return out
}
