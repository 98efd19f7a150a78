package knowledge

import (
	"slices"

	"spl/eval"
	"spl/eval/batch"
)

// What the commands tags and typer ask of knowledge about rows at hand.

// TagsOf are the tags of a field's value, in ASCII order (events-and-fields 3.7).
func (b *Base) TagsOf(field, value string) []string {
	if b == nil || b.tags == nil {
		return nil
	}
	return b.tags.fields[field][value]
}

// TaggedFields are the fields that have values with tags, in ASCII order.
func (b *Base) TaggedFields() []string {
	if b == nil || b.tags == nil {
		return nil
	}
	return b.tags.order
}

// EventTypeFields are the fields, or patterns, that the searches of event types read.
func (b *Base) EventTypeFields() []string {
	if b == nil || b.types == nil {
		return nil
	}
	return b.types.reads
}

// Typer finds the event types of rows. It is used by one goroutine.
type Typer struct {
	types *eventTypes
	tests []*eval.Matcher
	only  []string
}

// Typer makes one. Only the named event types are looked for; without names, all.
func (b *Base) Typer(env *eval.Env, only []string) *Typer {
	t := &Typer{types: &eventTypes{}, only: only}
	if b != nil && b.types != nil {
		t.types = b.types
	}
	for _, e := range t.types.list {
		t.tests = append(t.tests, e.search.Bind(env))
	}
	return t
}

// Column is the field eventtype of the rows of a batch: the event types by priority,
// then by name; nil where no row has one.
func (t *Typer) Column(b *batch.Batch) *batch.Column {
	found := make([]*batch.Column, len(t.tests))
	done := make([]bool, len(t.tests))
	for i := range t.tests {
		t.match(b, i, found, done)
	}
	var bl batch.Builder
	for r := range b.Rows {
		var names []string
		for i, e := range t.types.list {
			if found[i].Count(r) > 0 && (len(t.only) == 0 || slices.Contains(t.only, e.name)) {
				names = append(names, e.name)
			}
		}
		bl.Append(names...)
	}
	if !bl.Any() {
		return nil
	}
	return bl.Column()
}

// match finds the rows of an event type, after those that its search asks about.
func (t *Typer) match(b *batch.Batch, i int, found []*batch.Column, done []bool) {
	if done[i] {
		return
	}
	done[i] = true
	in := b.Clone()
	for _, name := range t.types.list[i].refs {
		if j, ok := t.types.at[name]; ok {
			t.match(b, j, found, done)
			in.Set(typeField+name, found[j])
		}
	}
	var bl batch.Builder
	for _, r := range t.tests[i].Rows(in) {
		bl.PadTo(int(r))
		bl.String("1")
	}
	if bl.Any() {
		bl.PadTo(b.Rows)
		found[i] = bl.Column()
	}
}
