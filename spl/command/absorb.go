package command

import (
	"cmp"
	"maps"
	"slices"

	"spl/eval/agg"
	"spl/spl/engine"
)

// Absorb takes over the tables of the workers: the largest as it is, the others
// group by group.
func (s *statsReduce) Absorb(ops []engine.Operator) ([]engine.Operator, error) {
	var tables []*aggregator
	var left []engine.Operator
	for _, op := range ops {
		if m, ok := op.(*statsMap); ok && (m.files == nil || !s.inMemory()) {
			tables = append(tables, m.aggregator)
		} else {
			left = append(left, op)
		}
	}
	if slices.ContainsFunc(tables, func(t *aggregator) bool { return t.files != nil }) {
		return left, s.absorbFiles(tables)
	}
	return left, s.absorb(tables)
}

// absorbFiles takes over tables of which some lie in files: there the rest of them goes,
// too.
func (s *statsReduce) absorbFiles(tables []*aggregator) error {
	err := s.ctx.Each(len(tables), func(i int) error { return tables[i].spill() })
	for _, t := range tables {
		switch {
		case t.files == nil: // it could not be written
		case s.files == nil:
			s.files = t.files
		default:
			s.files.adopt(t.files)
		}
	}
	return err
}

func (s *statsReduce) absorb(tables []*aggregator) error {
	slices.SortStableFunc(tables, func(x, y *aggregator) int { return cmp.Compare(y.groups.len(), x.groups.len()) })
	for i, t := range tables {
		if err := s.absorbOne(t); err != nil {
			return err
		}
		tables[i] = nil
	}
	return nil
}

// absorbOne takes over one table.
func (s *statsReduce) absorbOne(t *aggregator) error {
	if s.groups.len() == 0 && s.inMemory() == t.inMemory() {
		s.release()
		s.groups, s.accs, s.charged = t.groups, t.accs, t.charged
		s.share.Adopt(t.share)
		return s.settle(0)
	}
	before := s.groups.bytes()
	to, err := s.groups.absorb(s.ctx, t.groups)
	if err != nil {
		return err
	}
	var work [][2]agg.Accumulator
	for i, m := range t.accs {
		for field, acc := range maps.All(m) {
			work = append(work, [2]agg.Accumulator{s.acc(i, field), acc})
		}
	}
	err = s.ctx.Each(len(work), func(i int) error { return agg.Absorb(work[i][0], work[i][1], to) })
	t.release()
	if err != nil {
		return err
	}
	return s.settle(s.groups.bytes() - before)
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
		vals[i] = g.dicts[i].Absorb(&o.dicts[i])
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
