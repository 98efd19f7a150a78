package engine

import (
	"slices"
	"strings"
	"sync"

	"spl/eval/batch"
	"spl/parser/source"
)

// Trace gathers what became of the rows of one run, command by command: how many
// came in and went out, the first that each command dropped, and what each condition
// of it was true of. Set in [Cut], it is filled while the search runs and may be read
// when the run has ended. A run with a trace reads every event, also those that it
// could have passed over unread.
type Trace struct {
	// Earliest and Latest are the time range of the run, where Bounded says that there
	// is one.
	Earliest, Latest float64
	Bounded          bool
	// Read is how many events were read; Outside how many of them lie outside the time
	// range of the run.
	Read, Outside int64
	// Stages are the commands, in the order of the search.
	Stages []*StageTrace
	// Subs are the subsearches of the commands, in the order of the text, with what
	// became of their rows.
	Subs []*Trace
	// At is, of a subsearch, where the text in its brackets stands in the search.
	At source.Span
	// Runs is how often the search ran; the numbers are those of the last time.
	Runs int

	mu    sync.Mutex
	stage map[*Plan]*StageTrace
}

// StageTrace is what became of the rows that reached a command.
type StageTrace struct {
	Name    string
	At      source.Span // in the expanded text of the search
	In, Out int64
	// Filters says that the command only drops rows.
	Filters bool
	// Aggregates says that rows that go out are made of many that came in.
	Aggregates bool
	// Dropped is the first row that it dropped, in the order of the search; nil none.
	Dropped *DroppedRow
	// Tests are its conditions, nil where it has none; Root is what became of each.
	Tests *Tests
	Root  *TestTrace
	// Arms says how many rows took each of Tests.Arms.
	Arms []int64
	// Needs says, of a command that sees all rows, in how many of them each field that
	// it reads has a value.
	Needs map[string]int64
	// Fields counts, by name, in how many of the rows at hand a field has a value. It is
	// there where something asks for a field that no row has.
	Fields map[string]int
	// Sampled is how many rows Fields was counted over.
	Sampled int
	// Fault is why the conditions could not be followed.
	Fault error
}

// DroppedRow is a row that a command dropped.
type DroppedRow struct {
	Place batch.Place
	// Names and Values are its fields, in order.
	Names  []string
	Values [][]string
	// Failed is the first condition that it failed, and Found what its field held.
	Failed *Test
	Found  []string
}

// Value gives the values of a field of the row.
func (d *DroppedRow) Value(name string) []string {
	if i := slices.Index(d.Names, name); i >= 0 {
		return d.Values[i]
	}
	return nil
}

// TestTrace says of how many rows a condition was true.
type TestTrace struct {
	Test *Test
	Of   []*TestTrace
	// Alone is how many of the rows that came to the command pass it by itself.
	Alone int64
	// Reached and Kept count those that had passed the conditions before it, and those
	// of them that passed it too.
	Reached, Kept int64
	// Failed are the values of its field in the rows that reached it and failed; Apart
	// those in all rows that come to the command and fail it by itself.
	Failed, Apart Values
	// Dropped is the first row that reached it and failed, for one of the conditions that
	// must all be true.
	Dropped *DroppedRow
}

// Values counts the values of a field. Missing is how many rows have none; Others how
// many had a value that is not counted, there being too many.
type Values struct {
	Counts          map[string]int
	Missing, Others int
}

// Walk visits it and those it is made of.
func (t *TestTrace) Walk(visit func(*TestTrace)) {
	if t == nil {
		return
	}
	visit(t)
	for _, c := range t.Of {
		c.Walk(visit)
	}
}

// Conjuncts are as those of [Test].
func (t *TestTrace) Conjuncts() []*TestTrace {
	if t == nil {
		return nil
	}
	if t.Test.Kind != All {
		return []*TestTrace{t}
	}
	var out []*TestTrace
	for _, c := range t.Of {
		out = append(out, c.Conjuncts()...)
	}
	return out
}

const (
	maxTraceValues = 2000 // different values that are counted of a field
	maxTraceFields = 2000 // rows whose field names are looked at
)

// begin lists the commands of a search.
func (t *Trace) begin(c *Cut) {
	t.stage = map[*Plan]*StageTrace{}
	t.Stages, t.Read, t.Outside = nil, 0, 0
	t.Runs++
	plans := append(slices.Clone(c.Map), c.Reduce...)
	if c.Source != nil && !slices.Contains(plans, c.Source) {
		plans = append([]*Plan{c.Source}, plans...)
	}
	for _, p := range plans {
		s := &StageTrace{Name: p.Name, At: p.At, Filters: p.Filter != nil}
		s.Aggregates = p.Reduce != nil && p.Map != nil && !p.Thins
		if p.Reduce != nil && p.Reads != nil {
			s.needs(p.Reads(batch.Fields{}))
		}
		if p.Tests != nil {
			s.Tests = p.Tests()
			s.Root = newTestTrace(s.Tests.Root)
			s.Arms = make([]int64, len(s.Tests.Arms))
		}
		t.stage[p] = s
		t.Stages = append(t.Stages, s)
	}
	// Conditions are followed in the copy of the plan that runs in this trace, so that
	// nothing needs to be asked for twice.
	c.Scan.Literals, c.Scan.Plain, c.Scan.PlainNames, c.Scan.Origins = nil, nil, nil, nil
	c.Scan.Places = true
	c.Scan.Earliest, c.Scan.Latest = negInf, posInf
}

func (s *StageTrace) needs(f batch.Fields) {
	names, exact := f.Exact()
	if !exact {
		return
	}
	s.Needs = map[string]int64{}
	for _, n := range names {
		s.Needs[n] = 0
	}
}

func newTestTrace(t *Test) *TestTrace {
	if t == nil {
		return nil
	}
	out := &TestTrace{Test: t}
	for _, c := range t.Of {
		out.Of = append(out.Of, newTestTrace(c))
	}
	return out
}

// end fills in what no operator was there to count: a generating command gives what
// was read, and a command without operators passes on what it gets.
func (t *Trace) end(c *Cut) {
	last := t.Read - t.Outside
	for _, p := range append(slices.Clone(c.Map), c.Reduce...) {
		s := t.stage[p]
		if p.Map == nil && p.Reduce == nil {
			s.In, s.Out = last, last
		}
		last = s.Out
	}
	if s := t.stage[c.Source]; s != nil && c.Source.Map == nil && c.Source.Reduce == nil {
		s.Out = t.Read
	}
}

// inRange counts the rows of a batch and gives those within the time range.
func (t *Trace) inRange(b *batch.Batch) *batch.Batch {
	var rows []int32
	if t.Bounded {
		for r := range b.Rows {
			if at := b.Place(r).Time; at >= t.Earliest && at < t.Latest {
				rows = append(rows, int32(r))
			}
		}
	}
	t.mu.Lock()
	t.Read += int64(b.Rows)
	if t.Bounded {
		t.Outside += int64(b.Rows - len(rows))
	}
	t.mu.Unlock()
	switch {
	case !t.Bounded || len(rows) == b.Rows:
		return b
	case len(rows) == 0:
		return nil
	}
	return b.Take(rows)
}

// wrap counts what goes through an operator of a plan. in and out say which of its
// ends are those of the command.
func (t *Trace) wrap(ctx *Context, p *Plan, op Operator, in, out bool) Operator {
	s := t.stage[p]
	if s == nil {
		return op
	}
	w := &traced{op: op, trace: t, stage: s, in: in, out: out}
	if in && s.Tests != nil {
		w.follow, w.fault = newFollower(ctx, s)
	}
	return w
}

// traced is an operator whose rows are counted.
type traced struct {
	op      Operator
	trace   *Trace
	stage   *StageTrace
	in, out bool
	follow  *follower
	fault   error
}

func (w *traced) Push(b *batch.Batch, emit Emit) error {
	var kept map[batch.Place]bool
	filters := w.in && w.out && w.stage.Filters
	if filters {
		kept = make(map[batch.Place]bool, b.Rows)
	}
	if w.in {
		w.arrive(b)
	}
	err := w.op.Push(b, func(got *batch.Batch) error {
		if filters {
			for r := range got.Rows {
				kept[got.Place(r)] = true
			}
		}
		return w.leave(got, emit)
	})
	if filters && len(kept) < b.Rows {
		w.drop(b, kept)
	}
	return err
}

func (w *traced) Flush(emit Emit) error {
	return w.op.Flush(func(b *batch.Batch) error { return w.leave(b, emit) })
}

func (w *traced) arrive(b *batch.Batch) {
	w.trace.mu.Lock()
	w.stage.In += int64(b.Rows)
	if w.fault != nil {
		w.stage.Fault = w.fault
	}
	w.stage.countNeeds(b)
	w.trace.mu.Unlock()
	if w.follow != nil {
		w.follow.rows(w.trace, w.stage, b)
	}
}

func (w *traced) leave(b *batch.Batch, emit Emit) error {
	if w.out {
		w.trace.mu.Lock()
		w.stage.Out += int64(b.Rows)
		w.trace.mu.Unlock()
	}
	return emit(b)
}

// drop notes the first row of a batch that was not kept, if none came before it.
func (w *traced) drop(b *batch.Batch, kept map[batch.Place]bool) {
	first := -1
	for r := range b.Rows {
		if at := b.Place(r); !kept[at] && (first < 0 || at.Compare(b.Place(first)) < 0) {
			first = r
		}
	}
	if first < 0 {
		return
	}
	at := b.Place(first)
	w.trace.mu.Lock()
	have := w.stage.Dropped
	later := have != nil && have.Place.Compare(at) <= 0
	w.trace.mu.Unlock()
	if later {
		return
	}
	d := droppedRow(b, first)
	if w.follow != nil {
		d.Failed = w.follow.failed(b, first)
		if d.Failed != nil && d.Failed.Field != "" {
			d.Found = found(b, d.Failed.Field, first)
		}
	}
	w.trace.mu.Lock()
	defer w.trace.mu.Unlock()
	if have := w.stage.Dropped; have == nil || at.Compare(have.Place) < 0 {
		w.stage.Dropped = d
	}
}

// found is what a field holds in a row, as texts of their own: the memory of a batch may be
// used again.
func found(b *batch.Batch, field string, row int) []string {
	var out []string
	for _, v := range b.Col(field).Values(row) {
		out = append(out, strings.Clone(v))
	}
	return out
}

func droppedRow(b *batch.Batch, row int) *DroppedRow {
	one := b.Take([]int32{int32(row)})
	one.Col("_raw")
	one.Col("_time")
	one.Load()
	one.Own()
	d := &DroppedRow{Place: b.Place(row)}
	for i, n := range one.Names {
		if vals := one.Cols[i].Values(0); len(vals) > 0 {
			d.Names, d.Values = append(d.Names, n), append(d.Values, slices.Clone(vals))
		}
	}
	return d
}
