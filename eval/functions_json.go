package eval

import (
	"strings"

	"github.com/tidwall/gjson"
)

var jsonFunctions = []*Function{
	{
		Name: "json", Min: 1, Max: 1, Usage: "json(value)", Summary: "the value if it is JSON, else NULL", result: isText,
		call: func(_ *frame, a []Value) Value {
			j, ok := parseJSON(a[0].Text())
			if !ok {
				return Value{}
			}
			return Text(compactJSON(j.Raw))
		},
	},
	changer("json_append", "(json, path, value, path, value, ...)", "adds an element to the array at each path", jsonAppend),
	{
		Name: "json_array", Min: 0, Max: -1, Usage: "json_array(value, value, ...)", Summary: "a JSON array of the values",
		multi: whole, nulls: true, result: isText,
		call: func(_ *frame, a []Value) Value {
			out := []byte("[")
			for i, v := range a {
				if i > 0 {
					out = append(out, ',')
				}
				out = appendJSONValue(out, v)
			}
			return Text(string(append(out, ']')))
		},
	},
	{
		Name: "json_array_to_mv", Min: 1, Max: 2, Usage: "json_array_to_mv(array[, keep_quotes])",
		Summary: "the elements of a JSON array as a multivalue",
		call: func(_ *frame, a []Value) Value {
			j, ok := parseJSON(a[0].Text())
			if !ok || !j.IsArray() {
				return Value{}
			}
			return arrayToMV(j, len(a) > 1 && isTrue(a[1]))
		},
	},
	{
		Name: "json_delete", Min: 2, Max: -1, Usage: "json_delete(json, key, key, ...)",
		Summary: "the object without the keys, which may be nested: a.b",
		result:  isText,
		call: func(_ *frame, a []Value) Value {
			return change(a[0], func(t *tree) {
				for _, path := range a[1:] {
					var steps []step
					for _, key := range strings.Split(path.Text(), ".") {
						steps = append(steps, step{kind: stepKey, key: key})
					}
					t.remove(steps)
				}
			})
		},
	},
	{
		Name: "json_entries", Min: 1, Max: 1, Usage: "json_entries(object)", Summary: "a JSON array with an object of key and value for each member",
		result: isText, call: jsonEntries,
	},
	changer("json_extend", "(json, path, array, path, array, ...)", "adds each element of an array to the array at each path", jsonExtend),
	{
		Name: "json_extract", Min: 1, Max: -1, Usage: `json_extract(json[, "path", ...])`,
		Summary: "what stands at a path such as a.b{0}.c; with {}, or several paths, a JSON array",
		call:    jsonExtract,
	},
	{
		Name: "json_extract_exact", Min: 1, Max: -1, Usage: `json_extract_exact(json[, "key", ...])`,
		Summary: "what an object holds under a key that may have dots; of several keys a JSON array",
		call:    jsonExtractExact,
	},
	{
		Name: "json_has_key_exact", Min: 2, Max: 2, Usage: `json_has_key_exact(object, "key")`, Summary: "whether an object has a key",
		test: func(_ *frame, a []Value) tri {
			j, ok := parseJSON(a[0].Text())
			if !ok {
				return unknown
			}
			_, ok = findKey(j, a[1].Text(), nil)
			return triOf(ok)
		},
	},
	{
		Name: "json_keys", Min: 1, Max: 1, Usage: "json_keys(object)", Summary: "a JSON array of an object's keys", result: isText,
		call: func(_ *frame, a []Value) Value {
			j, ok := parseJSON(a[0].Text())
			if !ok || !j.IsObject() {
				return Value{}
			}
			var keys []string
			for _, m := range members(j) {
				keys = append(keys, m.key)
			}
			return Text(jsonArrayOf(keys, quoteJSON))
		},
	},
	{
		Name: "json_object", Min: 0, Max: -1, Usage: `json_object("key", value, "key", value, ...)`, Summary: "a JSON object",
		multi: whole, nulls: true, result: isText, call: jsonObject,
	},
	changer("json_set", "(json, path, value, path, value, ...)", "puts a value at each path, making keys that are missing", jsonSet),
	changer("json_set_exact", "(object, key, value, key, value, ...)", "puts a value under each key, which may have dots",
		func(t *tree, key string, v Value) {
			t.set([]step{{kind: stepKey, key: key}}, rawJSON(v))
		}),
	{
		Name: "json_valid", Min: 1, Max: 1, Usage: "json_valid(value)", Summary: "whether the text is JSON",
		test: func(f *frame, a []Value) tri {
			return triOf(f.pathReader(noPath, nil).read(a[0].Text()))
		},
	},
	{
		Name: "mv_to_json_array", Min: 1, Max: 2, Usage: "mv_to_json_array(field[, infer_types])",
		Summary: "a JSON array of the values: texts, or with true() whatever JSON they are",
		multi:   whole, result: isText,
		call: func(_ *frame, a []Value) Value {
			element := quoteJSON
			if len(a) > 1 && isTrue(a[1]) {
				element = embedJSON
			}
			return Text(jsonArrayOf(a[0].Values(), element))
		},
	},
}

// isTrue reads an option that may be a Boolean, a number or a text.
func isTrue(v Value) bool { return toBoolean(nil, []Value{v}) == yes }

func rawJSON(v Value) string { return string(appendJSONValue(nil, v)) }

// change takes a JSON text apart, changes it and writes it again; NULL if it is
// none.
func change(v Value, do func(*tree)) Value {
	j, ok := parseJSON(v.Text())
	if !ok {
		return Value{}
	}
	t := newTree(j.Raw)
	do(t)
	return Text(string(t.append(nil)))
}

// changer declares a function that changes JSON by pairs of a path and a value,
// from left to right.
func changer(name, args, summary string, do func(t *tree, path string, v Value)) *Function {
	return &Function{
		Name: name, Min: 3, Max: -1, Usage: name + args, Summary: summary,
		multi: whole, nulls: true, result: isText,
		call: func(_ *frame, a []Value) Value {
			if len(a)%2 == 0 { // a path without a value
				return Value{}
			}
			return change(a[0], func(t *tree) {
				for i := 1; i < len(a); i += 2 {
					if a[i].kind != Null {
						do(t, a[i].Text(), a[i+1])
					}
				}
			})
		},
	}
}

func jsonSet(t *tree, path string, v Value) {
	if steps, ok := parsePath(path, false); ok {
		t.set(steps, rawJSON(v))
	}
}

func jsonAppend(t *tree, path string, v Value) {
	if steps, ok := parsePath(path, false); ok {
		t.extend(steps, []string{rawJSON(v)})
	}
}

// jsonExtend adds the elements of an array; anything else is one element.
func jsonExtend(t *tree, path string, v Value) {
	steps, ok := parsePath(path, false)
	if !ok {
		return
	}
	raw := rawJSON(v)
	raws := []string{raw}
	if j := gjson.Parse(raw); j.IsArray() {
		raws = raws[:0]
		for _, e := range elements(j) {
			raws = append(raws, e.Raw)
		}
	}
	t.extend(steps, raws)
}

func jsonEntries(_ *frame, a []Value) Value {
	j, ok := parseJSON(a[0].Text())
	if !ok || !j.IsObject() {
		return Value{}
	}
	out := []byte("[")
	for i, m := range members(j) {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, `{"key":`...)
		out = append(appendJSONText(out, m.key), `,"value":`...)
		out = append(append(out, compactJSON(m.value.Raw)...), '}')
	}
	return Text(string(append(out, ']')))
}

// jsonObject is NULL where a key is, or where the last key has no value.
func jsonObject(_ *frame, a []Value) Value {
	if len(a)%2 != 0 {
		return Value{}
	}
	out := []byte("{")
	for i := 0; i < len(a); i += 2 {
		if a[i].kind == Null || a[i].kind == Multi {
			return Value{}
		}
		if i > 0 {
			out = append(out, ',')
		}
		out = append(appendJSONText(out, a[i].Text()), ':')
		out = appendJSONValue(out, a[i+1])
	}
	return Text(string(append(out, '}')))
}
