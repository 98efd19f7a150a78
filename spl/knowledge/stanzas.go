package knowledge

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"spl/eval/regex"
	"spl/parser/source"
)

// stanzaKind is what the stanza's name is compared with. The order is that of
// precedence, the strongest first (events-and-fields 3.4).
type stanzaKind uint8

const (
	bySource stanzaKind = iota
	byHost
	bySourcetype
	byDefault
)

// propsStanza is a stanza of props.conf, its keys made ready.
type propsStanza struct {
	name     string
	number   int // among all, in order of precedence within its kind
	kind     stanzaKind
	want     string        // what the value must be, unless there is
	pattern  *regex.Regexp // a pattern
	fold     bool
	priority int
	rules    map[string]*rule // by key
}

// sourcetypePattern is how the name of a sourcetype's stanza begins that is a
// pattern all the same: a group that matches nothing.
const sourcetypePattern = "(?::){0}"

// newStanza reads a stanza's name. nil: one of a kind that says nothing about the
// fields of events.
func newStanza(s *Stanza) (*propsStanza, *source.Error) {
	p := &propsStanza{name: s.Name, rules: map[string]*rule{}}
	kind, rest, ok := strings.Cut(s.Name, "::")
	switch {
	case s.Name == "default":
		p.kind = byDefault
		return p, nil
	case ok && kind == "source":
		p.kind, p.want = bySource, rest
	case ok && kind == "host":
		p.kind, p.want, p.fold = byHost, rest, true
	case ok && (kind == "rule" || kind == "delayedrule"):
		return nil, nil //nolint:nilnil // no stanza and no fault
	default:
		p.kind, p.want = bySourcetype, s.Name
	}
	p.priority = 100
	if isPattern(p) {
		p.priority = 0
		re, err := regex.Compile(`\A(?:`+translate(p.want)+`)\z`, regex.Options{IgnoreCase: p.fold})
		if err != nil {
			return nil, stanzaFault(s, "the pattern of this stanza's name cannot be read: %s", err)
		}
		p.pattern = re
	}
	return p, p.readPriority(s)
}

func (p *propsStanza) readPriority(s *Stanza) *source.Error {
	k := s.Key("priority")
	if k == nil {
		return nil
	}
	n, err := strconv.Atoi(k.Value.String)
	if err != nil {
		return k.Fault(source.Syntax, "priority must be a whole number")
	}
	p.priority = n
	return nil
}

// stanzaFault is an error at a stanza: at its first key, the place that is known.
func stanzaFault(s *Stanza, format string, args ...any) *source.Error {
	e := source.Errorf(source.Syntax, source.Span{}, "["+"%s]: "+format, append([]any{s.Name}, args...)...)
	if len(s.Keys) > 0 {
		e.File, e.Where = s.Keys[0].File, s.Keys[0].At
	} else if s.App != nil {
		e.File = &source.File{Name: s.App.Name}
	}
	return e
}

func isPattern(p *propsStanza) bool {
	if p.kind == bySourcetype {
		return strings.HasPrefix(p.want, sourcetypePattern)
	}
	return strings.Contains(p.want, "...") || strings.ContainsAny(p.want, `*|([?\`)
}

// translate makes a regular expression of a stanza's pattern: ... is anything, *
// anything but a path's separators, a point itself; all else is as Perl has it.
func translate(pattern string) string {
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch rest := pattern[i:]; {
		case strings.HasPrefix(rest, "..."):
			b.WriteString(`(?s:.*)`)
			i += 2
		case rest[0] == '*':
			b.WriteString(`[^/\\]*`)
		case rest[0] == '.':
			b.WriteString(`\.`)
		case rest[0] == '\\' && len(rest) > 1:
			b.WriteString(rest[:2])
			i++
		default:
			b.WriteByte(rest[0])
		}
	}
	return b.String()
}

func (p *propsStanza) matches(value string) bool {
	switch {
	case p.pattern != nil:
		ok, err := p.pattern.MatchString(value)
		return ok && err == nil
	case p.fold:
		return strings.EqualFold(p.want, value)
	}
	return p.want == value
}

// origin is where an event comes from, by which stanzas are chosen.
type origin struct{ sourcetype, source, host string }

// own is the origin in texts of its own, to be kept: those of an event may be in a
// buffer that the reader writes over.
func (o origin) own() origin {
	return origin{strings.Clone(o.sourcetype), strings.Clone(o.source), strings.Clone(o.host)}
}

// stanzas are those of props.conf.
type stanzas struct {
	sources, hosts, patterns []*propsStanza          // in order of precedence
	types                    map[string]*propsStanza // of sourcetypes, by name
	fallback                 *propsStanza
}

// newStanzas puts the stanzas in order: higher priority first, then by name in
// ASCII order.
func newStanzas(all []*propsStanza) *stanzas {
	s := &stanzas{types: map[string]*propsStanza{}}
	slices.SortFunc(all, func(a, b *propsStanza) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(b.priority, a.priority), strings.Compare(a.name, b.name))
	})
	for i, p := range all {
		p.number = i
		switch {
		case p.kind == bySource:
			s.sources = append(s.sources, p)
		case p.kind == byHost:
			s.hosts = append(s.hosts, p)
		case p.kind == byDefault:
			s.fallback = p
		case p.pattern != nil:
			s.patterns = append(s.patterns, p)
		default:
			s.types[p.name] = p
		}
	}
	return s
}

// of gives the stanzas that hold for an event, the strongest first.
func (s *stanzas) of(o origin) []*propsStanza {
	var out []*propsStanza
	add := func(list []*propsStanza, value string) {
		for _, p := range list {
			if p.matches(value) {
				out = append(out, p)
			}
		}
	}
	add(s.sources, o.source)
	add(s.hosts, o.host)
	out = append(out, s.ofType(o.sourcetype)...)
	if s.fallback != nil {
		out = append(out, s.fallback)
	}
	return out
}

// ofType gives the stanzas of a sourcetype, the strongest first.
func (s *stanzas) ofType(name string) []*propsStanza {
	var out []*propsStanza
	exact := s.types[name]
	for _, p := range s.patterns {
		if exact != nil && exact.number < p.number {
			out, exact = append(out, exact), nil
		}
		if p.matches(name) {
			out = append(out, p)
		}
	}
	if exact != nil {
		out = append(out, exact)
	}
	return out
}

// renamed is the sourcetype that events of a sourcetype show: rename= of its
// stanza, which is followed once.
func (s *stanzas) renamed(sourcetype string) string {
	for _, p := range s.ofType(sourcetype) {
		if r := p.rules["rename"]; r != nil && r.text != "" {
			return r.text
		}
	}
	return sourcetype
}
