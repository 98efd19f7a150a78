package command

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"spl/eval/batch"
	"spl/spl/engine"
)

// shownColumn is a function's values over all groups.
type shownColumn struct {
	name   string
	values *batch.Column // by group
	empty  []string      // where there is no group
}

// shown are the columns that each row, or each column of the result, has.
func (c *chartReduce) shown() []shownColumn {
	var out []shownColumn
	rows := c.groups.len()
	for _, m := range c.node.measures {
		if m.expr != nil {
			out = append(out, c.evaluated(m))
			continue
		}
		cl := c.calls[m.call]
		for _, field := range sortedKeys(c.accs[m.call]) {
			out = append(out, shownColumn{cl.column(field), c.callColumn(m.call, field, rows), cl.state(c.ctx, c.settings).Result(0)})
		}
	}
	return out
}

func (c *chartReduce) callColumn(i int, field string, rows int) *batch.Column {
	var bl batch.Builder
	bl.Grow(rows)
	for g := range rows {
		bl.Append(c.accs[i][field].Result(int32(g))...)
	}
	return bl.Column()
}

// evaluated is an expression over the results of calls.
func (c *chartReduce) evaluated(m measure) shownColumn {
	s := shownColumn{name: m.name}
	ev, err := m.run.Bind(c.ctx.Eval())
	if err != nil {
		return s
	}
	rows := c.groups.len()
	b, none := batch.New(rows), batch.New(1)
	for _, i := range m.over {
		b.Set(innerName(i), c.callColumn(i, "", rows))
		var bl batch.Builder
		bl.Append(c.calls[i].state(c.ctx, c.settings).Result(0)...)
		none.Set(innerName(i), bl.Column())
	}
	ev.Start(b)
	s.values = ev.Column()
	ev.Start(none)
	s.empty = ev.Column().Values(0)
	return s
}

// table makes the rows.
func (c *chartReduce) table(columns []string, emit engine.Emit) error {
	n := c.node
	keys := c.rowKeys()
	cells := map[string][]int32{} // row key: group of each column, -1 none
	at := map[string]int{}
	for i, col := range columns {
		at[col] = i
	}
	for g, k := range c.groups.all() {
		row := cells[k[0]]
		if row == nil {
			row = make([]int32, max(1, len(columns)))
			for i := range row {
				row[i] = -1
			}
			cells[k[0]] = row
		}
		i := 0
		if n.col != "" {
			i = at[k[1]]
		}
		row[i] = g
	}
	shown := c.shown()
	names := c.names(shown, columns)
	const most = 1024
	for len(keys) > 0 {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		k := keys[:min(most, len(keys))]
		keys = keys[len(k):]
		if err := emit(c.page(k, cells, shown, columns, names)); err != nil {
			return err
		}
	}
	return nil
}

func (c *chartReduce) page(keys []string, cells map[string][]int32, shown []shownColumn, columns []string, names [][]string) *batch.Batch {
	out := batch.New(len(keys))
	labels := make([]string, len(keys))
	for i, k := range keys {
		labels[i] = c.axis.label(k)
	}
	if c.node.row != "" {
		out.Set(c.node.row, batch.Strings(labels))
	}
	for i, s := range shown {
		for j := range max(1, len(columns)) {
			if c.node.col != "" && len(columns) == 0 {
				break
			}
			var bl batch.Builder
			bl.Grow(len(keys))
			for _, k := range keys {
				if row := cells[k]; row == nil || row[j] < 0 {
					bl.Append(s.empty...)
				} else {
					bl.Append(s.values.Values(int(row[j]))...)
				}
			}
			out.Set(names[i][j], bl.Column())
		}
	}
	if c.node.time {
		c.spans(out, keys)
	}
	return out
}

// spans sets timechart's hidden fields: the length of each bin in seconds, and of
// those that follow the calendar in days.
func (c *chartReduce) spans(out *batch.Batch, keys []string) {
	seconds, days := make([]string, len(keys)), make([]string, len(keys))
	for i, k := range keys {
		v, _ := batch.ParseNumber(k)
		length := c.axis.next(v) - v
		seconds[i] = batch.FormatNumber(length)
		days[i] = strconv.FormatInt(int64(math.Round(length/86400)), 10)
	}
	out.Set("_span", batch.Strings(seconds))
	if c.axis.span.IsCalendar() {
		out.Set("_spandays", batch.Strings(days))
	}
}

// names are the names of columns: by function, then by column key.
func (c *chartReduce) names(shown []shownColumn, columns []string) [][]string {
	o := c.node.opts
	format := o.text("format", "$AGG$"+o.text("sep", ": ")+"$VAL$")
	used := map[string]bool{c.node.row: true}
	out := make([][]string, len(shown))
	for i, s := range shown {
		if c.node.col == "" {
			out[i] = []string{s.name}
			continue
		}
		for _, col := range columns {
			name := c.columnName(col)
			if len(shown) > 1 {
				name = strings.NewReplacer("$AGG$", s.name, "$VAL$", name).Replace(format)
			}
			for used[name] {
				name = "VALUE" + name
			}
			used[name] = true
			out[i] = append(out[i], name)
		}
	}
	return out
}

// columnName is the name for a value. Choice: the empty text is treated like values
// that begin with _, which get VALUE in front (documented for timechart).
func (c *chartReduce) columnName(key string) string {
	switch {
	case key == nullKey:
		return c.node.opts.text("nullstr", "NULL")
	case key == otherKey:
		return c.node.opts.text("otherstr", "OTHER")
	case key == "" || batch.Internal(key):
		return "VALUE" + key
	}
	return c.bins.label(key)
}

// rowKeys are the keys of the rows in order, those of empty bins included.
func (c *chartReduce) rowKeys() []string {
	keys := c.rows
	if keys == nil {
		keys = c.presentRows()
	}
	slices.SortFunc(keys, compareNatural)
	if !c.axis.cuts() || len(keys) == 0 {
		return keys
	}
	if c.node.opts.bool("cont", true) {
		keys = c.fill(keys)
	}
	if c.node.time && !c.node.opts.bool("partial", true) {
		keys = slices.DeleteFunc(keys, c.cutByRange)
	}
	return keys
}

// presentRows are the keys of rows that have groups. Choice: a row stays when all its
// columns are left out by limit or where, which are about columns.
func (c *chartReduce) presentRows() []string {
	seen := map[string]bool{}
	var keys []string
	for _, k := range c.groups.all() {
		if !seen[k[0]] {
			seen[k[0]] = true
			keys = append(keys, k[0])
		}
	}
	return keys
}

// cutByRange says whether the range of the search holds only a part of a bin.
func (c *chartReduce) cutByRange(key string) bool {
	start, ok := batch.ParseNumber(key)
	return ok && (start < c.ctx.Earliest || c.axis.next(start) > c.ctx.Latest)
}

// fill puts in the bins that no row fell into: between the first and the last, and
// for timechart over the range of the search.
func (c *chartReduce) fill(keys []string) []string {
	first, ok := batch.ParseNumber(keys[0])
	if !ok {
		return keys
	}
	texts := len(keys)
	last := first
	for i, k := range keys {
		v, ok := batch.ParseNumber(k)
		if !ok {
			texts = i
			break
		}
		last = v
	}
	if c.node.time && c.node.opts.bool("fixedrange", true) {
		if e := c.ctx.Earliest; isFinite(e) {
			first = min(first, c.axis.start(e))
		}
		if l := c.ctx.Latest; isFinite(l) {
			if s := c.axis.start(l); s < l {
				last = max(last, s)
			} else {
				last = max(last, c.axis.start(l-1e-6))
			}
		}
	}
	var out []string
	for v := first; v <= last; v = c.axis.next(v) {
		out = append(out, batch.FormatNumber(v))
		if len(out) > maxBins {
			c.ctx.Notices.Add("limit", "The specified span would result in too many (>50000) rows; empty ones are left out", 1)
			return keys
		}
	}
	if c.axis.base > 0 && !containsAll(out, keys[:texts]) {
		return keys // rounding has moved the steps of the logarithm
	}
	return append(out, keys[texts:]...)
}

func containsAll(have, want []string) bool {
	for _, w := range want {
		if !slices.Contains(have, w) {
			return false
		}
	}
	return true
}
