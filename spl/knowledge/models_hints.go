package knowledge

import (
	"slices"
	"strings"

	"spl/eval"
	"spl/eval/batch"
	"spl/parser"
)

// What the text of an event must hold to belong to a dataset. A constraint asks for
// tags, mostly. An event has them from its own text, from the event types that apps
// define, whose searches ask for other texts in turn, or from what is built in for its
// source type; of events whose source type is known, nothing is said.

// maxHints bounds the terms that a constraint becomes when tags and event types are
// put in.
const maxHints = 2000

// hints are what a scan may be told of the datasets: clauses of texts and clauses of
// names of fields, each to hold for events of source types that are not known.
func (s *DatasetSource) hints() (texts, names [][]string) {
	if s.InText == nil || s.base.ComputedByApps(DataModelField) {
		return nil, nil
	}
	for i, r := range s.roots {
		if r.root.Origin != Events {
			return nil, nil
		}
		h := &hinter{base: s.base, inText: s.InText}
		search := h.constraint(r.root)
		if search == nil {
			return nil, nil
		}
		t, n := search.Literals(h.fromText), [][]string(nil)
		if s.base.NamesStand() {
			n = search.Names(h.fromText)
		}
		if len(s.roots) > 1 { // an event may belong to any of them
			t, n = join(texts, t, i == 0), join(names, n, i == 0)
		}
		if texts, names = t, n; len(t)+len(n) == 0 {
			return nil, nil
		}
	}
	// Events may say themselves what they belong to.
	for i := range texts {
		texts[i] = append(slices.Clip(texts[i]), DataModelField)
	}
	for i := range names {
		names[i] = append(slices.Clip(names[i]), DataModelField)
	}
	return texts, names
}

// join is the one clause that holds where a clause of either list does.
func join(have, more [][]string, first bool) [][]string {
	if len(more) == 0 || len(have) == 0 && !first {
		return nil
	}
	if first {
		return more[:1]
	}
	all := append(slices.Clone(have[0]), more[0]...)
	slices.Sort(all)
	return [][]string{slices.Compact(all)}
}

// hinter puts what gives tags and event types in the place of tests for them.
type hinter struct {
	base   *Base
	inText func(field string) bool
	within []string // event types that are being put in
	terms  int
}

// fromText says whether a field's value stands in the text of events whose source type
// is not known, once tests for tags and event types have been replaced.
func (h *hinter) fromText(field string) bool {
	if field == "tag" || field == "eventtype" || strings.HasPrefix(field, "tag::") {
		return !h.base.setByRules(field)
	}
	return h.inText(field) && !h.base.ComputedByApps(field)
}

// constraint is that of a dataset, as a search over text; nil where nothing can be said.
func (h *hinter) constraint(d *Dataset) *eval.Search {
	if len(d.constraints) == 0 {
		return nil
	}
	tree := h.expr(&parser.And{Terms: d.constraints})
	if h.terms > maxHints {
		return nil
	}
	search, errs := eval.CompileSearch(tree)
	if len(errs) > 0 {
		return nil
	}
	return search
}

func (h *hinter) expr(x parser.SearchExpr) parser.SearchExpr {
	if h.terms++; h.terms > maxHints {
		return x
	}
	switch x := x.(type) {
	case *parser.And, *parser.Or:
		whole, _ := parser.Rebuild(x, h.expr)
		return whole
	case *parser.Compare:
		if x.Op == "=" {
			return h.sources(x, x.Field, []parser.Value{x.Value})
		}
	case *parser.InList:
		if x.List == nil {
			return h.sources(x, x.Field, x.Values)
		}
	}
	return x
}

// sources is a test for tags or event types, or what apps give them for.
func (h *hinter) sources(x parser.SearchExpr, field string, values []parser.Value) parser.SearchExpr {
	match := func(s string) bool {
		return slices.ContainsFunc(values, func(v parser.Value) bool { return matchesValue(v, s) })
	}
	terms := []parser.SearchExpr{x} // the text may have the field
	if only, isTag := strings.CutPrefix(field, "tag::"); field == "tag" || isTag {
		for _, r := range h.base.tagRules() {
			if isTag && r.field != only || !match(r.tag) {
				continue
			}
			v := parser.Value{Text: r.value, At: x.Where()}
			terms = append(terms, h.expr(&parser.Compare{Field: r.field, Op: "=", Value: v, At: x.Where()}))
		}
	}
	if field == "eventtype" && h.base != nil && h.base.types != nil {
		for _, e := range h.base.types.list {
			if !match(e.name) {
				continue
			}
			if slices.Contains(h.within, e.name) {
				h.terms = maxHints + 1
				return x
			}
			h.within = append(h.within, e.name)
			terms = append(terms, h.expr(e.tree))
			h.within = h.within[:len(h.within)-1]
		}
	}
	if len(terms) == 1 {
		return x
	}
	return &parser.Or{Terms: terms, At: x.Where()}
}

func (b *Base) tagRules() []tagRule {
	if b == nil {
		return nil
	}
	return b.tags.rules()
}

// setByRules says whether other rules than those of tags and event types may give
// tag or eventtype a value that does not stand in the text.
func (b *Base) setByRules(field string) bool {
	if b == nil || b.fields == nil {
		return false
	}
	c := computed{b: b, seen: map[stageName]bool{}}
	return c.at(lookupStage, field)
}

// tell puts hints into a scan.
func (s *DatasetSource) tell(scan *batch.Scan) {
	scan.Literals = s.Literals
	texts, names := s.hints()
	scan.Plain = append(slices.Clip(s.Literals), texts...)
	scan.PlainNames = names
	scan.Origins = s.origins()
}

// origins are what a dataset asks of where its events come from.
func (s *DatasetSource) origins() (out []batch.Origin) {
	if len(s.roots) != 1 || s.roots[0].root.Origin != Events || s.base.ComputedByApps(DataModelField) {
		return nil
	}
	out = eval.Origins(&parser.And{Terms: s.roots[0].root.constraints}, s.base.ComputedByApps)
	for i := range out { // an event may say itself what it belongs to
		out[i].Fields = append(slices.Clip(out[i].Fields), DataModelField)
	}
	return out
}
