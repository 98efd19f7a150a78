package spl_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"spl/spl"
)

// ran runs a search over nothing and gives the number of its rows.
func ran(ctx context.Context, t *testing.T, search string, o *spl.RunOptions) (n int, notices string, err error) {
	t.Helper()
	p, err := spl.Compile(search, nil)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := p.Run(ctx, spl.Text("x", ""), o)
	if err != nil {
		return 0, "", err
	}
	for rows.Next() {
		n++
	}
	for _, x := range rows.Notices() {
		notices += x.Code + ": " + x.Message + "\n"
	}
	return n, notices, rows.Err()
}

// A subsearch of append gives at most 50,000 rows, and says when there were more.
func TestSubsearchLimit(t *testing.T) {
	f := func(search string, want int, cut bool) {
		t.Helper()
		n, notices, err := ran(context.Background(), t, search, nil)
		if err != nil || n != want || strings.Contains(notices, "subsearch-limit") != cut {
			t.Errorf("%s: %d rows, want %d; %v; notices %q", search, n, want, err, notices)
		}
	}
	f("| makeresults | append [makeresults count=50000]", 50001, false)
	f("| makeresults | append [makeresults count=50001]", 50001, true)
	f("| makeresults | append maxout=0 [makeresults count=50001]", 50002, false)
	f("| makeresults | eval a=1 | join max=0 a [makeresults count=50001 | eval a=1]", 50000, true)
	f("| makeresults | search [makeresults count=10001 | eval _x=1]", 0, true)
}

// What subsearches hold counts against the memory of the search.
func TestSubsearchMemory(t *testing.T) {
	for _, search := range []string{
		"| makeresults | appendcols [makeresults count=40000 | eval a=1]",
		"| makeresults | eval a=1 | join a [makeresults count=40000 | eval a=1]",
		"| makeresults count=40000 | appendpipe [stats count]",
		"| makeresults count=40000 | foreach * [eval <<FIELD>>=1]",
		"| makeresults count=40000 | transaction maxevents=2",
		"| union [makeresults count=40000] [makeresults] | reverse",
	} {
		_, _, err := ran(context.Background(), t, search, &spl.RunOptions{Memory: 100_000})
		if err == nil || !strings.Contains(err.Error(), "memory") {
			t.Errorf("%s: %v, want an error about memory", search, err)
		}
	}
}

// What only passes by is not held; what is held goes into files where that is allowed.
func TestSubsearchStreams(t *testing.T) {
	for search, spills := range map[string]bool{
		"| makeresults | append [makeresults count=40000]":                         false,
		"| makeresults count=1 | map search=\"| makeresults count=40000\"":         false,
		"| union [makeresults count=40000] [makeresults]":                          false,
		"| makeresults count=40000 | appendpipe [stats count]":                     true,
		"| makeresults count=40000 | foreach * [eval <<FIELD>>=1]":                 true,
		"| union [makeresults count=40000] [makeresults] | reverse":                true,
		"| makeresults count=40000 | streamstats count | sort 0 - count | reverse": true,
	} {
		o := &spl.RunOptions{Memory: 100_000}
		if spills {
			o.Temp = t.TempDir()
		}
		n, _, err := ran(context.Background(), t, search, o)
		if err != nil || n < 40000 {
			t.Errorf("%s: %d rows, %v", search, n, err)
		}
		if o.Temp != "" {
			if left, err := os.ReadDir(o.Temp); err != nil || len(left) > 0 {
				t.Errorf("%s: files are left: %v %v", search, left, err)
			}
		}
	}
}

// A search that was stopped ends, whatever its subsearches are doing.
func TestSubsearchCancel(t *testing.T) {
	for _, search := range []string{
		"| makeresults | append [makeresults count=100000000 | stats count]",
		"| makeresults count=100 | map maxsearches=100 search=\"| makeresults count=100000000 | stats count\"",
		"| makeresults | search [makeresults count=100000000 | stats count]",
	} {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, _, err := ran(ctx, t, search, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want that it was cancelled", search, err)
		}
	}
}

// A range in the text counts in the place of the one from outside, for its own
// search only; subsearches have the one from outside.
func TestRangeFromOutside(t *testing.T) {
	const events = `{"_time":10,"n":1}
{"_time":20,"n":2}
{"_time":30,"n":3}
{"_time":40,"n":4}
`
	f := func(search, want string) {
		t.Helper()
		p, err := spl.Compile(search, nil)
		if err != nil {
			t.Fatal(err)
		}
		o := &spl.RunOptions{Now: time.Unix(35, 0), Earliest: time.Unix(15, 0), Latest: time.Unix(45, 0)}
		rows, err := p.Run(context.Background(), spl.Text("x.ndjson", events), o)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for rows.Next() {
			got += fmt.Sprint(rows.Row().Values("n"))
		}
		if got != want || rows.Err() != nil {
			t.Errorf("%s: rows %s, want %s; %v", search, got, want, rows.Err())
		}
	}
	f("* | table n", "[4][3][2]")
	f("earliest=0 | table n", "[3][2][1]")
	f("latest=25 | table n", "[2]")
	f("earliest=0 latest=15 | table n", "[1]")
	f("earliest=0 latest=15 | append [search n=*] | table n", "[1][4][3][2]")
	f("* | append [search earliest=0 latest=15] | table n", "[4][3][2][1]")
	f("earliest=0 latest=15 | appendpipe [eval n=n+1] | table n", "[1][2]")
}

// However a subsearch is started, it is one deeper than the search around it.
func TestSubsearchDepth(t *testing.T) {
	for _, c := range []struct{ begin, end string }{{"append [makeresults | ", "]"}, {"appendpipe [", "]"}, {"appendcols [makeresults | ", "]"}} {
		deep := func(n int) string {
			return "| makeresults | " + strings.Repeat(c.begin, n) + "stats count" + strings.Repeat(c.end, n)
		}
		if _, _, err := ran(context.Background(), t, deep(20), nil); err != nil {
			t.Errorf("20 deep in %s: %v", c.begin, err)
		}
		if _, _, err := ran(context.Background(), t, deep(21), nil); err == nil || !strings.Contains(err.Error(), "deep within one another") {
			t.Errorf("21 deep in %s: %v, want an error", c.begin, err)
		}
	}
}

// Where the text of a subsearch makes no sense the error shows it.
func TestSubsearchText(t *testing.T) {
	f := func(search, want string) {
		t.Helper()
		if _, _, err := ran(context.Background(), t, search, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", search, err, want)
		}
	}
	f(`| makeresults | where 1 > [makeresults | eval c="(" | return $c]`, "the text that a subsearch gave, (, cannot be read")
	f(`| makeresults | where 1 > [makeresults | where false() | return $c]`, "a search whose subsearch gave no text cannot be read")
}
