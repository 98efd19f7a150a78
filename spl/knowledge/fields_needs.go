package knowledge

import (
	"slices"
	"strings"

	"spl/eval/batch"
)

// stage is a point of the search-time order: a field's value there is what the rules
// up to it have made (events-and-fields 3.3).
type stage uint8

const (
	kvStage     stage = iota // after EXTRACT, REPORT and the automatic extraction
	aliasStage               // after FIELDALIAS
	evalStage                // after EVAL
	lookupStage              // after LOOKUP
	typeStage                // after event types
	tagStage                 // after tags: what a search sees
)

type stageName struct {
	s    stage
	name string
}

// fieldNeeds walks from a field down the order and gathers what the reader must have for
// it. Rules of all stanzas count, since which of them hold is known only of an event.
type fieldNeeds struct {
	b     *Base
	seen  map[stageName]bool
	names []string // of the reader's fields; patterns as well
	// touched says that some rule may have a hand in the fields, so that it must be
	// known where each event comes from; props, that it is one of props.conf.
	touched, props bool
}

// final adds the fields of a set, as the search sees them.
func (n *fieldNeeds) final(names ...string) {
	for _, name := range names {
		n.at(tagStage, name)
	}
}

func (n *fieldNeeds) at(s stage, name string) {
	if n.seen[stageName{s, name}] {
		return
	}
	n.seen[stageName{s, name}] = true
	if strings.Contains(name, "*") {
		n.pattern(s, name)
		return
	}
	if s >= tagStage && n.b.tags != nil {
		for _, f := range n.b.tags.of(name) {
			n.touched = true
			n.at(typeStage, f)
		}
	}
	if reads, ok := n.b.typesOf(s, name); ok {
		n.touched = true
		for _, f := range reads {
			n.at(lookupStage, f)
		}
	}
	n.fields(min(s, lookupStage), name)
}

// fields is at, for the rules of props.conf.
func (n *fieldNeeds) fields(s stage, name string) {
	n.names = append(n.names, name)
	f := n.b.fields
	if f == nil || !f.any || !settable(name) {
		return
	}
	if f.renames && (name == "sourcetype" || name == "_sourcetype") {
		n.reads(kvStage)
	}
	if s >= lookupStage {
		for _, l := range f.lookups {
			if slices.Contains(l.outputs(), name) {
				n.reads(lookupStage, l.auto.reads()...)
			}
		}
	}
	if s >= evalStage {
		for _, p := range f.evals[name] {
			n.reads(aliasStage, p.Reads()...)
		}
	}
	if s >= aliasStage {
		for _, a := range f.aliases[name] {
			n.reads(kvStage, a.from)
		}
	}
	if standing(name) {
		return
	}
	for _, st := range f.steps[name] {
		n.reads(kvStage, st.from)
	}
	for _, st := range f.dynamic {
		n.reads(kvStage, st.from)
	}
	if f.anyName {
		n.reads(kvStage, "_raw")
	}
}

// reads notes that a rule reads fields.
func (n *fieldNeeds) reads(s stage, names ...string) {
	n.touched, n.props = true, true
	for _, f := range names {
		n.at(s, f)
	}
}

// pattern adds all fields whose names match.
func (n *fieldNeeds) pattern(s stage, pattern string) {
	n.names = append(n.names, pattern)
	for _, name := range n.b.derived() {
		if batch.MatchName(pattern, name) {
			n.at(s, name)
		}
	}
	if f := n.b.fields; f != nil && (len(f.dynamic) > 0 || f.anyName) {
		for _, st := range f.dynamic {
			n.reads(kvStage, st.from)
		}
		n.reads(kvStage, "_raw")
	}
}

// derived are the names of all fields that rules name.
func (b *Base) derived() []string {
	var out []string
	if f := b.fields; f != nil {
		for n := range f.steps {
			out = append(out, n)
		}
		for n := range f.aliases {
			out = append(out, n)
		}
		for n := range f.evals {
			out = append(out, n)
		}
		for _, l := range f.lookups {
			out = append(out, l.outputs()...)
		}
		if f.renames {
			out = append(out, "sourcetype", "_sourcetype")
		}
	}
	if b.types != nil && len(b.types.list) > 0 {
		out = append(out, "eventtype")
	}
	if b.tags != nil {
		out = append(out, b.tags.names()...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// typesOf says whether a field is that of the event types, and what they read.
func (b *Base) typesOf(s stage, name string) (reads []string, ok bool) {
	if b.types == nil || name != "eventtype" || s < typeStage || len(b.types.list) == 0 {
		return nil, false
	}
	return b.types.reads, true
}

// where are the fields by which stanzas are chosen.
func (f *fieldRules) where() []string {
	out := []string{"sourcetype"}
	if len(f.stanzas.sources) > 0 {
		out = append(out, "source")
	}
	if len(f.stanzas.hosts) > 0 {
		out = append(out, "host")
	}
	return out
}

// needsOf gathers what fields need. The names are those to ask of the reader.
func (b *Base) needsOf(names ...string) *fieldNeeds {
	n := &fieldNeeds{b: b, seen: map[stageName]bool{}}
	n.final(names...)
	if n.props || n.touched && b.fields != nil && b.fields.any {
		n.names = append(n.names, b.fields.where()...)
	}
	slices.Sort(n.names)
	n.names = slices.Compact(n.names)
	return n
}

// extend gives the scan that the reader needs. touched is false when no rule has a
// hand in what the search wants.
func (b *Base) extend(scan *batch.Scan) (ext *batch.Scan, touched bool) {
	first := b.needsOf(scan.First...)
	rest := b.needsOf(slices.Concat(scan.First, scan.Fields.Names, scan.Fields.Patterns)...)
	if !rest.touched && !scan.Fields.All {
		return scan, false
	}
	out := *scan
	if first.touched {
		out.First = first.names
		// A pattern wants everything, and is not a field to read first.
		if slices.ContainsFunc(out.First, func(f string) bool { return strings.Contains(f, "*") }) {
			out.First = scan.First
		}
	}
	out.Fields = scan.Fields.Add(rest.names...)
	return &out, true
}

// computed asks whether a field may have a value that does not stand in the text.
type computed struct {
	b    *Base
	seen map[stageName]bool
}

func (c *computed) at(s stage, name string) bool {
	if fixed(name) || c.seen[stageName{s, name}] {
		return false
	}
	c.seen[stageName{s, name}] = true
	if s >= tagStage && c.b.tags != nil && len(c.b.tags.of(name)) > 0 {
		return true
	}
	if _, ok := c.b.typesOf(s, name); ok {
		return true
	}
	f := c.b.fields
	if f == nil || !f.any {
		return false
	}
	if s >= lookupStage && slices.ContainsFunc(f.lookups, func(l *lookupRule) bool { return slices.Contains(l.outputs(), name) }) {
		return true
	}
	if s >= evalStage && len(f.evals[name]) > 0 {
		return true
	}
	if s >= aliasStage && slices.ContainsFunc(f.aliases[name], func(a alias) bool { return c.beside(a.from) }) {
		return true
	}
	made := func(st *step) bool { return st.made || c.beside(st.from) }
	return slices.ContainsFunc(f.steps[name], made) || slices.ContainsFunc(f.dynamic, made) ||
		f.escaped || f.xml && strings.ContainsAny(name, ".{")
}

// beside says whether a field that rules read has values that do not stand in the
// text.
func (c *computed) beside(name string) bool {
	if name == "_raw" {
		return false
	}
	switch name {
	case "punct", "eventtype", "tag", "timestartpos", "timeendpos", "splunk_server_group":
		return true
	}
	return standing(name) || batch.Internal(name) || !c.b.builtin && builtinIndex()[name].computed || strings.HasPrefix(name, "date_") || c.at(kvStage, name)
}
