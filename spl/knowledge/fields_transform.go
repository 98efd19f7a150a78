package knowledge

import (
	"slices"
	"strings"

	"spl/eval/regex"
	"spl/parser/source"
	"spl/spl/input"
)

// newReport reads REPORT-class = transform, transform. Transforms that are not there
// or cannot be read are reported and left out.
func newReport(k *Key, transforms *Conf, made map[string]*transform) ([]*step, source.Errors) {
	var out []*step
	var errs source.Errors
	for _, name := range words(k.Value.String, ", \t") {
		name = unquoteWord(name)
		t := made[name]
		if t == nil {
			s := transforms.Stanza(name)
			if s == nil {
				errs = append(errs, k.Fault(source.UnknownArgument, "%s names the transform %q, which no transforms.conf has", k.Name, name).
					WithHelp("add a stanza [%s] to transforms.conf, with REGEX or DELIMS", name))
				continue
			}
			t = &transform{}
			var fault *source.Error
			if t.step, fault = newTransform(s); fault != nil {
				errs = append(errs, fault)
			}
			made[name] = t
		}
		if t.step != nil {
			out = append(out, t.step)
		}
	}
	return out, errs
}

// transform is a stanza of transforms.conf that was read: without a step when it
// cannot be.
type transform struct{ step *step }

// newTransform reads a search-time transform (events-and-fields 3.5).
func newTransform(s *Stanza) (*step, *source.Error) {
	out := &step{from: s.Get("SOURCE_KEY", "_raw")}
	if name, ok := strings.CutPrefix(out.from, "MetaData:"); ok {
		out.from = strings.ToLower(name)
	}
	out.from = strings.TrimPrefix(out.from, "field:")
	var fault *source.Error
	flag := func(name string, def bool) bool {
		v, e := boolean(s.Key(name), def)
		if e != nil && fault == nil {
			fault = e
		}
		return v
	}
	out.add = flag("MV_ADD", false)
	clean, keepEmpty := flag("CLEAN_KEYS", true), flag("KEEP_EMPTY_VALS", false)
	if fault != nil {
		return nil, fault
	}
	switch {
	case s.Key("REGEX") != nil:
		return out, out.regex(s, &regexStep{clean: clean, keepEmpty: keepEmpty})
	case s.Key("DELIMS") != nil:
		return out, out.delims(s, &delimStep{clean: clean, keepEmpty: keepEmpty})
	}
	return nil, stanzaFault(s, "a transform of a REPORT needs REGEX or DELIMS")
}

// boolean reads a setting that is true or false.
func boolean(k *Key, def bool) (bool, *source.Error) {
	if k == nil || k.Value.String == "" {
		return def, nil
	}
	switch strings.ToLower(k.Value.String) {
	case "true", "t", "1", "yes", "y", "enabled":
		return true, nil
	case "false", "f", "0", "no", "n", "disabled":
		return false, nil
	}
	return def, k.Fault(source.Syntax, "%s must be true or false", k.Name)
}

// regex reads REGEX and FORMAT. A pattern is applied again and again where names
// stand in the event, and where values are added up.
func (s *step) regex(st *Stanza, x *regexStep) *source.Error {
	k := st.Key("REGEX")
	re, err := regex.Compile(k.Value.String, regex.Options{})
	if err != nil {
		return k.Fault(source.Syntax, "[%s] REGEX: %s", st.Name, err)
	}
	x.re = re
	names := x.named()
	if f := st.Key("FORMAT"); f != nil && f.Value.String != "" {
		if x.format, err = readFormat(f.Value.String, re.NumGroups()); err != nil {
			return f.Fault(source.Syntax, "[%s] FORMAT: %s", st.Name, err).WithHelp("for example: FORMAT = user::$1 src::$2")
		}
		s.run = x.formatted
		for _, p := range x.format {
			s.made = s.made || !p.value.copies()
			if p.name.refs() {
				s.dynamic = true
			} else if n := p.name.String(); settable(n) {
				s.names = append(s.names, n)
			} else {
				return f.Fault(source.Unsupported, "[%s] FORMAT: the field %s cannot be set", st.Name, n)
			}
		}
	} else {
		s.names, s.run, s.dynamic = names, x.groups, len(x.pairs) > 0
	}
	if len(s.names) == 0 && !s.dynamic {
		return k.Fault(source.Syntax, "[%s] REGEX has no named group and there is no FORMAT, so it sets no field", st.Name).
			WithHelp("name a group, (?<field>...), or add FORMAT = field::$1")
	}
	slices.Sort(s.names)
	s.names = slices.Compact(s.names)
	if !s.dynamic && !s.add {
		x.limit = 1
		s.places = x.places()
	}
	return nil
}

// delims reads DELIMS and FIELDS.
func (s *step) delims(st *Stanza, x *delimStep) *source.Error {
	k := st.Key("DELIMS")
	sets := words(k.Value.String, ", \t")
	for i, w := range sets {
		sets[i] = unescapeDelims(unquoteWord(w))
	}
	if len(sets) == 0 || len(sets) > 2 || sets[0] == "" {
		return k.Fault(source.Syntax, "[%s] DELIMS wants one or two quoted sets of characters", st.Name).
			WithHelp(`for example: DELIMS = "|", "=" or DELIMS = "," with FIELDS`)
	}
	x.pairs = sets[0]
	if len(sets) == 2 {
		x.keys, s.dynamic, s.run = sets[1], true, x.keyValues
		return nil
	}
	f := st.Key("FIELDS")
	if f == nil {
		return k.Fault(source.Syntax, "[%s] DELIMS with one set of characters needs FIELDS", st.Name).WithHelp("FIELDS = first, second, third")
	}
	for _, n := range words(f.Value.String, ", \t") {
		n = unquoteWord(n)
		x.names = append(x.names, n)
		if settable(n) {
			s.names = append(s.names, n)
		}
	}
	s.run = x.positional
	if !s.add {
		s.places = x.places()
	}
	return nil
}

var delimEscapes = strings.NewReplacer(`\t`, "\t", `\n`, "\n", `\r`, "\r", `\\`, `\`, `\"`, `"`)

func unescapeDelims(s string) string { return delimEscapes.Replace(s) }

// delimStep cuts a text at characters.
type delimStep struct {
	pairs, keys string // each character separates
	names       []string
	keepEmpty   bool
	clean       bool
}

// next takes a piece off s up to one of the characters; a piece in double quotes may
// hold them. more is false when it was the last.
func nextPiece(s, delims string) (piece, rest string, more bool) {
	from := 0
	if strings.HasPrefix(s, `"`) {
		if n := strings.IndexByte(s[1:], '"'); n >= 0 {
			from = n + 2
		}
	}
	end := strings.IndexAny(s[from:], delims)
	if end < 0 {
		return s, "", false
	}
	return s[:from+end], s[from+end+1:], true
}

func unquoteValue(s string) string {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return s[1 : len(s)-1]
	}
	return s
}

func (x *delimStep) positional(text string, emit func(name, value string)) error {
	for i, more := 0, true; more && i < len(x.names); i++ {
		var v string
		v, text, more = nextPiece(text, x.pairs)
		if v = unquoteValue(v); (v != "" || x.keepEmpty) && settable(x.names[i]) {
			emit(x.names[i], v)
		}
	}
	return nil
}

// places are where the fields stand.
func (x *delimStep) places() *places {
	p := &places{cut: x.cut, width: len(x.names), keepEmpty: x.keepEmpty}
	for i, n := range x.names {
		if settable(n) {
			p.fields = append(p.fields, groupField{i, n})
		}
	}
	return p
}

// cut is positional, for the places of the pieces.
func (x *delimStep) cut(text string, room []int) ([]int, error) {
	at, rest := room[:0], text
	for i, more := 0, true; more && i < len(x.names); i++ {
		from := len(text) - len(rest)
		var piece string
		piece, rest, more = nextPiece(rest, x.pairs)
		v := unquoteValue(piece)
		from += (len(piece) - len(v)) / 2
		at = append(at, from, from+len(v))
	}
	return at, nil
}

func (x *delimStep) keyValues(text string, emit func(name, value string)) error {
	for text != "" {
		at := strings.IndexAny(text, x.pairs+x.keys)
		if at < 0 {
			break
		}
		if strings.IndexByte(x.keys, text[at]) < 0 { // a piece without a value
			text = text[at+1:]
			continue
		}
		key := strings.Trim(text[:at], " \t\r\n\"")
		var v string
		v, text, _ = nextPiece(text[at+1:], x.pairs)
		if x.clean {
			key = input.CleanName(key)
		}
		if v = unquoteValue(v); key != "" && settable(key) && (v != "" || x.keepEmpty) {
			emit(key, v)
		}
	}
	return nil
}
