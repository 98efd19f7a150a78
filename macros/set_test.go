package macros

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"spl/parser/source"
)

// expand gives the expanded text, or the faults.
func expand(s *Set, text string) string {
	x, errs := Expand(query(text), s, Options{Eval: evals})
	if len(errs) > 0 {
		return errs.Error()
	}
	return x.Text.String
}

func TestBuiltin(t *testing.T) {
	s := NewSet()
	if errs := s.LoadConf(builtinName, builtinConf); len(errs) > 0 {
		t.Fatal(errs)
	}
	if errs := s.Check(); len(errs) > 0 {
		t.Fatal(errs)
	}
	f := func(call, want string) {
		t.Helper()
		if got := expand(nil, call); got != want {
			t.Fatalf("%s gives %q", call, got)
		}
		for _, m := range s.All() {
			if got := expand(nil, "`"+m.Signature()+"`"); strings.Contains(got, "there is no macro") {
				t.Fatalf("%s: %s", m.Key(), got)
			}
		}
	}
	// macros.md 2.4
	f("`security_content_summariesonly`", "summariesonly=false allow_old_summaries=true fillnull_value=null")
	f("`security_content_ctime(x)`", `convert timeformat="%Y-%m-%dT%H:%M:%S" ctime(x)`)
	f("`drop_dm_object_name(Processes)`", "rename Processes.* as *")
	f("`drop_dm_object_name(\"Web\")`", "rename Web.* as *")
	f("`summariesonly`", "summariesonly=true")
	f("a `comment(\"b | c\")`", "a ")
	f("`aws_cloudwatchlogs_eks`", `sourcetype="aws:cloudwatchlogs:eks"`)
	f("`cloudtrail`", "sourcetype=aws:cloudtrail")
	f("`wineventlog_security`", "eventtype=wineventlog_security OR Channel=security OR source=XmlWinEventLog:Security")
	f("`kube_audit`", `source="kubernetes"`)

	one := Builtin()
	one.Define("cloudtrail", "index=mine", "test")
	if expand(one, "`cloudtrail`") != "index=mine" || expand(nil, "`cloudtrail`") == "index=mine" {
		t.Fatal("sets are not apart")
	}
}

func TestLayers(t *testing.T) {
	s := load(t, "[m(1)]\nargs=a\ndefinition=one $a$\nvalidation=false()\nerrormsg=no\n[e]\niseval=1\ndefinition=\"a b\"")
	f := func(call, want string) {
		t.Helper()
		if got := expand(s, call); got != want {
			t.Fatalf("%s gives %q, want %q", call, got, want)
		}
	}
	f("`m(x)`", "<query>:1:1: no")
	s.LoadConf("local.conf", "[m(1)]\ndefinition=two $a$\n")
	f("`m(x)`", "<query>:1:1: no")
	s.LoadConf("local.conf", "[m(1)]\nvalidation=\n")
	f("`m(x)`", "two x")
	s.LoadConf("local.conf", "[m(1)]\nargs=b\n")
	f("`m(x)`", "two $a$")
	if m := s.Lookup("m", 1); m.Origin != "local.conf" || m.ErrorMsg != "no" || m.Where() != "local.conf:1" {
		t.Fatalf("%+v", m)
	}
	f("`e`", "a b")
	s.DefineText("e=plain", "-M")
	f("`e`", "plain")
	s.DefineText("m( b , c ) = three $b$=$c$ ", "-M")
	f("`m(1,2)`", "three 1=2")
	f("`m(x)`", "two $a$")
	s.LoadConf("d.conf", "iseval=1\n[d]\ndefinition=\"a b\"\n[default]\nerrormsg=x\n[n]\niseval=0\ndefinition=0")
	f("`d` `n`", "a b 0")
	if s.Lookup("d", 0).ErrorMsg != "x" || s.Lookup("default", 0) != nil {
		t.Fatal("default")
	}
	s.Add(&Macro{Name: "bare"})
	f("`bare`", "<query>:1:1: macro `bare` has no definition")
	var keys []string
	for _, m := range s.All() {
		keys = append(keys, m.Key())
	}
	if got := strings.Join(keys, " "); got != "bare d e m(1) m(2) n" {
		t.Fatal(got)
	}
}

func TestDefine(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		errs := NewSet().DefineText(text, "-M")
		if len(errs) != 1 || !strings.Contains(errs[0].Error(), want) || errs[0].Help == "" {
			t.Fatalf("%q: %v", text, errs)
		}
	}
	f("name", "-M:1:1: a macro is defined by name=definition")
	f("=x", `-M:1:1: "" cannot be a macro's name`)
	f("a b=x", `"a b" cannot be a macro's name`)
	f("a(b=x", "the list of arguments is never closed")
	f("a(2)=x", "given by number")
	f("a(b,b)=x", "names its argument `b` twice")
	f("a(b,)=x", `has an argument named ""`)
	s := NewSet()
	if errs := s.DefineText("a= `b`", "-M"); errs != nil {
		t.Fatal(errs)
	}
	if got := expand(s, "`a`"); got != "-M:1:4: there is no macro `b`" {
		t.Fatal(got)
	}
}

func TestLoad(t *testing.T) {
	fsys := fstest.MapFS{}
	add := func(name, text string) { fsys[name] = &fstest.MapFile{Data: []byte(text)} }
	add("escu/macros/sel.yml", "definition: sourcetype=x\ndescription: d\nname: sel\n")
	add("escu/macros/ct.yaml", "arguments:\n  - field\ndefinition: 'ctime($field$) ''q''\n\n  | x'\nname: ct\n")
	add("escu/macros/flag.yml", "definition: false\nname: flag\n")
	add("escu/macros/none.yml", "definition: null\nname: none")
	add("escu/macros/bad.yml", "definition: 'a\nname: b: c\n")
	add("escu/detections/d.yml", "name: A Detection\nsearch: '`sel`'\n")
	add("app/default/macros.conf", "[m]\ndefinition=default\n[k]\ndefinition=default\nodd\n")
	add("app/local/macros.conf", "[m]\ndefinition=local\n[x(y)]\ndefinition=1\n[z]\niseval=maybe\ndefinition=z")
	add("app/default/savedsearches.conf", "[s]\nsearch=`m`")
	add("app/.git/macros.conf", "[m]\ndefinition=git")
	s := NewSet()
	var got []string
	for _, e := range s.Load(fsys, ".", "/home") {
		if e.Help == "" {
			t.Fatalf("no help: %v", e)
		}
		got = append(got, e.Error())
	}
	want := []string{
		"/home/app/default/macros.conf:5:1: this line is neither",
		`/home/app/local/macros.conf:3:2: "x(y)" is not a macro's name`,
		`/home/app/local/macros.conf:6:1: iseval is "maybe"`,
		"/home/escu/macros/bad.yml:",
	}
	if len(got) != len(want) {
		t.Fatal(strings.Join(got, "\n"))
	}
	for i := range got {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Fatalf("%s, want %s", got[i], want[i])
		}
	}
	f := func(call, want string) {
		t.Helper()
		if got := expand(s, call); got != want {
			t.Fatalf("%s gives %q", call, got)
		}
	}
	f("`sel` `ct(a)` `flag` `none` `m` `k` `z`", "sourcetype=x ctime(a) 'q' | x false null local default z")

	for _, name := range []string{"escu/detections/d.yml", "none/at/all"} {
		if errs := s.Load(fsys, name, ""); len(errs) == 0 || !strings.HasPrefix(errs[0].Error(), name+":1:") {
			t.Fatalf("%s: %v", name, errs)
		}
	}
	if errs := NewSet().Load(fsys, "escu/macros/sel.yml", ""); errs != nil {
		t.Fatal(errs)
	}
}

func TestYAML(t *testing.T) {
	bad := func(text, want string) {
		t.Helper()
		errs := NewSet().LoadYAML("m.yml", text)
		if len(errs) == 0 || !strings.HasPrefix(errs[0].Error(), want) {
			t.Fatalf("%q: %v", text, errs)
		}
	}
	bad("", "m.yml:1:1: the macro has no name")
	bad("name: a\n", "m.yml:1:1: the macro has no definition")
	bad("- a\n", "m.yml:1:1: the file is not a macro")
	bad("name: a\ndefinition: [x]\n", "m.yml:2:13: the definition is not a text")
	bad("name: a\ndefinition: x\narguments: x\n", "m.yml:3:12: the arguments are not a list")
	bad("name: a b\ndefinition: x\n", `m.yml:1:7: "a b" cannot be`)
	bad("name: a\ndefinition: x\narguments: [b, b]\n", "m.yml:1:7: macro `a(2)` names its argument `b` twice")
	bad("name: a\ndefinition: *x\n", "m.yml:")
	bad(strings.Repeat(" ", maxYAML+1), "m.yml:1:1: the file has more than")
	for _, nest := range []string{"[", "{", "- ", "a: ", "? ", "!a ", "&a ", "[{"} {
		NewSet().LoadYAML("m.yml", "name: a\ndefinition: "+strings.Repeat(nest, 5000))
	}
}

// Each word of a definition is found at its line and column in the YAML file.
func TestYAMLPlaces(t *testing.T) {
	f := func(text, definition string, places ...string) {
		t.Helper()
		s := NewSet()
		if errs := s.LoadYAML("m.yml", text); len(errs) > 0 {
			t.Fatalf("%q: %v", text, errs)
		}
		d := s.All()[0].Definition
		if d.String != definition {
			t.Fatalf("%q defines %q", text, d.String)
		}
		inOrder(t, d)
		for _, want := range places {
			word, _, _ := strings.Cut(want, "@")
			at := strings.Index(d.String, word)
			src, where, _ := d.Origin(source.Span{Start: at, End: at + len(word)})
			p := src.Place(where.Start)
			if got := fmt.Sprintf("%s@%d:%d", word, p.Line, p.Column); got != want {
				t.Fatalf("%q: %s, want %s", text, got, want)
			}
		}
	}
	f("name: a\ndefinition: x y z\n", "x y z", "x@2:13", "z@2:17")
	f("\ufeffname: a\r\ndefinition: 'x ''y'' z'\r\n", "x 'y' z", "x@2:14", "y@2:18", "z@2:22")
	f("definition: 'x \n\n  | y\n  | z'\nname: a\n", "x | y | z", "x@1:14", "y@3:5", "z@4:5")
	f("definition: é\n  | y\nname: a\n", "é | y", "é@1:13", "y@2:5")
	f("definition: |-\n    x\n    | y\nname: a\n", "x | y", "x@2:5", "y@3:7")
	f("definition: >\n  x\n  | y\n\nname: a\n", "x | y", "x@2:3", "y@3:5")
	f("name: a\ndefinition: \"x \\\"y\\\" \\\\z\"\n", "x \"y\" \\z", "x@2:14", "y@2:18", "z@2:24")
	f("name: a\ndefinition: \"x \\x41 z\"\n", "x A z", "x@2:14")
}
