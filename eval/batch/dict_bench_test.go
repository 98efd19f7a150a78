package batch_test

import (
	"fmt"
	"math/rand"
	"testing"

	"spl/eval/batch"
)

// BenchmarkDict numbers columns of 1,000 rows with few and with many values.
func BenchmarkDict(b *testing.B) {
	for _, values := range []int{1, 8, 300, 5000, 150_000} {
		b.Run(fmt.Sprintf("values=%d", values), func(b *testing.B) {
			rnd := rand.New(rand.NewSource(1))
			cols := make([]*batch.Column, 500)
			for i := range cols {
				vals := make([]string, 1000)
				for r := range vals {
					vals[r] = fmt.Sprintf("10.%d.values", rnd.Intn(values))
				}
				cols[i] = batch.Strings(vals)
			}
			var d batch.Dict
			var ids []int32
			for i := 0; b.Loop(); i++ {
				ids, _ = d.Flat(cols[i%len(cols)], ids[:0])
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/value")
		})
	}
}
