package knowledge

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"spl/eval/batch"
)

// index finds the rows of a table whose cells match values of some columns. It does
// not change.
//
// Rows are put together by their values in the columns that are compared as they
// are. Within such a group, the first column of patterns gives the few rows that may
// match, and all columns of patterns are then compared.
type index struct {
	cols     []*batch.Column // of the columns asked about, in lower case where fold
	kinds    []matchKind
	fold     bool
	exact    []int // columns compared as they are
	patterns []int // columns of patterns
	groups   map[string]*rowGroup
	times    []float64 // of each row, where matches are bound by time
	timed    []bool    // whether the row has a time
	time     *timeRule
}

// rowGroup is the rows with the same exact values.
type rowGroup struct {
	rows []int32
	find finder // nil: look at all
}

// finder gives, in file order, rows whose pattern may match a value; every row whose
// pattern does is among them.
type finder interface {
	find(value string) []int32
}

// fewRows is the size up to which looking at every row is faster than an index.
const fewRows = 8

func newIndex(l *Lookup, t *Table, fields []string, zone *time.Location) *index {
	x := &index{fold: l.fold, groups: map[string]*rowGroup{}, time: l.time}
	for i, f := range fields {
		kind := l.kinds[f]
		c := t.Col(f)
		if kind != cidrMatch {
			c = folded(c, l.fold)
		}
		x.cols = append(x.cols, c)
		x.kinds = append(x.kinds, kind)
		if kind == exactMatch {
			x.exact = append(x.exact, i)
		} else {
			x.patterns = append(x.patterns, i)
		}
	}
	for r := range t.Rows {
		x.add(int32(r))
	}
	if len(x.patterns) > 0 {
		for _, g := range x.groups {
			x.prepare(g)
		}
	}
	if l.time != nil {
		x.readTimes(t.Col(l.time.field), t.Rows, zone)
	}
	return x
}

// maxKeys bounds how many keys one row with several multivalue cells makes.
const maxKeys = 1000

// add puts a row into its group; one whose cells have several values, into several.
func (x *index) add(row int32) {
	keys := []string{""}
	for n, i := range x.exact {
		vals := x.cols[i].Values(int(row))
		if len(vals) == 0 {
			vals = []string{""}
		}
		var next []string
		for _, k := range keys {
			for _, v := range vals {
				if len(next) < maxKeys {
					next = append(next, joinKey(k, v, n, len(x.exact)))
				}
			}
		}
		keys = next
	}
	for _, k := range keys {
		g := x.groups[k]
		if g == nil {
			g = &rowGroup{}
			x.groups[k] = g
		}
		if n := len(g.rows); n == 0 || g.rows[n-1] != row {
			g.rows = append(g.rows, row)
		}
	}
}

// joinKey adds the n-th of several values to a key, so that different values make
// different keys. The only value is its own key.
func joinKey(key, v string, n, of int) string {
	if of == 1 {
		return v
	}
	if n == of-1 {
		return key + v
	}
	return key + string(binary.AppendUvarint(nil, uint64(len(v)))) + v
}

func (x *index) prepare(g *rowGroup) {
	if len(g.rows) <= fewRows {
		return
	}
	first := x.patterns[0]
	if x.kinds[first] == cidrMatch {
		g.find = newNetworks(x.cols[first], g.rows)
	} else {
		g.find = newWildcards(x.cols[first], g.rows)
	}
}

// rows are those that match the values, one for each column, at most so many, in
// file order; where time decides, the latest first. at is the event's time.
func (x *index) rows(values []string, most int, at float64, hasTime bool) []int32 {
	if x.fold {
		values = slices.Clone(values)
		for i, v := range values {
			values[i] = strings.ToLower(v)
		}
	}
	key := ""
	for n, i := range x.exact {
		key = joinKey(key, values[i], n, len(x.exact))
	}
	g := x.groups[key]
	if g == nil {
		return nil
	}
	if x.time != nil {
		return x.inTime(x.matching(g, values, len(g.rows)), most, at, hasTime)
	}
	return x.matching(g, values, most)
}

// matching are the rows of a group whose patterns match.
func (x *index) matching(g *rowGroup, values []string, most int) []int32 {
	if len(x.patterns) == 0 {
		return g.rows[:min(most, len(g.rows))]
	}
	maybe := g.rows
	if g.find != nil {
		maybe = g.find.find(values[x.patterns[0]])
	}
	var out []int32
	for _, r := range maybe {
		if x.matches(r, values) {
			if out = append(out, r); len(out) >= most {
				break
			}
		}
	}
	return out
}

func (x *index) matches(row int32, values []string) bool {
	for _, i := range x.patterns {
		if !matchesCell(x.kinds[i], x.cols[i].Values(int(row)), values[i]) {
			return false
		}
	}
	return true
}

// matchesCell says whether one of a cell's patterns matches. An empty cell matches
// the empty text alone.
func matchesCell(kind matchKind, patterns []string, value string) bool {
	if len(patterns) == 0 {
		return value == ""
	}
	for _, p := range patterns {
		if kind == cidrMatch && cidrMatches(p, value) || kind == wildcardMatch && wildcardMatches(p, value) {
			return true
		}
	}
	return false
}

// readTimes reads the time of each row once. One that cannot be read never matches.
func (x *index) readTimes(c *batch.Column, rows int, zone *time.Location) {
	x.times, x.timed = make([]float64, rows), make([]bool, rows)
	for r := range rows {
		text, ok := c.First(r)
		if !ok {
			continue
		}
		if x.times[r], x.timed[r] = x.time.layout.Parse(text, zone, time.Unix(0, 0)); !x.timed[r] {
			x.times[r], x.timed[r] = batch.ParseNumber(text)
		}
	}
}

// inTime keeps the rows whose time lies before the event's, within the bounds.
func (x *index) inTime(rows []int32, most int, at float64, hasTime bool) []int32 {
	var out []int32
	for _, r := range rows {
		before := at - x.times[r]
		if hasTime && x.timed[r] && before >= x.time.minOffset && before <= x.time.maxDiff {
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b int32) int { return cmp.Compare(x.times[b], x.times[a]) })
	return out[:min(most, len(out))]
}
