package spl_test

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"spl/spl"
	"spl/spl/engine"
	"spl/spl/input"
)

// traced runs a search over events with a trace and gives its rows as well.
func traced(t *testing.T, search, events string, workers, chunk int) *engine.Trace {
	t.Helper()
	p, err := spl.Compile(search, nil)
	if err != nil {
		t.Fatal(err)
	}
	trace := &engine.Trace{}
	in := input.New([]input.File{input.FromText("e.ndjson", events, input.Meta{})}, input.Options{ChunkSize: chunk})
	rows, err := p.Run(context.Background(), in, &spl.RunOptions{Workers: workers, Trace: trace})
	if err != nil {
		t.Fatal(err)
	}
	for range rows.All() { //nolint:revive // the trace is what counts
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return trace
}

// podEvents are 60 events: 40 with verb=list, of these 30 with one address and 10
// with another, none with the address looked for.
func podEvents() string {
	var b strings.Builder
	for i := range 60 {
		verb, uri := "list", "/api/v1/pods?limit=500"
		if i >= 40 {
			verb = "get"
		}
		if i%4 == 0 {
			uri = "/api/v1/nodes"
		}
		fmt.Fprintf(&b, `{"time":%d,"verb":%q,"requestURI":%q,"n":%d}`+"\n", 1700000000+i, verb, uri, i)
	}
	return b.String()
}

// What a trace keeps of a row stays what it was when the memory of its batch is used again.
func TestTraceKeepsItsTexts(t *testing.T) {
	var b strings.Builder
	for i := range 200_000 {
		fmt.Fprintf(&b, `{"_time":%d,"n":%d,"user":"user %d of many"}`+"\n", 1700000000+i, i, i)
	}
	text := b.String()
	p, err := spl.Compile("* | where n>5 | search user=zzz", nil)
	if err != nil {
		t.Fatal(err)
	}
	trace := &engine.Trace{}
	name := filepath.Join(t.TempDir(), "e.ndjson")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	file := input.File{Name: name, Open: func() (io.ReadCloser, error) { return os.Open(name) }}
	rows, err := p.Run(context.Background(), input.New([]input.File{file}, input.Options{}), &spl.RunOptions{Workers: 2, Trace: trace})
	if err != nil {
		t.Fatal(err)
	}
	for range rows.All() { //nolint:revive // the trace is what counts
	}
	d := trace.Stages[2].Dropped
	if d == nil || d.Value("n")[0] != "199999" || d.Found[0] != "user 199999 of many" || d.Value("user")[0] != d.Found[0] {
		t.Errorf("%+v", d)
	}
}

func TestTraceCounts(t *testing.T) {
	for _, m := range []struct{ workers, chunk int }{{1, 0}, {4, 200}} {
		tr := traced(t, `verb=list requestURI!="/api/v1/nodes" | where n>=2 | eval k=case(n<10, "low", n<20, "mid", true(), "high") | stats count by k | sort - count | head 2`, podEvents(), m.workers, m.chunk)
		var got []string
		for _, s := range tr.Stages {
			got = append(got, fmt.Sprintf("%d>%d", s.In, s.Out))
		}
		// Of n = 0..39 without the multiples of 4 there are 30; 1 goes: 29; three groups.
		if want := []string{"60>30", "30>29", "29>29", "29>3", "3>3", "3>2"}; !slices.Equal(got, want) {
			t.Errorf("%v: got %v, want %v", m, got, want)
		}
		if tr.Read != 60 || tr.Outside != 0 {
			t.Errorf("read %d, outside %d", tr.Read, tr.Outside)
		}
		// 2,3,5,6,7,9; 10,11,13,14,15,17,18,19; the other 15.
		if arms := tr.Stages[2].Arms; !slices.Equal(arms, []int64{6, 8, 15}) {
			t.Errorf("arms %v", arms)
		}
		if d := tr.Stages[0].Dropped; d == nil || d.Value("n")[0] != "59" || d.Failed.Text != "verb=list" || d.Found[0] != "get" {
			t.Errorf("dropped %+v", d)
		}
		if d := tr.Stages[1].Dropped; d == nil || d.Value("n")[0] != "1" || !strings.Contains(strings.Join(d.Value("_raw"), ""), `"n":1}`) {
			t.Errorf("dropped %+v", d)
		}
	}
}

func TestTraceTerms(t *testing.T) {
	for _, m := range []struct{ workers, chunk int }{{1, 0}, {3, 200}} {
		tr := traced(t, `verb=list requestURI="/api/v1/pods" (a=1 OR verb=get) | stats count`, podEvents(), m.workers, m.chunk)
		terms := tr.Stages[0].Root.Conjuncts()
		if len(terms) != 3 {
			t.Fatalf("%d terms", len(terms))
		}
		verb, uri, or := terms[0], terms[1], terms[2]
		if verb.Kept != 40 || verb.Failed.Counts["get"] != 20 || verb.Failed.Missing != 0 {
			t.Errorf("verb: %+v", verb)
		}
		if uri.Reached != 40 || uri.Kept != 0 || uri.Alone != 0 || uri.Failed.Counts["/api/v1/pods?limit=500"] != 30 || uri.Failed.Counts["/api/v1/nodes"] != 10 || uri.Apart.Counts["/api/v1/pods?limit=500"] != 45 || uri.Dropped.Value("n")[0] != "39" {
			t.Errorf("uri: %+v", uri)
		}
		if or.Reached != 0 || or.Alone != 20 || or.Of[0].Alone != 0 || or.Of[1].Alone != 20 {
			t.Errorf("or: %+v", or)
		}
	}
}

func TestTraceUnknownField(t *testing.T) {
	tr := traced(t, `requesturi="*pods*" | stats count`, podEvents(), 2, 300)
	s := tr.Stages[0]
	if s.Sampled != 60 || s.Fields["requestURI"] != 60 || s.Root.Failed.Missing != 60 {
		t.Errorf("fields %v of %d, missing %d", s.Fields, s.Sampled, s.Root.Failed.Missing)
	}
}

func TestTraceRange(t *testing.T) {
	p, err := spl.Compile("verb=list", nil)
	if err != nil {
		t.Fatal(err)
	}
	tr := &engine.Trace{}
	rows, err := p.Run(context.Background(), spl.Text("e", podEvents()), &spl.RunOptions{Trace: tr, Earliest: unix(1700000010), Latest: unix(1700000020)})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for range rows.All() {
		n++
	}
	if n != 10 || tr.Read != 60 || tr.Outside != 50 || tr.Stages[0].In != 10 || math.IsInf(tr.Earliest, 0) {
		t.Errorf("%d rows, %+v", n, tr)
	}
}

func unix(s int64) time.Time { return time.Unix(s, 0) }

// The rows of subsearches are counted as those of the search around them, however deep
// they stand, and conditions have the places where they were written.
func TestTraceSubsearches(t *testing.T) {
	search := `verb=list [search verb=get [search n=59 | fields verb] | fields requestURI] n<8 | append [search n=3 | where n>4] | join n [| makeresults | eval n=4]`
	tr := traced(t, search, podEvents(), 2, 300)
	var got []string
	var tell func(tr *engine.Trace)
	tell = func(tr *engine.Trace) {
		for _, s := range tr.Stages {
			got = append(got, fmt.Sprintf("%s %d>%d", strings.Fields(s.Name)[0], s.In, s.Out))
			s.Root.Walk(func(c *engine.TestTrace) {
				if text := search[c.Test.At.Start:c.Test.At.End]; c.Test.Kind == engine.Leaf && !c.Test.Given && strings.ReplaceAll(c.Test.Text, " ", "") != text {
					t.Errorf("%q stands at %q", c.Test.Text, text)
				}
				if text := search[c.Test.At.Start:c.Test.At.End]; c.Test.Given && text[0] != '[' {
					t.Errorf("what a subsearch gave, %q, stands at %q", c.Test.Text, text)
				}
			})
		}
		for _, sub := range tr.Subs {
			got = append(got, "["+search[sub.At.Start:sub.At.End][:8])
			tell(sub)
		}
	}
	tell(tr)
	// The last event has verb=get, as 20 have, with two kinds of requestURI: all verb=list
	// with n below 8 pass. The event of n=4 has one that the subsearch found, too.
	want := []string{
		"search 60>8", "append 8>8", "join 8>1",
		"[search v", "search 60>20", "fields 20>20", "[search n", "search 60>1", "fields 1>1",
		"[search n", "search 60>1", "where 1>0",
		"[| makere", "makeresults 0>1", "eval 1>1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// Conditions have their places behind a subsearch, and within it, before it has run.
func TestConditionsOfSubsearches(t *testing.T) {
	search := "a=1 NOT [search b=2 [search c=3] d=4 | where e>5] f=6 | appendpipe [where g=7]"
	p, err := spl.Compile(search, nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range p.Conditions() {
		c.Root.Walk(func(c, _ *engine.Test) {
			if c.Kind == engine.Leaf && !c.Given {
				got = append(got, search[c.At.Start:c.At.End])
			}
			for _, v := range c.Values {
				got = append(got, search[v.At.Start:v.At.End])
			}
		})
	}
	want := []string{"a=1", "1", "f=6", "6", "b=2", "2", "d=4", "4", "c=3", "3", "e>5", "5", "g=7", "7"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A long list that a subsearch gave is one condition.
func TestTraceOfLongLists(t *testing.T) {
	tr := traced(t, `verb=list [search verb=list | fields n]`, podEvents(), 2, 300)
	terms := tr.Stages[0].Root.Conjuncts()
	if len(terms) != 2 || !terms[1].Test.Given || len(terms[1].Of) > 0 || terms[1].Kept != 40 {
		t.Errorf("%d terms, the last %+v", len(terms), terms[len(terms)-1])
	}
}
