package input

import "github.com/tidwall/gjson"

// flatten gives every field of a JSON text that is known to be valid, by Splunk's
// names (events-and-fields 3.6): a dot for a key in an object, {} for an array, leaf
// values only. The name is only lent.
func flatten(text string, emit func(name []byte, value string)) {
	f := flattener{emit: emit}
	root := gjson.Parse(text)
	if root.IsArray() {
		f.elements(root, []byte("{}"))
		return
	}
	f.members(root, nil)
}

type flattener struct{ emit func([]byte, string) }

func (f flattener) value(v gjson.Result, path []byte) {
	switch {
	case v.IsObject():
		f.members(v, append(path, '.'))
	case v.IsArray():
		f.elements(v, append(path, "{}"...))
	case v.Type == gjson.String:
		f.emit(path, rawString(v.Raw))
	default:
		f.emit(path, v.Raw)
	}
}

func (f flattener) members(v gjson.Result, path []byte) {
	v.ForEach(func(key, member gjson.Result) bool {
		f.value(member, append(path, rawString(key.Raw)...))
		return true
	})
}

func (f flattener) elements(v gjson.Result, path []byte) {
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
