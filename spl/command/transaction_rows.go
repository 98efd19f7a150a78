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

// wanted says which transactions are given: those complete, and with keepevicted or
// without any condition that could complete them, all. A limit of time alone keeps
// those that the events' end found open: nothing says that they lack a part, and
// published searches (maxspan over the hours of a search) count on them.
func (t *transactions) wanted(x *txnFacts) bool {
	o := t.node.opts
	if x.orphan() {
		return o.bool("keeporphans", false)
	}
	timed := t.node.span >= 0 || t.node.pause >= 0
	free := t.start == nil && (!timed || x.last) && !o.given("maxevents") && (t.end == nil || x.hasEnd)
	return x.complete || free || o.bool("keepevicted", false)
}

// emit gives the transactions, newest start first: the rows are sorted by the place of
// their transaction, and within it from the newest to the oldest.
func (t *transactions) emit(emit engine.Emit) error {
	ranked := t.ranked()
	rank := make([]int32, len(t.all))
	for i := range rank {
		rank[i] = -1
	}
	for i, id := range ranked {
		rank[id] = int32(i)
	}
	out := &txnOutput{transactions: t, ranked: ranked, names: t.rows.Columns(), emit: emit}
	sorted := spill.NewSorter(t.ctx.Budget, "`transaction`", byTransaction, 0)
	row, clocks := 0, rowTimes{}
	err := t.rows.Drain(func(b *batch.Batch) error {
		times := clocks.of(b)
		var rows []int32
		var places []batch.Place
		for r := range b.Rows {
			if at := rank[t.of[row]]; at >= 0 {
				rows = append(rows, int32(r))
				places = append(places, batch.Place{Time: times[r], Seq: int64(at)})
			}
			row++
		}
		if len(rows) == 0 {
			return nil
		}
		b = b.Take(rows)
		b.Places = places
		return sorted.Add(t.ctx, b)
	})
	if err != nil {
		return err
	}
	return sorted.Each(t.ctx, out.add)
}

// ranked are the transactions that are given, in order; orphans that start at the same
// time come behind others.
func (t *transactions) ranked() []int32 {
	var out, orphans []int32
	for id := range t.all {
		switch x := &t.all[id]; {
		case !t.wanted(x):
		case x.orphan():
			orphans = append(orphans, int32(id))
		default:
			out = append(out, int32(id))
		}
	}
	out = append(out, orphans...)
	slices.SortStableFunc(out, func(x, y int32) int { return cmp.Compare(t.all[y].first, t.all[x].first) })
	return out
}

// byTransaction is the order of rows whose place has the rank of their transaction.
var byTransaction = spill.Order[[]batch.Place]{
	Keys: func(p spill.Positioned) []batch.Place { return p.Places },
	Compare: func(x []batch.Place, i int, y []batch.Place, j int) int {
		return cmp.Or(cmp.Compare(x[i].Seq, y[j].Seq), cmp.Compare(y[j].Time, x[i].Time))
	},
}

// txnOutput makes transactions of rows that come one transaction after the other.
type txnOutput struct {
	*transactions
	ranked []int32 // those to come
	names  []string
	emit   engine.Emit

	held []*batch.Batch
	size int64
	xs   []txnRows // whose rows are held; the last may lack some
	rows int       // that are held
	full int       // of them, those of transactions that have all of theirs
}

// txnRows is a transaction and where its rows lie, from the newest to the oldest.
type txnRows struct {
	*txnFacts
	rows []int32
}

func (o *txnOutput) add(b *batch.Batch) error {
	o.held = append(o.held, b)
	size := spill.Size(b)
	o.size += size
	if err := o.ctx.Budget.Grow(size, "`transaction`"); err != nil {
		return err
	}
	for range b.Rows {
		if n := len(o.xs); n == 0 || len(o.xs[n-1].rows) == int(o.xs[n-1].count) {
			o.xs, o.ranked = append(o.xs, txnRows{txnFacts: &o.all[o.ranked[0]]}), o.ranked[1:]
		}
		x := &o.xs[len(o.xs)-1]
		x.rows = append(x.rows, int32(o.rows))
		if o.rows++; len(x.rows) == int(x.count) {
			o.full = o.rows
		}
	}
	if o.full >= 1024 || len(o.ranked) == 0 && o.full == o.rows {
		return o.give()
	}
	return nil
}

// give gives the transactions that have all their rows.
func (o *txnOutput) give() error {
	rows := batch.Concat(o.held)
	xs := o.xs
	if o.full < o.rows {
		xs = xs[:len(xs)-1]
	}
	for part := range slices.Chunk(xs, 1024) {
		if err := o.ctx.Err(); err != nil {
			return err
		}
		if err := o.emit(o.batch(rows, part)); err != nil {
			return err
		}
	}
	rest := o.xs[len(xs):]
	o.xs = append([]txnRows(nil), rest...)
	o.ctx.Budget.Free(o.size)
	o.held, o.size = nil, 0
	left := rows.Slice(o.full, o.rows)
	o.rows, o.full = left.Rows, 0
	if left.Rows == 0 {
		return nil
	}
	for i := range o.xs[0].rows {
		o.xs[0].rows[i] = int32(i)
	}
	o.held, o.size = append(o.held, left), spill.Size(left)
	return o.ctx.Budget.Grow(o.size, "`transaction`")
}

// batch makes rows of transactions.
func (o *txnOutput) batch(rows *batch.Batch, xs []txnRows) *batch.Batch {
	out := batch.New(len(xs))
	for _, name := range o.names {
		c := rows.Col(name)
		var bl batch.Builder
		for _, x := range xs {
			if x.orphan() {
				bl.Append(c.Values(int(x.rows[0]))...)
			} else {
				bl.Append(o.field(name, c, x.rows)...)
			}
		}
		out.Set(name, bl.Column())
	}
	add := func(name string, value func(txnRows) string) {
		c := rows.Col(name)
		var bl batch.Builder
		for _, x := range xs {
			if x.orphan() {
				bl.Append(c.Values(int(x.rows[0]))...)
			} else if v := value(x); v != "" {
				bl.String(v)
			} else {
				bl.Null()
			}
		}
		if bl.Any() {
			out.Set(name, bl.Column())
		}
	}
	add("duration", func(x txnRows) string {
		return duration(rows.Places[x.rows[0]].Time - rows.Places[x.rows[len(x.rows)-1]].Time)
	})
	add("eventcount", func(x txnRows) string { return strconv.Itoa(len(x.rows)) })
	add("closed_txn", func(x txnRows) string { return strconv.Itoa(int(b2i(x.complete))) })
	add("field_match_sum", func(x txnRows) string { return strconv.Itoa(int(x.matched)) })
	raw := rows.Col("_raw")
	add("linecount", func(x txnRows) string { return txnLines(raw, x.rows) })
	setOrphans(out, xs)
	return out
}

// orphan says that this is no transaction but an event of its own. Choice: it is given
// as it came, with a mark, and with none of the fields of transactions.
func (x *txnFacts) orphan() bool { return x.matched < 0 }

func setOrphans(out *batch.Batch, xs []txnRows) {
	var bl batch.Builder
	for _, x := range xs {
		if x.orphan() {
			bl.String("1")
		} else {
			bl.Null()
		}
	}
	if bl.Any() {
		out.Set("_txn_orphan", bl.Column())
	}
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

func txnLines(raw *batch.Column, rows []int32) string {
	n := 0
	for _, r := range rows {
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
func (t *transactions) field(name string, c *batch.Column, rows []int32) []string {
	switch name {
	case "_time":
		return c.Values(int(rows[len(rows)-1]))
	case "_raw":
		return t.raw(c, rows)
	}
	list := t.node.list || t.node.lists[name]
	var out []string
	any := false
	for _, r := range slices.Backward(rows) {
		vals := c.Values(int(r))
		any = any || len(vals) > 0
		if list && len(vals) == 0 {
			out = append(out, t.node.opts.text("nullstr", "NULL"))
		}
		out = append(out, vals...)
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

func (t *transactions) raw(c *batch.Column, rows []int32) []string {
	var out []string
	for _, r := range slices.Backward(rows) {
		out = append(out, c.Values(int(r))...)
	}
	if len(out) == 0 || t.node.opts.bool("mvraw", false) {
		return out
	}
	return []string{strings.Join(out, "\n")}
}
