package spl_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"spl/spl"
)

// A search that is followed answers, after each bit, as one over all of it would.
func TestFollow(t *testing.T) {
	bits := []string{
		"{\"_time\":10,\"u\":\"a\",\"n\":1}\n{\"_time\":11,\"u\":\"b\",\"n\":2}\n",
		"{\"_time\":12,\"u\":\"a\",\"n\":3}\n",
		"{\"_time\":15,\"u\":\"c\",\"n\":5}\n{\"_time\":14,\"u\":\"a\",\"n\":4}\n{\"_time\":13,\"u\":\"b\",\"n\":9}\n",
	}
	render := func(r *spl.Result) string {
		var b strings.Builder
		for _, x := range r.Batches {
			for row := range x.Rows {
				for i, n := range x.Names {
					if !strings.HasPrefix(n, "_") {
						fmt.Fprintf(&b, "%s=%s ", n, strings.Join(x.Cols[i].Values(row), "/"))
					}
				}
				b.WriteByte('\n')
			}
		}
		return b.String()
	}
	for _, search := range []string{
		"* | stats count sum(n) values(u) first(n) by u | sort u",
		"u=a | timechart span=2s count",
		"* | head 2 | table u n",
		"* | top u",
		"* | streamstats sum(n) as s | table u s",
		"* | dedup u | table u n",
		"* | eventstats max(n) as m | where n=m | table u n m",
		"* | rename u as v | chart count by v",
		"* | stats count | eval x=count*2",
	} {
		p, err := spl.Compile(search, nil)
		if err != nil {
			t.Fatal(err)
		}
		o := &spl.RunOptions{Now: time.Unix(100, 0), Workers: 2}
		f, err := p.Follow(context.Background(), nil, o)
		if err != nil {
			t.Fatalf("%s: %v", search, err)
		}
		all := ""
		for i, bit := range bits {
			if _, err := f.Add(spl.Text("x.json", bit)); err != nil {
				t.Fatalf("%s: %v", search, err)
			}
			all += bit
			got, err := f.Answer()
			if err != nil {
				t.Fatalf("%s: %v", search, err)
			}
			rows, err := p.Run(context.Background(), spl.Text("x.json", all), o)
			if err != nil {
				t.Fatal(err)
			}
			want := &spl.Result{}
			for b := rows.NextBatch(); b != nil; b = rows.NextBatch() {
				b.Load()
				want.Batches = append(want.Batches, b)
			}
			if g, w := render(got), render(want); g != w || w == "" {
				t.Errorf("%s, after bit %d:\n%swant\n%s", search, i+1, g, w)
			}
		}
		f.Close()
	}
	p, _ := spl.Compile("| makeresults", nil)
	if _, err := p.Follow(context.Background(), nil, nil); err == nil {
		t.Error("a search that makes its own rows can be followed")
	}
	p, _ = spl.Compile("u=a | eval x=n+1", nil)
	f, err := p.Follow(context.Background(), nil, nil)
	if err != nil || !f.Streams() {
		t.Fatalf("%v %v", err, f)
	}
	rows, err := f.Add(spl.Text("x.json", bits[2]))
	if err != nil || len(rows) != 1 || rows[0].Col("x").Values(0)[0] != "5" {
		t.Errorf("%v %v", rows, err)
	}
}
