package knowledge

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"spl/parser/source"
	"spl/spl/input"
)

// indexRules are what props.conf and transforms.conf say of events when they are
// indexed (events-and-fields 3.2): how a file is cut into events, where their time
// stands, what is changed in them. Read [indexRules.of] first; then index_keys.go (what
// each key says), index_merge.go (what all of them say together), index_transform.go.
//
// Files are layered as they are at index time: every app's local comes before any app's
// default.
type indexRules struct {
	stanzas *stanzas
	edits   bool // some setting edits events
	notes   source.Errors

	mu   sync.Mutex
	by   map[origin]*input.Rules
	sets map[string]*input.Rules // by the stanzas that hold; nil: they say nothing
}

// indexClasses are the classes of index-time settings that are applied.
const (
	transformsClass = "TRANSFORMS"
	sedClass        = "SEDCMD"
)

func loadIndexRules(l *Layers) (*indexRules, source.Errors) {
	x := &indexRules{by: map[origin]*input.Rules{}, sets: map[string]*input.Rules{}}
	r := &indexReader{transforms: l.indexConf("transforms"), made: map[string]*indexTransform{}}
	var all []*propsStanza
	for _, s := range l.indexConf("props").Stanzas {
		p, fault := newStanza(s)
		if p == nil || fault != nil {
			continue // reported with the search-time settings
		}
		for i := range s.Keys {
			if rule := r.read(&s.Keys[i], p); rule != nil {
				p.rules[rule.name] = rule
				x.edits = x.edits || rule.edit != nil
			}
		}
		if len(p.rules) > 0 {
			all = append(all, p)
		}
	}
	x.notes = r.notes
	if len(all) == 0 {
		return &indexRules{notes: r.notes}, r.errs
	}
	x.stanzas = newStanzas(all)
	return x, r.errs
}

// ruling is what the reader of files asks; nil when the apps say nothing.
func (x *indexRules) ruling() *input.Ruling {
	if x == nil || x.stanzas == nil {
		return nil
	}
	return &input.Ruling{Of: x.of, Edits: x.edits}
}

// of gives the rules of an origin; nil is none.
func (x *indexRules) of(src, host, sourcetype string) *input.Rules {
	o := origin{sourcetype: sourcetype, source: src, host: host}
	x.mu.Lock()
	defer x.mu.Unlock()
	if r, ok := x.by[o]; ok {
		return r
	}
	list := x.stanzas.of(o)
	var key strings.Builder
	for _, p := range list {
		key.WriteString(strconv.Itoa(p.number))
		key.WriteByte(' ')
	}
	r, ok := x.sets[key.String()]
	if !ok {
		r = mergeIndexRules(list)
		x.sets[key.String()] = r
	}
	if len(x.by) >= maxOrigins {
		clear(x.by)
	}
	x.by[o.own()] = r
	return r
}

// indexed puts the settings of each name together, the strongest stanza's first.
type indexed map[string]*rule

func winners(list []*propsStanza) indexed {
	out := indexed{}
	for _, p := range list {
		for name, r := range p.rules {
			if out[name] == nil {
				out[name] = r
			}
		}
	}
	return out
}

// class gives the settings of a class, in ASCII order.
func (s indexed) class(kind string) []*rule {
	var out []*rule
	for _, r := range s {
		if r.kind == kind {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b *rule) int { return strings.Compare(a.class, b.class) })
	return out
}

// value is what a setting says; the zero value where it says nothing.
func value[T any](s indexed, name string) T {
	var zero T
	if r := s[name]; r != nil {
		if v, ok := r.value.(T); ok {
			return v
		}
	}
	return zero
}
