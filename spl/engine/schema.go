package engine

import (
	"slices"
	"strings"

	"spl/eval/batch"
)

// Schema says which fields rows may have, before there are any. Each plan tells what
// becomes of it ([Plan.Gives]), so that what is known of a search's fields can be told
// without running it.
type Schema struct {
	// Open says that rows may have fields that nobody named: those of events.
	Open bool
	// Fields are those that commands made or named; a pattern stands for some of its form.
	Fields batch.Fields
	// Gone are fields that rows of an open schema have no more.
	Gone batch.Fields
}

// AnyFields is the schema of events: nothing is known of their fields.
var AnyFields = Schema{Open: true}

// SchemaOf is that of rows with these fields, or fields of these patterns, and no others.
func SchemaOf(names ...string) Schema { return Schema{Fields: batch.FieldsOf(names...)} }

// May says whether rows may have a field; of a pattern, whether they may have one that
// matches.
func (s Schema) May(name string) bool {
	if !strings.Contains(name, "*") {
		return s.Fields.Has(name) || s.Open && !s.Gone.Has(name)
	}
	return s.Open || len(s.Fields.Patterns) > 0 ||
		slices.ContainsFunc(s.Fields.Names, func(n string) bool { return batch.MatchName(name, n) })
}

// With is the schema with further fields.
func (s Schema) With(names ...string) Schema {
	s.Fields = s.Fields.Add(names...)
	s.Gone = s.Gone.Without(names...)
	return s
}

// Without is the schema without these fields, and those that match these patterns.
func (s Schema) Without(names ...string) Schema {
	var left batch.Fields
	for _, n := range s.Fields.Names {
		if !slices.ContainsFunc(names, func(p string) bool { return p == n || batch.MatchName(p, n) }) {
			left.Names = append(left.Names, n)
		}
	}
	for _, p := range s.Fields.Patterns {
		if !slices.Contains(names, p) {
			left.Patterns = append(left.Patterns, p)
		}
	}
	s.Fields = left
	if s.Open {
		s.Gone = s.Gone.Add(names...)
	}
	return s
}

// Only is the schema cut down to these fields, and those that match these patterns.
func (s Schema) Only(names ...string) Schema {
	var out []string
	for _, p := range names {
		if !strings.Contains(p, "*") {
			if s.May(p) {
				out = append(out, p)
			}
			continue
		}
		if s.Open || len(s.Fields.Patterns) > 0 {
			out = append(out, p)
		}
		for _, n := range s.Fields.Names {
			if batch.MatchName(p, n) {
				out = append(out, n)
			}
		}
	}
	return SchemaOf(out...)
}

// Rename is the schema with one field, or all of a pattern, under a new name.
func (s Schema) Rename(old, name string) Schema {
	if !strings.Contains(old, "*") {
		has := s.May(old)
		s = s.Without(old, name)
		if has {
			s = s.With(name)
		}
		return s
	}
	if s.Open || len(s.Fields.Patterns) > 0 {
		s.Gone = batch.Fields{}
		return s.With(name)
	}
	var out []string
	for _, n := range s.Fields.Names {
		if stars, ok := batch.MatchStars(old, n); ok && batch.MatchName(old, n) {
			n = batch.FillStars(name, stars)
		}
		out = append(out, n)
	}
	return SchemaOf(out...)
}

// Union is the schema of rows of which some have the one and some the other.
func (s Schema) Union(t Schema) Schema {
	out := Schema{Open: s.Open || t.Open, Fields: s.Fields.Union(t.Fields)}
	for _, n := range slices.Concat(s.Gone.Names, s.Gone.Patterns) {
		if !t.May(n) {
			out.Gone = out.Gone.Add(n)
		}
	}
	for _, n := range slices.Concat(t.Gone.Names, t.Gone.Patterns) {
		if !s.May(n) {
			out.Gone = out.Gone.Add(n)
		}
	}
	if !out.Open {
		out.Gone = batch.Fields{}
	}
	return out
}

// The forms that a plan's Gives most often has.

// Adds gives what came in and further fields.
func Adds(names ...string) func(Schema) Schema {
	return func(s Schema) Schema { return s.With(names...) }
}

// Makes gives these fields and no others.
func Makes(names ...string) func(Schema) Schema {
	return func(Schema) Schema { return SchemaOf(names...) }
}

// MakesAny gives fields of which nothing is known.
func MakesAny(Schema) Schema { return AnyFields }

// Gives is what becomes of a schema on its way through plans.
func Gives(plans []*Plan, s Schema) Schema {
	for _, p := range plans {
		if p.Gives != nil {
			s = p.Gives(s)
		}
	}
	return s
}

// Own are the fields whose values a plan works with, beside those that it only hands on.
func (p *Plan) Own() batch.Fields {
	if p.Uses != nil {
		return batch.FieldsOf(p.Uses...)
	}
	if p.Reads != nil {
		if reads := p.Reads(batch.Fields{}); !reads.All {
			return reads
		}
	}
	return batch.Fields{}
}
