package macros

import (
	"slices"
	"strings"

	"spl/parser/source"
)

// bind finds the macro that is called and the text of each of its arguments, in the
// order of the macro's own list. On a fault, which it reports, m is nil.
func (x *expander) bind(t *source.Text, c *site) (m *Macro, values []*source.Text) {
	spans := c.args
	m = x.set.Lookup(c.name, len(spans))
	if names, after := namedArgs(t.String, c.args); names != nil {
		ordered, named, fault := x.byName(m, c, names, after)
		if fault != nil {
			x.report(t, fault)
			return nil, nil
		}
		if named {
			spans = ordered
		}
	}
	if m == nil {
		m = x.undefined(t, c)
		return m, nil
	}
	for _, s := range spans {
		values = append(values, x.argument(t, s))
	}
	return m, values
}

// namedArgs gives the names and the values of arguments that are all name=value;
// nil names if they are not.
func namedArgs(text string, args []source.Span) (names []string, values []source.Span) {
	for _, a := range args {
		s := text[a.Start:a.End]
		eq := strings.IndexByte(s, '=')
		if eq < 0 || strings.HasPrefix(s[eq:], "==") || !isArgName(strings.TrimSpace(s[:eq])) {
			return nil, nil
		}
		names = append(names, strings.TrimSpace(s[:eq]))
		values = append(values, trimSpan(text, a.Start+eq+1, a.End))
	}
	return names, values
}

// byName puts named arguments in the macro's order. They are named if the names are
// those of the macro's arguments; `m(index=main)` hands over the text index=main
// where m has no argument called index. If only some of the names are the macro's,
// that is a fault, not a guess (choice).
func (x *expander) byName(m *Macro, c *site, names []string, values []source.Span) (ordered []source.Span, named bool, fault *source.Error) {
	if m == nil {
		return nil, false, x.missingNames(c, names)
	}
	known := 0
	for _, n := range names {
		if slices.Contains(m.Args, n) {
			known++
		}
	}
	if known == 0 || m.Fault() != nil {
		return nil, false, nil
	}
	ordered = make([]source.Span, len(m.Args))
	given := map[string]bool{}
	for i, n := range names {
		at := source.Span{Start: c.args[i].Start, End: c.args[i].Start + len(n)}
		j := slices.Index(m.Args, n)
		if j < 0 {
			return nil, false, source.Errorf(source.UnknownArgument, at, "macro `%s` has no argument `%s`", m.Key(), shorten(n)).
				WithHelp("its arguments are %s; to hand over text with a '=' in it, put it between double quotes", list(m.Args))
		}
		if given[n] {
			return nil, false, source.Errorf(source.UnknownArgument, at, "argument `%s` is given twice", n).
				WithHelp("the arguments are %s", list(m.Args))
		}
		given[n] = true
		ordered[j] = values[i]
	}
	return ordered, true, nil
}

// missingNames says which arguments are missing of a macro that has all those named.
func (x *expander) missingNames(c *site, names []string) *source.Error {
	for _, n := range x.set.arities[c.name] {
		m := x.set.Lookup(c.name, n)
		var missing []string
		for _, a := range m.Args {
			if !slices.Contains(names, a) {
				missing = append(missing, a)
			}
		}
		if len(m.Args) != len(names)+len(missing) {
			continue
		}
		return source.Errorf(source.UnknownArgument, c.at, "macro `%s` also needs %s", m.Key(), list(missing)).
			WithHelp("call it as `%s`", m.Signature())
	}
	return nil
}

// list writes names as a reader does: `a`, `b`.
func list(names []string) string { return "`" + strings.Join(names, "`, `") + "`" }

// argument is the text that an argument hands over: without the quotes around it,
// and with the \" in it made ". Each byte keeps its place in the caller's text.
func (x *expander) argument(t *source.Text, s source.Span) *source.Text {
	b := &builder{work: &x.work}
	text := t.String[s.Start:s.End]
	if len(text) < 2 || text[0] != '"' || closingQuote(text, 0) != len(text) {
		b.slice(t, s, nil)
		return b.text()
	}
	s.Start, s.End = s.Start+1, s.End-1
	for i := s.Start; i < s.End; i++ {
		if t.String[i] != '\\' {
			continue
		}
		if i++; t.String[i] == '"' {
			b.slice(t, source.Span{Start: s.Start, End: i - 1}, nil)
			s.Start = i
		}
	}
	b.slice(t, s, nil)
	return b.text()
}

// unquotedArg takes the quotes off an argument of a call within a string, where
// they are written \".
func unquotedArg(text string, s source.Span) source.Span {
	if arg := text[s.Start:s.End]; len(arg) >= 4 && strings.HasPrefix(arg, `\"`) && strings.HasSuffix(arg, `\"`) {
		return source.Span{Start: s.Start + 2, End: s.End - 2}
	}
	return s
}

// substitute puts the arguments' texts in the place of $name$ in a definition. What
// stems from the definition gets the call's frame; arguments keep their own.
func (x *expander) substitute(def *source.Text, m *Macro, values []*source.Text, frame *source.Frame) *source.Text {
	b := &builder{work: &x.work}
	text := def.String
	if len(values) == 0 {
		b.slice(def, source.Span{Start: 0, End: len(text)}, frame)
		return b.text()
	}
	done := 0
	for i := 0; i < len(text) && x.work >= 0; i++ {
		if text[i] != '$' {
			continue
		}
		x.work -= len(m.Args)
		arg, end := argToken(text, i, m.Args)
		switch {
		case end > 0:
			b.slice(def, source.Span{Start: done, End: i}, frame)
			b.slice(values[arg], source.Span{Start: 0, End: len(values[arg].String)}, nil)
			done, i = end, end-1
		case strings.HasPrefix(text[i+1:], "$"):
			if _, next := argToken(text, i+1, m.Args); next == 0 {
				b.slice(def, source.Span{Start: done, End: i + 1}, frame)
				done, i = i+2, i+1
			}
		}
	}
	b.slice(def, source.Span{Start: done, End: len(text)}, frame)
	return b.text()
}

// argToken reads $name$ at i: which argument it is, and the offset after it; 0 if
// it is none of these.
func argToken(text string, i int, args []string) (arg, end int) {
	end = i + 1
	for end < len(text) && isNameByte(text[end]) {
		end++
	}
	if end == len(text) || text[end] != '$' {
		return 0, 0
	}
	arg = slices.Index(args, text[i+1:end])
	if arg < 0 {
		return 0, 0
	}
	return arg, end + 1
}
