package agg

import (
	"testing"

	"spl/eval/batch"
)

func TestSparkline(t *testing.T) {
	const mark = SparklineMark + "|"
	f := func(name string, b Bins, x, time *batch.Column, want ...string) {
		t.Helper()
		fn, _ := Find(name)
		a := NewSparkline(fn, Settings{Arg: x != nil}, b)
		groups := make([]int32, time.Len())
		for i := range groups {
			groups[i] = int32(i % len(want))
		}
		a.Add(Input{Col: x, Time: time, Batch: batch.New(len(groups))}, all(len(groups)), groups)
		for g, w := range want {
			if got := show(a.Result(int32(g))); got != w {
				t.Errorf("%s, group %d = %q, want %q", name, g, got, w)
			}
		}
	}
	time := column("0", "9.9", "10", "35", "-", "-1")
	// A known range of four bins; -1 and no time are outside.
	f("count", Bins{Span: 10, Count: 4}, nil, time, mark+"2|1|0|1")
	f("sum", Bins{Span: 10, Count: 4}, column("1", "2.5", "x", "4", "5", "6"), time, mark+"3.5|0|0|4")
	f("count", Bins{Start: 30, Span: 10, Count: 2}, nil, time, mark+"1|0")
	f("dc", Bins{Span: 20, Count: 2}, column("a", "b", "a|c", "-", "q", "q"), time, mark+"3|0")
	// Two groups have the same bins.
	f("count", Bins{Span: 20, Count: 2}, nil, column("0", "1", "2", "30"), mark+"2|0", mark+"1|1")
	// An open range goes from the first row to the last, of any group.
	f("count", Bins{Span: 10}, nil, column("15", "22", "48", "16"), mark+"1|0|0|1", mark+"1|1|0|0")
	f("count", Bins{Span: 10}, nil, column("-"), "-")
	// Seconds do while there are at most 100 of them; then 5 seconds.
	f("count", Bins{}, nil, column("1000", "1001", "1003"), mark+"1|1|0|1")
	f("count", Bins{}, nil, column("0", "3", "7", "104"), mark+"2|1|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|1")
	f("count", Bins{Span: 1}, nil, column("0", "1", "2", "150"), mark+"2|1"+zeros(73)+"|1")
}

func zeros(n int) string {
	s := ""
	for range n {
		s += "|0"
	}
	return s
}
