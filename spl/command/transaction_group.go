package command

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"spl/eval/batch"
	"spl/spl/engine"
)

// txn is a transaction: rows from the newest to the oldest.
type txn struct {
	rows     []int32
	values   map[int][]string // of the fields, by their number
	newest   float64
	oldest   float64
	touched  int  // when it last grew
	hasEnd   bool // its last event is one that endswith asks for
	done     bool // it takes no more events
	complete bool // closed_txn
	matched  int  // field_match_sum
}

// transactions groups the events of a search.
type transactions struct {
	ctx   *engine.Context
	node  *transactionNode
	rows  *batch.Batch
	times []float64
	cols  []*batch.Column

	start, end func(int) bool

	all     []*txn
	open    []*txn            // in the order in which they were opened
	byValue map[string][]*txn // open ones, by field and value
	events  int               // of open ones
	clock   int
	orphans []int32

	connected, unify      bool
	maxEvents             int
	maxOpen, maxOpenEvent int
}

func newTransactions(c *engine.Context, n *transactionNode, rows *batch.Batch) (*transactions, error) {
	t := &transactions{
		ctx: c, node: n, rows: rows, times: rowTimes(rows), byValue: map[string][]*txn{},
		connected: n.opts.bool("connected", true), maxEvents: n.opts.int("maxevents", 1000),
		maxOpen: n.opts.int("maxopentxn", 5000), maxOpenEvent: n.opts.int("maxopenevents", 100000),
	}
	t.unify = n.opts.bool("unifyends", t.connected)
	for _, name := range n.names {
		t.cols = append(t.cols, rows.Col(name))
	}
	var err error
	if t.start, err = n.start.test(c, rows); err != nil {
		return nil, err
	}
	t.end, err = n.end.test(c, rows)
	return t, err
}

func is(test func(int) bool, row int) bool { return test != nil && test(row) }

// group goes through the events from the newest to the oldest.
func (t *transactions) group() error {
	for r := range t.rows.Rows {
		if r%1024 == 0 && t.ctx.Err() != nil {
			return t.ctx.Err()
		}
		t.add(r)
	}
	t.flush()
	return nil
}

// add puts one event into its transaction. Reading backwards, one that endswith asks
// for is the first of a new transaction, one that startswith asks for the last of its
// own.
func (t *transactions) add(row int) {
	t.clock++
	values := t.valuesOf(row)
	if len(t.cols) > 0 && len(values) == 0 {
		t.orphans = append(t.orphans, int32(row))
		return
	}
	starts, ends := is(t.start, row), is(t.end, row)
	loose := (starts || ends) && !t.unify
	found := t.find(row, values, loose)
	if found != nil && ends {
		// Choice: without startswith, the next end completes the one before.
		t.close(found, t.start == nil && found.hasEnd)
		found = nil
	}
	if found == nil {
		found = t.begin(row, ends)
	}
	t.grow(found, row, values)
	switch {
	case starts:
		t.close(found, t.end == nil || found.hasEnd)
	case t.maxEvents > 0 && len(found.rows) >= t.maxEvents:
		t.close(found, true)
	}
	for len(t.open) > 0 && (t.maxOpen > 0 && len(t.open) > t.maxOpen || t.maxOpenEvent > 0 && t.events > t.maxOpenEvent) {
		t.evict()
	}
}

// valuesOf are the row's values of the transaction's fields.
func (t *transactions) valuesOf(row int) map[int][]string {
	out := map[int][]string{}
	for i, c := range t.cols {
		if v := c.Values(row); len(v) > 0 {
			out[i] = v
		}
	}
	return out
}

// find gives the open transaction that an event belongs to, the one that grew last if
// several could take it.
func (t *transactions) find(row int, values map[int][]string, loose bool) *txn {
	var best *txn
	look := func(x *txn) {
		if x.done || best != nil && x.touched < best.touched || !x.agrees(values) {
			return
		}
		if t.late(x, t.times[row]) {
			t.close(x, true)
			return
		}
		best = x
	}
	if len(t.cols) == 0 || !t.connected || loose {
		for _, x := range slices.Clone(t.open) {
			look(x)
		}
		return best
	}
	for i, vals := range values {
		for _, v := range vals {
			for _, x := range slices.Clone(t.byValue[valueKey(i, v)]) {
				look(x)
			}
		}
	}
	return best
}

func valueKey(field int, value string) string { return strconv.Itoa(field) + " " + value }

// agrees says that no field speaks against an event: where both have one, they share
// a value of it.
func (x *txn) agrees(values map[int][]string) bool {
	for i, have := range x.values {
		if vals := values[i]; len(vals) > 0 && !slices.ContainsFunc(vals, func(v string) bool { return slices.Contains(have, v) }) {
			return false
		}
	}
	return true
}

// late says that an event of this time can no longer belong to a transaction.
func (t *transactions) late(x *txn, time float64) bool {
	return t.node.pause >= 0 && math.Abs(x.oldest-time) > t.node.pause ||
		t.node.span >= 0 && math.Abs(x.newest-time) > t.node.span
}

func (t *transactions) begin(row int, ends bool) *txn {
	x := &txn{values: map[int][]string{}, newest: t.times[row], hasEnd: ends}
	t.all = append(t.all, x)
	t.open = append(t.open, x)
	return x
}

func (t *transactions) grow(x *txn, row int, values map[int][]string) {
	x.rows = append(x.rows, int32(row))
	x.oldest = t.times[row]
	x.touched = t.clock
	x.matched += len(values)
	t.events++
	for i, vals := range values {
		for _, v := range vals {
			if !slices.Contains(x.values[i], v) {
				x.values[i] = append(x.values[i], v)
				t.byValue[valueKey(i, v)] = append(t.byValue[valueKey(i, v)], x)
			}
		}
	}
}

// close ends a transaction.
func (t *transactions) close(x *txn, complete bool) {
	if x.done {
		return
	}
	x.done, x.complete = true, complete
	t.events -= len(x.rows)
	if i := slices.Index(t.open, x); i >= 0 {
		t.open = slices.Delete(t.open, i, i+1)
	}
	for i, vals := range x.values {
		for _, v := range vals {
			key := valueKey(i, v)
			list := slices.DeleteFunc(t.byValue[key], func(y *txn) bool { return y == x })
			if t.byValue[key] = list; len(list) == 0 {
				delete(t.byValue, key)
			}
		}
	}
}

// evict ends the open transaction that has not grown for the longest time.
func (t *transactions) evict() {
	oldest := slices.MinFunc(t.open, func(x, y *txn) int { return cmp.Compare(x.touched, y.touched) })
	t.close(oldest, false)
	t.ctx.Notices.Add("transaction-limit", "transaction had more open than maxopentxn or maxopenevents allow, and gave up some", 1)
}

// flush ends what is still open. What the time of the last event has left behind is
// complete.
func (t *transactions) flush() {
	for _, x := range slices.Clone(t.open) {
		t.close(x, t.late(x, t.times[t.rows.Rows-1]))
	}
}

// wanted says which transactions are given: those complete, and with keepevicted or
// without any condition that could complete them, all.
func (t *transactions) wanted(x *txn) bool {
	o := t.node.opts
	free := t.start == nil && t.node.span < 0 && t.node.pause < 0 && !o.given("maxevents") && (t.end == nil || x.hasEnd)
	return x.complete || free || o.bool("keepevicted", false)
}

// emit gives the transactions, newest start first.
func (t *transactions) emit(emit engine.Emit) error {
	var out []*txn
	for _, x := range t.all {
		if t.wanted(x) {
			slices.SortStableFunc(x.rows, func(a, b int32) int { return cmp.Compare(t.times[b], t.times[a]) })
			out = append(out, x)
		}
	}
	if t.node.opts.bool("keeporphans", false) {
		for _, r := range t.orphans {
			out = append(out, &txn{rows: []int32{r}, matched: -1})
		}
	}
	first := func(x *txn) float64 { return t.times[x.rows[len(x.rows)-1]] }
	slices.SortStableFunc(out, func(x, y *txn) int { return cmp.Compare(first(y), first(x)) })
	for len(out) > 0 {
		if err := t.ctx.Err(); err != nil {
			return err
		}
		n := min(1024, len(out))
		if err := emit(t.batch(out[:n])); err != nil {
			return err
		}
		out = out[n:]
	}
	return nil
}

// batch makes rows of transactions.
func (t *transactions) batch(xs []*txn) *batch.Batch {
	out := batch.New(len(xs))
	for i, name := range t.rows.Names {
		c := t.rows.Cols[i]
		var bl batch.Builder
		for _, x := range xs {
			bl.Append(t.field(name, c, x)...)
		}
		out.Set(name, bl.Column())
	}
	add := func(name string, value func(*txn) string) {
		var bl batch.Builder
		for _, x := range xs {
			if v := value(x); v != "" {
				bl.String(v)
			} else {
				bl.Null()
			}
		}
		if bl.Any() {
			out.Set(name, bl.Column())
		}
	}
	add("duration", func(x *txn) string { return duration(t.times[x.rows[0]] - t.times[x.rows[len(x.rows)-1]]) })
	add("eventcount", func(x *txn) string { return strconv.Itoa(len(x.rows)) })
	add("closed_txn", func(x *txn) string { return strconv.Itoa(int(b2i(x.complete))) })
	add("field_match_sum", func(x *txn) string { return strconv.Itoa(max(0, x.matched)) })
	raw := t.rows.Col("_raw")
	add("linecount", func(x *txn) string { return t.lines(raw, x) })
	add("_txn_orphan", func(x *txn) string {
		if x.matched < 0 {
			return "1"
		}
		return ""
	})
	return out
}

// duration writes seconds: a whole number, or three digits after the point.
func duration(seconds float64) string {
	if seconds == math.Trunc(seconds) {
		return batch.FormatNumber(seconds)
	}
	if s := math.Round(seconds*1000) / 1000; math.Abs(s-seconds) < 1e-7 {
		return strconv.FormatFloat(s, 'f', 3, 64)
	}
	return strconv.FormatFloat(seconds, 'f', 6, 64)
}

func (t *transactions) lines(raw *batch.Column, x *txn) string {
	n := 0
	for _, r := range x.rows {
		if s, ok := raw.First(int(r)); ok {
			n += 1 + strings.Count(s, "\n")
		}
	}
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// field gives the values of a transaction's field: the different ones in ASCII order,
// or with mvlist all in order of time.
func (t *transactions) field(name string, c *batch.Column, x *txn) []string {
	switch name {
	case "_time":
		return c.Values(int(x.rows[len(x.rows)-1]))
	case "_raw":
		return t.raw(c, x)
	}
	list := t.node.list || t.node.lists[name]
	var out []string
	any := false
	for _, r := range slices.Backward(x.rows) {
		vals := c.Values(int(r))
		any = any || len(vals) > 0
		switch {
		case list && len(vals) == 0:
			out = append(out, t.node.opts.text("nullstr", "NULL"))
		case list:
			out = append(out, vals...)
		default:
			out = append(out, vals...)
		}
	}
	if !any {
		return nil
	}
	if !list {
		slices.Sort(out)
		out = slices.Compact(out)
	}
	return out
}

func (t *transactions) raw(c *batch.Column, x *txn) []string {
	var out []string
	for _, r := range slices.Backward(x.rows) {
		out = append(out, c.Values(int(r))...)
	}
	if len(out) == 0 || t.node.opts.bool("mvraw", false) {
		return out
	}
	return []string{strings.Join(out, "\n")}
}
