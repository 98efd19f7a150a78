package eval

import (
	"fmt"
	"testing"

	"spl/eval/batch"
)

// BenchmarkWhere reports the time for one row of a batch of 1,000. Every round has
// its own columns, so that parsing their numbers is counted.
func BenchmarkWhere(b *testing.B) {
	const rows = 1000
	var as, bs, cs []string
	for i := range rows {
		as = append(as, fmt.Sprint(i%13))
		bs = append(bs, fmt.Sprint(i%7))
		cs = append(cs, []string{"xyz", "abc", "x"}[i%3]+fmt.Sprint(i))
	}
	e := bind(b, compile(b, `a*2+b>10 AND like(c,"x%")`), nil, batchOf())
	b.ReportAllocs()
	b.ResetTimer()
	kept := 0
	for range b.N {
		in := batch.New(rows)
		in.Set("a", batch.Strings(as))
		in.Set("b", batch.Strings(bs))
		in.Set("c", batch.Strings(cs))
		e.Start(in)
		for r := range rows {
			if e.True(r) {
				kept++
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/row")
	if kept == 0 {
		b.Fatal("nothing was kept")
	}
}
