package command

import (
	"slices"

	"spl/eval"
	"spl/eval/agg"
	"spl/eval/batch"
	"spl/spl/engine"
	"spl/spl/spill"
)

// aggregator holds the state of a command's calls for all groups.
type aggregator struct {
	calls    []*call
	by       []string
	settings agg.Settings
	ctx      *engine.Context
	groups   *groups
	accs     []map[string]agg.Accumulator // by call, then by field
	evs      []*eval.Evaluator
	charged  int64        // for the state
	share    *spill.Share // what groups and state take when they can be put elsewhere
	hard     bool         // they cannot
	files    *groupFiles  // what was put there; nil: all groups are in memory
}

func newAggregator(c *engine.Context, calls []*call, by []string, s agg.Settings, dedup bool) (*aggregator, error) {
	a := &aggregator{calls: calls, by: by, settings: s, ctx: c, evs: make([]*eval.Evaluator, len(calls)), share: c.Budget.Share("the table of groups")}
	a.clear(dedup)
	for i, cl := range calls {
		if cl.run != nil {
			var err error
			if a.evs[i], err = cl.run.Bind(c.Eval()); err != nil {
				return nil, err
			}
		}
	}
	return a, nil
}

// clear begins anew without groups.
func (a *aggregator) clear(dedup bool) {
	if a.groups != nil {
		a.release()
	}
	a.groups = newGroups(a.by, dedup)
	a.accs, a.charged = make([]map[string]agg.Accumulator, len(a.calls)), 0
	for i, cl := range a.calls {
		a.accs[i] = map[string]agg.Accumulator{}
		if !cl.wild() {
			a.acc(i, "")
		}
	}
}

// release gives back the memory that was asked for.
func (a *aggregator) release() {
	if a.inMemory() {
		a.ctx.Budget.Free(a.charged + a.groups.bytes())
	} else {
		a.share.Empty()
	}
}

// keep says that the groups cannot be put elsewhere.
func (a *aggregator) keep() {
	if a != nil { // it could not be made
		a.hard = true
	}
}

// inMemory says that the groups must stay in memory: without BY there is one alone.
func (a *aggregator) inMemory() bool { return a.hard || len(a.by) == 0 }

// acc is the state of a call, or of one of the fields that its wildcard stands for.
func (a *aggregator) acc(i int, field string) agg.Accumulator {
	x := a.accs[i][field]
	if x == nil {
		x = a.calls[i].state(a.ctx, a.settings)
		a.accs[i][field] = x
	}
	return x
}

// add folds a batch's rows in. It says whether the groups should now be put elsewhere.
func (a *aggregator) add(b *batch.Batch) (full bool, err error) {
	rows, ids, added := a.groups.number(b)
	a.fold(b, rows, ids)
	return a.grown(added)
}

// fold folds rows into groups.
func (a *aggregator) fold(b *batch.Batch, rows, ids []int32) {
	rows, ids, done := a.foldPrestats(b, rows, ids)
	if done {
		return
	}
	for i, c := range a.calls {
		in := agg.Input{Batch: b}
		if c.usesTime() {
			in.Time = b.Col("_time")
		}
		if c.fn.MstatsOnly {
			in.Series = b.Col(seriesField)
		}
		switch {
		case c.run != nil:
			in.Col = evalArgument(a.evs[i], c.run.Boolean(), b)
		case c.wild():
			a.foldWild(i, in, rows, ids)
			continue
		case c.arg:
			in.Col = b.Col(c.field)
		}
		a.acc(i, "").Add(in, rows, ids)
	}
}

// foldWild takes the fields that the rows of some group have: of those that only rows of
// no group have, nothing would be left where groups are passed on.
func (a *aggregator) foldWild(i int, in agg.Input, rows, ids []int32) {
	in.Batch.Load()
	for j, name := range in.Batch.Names {
		if anyOf(in.Batch.Cols[j], rows) && batch.MatchName(a.calls[i].field, name) && !slices.Contains(a.by, name) {
			in.Col = in.Batch.Cols[j]
			a.acc(i, name).Add(in, rows, ids)
		}
	}
}

// anyOf says that some of the rows have a value.
func anyOf(c *batch.Column, rows []int32) bool {
	return c.Any() && slices.ContainsFunc(rows, func(r int32) bool { return c.Count(int(r)) > 0 })
}

// evalArgument is the column of eval(...) within an aggregate: TRUE counts as 1,
// FALSE and NULL are no value.
func evalArgument(ev *eval.Evaluator, boolean bool, b *batch.Batch) *batch.Column {
	ev.Start(b)
	if !boolean {
		return ev.Column()
	}
	var bl batch.Builder
	bl.Grow(b.Rows)
	for r := range b.Rows {
		if ev.True(r) {
			bl.String("1")
		} else {
			bl.Null()
		}
	}
	return bl.Column()
}

// grown counts the memory that groups and state have grown by, and says whether they
// should be put elsewhere.
func (a *aggregator) grown(groups int64) (full bool, err error) {
	n := groups + a.stateGrown()
	if a.inMemory() {
		return false, a.ctx.Budget.Grow(n, "the table of groups")
	}
	return a.share.Take(n)
}

func (a *aggregator) stateGrown() int64 {
	before := a.charged
	a.charged = 0
	for _, m := range a.accs {
		for _, x := range m {
			a.charged += x.Bytes()
		}
	}
	return a.charged - before
}

// regroup takes over the groups of another table, under other keys: those whose keys
// are equal then are one. Nil keys leave a group out.
func (a *aggregator) regroup(from *aggregator, keys func([]string) []string) error {
	added := int64(0)
	for g, old := range from.groups.all() {
		now := keys(old)
		if now == nil {
			continue
		}
		id, n := a.groups.id(now)
		added += n
		for i, m := range from.accs {
			for field, acc := range m {
				if err := a.acc(i, field).Merge(id, acc.Partial(g)); err != nil {
					return err
				}
			}
		}
	}
	a.hard = from.hard
	_, err := a.grown(added)
	return err
}
