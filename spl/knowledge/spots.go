package knowledge

import "spl/eval/batch"

// spot is a row's place within the groups into which a batch is divided.
type spot struct{ group, row int32 }

// spots are the places of all rows of a batch; nil where it is one group, which holds
// all rows in order.
type spots []spot

// spotsOf notes where each row is. groups are the rows of each group, ascending.
func spotsOf(rows int, groups [][]int32) spots {
	if len(groups) < 2 {
		return nil
	}
	at := make(spots, rows)
	for i, g := range groups {
		for j, r := range g {
			at[r] = spot{int32(i), int32(j)}
		}
	}
	return at
}

// join puts a column together from those of the groups; nil where it has no value.
func (at spots) join(cols []*batch.Column) *batch.Column {
	some := false
	for _, c := range cols {
		some = some || c != nil
	}
	if !some {
		return nil
	}
	var b batch.Builder
	b.Grow(len(at))
	for _, s := range at {
		b.Append(cols[s.group].Values(int(s.row))...)
	}
	return filled(b.Column())
}

// take divides rows that are taken of the batch: of each of n groups, the rows of it,
// and where they go.
func (at spots) take(rows []int32, n int) (from, to [][]int32) {
	from, to = make([][]int32, n), make([][]int32, n)
	for i, r := range rows {
		s := at[r]
		from[s.group] = append(from[s.group], s.row)
		to[s.group] = append(to[s.group], int32(i))
	}
	return from, to
}

// valued are those of some names, in order, whose column has a value.
func valued(names map[string]bool, load func(string) *batch.Column) []string {
	var out []string
	for _, n := range sortedKeys(names) {
		if load(n).Any() {
			out = append(out, n)
		}
	}
	return out
}
