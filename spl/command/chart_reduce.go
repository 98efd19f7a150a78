package command

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"spl/eval/agg"
	"spl/eval/batch"
	"spl/spl/engine"
)

// chartReduce merges partial rows and makes the table.
type chartReduce struct {
	statsReduce
	node      *chartNode
	axis      axis
	bins      axis     // of the column field
	rows      []string // the keys of rows whose columns may all be left out
	low, high float64
}

func (c *chartReduce) Push(b *batch.Batch, emit engine.Emit) error {
	low, high := b.Col(partialLow), b.Col(partialHigh)
	if v, ok := low.Number(0); ok && b.Rows > 0 {
		c.low = min(c.low, v)
		if v, ok = high.Number(0); ok {
			c.high = max(c.high, v)
		}
	}
	return c.statsReduce.Push(b, emit)
}

func (c *chartReduce) Flush(emit engine.Emit) error {
	n := c.node
	if len(n.by()) == 0 {
		return c.single(emit)
	}
	if n.chooses() && c.low <= c.high {
		c.chooseAxis()
		if err := c.regroup(n.rebin(&c.axis)); err != nil {
			return err
		}
	}
	columns := c.columns()
	if n.columns.bins > 0 {
		c.bins = n.columns.choose(columns)
		err := c.regroup(func(k []string) []string {
			if v, ok := batch.ParseNumber(k[1]); ok {
				return []string{k[0], batch.FormatNumber(c.bins.start(v))}
			}
			return k
		})
		if err != nil {
			return err
		}
		columns = c.columns()
	}
	if n.col != "" {
		keep := c.choose(columns)
		if keep != nil && !n.opts.bool("useother", true) {
			c.rows = c.presentRows()
		}
		if err := c.regroup(c.rename(keep)); err != nil {
			return err
		}
		columns = c.columns()
	}
	return c.table(columns, emit)
}

func (c *chartReduce) regroup(keys func([]string) []string) error {
	a, err := c.node.regroup(c.aggregator, &c.axis, keys)
	if err == nil {
		c.aggregator = a
	}
	return err
}

// single is chart without rows and columns: one row, as stats gives.
func (c *chartReduce) single(emit engine.Emit) error {
	none := c.groups.len() == 0 // there were no rows
	c.groups.only()
	out := batch.New(1)
	for _, s := range c.shown() {
		out.Set(s.name, s.values.Take([]int32{0}))
	}
	if none && !anyValue(out) {
		return nil
	}
	return emit(out)
}

// chooseAxis makes bins for the range of all rows.
func (c *chartReduce) chooseAxis() {
	n := c.node
	bins := n.opts.int("bins", 100)
	if n.time {
		if !c.axis.timed() {
			low, high := c.low, c.high
			if isFinite(c.ctx.Earliest) {
				low = c.ctx.Earliest
			}
			if isFinite(c.ctx.Latest) {
				high = c.ctx.Latest
			}
			c.axis.span = n.step(high - low)
		}
		return
	}
	low, high := c.low, c.high
	if n.row == "_time" {
		c.axis.span = n.step(high - low)
		return
	}
	if v, ok := batch.ParseNumber(n.opts.text("start", "")); ok {
		low = min(low, v)
	}
	if v, ok := batch.ParseNumber(n.opts.text("end", "")); ok {
		high = max(high, below(v))
	}
	c.axis.width = niceWidth(low, high, bins)
	if least, ok := batch.ParseNumber(n.opts.text("minspan", "")); ok {
		c.axis.width = max(c.axis.width, least)
	}
}

// columns are the keys of the columns, in order: numbers, texts, then rows without
// a value, then all others. Choice: NULL stands before OTHER.
func (c *chartReduce) columns() []string {
	if c.node.col == "" {
		return nil
	}
	seen := map[string]bool{}
	var out []string
	for _, k := range c.groups.all() {
		if !seen[k[1]] {
			seen[k[1]] = true
			out = append(out, k[1])
		}
	}
	slices.SortFunc(out, compareColumns)
	return out
}

func compareColumns(x, y string) int {
	special := func(s string) int {
		switch s {
		case nullKey:
			return 1
		case otherKey:
			return 2
		}
		return 0
	}
	if c := cmp.Compare(special(x), special(y)); c != 0 {
		return c
	}
	return compareNatural(x, y)
}

// compareNatural orders numbers before texts; equal numbers by their text.
func compareNatural(x, y string) int {
	return cmp.Or(newSortValue(x, "num").compare(newSortValue(y, "num"), false), strings.Compare(x, y))
}

// choose gives the columns that are kept under their own name; all if nil.
func (c *chartReduce) choose(columns []string) map[string]bool {
	n := c.node
	columns = slices.DeleteFunc(slices.Clone(columns), func(s string) bool { return s == nullKey })
	if n.where == nil && (n.limit == 0 || len(columns) <= n.limit) {
		return nil
	}
	most, bottom, rank := n.limit, n.bottom, n.rank
	if n.where != nil {
		most, bottom, rank = n.where.n, n.where.top == "bottom", n.where
	}
	scores := c.scores(columns, rank)
	keep := map[string]bool{}
	if n.where != nil && !n.where.in {
		for i, col := range columns {
			keep[col] = satisfies(scores[i], n.where.op, n.where.num)
		}
		return keep
	}
	order := make([]int, len(columns))
	for i := range order {
		order[i] = i
	}
	// Choice: of columns with the same score the first by name is kept.
	slices.SortStableFunc(order, func(x, y int) int {
		if bottom {
			return cmp.Compare(scores[x], scores[y])
		}
		return cmp.Compare(scores[y], scores[x])
	})
	for i, at := range order {
		keep[columns[at]] = i < most
	}
	if n.where != nil && n.where.op == "notin" {
		for col, in := range keep {
			keep[col] = !in
		}
	}
	return keep
}

func satisfies(score float64, op string, num float64) bool {
	switch op {
	case "<":
		return score < num
	case "<=":
		return score <= num
	case ">":
		return score > num
	}
	return score >= num
}

// scores rates columns: by default with the sum of the values of the first function
// in them. Choice: with several functions the first one counts.
func (c *chartReduce) scores(columns []string, r *ranking) []float64 {
	at := map[string]int32{}
	for i, col := range columns {
		at[col] = int32(i)
	}
	var acc agg.Accumulator
	switch {
	case r != nil && r.index >= 0:
		acc = r.call.state(c.ctx, c.settings)
		for g, k := range c.groups.all() {
			if i, ok := at[k[1]]; ok {
				// The partial is of the same function; it cannot fail.
				_ = acc.Merge(i, c.accs[r.index][""].Partial(g))
			}
		}
	default:
		name := "sum"
		if r != nil {
			name = r.call.fn.Name
		}
		fn, err := agg.Find(name)
		if err != nil {
			fn = r.call.fn
		}
		acc = fn.New(agg.Settings{Arg: true})
		var rows, groups []int32
		for g, k := range c.groups.all() {
			if i, ok := at[k[1]]; ok {
				rows, groups = append(rows, g), append(groups, i)
			}
		}
		if shown := c.shown(); len(shown) > 0 {
			acc.Add(agg.Input{Col: shown[0].values}, rows, groups)
		}
	}
	out := make([]float64, len(columns))
	for i := range out {
		out[i] = math.Inf(-1)
		if v := acc.Result(int32(i)); len(v) > 0 {
			if x, ok := batch.ParseNumber(v[0]); ok {
				out[i] = x
			}
		}
	}
	return out
}

// rename gives groups the column key they end up under.
func (c *chartReduce) rename(keep map[string]bool) func([]string) []string {
	other := c.node.opts.bool("useother", true)
	return func(keys []string) []string {
		if keep == nil || keys[1] == nullKey || keep[keys[1]] {
			return keys
		}
		if !other {
			return nil
		}
		return []string{keys[0], otherKey}
	}
}
