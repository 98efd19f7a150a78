package spl_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"spl/spl"
	"spl/spl/input"
)

// TestRandomAnyWorkers draws random numbers on one worker and on several: each row has
// its own, and the same whoever reads it.
func TestRandomAnyWorkers(t *testing.T) {
	var events strings.Builder
	const rows = 2000
	for i := range rows {
		fmt.Fprintf(&events, "{\"_time\":%d,\"i\":%d}\n", 1700000000-i%700, i)
	}
	f := func(search string) {
		t.Helper()
		p, err := spl.Compile(search, nil)
		if err != nil {
			t.Fatal(err)
		}
		var first string
		for _, workers := range []int{1, 3, 4} {
			in := input.New([]input.File{input.FromText("log", events.String(), input.Meta{})}, input.Options{ChunkSize: 1000 * workers})
			rows, err := p.Run(context.Background(), in, &spl.RunOptions{Workers: workers, Now: time.Unix(1700000000, 0), Seed: 7})
			if err != nil {
				t.Fatal(err)
			}
			got, err := textOf(rows)
			switch {
			case err != nil:
				t.Fatal(err)
			case first == "":
				first = got
			case got != first:
				t.Errorf("%s: with %d workers other numbers:\n%.300s\n%.300s", search, workers, got, first)
			}
		}
	}
	f("* | eval r=random() | table i r")
	f("* | where random()%2=0 | stats count sum(i)")
	f("* | stats sum(eval(random()%100)) AS s")
	f("* | stats count BY i | eval r=random() | stats sum(r)")
	f("* | eval r=random() | stats sum(r) dc(r)")
}

func textOf(rows *spl.Rows) (string, error) {
	var out strings.Builder
	for row := range rows.All() {
		for _, f := range rows.Fields() {
			fmt.Fprintf(&out, "%s=%q ", f, row.Values(f))
		}
		out.WriteByte('\n')
	}
	return out.String(), rows.Err()
}
