package knowledge

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"spl/eval"
	"spl/eval/batch"
	"spl/macros"
	"spl/parser"
	"spl/parser/source"
)

// eventTypes are the event types of eventtypes.conf (events-and-fields 3.7).
type eventTypes struct {
	list  []*eventType // by priority, then by name: the order of values in eventtype
	at    map[string]int
	reads []string // the fields of events that some of them reads
	notes source.Errors
}

// eventType is a search that gives the events it matches a name.
type eventType struct {
	name     string
	priority int
	key      *Key
	tree     parser.SearchExpr
	text     *source.Text // that tree's places count in
	search   *eval.Search
	refs     []string // the event types that it asks about
}

// typeField begins the name of the field by which an event type's search asks
// whether another event type matches.
const typeField = "_eventtype\x00"

var eventTypeKeys = setOf("search priority disabled tags description color earliest latest")

func loadEventTypes(b *Base) (*eventTypes, source.Errors) {
	t := &eventTypes{at: map[string]int{}}
	var errs source.Errors
	for _, s := range b.layers.Conf("eventtypes").Stanzas {
		for i := range s.Keys {
			if !eventTypeKeys[s.Keys[i].Name] {
				t.notes = append(t.notes, unknownKey(&s.Keys[i], s.Name, eventTypeKeys))
			}
		}
		e, es := readEventType(s, b.macros)
		errs = append(errs, es...)
		if e != nil {
			t.list = append(t.list, e)
		}
	}
	slices.SortFunc(t.list, func(a, b *eventType) int {
		return cmp.Or(cmp.Compare(a.priority, b.priority), strings.Compare(a.name, b.name))
	})
	errs = append(errs, t.link(b.tags)...)
	return t, errs
}

// readEventType reads a stanza; nil: it has no search, or is disabled.
func readEventType(s *Stanza, set *macros.Set) (*eventType, source.Errors) {
	off, fault := boolean(s.Key("disabled"), false)
	if fault != nil {
		return nil, source.Errors{fault}
	}
	k := s.Key("search")
	if off || k == nil || s.Name == "default" {
		return nil, nil
	}
	e := &eventType{name: s.Name, priority: 10, key: k}
	if p := s.Key("priority"); p != nil && p.Value.String != "" {
		n, err := strconv.Atoi(p.Value.String)
		if err != nil {
			return nil, source.Errors{p.Fault(source.Syntax, "[%s] priority must be a whole number from 1 to 10", s.Name)}
		}
		e.priority = n
	}
	var errs source.Errors
	e.tree, e.text, errs = searchText(k, set)
	if len(errs) > 0 {
		return nil, errs
	}
	return e, nil
}

// searchText reads a setting that is a search expression, with its macros put in.
func searchText(k *Key, set *macros.Set) (parser.SearchExpr, *source.Text, source.Errors) {
	file, at, _ := k.Value.Origin(source.Span{})
	place := file.Place(at.Start)
	// On the first line of the value places are exact.
	part := &source.File{Name: k.File.Name, Text: k.Value.String, FirstLine: place.Line}
	if !strings.Contains(part.Text, "\n") {
		part.Indent = place.Column - 1
	}
	exp, errs := macros.Expand(part, set, macros.Options{})
	if len(errs) > 0 {
		return nil, nil, errs
	}
	if strings.TrimSpace(exp.Text.String) == "" {
		return nil, nil, source.Errors{k.Fault(source.Syntax, "%s is empty", k.Name)}
	}
	if at := pipeIn(exp.Text.String); at >= 0 {
		e := source.Errorf(source.Syntax, source.Span{Start: at, End: at + 1}, "a pipe cannot stand in the search of an event type")
		return nil, nil, exp.Text.Resolve(source.Errors{e})
	}
	a := &parser.Args{Command: "search", Text: exp.Text.String, Parser: noCommands()}
	x, errs := parser.ParseSearch(a)
	if len(errs) > 0 {
		return nil, nil, exp.Text.Resolve(errs)
	}
	return x, exp.Text, nil
}

// pipeIn is the offset of a pipe outside quotes, or -1.
func pipeIn(s string) int {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			quoted = !quoted
		case '|':
			if !quoted {
				return i
			}
		}
	}
	return -1
}

// link makes the searches ready: what they ask about event types and tags becomes a
// question about other searches and about fields.
func (t *eventTypes) link(tags *tagRules) source.Errors {
	var errs source.Errors
	l := &linker{types: t, tags: tags}
	var sound []*eventType
	for _, e := range t.list {
		l.self, l.refs = e, nil
		tree := l.expr(e.tree)
		search, es := eval.CompileSearch(tree)
		if len(es) > 0 {
			errs = append(errs, e.text.Resolve(es)...)
			continue
		}
		e.search, e.refs = search, l.refs
		sound = append(sound, e)
	}
	t.list = sound
	t.index()
	for _, e := range sound {
		if path := t.circle(e); path != nil {
			errs = append(errs, e.key.Fault(source.Syntax, "event types ask about each other in a circle: %s", strings.Join(path, ", ")))
			e.search = nil
		}
	}
	t.list = slices.DeleteFunc(t.list, func(e *eventType) bool { return e.search == nil })
	t.index()
	f := batch.Fields{}
	for _, e := range t.list {
		for _, n := range e.search.Fields() {
			if !strings.HasPrefix(n, typeField) {
				f = f.Add(n)
			}
		}
	}
	t.reads = slices.Concat(f.Names, f.Patterns)
	return errs
}

func (t *eventTypes) index() {
	clear(t.at)
	for i, e := range t.list {
		t.at[e.name] = i
	}
}

// circle finds the way from an event type back to itself; nil when there is none.
func (t *eventTypes) circle(e *eventType) []string {
	seen := map[string]bool{}
	var walk func(n string) []string
	walk = func(n string) []string {
		i, ok := t.at[n]
		if !ok || seen[n] {
			return nil
		}
		seen[n] = true
		for _, r := range t.list[i].refs {
			if r == e.name {
				return []string{n, r}
			}
			if path := walk(r); path != nil {
				return append([]string{n}, path...)
			}
		}
		return nil
	}
	return walk(e.name)
}

// linker rewrites the search of one event type.
type linker struct {
	types *eventTypes
	tags  *tagRules
	self  *eventType
	refs  []string
}

func (l *linker) expr(x parser.SearchExpr) parser.SearchExpr {
	if whole, ok := parser.Rebuild(x, l.expr); ok {
		return whole
	}
	switch x := x.(type) {
	case *parser.Compare:
		if x.Op == "=" || x.Op == "!=" {
			return l.compare(x, x.Field, []parser.Value{x.Value}, x.Op == "!=")
		}
	case *parser.InList:
		return l.compare(x, x.Field, x.Values, false)
	}
	return x
}

// compare rewrites a test of eventtype or tag. not means: some value is another one.
func (l *linker) compare(x parser.SearchExpr, field string, values []parser.Value, not bool) parser.SearchExpr {
	match := func(name string) bool {
		for _, v := range values {
			if matchesValue(v, name) {
				return !not
			}
		}
		return not
	}
	only, isTag := strings.CutPrefix(field, "tag::")
	switch {
	case field == "eventtype":
		var names []string
		for _, e := range l.types.list {
			if match(e.name) {
				names = append(names, e.name)
			}
		}
		if len(names) > 1 { // a wildcard does not mean the event type that it stands in
			names = slices.DeleteFunc(names, func(n string) bool { return n == l.self.name })
		}
		return l.anyOf(x, names, nil)
	case field == "tag" || isTag:
		var types []string
		var fields []parser.SearchExpr
		for _, r := range l.tags.rules() {
			if isTag && r.field != only || !match(r.tag) {
				continue
			}
			if r.field == "eventtype" {
				types = append(types, r.value)
				continue
			}
			fields = append(fields, &parser.Compare{Field: r.field, Op: "=", Value: parser.Value{Text: r.value, Case: true, At: x.Where()}, At: x.Where()})
		}
		return l.anyOf(x, types, fields)
	}
	return x
}

// anyOf is true when one of the event types matches, or one of the terms does.
func (l *linker) anyOf(x parser.SearchExpr, types []string, terms []parser.SearchExpr) parser.SearchExpr {
	for _, n := range types {
		l.refs = append(l.refs, n)
		terms = append(terms, &parser.Compare{Field: typeField + n, Op: "=", Value: parser.Value{Text: "1", At: x.Where()}, At: x.Where()})
	}
	switch len(terms) {
	case 0:
		return &parser.Not{Term: &parser.Everything{At: x.Where()}, At: x.Where()}
	case 1:
		return terms[0]
	}
	return &parser.Or{Terms: terms, At: x.Where()}
}

// matchesValue compares as a search does: ignoring case, with *.
func matchesValue(v parser.Value, s string) bool {
	want := v.Text
	if !v.Case {
		want, s = strings.ToLower(want), strings.ToLower(s)
	}
	_, ok := batch.MatchStars(want, s)
	return ok
}
