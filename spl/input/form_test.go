package input

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"spl/eval/jsontext"
	"spl/eval/jsontext/jsontexttest"
)

// What is read by the forms of texts before is what the plain scanner reads.
func FuzzForms(f *testing.F) {
	for _, s := range []string{
		`{"kind":"Event","user":{"username":"a\"b","groups":["x","y"],"extra":{"k":["v"]}},"code":200,"ok":true,"none":null,"empty":{},"list":[]}`,
		`{"a":1,"a":2,"a":{"b":3},"a":[1,[2,{"b":4}],"x"],"":5,"a.b":6,"\u0061":7,"a\\":8}`,
		`{"a":[12,3.05,-4e10,[5,0],{"b":66}],"c":{"b":"\\"}}`,
		`{"a":01}`, `{"a":1]`, `{"a":[1,2,]}`, `{"a":{"b"}}`, `{"a":"\x"}`, "{\"a\":\"\t\"}", ` {"a" : 1 , "b": 2}`, `{"a":nullx}`, `{a:1}`,
		`{"a":"x"} `, `{"a":"x","b":"\ud83d\ude00","b":"\ud800"}`,
	} {
		f.Add(s, "a\nuser.username\nuser.groups{}\ncode\na.b\na{}.b\na{}\nc.b\na{}{}\n", uint64(3))
	}
	f.Fuzz(func(t *testing.T, text, names string, seed uint64) {
		list := uniqueNames(names)
		if len(list) == 0 || !strings.HasPrefix(text, "{") || len(text) > 1<<12 {
			return
		}
		w := newWanted(list)
		var s forms
		r := rand.New(rand.NewPCG(seed, 1))
		for i := range 24 {
			text := text
			if i > 3 {
				text = jsontexttest.Alter(r, text)
			}
			sameFields(t, &s, text)
			got := newFound(len(list))
			if !s.extract(w, text, got) {
				if len(got.touched) > 0 {
					t.Fatalf("of %q something was found", text)
				}
				continue
			}
			sameValues(t, w, text, got)
		}
	})
}

// sameFields checks that flattening by forms gives the fields that flattening gives.
func sameFields(t *testing.T, s *forms, text string) {
	t.Helper()
	if !validJSON(text) {
		return
	}
	got := map[string][]string{}
	if !s.flatten(text, func(r *jsontext.Reading, i int, v string) { got[r.Names[i]] = append(got[r.Names[i]], v) }) {
		if len(got) > 0 {
			t.Fatalf("of %q something was emitted", text)
		}
		return
	}
	if want := allFields(text); !reflect.DeepEqual(got, want) {
		t.Fatalf("%q:\n got %q\nwant %q", text, got, want)
	}
}

// Lines of machines are known from the third of their form on.
func TestFormsKnow(t *testing.T) {
	w := newWanted([]string{"verb", "responseStatus.code", "sourceIPs{}"})
	var s forms
	for i, text := range []string{auditLine, auditLine, strings.ReplaceAll(auditLine, "list", "watch")} {
		out := newFound(3)
		if known := s.extract(w, text, out); known != (i > 0) {
			t.Errorf("line %d is known: %v", i, known)
		}
	}
}

func BenchmarkForms(b *testing.B) {
	w := newWanted([]string{"verb", "objectRef.resource", "responseStatus.code"})
	var s forms
	out := newFound(3)
	b.SetBytes(int64(len(auditLine)))
	b.ReportAllocs()
	for b.Loop() {
		s.extract(w, auditLine, out)
		out.reset()
	}
}
