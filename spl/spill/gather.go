package spill

import (
	"spl/eval/batch"
)

// Ref is a row of one of several batches.
type Ref struct{ Batch, Row int32 }

// gathering is the making of batches from rows that lie in several.
type gathering struct {
	names []string
	from  []*batch.Batch
	cols  [][]*batch.Column // by name, then by batch; nil where none has it
}

// gatherFrom makes ready to take rows of some batches, with these columns.
func gatherFrom(names []string, from []*batch.Batch) *gathering {
	g := &gathering{names: names[:len(names):len(names)], from: from, cols: make([][]*batch.Column, len(names))}
	for i, n := range names {
		cols, some := make([]*batch.Column, len(from)), false
		for j, b := range from {
			cols[j] = b.Col(n)
			some = some || cols[j] != nil
		}
		if some {
			g.cols[i] = cols
		}
	}
	return g
}

// rows makes a batch of rows.
func (g *gathering) rows(refs []Ref) *batch.Batch {
	out := batch.New(len(refs))
	out.Names = g.names
	out.Cols = make([]*batch.Column, len(g.names))
	for i, cols := range g.cols {
		if cols == nil {
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

// placed is rows with their places.
func (g *gathering) placed(refs []Ref) *batch.Batch {
	out := g.rows(refs)
	out.Places = make([]batch.Place, len(refs))
	for i, r := range refs {
		out.Places[i] = g.from[r.Batch].Place(int(r.Row))
	}
	return out
}

// gatherer makes batches of rows that come one by one.
type gatherer struct {
	columns batch.NameList
	from    []*batch.Batch
	refs    []Ref
	at      []int64
	round   int // counts the batches made
}

// slot is where a batch stands among those that rows are gathered from.
type slot struct{ round, index int }

// put adds a row. at remembers where its batch stands; it is the batch's own.
func (g *gatherer) put(b *batch.Batch, row int32, at *slot) {
	if at.round != g.round+1 {
		*at = slot{g.round + 1, len(g.from)}
		g.from = append(g.from, b)
		g.columns.Add(b.Names...)
	}
	g.refs = append(g.refs, Ref{int32(at.index), row})
}

// take gives the rows so far as a batch with texts of its own.
func (g *gatherer) take() Positioned {
	out := Positioned{gatherFrom(g.columns.Names(), g.from).placed(g.refs), g.at}
	out.Own()
	clear(g.from)
	g.from, g.refs, g.at = g.from[:0], g.refs[:0], nil
	g.round++
	return out
}
