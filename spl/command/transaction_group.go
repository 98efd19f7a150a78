package command

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"spl/eval/batch"
	"spl/spl/engine"
	"spl/spl/spill"
)

// txn is a transaction under way.
type txn struct {
	txnFacts
	id      int32
	values  map[int][]string // of the fields, by their number
	newest  float64
	oldest  float64
	touched int  // when it last grew
	done    bool // it takes no more events
}

// txnFacts are what is remembered of a transaction.
type txnFacts struct {
	first    float64 // the least of its times
	count    int32   // of its rows
	matched  int32   // field_match_sum; negative: it is an orphan
	hasEnd   bool    // its last event is one that endswith asks for
	complete bool    // closed_txn
	last     bool    // it was open when there were no more events
}

// What is remembered of a transaction, and of a row, takes in memory.
const (
	txnBytes    = 48
	txnRowBytes = 4
)

// transactions groups the events of a search, from the newest to the oldest. It holds
// them until it is known which transactions there are.
type transactions struct {
	ctx  *engine.Context
	node *transactionNode
	rows *spill.Rows
	of   []int32 // by row: the number of its transaction

	// Of the batch that is looked at.
	times      []float64
	cols       []*batch.Column
	start, end func(int) bool

	startOf, endOf func(*batch.Batch) func(int) bool
	clocks         rowTimes

	all     []txnFacts        // by number; what is open is not filled in
	open    []*txn            // in the order in which they were opened
	byValue map[string][]*txn // open ones, by field and value
	events  int               // of open ones
	clock   int

	connected, unify      bool
	maxEvents             int
	maxOpen, maxOpenEvent int
}

func newTransactions(c *engine.Context, n *transactionNode) (*transactions, error) {
	t := &transactions{
		ctx: c, node: n, rows: c.Budget.NewRows("`transaction`"), byValue: map[string][]*txn{},
		connected: n.opts.bool("connected", true), maxEvents: n.opts.int("maxevents", 1000),
		maxOpen: n.opts.int("maxopentxn", 5000), maxOpenEvent: n.opts.int("maxopenevents", 100000),
	}
	t.unify = n.opts.bool("unifyends", t.connected)
	var err error
	if t.startOf, err = n.start.test(c); err != nil {
		return nil, err
	}
	t.endOf, err = n.end.test(c)
	return t, err
}

func is(test func(int) bool, row int) bool { return test != nil && test(row) }

// Push puts rows into their transactions.
func (t *transactions) Push(b *batch.Batch, _ engine.Emit) error {
	b.Load()
	t.times, t.cols = t.clocks.of(b), columnsNamed(b, t.node.names)
	if t.startOf != nil {
		t.start = t.startOf(b)
	}
	if t.endOf != nil {
		t.end = t.endOf(b)
	}
	before := len(t.all)
	for r := range b.Rows {
		if r%1024 == 0 && t.ctx.Err() != nil {
			return t.ctx.Err()
		}
		t.add(r)
	}
	if err := t.ctx.Budget.Grow(int64(b.Rows)*txnRowBytes+int64(len(t.all)-before)*txnBytes, "`transaction`"); err != nil {
		return err
	}
	return t.rows.Add(b)
}

// Flush gives the transactions.
func (t *transactions) Flush(emit engine.Emit) error {
	defer t.rows.Close()
	t.flush()
	t.open, t.byValue = nil, nil
	return t.emit(emit)
}

// add puts one event into its transaction. Reading backwards, one that endswith asks
// for is the first of a new transaction, one that startswith asks for the last of its
// own.
func (t *transactions) add(row int) {
	t.clock++
	values := t.valuesOf(row)
	if len(t.cols) > 0 && len(values) == 0 {
		t.orphan(row)
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
	case t.maxEvents > 0 && int(found.count) >= t.maxEvents:
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
	x := &txn{id: int32(len(t.all)), newest: t.times[row], values: map[int][]string{}}
	x.first, x.hasEnd = x.newest, ends
	t.all = append(t.all, txnFacts{})
	t.open = append(t.open, x)
	return x
}

// orphan is a row without any of the fields.
func (t *transactions) orphan(row int) {
	t.of = append(t.of, int32(len(t.all)))
	t.all = append(t.all, txnFacts{first: t.times[row], count: 1, matched: -1})
}

func (t *transactions) grow(x *txn, row int, values map[int][]string) {
	t.of = append(t.of, x.id)
	x.count++
	x.oldest = t.times[row]
	x.first = min(x.first, x.oldest)
	x.touched = t.clock
	x.matched += int32(len(values))
	t.events++
	for i, vals := range values {
		for _, v := range vals {
			if !slices.Contains(x.values[i], v) {
				v = strings.Clone(v) // it outlives the rows
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
	t.events -= int(x.count)
	t.all[x.id] = x.txnFacts
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
	x.values = nil
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
		x.last = true
		t.close(x, t.late(x, t.clocks.last))
	}
}
