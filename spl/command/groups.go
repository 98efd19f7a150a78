package command

import (
	"slices"
	"strings"

	"spl/eval/batch"
)

// groups numbers the combinations of values of the BY fields.
type groups struct {
	by     []string
	splits bool // count a row once for each different value, dedup_splitvals
	ids    map[string]int32
	keys   [][]string // by group
	buf    []byte
}

func newGroups(by []string, dedup bool) *groups {
	return &groups{by: by, splits: dedup, ids: map[string]int32{}}
}

// number gives, for each row and combination, the row's number and the group's. A
// row that lacks a BY field is in no group; a multivalue BY field puts it into the
// group of each value. added is the memory that new groups take.
func (g *groups) number(b *batch.Batch) (rows, ids []int32, added int64) {
	rows = make([]int32, 0, b.Rows)
	ids = make([]int32, 0, b.Rows)
	if len(g.by) == 0 {
		if len(g.keys) == 0 {
			g.keys = append(g.keys, nil)
		}
		for r := range b.Rows {
			rows, ids = append(rows, int32(r)), append(ids, 0)
		}
		return rows, ids, 0
	}
	cols := make([]*batch.Column, len(g.by))
	single := true
	for i, n := range g.by {
		cols[i] = b.Col(n)
		if cols[i] == nil {
			return nil, nil, 0
		}
		single = single && cols[i].Single()
	}
	values := make([]string, len(cols))
	for r := range b.Rows {
		if single {
			for i, c := range cols {
				values[i], _ = c.First(r)
			}
			id, n := g.id(values)
			rows, ids, added = append(rows, int32(r)), append(ids, id), added+n
			continue
		}
		first := len(ids)
		g.cross(cols, r, values, 0, func() {
			id, n := g.id(values)
			if g.splits && slices.Contains(ids[first:], id) {
				return
			}
			rows, ids, added = append(rows, int32(r)), append(ids, id), added+n
		})
	}
	return rows, ids, added
}

// cross calls f for each combination of a row's values.
func (g *groups) cross(cols []*batch.Column, row int, values []string, i int, f func()) {
	if i == len(cols) {
		f()
		return
	}
	for _, v := range cols[i].Values(row) {
		values[i] = v
		g.cross(cols, row, values, i+1, f)
	}
}

func (g *groups) id(values []string) (id int32, added int64) {
	g.buf = g.buf[:0]
	for _, v := range values {
		g.buf = append(appendKey(g.buf, v), 0)
	}
	if id, ok := g.ids[string(g.buf)]; ok {
		return id, 0
	}
	id = int32(len(g.keys))
	key := string(g.buf)
	g.ids[key] = id
	own := make([]string, len(values))
	for i, v := range values {
		own[i] = strings.Clone(v) // not the whole chunk of input that v lies in
	}
	g.keys = append(g.keys, own)
	return id, int64(2*len(key) + 96 + 16*len(values))
}

// sorted gives the groups in ascending order of their values: numbers before text.
func (g *groups) sorted() []int32 {
	order := make([]int32, len(g.keys))
	vals := make([][]sortValue, len(g.keys))
	for i, k := range g.keys {
		order[i] = int32(i)
		vals[i] = make([]sortValue, len(k))
		for j, v := range k {
			vals[i][j] = newSortValue(v, "num")
		}
	}
	slices.SortFunc(order, func(x, y int32) int {
		for j := range vals[x] {
			if c := vals[x][j].compare(vals[y][j], false); c != 0 {
				return c
			}
			if c := strings.Compare(g.keys[x][j], g.keys[y][j]); c != 0 {
				return c // 1 and 1.0 are two groups
			}
		}
		return 0
	})
	return order
}
