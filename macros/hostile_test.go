package macros

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"spl/parser/source"
)

// bomb makes a macro at each level that calls the one below several times.
func bomb(levels int, call, last string) string {
	var b strings.Builder
	for i := range levels {
		fmt.Fprintf(&b, "[m%d]\ndefinition = %s\n", i, strings.ReplaceAll(call, "NEXT", fmt.Sprintf("`m%d`", i+1)))
	}
	fmt.Fprintf(&b, "[m%d]\ndefinition = %s\n", levels, last)
	return b.String()
}

func TestHostile(t *testing.T) {
	f := func(conf, text string, want ...string) {
		t.Helper()
		x, errs := Expand(query(text), load(t, conf), Options{})
		if len(errs) != len(want) {
			t.Fatalf("%d faults, first %v", len(errs), errs[:min(1, len(errs))])
		}
		for i, e := range errs {
			if !strings.Contains(e.Error(), want[i]) {
				t.Fatalf("got %s, want %s", e.Error(), want[i])
			}
		}
		if len(x.Text.String) > 2*MaxLength {
			t.Fatalf("%d bytes", len(x.Text.String))
		}
	}
	f(bomb(30, "NEXTNEXT", "lol"), "a `m0`", "<query>:1:3: macros make more than 16 MiB")
	f(bomb(30, "NEXTNEXT", ""), "a `m0`", "macros make more than")
	f(bomb(99, "NEXT", "x"), "`m0`")
	f(bomb(100, "NEXT", "x"), "`m0`", "macros.conf:200:14: macro calls nest more than 100 deep")
	f(bomb(3, strings.Repeat("NEXT", 1000), "x"), "`m0`", "macros make more than")
	f("[d(1)]\nargs=x\ndefinition="+strings.Repeat("$x$", 2000), "`d("+strings.Repeat("a", 20000)+")`", "macros make more than")
	// a name that comes with an argument is not seen as a cycle: depth ends it
	f("[f(1)]\nargs=x\ndefinition=`$x$(f)`", "`f(f)`", "nest more than 100 deep")
	if _, errs := Expand(query(strings.Repeat("`m(", 100000)), nil, Options{}); len(errs) != 1 {
		t.Fatal(len(errs))
	}
	if _, errs := Expand(query(strings.Repeat("`a` ", 200000)), load(t, "[a]\ndefinition=x"), Options{}); len(errs) != 1 {
		t.Fatal(errs)
	}
	if _, errs := Expand(query(strings.Repeat("`", 100001)), nil, Options{}); len(errs) != 1 {
		t.Fatal(len(errs))
	}
	if _, errs := Expand(query(strings.Repeat(" `", 100001)), nil, Options{}); len(errs) != maxErrors {
		t.Fatal(len(errs))
	}
	if x, errs := Expand(query("\""+strings.Repeat("`m(", 100000)+"\""), nil, Options{}); len(errs) != 0 || len(x.Text.String) != 300002 {
		t.Fatal(errs)
	}
	if _, errs := Expand(query(strings.Repeat("x", MaxLength+1)), nil, Options{}); len(errs) != 1 {
		t.Fatal(len(errs))
	}
}

// Text without calls and comments is its own expansion.
func TestPlain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching("[^`]*").Draw(t, "text")
		x, errs := Expand(query(text), nil, Options{})
		if len(errs) > 0 || x.Text.String != text || len(x.Calls) > 0 || len(x.Text.Pieces) > 1 {
			t.Fatalf("%q gives %q %v", text, x.Text.String, errs)
		}
	})
}

// Whatever the text, the pieces ascend and cover it.
func TestPieces(t *testing.T) {
	set := NewSet()
	set.LoadConf("m.conf", fuzzConf)
	word := rapid.SampledFrom([]string{"`a`", "`b(1)`", "`b(\"x\\\"y\")`", "`c(`a`, \"`b(2)`\")`", "`d`", "```x```", "\"", "`", "|", " ", "x", "\\", "(", ")", ",", "`c(q=1,p=2)`", "`n_filter`"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(word, 0, 12).Draw(t, "words"), "")
		x, _ := Expand(query(text), set, Options{Eval: func(e string) (Result, error) { return Result{Kind: String, Text: e}, nil }})
		inOrder(t, x.Text)
		for _, p := range x.Parts() {
			if p.Text == "" || p.Origin() == "" {
				t.Fatalf("part %+v", p)
			}
		}
	})
}

const fuzzConf = "[a]\ndefinition = x ```c``` \\\n y\n[b(1)]\nargs=v\ndefinition=<$v$ `a` \"$v$\">\n" +
	"[c(2)]\nargs=p,q\ndefinition=$p$`b($q$)`$$\n[d]\niseval=1\ndefinition=\"`a`\"\n[e]\ndefinition=`e``b(`e`)`"

// inOrder is covers for both kinds of test.
func inOrder(t interface{ Fatalf(string, ...any) }, x *source.Text) {
	last := -1
	for i, p := range x.Pieces {
		if p.Out <= last || i == 0 && p.Out != 0 || p.Out >= len(x.String) || p.File == nil || p.Src.Start > p.Src.End || p.Src.End > len(p.File.Text) {
			t.Fatalf("piece %d of %q: %+v", i, x.String, p)
		}
		last = p.Out
	}
	if len(x.Pieces) == 0 && x.String != "" {
		t.Fatalf("%q has no pieces", x.String)
	}
}

func FuzzExpand(f *testing.F) {
	for _, s := range []string{
		"`a` | `b(1)`", "`c(`a`,\"b\\\"c\")`", "eval x=\"`a`\" ```y```", "`c(q=1,p=2)`", "`d` `e`", "`b(", "\"`", "````a`", "`a````b```", "\\`a`", "`x_filter` `cim_x_indexes`", "`b([a,b],(c)`",
	} {
		f.Add(s, "[m(1)]\nargs=x\ndefinition=$x$`b($$x$)`")
	}
	files, _ := filepath.Glob(corpus + "*.ndjson.gz") // where it lies beside the checkout
	for _, path := range files {
		for i, r := range rows(f, path) {
			if i%200 == 0 && strings.Contains(r.SPL, "`") && len(r.SPL) < 1<<13 {
				f.Add(r.SPL, "")
			}
		}
	}
	base := NewSet()
	base.LoadConf("m.conf", fuzzConf)
	f.Fuzz(func(t *testing.T, text, conf string) {
		set := base.Clone()
		set.LoadConf("f.conf", conf)
		x, errs := Expand(query(text), set, Options{Eval: func(e string) (Result, error) { return Result{Kind: String, Text: e}, nil }})
		inOrder(t, x.Text)
		for _, e := range errs {
			if e.File == nil || e.Message == "" || e.Where.Start > e.Where.End || e.Where.End > len(e.File.Text) || e.Span.End > len(text) {
				t.Fatalf("%q: %+v", text, e)
			}
		}
		for _, n := range x.Notices {
			n.Place()
		}
	})
}

func FuzzYAML(f *testing.F) {
	for _, s := range []string{
		"name: a\ndefinition: x\n", "name: a\narguments: [b]\ndefinition: 'x ''y''\n  z'\n", "name: a\ndefinition: |-\n  x\n  y\n", "name: a\ndefinition: >\n  x\n\n  y\n",
		"name: a\ndefinition: \"x\\\"y\\x41z\"\n", "- a\n", "a: *b\n", "name: [a]\ndefinition: {a: b}\narguments: x\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := NewSet()
		for _, e := range s.LoadYAML("f.yml", text) {
			if e.File == nil || e.Where.Start > e.Where.End || e.Where.End > len(e.File.Text) {
				t.Fatalf("%q: %+v", text, e)
			}
		}
		for _, m := range s.All() {
			inOrder(t, m.Definition)
		}
	})
}
