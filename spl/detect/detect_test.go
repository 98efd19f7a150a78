package detect

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"spl/parser/source"
)

// places says where some words of a search must stand in the file: each word is
// looked up in the search, and its place in the file must hold the same word.
func places(t *testing.T, d *Detection, file string, words ...string) {
	t.Helper()
	for _, w := range words {
		i := strings.Index(d.Search.Text, w)
		if i < 0 {
			t.Errorf("%q is not in the search", w)
			continue
		}
		f, where := d.Place(d.Search, source.Span{Start: i, End: i + len(w)})
		if got := f.Text[where.Start:where.End]; got != w {
			t.Errorf("%q lies at %v of the file, which is %q", w, where, got)
		}
		want := strings.Count(file[:strings.Index(file, w)], "\n") + 1
		if p := f.Place(where.Start); p.Line != want {
			t.Errorf("%q is on line %d, want %d", w, p.Line, want)
		}
	}
}

func TestYAML(t *testing.T) {
	f := func(file, search string, words ...string) {
		t.Helper()
		d, err := Load("d.yml", "", file)
		if err != nil {
			t.Errorf("%v\n%s", err, file)
			return
		}
		if d.Search.Text != search {
			t.Errorf("got %q\nwant %q", d.Search.Text, search)
		}
		places(t, d, file, words...)
	}
	f("name: a\nsearch: |-\n  aa bb\n  | cc\nid: 1\n", "aa bb\n| cc", "aa", "bb", "cc")
	f("name: a\nsearch: |\n    aa bb\n    | cc\n\n      dd\n", "aa bb\n| cc\n\n  dd\n", "bb", "cc", "dd")
	f("search: >-\n  aa\n  | bb\n\n  | cc\nid: 1\n", "aa | bb\n| cc", "aa", "bb", "cc")
	f("search: aa | bb\n", "aa | bb", "aa", "bb")
	f("search: aa\n  | bb\n  | cc\n", "aa | bb | cc", "aa", "bb", "cc")
	f("search: 'aa=\"x\" | bb'\n", `aa="x" | bb`, "aa", "bb")
	f("search: 'aa=''x''\n  | bb\n\n  | cc'\n", "aa='x' | bb\n| cc", "aa", "bb", "cc")
	f(`search: "aa=\"x\\\\y\" \t\u00e9 | bb"`+"\n", `aa="x\\y" `+"\té | bb", "aa", "bb")
	f("search:\n  'aa | bb'\n", "aa | bb", "aa", "bb")
	f("\ufeffsearch: 'aa | bb'\n", "aa | bb", "bb")
	f("# search: no\ndescription: 'research: x'\nsearch  : 'aa | bb'\n", "aa | bb", "aa", "bb")
	f("search: |-\r\n  aa\r\n  | bb\r\nid: 1\r\n", "aa\n| bb", "aa", "bb")
	f("search: |-\n  aa\t\"C:\\\\x\\*\" ä | bb\n", "aa\t\"C:\\\\x\\*\" ä | bb", "aa", "bb")
	f("search: 1\n", "1")
}

func TestColumns(t *testing.T) {
	f := func(file string, line, indent int) {
		t.Helper()
		d, err := Load("d.yml", "", file)
		if err != nil {
			t.Error(err)
			return
		}
		if d.Search.FirstLine != line || d.Search.Indent != indent {
			t.Errorf("the search begins at line %d, column %d, want %d, %d", d.Search.FirstLine, d.Search.Indent+1, line, indent+1)
		}
	}
	f("name: a\nsearch: |-\n  aa\n", 3, 2)
	f("name: a\nsearch: 'aa'\n", 2, 9)
	f("search: aa\n", 1, 8)
}

func TestLocate(t *testing.T) {
	file := "name: a\nsearch: 'aa\n  | bb `m`'\n"
	d, err := Load("d.yml", "", file)
	if err != nil {
		t.Fatal(err)
	}
	i := strings.Index(d.Search.Text, "bb")
	other := &source.File{Name: "macros.conf", Text: "x"}
	errs := source.Errors{
		{File: d.Search, Where: source.Span{Start: i, End: i + 2}},
		{File: other, Frame: &source.Frame{Macro: "m", File: d.Search, Call: source.Span{Start: i + 3, End: i + 6}}},
		{File: d.Search, Where: source.At(len(d.Search.Text))},
	}
	d.Locate(errs)
	for i, want := range []string{"d.yml:3:5", "macros.conf:1:1", "d.yml:3:11"} {
		p := errs[i].Place()
		if got := strings.TrimSuffix((&source.Error{File: p.File, Where: source.At(p.Offset), Message: ""}).Error(), ": "); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	call := errs[1].Frame
	if p := call.File.Place(call.Call.Start); p.Line != 3 || p.Column != 8 {
		t.Errorf("the call is at %d:%d, want 3:8", p.Line, p.Column)
	}
}

func TestFacts(t *testing.T) {
	d, err := Load("d.yml", "", `name: A name
id: 0a1b
version: 1.10
date: '2026-02-25'
author: Somebody
status: production
type: TTP
description: |-
  Two
  lines
search: x
rba:
  message: m
  risk_objects:
  - {field: user, type: user, score: 40}
  threat_objects:
  - {field: src, type: ip_address}
tags:
  analytic_story: [One, Two]
  mitre_attack_id:
  - T1526
  - T1078.004
  risk_score: 9
  message: old
  observable:
  - name: dest
    type: Hostname
    role: [Victim]
tests:
- name: True Positive Test
  attack_data:
  - data: https://example.org/a/b.log
    source: s
    sourcetype: st
    custom_index: i
    host: h
`)
	if err != nil {
		t.Fatal(err)
	}
	eq := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: got %q, want %q", what, got, want)
		}
	}
	eq("name", d.Name, "A name")
	eq("id", d.ID, "0a1b")
	eq("version", d.Version, "1.10")
	eq("date", d.Date, "2026-02-25")
	eq("author", d.Author, "Somebody")
	eq("status", d.Status, "production")
	eq("type", d.Type, "TTP")
	eq("description", d.Description, "Two\nlines")
	eq("risk_score", d.RiskScore, "9")
	eq("message", d.Message, "old")
	if !slices.Equal(d.Techniques, []string{"T1526", "T1078.004"}) || !slices.Equal(d.Stories, []string{"One", "Two"}) {
		t.Error(d.Techniques, d.Stories)
	}
	if len(d.Observables) != 1 || d.Observables[0].Field != "dest" || d.Observables[0].Roles[0] != "Victim" {
		t.Error(d.Observables)
	}
	if d.RBA == nil || d.RBA.Message != "m" || d.RBA.Risk[0] != (RiskObject{"user", "user", "40"}) || d.RBA.Threat[0] != (ThreatObject{"src", "ip_address"}) {
		t.Error(d.RBA)
	}
	if len(d.Tests) != 1 || len(d.Tests[0].Data) != 1 {
		t.Fatal(d.Tests)
	}
	data := d.Tests[0].Data[0]
	if got := d.File.Text[data.At.Start:data.At.End]; got != data.Data {
		t.Errorf("the data's place holds %q", got)
	}
	data.At = source.Span{}
	if data != (TestData{Data: "https://example.org/a/b.log", Source: "s", Sourcetype: "st", Index: "i", Host: "h"}) {
		t.Error(d.Tests)
	}
	if got := d.File.Text[d.Tests[0].At.Start:]; !strings.HasPrefix(got, "name: True Positive") {
		t.Errorf("the test's place holds %q", got)
	}
}

func TestLoose(t *testing.T) {
	file := `name: A
id: 7
search: |-
` + "`m` a=\"x: y\"" + `
| stats count
BY user
| eval type: 1
how_to_implement: no: yes
tags:
analytic_story:
- One
mitre_attack_id:
- T1526
`
	d, err := Load("d.yml", "", file)
	if err != nil {
		t.Fatal(err)
	}
	if want := "`m` a=\"x: y\"\n| stats count\nBY user\n| eval type: 1"; d.Search.Text != want {
		t.Errorf("got %q\nwant %q", d.Search.Text, want)
	}
	if d.Search.FirstLine != 4 || d.Search.Indent != 0 || d.Name != "A" || d.ID != "7" {
		t.Errorf("%+v %+v", d, d.Search)
	}
	places(t, d, file, "stats", "| eval type")
	if len(d.Techniques) != 1 || len(d.Stories) != 1 {
		t.Error(d.Techniques, d.Stories)
	}
	if len(d.Notices) != 1 || !strings.Contains(d.Notices[0], "`how_to_implement:`") {
		t.Error(d.Notices)
	}
}

// TestBadYAML has the place of each fault.
func TestBadYAML(t *testing.T) {
	f := func(file, want string) {
		t.Helper()
		_, err := Load("d.yml", "", file)
		var errs source.Errors
		if !errors.As(err, &errs) {
			t.Errorf("no fault in %q: %v", file, err)
			return
		}
		if got := errs.Error(); !strings.HasPrefix(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if errs[0].Help == "" {
			t.Errorf("no help: %v", err)
		}
	}
	f("", "d.yml:1:1: the file is not a detection")
	f("just text\n", "d.yml:1:1: the file is not a detection")
	f("name: a\n", "d.yml:1:1: the file has no search")
	f("name: m\ndefinition: x\n", "d.yml:1:1: the file has no search")
	f("name: a\nsearch:\n", "d.yml:3:1: the search of this file is empty")
	f("name: a\nsearch: [a, b]\n", "d.yml:2:9: the search of this file is empty or not a text")
	f("name: a\nsearch: 'x\n", "d.yml:2:9: the file is not valid YAML here")
	f("name: a\nsearch: `m` | x\n", "d.yml:2:9: the file is not valid YAML here")
	f("name: a\n\tsearch: x\n", "d.yml:2:1: the file is not valid YAML here")
}

func TestHostile(t *testing.T) {
	for _, text := range []string{
		"search: " + strings.Repeat("[", 100000),
		"search: " + strings.Repeat("{a: ", 100000),
		strings.Repeat("- ", 100000),
		strings.Repeat("a:\n ", 10000),
		"search: " + strings.Repeat("'", 9999),
		strings.Repeat("\xff", 1000),
		"\xff\xfes\x00", "search: |\x00", "&a [*a, *a]", "search: *nowhere\n", "search: &a x\nname: *a\n",
		"search: !!str 5\n", "%YAML 9\n---\n", "--- \n...\n", "? a\n: b\n", "<<: *a\n",
	} {
		_, _ = Load("d.yml", "", text) // no panic, and soon
	}
}

func TestConf(t *testing.T) {
	file := "[one]\nsearch = aa \\\n  | bb\ndescription = d\naction.correlationsearch.annotations = {\"mitre_attack\": [\"T1\"]}\n[none]\ncron = x\n[two: 2]\nsearch = cc | dd\n"
	d, err := Load("s.conf", "one", file)
	if err != nil {
		t.Fatal(err)
	}
	if d.Name != "one" || d.Search.Text != "aa \n  | bb" || d.Description != "d" || !slices.Equal(d.Techniques, []string{"T1"}) {
		t.Errorf("%+v %q", d, d.Search.Text)
	}
	places(t, d, file, "aa", "bb")
	if d, err = Load("s.conf", "two: 2", file); err != nil || d.Search.Text != "cc | dd" || d.Search.FirstLine != 9 || d.Search.Indent != 9 {
		t.Errorf("%v %+v", err, d)
	}
	f := func(stanza, text, want, help string) {
		t.Helper()
		_, err := Load("s.conf", stanza, text)
		var errs source.Errors
		if !errors.As(err, &errs) || !strings.Contains(errs.Error(), want) || !strings.Contains(errs[0].Help, help) {
			t.Errorf("got %v, %+v", err, errs)
		}
	}
	f("", file, "the file has 2 searches", "s.conf:one")
	f("on", file, "no search named `on`", "s.conf:one")
	f("", "[x]\ny = 1\n", "the file has no search", "search = ")
	f("x", "[x]\nnonsense\n", "s.conf:2:1", "key = value")
	if d, err := Load("s.conf", "", "[x]\nsearch = a\n"); err != nil || d.Name != "x" {
		t.Errorf("%v %+v", err, d)
	}
}

func TestSplit(t *testing.T) {
	f := func(arg, file, stanza string) {
		t.Helper()
		if a, b := Split(arg); a != file || b != stanza {
			t.Errorf("got %q %q", a, b)
		}
	}
	f("a/s.conf:My search", "a/s.conf", "My search")
	f("a/s.conf:a.conf:b", "a/s.conf", "a.conf:b")
	f("a/s.conf", "a/s.conf", "")
	f("x:y.yml", "x:y.yml", "")
}

func TestText(t *testing.T) {
	d, err := Load("q.spl", "", "\ufefferror\r\n| stats count\x00")
	if err != nil || d.Search.Text != "error\r\n| stats count\x00" {
		t.Errorf("%v %+v", err, d)
	}
}

// TestPublished reads published detections, where they are at hand.
func TestPublished(t *testing.T) {
	dir := os.Getenv("SPL_ESCU")
	if dir == "" {
		t.Skip("SPL_ESCU does not name a folder of detections")
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*.yml"))
	more, _ := filepath.Glob(filepath.Join(dir, "*", "*.yml"))
	for _, name := range append(files, more...) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		d, err := Load(name, "", string(text))
		if err != nil {
			t.Error(err)
			continue
		}
		off, _, _ := valueAt(string(text), "search")
		if _, lost := align(&source.File{Text: string(text)}, off, d.Search.Text); lost > 0 {
			t.Errorf("%s: the places of the last %d characters are not known", name, lost)
		}
		if d.Name == "" || d.ID == "" || d.Search.Text == "" {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

func FuzzLoad(f *testing.F) {
	for _, s := range []string{
		"search: |-\n  a\n", "search: |-\na\n| b\nid: 1\n", "search: \"a\\n\\x41\"\n", "search: 'a''b\n  c'\n",
		"name: [", "search: >\n  a\n\n  b\n", "tests:\n- attack_data: 1\nsearch: x\n", "search: &a x\nb: *a\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, name := range []string{"d.yml", "d.conf", "d.spl"} {
			ds, errs := All(name, text)
			for _, d := range ds {
				for i := range len(d.Search.Text) + 1 {
					d.Place(d.Search, source.Span{Start: i, End: i + 1})
				}
			}
			_ = errs.Error()
		}
	})
}
