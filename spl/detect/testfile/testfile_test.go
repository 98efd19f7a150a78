package testfile

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"spl/parser/source"
)

func read(text string) (*File, source.Errors) {
	return Read(&source.File{Name: "x.test.yml", Text: text})
}

// TestSchema holds the schema and the reader to the same keys.
func TestSchema(t *testing.T) {
	var schema struct {
		Properties map[string]any
		Defs       map[string]struct{ Properties map[string]any } `json:"$defs"`
	}
	if err := json.Unmarshal(Schema, &schema); err != nil {
		t.Fatal(err)
	}
	f := func(what, text string, properties map[string]any) {
		t.Helper()
		_, errs := read(text)
		if len(errs) == 0 {
			t.Fatalf("%s: a key that is none is taken", what)
		}
		var want []string
		for k := range properties {
			want = append(want, k)
		}
		slices.Sort(want)
		if got := strings.TrimPrefix(errs[0].Help, "it can have "); got != strings.Join(want, ", ") {
			t.Errorf("%s: the reader has %s\nthe schema %s", what, got, strings.Join(want, ", "))
		}
	}
	const none = "qqqqqqqqqqqq: 1"
	f("file", none+"\n", schema.Properties)
	f("test", "search: x\ntests: [ { "+none+" } ]\n", schema.Defs["test"].Properties)
	f("data", "search: x\ntests: [ { name: x, data: [ { "+none+" } ], expect: { rows: 1 } } ]\n", schema.Defs["data"].Properties)
	f("expect", "search: x\ntests: [ { name: x, expect: { "+none+" } } ]\n", schema.Defs["expect"].Properties)
}

func TestFaults(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		_, errs := read(text)
		var got []string
		for _, e := range errs {
			p := e.Place()
			got = append(got, fmt.Sprintf("%d:%d: %s (%s)", p.Line, p.Column, e.Message, e.Help))
		}
		if all := strings.Join(got, "\n"); !strings.Contains(all, want) {
			t.Errorf("%s\ngot  %s\nwant %s", text, all, want)
		}
	}
	f("tests: []\nsearch: x\n", "1:1: `tests` must be a list with a test in it")
	f("search: x\n", "1:1: the file has no tests")
	f("tests: [ { name: a, expect: { rows: 1 } } ]\n", "1:1: the file does not say what to test")
	f("search: x\ndetection: y\ntests: [ { name: a, expect: { rows: 1 } } ]\n", "1:9: the file has both a detection and a search")
	f("search: x\ntests:\n- name: a\n", "3:9: the test expects nothing")
	f("search: x\ntests:\n- name: a\n  expect: { rows: x }\n", "4:19: `rows` is not a number of rows")
	f("search: x\ntests:\n- name: a\n  expect: { fields: [a] }\n", "`fields` alone is met where no row comes")
	f("search: x\ntests:\n- name: a\n  expect: { excludes: [ { a: 1 } ] }\n", "`excludes` alone is met where no row comes")
	f("search: x\ntests:\n- name: a\n  expect: { contains: [] }\n", "`contains` is empty")
	f("search: x\ntests:\n- name: a\n  expect: { error: x, rows: 1 }\n", "asks for an error and for rows")
	f("search: x\ntests:\n- name: a\n  expect: { rows: 2, results: [ { a: 1 } ] }\n", "contradict each other")
	f("search: x\ntests:\n- name: a\n  expect: { rows: 1 }\n- name: a\n  expect: { rows: 1 }\n", "5:9: there is a test named \"a\" before this one")
	f("search: x\ntests:\n- name: a\n  timeout: soon\n  expect: { rows: 1 }\n", "4:12: `timeout` is not a time")
	f("search: x\ntests:\n- name: a\n  data: [ { file: a, format: yaml } ]\n  expect: { rows: 1 }\n", "4:30: `format` must be one of json, json-array")
	f("search: x\ntests:\n- name: a\n  data: [ { file: a, time_format: '%Q' } ]\n  expect: { rows: 1 }\n", "4:35: `time_format`: `%Q` says neither a day nor an hour")
	f("search: x\ntests:\n- name: a\n  naem: b\n  expect: { rows: 1 }\n", "(did you mean `name`?)")
}

func TestEvents(t *testing.T) {
	f, errs := read("search: x\ntests:\n- name: a\n  events:\n  - { b: 1, a: '1', c: [x, 1.50, true, null], d: { e: \"ü<\" } }\n  - plain text\n  expect: { rows: '>=1' }\n")
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	want := []string{`{"b":1,"a":"1","c":["x",1.50,true,null],"d":{"e":"ü<"}}`, "plain text"}
	if got := f.Tests[0].Events; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if c := f.Tests[0].Expect.Rows; c.Allows(0) || !c.Allows(1) || !c.Allows(7) {
		t.Error("the count")
	}
}

// What is written as a value is read back as it was.
func FuzzScalar(f *testing.F) {
	for _, s := range []string{"a", "no", "1.10", "it's", "a: b", "- x", "# x", "x\ny", "\x00", "é\u2028", `"\`, "*", "&a", "{}", " a "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if strings.TrimSpace(s) == "" || strings.ToValidUTF8(s, "") != s || strings.Contains(s, "\ufffd") {
			return
		}
		file, errs := read("search: x\ntests:\n- name: a\n  expect: { contains: [ { f: " + Scalar(s) + " } ] }\n")
		if len(errs) > 0 {
			t.Fatalf("%q: %v", s, errs)
		}
		if got := file.Tests[0].Expect.Contains[0].Cells[0].Values; !slices.Equal(got, []string{s}) {
			t.Fatalf("%q became %q", s, got)
		}
	})
}
