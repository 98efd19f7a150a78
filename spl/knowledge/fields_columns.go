package knowledge

import (
	"slices"

	"spl/eval/batch"
)

// either has the values of a where a has any, else those of b.
func either(a, b *batch.Column) *batch.Column {
	switch {
	case a == nil:
		return b
	case b == nil || a.Single():
		return a
	}
	var out batch.Builder
	out.Grow(a.Len())
	for r := range a.Len() {
		if a.Count(r) > 0 {
			out.Append(a.Values(r)...)
		} else {
			out.Append(b.Values(r)...)
		}
	}
	return out.Column()
}

// both has the values of a and after them those of b.
func both(a, b *batch.Column) *batch.Column {
	if a == nil || b == nil {
		return either(a, b)
	}
	var out batch.Builder
	for r := range a.Len() {
		out.Append(slices.Concat(a.Values(r), b.Values(r))...)
	}
	return out.Column()
}

// without has the values of a but for rows in which b has the same.
func without(a, b *batch.Column) *batch.Column {
	if a == nil || b == nil {
		return a
	}
	var out batch.Builder
	for r := range a.Len() {
		if vals := a.Values(r); len(vals) > 0 && slices.Equal(vals, b.Values(r)) {
			out.Null()
		} else {
			out.Append(vals...)
		}
	}
	return filled(out.Column())
}

// collect makes columns of what each row emits. Of a name that comes again in a row,
// the first value counts or, with many, all do.
func collect(rows int, many bool, each func(row int, emit func(name, value string))) map[string]*batch.Column {
	at := map[string]int{}
	var names []string
	var builders []*batch.Builder
	var vals [][]string
	var touched []int
	emit := func(name, value string) {
		i, ok := at[name]
		if !ok {
			i = len(names)
			at[name] = i
			names = append(names, name)
			builders = append(builders, &batch.Builder{})
			vals = append(vals, nil)
		}
		if len(vals[i]) == 0 {
			touched = append(touched, i)
		} else if !many {
			return
		}
		vals[i] = append(vals[i], value)
	}
	for r := range rows {
		each(r, emit)
		for _, i := range touched {
			builders[i].PadTo(r)
			builders[i].Append(vals[i]...)
			vals[i] = vals[i][:0]
		}
		touched = touched[:0]
	}
	out := make(map[string]*batch.Column, len(names))
	for i, n := range names {
		builders[i].PadTo(rows)
		out[n] = builders[i].Column()
	}
	return out
}

// lists gathers values, each once a row.
type lists struct {
	rows [][]string
	any  bool
}

func newLists(rows int, c *batch.Column) *lists {
	l := &lists{rows: make([][]string, rows)}
	if c != nil {
		for r := range rows {
			l.add(r, c.Values(r)...)
		}
	}
	return l
}

func (l *lists) add(row int, vals ...string) {
	for _, v := range vals {
		if !slices.Contains(l.rows[row], v) {
			l.rows[row] = append(l.rows[row], v)
			l.any = true
		}
	}
}

func (l *lists) sort() {
	for _, r := range l.rows {
		slices.Sort(r)
	}
}

// column is nil when there is no value.
func (l *lists) column() *batch.Column {
	if !l.any {
		return nil
	}
	var b batch.Builder
	for _, r := range l.rows {
		b.Append(r...)
	}
	return b.Column()
}
