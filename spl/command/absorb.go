package command

import (
	"maps"

	"spl/eval/agg"
	"spl/spl/engine"
)

// Absorb takes over the tables of the workers: the largest as it is, the others
// group by group.
func (s *statsReduce) Absorb(ops []engine.Operator) ([]engine.Operator, error) {
	var tables []*aggregator
	var left []engine.Operator
	for _, op := range ops {
		if m, ok := op.(*statsMap); ok {
			tables = append(tables, m.aggregator)
		} else {
			left = append(left, op)
		}
	}
	return left, s.absorb(tables)
}

func (a *aggregator) absorb(tables []*aggregator) error {
	at := -1
	for i, t := range tables {
		if at < 0 || t.groups.len() > tables[at].groups.len() {
			at = i
		}
	}
	if at < 0 {
		return nil
	}
	a.groups, a.accs, a.charged = tables[at].groups, tables[at].accs, tables[at].charged
	for i, t := range tables {
		if i == at {
			continue
		}
		if err := a.absorbOne(t); err != nil {
			return err
		}
		a.ctx.Budget.Free(t.charged + t.groups.bytes())
		tables[i] = nil
	}
	return nil
}

// absorbOne folds in one table.
func (a *aggregator) absorbOne(t *aggregator) error {
	before := a.groups.bytes()
	to, err := a.groups.absorb(a.ctx, t.groups)
	if err != nil {
		return err
	}
	var work [][2]agg.Accumulator
	for i, m := range t.accs {
		for field, acc := range maps.All(m) {
			work = append(work, [2]agg.Accumulator{a.acc(i, field), acc})
		}
	}
	err = a.ctx.Each(len(work), func(i int) error { return agg.Absorb(work[i][0], work[i][1], to) })
	if err != nil {
		return err
	}
	return a.charge(a.groups.bytes() - before)
}

// absorb adds the groups of another table and gives the number of each here.
func (g *groups) absorb(ctx *engine.Context, o *groups) ([]int32, error) {
	to := make([]int32, o.n)
	if len(g.by) == 0 {
		g.n = max(g.n, o.n)
		return to, nil
	}
	vals := make([][]int32, len(g.by))
	err := ctx.Each(len(g.by), func(i int) error {
		vals[i] = make([]int32, o.dicts[i].Len())
		for id := range vals[i] {
			vals[i][id] = g.dicts[i].Adopt(o.dicts[i].Value(int32(id)))
		}
		return nil
	})
	for id := range int32(o.n) {
		for i := range g.tuple {
			g.tuple[i] = vals[i][o.valueID(id, i)]
		}
		to[id] = g.of()
	}
	return to, err
}
