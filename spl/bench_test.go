package spl_test

import (
	"bytes"
	"context"
	"os"
	"testing"

	"spl/bench/eks"
	"spl/spl"
	"spl/spl/input"
)

// The queries over generated audit events; bench/ compares whole commands with
// other tools.
var queries = []struct{ name, search string }{
	{"seed", ""},
	{"stats by three", `* | stats count by verb objectRef.resource responseStatus.code`},
	{"many groups", `* | stats count dc(userAgent) by sourceIPs{} user.username`},
	{"phrase", `"system:anonymous" | stats count`},
	{"count", `* | stats count`},
	{"pattern", `* | rex field=requestURI "/namespaces/(?<ns>[^/]+)" | stats count by ns | sort -count | head 10`},
	{"timechart", `* | timechart span=1h count by verb`},
	{"mvexpand", `* | mvexpand sourceIPs{} | stats count by sourceIPs{}`},
	{"dedup", `* | dedup user.username | table user.username verb`},
	{"spath", `* | spath input=_raw path=verb output=v | stats count by v`},
	{"eval where", `* | eval slow=if('responseStatus.code'>=400, 1, 0) | where slow=1 | stats count by verb`},
	{"wildcards", `requestURI="*/secrets/*" userAgent=kube* | stats count by user.username`},
	{"head", `* | head 10`},
	{"sort", `verb=delete | sort 100 - _time | table _time user.username requestURI`},
}

func BenchmarkQuery(b *testing.B) {
	const events = 20_000
	var buf bytes.Buffer
	if err := eks.New(1).Write(&buf, events); err != nil {
		b.Fatal(err)
	}
	text := buf.String()
	for _, q := range queries {
		b.Run(q.name, func(b *testing.B) {
			search := q.search
			if search == "" {
				search = seedSearch(b)
			}
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				run(b, search, text)
			}
		})
	}
}

func seedSearch(tb testing.TB) string {
	tb.Helper()
	text, err := os.ReadFile("../testdata/amazon_eks_kubernetes_pod_scan_detection.spl")
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

// run runs a search to its end and gives the number of rows.
func run(tb testing.TB, search, text string) int {
	tb.Helper()
	p, err := spl.Compile(search, nil)
	if err != nil {
		tb.Fatal(err)
	}
	in := input.New([]input.File{input.FromText("eks.ndjson", text, input.Meta{Sourcetype: "aws:cloudwatchlogs:eks"})}, input.Options{})
	rows, err := p.Run(context.Background(), in, nil)
	if err != nil {
		tb.Fatal(err)
	}
	n := 0
	for b := rows.NextBatch(); b != nil; b = rows.NextBatch() {
		n += b.Rows
	}
	if err := rows.Err(); err != nil {
		tb.Fatal(err)
	}
	return n
}

func BenchmarkCompileSeed(b *testing.B) {
	search := seedSearch(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := spl.Compile(search, nil); err != nil {
			b.Fatal(err)
		}
	}
}
