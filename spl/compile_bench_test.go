package spl_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"spl/spl"
)

// BenchmarkCompile gives the median and the 99th percentile of the microseconds in which
// a search is read and checked: for those of the commands' cases, and for each file of the
// corpus where it lies beside the checkout.
func BenchmarkCompile(b *testing.B) {
	measure := func(name string, searches []string) {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				for _, s := range searches {
					start := time.Now()
					spl.Compile(s, nil)
					took = append(took, time.Since(start))
				}
			}
			slices.Sort(took)
			at := func(part float64) float64 {
				return float64(took[int(part*float64(len(took)-1))].Nanoseconds()) / 1000
			}
			b.ReportMetric(at(0.5), "median-µs/query")
			b.ReportMetric(at(0.99), "p99-µs/query")
			b.ReportMetric(float64(len(searches)), "queries")
		})
	}
	measure("cases", caseSearches(b))
	files, _ := filepath.Glob(filepath.Join(corpus, "*.ndjson.gz"))
	for _, path := range files {
		var searches []string
		for _, row := range corpusFile(b, path) {
			if row.Spl != "" {
				searches = append(searches, row.Spl)
			}
		}
		if len(searches) > 0 {
			measure(strings.TrimSuffix(filepath.Base(path), ".ndjson.gz"), searches)
		}
	}
}

// caseSearches are the searches of the commands' cases.
func caseSearches(tb testing.TB) []string {
	files, err := filepath.Glob("command/*.test")
	if err != nil || len(files) == 0 {
		tb.Fatal("there are no cases", err)
	}
	var out []string
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			tb.Fatal(err)
		}
		for l := range strings.Lines(string(text)) {
			if search, ok := strings.CutPrefix(l, "spl: "); ok {
				out = append(out, strings.TrimSpace(search))
			}
		}
	}
	return out
}
