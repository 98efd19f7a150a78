package knowledge

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"spl/eval"
)

// ruleSet is what holds for the events of one origin: of each setting the strongest
// stanza's, in the order in which they are applied. It does not change.
type ruleSet struct {
	steps    []*step // EXTRACT by class, then REPORT by class and in the order of the list
	makes    map[string][]int
	dynamic  []int // steps that may set any field
	aliases  map[string][]alias
	evals    map[string]*eval.Program
	lookups  []*lookupRule
	kv       string // KV_MODE; "" and auto are the reader's own way
	noJSON   bool
	indexed  string // INDEXED_EXTRACTIONS
	renamed  string // the sourcetype that events show; "" as it is
	original string // sourcetype
	empty    bool   // it says nothing
}

// newRuleSet merges stanzas, the strongest first.
func newRuleSet(list []*propsStanza) *ruleSet {
	s := &ruleSet{makes: map[string][]int{}, aliases: map[string][]alias{}, evals: map[string]*eval.Program{}}
	winners := map[string]*rule{}
	for _, p := range list {
		for name, r := range p.rules {
			if winners[name] == nil {
				winners[name] = r
			}
		}
	}
	order := map[string]int{"EXTRACT": 0, "REPORT": 1}
	var rules []*rule
	for _, r := range winners {
		rules = append(rules, r)
	}
	slices.SortFunc(rules, func(a, b *rule) int {
		if a.kind != b.kind {
			x, known := order[a.kind]
			y, too := order[b.kind]
			if known && too {
				return x - y
			}
			return strings.Compare(a.kind, b.kind)
		}
		return strings.Compare(a.class, b.class)
	})
	for _, r := range rules {
		s.add(r)
	}
	for i, st := range s.steps {
		for _, n := range st.names {
			s.makes[n] = append(s.makes[n], i)
		}
		if st.dynamic {
			s.dynamic = append(s.dynamic, i)
		}
	}
	return s
}

func (s *ruleSet) add(r *rule) {
	s.steps = append(s.steps, r.steps...)
	for _, a := range r.aliases {
		s.aliases[a.to] = append(s.aliases[a.to], a)
	}
	if r.prog != nil {
		s.evals[r.field] = r.prog
	}
	if r.lookup != nil {
		s.lookups = append(s.lookups, r.lookup)
	}
	switch r.name {
	case "KV_MODE":
		s.kv = r.text
	case "AUTO_KV_JSON":
		s.noJSON = r.off
	case "INDEXED_EXTRACTIONS":
		s.indexed = strings.ToLower(r.text)
	}
}

// stepsOf are the steps that may set a field, before one, in order.
func (s *ruleSet) stepsOf(name string, before int) []int {
	list := s.makes[name]
	if len(s.dynamic) > 0 && !standing(name) {
		list = slices.Concat(list, s.dynamic)
		slices.Sort(list)
		list = slices.Compact(list)
	}
	for i, k := range list {
		if k >= before {
			return list[:i]
		}
	}
	return list
}

// names are those that the rules name.
func (s *ruleSet) names() []string {
	var out []string
	for n := range s.makes {
		out = append(out, n)
	}
	for n := range s.aliases {
		out = append(out, n)
	}
	for n := range s.evals {
		out = append(out, n)
	}
	for _, l := range s.lookups {
		out = append(out, l.outputs()...)
	}
	return out
}

// setCache finds the rule set of an event. It serves all workers of one reading.
type setCache struct {
	f  *fieldRules
	mu sync.Mutex
	by map[origin]*ruleSet
	// Sets are few, however many hosts and sources there are.
	sets map[string]*ruleSet
}

// maxOrigins bounds how many origins are remembered.
const maxOrigins = 10000

func newSetCache(f *fieldRules) *setCache {
	return &setCache{f: f, by: map[origin]*ruleSet{}, sets: map[string]*ruleSet{}}
}

func (c *setCache) of(o origin) *ruleSet {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.by[o]; s != nil {
		return s
	}
	o = o.own()
	shown := o
	shown.sourcetype = c.f.stanzas.renamed(o.sourcetype)
	list := c.f.stanzas.of(shown)
	var key strings.Builder
	for _, p := range list {
		key.WriteString(strconv.Itoa(p.number))
		key.WriteByte(' ')
	}
	if shown != o {
		key.WriteString(o.sourcetype + "\x00" + shown.sourcetype)
	}
	json := shown.sourcetype == "_json"
	if json {
		key.WriteString("json")
	}
	s := c.sets[key.String()]
	if s == nil {
		s = newRuleSet(list)
		s.empty = len(list) == 0 && shown == o && !json
		if shown != o {
			s.renamed, s.original = shown.sourcetype, o.sourcetype
		}
		if json && s.indexed == "" {
			s.indexed = "json" // Splunk's own definition of _json
		}
		c.sets[key.String()] = s
	}
	if len(c.by) >= maxOrigins {
		clear(c.by)
		clear(c.sets)
	}
	c.by[o] = s
	return s
}
