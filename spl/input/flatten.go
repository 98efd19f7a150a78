package input

import "github.com/tidwall/gjson"

// flatten gives every field of a JSON text that is known to be valid, by Splunk's
// names (events-and-fields 3.6): a dot for a key in an object, {} for an array, leaf
// values only. The name is only lent.
func flatten(text string, emit func(name []byte, value string)) {
	f := flattener{leaf: func(name []byte, v gjson.Result) {
		if v.Type == gjson.String {
			emit(name, rawString(v.Raw))
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
		f.value(member, append(path, rawString(key.Raw)...))
		return true
	})
}

func (f *flattener) elements(v gjson.Result, path []byte) {
	v.ForEach(func(_, element gjson.Result) bool {
		f.value(element, path)
		return true
	})
}

// rawString decodes a JSON string with its quotes. gjson's own decoding swallows
// the character after half of a surrogate pair, so ours is used.
func rawString(raw string) string {
	if len(raw) < 2 {
		return ""
	}
	raw = raw[1 : len(raw)-1]
	for i := range len(raw) {
		if raw[i] == '\\' {
			return unquote(raw)
		}
	}
	return raw
}
