package command

import (
	"strings"

	"spl/eval/batch"
	"spl/spl/engine"
	"spl/spl/spill"
)

// How a table of groups goes into files when it takes too much memory: as partial rows
// in the order of the groups, one run each time. Workers do so with tables of their own,
// side by side, and the reduce part takes their files over. In the end the runs are
// merged, in ranges that are worked on side by side, too, and the states of a group meet
// one another.

// groupFiles are the runs of a table.
type groupFiles struct {
	runs   *spill.Runs[*groupRows]
	fields []map[string]bool // of each call: those that its wildcard stood for
}

// adopt takes over the files of another table.
func (g *groupFiles) adopt(o *groupFiles) {
	g.runs.Adopt(o.runs)
	addFields(g.fields, o.fields)
}

// addFields adds for each call the names that are keys of another's.
func addFields[V any](to []map[string]bool, from []map[string]V) {
	for i, m := range from {
		if to[i] == nil {
			to[i] = map[string]bool{}
		}
		for field := range m {
			to[i][field] = true
		}
	}
}

// groupRows are partial rows with what is needed to merge them.
type groupRows struct {
	by    []*batch.Column
	keys  [][]sortValue
	calls []groupState
}

// groupState is the column of a call's state.
type groupState struct {
	call  int
	field string
	col   *batch.Column
}

func (a *aggregator) groupOrder() spill.Order[*groupRows] {
	return spill.Order[*groupRows]{
		Keyed: func(name string) bool { return strings.HasPrefix(name, partialBy) },
		Keys: func(p spill.Positioned) *groupRows {
			g := &groupRows{}
			for i, name := range p.Names {
				if strings.HasPrefix(name, partialBy) {
					g.by = append(g.by, p.Cols[i]) // they stand in their order
					g.keys = append(g.keys, sortValues(p.Cols[i], p.Rows, "num"))
				} else if call, field, ok, err := a.partialCall(name); ok && err == nil {
					g.calls = append(g.calls, groupState{call, field, p.Cols[i]})
				}
			}
			return g
		},
		Compare: func(x *groupRows, i int, y *groupRows, j int) int {
			for f := range x.keys {
				if c := x.keys[f][i].compare(y.keys[f][j], false); c != 0 {
					return c
				}
				v, _ := x.by[f].First(i)
				w, _ := y.by[f].First(j)
				if c := strings.Compare(v, w); c != 0 {
					return c // 1 and 1.0 are two groups
				}
			}
			return 0
		},
	}
}

// spill puts the groups into a file and begins anew.
func (a *aggregator) spill() error {
	if a.files == nil {
		runs, err := spill.NewRuns(a.ctx.Budget, a.groupOrder())
		if err != nil {
			return err
		}
		a.files = &groupFiles{runs, make([]map[string]bool, len(a.calls))}
	}
	addFields(a.files.fields, a.accs)
	err := a.files.runs.Add(func(w *spill.Writer) error {
		return a.partials(a.groups.sorted(), func(b *batch.Batch) error {
			if err := a.ctx.Err(); err != nil {
				return err
			}
			return w.Add(spill.Positioned{Batch: b})
		})
	})
	a.clear(a.groups.splits)
	return err
}

// sorted gives the groups in order, a table of some of them at a time: all at once
// when they are in memory.
func (s *statsReduce) sorted(f func(a *aggregator, order []int32) error) error {
	if s.files == nil {
		return f(s.aggregator, s.groups.sorted())
	}
	if err := s.spill(); err != nil {
		return err
	}
	defer s.files.runs.Close()
	ranges, err := s.files.runs.Ranges(s.ctx, mostRanges)
	if err != nil {
		return err
	}
	return engine.InOrder(s.ctx, len(ranges), waitingGroups, func(i int, give func(*mergedTable, int64) error) error {
		return s.merged(ranges[i], func(t *mergedTable) error { return give(t, t.size) })
	}, func(t *mergedTable) error {
		err := f(t.aggregator, t.groups.numbers())
		s.ctx.Budget.Free(t.size)
		return err
	})
}

// mostRanges is how many ranges the groups are merged in at most, and waitingGroups how
// much memory the groups may take that wait for those before them.
const (
	mostRanges    = 1024
	waitingGroups = 32 << 20
)

// merged merges the groups of a range.
func (s *statsReduce) merged(m *spill.Merge[*groupRows], give func(*mergedTable) error) error {
	t := &mergedGroups{statsReduce: s, give: give}
	t.fresh()
	for {
		c, err := m.Next()
		if err != nil {
			return err
		}
		if c == nil {
			return t.flush()
		}
		if err := t.add(c.Keys, c.Row); err != nil {
			return err
		}
	}
}

// mergedTable is a table of some groups that came in order.
type mergedTable struct {
	*aggregator
	size int64 // that the budget was asked for
}

// mergedGroups makes tables of groups that come in order.
type mergedGroups struct {
	*statsReduce
	table *mergedTable
	give  func(*mergedTable) error
	last  []string
}

// fresh begins a table.
func (t *mergedGroups) fresh() {
	a := *t.aggregator
	a.groups, a.files = nil, nil
	a.clear(false)
	for i, m := range t.files.fields {
		for field := range m {
			a.acc(i, field)
		}
	}
	t.table = &mergedTable{aggregator: &a}
}

// add merges a row into its group.
func (t *mergedGroups) add(g *groupRows, row int) error {
	if !t.same(g, row) {
		if n := t.table.groups.len(); n > 0 && n%16 == 0 {
			if err := t.room(n); err != nil {
				return err
			}
		}
		t.last = t.last[:0]
		for _, c := range g.by {
			v, _ := c.First(row)
			t.last = append(t.last, v)
		}
		t.table.groups.id(t.last)
	}
	id := int32(t.table.groups.len() - 1)
	for _, x := range g.calls {
		if err := t.table.acc(x.call, x.field).Merge(id, x.col.Values(row)); err != nil {
			return err
		}
	}
	return nil
}

func (t *mergedGroups) same(g *groupRows, row int) bool {
	if t.table.groups.len() == 0 {
		return false
	}
	for i, c := range g.by {
		if v, _ := c.First(row); v != t.last[i] {
			return false
		}
	}
	return true
}

// room gives the groups so far when they are many or large.
func (t *mergedGroups) room(n int) error {
	grown := t.table.stateGrown()
	t.table.size += grown
	if err := t.ctx.Budget.Grow(grown, "the table of groups"); err != nil {
		return err
	}
	if n < 1024 && t.table.size < 1<<20 {
		return nil
	}
	return t.flush()
}

func (t *mergedGroups) flush() error {
	if t.table.groups.len() == 0 {
		return nil
	}
	if err := t.ctx.Err(); err != nil {
		return err
	}
	err := t.give(t.table)
	t.fresh()
	return err
}
