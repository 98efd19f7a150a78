package knowledge

import (
	"slices"
	"strings"

	"spl/eval"
	"spl/eval/batch"
	"spl/parser/source"
	"spl/spl/input"
)

// fieldRules are what props.conf and transforms.conf say of the fields of events:
// the stanzas, from which the rules of an event are put together (fields_set.go),
// and beside them all rules by the field that they set, whatever their stanza, from
// which follows what a search needs (fields_needs.go).
type fieldRules struct {
	stanzas *stanzas
	any     bool // there is a stanza
	renames bool

	steps   map[string][]*step
	dynamic []*step // those that name fields as events do
	aliases map[string][]alias
	evals   map[string][]*eval.Program
	lookups []*lookupRule
	// anyName says that some KV_MODE reads events otherwise than the reader does, so
	// that any field may change; xml and escaped, that values may come out that do not
	// stand in the text as they are.
	anyName, xml, escaped bool

	notes source.Errors // of Check
}

func loadFields(b *Base) (*fieldRules, source.Errors) {
	f := &fieldRules{steps: map[string][]*step{}, aliases: map[string][]alias{}, evals: map[string][]*eval.Program{}}
	r := &ruleReader{b: b, transforms: b.layers.Conf("transforms"), made: map[string]*transform{}}
	var all []*propsStanza
	for _, s := range b.layers.Conf("props").Stanzas {
		p, fault := newStanza(s)
		if fault != nil {
			r.errs = append(r.errs, fault)
		}
		if p == nil {
			if fault == nil {
				r.note(source.Unsupported, &s.Keys, "[%s] is not applied: event rules choose a sourcetype when events are indexed", s.Name)
			}
			continue
		}
		r.stanza(s, p)
		all = append(all, p)
		for _, rule := range p.rules {
			f.index(rule)
		}
	}
	for _, s := range r.transforms.Stanzas {
		for i := range s.Keys {
			if !transformKeys[s.Keys[i].Name] {
				r.unknown(&s.Keys[i], s.Name, transformKeys)
			}
		}
	}
	f.stanzas, f.any = newStanzas(all), len(all) > 0
	f.notes = r.notes
	return f, r.errs
}

// index files a rule under the fields that it sets.
func (f *fieldRules) index(r *rule) {
	for _, s := range r.steps {
		for _, n := range s.names {
			if !slices.Contains(f.steps[n], s) {
				f.steps[n] = append(f.steps[n], s)
			}
		}
		if s.dynamic && !slices.Contains(f.dynamic, s) {
			f.dynamic = append(f.dynamic, s)
		}
	}
	for _, a := range r.aliases {
		f.aliases[a.to] = append(f.aliases[a.to], a)
	}
	if r.prog != nil {
		f.evals[r.field] = append(f.evals[r.field], r.prog)
	}
	if r.lookup != nil {
		f.lookups = append(f.lookups, r.lookup)
	}
	switch mode := strings.ToLower(r.text); {
	case r.name == "rename":
		f.renames = f.renames || r.text != ""
	case r.name == "KV_MODE":
		f.anyName = f.anyName || mode != "auto"
		f.xml = f.xml || mode == "xml"
		f.escaped = f.escaped || mode == "auto_escaped"
	case r.name == "AUTO_KV_JSON":
		f.anyName = f.anyName || r.off
	}
}

// Source gives the events of in with the fields that the knowledge base adds, in
// Splunk's search-time order (events-and-fields 3.3). Only the fields that are asked
// for are worked out, when they are asked for; a scan that wants none of them is
// passed on untouched. Expressions see the epoch as now, and UTC; see [Base.SourceFor].
func (b *Base) Source(in batch.Source) batch.Source { return b.SourceFor(in, nil) }

// SourceFor is [Base.Source] with what calculated fields and event types may ask of
// the run. env is called once for each part of the input, on its goroutine; nil stands
// for the zero environment.
func (b *Base) SourceFor(in batch.Source, env func() *eval.Env) batch.Source {
	if b == nil || in == nil {
		return in
	}
	if ruled, ok := in.(input.Ruled); ok {
		in = ruled.WithRules(builtinRuling(b.index.ruling()))
	}
	if env == nil {
		env = func() *eval.Env {
			e := &eval.Env{}
			e.SearchMatch = e.MatchText
			return e
		}
	}
	in = &builtinSource{in: in, env: env}
	if !b.addsFields() {
		return in
	}
	return &knownSource{b: b, in: in, env: env}
}

func (b *Base) addsFields() bool {
	return b.fields != nil && b.fields.any || b.types != nil && len(b.types.list) > 0 || b.tags != nil && len(b.tags.fields) > 0
}

// Computed says whether a field of some event may have a value that does not stand
// in its text, because an alias, a calculation, a lookup or the like gives it. What
// an EXTRACT or a REPORT takes out of _raw stands there.
func (b *Base) Computed(field string) bool {
	return b != nil && (builtinIndex()[field].computed || b.ComputedByApps(field))
}

// ComputedByApps is Computed for events of source types about which nothing is built
// in.
func (b *Base) ComputedByApps(field string) bool {
	if b == nil || !b.addsFields() {
		return false
	}
	c := computed{b: b, seen: map[stageName]bool{}}
	return c.at(tagStage, field)
}

// NamesStand says that the name of a field that is in an event's text stands there as it
// is, in JSON or as name=value: no app reads events in another way.
func (b *Base) NamesStand() bool { return b == nil || b.fields == nil || !b.fields.anyName }

// standing names the fields that every event has from the start, which no
// extraction overwrites.
func standing(name string) bool {
	switch name {
	case "host", "source", "sourcetype", "index", "linecount", "splunk_server":
		return true
	}
	return fixed(name)
}

// fixed names the fields that are the event itself: its text and time bounds are
// known before any rule runs, so rules do not change them.
func fixed(name string) bool { return name == "_raw" || name == "_time" || name == "_indextime" }

// settable says whether rules may set a field.
func settable(name string) bool { return name != "" && !fixed(name) }
