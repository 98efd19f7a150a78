package eval

import (
	"slices"

	"github.com/tidwall/gjson"

	"spl/eval/batch"
	"spl/eval/jsontext"
)

// Finder is [Spath] with one path for one text after the other. Texts that are like
// earlier ones are read by that likeness, see [jsontext.Reader]. It belongs to one
// goroutine.
type Finder struct {
	steps  []step
	reader jsontext.Reader
	set    *jsontext.Set
	found  []string
}

// Finder makes one for the path.
func (p *Path) Finder() *Finder {
	return &Finder{steps: p.steps, set: jsontext.NewSet(p.walk)}
}

// Find gives what stands at the path. The slice is lent until the next call.
func (f *Finder) Find(text string) []string {
	text = trimDocument(text)
	if !jsontext.Fast {
		return spath(text, f.steps)
	}
	r := f.reader.Read(f.set, text)
	if r == nil {
		return spath(text, f.steps)
	}
	f.found = f.found[:0]
	for i := range r.Values {
		f.found = append(f.found, f.reader.Value(&r.Values[i], text))
	}
	return f.found
}

// walk goes along the path, and keeps how.
func (p *Path) walk(text string, r *jsontext.Reading) bool {
	j, ok := parseJSON(text)
	if !ok {
		return false
	}
	look := func(quoted, key string) {
		r.Key(jsontext.Offset(text, quoted), quoted[1:len(quoted)-1], quoted[1] != key[0])
	}
	walkJSON(j, p.steps, look, func(v gjson.Result) { keep(r, 0, text, v.Raw) })
	return true
}

// keep keeps a value of the text.
func keep(r *jsontext.Reading, name int, text, raw string) {
	from := jsontext.Offset(text, raw)
	r.Value(name, from, from+len(raw))
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
				emit(i, scalarText(v))
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
