package command

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"spl/eval/agg"
	"spl/eval/batch"
	"spl/spl/engine"
	"spl/spl/spill"
)

// statsMap aggregates what comes and gives it as partial rows: at the end, or when the
// groups take too much memory. Where reduce will take over what it holds it puts these
// into files.
type statsMap struct {
	*aggregator
	keeps bool // reduce takes over what it holds
}

func (s *statsMap) Push(b *batch.Batch, emit engine.Emit) error {
	full, err := s.add(b)
	if err != nil || !full {
		return err
	}
	if s.keeps {
		return s.spill()
	}
	return s.pass(emit)
}

// pass gives the groups so far as partial rows and begins anew.
func (s *statsMap) pass(emit engine.Emit) error {
	if err := s.Flush(emit); err != nil {
		return err
	}
	s.clear(s.groups.splits)
	return nil
}

// The columns of partial rows: the BY values, and the state of each call by number
// and field. The version stands in each call's own state.
const (
	partialBy   = "psrsvd_by_"
	partialCall = "psrsvd_fn_"
)

func (s *statsMap) Flush(emit engine.Emit) error {
	if s.files != nil {
		defer s.files.runs.Close()
		if err := s.files.runs.Rows(func(p spill.Positioned) error { return emit(p.Batch) }); err != nil {
			return err
		}
	}
	if s.groups.len() == 0 {
		return emit(s.partial(nil)) // tells which fields a wildcard stood for
	}
	return s.partials(s.groups.numbers(), emit)
}

// partials gives groups as partial rows, in batches that are not too large.
func (a *aggregator) partials(ids []int32, emit engine.Emit) error {
	rows := a.page()
	for len(ids) > 0 {
		n := min(rows, len(ids))
		if err := emit(a.partial(ids[:n])); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

// page is how many groups make a batch: fewer where the state of each is large.
func (a *aggregator) page() int {
	const rows, bytes = 1024, 1 << 20
	state := int64(0)
	for _, m := range a.accs {
		for _, x := range m {
			state += x.Bytes()
		}
	}
	return int(min(rows, 1+bytes*int64(a.groups.len())/max(state, 1)))
}

// partial is the partial rows of some groups.
func (a *aggregator) partial(ids []int32) *batch.Batch {
	out := batch.New(len(ids))
	for i := range a.by {
		vals := make([]string, len(ids))
		for r, g := range ids {
			vals[r] = a.groups.value(g, i)
		}
		out.Set(partialBy+strconv.Itoa(i), batch.Strings(vals))
	}
	for i, m := range a.accs {
		for _, field := range sortedKeys(m) {
			var bl batch.Builder
			bl.Grow(len(ids))
			agg.Partials(m[field], ids, &bl)
			out.Set(partialCall+strconv.Itoa(i)+"_"+field, bl.Column())
		}
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// statsReduce merges partial rows and gives the result.
type statsReduce struct{ *aggregator }

func (s *statsReduce) Push(b *batch.Batch, _ engine.Emit) error {
	ids, added := s.partialGroups(b)
	for at, name := range b.Names {
		i, field, ok, err := s.partialCall(name)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		acc := s.acc(i, field)
		for r, id := range ids {
			if err := acc.Merge(id, b.Cols[at].Values(r)); err != nil {
				return err
			}
		}
	}
	return s.settle(added)
}

// partialCall tells which call a column of partial rows is the state of.
func (a *aggregator) partialCall(name string) (i int, field string, ok bool, err error) {
	rest, ok := strings.CutPrefix(name, partialCall)
	num, field, cut := strings.Cut(rest, "_")
	if !ok || !cut {
		return 0, "", false, nil
	}
	i, err = strconv.Atoi(num)
	if err != nil || i >= len(a.calls) {
		return 0, "", false, fmt.Errorf("stats: a partial result has a column %q", name)
	}
	return i, field, true, nil
}

// settle accounts for what the groups have grown by, and puts them into a file when
// that is too much.
func (s *statsReduce) settle(added int64) error {
	full, err := s.grown(added)
	if err != nil || !full {
		return err
	}
	return s.spill()
}

func (a *aggregator) partialGroups(b *batch.Batch) (ids []int32, added int64) {
	ids = make([]int32, b.Rows)
	if len(a.by) == 0 {
		if b.Rows > 0 {
			a.groups.only()
		}
		return ids, 0
	}
	before := a.groups.bytes()
	cols := make([]*batch.Column, len(a.by))
	for i := range cols {
		cols[i] = b.Col(partialBy + strconv.Itoa(i))
	}
	for r := range ids {
		for i, c := range cols {
			v, _ := c.First(r)
			a.groups.tuple[i] = a.groups.dicts[i].ID(v)
		}
		ids[r] = a.groups.of()
	}
	return ids, a.groups.bytes() - before
}

func (s *statsReduce) Flush(emit engine.Emit) error {
	none := s.groups.len() == 0 // without BY: there were no rows
	if len(s.by) == 0 {
		s.groups.only()
	}
	return s.sorted(func(a *aggregator, order []int32) error {
		rows := a.page()
		for len(order) > 0 {
			n := min(rows, len(order))
			b := a.result(order[:n])
			if len(a.by) == 0 && none && !anyValue(b) {
				return nil
			}
			if err := emit(b); err != nil {
				return err
			}
			order = order[n:]
		}
		return nil
	})
}

func anyValue(b *batch.Batch) bool {
	for _, c := range b.Cols {
		if c.Count(0) > 0 {
			return true
		}
	}
	return false
}

// result is the rows of some groups: the BY fields, then the calls.
func (a *aggregator) result(ids []int32) *batch.Batch {
	out := batch.New(len(ids))
	for i, name := range a.by {
		vals := make([]string, len(ids))
		for r, id := range ids {
			vals[r] = a.groups.value(id, i)
		}
		out.Set(name, batch.Strings(vals))
	}
	a.setResults(ids, out)
	return out
}

// setResults puts the results of some groups into the columns of the calls.
func (a *aggregator) setResults(ids []int32, out *batch.Batch) {
	for i, c := range a.calls {
		for _, field := range sortedKeys(a.accs[i]) {
			var bl batch.Builder
			bl.Grow(len(ids))
			agg.Results(a.accs[i][field], ids, &bl)
			out.Set(c.column(field), bl.Column())
		}
	}
}
