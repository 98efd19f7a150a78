package eval

import (
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"spl/eval/jsontext"
)

// A text is JSON when gjson says so and it is not too deep, and a key is where gjson
// finds it.
func FuzzJSONScan(f *testing.F) {
	for _, s := range []string{
		"", " ", "1", "-0", "-", "01", "1.", "1.5e+3", "1e", "1E-5 ", "true", "tru", "nullx", `"a`, `"a"`, `"\u00e9\n"`, `"\u00g0"`, `"\x"`,
		"\"\x01\"", `{}`, `{ }`, `[ ]`, `[1,]`, `[,1]`, `{"a":1,}`, `{"a"}`, `{"a":1 "b":2}`, `{a:1}`, `[1]]`, `{"a":{"b":[1,{"c":"d\\"}]},"a":2}`,
		`{"a" : "x\"y" , "b" : [ 1 , "]" ] , "" : null }`, `{"12345678":"1234567\"","\u0061":5,"a\\":6,"é\t":7}`, `{"a":-1.5}`,
		strings.Repeat("[", 1000) + strings.Repeat("]", 1000), strings.Repeat("[", 1001) + strings.Repeat("]", 1001), strings.Repeat(`{"a":`, 500) + "1" + strings.Repeat("}", 500),
	} {
		f.Add(s, "a")
	}
	f.Add(`{"a\\":6}`, `a\\`)
	f.Add(`{"a\\":6}`, `a\`)
	f.Fuzz(func(t *testing.T, s, key string) {
		if s != "" && len(s) < 1<<16 {
			if want := shallow(s) && gjson.Valid(s); validJSON(s) != want {
				t.Fatalf("%q: valid %t", s, !want)
			}
		}
		j, ok := parseJSON(s)
		if !ok || !j.IsObject() {
			return
		}
		keys := []string{key}
		for _, m := range members(j) {
			keys = append(keys, m.key)
		}
		for _, key := range keys {
			var want gjson.Result
			known := false
			j.ForEach(func(k, v gjson.Result) bool {
				if jsontext.String(k.Raw) == key {
					want, known = v, true
				}
				return !known
			})
			got, ok := findKey(j, key, nil)
			if ok != known || got.Type != want.Type || got.Raw != want.Raw || got.Str != want.Str || got.Num != want.Num {
				t.Fatalf("%q in %q: %#v, want %#v", key, s, got, want)
			}
		}
	})
}

// shallow says that brackets nest no deeper than maxJSONDepth.
func shallow(s string) bool {
	if s[0] != '{' && s[0] != '[' {
		return true
	}
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '{', '[':
			if depth++; depth > maxJSONDepth {
				return false
			}
		case '}', ']':
			depth--
		case '"':
			for i++; i < len(s) && s[i] != '"'; i++ {
				if s[i] == '\\' {
					i++
				}
			}
		}
	}
	return true
}
