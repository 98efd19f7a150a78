package input

import (
	"github.com/tidwall/gjson"

	"spl/eval/jsontext"
)

// flatten gives every field of a JSON text that is known to be valid, by Splunk's
// names (events-and-fields 3.6): a dot for a key in an object, {} for an array, leaf
// values only. The name is only lent.
func flatten(text string, emit func(name []byte, value string)) {
	f := flattener{leaf: func(name []byte, v gjson.Result) {
		if v.Type == gjson.String {
			emit(name, jsontext.String(v.Raw))
		} else {
			emit(name, v.Raw)
		}
	}}
	f.text(text)
}

// flattener goes through a text; key, if it is there, sees all keys with their quotes.
type flattener struct {
	key  func(raw string)
	leaf func(name []byte, v gjson.Result)
}

func (f *flattener) text(text string) {
	root := gjson.Parse(text)
	if root.IsArray() {
		f.elements(root, []byte("{}"))
		return
	}
	f.members(root, nil)
}

func (f *flattener) value(v gjson.Result, path []byte) {
	switch {
	case v.IsObject():
		f.members(v, append(path, '.'))
	case v.IsArray():
		f.elements(v, append(path, "{}"...))
	default:
		f.leaf(path, v)
	}
}

func (f *flattener) members(v gjson.Result, path []byte) {
	v.ForEach(func(key, member gjson.Result) bool {
		if f.key != nil {
			f.key(key.Raw)
		}
		f.value(member, append(path, jsontext.String(key.Raw)...))
		return true
	})
}

func (f *flattener) elements(v gjson.Result, path []byte) {
	v.ForEach(func(_, element gjson.Result) bool {
		f.value(element, path)
		return true
	})
}
