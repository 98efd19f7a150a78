package agg

import (
	"slices"
	"strings"
	"testing"

	"spl/eval/batch"
)

// column makes a column of rows: "-" is NULL, and | parts the values of a row.
func column(rows ...string) *batch.Column {
	var b batch.Builder
	for _, r := range rows {
		if r == "-" {
			b.Null()
			continue
		}
		b.Append(strings.Split(r, "|")...)
	}
	return b.Column()
}

// all are the numbers of n rows.
func all(n int) []int32 {
	rows := make([]int32, n)
	for i := range rows {
		rows[i] = int32(i)
	}
	return rows
}

// call runs a function over all rows as one group. The result is joined with |;
// NULL is "-".
func call(t *testing.T, name string, s Settings, x, time *batch.Column) string {
	t.Helper()
	f, err := Find(name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	n := max(x.Len(), time.Len())
	s.Arg = s.Arg || x != nil
	a := f.New(s)
	a.Add(Input{Col: x, Time: time, Batch: batch.New(n)}, all(n), make([]int32, n))
	return show(a.Result(0))
}

func show(r []string) string {
	if r == nil {
		return "-"
	}
	return strings.Join(r, "|")
}

// rowsOf64 are the rows of stats-functions 6.4.
var (
	exampleTime = []string{"3", "2", "1", "0"}
	exampleX    = []string{"10", "9", "abc", "-"}
	exampleU    = []string{"bob", "al", "-", "bob"}
)

func TestExamples(t *testing.T) {
	time, x, u := column(exampleTime...), column(exampleX...), column(exampleU...)
	f := func(name string, c *batch.Column, want string) {
		t.Helper()
		if got := call(t, name, Settings{}, c, time); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	f("count", nil, "4")
	f("count", x, "3")
	f("dc", x, "3")
	f("sum", x, "19")
	f("avg", x, "9.5")
	f("min", x, "9")
	f("max", x, "abc")
	f("values", x, "10|9|abc")
	f("list", u, "bob|al|bob")
	f("values", u, "al|bob")
	f("first", u, "bob")
	f("last", u, "bob")
	f("first", x, "10")
	f("last", x, "abc")
	f("earliest", x, "abc")
	f("latest", x, "10")
	f("latest", u, "bob")
	f("earliest_time", x, "1")
	f("latest_time", u, "3")
	f("mode", u, "bob")
	f("range", x, "1")
	f("rate", x, "1") // (10 - 9) / (3 - 2)
}

func TestNumbers(t *testing.T) {
	f := func(name, rows, want string) {
		t.Helper()
		if got := call(t, name, Settings{}, column(strings.Fields(rows)...), nil); got != want {
			t.Errorf("%s of %s = %q, want %q", name, rows, got, want)
		}
	}
	f("stdev", "2 4 4 4 5 5 7 9", "2.138089935299395")
	f("stdevp", "2 4 4 4 5 5 7 9", "2")
	f("varp", "2 4 4 4 5 5 7 9", "4")
	f("var", "1 2 3 4", "1.6666666666666667")
	f("stdev", "5", "0")
	f("var", "5.25", "0")
	f("stdev", "0.1 0.1 0.1", "0")
	f("varp", "1000000000000001 1000000000000003", "1")
	f("varp", "1e200 -1e200", "inf")
	f("stdevp", "1e200 -1e200", "1e+200")
	f("stdevp", "1e-200 -1e-200", "1e-200")
	f("sum", "25 31", "56")
	f("avg", "25 31", "28")
	f("avg", "1 2|3 x -", "2")
	f("sum", "0.1 0.2", "0.30000000000000004")
	f("sum", "0.1 0.2 -0.1 -0.2", "0")
	f("sum", "1e16 1 -1e16", "1")
	f("sum", "1e308 1e308 -1e308", "1e+308")
	f("sum", "1e308 1e308", "inf")
	f("avg", "1e308 1e308", "1e+308")
	f("sum", "1e999 1", "inf")
	f("sum", "1e999 -1e999", "nan")
	f("sum", "inf nan 0x10 5", "5")
	f("sum", "9007199254740992 1", "9007199254740992") // halfway, to even
	f("sum", "5e-324 5e-324", "1e-323")
	f("sum", "-", "-")
	f("sum", "a b", "-")
	f("sumsq", "3 4 x", "25")
	f("sumsq", "0.5 1|2", "5.25")
	f("sumsq", "1e200", "inf")
	f("sumsq", "9007199254740991", "8.112963841460666e+31")
	f("range", "5 x -3|10", "13")
	f("range", "5", "0")
	f("range", "x", "-")
	f("median", "8 13 34 37 38 58 74", "37")
	f("perc50", "1 2 3 4 5 6 7 8 9 10", "5.5")
	f("p95", "1 2 3 4 5 6 7 8 9 10", "9.55")
	f("PERC95", "0 212 579 1068 1692 2301 2793 3306 3673 4010", "3858.35")
	f("median", "0 212 579 1068 1692 2301 2793 3306 3673 4010", "1996.5")
	f("perc0", "3 1 2", "1")
	f("perc100", "3 1 2", "3")
	f("exactperc99.9", "0 1000", "999")
	f("upperperc25", "0 1|2|3 x 4", "1")
	f("perc50", "x", "-")
	f("perc50", "-1e999 1e999", "nan")
	f("median", "-0 0", "0")
}

func TestTexts(t *testing.T) {
	f := func(name, rows, want string) {
		t.Helper()
		var cells []string
		if rows != "" {
			cells = strings.Split(rows, " ")
		}
		if got := call(t, name, Settings{Arg: true}, column(cells...), nil); got != want {
			t.Errorf("%s of %s = %q, want %q", name, rows, got, want)
		}
	}
	f("count", "a|b|a", "3")
	f("c", "a  -", "2") // the empty text is a value
	f("dc", "a|b|a", "2")
	f("distinct_count", "1.0 1", "2")
	f("dc", "", "0")
	f("count", "", "0")
	f("values", "", "-")
	f("values", "a|b|a", "a|b")
	f("values", "9 10 a B", "10|9|B|a")
	f("list", "a|b|a", "a|b|a")
	f("list", "-", "-")
	f("min", "10 9 8.0", "8.0")
	f("max", "10 9 8.0", "10")
	f("min", "b B 3", "3")
	f("max", "b B 3", "b")
	f("min", "b B", "B")
	f("min", "1.0 1 1e0", "1")
	f("max", "1 1.0", "1.0")
	f("max", "0.0", "0.0")
	f("min", "-", "-")
	f("mode", "b a b a c", "a")
	f("mode", "a b|b", "b")
	f("mode", "-", "-")
	f("estdc", "a b a", "2")
	f("estdc_error", "a b a", "0")
	f("estdc", "-", "0")
	f("first", "- b|c d|e", "b")
	f("last", "- b|c d|e", "e")
	f("first", "-", "-")
	f("earliest", "a b", "-") // no _time
	f("rate", "1 2", "-")
}

// TestD1 are the rows of 05-examples, 1 to 10, that are about functions.
func TestD1(t *testing.T) {
	time := column("1000", "990", "980", "970", "960")
	user := column("bob", "al", "bob", "-", "Al")
	status := column("200", "404", "500", "200", "200")
	size := column("10", "20", "-", "5", "20")
	host := []int32{0, 1, 0, 0, 1}
	f := func(name string, c *batch.Column, groups []int32, want ...string) {
		t.Helper()
		fn, err := Find(name)
		if err != nil {
			t.Fatal(err)
		}
		a := fn.New(Settings{Arg: c != nil})
		a.Add(Input{Col: c, Time: time, Batch: batch.New(5)}, all(5), groups)
		for g, w := range want {
			if got := show(a.Result(int32(g))); got != w {
				t.Errorf("%s, group %d = %q, want %q", name, g, got, w)
			}
		}
	}
	one := make([]int32, 5)
	f("count", nil, one, "5")
	f("count", nil, host, "3", "2")
	f("count", size, host, "2", "2")
	f("sum", size, host, "15", "40")
	f("avg", size, host, "7.5", "20")
	f("values", user, host, "bob", "Al|al")
	f("dc", user, host, "1", "2")
	f("list", status, host, "200|500|200", "404|200")
	f("first", status, one, "200")
	f("last", status, one, "200")
	f("earliest", status, one, "200")
	f("latest", status, one, "200")
	f("latest", size, host, "10", "20")
	f("earliest", size, host, "5", "20")
	f("max", size, one, "20")
	f("min", size, one, "5")
	f("range", size, one, "15")
	f("sum", user, one, "-", "-") // no such group either
	f("count", column("-", "1", "1", "-", "-"), one, "2")
}

func TestSettings(t *testing.T) {
	f := func(name string, s Settings, rows, want string) {
		t.Helper()
		if got := call(t, name, s, column(strings.Fields(rows)...), nil); got != want {
			t.Errorf("%s of %s = %q, want %q", name, rows, got, want)
		}
	}
	for _, name := range []string{"sum", "avg", "sumsq", "var", "stdev", "range", "median", "p10"} {
		f(name, Settings{AllNum: true}, "1 x 2", "-")
	}
	f("sum", Settings{AllNum: true}, "1 - 2", "3")
	f("min", Settings{AllNum: true}, "1 x 2", "1")
	f("median", Settings{PercMethod: NearestRank}, "1 2 3 4 5 6 7 8 9 10", "6")
	f("perc95", Settings{PercMethod: NearestRank}, "1 2 3 4 5 6 7 8 9 10", "10")
	f("perc100", Settings{PercMethod: NearestRank}, "1 2 3", "3")
	f("median", Settings{PercMethod: NearestRank}, "8 13 34 37 38 58 74", "37")
	f("list", Settings{ListMax: 2}, "c a b", "c|a")
	f("values", Settings{MaxValues: 2}, "c a b", "a|b")
	hour := Settings{BinLength: func(int32) float64 { return 3600 }}
	f("per_second", hour, "3600 3600", "2")
	f("per_minute", hour, "30 30", "1")
	f("per_hour", hour, "1.5 x", "1.5")
	f("per_day", hour, "1", "24")
	f("per_day", hour, "x", "-")
	f("per_day", Settings{}, "1", "-")
	f("per_day", Settings{BinLength: func(int32) float64 { return 0 }}, "1", "-")
}

// TestOrder gives rows out of order: the places say what came first.
func TestOrder(t *testing.T) {
	b := batch.New(4)
	b.Places = []batch.Place{{Time: 1, Seq: 1}, {Time: 3, Seq: 3}, {Time: 3, Seq: 4}, {Time: 2, Seq: 2}}
	x := column("a", "b|c", "d|e", "f")
	f := func(name, want string, times ...string) {
		t.Helper()
		fn, _ := Find(name)
		a := fn.New(Settings{Arg: true})
		a.Add(Input{Col: x, Batch: b, Time: column(times...)}, all(4), make([]int32, 4))
		if got := show(a.Result(0)); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	times := []string{"1", "3", "3", "2"}
	f("first", "d", times...)
	f("last", "a", times...)
	f("list", "d|e|b|c|f|a", times...)
	f("latest", "d", times...)
	f("earliest", "a", times...)
	f("earliest", "c", "-", "3", "3.0", "soon")
	f("earliest_time", "3", "-", "3", "3.0", "soon")
	f("latest_time", "3.0", "-", "3", "3.0", "soon")
}

func TestListMax(t *testing.T) {
	n := 1000
	vals := make([]string, n)
	b := batch.New(n)
	for i := range n {
		vals[i] = string(rune('a' + i%26))
		b.Places = append(b.Places, batch.Place{Seq: int64(i)}) // the last row comes first
	}
	f, _ := Find("list")
	a := f.New(Settings{})
	a.Add(Input{Col: batch.Strings(vals), Batch: b}, all(n), make([]int32, n))
	got := a.Result(0)
	slices.Reverse(vals)
	if !slices.Equal(got, vals[:100]) {
		t.Errorf("list = %v", got)
	}
}

func TestEstdc(t *testing.T) {
	f := func(n int, low, high int) {
		t.Helper()
		vals := make([]string, n)
		for i := range vals {
			vals[i] = strings.Repeat("x", i%7) + string(rune(0x4e00+i))
		}
		c := batch.Strings(vals)
		got := 0
		for _, r := range call(t, "estdc", Settings{}, c, nil) {
			got = got*10 + int(r-'0')
		}
		if got < low || got > high {
			t.Errorf("estdc of %d = %d", n, got)
		}
		want := "0"
		if n > estdcExact {
			want = "0.008125" // 1.04 / sqrt(16384)
		}
		if e := call(t, "estdc_error", Settings{}, c, nil); e != want {
			t.Errorf("estdc_error of %d = %s", n, e)
		}
	}
	f(999, 999, 999)
	f(1000, 1000, 1000)
	f(5000, 4800, 5200)
	f(20000, 19200, 20800)
}

func TestRates(t *testing.T) {
	x := column("10", "30", "5", "15", "100", "x")
	time := column("0", "10", "20", "30", "0", "5")
	f := func(name string, series *batch.Column, want string) {
		t.Helper()
		fn, _ := Find(name)
		a := fn.New(Settings{})
		a.Add(Input{Col: x, Time: time, Batch: batch.New(6), Series: series}, all(6), make([]int32, 6))
		if got := show(a.Result(0)); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	// Series a grows 20 in 10 s; b begins anew, then grows 10: 10 in 10 s; c has one
	// sample.
	s := column("a", "a", "b", "b", "c", "c")
	f("rate_avg", s, "1.5")
	f("rate_sum", s, "3")
	// All in one: 0:100 and 0:10 (of one time, the later shown is first), 30, reset
	// to 5, 15. 100 is shown after 10, so it comes before it: reset 10 +20 +5 +10.
	f("rate_sum", nil, "1.5")
}
