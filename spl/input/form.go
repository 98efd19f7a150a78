package input

import (
	"github.com/tidwall/gjson"

	"spl/eval/jsontext"
)

// forms reads JSON by the forms of texts read before; see [jsontext.Reader].
type forms struct {
	reader jsontext.Reader
	sets   map[*wanted]*jsontext.Set
	set    *jsontext.Set // the last one used
	of     *wanted       // which it is of
	all    *jsontext.Set // while all values are wanted
}

const maxSets = 16

// extract is [wanted.extract] for a text of a known form; known is false when it is
// none, and then nothing was added.
func (f *forms) extract(w *wanted, text string, out *found) (known bool) {
	r := f.reader.Read(f.setOf(w), text)
	if r == nil {
		return false
	}
	for i := range r.Values {
		out.add(r.Values[i].Name, f.reader.Value(&r.Values[i], text))
	}
	return true
}

func (f *forms) setOf(w *wanted) *jsontext.Set {
	if f.of == w {
		return f.set
	}
	s := f.sets[w]
	if s == nil {
		if f.sets == nil || len(f.sets) >= maxSets {
			f.sets = map[*wanted]*jsontext.Set{}
		}
		out := newFound(len(w.names))
		s = jsontext.NewSet(func(text string, r *jsontext.Reading) bool {
			defer out.reset()
			return w.follow(text, out, r)
		})
		f.sets[w] = s
	}
	f.of, f.set = w, s
	return s
}

// flatten is [flatten] for a text of a known form, with the reading that the values
// are of; their names are numbers in its names. Without one, nothing was emitted.
func (f *forms) flatten(text string, emit func(r *jsontext.Reading, name int, value string)) (known bool) {
	if f.all == nil {
		f.all = jsontext.NewSet(followAll)
	}
	r := f.reader.Read(f.all, text)
	if r == nil {
		return false
	}
	for i := range r.Values {
		emit(r, r.Values[i].Name, f.reader.Value(&r.Values[i], text))
	}
	return true
}

// followAll reads all values of a text that is JSON.
func followAll(text string, r *jsontext.Reading) bool {
	at := map[string]int{}
	walk := flattener{
		key: func(raw string) { r.Key(jsontext.Offset(text, raw), raw[1:len(raw)-1], false) },
		leaf: func(name []byte, v gjson.Result) {
			i, ok := at[string(name)]
			if !ok {
				i = len(r.Names)
				r.Names = append(r.Names, string(name))
				at[r.Names[i]] = i
			}
			from := jsontext.Offset(text, v.Raw)
			r.Value(i, from, from+len(v.Raw))
		},
	}
	walk.text(text)
	return true
}
