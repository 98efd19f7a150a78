package spl_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"spl/spl"
)

// runIn runs a search that may write into dir and gives its rows.
func runIn(t *testing.T, dir, search string) []string {
	t.Helper()
	p, err := spl.Compile(search, nil)
	if err != nil {
		t.Fatal(err)
	}
	in, err := os.ReadFile("../testdata/data/d1.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	o := &spl.RunOptions{Now: time.Unix(1700000000, 0)}
	o.Create, o.Open = spl.Folder(dir)
	rows, err := p.Run(context.Background(), spl.Text("d1.ndjson", string(in)), o)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for r := range rows.All() {
		var cells []string
		for _, f := range rows.Fields() {
			cells = append(cells, f+"="+strings.Join(r.Values(f), ","))
		}
		out = append(out, strings.Join(cells, " "))
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return out
}

// What commands write, in an allowed folder, and that they pass the rows on.
func TestWrites(t *testing.T) {
	f := func(search, rows, file, want string) {
		t.Helper()
		dir := t.TempDir()
		for _, s := range strings.Split(search, " THEN ") {
			if got := strings.Join(runIn(t, dir, s), "; "); rows != "" && got != rows {
				t.Errorf("%s: rows %s, want %s", s, got, rows)
			}
		}
		got, err := os.ReadFile(filepath.Join(dir, file))
		if want == "no file" {
			if err == nil {
				t.Errorf("%s: wrote %s", search, got)
			}
			return
		}
		if err != nil || string(got) != want {
			t.Errorf("%s: wrote %q (%v), want %q", search, got, err, want)
		}
	}
	count := "* | stats count by host"
	f(count+" | outputcsv x", "host=a count=3; host=b count=2", "x.csv", "host,count\na,3\nb,2\n")
	f(count+" | outputcsv x.csv THEN "+count+" | outputcsv append=t x.csv", "", "x.csv", "host,count\na,3\nb,2\na,3\nb,2\n")
	f("nosuchword | stats count by host | outputcsv x", "", "x.csv", "no file")
	f("nosuchword | stats count by host | outputcsv create_empty=t x", "", "x.csv", "")
	f("* | eval _x=1 | stats values(user) AS u | outputcsv x", "u=Al,al,bob", "x.csv", "u\n\"Al\nal\nbob\"\n")
	f("* | head 1 | fields _raw | outputtext x", "", "x.txt", `{"_time":1000,"host":"a","user":"bob","status":200,"bytes":10,"msg":"GET /x"}`+"\n")
	f("* | head 2 | dump basefilename=d format=csv fields=\"host,user\"", "", "d.csv", "host,user\na,bob\nb,al\n")
	f(count+" | collect index=sum marker=\"k=v\"", "host=a count=3; host=b count=2", "sum.stash",
		"11/14/2023 22:13:20 +0000, k=v, host=\"a\", count=\"3\"\n11/14/2023 22:13:20 +0000, k=v, host=\"b\", count=\"2\"\n")
	f("* | head 1 | table _time user | collect index=sum addtime=f", "", "sum.stash", "user=\"bob\"\n")
	f("* | head 1 | table _time user | collect index=sum output_format=hec source=s", "", "sum.stash",
		`{"event":{"user":"bob"},"index":"sum","source":"s","sourcetype":"stash","time":1000}`+"\n")
	f("* | head 1 | table _time host bytes status | mcollect index=m split=true host status", "", "m.metrics",
		`{"event":"metric","fields":{"host":"a","metric_name:bytes":10,"status":"200"},"index":"m","time":1000}`+"\n")
	f("| makeresults | eval metric_name=\"cpu\", _value=2, h=\"x\" | fields - _time | mcollect index=m", "", "m.metrics",
		`{"event":"metric","fields":{"h":"x","metric_name:cpu":2},"index":"m","time":1700000000}`+"\n")
	f(count+" | outputlookup t.csv THEN "+count+" | eval new=1 | outputlookup append=t t.csv", "", "t.csv", "host,count\na,3\nb,2\na,3\nb,2\n")
	f(count+" | outputlookup t.csv THEN nosuchword | outputlookup override_if_empty=f t.csv", "", "t.csv", "host,count\na,3\nb,2\n")
	f(count+" | outputlookup t.csv THEN nosuchword | outputlookup append=t t.csv", "", "t.csv", "host,count\na,3\nb,2\n")
	f(count+" | outputlookup t.csv THEN nosuchword | outputlookup create_empty=f t.csv", "", "t.csv", "")
	f(count+" | collect index=sum testmode=t", "", "sum.stash", "no file")
}

// inputcsv reads what outputcsv wrote.
func TestReadsBack(t *testing.T) {
	dir := t.TempDir()
	runIn(t, dir, "* | table host user status | outputcsv x")
	f := func(search, want string) {
		t.Helper()
		if got := strings.Join(runIn(t, dir, search), "; "); got != want {
			t.Errorf("%s: %s, want %s", search, got, want)
		}
	}
	f("| inputcsv x WHERE host=b", "host=b user=al status=404; host=b user=Al status=200")
	f("| inputcsv start=1 max=1 x.csv", "host=b user=al status=404")
	f("| inputcsv x | search NOT user=* | table host status", "host=a status=200")
	f("* | stats count | inputcsv append=t max=1 x", "count=5; count= host=a user=bob status=200")
}
