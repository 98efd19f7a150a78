package engine

import (
	"strings"

	"spl/eval/batch"
)

// follower evaluates the conditions of a command over the rows that reach it. It
// belongs to one goroutine.
type follower struct {
	root  *Test
	tests map[*Test]func(*batch.Batch) []int32
	arms  func(*batch.Batch) [][]int32
}

func newFollower(ctx *Context, s *StageTrace) (*follower, error) {
	f := &follower{root: s.Tests.Root, tests: map[*Test]func(*batch.Batch) []int32{}}
	var failed error
	s.Tests.Root.Walk(func(t, _ *Test) {
		pick, err := t.Bind(ctx)
		if err != nil {
			failed = err
			return
		}
		f.tests[t] = pick
	})
	if failed == nil && s.Tests.BindArms != nil {
		f.arms, failed = s.Tests.BindArms(ctx)
	}
	if failed != nil {
		return nil, failed
	}
	return f, nil
}

// rows follows a batch through all conditions and adds to what is known of them.
func (f *follower) rows(t *Trace, s *StageTrace, b *batch.Batch) {
	alone := make(map[*Test][]int32, len(f.tests))
	for test, pick := range f.tests {
		alone[test] = append([]int32{}, pick(b)...)
	}
	var arms [][]int32
	if f.arms != nil {
		arms = f.arms(b)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, rows := range arms {
		s.Arms[i] += int64(len(rows))
	}
	if s.Root == nil {
		return
	}
	all := make([]int32, b.Rows)
	for i := range all {
		all[i] = int32(i)
	}
	c := &counting{alone: alone, batch: b, all: all}
	c.add(s.Root, all, true)
	if c.unknown {
		s.countFields(b)
	}
}

// counting adds a batch to the counts of the conditions.
type counting struct {
	alone   map[*Test][]int32
	batch   *batch.Batch
	all     []int32
	unknown bool // a condition asks for a field that no row here has
}

// add counts a condition for the rows that reach it, and gives those that pass. must
// says that it is one of those that must all be true.
func (c *counting) add(t *TestTrace, reached []int32, must bool) []int32 {
	pass := c.alone[t.Test]
	t.Alone += int64(len(pass))
	t.Reached += int64(len(reached))
	kept := both(reached, pass)
	t.Kept += int64(len(kept))
	left := reached
	for _, o := range t.Of {
		passed := c.add(o, left, must && t.Test.Kind == All)
		if t.Test.Kind == All {
			left = passed
		}
	}
	if must && t.Test.Kind != All && len(kept) < len(reached) {
		c.drop(t, reached, kept)
	}
	if t.Test.Field != "" && !strings.Contains(t.Test.Field, "*") {
		col := c.batch.Col(t.Test.Field)
		c.unknown = c.unknown || !col.Any()
		t.Failed.add(col, reached, kept)
		t.Apart.add(col, c.all, pass)
	}
	return kept
}

// drop notes the first row that failed a condition, if none came before it.
func (c *counting) drop(t *TestTrace, reached, kept []int32) {
	first := int32(-1)
	for _, r := range reached {
		if len(kept) > 0 && kept[0] == r {
			kept = kept[1:]
		} else if first < 0 || c.batch.Place(int(r)).Compare(c.batch.Place(int(first))) < 0 {
			first = r
		}
	}
	if have := t.Dropped; have != nil && have.Place.Compare(c.batch.Place(int(first))) <= 0 {
		return
	}
	t.Dropped = droppedRow(c.batch, int(first))
	t.Dropped.Failed = t.Test
	if t.Test.Field != "" {
		t.Dropped.Found = found(c.batch, t.Test.Field, int(first))
	}
}

// add counts what a field holds in those of the rows that are not among the others.
func (v *Values) add(col *batch.Column, rows, less []int32) {
	for _, r := range rows {
		if len(less) > 0 && less[0] == r {
			less = less[1:]
			continue
		}
		vals := col.Values(int(r))
		if len(vals) == 0 {
			v.Missing++
		}
		for _, s := range vals {
			if v.Counts == nil {
				v.Counts = map[string]int{}
			}
			if _, have := v.Counts[s]; !have && len(v.Counts) >= maxTraceValues {
				v.Others++
				continue
			}
			v.Counts[strings.Clone(s)]++
		}
	}
}

// both gives the rows that are in two ascending lists.
func both(a, b []int32) []int32 {
	out := make([]int32, 0, min(len(a), len(b)))
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			out = append(out, a[0])
			a, b = a[1:], b[1:]
		}
	}
	return out
}

// countFields counts in how many rows each field has a value.
func (s *StageTrace) countFields(b *batch.Batch) {
	if s.Sampled >= maxTraceFields {
		return
	}
	b = b.Clone() // b itself must not lose its loader: it is on its way
	b.Load()
	if s.Fields == nil {
		s.Fields = map[string]int{}
	}
	s.Sampled += b.Rows
	for i, n := range b.Names {
		for r := range b.Rows {
			if b.Cols[i].Count(r) > 0 {
				s.Fields[n]++
			}
		}
	}
}

// countNeeds counts the rows that have a value of each field that the command reads.
func (s *StageTrace) countNeeds(b *batch.Batch) {
	unknown := false
	for name := range s.Needs {
		col := b.Col(name)
		if !col.Any() {
			unknown = true
			continue
		}
		for r := range b.Rows {
			if col.Count(r) > 0 {
				s.Needs[name]++
			}
		}
	}
	if unknown {
		s.countFields(b)
	}
}

// failed is the first condition that a row does not pass.
func (f *follower) failed(b *batch.Batch, row int) *Test {
	one := b.Take([]int32{int32(row)})
	var find func(t *Test) *Test
	find = func(t *Test) *Test {
		if len(f.tests[t](one)) > 0 {
			return nil
		}
		if t.Kind == All {
			for _, o := range t.Of {
				if failed := find(o); failed != nil {
					return failed
				}
			}
		}
		return t
	}
	if f.root == nil {
		return nil
	}
	return find(f.root)
}
