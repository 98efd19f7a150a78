package eval

import (
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"spl/eval/batch"
	"spl/eval/jsontext"
)

// pathReader finds what stands at some paths in one JSON text after the other. Texts that
// are like earlier ones are read by that likeness, see [jsontext.Reader]. It belongs to
// one goroutine.
type pathReader struct {
	paths  [][]step // nil: one that leads nowhere
	reader jsontext.Reader
	set    *jsontext.Set
	hits   [][]string // of each path, as JSON; lent until the next read
}

func newPathReader(paths ...[]step) *pathReader {
	p := &pathReader{paths: paths, hits: make([][]string, len(paths))}
	p.set = jsontext.NewSet(p.walk)
	return p
}

// read finds the hits in a text; ok is false when it is no JSON.
func (p *pathReader) read(text string) (ok bool) {
	for i := range p.hits {
		p.hits[i] = p.hits[i][:0]
	}
	if !isBare(text) {
		text = strings.Trim(text, " \t\r\n")
	}
	if jsontext.Fast {
		if r := p.reader.Read(p.set, text); r != nil {
			for i := range r.Values {
				v := &r.Values[i]
				p.hits[v.Name] = append(p.hits[v.Name], p.reader.Raw(v, text))
			}
			return true
		}
	}
	j, ok := parseJSON(text)
	if ok {
		p.each(j, nil, func(path int, v gjson.Result) { p.hits[path] = append(p.hits[path], strings.TrimSpace(v.Raw)) })
	}
	return ok
}

func (p *pathReader) each(j gjson.Result, look func(quoted, key string), visit func(path int, v gjson.Result)) {
	for i, steps := range p.paths {
		if steps != nil {
			walkJSON(j, steps, look, func(v gjson.Result) { visit(i, v) })
		}
	}
}

// walk goes along the paths, and keeps how.
func (p *pathReader) walk(text string, r *jsontext.Reading) bool {
	j, ok := parseJSON(text)
	if !ok {
		return false
	}
	look := func(quoted, key string) {
		only := key != "" && quoted[1] != key[0]
		r.Key(jsontext.Offset(text, quoted), quoted[1:len(quoted)-1], only)
	}
	p.each(j, look, func(path int, v gjson.Result) { keep(r, path, text, strings.TrimSpace(v.Raw)) })
	return true
}

// keep keeps a value of the text.
func keep(r *jsontext.Reading, name int, text, raw string) {
	from := jsontext.Offset(text, raw)
	r.Value(name, from, from+len(raw))
}

// Finder gives what stands at a path of a JSON or XML text, for one text after the other,
// by the rules of the spath command: several hits are several values, strings are decoded,
// objects and arrays are JSON text as it stands. It belongs to one goroutine.
type Finder struct {
	steps []step
	json  *pathReader
	found []string
}

// Finder makes one for the path.
func (p *Path) Finder() *Finder { return &Finder{steps: p.steps, json: newPathReader(p.steps)} }

// Find gives what stands at the path. The slice is lent until the next call.
func (f *Finder) Find(text string) []string {
	text = trimDocument(text)
	if strings.HasPrefix(text, "<") {
		return spathXML(text, f.steps)
	}
	f.found = f.found[:0]
	if f.json.read(text) {
		for _, raw := range f.json.hits[0] {
			f.found = append(f.found, scalarText(raw))
		}
	}
	return f.found
}

// LeafReader is [Leaves] for one text after the other, for the leaves whose names are
// wanted. It belongs to one goroutine.
type LeafReader struct {
	want   batch.Fields
	few    bool // the wanted are a few names and nothing else
	reader jsontext.Reader
	set    *jsontext.Set
	names  []string
	number map[string]int // of a name; -1: not wanted
}

// NewLeafReader makes one for these fields.
func NewLeafReader(want batch.Fields) *LeafReader {
	l := &LeafReader{want: want}
	names, exact := want.Exact()
	l.few = exact && len(names) <= maxLed
	l.forget()
	return l
}

func (l *LeafReader) forget() {
	l.names, l.number, l.set = nil, map[string]int{}, jsontext.NewSet(l.walk)
}

// maxLed is up to how many names each key is asked whether it leads to one.
const maxLed = 64

// maxLeafNames is how many names are remembered. Data may have a new one in each text.
const maxLeafNames = 1 << 14

// Begin says that the numbers given until now are not asked for any more.
func (l *LeafReader) Begin() {
	if len(l.number) > maxLeafNames {
		l.forget()
	}
}

// Name is that of a number.
func (l *LeafReader) Name(number int) string { return l.names[number] }

// Read gives the wanted leaves of a text, with the numbers of their names.
func (l *LeafReader) Read(text string, emit func(name int, value string)) {
	text = trimDocument(text)
	var r *jsontext.Reading
	if jsontext.Fast {
		r = l.reader.Read(l.set, text)
	}
	if r == nil {
		w := leafWalk{leads: l.leads, leaf: func(name []byte, v gjson.Result) {
			if i := l.numberOf(name); i >= 0 {
				emit(i, scalarText(v.Raw))
			}
		}}
		leaves(text, &w, func(name []byte, value string) {
			if i := l.numberOf(name); i >= 0 {
				emit(i, value)
			}
		})
		return
	}
	for i := range r.Values {
		emit(r.Values[i].Name, l.reader.Value(&r.Values[i], text))
	}
}

// walk reads the leaves of a text that is JSON, and keeps how.
func (l *LeafReader) walk(text string, r *jsontext.Reading) bool {
	w := leafWalk{
		leads: l.leads,
		key: func(quoted string, path []byte) {
			only := !l.leads(append(path, quoted[1]))
			r.Key(jsontext.Offset(text, quoted), quoted[1:len(quoted)-1], only)
		},
		leaf: func(name []byte, v gjson.Result) {
			if i := l.numberOf(name); i >= 0 {
				keep(r, i, text, v.Raw)
			}
		},
	}
	return w.text(text)
}

// leads says whether a name that begins so may be wanted.
func (l *LeafReader) leads(path []byte) bool {
	return !l.few || slices.ContainsFunc(l.want.Names, func(n string) bool {
		return len(n) >= len(path) && n[:len(path)] == string(path)
	})
}

func (l *LeafReader) numberOf(name []byte) int {
	i, ok := l.number[string(name)]
	if ok {
		return i
	}
	n := string(name)
	if i = -1; l.want.Has(n) {
		i = len(l.names)
		l.names = append(l.names, n)
	}
	l.number[n] = i
	return i
}
