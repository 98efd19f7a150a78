package knowledge

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"spl/eval"
	"spl/eval/batch"
)

// Enricher gives events the fields that a lookup has for them. It does not change
// and may be used by many goroutines at a time.
type Enricher struct {
	lookup *Lookup
	table  *Table
	index  *index
	in     []string // fields of events, beside the index's columns
	out    []FieldPair
	isNew  bool
	// fields and wanted are the columns asked by and for, of a lookup that is computed.
	fields, wanted []string
}

// Enricher binds a way of asking to its table, which is read now if it was not yet.
// Errors: there is no such lookup, its table cannot be read, or it lacks a column.
func (b *Base) Enricher(u *LookupUse) (*Enricher, error) {
	l, err := b.Lookup(u.Table)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	t, err := l.current()
	if err != nil {
		return nil, err
	}
	e := &Enricher{lookup: l, table: t, out: u.outputsOf(t), isNew: u.New}
	var fields []string
	for _, p := range u.In {
		fields = append(fields, p.Table)
		e.in = append(e.in, p.Event)
	}
	if err := t.check(u); err != nil {
		return nil, err
	}
	if l.Computed() {
		e.fields = fields
		for _, p := range e.out {
			e.wanted = append(e.wanted, p.Table)
		}
		return e, nil
	}
	e.index = l.indexOf(fields, u.Zone)
	return e, nil
}

// Remarks say what was wrong with the table's file.
func (e *Enricher) Remarks() []string { return e.table.RemarksOf(e.lookup.Name) }

// maxIndexes bounds how many indexes of a table are kept.
const maxIndexes = 16

// indexOf is the index over some columns, made when it is first asked for. It is
// called under the lock.
func (l *Lookup) indexOf(fields []string, zone *time.Location) *index {
	key := zone.String() + "\x00" + strings.Join(fields, "\x00")
	x := l.indexes[key]
	if x == nil {
		if len(l.indexes) >= maxIndexes {
			clear(l.indexes)
		}
		x = newIndex(l, l.view, fields, zone)
		l.indexes[key] = x
	}
	return x
}

// ColumnError is a column that a lookup is asked for and does not have.
type ColumnError struct {
	Column string
	Have   []string
}

// Error is what Splunk says, and the column's name.
func (e *ColumnError) Error() string {
	s := fmt.Sprintf("Could not find all of the specified lookup fields in the lookup table: it has no `%s`", e.Column)
	if len(e.Have) == 0 {
		return s + "; it is empty"
	}
	return s
}

// CheckLookup says whether a lookup can be asked so; see [Base.Enricher].
func (b *Base) CheckLookup(u *LookupUse) error {
	l, err := b.Lookup(u.Table)
	if err != nil {
		return err
	}
	t, err := l.Table()
	if err != nil {
		return err
	}
	return t.check(u)
}

func (t *Table) check(u *LookupUse) error {
	var errs []error
	for _, list := range [][]FieldPair{u.In, u.Out} {
		for _, p := range list {
			if !t.Has(p.Table) {
				errs = append(errs, &ColumnError{p.Table, t.Fields})
			}
		}
	}
	return errors.Join(errs...)
}

// maxCombinations bounds how often one event with several multivalue fields is
// looked up.
const maxCombinations = 10_000

// Columns looks the rows of a batch up and gives the fields that are set, in the
// order in which they were asked for, and their columns, whole. Which is so in each
// row (events-and-fields 3.8, commands lookup):
//
//   - it lacks one of the fields to look up: nothing changes;
//   - OUTPUTNEW, and it has one of the wanted fields: nothing changes;
//   - rows of the table match: their values, in file order, repeats kept;
//   - too few match: default_match as often as is missing to min_matches;
//   - else the fields have no value.
//
// Choice: an empty cell adds no value; of a multivalue field each value is looked up
// in turn and max_matches is the limit of each.
func (e *Enricher) Columns(b *batch.Batch) ([]string, []*batch.Column) {
	r := e.newRun(b)
	for row := range b.Rows {
		r.row(row)
	}
	names := make([]string, len(r.targets))
	cols := make([]*batch.Column, len(r.targets))
	for i, t := range r.targets {
		names[i] = t.name
		cols[i] = t.build.Column()
		if !t.build.Any() {
			cols[i] = nil
		}
	}
	return names, cols
}

// enriching is one batch under way.
type enriching struct {
	*Enricher
	in      []*batch.Column
	time    *batch.Column
	targets []*lookupTarget
	values  []string
	found   []int32
	// known are the rows found for values that were met in this batch, where finding
	// them is costly.
	known map[string][]int32
}

// lookupTarget is a field that is set, from one column of the table or several.
type lookupTarget struct {
	name  string
	from  []*batch.Column
	old   *batch.Column
	build batch.Builder
	vals  []string
}

func (e *Enricher) newRun(b *batch.Batch) *enriching {
	r := &enriching{Enricher: e, values: make([]string, len(e.in))}
	for _, f := range e.in {
		r.in = append(r.in, b.Col(f))
	}
	if e.lookup.timed() {
		r.time = b.Col("_time")
	} else if e.index != nil && len(e.in) == 1 && len(e.index.patterns) == 1 {
		r.known = map[string][]int32{}
	}
	for _, p := range e.out {
		r.target(p, b)
	}
	return r
}

func (r *enriching) target(p FieldPair, b *batch.Batch) {
	for _, t := range r.targets {
		if t.name == p.Event {
			t.from = append(t.from, r.table.Col(p.Table))
			return
		}
	}
	t := &lookupTarget{name: p.Event, from: []*batch.Column{r.table.Col(p.Table)}, old: b.Col(p.Event)}
	t.build.Grow(b.Rows)
	r.targets = append(r.targets, t)
}

func (r *enriching) row(row int) {
	if r.skips(row) {
		for _, t := range r.targets {
			t.build.Append(t.old.Values(row)...)
		}
		return
	}
	if r.lookup.Computed() {
		r.compute(row)
		return
	}
	r.find(row)
	for _, t := range r.targets {
		t.vals = t.vals[:0]
		for _, m := range r.found {
			for _, c := range t.from {
				t.vals = append(t.vals, c.Values(int(m))...)
			}
		}
		for n := len(r.found); n < r.lookup.min && r.lookup.fallback != ""; n++ {
			t.vals = append(t.vals, r.lookup.fallback)
		}
		t.build.Append(t.vals...)
	}
}

// skips says whether a row stays as it is.
func (r *enriching) skips(row int) bool {
	for _, c := range r.in {
		if c.Count(row) == 0 {
			return true
		}
	}
	for _, t := range r.targets {
		if r.isNew && t.old.Count(row) > 0 {
			return true
		}
	}
	return false
}

// find sets found to the rows of the table that match a row.
func (r *enriching) find(row int) {
	r.found = r.found[:0]
	at, hasTime := r.time.Number(row)
	r.combine(row, func() { r.found = append(r.found, r.lookUp(at, hasTime)...) })
}

// combine sets values to each combination of a row's values in turn.
func (r *enriching) combine(row int, f func()) {
	left := maxCombinations
	var each func(i int)
	each = func(i int) {
		if i == len(r.in) {
			if left--; left >= 0 {
				f()
			}
			return
		}
		for _, v := range r.in[i].Values(row) {
			if r.values[i] = v; left > 0 {
				each(i + 1)
			}
		}
	}
	each(0)
}

func (r *enriching) lookUp(at float64, hasTime bool) []int32 {
	if r.known == nil {
		return r.index.rows(r.values, r.lookup.max, at, hasTime)
	}
	rows, ok := r.known[r.values[0]]
	if !ok {
		rows = r.index.rows(r.values, r.lookup.max, at, hasTime)
		r.known[r.values[0]] = rows
	}
	return rows
}

// EvalLookup opens a table for lookup() of expressions; it is the hook Lookup of
// [eval.Env]. A column that the table lacks has no values.
func (b *Base) EvalLookup(name string) (eval.LookupFunc, error) {
	l, err := b.Lookup(name)
	if err != nil {
		return nil, err
	}
	if _, err := l.Table(); err != nil {
		return nil, err
	}
	return l.evaluate, nil
}

func (l *Lookup) evaluate(match []eval.Pair, outputs []string) [][]string {
	fields, values := make([]string, len(match)), make([]string, len(match))
	for i, p := range match {
		fields[i], values[i] = p.Field, p.Value
	}
	l.mu.Lock()
	t, err := l.current()
	if err != nil {
		l.mu.Unlock()
		return nil
	}
	for _, f := range fields {
		if !t.Has(f) {
			l.mu.Unlock()
			return nil
		}
	}
	if l.Computed() {
		l.mu.Unlock()
		if cells := l.computed.answer(fields, values, outputs); cells != nil {
			return [][]string{cells}
		}
		return nil
	}
	x := l.indexOf(fields, nil)
	l.mu.Unlock()
	rows := x.rows(values, l.max, 0, false)
	var out [][]string
	for _, r := range rows {
		cells := make([]string, len(outputs))
		for i, f := range outputs {
			cells[i] = cellText(t.Col(f), int(r))
		}
		out = append(out, cells)
	}
	for len(out) < l.min && l.fallback != "" {
		cells := make([]string, len(outputs))
		for i := range cells {
			cells[i] = l.fallback
		}
		out = append(out, cells)
	}
	return out
}
