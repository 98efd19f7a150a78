package knowledge

import (
	"slices"
	"strings"
	"sync"

	"spl/eval"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/input"
)

// rule is one setting of a props.conf stanza. A setting that is empty or faulty is a
// rule that does nothing, and hides weaker ones of its name all the same.
type rule struct {
	name    string // the key
	kind    string // EXTRACT, REPORT...; the key itself when it has no class
	class   string
	text    string
	off     bool // of AUTO_KV_JSON: false
	steps   []*step
	aliases []alias
	field   string // of EVAL
	prog    *eval.Program
	lookup  *lookupRule
	value   any                // of an index-time setting; nil: it says nothing
	edit    func(*input.Event) // of SEDCMD and TRANSFORMS
}

// alias copies a field.
type alias struct {
	from, to string
	asNew    bool // only for events without the field
}

// lookupRule is an automatic lookup. Which fields it sets is asked of its table once.
type lookupRule struct {
	auto *autoLookup
	key  *Key
	once sync.Once
	outs []string
}

func (l *lookupRule) outputs() []string {
	l.once.Do(func() { l.outs = l.auto.outputs() })
	return l.outs
}

// ruleReader reads stanzas of props.conf.
type ruleReader struct {
	b          *Base
	transforms *Conf
	made       map[string]*transform
	errs       source.Errors
	notes      source.Errors
}

func (r *ruleReader) fault(e *source.Error) {
	if e != nil {
		r.errs = append(r.errs, e)
	}
}

// stanza reads the settings of a stanza into p.
func (r *ruleReader) stanza(s *Stanza, p *propsStanza) {
	for i := range s.Keys {
		k := &s.Keys[i]
		kind, class, ok := strings.Cut(k.Name, "-")
		switch {
		case ok && classes[kind] && class != "":
			p.rules[k.Name] = r.class(k, kind, class)
		case settings[k.Name]:
			p.rules[k.Name] = r.setting(k, p)
		case indexKeys[k.Name] != nil || ok && class != "" && (kind == sedClass || kind == transformsClass):
			// of index_keys.go
		case unappliedKeys[k.Name] || ok && indexClasses[kind]:
			r.notes = append(r.notes, k.note(source.Unsupported, "%s is not applied: of what acts when events are indexed, it is not supported", k.Name))
		case !otherKeys[k.Name]:
			r.unknown(k, s.Name, propsKeys())
		}
	}
}

// class reads a setting that has a class.
func (r *ruleReader) class(k *Key, kind, class string) *rule {
	out := &rule{name: k.Name, kind: kind, class: class, text: k.Value.String}
	if out.text == "" {
		return out
	}
	switch kind {
	case "EXTRACT":
		if s, fault := newExtract(k); fault != nil {
			r.fault(fault)
		} else {
			out.steps = []*step{s}
		}
	case "REPORT":
		var errs source.Errors
		out.steps, errs = newReport(k, r.transforms, r.made)
		r.errs = append(r.errs, errs...)
	case "FIELDALIAS":
		var fault *source.Error
		out.aliases, fault = readAliases(k)
		r.fault(fault)
	case "EVAL":
		out.field = unquoteName(class)
		if !settable(out.field) {
			r.notes = append(r.notes, k.note(source.Unsupported, "%s is not applied: %s is the event itself", k.Name, out.field))
			return out
		}
		var errs source.Errors
		out.prog, errs = compileEval(k)
		r.errs = append(r.errs, errs...)
	case "LOOKUP":
		auto, fault := r.b.parseAutoLookup(k.Value.String)
		if fault != nil {
			k.Value.Resolve(source.Errors{fault})
			r.fault(fault)
		} else {
			out.lookup = &lookupRule{auto: auto, key: k}
		}
	}
	return out
}

// readAliases reads orig AS new, several times.
func readAliases(k *Key) ([]alias, *source.Error) {
	w := words(k.Value.String, " \t\r\n,")
	var out []alias
	for len(w) >= 3 && (strings.EqualFold(w[1], "AS") || strings.EqualFold(w[1], "ASNEW")) {
		a := alias{unquoteName(w[0]), unquoteName(w[2]), strings.EqualFold(w[1], "ASNEW")}
		if strings.Contains(a.from+a.to, "*") {
			return nil, k.Fault(source.Syntax, "%s: an alias cannot have a *", k.Name).WithHelp("write one alias for each field")
		}
		if settable(a.to) {
			out = append(out, a)
		}
		w = w[3:]
	}
	if len(w) > 0 {
		return nil, k.Fault(source.Syntax, "%s cannot be read from %q on", k.Name, w[0]).WithHelp("for example: user.name AS user src_ip ASNEW src")
	}
	return out, nil
}

// unquoteName takes quotes of either kind off a field's name.
func unquoteName(s string) string {
	if n := len(s); n >= 2 && s[0] == s[n-1] && (s[0] == '"' || s[0] == '\'') {
		return s[1 : n-1]
	}
	return s
}

// noCommands is the parser for texts in which no subsearch can stand.
func noCommands() *parser.Parser {
	return &parser.Parser{Lookup: func(string) (parser.Syntax, *source.Error) {
		return nil, source.Errorf(source.Unsupported, source.Span{}, "a subsearch cannot stand here")
	}}
}

// compileEval reads the expression of an EVAL.
func compileEval(k *Key) (*eval.Program, source.Errors) {
	fail := func(errs ...*source.Error) (*eval.Program, source.Errors) {
		return nil, k.Value.Resolve(errs)
	}
	a := &parser.Args{Command: "EVAL", Text: k.Value.String, Parser: noCommands()}
	x, fault := parser.ParseExpr(a)
	if fault != nil {
		return fail(fault)
	}
	p, errs := eval.Compile(x)
	if len(errs) > 0 {
		return fail(errs...)
	}
	if p.Boolean() {
		return fail(source.Errorf(source.Syntax, x.Where(), "%s: a field cannot be TRUE or FALSE", k.Name).
			WithHelp(`turn the condition into text: if(%s, "true", "false")`, x))
	}
	env := &eval.Env{}
	env.SearchMatch = env.MatchText
	if _, err := p.Bind(env); err != nil {
		return fail(source.Errorf(source.Unsupported, x.Where(), "%s: %s", k.Name, err))
	}
	return p, nil
}

// kvModes are the values of KV_MODE.
var kvModes = []string{"auto", "auto_escaped", "json", "multi", "none", "xml"}

// setting reads a setting without a class.
func (r *ruleReader) setting(k *Key, p *propsStanza) *rule {
	out := &rule{name: k.Name, kind: k.Name, text: k.Value.String}
	switch k.Name {
	case "KV_MODE":
		mode, table, _ := strings.Cut(strings.ToLower(out.text), ":")
		if mode == "multi" {
			r.notes = append(r.notes, k.note(source.Unsupported, "KV_MODE = multi gives the columns of a table as multivalues; the event is not split into its lines"))
			if table != "" {
				r.notes = append(r.notes, k.note(source.Unsupported, "the stanza of multikv.conf is not read"))
			}
		}
		if out.text = mode; mode != "" && !slices.Contains(kvModes, mode) {
			r.fault(k.Fault(source.Syntax, "KV_MODE must be one of %s", strings.Join(kvModes, ", ")))
			out.text = ""
		}
	case "AUTO_KV_JSON":
		on, fault := boolean(k, true)
		r.fault(fault)
		out.off = !on
	case "rename":
		if p.kind != bySourcetype {
			r.notes = append(r.notes, k.note(source.Unsupported, "rename holds for sourcetypes only"))
			out.text = ""
		}
	}
	return out
}
