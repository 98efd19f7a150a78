package macros

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"spl/parser/source"
)

// load makes a set of a macros.conf, without the built-in macros.
func load(t testing.TB, conf string) *Set {
	t.Helper()
	s := NewSet()
	if errs := s.LoadConf("macros.conf", conf); len(errs) > 0 {
		t.Fatalf("%q: %v", conf, errs)
	}
	return s
}

func query(text string) *source.File { return &source.File{Name: "<query>", Text: text} }

// evals answers the expressions that these tests use.
func evals(expr string) (Result, error) {
	switch expr {
	case `"earliest=" . relative_time(0,"+1d")`:
		return Result{Kind: String, Text: "earliest=86400"}, nil
	case "isnum(abc)", "false()":
		return Result{Kind: Bool}, nil
	case "isnum(5)":
		return Result{Kind: Bool, Bool: true}, nil
	case "null()":
		return Result{}, nil
	case `"not this"`:
		return Result{Kind: String, Text: "not this"}, nil
	case `"a b"`:
		return Result{Kind: String, Text: "a b"}, nil
	case "\"`in\" . \"ner`\"":
		return Result{Kind: String, Text: "`inner`"}, nil
	case "1":
		return Result{Kind: Other}, nil
	case "bad(x)":
		return Result{}, source.Errors{source.Errorf(source.UnknownFunction, source.Span{Start: 0, End: 3}, "there is no function bad")}
	}
	return Result{}, fmt.Errorf("no answer for %s", expr)
}

func TestExpand(t *testing.T) {
	f := func(conf, text, want string) {
		t.Helper()
		x, errs := Expand(query(text), load(t, conf), Options{Eval: evals})
		if len(errs) > 0 {
			t.Fatalf("%s: %v", text, errs)
		}
		if x.Text.String != want {
			t.Fatalf("%s:\n got %q\nwant %q", text, x.Text.String, want)
		}
		covers(t, x.Text)
	}
	none := ""
	// macros.md 2.6
	f("[a]\ndefinition = index=main sourcetype=x", "`a` error | stats count", "index=main sourcetype=x error | stats count")
	f("[f(1)]\nargs=x\ndefinition = rename $x$.* as *", "| `f(\"All Traffic\")`", "| rename All Traffic.* as *")
	f("[f(1)]\nargs=x\ndefinition = rename $x$.* as *", "| `f(\"\\\"All Traffic\\\"\")`", "| rename \"All Traffic\".* as *")
	f("[t(2)]\nargs=a,b\ndefinition = where $a$>$b$", "`t(b=3,a=n)`", "where n>3")
	f("[e(1)]\nargs=d\niseval=1\ndefinition = \"earliest=\" . relative_time(0,\"$d$\")", "`e(+1d)`", "earliest=86400")
	f("[p]\ndefinition = | makeresults", "`p` | eval a=1", "| makeresults | eval a=1")
	f(none, "index=a | `cmd_exec_filter`", "index=a | search *")
	f(none, "`cim_Endpoint_indexes` a=1", "() a=1")

	// arguments (2.2)
	two := "[m]\ndefinition=none\n[m(1)]\nargs=a\ndefinition=<$a$>\n[m(2)]\nargs=a,b\ndefinition=<$a$|$b$>"
	f(two, "`m`", "none")
	f(two, "`m()`", "none")
	f(two, "`m( )`", "none")
	f(two, "`m(x)`", "<x>")
	f(two, "`m( x y )`", "<x y>")
	f(two, "`m(\"a,b\")`", "<a,b>")
	f(two, "`m(\"\")`", "<>")
	f(two, "`m(,x)`", "<|x>")
	f(two, "`m(x,)`", "<x|>")
	f(two, "`m(f(a,b),[c,d])`", "<f(a,b)|[c,d]>")
	f(two, "`m(x\"a,b\"y)`", "<x\"a,b\"y>")
	f(two, "`m(\"a\" . \"b\")`", "<\"a\" . \"b\">")
	f(two, "`m(\"C:\\\\x\\\\\")`", "<C:\\\\x\\\\>")
	f(two, "`m(\\\"a\\\")`", "<\\\"a\\\">")
	f(two, "`m(\n a=1,\n b=\"x, y\"\n)`", "<1|x, y>")
	f(two, "`m(index=main)`", "<index=main>")
	f(two, "`m(a==1)`", "<a==1>")
	f(two, "`m(x=1, y=2)`", "<x=1|y=2>")
	f(two, "`m(a=1, 2)`", "<a=1|2>")
	f(two, "`m(a=b=c)`", "<b=c>")
	f(two, "`m(`m`)`", "<none>")
	f(two, "`m(`m(`m(1)`)`)`", "<<<1>>>")
	f(two, "`m(\"`m(1,2)`\")`", "<<1|2>>")
	f(two, "`m(x)``m(y)`z", "<x><y>z")
	// substitution
	sub := func(def, want string) { t.Helper(); f("[s(2)]\nargs=a,b\ndefinition="+def, "`s(A,$a$)`", want) }
	sub(`"$a$" '$a$' $a$$a$`, `"A" 'A' AA`)
	sub("$b$ is not $x$", "$a$ is not $x$")
	sub("$x$a$ $ $$ $a$$", "$xA $ $ A$")
	sub("$$a$.earliest$", "$A.earliest$")
	sub("$x$$b$", "$x$$a$")
	f("[s]\ndefinition=a$$ $x$", "`s`", "a$$ $x$")
	// definitions that call
	f("[a]\ndefinition=`b(1)` x\n[b(1)]\nargs=v\ndefinition=`c($v$,\"$v$\")`\n[c(2)]\nargs=p,q\ndefinition=$p$+$q$", "`a`!", "1+1 x!")
	f("[o(1)]\nargs=x\ndefinition=`i($x$)`\n[i(2)]\nargs=a,b\ndefinition=$a$&$b$", "`o(\"p,q\")`", "p&q")
	f("[train_pca(1)]\nargs=m\ndefinition=T$m$\n[by(1)]\nargs=alg\ndefinition=`train_$alg$(9)`", "`by(pca)`", "T9")
	f("[a]\ndefinition=\n", "x`a`y", "xy")
	f("[comment(1)]\nargs=text\ndefinition=", "a `comment(\"| join x `b` (\")`| c", "a | c")
	// where calls stand
	f(two, "eval x=\"`m`\"", "eval x=\"none\"")
	f(two, "eval x=\"a `m(1)` b\" | `m`", "eval x=\"a <1> b\" | none")
	f(none, "eval a=replace(x, \"`\", \"\") . \"`\"", "eval a=replace(x, \"`\", \"\") . \"`\"")
	f(none, "eval a=\"` | `\"", "eval a=\"` | `\"")
	f(none, "a \\`m\\` b", "a \\`m\\` b")
	f(none, "map search=\"a=\\\"`\\\" b\"", "map search=\"a=\\\"`\\\" b\"")
	f(two, "\"a\\\"`m`\"", "\"a\\\"none\"")
	f(two, "append [`m`] span=`m`", "append [none] span=none")
	f(two, "a=\"open `m`", "a=\"open none")
	f("[q]\ndefinition=\"x", "a=`q`\"", "a=\"x\"")
	f("[a.b-c_d]\ndefinition=x", "`a.b-c_d` ` a.b-c_d `", "x x")
	// comments
	f(two, "a ```b `m` | \" ``` c", "a   c")
	f(two, "a```x```b \"```y```\"", "a b \"```y```\"")
	f(two, "`m````x``` b", "none  b")
	f(two, "a\n```x\ny```|b", "a\n |b")
	f("[a]\ndefinition=x ```no `b` here``` y", "`a`", "x   y")
	f(two, "`m(```x``` 1)`", "<1>")
	// evaluation
	f("[v(1)]\nargs=n\nvalidation=isnum($n$)\ndefinition=ok $n$", "`v(5)`", "ok 5")
	f("[v]\nvalidation=null()\ndefinition=ok", "`v`", "ok")
	f("[e]\niseval=true\ndefinition=`q`\n[q]\ndefinition=\"a b\"", "<`e`>", "<a b>")
	f("[e]\niseval=1\ndefinition=\"`in\" . \"ner`\"\n[inner]\ndefinition=in", "`e`", "in")
}

// covers says that the pieces ascend and each byte has an origin, which holds the
// same byte if the piece is not fixed.
func covers(t testing.TB, x *source.Text) {
	t.Helper()
	if (len(x.Pieces) == 0) != (x.String == "") || len(x.Pieces) > 0 && x.Pieces[0].Out != 0 {
		t.Fatalf("pieces %v of %q", x.Pieces, x.String)
	}
	for i, p := range x.Pieces {
		end := len(x.String)
		if i+1 < len(x.Pieces) {
			end = x.Pieces[i+1].Out
		}
		if p.Out >= end || p.File == nil {
			t.Fatalf("piece %d of %q: %+v", i, x.String, p)
		}
		if !p.Fixed && p.File.Text[p.Src.Start:p.Src.End] != x.String[p.Out:end] {
			t.Fatalf("piece %d of %q is %q in its file", i, x.String, p.File.Text[p.Src.Start:p.Src.End])
		}
	}
}

func TestFaults(t *testing.T) {
	f := func(conf, text string, want ...string) {
		t.Helper()
		x, errs := Expand(query(text), load(t, conf), Options{Eval: evals})
		var got []string
		for _, e := range errs {
			got = append(got, fmt.Sprintf("%s %s (%s)", e.Code, e.Error(), e.Help))
		}
		if len(got) != len(want) {
			t.Fatalf("%s: %d faults:\n%s", text, len(got), strings.Join(got, "\n"))
		}
		for i := range got {
			for _, part := range strings.Split(want[i], "...") {
				if !strings.Contains(got[i], part) {
					t.Fatalf("%s:\n got %s\nwant %s", text, got[i], want[i])
				}
			}
		}
		covers(t, x.Text)
	}
	some := "[cloudtrail]\ndefinition=x\n[f(1)]\nargs=a\ndefinition=$a$\n[g]\ndefinition=0\n[g(2)]\nargs=a,b\ndefinition=$a$$b$"
	f(some, "a | `clodtrail`", "unknown-macro <query>:1:5: there is no macro `clodtrail`...did you mean `cloudtrail`?")
	f(some, "`zzzzzz`\n`yyyyyyy`", "unknown-macro <query>:1:1: ", "unknown-macro <query>:2:1: ")
	f(some, "`f`", "unknown-macro <query>:1:1: macro `f` takes 1 argument; this call gives 0...call it as `f(a)`")
	f(some, "`f(1,2)`", "macro `f` takes 1 argument; this call gives 2")
	f(some, "`g(1)`", "macro `g` takes another number...`g` or `g(a, b)`")
	f(some, "`g(a=1)`", "unknown-argument <query>:1:1: macro `g(2)` also needs `b`...`g(a, b)`")
	f(some, "`g(a=1, c=2)`", "unknown-argument <query>:1:9: macro `g(2)` has no argument `c`...`a`, `b`")
	f(some, "`g(a=1, a=2)`", "unknown-argument <query>:1:9: argument `a` is given twice")
	// calls that cannot be read
	f(some, "a | `cloudtrail | stats count | `x_filter`", "syntax <query>:1:5: the call of macro `cloudtrail` is never closed")
	f(some, "cloudtrail` x=1 | `g` | `no`", "syntax <query>:1:11: this backtick closes no macro call (add a '`' before cloudtrail)", "there is no macro `no`")
	f(some, "a `", "syntax <query>:1:3: this backtick begins no macro call")
	f(some, "a `` b", "syntax <query>:1:3: there is no macro's name")
	f(some, "a `b c` d `g`", "unknown-macro <query>:1:3: there is no macro `b c`")
	f(some, "`f(a` | stats `g`", "syntax <query>:1:3: the arguments of this macro call are never closed")
	f(some, "`f(\"a)` | x", "syntax <query>:1:4: this quote")
	f(some, "a ```b", "syntax <query>:1:3: this comment is never closed")
	f("[m]\ndefinition = a ```b", "`m`", "syntax macros.conf:2:16: this comment is never closed")
	f("[m]\ndefinition = a `b", "`m`", "syntax macros.conf:2:16: the call of macro `b` is never closed")
	// cycles
	f("[a]\ndefinition=x `b`\n[b]\ndefinition=`a`", "`a`", "syntax macros.conf:4:12: macro `a` calls itself: `a` calls `b` calls `a`")
	f("[a(1)]\nargs=x\ndefinition=`a($x$1)`", "`a(1)`", "macro `a(1)` calls itself: `a(1)` calls `a(1)`")
	// definitions that are none
	f("[m(2)]\nargs=a\ndefinition=x", "`m(1,2)`", "syntax macros.conf:1:2: macro `m(2)` has 2 arguments by its name, but args names 1")
	f("[m(2)]\nargs=a,a\ndefinition=x", "`m(1,2)`", "names its argument `a` twice")
	f("[m(1)]\nargs=a b\ndefinition=x", "`m(1)`", "has an argument named \"a b\"")
	f("[m]\nargs=a\ndefinition=x", "`m`", "macro `m` has no argument by its name, but args names 1...name it m(1)")
	f("[m]\niseval=0", "`m`", "macro `m` has no definition")
	// evaluation
	f("[v(1)]\nargs=n\nvalidation=isnum($n$)\nerrormsg=need number\ndefinition=x", "a | `v(abc)`", "syntax <query>:1:5: need number")
	f("[v]\nvalidation=false()\ndefinition=x", "`v`", "macro `v` refuses these arguments (macro `v` wants: false())")
	f("[v]\nvalidation=\"not this\"\ndefinition=x", "`v`", "not this")
	f("[v]\nvalidation=1\ndefinition=x", "`v`", "gives neither true nor false")
	f("[e]\niseval=1\ndefinition=1", "`e`", "the expression of macro `e` gives no text")
	f("[e]\niseval=1\ndefinition=other", "`e`", "macro `e` cannot be evaluated: no answer")
	f("[e]\niseval=1\ndefinition= bad(x)", "`e`", "unknown-function macros.conf:3:13: there is no function bad")
	f("[e]\niseval=1\ndefinition=`no`", "`e` `e`", "unknown-macro macros.conf:3:12: ")
	// a fault met often is told once
	f("[a]\ndefinition=`no`", "`a` `a`", "unknown-macro macros.conf:2:12: ")
}

func TestNoEval(t *testing.T) {
	_, errs := Expand(query("`e` | `v`"), load(t, "[e]\niseval=1\ndefinition=1\n[v]\nvalidation=1\ndefinition=1"), Options{})
	if len(errs) != 2 || errs[0].Code != source.Unsupported || errs[1].Code != source.Unsupported || errs[1].Place().Column != 7 {
		t.Fatal(errs)
	}
}

// An error at an offset of the expanded text shows the calls that led there; one in
// an argument points at what the caller wrote.
func TestOrigins(t *testing.T) {
	set := load(t, "[outer(1)]\nargs = x\ndefinition = eval a=1 \\\n  | `inner($x$)`\n[inner(1)]\nargs = y\ndefinition = eval b=$y$ + oops\n")
	x, errs := Expand(query("index=a\n| `outer(wrong)`"), set, Options{})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	f := func(part, place string, calls ...string) {
		t.Helper()
		at := strings.Index(x.Text.String, part)
		es := x.Text.Resolve(source.Errors{source.Errorf(source.Syntax, source.Span{Start: at, End: at + len(part)}, "m")})
		if got := es[0].Error(); got != place+": m" {
			t.Fatalf("%s is at %s, want %s", part, got, place)
		}
		if src := es[0].File.Text[es[0].Where.Start:es[0].Where.End]; src != part {
			t.Fatalf("%s is %q in its file", part, src)
		}
		frame := es[0].Frame
		for _, want := range calls {
			if frame == nil {
				t.Fatalf("%s: no call %s", part, want)
			}
			p := frame.File.Place(frame.Call.Start)
			if got := fmt.Sprintf("%s %s:%d:%d", frame.Macro, p.File.Name, p.Line, p.Column); got != want {
				t.Fatalf("%s: call %s, want %s", part, got, want)
			}
			frame = frame.Parent
		}
		if frame != nil {
			t.Fatalf("%s: one call more: %+v", part, frame)
		}
	}
	outer, inner := "outer(1) <query>:2:3", "inner(1) macros.conf:4:5"
	f("index=a", "<query>:1:1")
	f("eval a", "macros.conf:3:14", outer)
	f("oops", "macros.conf:7:27", inner, outer)
	f("wrong", "<query>:2:10")

	var got []string
	for _, c := range x.Calls {
		got = append(got, c.Macro.Key()+" "+x.Text.String[c.Out.Start:c.Out.End])
	}
	if want := "outer(1) eval a=1 \n  | eval b=wrong + oops;inner(1) eval b=wrong + oops"; strings.Join(got, ";") != want {
		t.Fatalf("calls %q", got)
	}

	var b strings.Builder
	if err := x.List(&b); err != nil {
		t.Fatal(err)
	}
	want := "index=a |\n    <query>:1:1\n" +
		"eval a=1 |\n    macro `outer(1)` (macros.conf:3)\n" +
		"eval b=\n    macro `inner(1)` (macros.conf:7), called by `outer(1)`\n" +
		"wrong\n    <query>:2:10\n" +
		"+ oops\n    macro `inner(1)` (macros.conf:7), called by `outer(1)`\n"
	if b.String() != want {
		t.Fatalf("got:\n%s\nwant:\n%s", b.String(), want)
	}
}

// Faults met while expanding show the calls too, and name the outermost by Span.
func TestFaultFrames(t *testing.T) {
	set := load(t, "[a]\ndefinition = `b(`no`)`\n[b(1)]\nargs = y\ndefinition = $y$ `nope`\n")
	_, errs := Expand(query("x `a`"), set, Options{})
	if len(errs) != 2 {
		t.Fatal(errs)
	}
	if e := errs[0]; e.Error() != "macros.conf:2:17: there is no macro `no`" || e.Frame.Macro != "a" || e.Frame.Parent != nil {
		t.Fatalf("%v %+v", e, e.Frame)
	}
	if e := errs[1]; e.Error() != "macros.conf:5:18: there is no macro `nope`" || e.Frame.Macro != "b(1)" || e.Frame.Parent.Macro != "a" {
		t.Fatalf("%v %+v", e, e.Frame)
	}
	for _, e := range errs {
		if (e.Span != source.Span{Start: 2, End: 5}) {
			t.Fatalf("span %v", e.Span)
		}
	}
}

func TestNotices(t *testing.T) {
	x, errs := Expand(query("a | `my_filter` | `my_filter` | search `cim_Web_indexes`"), nil, Options{})
	if len(errs) > 0 || len(x.Notices) != 2 {
		t.Fatal(errs, x.Notices)
	}
	n := x.Notices[0]
	if n.Macro != "my_filter" || n.Place().Column != 5 || !strings.Contains(n.Message, "`search *` is used") {
		t.Fatalf("%+v", n)
	}
	s := Builtin()
	x, _ = Expand(query("a | search `my_filter`"), nil, Options{})
	if len(x.Notices) != 1 || !strings.Contains(x.Notices[0].Message, "finds the word `search`") {
		t.Errorf("%v", x.Notices)
	}
	if errs := s.Define("my_filter", "search NOT x=1", "test"); errs != nil {
		t.Fatal(errs)
	}
	x, errs = Expand(query("a | `my_filter`"), s, Options{})
	if len(errs) > 0 || len(x.Notices) != 0 || x.Text.String != "a | search NOT x=1" {
		t.Fatal(errs, x.Notices, x.Text.String)
	}
	if _, errs = Expand(query("`my_filter(1)`"), s, Options{}); len(errs) != 1 || !errors.Is(errs.Err(), errs[0]) {
		t.Fatal(errs)
	}
}
