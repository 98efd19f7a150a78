package agg

import (
	"fmt"
	"math/rand"
	"testing"

	"spl/eval/batch"
)

// BenchmarkAdd adds batches of 1,000 rows with fewer and more groups. The columns
// keep their parsed numbers between rounds, as they do between functions.
func BenchmarkAdd(b *testing.B) {
	for _, name := range []string{"count", "sum", "avg", "stdev", "min", "values", "dc", "perc95", "latest"} {
		for _, groups := range []int{1, 100, 100_000} {
			b.Run(fmt.Sprintf("%s/groups=%d", name, groups), func(b *testing.B) { benchAdd(b, name, groups) })
		}
	}
}

func benchAdd(b *testing.B, name string, groups int) {
	const size, batches = 1000, 200
	rnd := rand.New(rand.NewSource(1))
	ins := make([]Input, batches)
	ids := make([][]int32, batches)
	for i := range ins {
		vals, times := make([]string, size), make([]string, size)
		ids[i] = make([]int32, size)
		for r := range vals {
			vals[r] = fmt.Sprint(rnd.Intn(50))
			times[r] = fmt.Sprint(1_700_000_000 - i*size - r)
			ids[i][r] = int32(rnd.Intn(groups))
		}
		bt := batch.New(size)
		bt.From = int64(i * size)
		ins[i] = Input{Col: batch.Strings(vals), Time: batch.Strings(times), Batch: bt}
	}
	rows := all(size)
	f, err := Find(name)
	if err != nil {
		b.Fatal(err)
	}
	a := f.New(Settings{Arg: true})
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		a.Add(ins[i%batches], rows, ids[i%batches])
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/size, "ns/row")
	b.ReportMetric(float64(a.Bytes())/float64(groups), "B/group")
}
