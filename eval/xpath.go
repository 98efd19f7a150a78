package eval

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// XPath is a location path of XPath 1.0: steps of /name, //name, *, ., @name and
// text(), each with conditions: [2], [last()], [name], [@name], [name="text"],
// [@name="text"]; several paths with | between. It is what the xpath command takes.
type XPath struct{ paths [][]xstep }

// xstep is a step of a path.
type xstep struct {
	deep bool   // //: any number of elements may stand between
	name string // "*": every element; "": the element itself
	kind xkind
	test []xtest
}

type xkind uint8

const (
	xelement xkind = iota
	xattribute
	xtext
)

// xtest is a condition in brackets.
type xtest struct {
	index int // from 1; -1: the last; 0: not an index
	attr  bool
	name  string // "." the element's own text
	value string
	equal bool // the value counts
}

// ParseXPath reads an expression. The error says what in it cannot be read.
func ParseXPath(s string) (*XPath, error) {
	x := &XPath{}
	for _, part := range splitOutside(s, '|') {
		steps, err := parseXSteps(strings.TrimSpace(part))
		if err != nil {
			return nil, fmt.Errorf("%w in the XPath expression %q", err, s)
		}
		x.paths = append(x.paths, steps)
	}
	return x, nil
}

// splitOutside cuts a text at a character that is neither in quotes nor brackets.
func splitOutside(s string, at byte) []string {
	var out []string
	start, depth, quote := 0, 0, byte(0)
	for i := range len(s) {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == at && depth == 0:
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	return append(out, s[start:])
}

func parseXSteps(s string) ([]xstep, error) {
	if s == "" {
		return nil, fmt.Errorf("a path is missing")
	}
	var steps []xstep
	parts := splitOutside(s, '/')
	deep := s[0] != '/' // a relative path starts anywhere below the top
	if !deep {
		parts = parts[1:]
	} else if parts[0] == "." {
		parts, deep = parts[1:], false
	}
	for i, p := range parts {
		if p == "" {
			if i == len(parts)-1 {
				return nil, fmt.Errorf("a name is missing after /")
			}
			deep = true
			continue
		}
		st, err := parseXStep(p)
		if err != nil {
			return nil, err
		}
		st.deep, deep = deep, false
		steps = append(steps, st)
	}
	return steps, nil
}

func parseXStep(s string) (xstep, error) {
	st := xstep{}
	name, rest := s, ""
	if i := strings.IndexByte(s, '['); i >= 0 {
		name, rest = s[:i], s[i:]
	}
	switch name = strings.TrimSpace(name); {
	case name == "text()":
		st.kind = xtext
	case name == ".":
	case strings.HasPrefix(name, "@"):
		st.kind, st.name = xattribute, name[1:]
	default:
		st.name = strings.TrimPrefix(name, "child::")
	}
	if strings.ContainsAny(st.name, "()$:'\" ") && !isQualified(st.name) || name == ".." {
		return st, fmt.Errorf("%q is not supported", name)
	}
	for rest != "" {
		end := bracketEnd(rest)
		if rest[0] != '[' || end < 0 {
			return st, fmt.Errorf("%q cannot be read", rest)
		}
		t, err := parseXTest(strings.TrimSpace(rest[1:end]))
		if err != nil {
			return st, err
		}
		st.test = append(st.test, t)
		rest = strings.TrimSpace(rest[end+1:])
	}
	return st, nil
}

// isQualified says whether a name is a prefix and a name: ns:item.
func isQualified(s string) bool {
	prefix, name, ok := strings.Cut(s, ":")
	return ok && prefix != "" && name != "" && !strings.ContainsAny(s, "()$'\" ") && !strings.Contains(name, ":")
}

func bracketEnd(s string) int {
	quote := byte(0)
	for i := range len(s) {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == ']':
			return i
		}
	}
	return -1
}

func parseXTest(s string) (xtest, error) {
	if s == "last()" {
		return xtest{index: -1}, nil
	}
	if n, err := strconv.Atoi(s); err == nil && n > 0 {
		return xtest{index: n}, nil
	}
	t := xtest{}
	name, value, equal := strings.Cut(s, "=")
	name = strings.TrimSpace(name)
	if equal {
		t.equal = true
		t.value = strings.TrimSpace(value)
		if n := len(t.value); n >= 2 && (t.value[0] == '"' || t.value[0] == '\'') && t.value[n-1] == t.value[0] {
			t.value = t.value[1 : n-1]
		} else if _, err := strconv.ParseFloat(t.value, 64); err != nil {
			return t, fmt.Errorf("the condition [%s] is not supported", s)
		}
	}
	if name == "text()" {
		name = "."
	}
	if t.attr = strings.HasPrefix(name, "@"); t.attr {
		name = name[1:]
	}
	if t.name = name; name == "" || strings.ContainsAny(name, "()[]<>!/ '\"") {
		return t, fmt.Errorf("the condition [%s] is not supported", s)
	}
	return t, nil
}

// Find gives what the expression selects of an XML text: attributes and text() as
// texts; an element by its text or, where it has elements in it, as XML.
//
// Choice: the form of elements.
func (x *XPath) Find(text string) []string {
	top := readXML(strings.Trim(text, " \t\r\n\ufeff"))
	var out []string
	for _, steps := range x.paths {
		out = append(out, findX([]*element{top}, steps)...)
	}
	return out
}

func findX(at []*element, steps []xstep) []string {
	for i, st := range steps {
		if st.kind != xelement {
			if i < len(steps)-1 {
				return nil
			}
			return st.texts(at)
		}
		var next []*element
		seen := map[*element]bool{}
		for _, e := range at {
			for _, f := range st.children(e) {
				if !seen[f] {
					seen[f] = true
					next = append(next, f)
				}
			}
		}
		at = next
	}
	var out []string
	for _, e := range at {
		if len(e.kids) > 0 {
			out = append(out, e.outer)
		} else {
			out = append(out, e.text.String())
		}
	}
	return out
}

// children are the elements that a step leads to. Conditions on a position count
// among the children of one element.
func (st *xstep) children(e *element) []*element {
	if st.name == "" {
		return []*element{e}
	}
	var out []*element
	for _, k := range e.kids {
		if st.name == "*" || k.name == st.name {
			out = append(out, k)
		}
	}
	for _, t := range st.test {
		out = t.keep(out)
	}
	if st.deep {
		for _, k := range e.kids {
			out = append(out, st.children(k)...)
		}
	}
	return out
}

func (t *xtest) keep(list []*element) []*element {
	switch {
	case t.index < 0:
		return list[max(len(list)-1, 0):]
	case t.index > 0:
		return list[min(t.index-1, len(list)):min(t.index, len(list))]
	}
	return slices.DeleteFunc(slices.Clone(list), func(e *element) bool { return !t.holds(e) })
}

func (t *xtest) holds(e *element) bool {
	switch {
	case t.attr:
		for _, a := range e.attrs {
			if fullName(a.Name) == t.name && (!t.equal || a.Value == t.value) {
				return true
			}
		}
		return false
	case t.name == ".":
		return !t.equal || e.text.String() == t.value
	}
	for _, k := range e.kids {
		if k.name == t.name && (!t.equal || k.text.String() == t.value) {
			return true
		}
	}
	return false
}

// texts are the attributes or texts that the last step selects.
func (st *xstep) texts(at []*element) []string {
	var out []string
	for _, e := range at {
		if st.kind == xtext {
			if s := e.text.String(); s != "" && e.name != "" {
				out = append(out, s)
			}
		} else {
			for _, a := range e.attrs {
				if st.name == "*" || fullName(a.Name) == st.name {
					out = append(out, a.Value)
				}
			}
		}
		if st.deep {
			out = append(out, st.texts(e.kids)...)
		}
	}
	return out
}
