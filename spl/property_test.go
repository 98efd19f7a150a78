package spl_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"spl/spl"
)

// events draws a few events over a small world, so that searches hit some of them:
// values in several cases, multivalues, missing fields, escapes, equal times.
func events(t *rapid.T) string {
	value := rapid.SampledFrom([]string{`"a"`, `"A"`, `"ab c"`, `1`, `"01"`, `2.5`, `["a","b"]`, `[]`, `""`, `null`, `true`, `"\u0061"`, `"x*y"`, `{"n":1}`, `"10.0.0.7"`})
	var b strings.Builder
	for i := range rapid.IntRange(0, 12).Draw(t, "events") {
		fmt.Fprintf(&b, `{"_time":%d`, rapid.IntRange(100, 103).Draw(t, "time"))
		for _, f := range []string{"f", "g", "h"} {
			if rapid.Bool().Draw(t, "has") {
				fmt.Fprintf(&b, `,"%s":%s`, f, value.Draw(t, f))
			}
		}
		fmt.Fprintf(&b, ",\"id\":%d}\n", i)
	}
	return b.String()
}

func expression(t *rapid.T, depth int) string {
	if depth == 0 || rapid.IntRange(0, 3).Draw(t, "leaf") == 0 {
		return rapid.SampledFrom([]string{
			"f=a", "f=A*", "g!=a", "h=*", "f IN (a, 1, 2*)", "g>1", "h<=2.5", "a", "ab*", `"ab c"`, "f=10.0.0.0/8",
			"TERM(a)", "CASE(A)", "*=1", "f{}=b", `f=""`, "earliest=101", "latest=102", "nosuch=1", "*",
		}).Draw(t, "term")
	}
	x, y := expression(t, depth-1), expression(t, depth-1)
	switch rapid.IntRange(0, 2).Draw(t, "op") {
	case 0:
		return "(" + x + " " + y + ")"
	case 1:
		return "(" + x + " OR " + y + ")"
	}
	return "NOT (" + x + ")"
}

// ids gives the ids of the events that a search keeps, in order.
func ids(t *rapid.T, search, in string, m mode) []string {
	c := &testCase{in: in, now: 1000}
	p, err := spl.Compile(search+" | table id", nil)
	if err != nil {
		t.Fatalf("%s: %v", search, err)
	}
	rows, _, err := c.rows(p, m)
	if err != nil {
		t.Fatalf("%s: %v", search, err)
	}
	return rows
}

// A search and its NOT share out the events between them, whatever the search.
func TestNotPartitions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, x := events(t), expression(t, 3)
		all := ids(t, "*", in, modes[0])
		yes, no := ids(t, x, in, modes[0]), ids(t, "NOT ("+x+")", in, modes[1])
		both := slices.Sorted(slices.Values(append(slices.Clone(yes), no...)))
		if !slices.Equal(both, slices.Sorted(slices.Values(all))) {
			t.Fatalf("%s\nkeeps %v, its NOT %v, of\n%s", x, yes, no, in)
		}
	})
}

// The front of a search, which a reader may use to pass over events unread, keeps
// the same events as the same search behind a pipe, which sees all of them.
func TestFrontIsNoShortcut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, x := events(t), expression(t, 3)
		front, behind := ids(t, x, in, modes[1]), ids(t, "* | search "+x, in, modes[0])
		if !slices.Equal(front, behind) {
			t.Fatalf("%s\nat the front keeps %v, behind a pipe %v, of\n%s", x, front, behind, in)
		}
	})
}

// However the input is cut up and however many work on it, the rows are the same.
func TestAnySplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := events(t)
		search := rapid.SampledFrom([]string{
			"* | stats count sum(g) avg(g) values(f) list(f) first(h) last(h) earliest(f) latest(f) dc(*) by f",
			"* | stats list(id) values(*) as *", "* | table id f g h", "* | head 3", "* | dedup f | table id f",
			"* | sort f -g | table id f g", "* | tail 2 | table id", "* | fillnull | table id f g h",
			"* | eval s=f.g, n=g*2 | stats list(s) list(n) mode(f)", "f=a OR g>1 | reverse | table id *",
		}).Draw(t, "search")
		p, err := spl.Compile(search, nil)
		if err != nil {
			t.Fatal(err)
		}
		c := &testCase{in: in, now: 1000}
		want, _, err := c.rows(p, mode{workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		m := mode{workers: rapid.IntRange(1, 5).Draw(t, "workers"), chunk: rapid.IntRange(1, 300).Draw(t, "chunk"), split: rapid.Uint64Range(0, 9).Draw(t, "split")}
		got, _, err := c.rows(p, m)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%s with %+v\n got %v\nwant %v\nover\n%s", search, m, got, want, in)
		}
	})
}
