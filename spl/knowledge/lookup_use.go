package knowledge

import (
	"slices"
	"time"

	"spl/eval/batch"
)

// FieldPair is a column of a lookup table and the field of events that it goes with.
type FieldPair struct{ Table, Event string }

// LookupUse is one way of asking a lookup table.
type LookupUse struct {
	Table string      // its name
	In    []FieldPair // what must be equal; at least one
	Out   []FieldPair // what is wanted; none: every column that In does not name
	New   bool        // OUTPUTNEW: only for events that have none of the wanted fields
	// Zone is that of times without one, in a table of times; nil is UTC.
	Zone *time.Location
}

// Reads are the fields of events that the lookup looks at: those it compares, those
// that OUTPUTNEW asks about, and _time where the table is one of times.
func (u *LookupUse) Reads(b *Base) []string {
	var out []string
	for _, p := range u.In {
		out = append(out, p.Event)
	}
	if u.New {
		out = append(out, u.Targets(b)...)
	}
	if l, err := b.Lookup(u.Table); err == nil && l.timed() {
		out = append(out, "_time")
	}
	return out
}

// Targets are the fields of events that the lookup sets; nil when that cannot be
// known since the table cannot be read.
func (u *LookupUse) Targets(b *Base) []string {
	var out []string
	for _, p := range u.outputs(b) {
		if !slices.Contains(out, p.Event) {
			out = append(out, p.Event)
		}
	}
	return out
}

// outputs are the wanted columns, spelt out.
func (u *LookupUse) outputs(b *Base) []FieldPair {
	if len(u.Out) > 0 {
		return u.Out
	}
	l, err := b.Lookup(u.Table)
	if err != nil {
		return nil
	}
	t, err := l.Table()
	if err != nil {
		return nil
	}
	return u.outputsOf(t)
}

func (u *LookupUse) outputsOf(t *Table) []FieldPair {
	if len(u.Out) > 0 {
		return u.Out
	}
	var out []FieldPair
	for _, f := range t.Fields {
		in := slices.ContainsFunc(u.In, func(p FieldPair) bool { return p.Table == f })
		if !in && !batch.Internal(f) {
			out = append(out, FieldPair{f, f})
		}
	}
	return out
}
