package eval

import (
	"strings"

	"github.com/tidwall/gjson"

	"spl/eval/jsontext"
)

// What the commands on JSON and XML need of the functions here.

// Path is a path into JSON or XML, as spath takes it: a.b{}.c{0}, e{@attribute}.
type Path struct{ steps []step }

// ParsePath reads a path. A key in single quotes may hold dots. ok is false for
// what is no path.
func ParsePath(s string) (p *Path, ok bool) {
	steps, ok := parsePath(s, true)
	return &Path{steps}, ok
}

// Leaves gives all leaves of a text that is JSON or XML, by Splunk's names
// (events-and-fields 3.6). The name is only lent. It says whether the text is
// either.
func Leaves(text string, emit func(name []byte, value string)) bool {
	return leaves(text, &leafWalk{leaf: func(name []byte, v gjson.Result) { emit(name, scalarText(v.Raw)) }}, emit)
}

// leaves is Leaves with a walk through what is JSON.
func leaves(text string, w *leafWalk, emit func(name []byte, value string)) bool {
	text = trimDocument(text)
	if strings.HasPrefix(text, "<") {
		top := readXML(text)
		for _, e := range top.kids {
			e.leaves([]byte(e.name), emit)
		}
		return len(top.kids) > 0
	}
	return w.text(text)
}

// leafWalk goes to the leaves of a JSON text.
type leafWalk struct {
	// leads, if it is set, says whether names that begin so are wanted.
	leads func(path []byte) bool
	// key, if it is set, is shown each key, in quotes, and what path it stands behind.
	key func(quoted string, path []byte)
	// leaf takes a leaf, whose name is lent.
	leaf func(path []byte, v gjson.Result)
}

// text says whether a text is an object or array.
func (w *leafWalk) text(text string) bool {
	j, ok := parseJSON(text)
	if ok = ok && j.Type == gjson.JSON; ok {
		w.value(j, nil)
	}
	return ok
}

func (w *leafWalk) value(j gjson.Result, path []byte) {
	switch {
	case j.IsObject():
		if len(path) > 0 {
			path = append(path, '.')
		}
		j.ForEach(func(k, v gjson.Result) bool {
			if w.key != nil {
				w.key(k.Raw, path)
			}
			if inner := append(path, jsontext.String(k.Raw)...); w.leads == nil || w.leads(inner) {
				w.value(v, inner)
			}
			return true
		})
	case j.IsArray():
		path = append(path, "{}"...)
		j.ForEach(func(_, v gjson.Result) bool {
			w.value(v, path)
			return true
		})
	default:
		w.leaf(path, j)
	}
}

// leaves gives the attributes and the text of an element and those within it. An
// element without text gives none.
func (e *element) leaves(path []byte, emit func([]byte, string)) {
	for _, a := range e.attrs {
		name := append(append(append(path, "{@"...), fullName(a.Name)...), '}')
		emit(name, a.Value)
	}
	if len(e.kids) == 0 {
		if text := e.text.String(); strings.TrimSpace(text) != "" {
			emit(path, text)
		}
		return
	}
	for _, k := range e.kids {
		k.leaves(append(append(path, '.'), k.name...), emit)
	}
}

// Members gives the keys of a text that is a JSON object, each with the texts of its
// value: of an array one for each element, of null none, objects as JSON. It says
// whether the text is an object.
func Members(text string, emit func(key string, values []string)) bool {
	j, ok := parseJSON(text)
	if !ok || !j.IsObject() {
		return false
	}
	for _, m := range members(j) {
		switch {
		case m.value.IsArray():
			emit(m.key, arrayToMV(m.value, false).Values())
		case m.value.Type == gjson.Null:
			emit(m.key, nil)
		case m.value.IsObject():
			emit(m.key, []string{compactJSON(m.value.Raw)})
		default:
			emit(m.key, []string{scalarText(m.value.Raw)})
		}
	}
	return true
}

// AppendJSONText writes a text as a JSON string.
func AppendJSONText(out []byte, s string) []byte { return appendJSONText(out, s) }

// CompactJSON is a text that is JSON without the white space between its parts; ok
// is false for one that is none.
func CompactJSON(s string) (compact string, ok bool) {
	j, ok := parseJSON(s)
	if !ok {
		return "", false
	}
	return compactJSON(strings.TrimSpace(j.Raw)), true
}
