package knowledge

import (
	"strings"

	"github.com/tidwall/gjson"
)

// maxNesting is how deep JSON and XML are looked into.
const maxNesting = 200

func validJSON(text string) bool { return gjson.Valid(text) }

// flatten gives every leaf of a JSON text by its path: a dot for a key in an object,
// {} for an array (events-and-fields 3.6). A text that is no JSON gives nothing.
func flatten(text string, emit func(name, value string)) {
	if !validJSON(text) {
		return
	}
	switch root := gjson.Parse(text); {
	case root.IsArray():
		flattenArray(root, "{}", 0, emit)
	case root.IsObject():
		flattenObject(root, "", 0, emit)
	}
}

func flattenValue(v gjson.Result, path string, depth int, emit func(name, value string)) {
	switch {
	case depth > maxNesting:
	case v.IsObject():
		flattenObject(v, path+".", depth, emit)
	case v.IsArray():
		flattenArray(v, path+"{}", depth, emit)
	case v.Type == gjson.String:
		emit(path, v.String())
	default:
		emit(path, strings.TrimSpace(v.Raw))
	}
}

func flattenObject(v gjson.Result, prefix string, depth int, emit func(name, value string)) {
	v.ForEach(func(key, member gjson.Result) bool {
		flattenValue(member, prefix+key.String(), depth+1, emit)
		return true
	})
}

func flattenArray(v gjson.Result, path string, depth int, emit func(name, value string)) {
	v.ForEach(func(_, element gjson.Result) bool {
		flattenValue(element, path, depth+1, emit)
		return true
	})
}
