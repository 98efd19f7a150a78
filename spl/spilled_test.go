package spl_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"spl/spl"
)

// manyEvents are events of which many share a value and none is like another.
func manyEvents(n int) string {
	var s strings.Builder
	x := uint64(1)
	for i := range n {
		x = x*6364136223846793005 + 1442695040888963407
		r := x >> 33
		fmt.Fprintf(&s, `{"_time":%d,"id":"%x","host":"h%d","n":%d`, 1_700_000_000+i/7, r%uint64(n/2), r%23, r%1000)
		if r%5 == 0 {
			fmt.Fprintf(&s, `,"tag":["t%d","u%d"]`, r%7, r%3)
		}
		if i == n/2 {
			s.WriteString(`,"late":"x"`)
		}
		s.WriteString("}\n")
	}
	return s.String()
}

// held are searches that hold many rows, or much that comes of them.
var held = []string{
	`* | stats count sum(n) avg(n) dc(host) by id`,
	`* | stats values(*) list(n) first(n) by id host`,
	`* | top limit=0 id`,
	`* | sort 0 id - n | table id n`,
	`* | dedup id | table id n`,
	`* | eventstats sum(n) as s max(*) as m_* by id | table id s m_*`,
	`* | eventstats count max(eval(n*2)) as s by id tag{} | table id tag{} s count`,
	`* | fields - _raw | eventstats dc(host) first(n) as n by id`,
	`* | eventstats list(n) by tag{} | table tag{} list*`,
	`* | streamstats count sum(n) as s by id | table id n count s`,
	`* | streamstats current=f last(n) as before dc(n) by id host | table id host n before dc(n)`,
	`* | reverse | table id n`,
	`* | transaction id maxspan=100s | table _time id n duration eventcount`,
	`* | transaction host maxevents=7 keeporphans=t mvlist=n | table _time host n duration closed_txn`,
	`* | selfjoin id | table id n host`,
	`* | selfjoin max=0 keepsingle=t overwrite=f id host | table id n host`,
	`* | table id host | mvcombine host`,
	`* | fields - _raw n tag{} late | mvcombine delim="," _time`,
	`* | table id host n | xyseries id host n`,
	`* | table id host n _time | xyseries id host n _time`,
	`* | outputcsv x.csv | table id n`,
	`* | collect index=x | stats count by host`,
	`* | transaction id startswith="n>500" endswith=eval(n<500) keepevicted=t | table *`,
}

// What does not fit in memory changes no row. That it does not fit is seen by an error
// where no files are allowed.
func TestSpilledRows(t *testing.T) {
	events := manyEvents(10_000)
	run := func(search string, o spl.RunOptions) (string, error) {
		p, err := spl.Compile(search, nil)
		if err != nil {
			t.Fatal(err)
		}
		file := written{}
		o.Create = file.create
		rows, err := p.Run(context.Background(), spl.Text("x.ndjson", events), &o)
		if err != nil {
			return "", err
		}
		defer rows.Close()
		var s strings.Builder
		for b := rows.NextBatch(); b != nil; b = rows.NextBatch() {
			b.Load()
			names := slices.Clone(b.Names)
			if !rows.Table() { // their columns have no order
				slices.Sort(names)
			}
			for r := range b.Rows {
				for _, name := range names {
					if v := b.Col(name).Values(r); len(v) > 0 {
						fmt.Fprintf(&s, "%s=%q ", name, v)
					}
				}
				s.WriteString("\n")
			}
		}
		for _, name := range []string{"x.csv", "x.stash"} {
			if f := file[name]; f != nil {
				s.Write(f.Bytes())
			}
		}
		return s.String(), rows.Err()
	}
	for _, search := range held {
		t.Run(search, func(t *testing.T) {
			want, err := run(search, spl.RunOptions{Workers: 1})
			if err != nil || want == "" {
				t.Fatalf("%q %v", want, err)
			}
			const memory = 200_000
			if _, err := run(search, spl.RunOptions{Memory: memory}); err == nil || !strings.Contains(err.Error(), "memory") {
				t.Errorf("without files: %v, want an error about memory", err)
			}
			for _, workers := range []int{1, 2} {
				dir := t.TempDir()
				got, err := run(search, spl.RunOptions{Workers: workers, SpillAt: memory, Temp: dir})
				if err != nil {
					t.Fatal(err)
				}
				if got != want {
					t.Errorf("with %d workers the rows are others, or in another order: %s", workers, firstOther(got, want))
				}
				if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
					t.Errorf("files are left: %v %v", left, err)
				}
			}
		})
	}
}

func firstOther(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("row %d is %.300s, want %.300s", i, g[i], w[i])
		}
	}
	return fmt.Sprintf("%d rows, want %d", len(g), len(w))
}

// A row of several groups cannot be put aside; that is said.
func TestStreamstatsSeveralGroups(t *testing.T) {
	p, err := spl.Compile(`* | streamstats count by id tag{}`, nil)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := p.Run(context.Background(), spl.Text("x.ndjson", manyEvents(10_000)), &spl.RunOptions{SpillAt: 10_000, Temp: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() { //nolint:revive // only the error is of interest
	}
	if err := rows.Err(); err == nil || !strings.Contains(err.Error(), "several values") {
		t.Errorf("%v, want an error about several values", err)
	}
}
