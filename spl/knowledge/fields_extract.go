package knowledge

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"spl/eval/regex"
	"spl/parser/source"
	"spl/spl/input"
)

// step is one extraction: an EXTRACT, or a transform of a REPORT. It is made once
// and shared by all that read.
type step struct {
	from    string   // the field that is read, mostly _raw
	names   []string // what it may set; see dynamic
	dynamic bool     // names stand in the events
	made    bool     // a value may hold more than stands in the field that is read
	add     bool     // MV_ADD: values are added to those that are there
	run     func(text string, emit func(name, value string)) error
	places  *places // the same as run, where each field has its place
}

// newExtract reads EXTRACT-class = regex [in field].
func newExtract(k *Key) (*step, *source.Error) {
	pattern, from := k.Value.String, "_raw"
	if i := strings.LastIndex(pattern, " in "); i >= 0 {
		if f := strings.TrimSpace(pattern[i+4:]); isBareName(f) {
			pattern, from = strings.TrimRight(pattern[:i], " \t"), f
		}
	}
	re, err := regex.Compile(pattern, regex.Options{})
	if err != nil {
		return nil, k.Fault(source.Syntax, "%s: %s", k.Name, err)
	}
	x := &regexStep{re: re, limit: 1}
	names := x.named()
	if len(names) == 0 {
		return nil, k.Fault(source.Syntax, "%s has no named group, so it sets no field", k.Name).
			WithHelp("name a group: (?<field>...)")
	}
	return &step{from: from, names: names, run: x.groups, places: x.places()}, nil
}

// isBareName says whether what follows `in` is a field's name and not the rest of a
// pattern.
func isBareName(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isWordByte(c) && c != '.' && c != '-' && c != ':' && c != '{' && c != '}' {
			return false
		}
	}
	return s != ""
}

func isWordByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// regexStep sets fields by the groups of a regular expression.
type regexStep struct {
	re        *regex.Regexp
	limit     int // matches; 0: all
	fields    []groupField
	pairs     []groupPair
	format    []formatPair
	keepEmpty bool
	clean     bool
}

// groupField is a group by whose name a field is set.
type groupField struct {
	group int
	name  string
}

// groupPair are the groups _KEY_x and _VAL_x.
type groupPair struct{ key, value int }

// formatPair is name::value of FORMAT.
type formatPair struct{ name, value formatText }

// named sorts the groups and gives the names of the fields.
func (x *regexStep) named() []string {
	var names []string
	keys, values := map[string]int{}, map[string]int{}
	for i, n := range x.re.Names() {
		if key, ok := strings.CutPrefix(n, "_KEY_"); ok {
			keys[key] = i
		} else if val, ok := strings.CutPrefix(n, "_VAL_"); ok {
			values[val] = i
		} else if n != "" && settable(n) {
			x.fields = append(x.fields, groupField{i, n})
			names = append(names, n)
		}
	}
	for n, k := range keys {
		if v, ok := values[n]; ok {
			x.pairs = append(x.pairs, groupPair{k, v})
		}
	}
	slices.SortFunc(x.pairs, func(a, b groupPair) int { return a.key - b.key })
	slices.Sort(names)
	return slices.Compact(names)
}

// places are where the fields stand, if each has its group.
func (x *regexStep) places() *places {
	if x.limit != 1 || len(x.pairs) > 0 {
		return nil
	}
	fields := x.fields
	if x.format != nil {
		fields = nil
	}
	for _, p := range x.format {
		if p.name.refs() || !p.value.copies() {
			return nil
		}
		fields = append(fields, groupField{p.value[0].group, p.name.String()})
	}
	return &places{cut: x.re.FindSubmatchIndexIn, fields: fields, width: x.re.NumGroups() + 1, keepEmpty: x.keepEmpty}
}

// groups gives the fields of the named groups.
func (x *regexStep) groups(text string, emit func(name, value string)) error {
	return x.re.Each(text, x.limit, func(loc []int) bool {
		for _, f := range x.fields {
			if v, ok := group(text, loc, f.group); ok && (v != "" || x.keepEmpty) {
				emit(f.name, v)
			}
		}
		for _, p := range x.pairs {
			k, _ := group(text, loc, p.key)
			v, ok := group(text, loc, p.value)
			x.pair(k, v, ok, emit)
		}
		return true
	})
}

func group(text string, loc []int, n int) (string, bool) {
	if 2*n+1 >= len(loc) || loc[2*n] < 0 {
		return "", false
	}
	return text[loc[2*n]:loc[2*n+1]], true
}

// pair sets a field whose name stands in the event.
func (x *regexStep) pair(key, value string, ok bool, emit func(name, value string)) {
	if x.clean {
		key = input.CleanName(key)
	}
	if ok && (value != "" || x.keepEmpty) && key != "" && settable(key) {
		emit(key, value)
	}
}

// formatted gives the fields that FORMAT names.
func (x *regexStep) formatted(text string, emit func(name, value string)) error {
	return x.re.Each(text, x.limit, func(loc []int) bool {
		for _, p := range x.format {
			v, ok := p.value.text(text, loc)
			if p.name.refs() {
				k, _ := p.name.text(text, loc)
				x.pair(k, v, ok, emit)
			} else if ok && (v != "" || x.keepEmpty) {
				emit(p.name.String(), v)
			}
		}
		return true
	})
}

// formatText is a side of a FORMAT's pair: texts and numbers of groups in turn.
type formatText []formatPart

type formatPart struct {
	text  string
	group int // -1: text
}

func (f formatText) refs() bool {
	return slices.ContainsFunc(f, func(p formatPart) bool { return p.group >= 0 })
}

// copies says that the text is that of one group.
func (f formatText) copies() bool { return len(f) == 1 && f[0].group >= 0 }

// String is the text when it has no groups.
func (f formatText) String() string {
	var b strings.Builder
	for _, p := range f {
		b.WriteString(p.text)
	}
	return b.String()
}

// text puts the groups in; ok is false when the text is made of groups none of
// which took part.
func (f formatText) text(s string, loc []int) (text string, ok bool) {
	if f.copies() {
		return group(s, loc, f[0].group)
	}
	var b strings.Builder
	ok = !f.refs()
	for _, p := range f {
		if p.group < 0 {
			b.WriteString(p.text)
			continue
		}
		v, has := group(s, loc, p.group)
		b.WriteString(v)
		ok = ok || has
	}
	return b.String(), ok
}

// readFormat reads name::value pairs with white space in between. Either side may
// stand in double quotes.
func readFormat(s string, groups int) ([]formatPair, error) {
	var out []formatPair
	for _, w := range words(s, " \t\r\n") {
		i := strings.Index(w, "::")
		if i <= 0 {
			return nil, fmt.Errorf("%q is no pair name::value", w)
		}
		name, value := unquoteWord(w[:i]), unquoteWord(w[i+2:])
		p := formatPair{readFormatText(name), readFormatText(value)}
		for _, part := range slices.Concat(p.name, p.value) {
			if part.group > groups {
				return nil, fmt.Errorf("$%d is beyond the %d groups of REGEX", part.group, groups)
			}
		}
		out = append(out, p)
	}
	return out, nil
}

func readFormatText(s string) formatText {
	out := formatText{}
	for s != "" {
		i := strings.IndexByte(s, '$')
		digits := 0
		if i >= 0 {
			for i+1+digits < len(s) && digits < 4 && s[i+1+digits]-'0' <= 9 {
				digits++
			}
		}
		switch {
		case i < 0 || digits == 0 && i+1 == len(s):
			return append(out, formatPart{s, -1})
		case digits == 0:
			out = append(out, formatPart{s[:i+1], -1})
			s = s[i+1:]
		default:
			if i > 0 {
				out = append(out, formatPart{s[:i], -1})
			}
			n, _ := strconv.Atoi(s[i+1 : i+1+digits])
			out = append(out, formatPart{"", n})
			s = s[i+1+digits:]
		}
	}
	return out
}

// words cuts a text at any of the separators that stand outside double quotes.
func words(s, separators string) []string {
	var out []string
	start, quoted := -1, false
	for i := range len(s) {
		c := s[i]
		switch {
		case c == '"' && (i == 0 || s[i-1] != '\\'):
			quoted = !quoted
		case !quoted && strings.IndexByte(separators, c) >= 0:
			if start >= 0 {
				out = append(out, s[start:i])
			}
			start = -1
			continue
		}
		if start < 0 {
			start = i
		}
	}
	if start >= 0 {
		out = append(out, s[start:])
	}
	return out
}

// unquoteWord takes double quotes off, and the backslashes of quotes within.
func unquoteWord(s string) string {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return s
	}
	return strings.ReplaceAll(s[1:len(s)-1], `\"`, `"`)
}
