package eval

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"spl/eval/batch"
	"spl/eval/jsontext/jsontexttest"
)

var formTexts = []string{
	`{"kind":"Event","user":{"username":"a\"b","groups":["x","y"],"extra":{"k":["v"]}},"code":200,"ok":true,"none":null,"empty":{},"list":[]}`,
	`{"a":1,"a":2,"a":{"b":3},"a":[1,[2,{"b":4}],"x"],"":5,"a.b":6,"\u0061":7,"a\\":8}`,
	`{"a":[12,3.05,-4e10,[5,0],{"b":66}],"c":{"b":"\\"}}`, ` {"a" : {"b" : [ 1 , 22 ] }, "b": 2} `, `{"":{"a":1,"":{"b":2}},"b":{"a":"\ud800x"}}`,
	`{"a":01}`, `{"a":[1,2,]}`, `{"a":{"b"}}`, `{"a":"\x"}`, "{\"a\":\"\t\"}", `{"a":nullx}`, `{"a":"x","b":"\ud83d\ude00","b":"\ud800"}`,
	`[{"a":1}]`, `<a><b>1</b></a>`, `{"ab":{"c":1},"a":{"bc":2,"b":3},"b":{"b":4}}`,
	`{"a":{"b":{"c":[1,2,{"d":3}]},"b":{"c":4}},"a":{"b":5}}`,
}

// likeness gives texts like one, so that most are read by the forms of those before.
func likeness(text string, seed uint64, check func(text string)) {
	r := rand.New(rand.NewPCG(seed, 1))
	for i := range 24 {
		if i < 3 {
			check(text)
		} else {
			check(jsontexttest.Alter(r, text))
		}
	}
}

// A finder finds what is in the tree of the text.
func FuzzFinder(f *testing.F) {
	for _, s := range formTexts {
		for _, path := range []string{"a", "a.b", "a{}", "a{}{}.b", "a{1}", "c.b", "user", "user.groups{}", "b.a", "code", "a.b.c", "'a.b'"} {
			f.Add(s, path, uint64(3))
		}
	}
	f.Fuzz(func(t *testing.T, text, path string, seed uint64) {
		p, ok := ParsePath(path)
		if !ok || len(text) > 1<<12 {
			return
		}
		finder := p.Finder()
		likeness(text, seed, func(text string) {
			if got, want := finder.Find(text), slowSpath(text, path); !slices.Equal(got, want) {
				t.Fatalf("%s in %q:\n got %q\nwant %q", path, text, got, want)
			}
		})
	})
}

// A reader of paths finds in a text what one finds that has not read another.
func FuzzPathReader(f *testing.F) {
	for _, s := range formTexts {
		for _, paths := range []string{"a\na.b", "a{}\na{}{}.b\na{1}", "nowhere\nuser.username\n{", "user\nuser.groups{}", ""} {
			f.Add(s, paths, uint64(3))
		}
	}
	f.Fuzz(func(t *testing.T, text, paths string, seed uint64) {
		if len(text) > 1<<12 || len(paths) > 100 {
			return
		}
		for _, kind := range []*pathKind{pathOfSteps, exactKey} {
			var steps [][]step
			for _, path := range strings.Split(paths, "\n") {
				steps = append(steps, kind.parse(path))
			}
			reader := newPathReader(steps...)
			likeness(text, seed, func(text string) {
				fresh := newPathReader(steps...)
				ok, want := reader.read(text), fresh.read(text)
				if ok != want || !slices.EqualFunc(reader.hits, fresh.hits, slices.Equal) {
					t.Fatalf("%q in %q: %v\n got %q\nwant %q", paths, text, ok, reader.hits, fresh.hits)
				}
			})
		}
	})
}

// A leaf reader gives those of [Leaves] that are wanted.
func FuzzLeafReader(f *testing.F) {
	for _, s := range formTexts {
		for _, want := range []string{"a", "a.b\ncode", "*", "a*", "user.groups{}\nkind", "b", "a{}\na{}{}", ".b\nb", ""} {
			f.Add(s, want, uint64(3))
		}
	}
	f.Fuzz(func(t *testing.T, text, names string, seed uint64) {
		if len(text) > 1<<12 {
			return
		}
		want := batch.FieldsOf(strings.Split(names, "\n")...)
		l := NewLeafReader(want)
		likeness(text, seed, func(text string) {
			var got, leaves []string
			l.Begin()
			l.Read(text, func(name int, value string) { got = append(got, fmt.Sprintf("%q=%q", l.Name(name), value)) })
			Leaves(text, func(name []byte, value string) {
				if want.Has(string(name)) {
					leaves = append(leaves, fmt.Sprintf("%q=%q", name, value))
				}
			})
			if !slices.Equal(got, leaves) {
				t.Fatalf("%q of %q:\n got %s\nwant %s", names, text, got, leaves)
			}
		})
	})
}
