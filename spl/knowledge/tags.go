package knowledge

import (
	"net/url"
	"slices"
	"strings"

	"spl/parser/source"
)

// tagRules are the tags of values of fields (tags.conf, and tags= of an event type;
// events-and-fields 3.7).
type tagRules struct {
	fields map[string]map[string][]string // field → value → tags, in ASCII order
	order  []string                       // the fields, in ASCII order
	notes  source.Errors
}

// tagRule is one tag of a value.
type tagRule struct{ field, value, tag string }

func loadTags(b *Base) (*tagRules, source.Errors) {
	t := &tagRules{fields: map[string]map[string][]string{}}
	var errs source.Errors
	for _, s := range b.layers.Conf("tags").Stanzas {
		field, value, ok := strings.Cut(s.Name, "=")
		field, value = decodeURL(strings.TrimSpace(field)), decodeURL(strings.TrimSpace(value))
		if !ok || field == "" || value == "" {
			if len(s.Keys) > 0 {
				errs = append(errs, stanzaFault(s, "a stanza of tags.conf is named field=value"))
			}
			continue
		}
		for i := range s.Keys {
			k := &s.Keys[i]
			on, fault := boolean(k, false)
			if fault != nil {
				fault.Message = "[" + s.Name + "] a tag is enabled or disabled"
				errs = append(errs, fault)
			}
			if on {
				t.add(field, value, decodeURL(k.Name))
			}
		}
	}
	for _, s := range b.layers.Conf("eventtypes").Stanzas {
		for _, n := range words(s.Get("tags", ""), " \t,") {
			t.add("eventtype", s.Name, unquoteWord(n))
		}
	}
	for f, values := range t.fields {
		t.order = append(t.order, f)
		for v := range values {
			slices.Sort(values[v])
			values[v] = slices.Compact(values[v])
		}
	}
	slices.Sort(t.order)
	return t, errs
}

// decodeURL undoes %xx; a text that is not so written is left as it is.
func decodeURL(s string) string {
	if out, err := url.PathUnescape(s); err == nil {
		return out
	}
	return s
}

func (t *tagRules) add(field, value, tag string) {
	if t.fields[field] == nil {
		t.fields[field] = map[string][]string{}
	}
	t.fields[field][value] = append(t.fields[field][value], tag)
}

// of are the fields whose values' tags a field holds: all for tag, f for tag::f.
func (t *tagRules) of(name string) []string {
	if name == "tag" {
		return t.order
	}
	if f, ok := strings.CutPrefix(name, "tag::"); ok && t.fields[f] != nil {
		return []string{f}
	}
	return nil
}

// names are the fields that tags set.
func (t *tagRules) names() []string {
	if len(t.order) == 0 {
		return nil
	}
	out := []string{"tag"}
	for _, f := range t.order {
		out = append(out, "tag::"+f)
	}
	return out
}

// rules are all tags, in order.
func (t *tagRules) rules() []tagRule {
	if t == nil {
		return nil
	}
	var out []tagRule
	for _, f := range t.order {
		for _, v := range sortedKeys(t.fields[f]) {
			for _, tag := range t.fields[f][v] {
				out = append(out, tagRule{f, v, tag})
			}
		}
	}
	return out
}
