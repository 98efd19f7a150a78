package command

import (
	"slices"
	"strconv"

	"spl/eval"
	"spl/eval/agg"
	"spl/eval/batch"
	"spl/spl/engine"
	"spl/spl/spill"
)

// stream is streamstats at work. Without a window the state of a group grows row by
// row; with one it is made anew for each row of the rows in the window.
type stream struct {
	node      *streamNode
	ctx       *engine.Context
	settings  agg.Settings
	current   bool
	global    bool
	window    int
	seconds   float64 // of time_window; 0: none
	groups    *groups
	evs       []*eval.Evaluator
	resets    [2]*eval.Evaluator
	slots     []*slot
	slotAt    map[string]int
	queues    map[int32]*queue // by group; -1: of all rows
	last      []byte           // the BY values of the row before, for reset_on_change
	began     bool
	grouped   int64 // memory charged for groups
	stateSize int64
	files     *streamFiles // nil: the groups stay in memory
}

// slot is one call, or one of the fields that a call's wildcard stands for.
type slot struct {
	call  int
	field string
	name  string
	acc   agg.Accumulator // without a window
	// seen says that some row had the field. Until then the field of a wildcard is not
	// there, however rows were cut into batches.
	seen bool
}

// heldBatch is a batch that rows of a window lie in.
type heldBatch struct {
	b      *batch.Batch
	inputs []agg.Input // by slot; shorter when slots came later
	time   *batch.Column
	refs   int
	size   int64
}

type windowRow struct {
	h     *heldBatch
	row   int32
	group int32
}

// queue is the rows of a window, oldest first.
type queue struct {
	rows []windowRow
	head int
}

func (q *queue) len() int { return len(q.rows) - q.head }

func newStream(n *streamNode, c *engine.Context) (*stream, error) {
	s := &stream{
		node: n, ctx: c, settings: agg.Settings{AllNum: n.opts.bool("allnum", false)},
		current: n.opts.bool("current", true), global: n.opts.bool("global", true),
		window: n.window, seconds: n.span.Seconds(),
		evs: make([]*eval.Evaluator, len(n.calls)), slotAt: map[string]int{},
	}
	if s.window > maxWindow {
		c.Notices.Add("limit", "a window of streamstats has at most "+strconv.Itoa(maxWindow)+" rows", 1)
		s.window = maxWindow
	}
	for i, cl := range n.calls {
		if cl.run != nil {
			var err error
			if s.evs[i], err = cl.run.Bind(c.Eval()); err != nil {
				return nil, err
			}
		}
		if !cl.wild() {
			s.slot(i, "")
		}
	}
	for i, r := range n.resets {
		if r != nil {
			var err error
			if s.resets[i], err = r.run.Bind(c.Eval()); err != nil {
				return nil, err
			}
		}
	}
	s.reset()
	if n.divides() {
		s.files = &streamFiles{ctx: c, node: n, share: c.Budget.Share("the groups of `streamstats`")}
	}
	return s, nil
}

// windowed says that rows have to be kept.
func (s *stream) windowed() bool { return s.window > 0 || s.seconds > 0 }

// slot finds or makes the place of a call's field.
func (s *stream) slot(i int, field string) int {
	key := strconv.Itoa(i) + " " + field
	at, ok := s.slotAt[key]
	if !ok {
		c := s.node.calls[i]
		at = len(s.slots)
		s.slotAt[key] = at
		s.slots = append(s.slots, &slot{call: i, field: field, name: c.column(field), acc: c.state(s.ctx, s.settings), seen: !c.wild()})
	}
	return at
}

// reset forgets all rows so far.
func (s *stream) reset() {
	s.groups = newGroups(s.node.by, false)
	for _, q := range s.queues {
		for q.len() > 0 {
			s.drop(q)
		}
	}
	s.queues = map[int32]*queue{}
	for _, x := range s.slots {
		x.acc = s.node.calls[x.call].state(s.ctx, s.settings)
	}
	s.ctx.Budget.Free(s.grouped + s.stateSize)
	s.grouped, s.stateSize = 0, 0
}

func (s *stream) Push(b *batch.Batch, emit engine.Emit) error {
	b.Load()
	if s.files != nil {
		return s.files.push(s, b, emit)
	}
	res, err := s.add(b)
	if err != nil {
		return err
	}
	return emit(res)
}

// add counts rows and gives them with their results.
func (s *stream) add(b *batch.Batch) (*batch.Batch, error) {
	h := s.inputs(b)
	out := make([]batch.Builder, len(s.slots))
	var before *eval.Evaluator
	if before = s.resets[0]; before != nil {
		before.Start(b)
	}
	by := columnsNamed(b, s.node.by)
	for r := range b.Rows {
		if before != nil && before.True(r) {
			s.reset()
		}
		if err := s.row(h, by, int32(r), out); err != nil {
			return nil, err
		}
		if s.resets[1] != nil && s.resetAfter(b, r, out) {
			s.reset()
		}
	}
	if err := s.account(h); err != nil {
		return nil, err
	}
	res := b.Clone()
	for i := range out {
		if out[i].Any() || res.Index(s.slots[i].name) >= 0 || s.slots[i].field == "" {
			res.Set(s.slots[i].name, out[i].Column())
		}
	}
	return res, nil
}

// account charges for what is held after a batch.
func (s *stream) account(h *heldBatch) error {
	if h.refs > 0 {
		h.size = engine.Size(h.b)
		if err := s.ctx.Budget.Grow(h.size, "the window of `streamstats`"); err != nil {
			return err
		}
	}
	size := int64(0)
	for _, x := range s.slots {
		size += x.acc.Bytes()
	}
	grew := size - s.stateSize
	s.stateSize = size
	if s.files != nil {
		return s.files.take(grew)
	}
	return s.ctx.Budget.Grow(grew, "`streamstats`")
}

// inputs finds the arguments of the calls in a batch.
func (s *stream) inputs(b *batch.Batch) *heldBatch {
	h := &heldBatch{b: b, time: b.Col("_time")}
	for i, c := range s.node.calls {
		if !c.wild() {
			continue
		}
		for _, name := range fieldNames([]*batch.Batch{b}) {
			if batch.MatchName(c.field, name) && !slices.Contains(s.node.by, name) {
				s.slot(i, name)
			}
		}
	}
	h.inputs = make([]agg.Input, len(s.slots))
	for i, x := range s.slots {
		c := s.node.calls[x.call]
		in := agg.Input{Batch: b, Time: h.time}
		switch {
		case c.run != nil:
			in.Col = evalArgument(s.evs[x.call], c.run.Boolean(), b)
		case c.wild():
			in.Col = b.Col(x.field)
		case c.arg:
			in.Col = b.Col(c.field)
		}
		h.inputs[i] = in
	}
	return h
}

// row takes one row in and gives its results. A row that lacks a BY field passes
// as it is and is not counted, in windows neither.
func (s *stream) row(h *heldBatch, by []*batch.Column, r int32, out []batch.Builder) error {
	for i, x := range s.slots {
		x.seen = x.seen || h.inputs[i].Col.Count(int(r)) > 0
	}
	ids, err := s.ids(by, int(r))
	if err != nil {
		return err
	}
	_, timed := h.time.Number(int(r))
	if len(ids) == 0 || s.seconds > 0 && !timed {
		s.keepOld(h.b, int(r), out)
		return nil
	}
	if s.windowed() {
		s.slide(h, r, ids, out)
		return nil
	}
	rows := []int32{r}
	if !s.current {
		s.results(ids[0], out)
	}
	for i, x := range s.slots {
		for _, id := range ids {
			x.acc.Add(h.inputs[i], rows, []int32{id})
		}
	}
	if s.current {
		s.results(ids[0], out)
	}
	return nil
}

// keepOld leaves the fields of a row as they were.
func (s *stream) keepOld(b *batch.Batch, r int, out []batch.Builder) {
	for i, x := range s.slots {
		out[i].Append(b.Col(x.name).Values(r)...)
	}
}

func (s *stream) results(id int32, out []batch.Builder) {
	for i, x := range s.slots {
		if x.seen {
			out[i].Append(x.acc.Result(id)...)
		} else {
			out[i].Null()
		}
	}
}

// ids are the groups of a row: more than one when a BY field has several values,
// none when one is missing. It sees to reset_on_change.
func (s *stream) ids(by []*batch.Column, r int) ([]int32, error) {
	if len(by) == 0 {
		return []int32{0}, nil
	}
	if s.files != nil {
		if ids, done, err := s.files.ids(s, by, r); done || err != nil {
			return ids, err
		}
	}
	key, ok := rowKey(nil, by, r)
	if !ok {
		return nil, nil
	}
	if s.node.opts.bool("reset_on_change", false) {
		if s.began && string(key) != string(s.last) {
			s.reset()
		}
		s.last, s.began = key, true
	}
	var ids []int32
	added := int64(0)
	values := make([]string, len(by))
	crossValues(by, r, values, 0, func() {
		id, n := s.groups.id(values)
		ids, added = append(ids, id), added+n
	})
	if s.files != nil {
		return ids, s.files.take(added)
	}
	s.grouped += added
	return ids, s.ctx.Budget.Grow(added, "the groups of `streamstats`")
}

// resetAfter says whether reset_after is true for a row with its new fields.
func (s *stream) resetAfter(b *batch.Batch, r int, out []batch.Builder) bool {
	row := b.Take([]int32{int32(r)})
	for i, x := range s.slots {
		row.Set(x.name, lastRow(&out[i]))
	}
	s.resets[1].Start(row)
	return s.resets[1].True(0)
}

// lastRow is a column of the last row that was built so far.
func lastRow(bl *batch.Builder) *batch.Column {
	var one batch.Builder
	one.Append(bl.Column().Values(bl.Rows() - 1)...)
	return one.Column()
}

// Flush is part of [engine.Operator].
func (s *stream) Flush(emit engine.Emit) error {
	if s.files == nil {
		return nil
	}
	return s.files.flush(s, func(p spill.Positioned) error { return emit(p.Batch) })
}

// crossValues calls f for each combination of a row's values.
func crossValues(cols []*batch.Column, row int, values []string, i int, f func()) {
	if i == len(cols) {
		f()
		return
	}
	for _, v := range cols[i].Values(row) {
		values[i] = v
		crossValues(cols, row, values, i+1, f)
	}
}
