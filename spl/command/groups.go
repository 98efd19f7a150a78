package command

import (
	"iter"
	"slices"

	"spl/eval/batch"
)

// groups numbers the combinations of values of the BY fields, from 0 in the order in
// which they come. The values of each field are numbered by a dictionary of its own,
// so that a combination is a few small integers.
type groups struct {
	by     []string
	splits bool // count a row once for each different value, dedup_splitvals
	dicts  []batch.Dict
	n      int     // how many groups
	tuples []int32 // by group: the number of each field's value; not kept of one field
	found  groupTable
	near   groupCells
	tuple  []int32
	// What number last gave, and what it worked with.
	rows, ids []int32
	flat, off [][]int32
}

func newGroups(by []string, dedup bool) *groups {
	n := len(by)
	return &groups{by: by, splits: dedup, dicts: make([]batch.Dict, n), tuple: make([]int32, n), flat: make([][]int32, n), off: make([][]int32, n)}
}

// len is how many groups there are.
func (g *groups) len() int { return g.n }

// value is a group's value of a BY field.
func (g *groups) value(group int32, field int) string {
	return g.dicts[field].Value(g.valueID(group, field))
}

func (g *groups) valueID(group int32, field int) int32 {
	if len(g.by) == 1 {
		return group
	}
	return g.tuples[int(group)*len(g.by)+field]
}

// key is a group's values.
func (g *groups) key(group int32) []string {
	if len(g.by) == 0 {
		return nil
	}
	key := make([]string, len(g.by))
	for i := range key {
		key[i] = g.value(group, i)
	}
	return key
}

// all are the groups and their values.
func (g *groups) all() iter.Seq2[int32, []string] {
	return func(yield func(int32, []string) bool) {
		for id := range int32(g.n) {
			if !yield(id, g.key(id)) {
				return
			}
		}
	}
}

// only makes the one group that there is without BY fields.
func (g *groups) only() { g.n = max(g.n, 1) }

// number gives, for each row and combination, the row's number and the group's. A
// row that lacks a BY field is in no group; a multivalue BY field puts it into the
// group of each value. The lists are good until the next call. added is the memory
// that new groups take.
func (g *groups) number(b *batch.Batch) (rows, ids []int32, added int64) {
	g.rows, g.ids = g.rows[:0], g.ids[:0]
	if len(g.by) == 0 {
		if b.Rows > 0 {
			g.only()
		}
		for r := range b.Rows {
			g.rows, g.ids = append(g.rows, int32(r)), append(g.ids, 0)
		}
		return g.rows, g.ids, 0
	}
	before := g.bytes()
	single := true
	for i, n := range g.by {
		c := b.Col(n)
		if c == nil {
			return nil, nil, 0
		}
		g.flat[i], g.off[i] = g.dicts[i].Flat(c, g.flat[i][:0])
		single = single && g.off[i] == nil
	}
	switch {
	case !single:
		for r := range b.Rows {
			g.cross(int32(r), 0, len(g.ids))
		}
	case len(g.by) == 1:
		for r := range b.Rows {
			g.rows = append(g.rows, int32(r))
		}
		g.ids = append(g.ids, g.flat[0]...)
	default:
		for r := range b.Rows {
			g.rows = append(g.rows, int32(r))
		}
		g.near.fit(g.dicts)
		for r := range b.Rows {
			if id, ok := g.near.find(g.flat, r); ok {
				g.ids = append(g.ids, id)
				continue
			}
			for i := range g.tuple {
				g.tuple[i] = g.flat[i][r]
			}
			id := g.find()
			g.near.remember(g.tuple, id)
			g.ids = append(g.ids, id)
		}
	}
	if len(g.by) == 1 {
		g.n = g.dicts[0].Len()
	}
	return g.rows, g.ids, g.bytes() - before
}

// cross adds a row for each combination of its values from a field on. first is where
// the row's groups begin.
func (g *groups) cross(row int32, field, first int) {
	if field == len(g.by) {
		id := g.tuple[0]
		if len(g.by) > 1 {
			id = g.find()
		}
		if !g.splits || !slices.Contains(g.ids[first:], id) {
			g.rows, g.ids = append(g.rows, row), append(g.ids, id)
		}
		return
	}
	from, to := row, row+1
	if off := g.off[field]; off != nil {
		from, to = off[row], off[row+1]
	}
	for _, v := range g.flat[field][from:to] {
		g.tuple[field] = v
		g.cross(row, field+1, first)
	}
}

// id is the number of the group with these values.
func (g *groups) id(values []string) (id int32, added int64) {
	before := g.bytes()
	for i, v := range values {
		g.tuple[i] = g.dicts[i].ID(v)
	}
	return g.of(), g.bytes() - before
}

// known is the number of the group with these values, if there is one.
func (g *groups) known(values []string) (id int32, ok bool) {
	for i, v := range values {
		if g.tuple[i], ok = g.dicts[i].Known(v); !ok {
			return 0, false
		}
	}
	if len(g.by) == 1 {
		return g.tuple[0], int(g.tuple[0]) < g.n
	}
	return g.look()
}

// of is the group of the values in tuple.
func (g *groups) of() int32 {
	switch len(g.by) {
	case 0:
		g.only()
		return 0
	case 1:
		g.n = max(g.n, int(g.tuple[0])+1)
		return g.tuple[0]
	}
	return g.find()
}

// bytes is about how much memory the groups take.
func (g *groups) bytes() int64 {
	n := int64(cap(g.tuples))*4 + int64(len(g.found.slots))*8 + int64(cap(g.near.ids))*4
	for i := range g.dicts {
		n += g.dicts[i].Bytes()
	}
	return n
}

// numbers are the numbers of all groups.
func (g *groups) numbers() []int32 {
	out := make([]int32, g.n)
	for i := range out {
		out[i] = int32(i)
	}
	return out
}
