package command

import (
	"strconv"

	"spl/eval/agg"
	"spl/eval/batch"
	"spl/spl/engine"
	"spl/spl/spill"
)

// meet gives rows the results of their groups when the groups lie in files: both are
// divided by the hash of their key, and of each part the results are held.
func (e *eventstats) meet(emit engine.Emit) error {
	results, names, err := e.divideResults()
	if err != nil {
		return err
	}
	defer results.Close()
	rows, err := e.divideRows()
	if err != nil {
		return err
	}
	defer rows.Close()
	found, err := results.Runs()
	if err != nil {
		return err
	}
	err = rows.Each(func(n int, r *spill.Run) error {
		known, err := e.partResults(found[n])
		if err != nil {
			return err
		}
		defer e.ctx.Budget.Free(known.size)
		err = r.Each(func(p spill.Positioned) error {
			if err := e.ctx.Err(); err != nil {
				return err
			}
			p.Batch = known.add(p.Batch, e.by, names)
			return rows.Keep(p)
		})
		if err != nil {
			return err
		}
		return rows.Next()
	})
	if err != nil {
		return err
	}
	return rows.Merged(e.ctx, func(p spill.Positioned) error { return emit(p.Batch) })
}

// divideResults puts the results of all groups into parts: the BY values by number,
// then the columns, whose names it gives.
func (e *eventstats) divideResults() (parts *spill.Parts, names []string, err error) {
	if parts, err = e.ctx.Budget.NewParts(0); err != nil {
		return nil, nil, err
	}
	err = e.sorted(func(a *aggregator, order []int32) error {
		out := batch.New(len(order))
		rows, hashes := make([]int32, len(order)), make([]uint64, len(order))
		cols := make([]*batch.Column, len(a.by))
		for i := range a.by {
			vals := make([]string, len(order))
			for r, id := range order {
				vals[r] = a.groups.value(id, i)
			}
			cols[i] = batch.Strings(vals)
			out.Set(partialBy+strconv.Itoa(i), cols[i])
		}
		names = names[:0]
		for i, c := range a.calls {
			for _, field := range sortedKeys(a.accs[i]) {
				var bl batch.Builder
				bl.Grow(len(order))
				agg.Results(a.accs[i][field], order, &bl)
				out.Set(partialCall+strconv.Itoa(len(names)), bl.Column())
				names = append(names, c.column(field))
			}
		}
		var key []byte
		for r := range rows {
			key, _ = firstKey(key[:0], cols, r)
			rows[r], hashes[r] = int32(r), spill.Hash(key)
		}
		return parts.Add(spill.Positioned{Batch: out}, rows, hashes)
	})
	return parts, names, err
}

// divideRows puts all rows into parts by their first group. A row without one is done.
func (e *eventstats) divideRows() (*spill.Parts, error) {
	parts, err := e.ctx.Budget.NewParts(0)
	if err != nil {
		return nil, err
	}
	at := int64(0)
	err = e.rows.Drain(func(b *batch.Batch) error {
		p := spill.Positioned{Batch: b, At: make([]int64, b.Rows)}
		cols := columnsNamed(b, e.by)
		var rows, without []int32
		var hashes []uint64
		var key []byte
		for r := range b.Rows {
			p.At[r] = at
			at++
			var ok bool
			if key, ok = firstKey(key[:0], cols, r); ok {
				rows, hashes = append(rows, int32(r)), append(hashes, spill.Hash(key))
			} else {
				without = append(without, int32(r))
			}
		}
		if err := parts.Add(p, rows, hashes); err != nil {
			return err
		}
		return parts.Keep(p.Pick(without))
	})
	if err != nil {
		return nil, err
	}
	return parts, parts.Next()
}

func columnsNamed(b *batch.Batch, names []string) []*batch.Column {
	cols := make([]*batch.Column, len(names))
	for i, n := range names {
		cols[i] = b.Col(n)
	}
	return cols
}

// firstKey is rowKey of the first value of each column.
func firstKey(key []byte, cols []*batch.Column, row int) (_ []byte, ok bool) {
	for _, c := range cols {
		v, ok := c.First(row)
		if !ok {
			return key, false
		}
		key = append(appendKey(key, v), 0)
	}
	return key, true
}

// partResults are the results of one part of the groups.
type partResults struct {
	held []*batch.Batch
	at   map[string]spill.Ref // by key
	size int64
}

func (e *eventstats) partResults(r *spill.Run) (*partResults, error) {
	p := &partResults{at: map[string]spill.Ref{}}
	by := make([]string, len(e.by))
	for i := range by {
		by[i] = partialBy + strconv.Itoa(i)
	}
	return p, r.Each(func(b spill.Positioned) error {
		size := spill.Size(b.Batch)
		var key []byte
		cols := columnsNamed(b.Batch, by)
		for i := range b.Rows {
			key, _ = firstKey(key[:0], cols, i)
			p.at[string(key)] = spill.Ref{Batch: int32(len(p.held)), Row: int32(i)}
			size += int64(len(key)) + 64
		}
		p.held = append(p.held, b.Batch)
		p.size += size
		return e.ctx.Budget.Grow(size, "`eventstats`")
	})
}

// add gives rows the results of their groups.
func (p *partResults) add(b *batch.Batch, by, names []string) *batch.Batch {
	cols := columnsNamed(b, by)
	refs := make([]spill.Ref, b.Rows)
	var key []byte
	for r := range refs {
		key, _ = firstKey(key[:0], cols, r)
		refs[r] = p.at[string(key)]
	}
	out := b.Clone()
	for i, name := range names {
		var bl batch.Builder
		bl.Grow(b.Rows)
		for _, ref := range refs {
			bl.AppendRow(p.held[ref.Batch].Col(partialCall+strconv.Itoa(i)), int(ref.Row))
		}
		out.Set(name, bl.Column())
	}
	return out
}
