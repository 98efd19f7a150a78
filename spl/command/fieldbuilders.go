package command

import (
	"slices"

	"spl/eval/batch"
)

// fieldBuilders builds columns whose names come with the data.
type fieldBuilders struct {
	of    *batch.Batch // the rows that they are of; nil: rows that are yet to be made
	at    map[string]int
	names []string
	cols  []batch.Builder
	vals  [][]string // of the current row
	used  []int      // the columns with values in it
	row   int
	rows  int
}

func newFieldBuilders(b *batch.Batch) *fieldBuilders { return &fieldBuilders{of: b, rows: b.Rows} }

// roomy is how many columns get room for all rows at once. Data that has more may have a
// name for each row.
const roomy = 64

// add gives a field of the current row another value.
func (f *fieldBuilders) add(name string, values ...string) {
	if len(values) == 0 {
		return
	}
	i, ok := f.at[name]
	if !ok {
		i = f.column(name)
	}
	if len(f.vals[i]) == 0 {
		f.used = append(f.used, i)
	}
	f.vals[i] = append(f.vals[i], values...)
}

// column begins the column of a name.
func (f *fieldBuilders) column(name string) int {
	if f.at == nil {
		f.at = map[string]int{}
	}
	i := len(f.names)
	f.at[name] = i
	f.names = append(f.names, name)
	f.vals = append(f.vals, nil)
	var bl batch.Builder
	if f.of != nil && i < roomy {
		bl = f.of.Builder()
	}
	f.cols = append(f.cols, bl)
	return i
}

// has says whether the current row has been given a field.
func (f *fieldBuilders) has(name string) bool {
	i, ok := f.at[name]
	return ok && len(f.vals[i]) > 0
}

// next ends the current row.
func (f *fieldBuilders) next() {
	for _, i := range f.used {
		f.cols[i].PadTo(f.row)
		f.cols[i].Append(f.vals[i]...)
		f.vals[i] = f.vals[i][:0]
	}
	f.used = f.used[:0]
	f.row++
}

// apply gives the batch with the columns, over those of the same names: where a row
// got no value it keeps the one it had. New columns come in ASCII order.
func (f *fieldBuilders) apply(b *batch.Batch) *batch.Batch {
	if len(f.names) == 0 {
		return b
	}
	cols := make([]*batch.Column, len(f.names))
	for i := range cols {
		f.cols[i].PadTo(f.rows)
		cols[i] = f.cols[i].Column()
	}
	under := beneath(b, cols...)
	out := b.Clone()
	for _, name := range slices.Sorted(slices.Values(f.names)) {
		out.Set(name, under.fill(name, cols[f.at[name]]))
	}
	return out
}

// underlay is what a batch holds in the rows in which columns that are put over it have
// gaps. Of fields that are not read yet, only these rows are.
type underlay struct {
	b    *batch.Batch
	rows []int32
	lazy *batch.Batch // of these rows, the fields not read yet; nil until one is asked for
}

func beneath(b *batch.Batch, cols ...*batch.Column) *underlay {
	gap := make([]bool, b.Rows)
	n := 0
	for _, c := range cols {
		if c.Single() {
			continue
		}
		for r := range gap {
			if !gap[r] && c.Count(r) == 0 {
				gap[r] = true
				n++
			}
		}
	}
	u := &underlay{b: b, rows: make([]int32, 0, n)}
	for r := range gap {
		if gap[r] {
			u.rows = append(u.rows, int32(r))
		}
	}
	return u
}

// old is the field as it was, in all rows or only in those with gaps.
func (u *underlay) old(name string) (c *batch.Column, all bool) {
	if len(u.rows) == u.b.Rows || u.b.Lazy == nil || u.b.Index(name) >= 0 {
		return u.b.Col(name), true
	}
	if u.lazy == nil {
		u.lazy = u.b.With(nil, nil).Take(u.rows)
	}
	return u.lazy.Col(name), false
}

// fill is a column with its gaps filled by what the field has beneath.
func (u *underlay) fill(name string, c *batch.Column) *batch.Column {
	if c.Single() || len(u.rows) == 0 {
		return c
	}
	old, all := u.old(name)
	if !old.Any() {
		return c
	}
	bl := u.b.Builder()
	next := 0
	for r := range u.b.Rows {
		at := next
		if next < len(u.rows) && u.rows[next] == int32(r) {
			next++
		}
		if c.Count(r) > 0 {
			bl.AppendRow(c, r)
		} else if all {
			bl.AppendRow(old, r)
		} else {
			bl.AppendRow(old, at)
		}
	}
	return bl.Column()
}
