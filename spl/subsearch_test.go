package spl_test

import (
	"context"
	"errors"
	"strings"
	"testing"

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
		"| makeresults | append [makeresults count=40000]",
		"| makeresults | appendcols [makeresults count=40000 | eval a=1]",
		"| makeresults | eval a=1 | join a [makeresults count=40000 | eval a=1]",
		"| makeresults count=40000 | appendpipe [stats count]",
		"| makeresults count=40000 | foreach * [eval <<FIELD>>=1]",
		"| makeresults count=40000 | transaction maxevents=2",
		"| makeresults count=1 | map search=\"| makeresults count=40000\"",
		"| union [makeresults count=40000] [makeresults]",
	} {
		_, _, err := ran(context.Background(), t, search, &spl.RunOptions{Memory: 100_000})
		if err == nil || !strings.Contains(err.Error(), "memory") {
			t.Errorf("%s: %v, want an error about memory", search, err)
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
