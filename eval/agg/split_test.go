package agg

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
	"spl/eval/batch"
)

// row is one row of a random table.
type row struct {
	group  int32
	vals   []string
	time   []string
	series []string
	place  batch.Place
}

func drawRows(t *rapid.T) []row {
	value := rapid.OneOf(
		rapid.SampledFrom([]string{"", "a", "B", "b", "1", "1.0", "-0", "0", "7.25", "1e16", "-1e16", "1e-300",
			"1e300", "-1e300", "5e-324", "1e999", "x9", "9007199254740993", "4503599627370497", "9223372036854775807"}),
		rapid.Custom(func(t *rapid.T) string { return fmt.Sprint(rapid.IntRange(-50, 50).Draw(t, "int")) }),
		rapid.Custom(func(t *rapid.T) string { return fmt.Sprintf("%.2f", rapid.Float64Range(-9, 9).Draw(t, "float")) }),
	)
	times := rapid.SliceOfN(rapid.SampledFrom([]string{"1", "2", "2.0", "3.5", "700", "86401.25", "-5", "soon"}), 0, 1)
	n := rapid.IntRange(0, 30).Draw(t, "rows")
	rows := make([]row, n)
	for i := range rows {
		rows[i] = row{
			group:  rapid.Int32Range(0, 2).Draw(t, "group"),
			vals:   rapid.SliceOfN(value, 0, 3).Draw(t, "values"),
			time:   times.Draw(t, "time"),
			series: rapid.SliceOfN(rapid.SampledFrom([]string{"s", "t"}), 0, 1).Draw(t, "series"),
			place:  batch.Place{Time: float64(rapid.IntRange(0, 3).Draw(t, "at")), Seq: int64(i)},
		}
	}
	return rows
}

// feed adds rows in batches of at most size.
func feed(a Accumulator, rows []row, size int, plain bool) {
	for chunk := range slices.Chunk(rows, size) {
		var x, time, series batch.Builder
		b := batch.New(len(chunk))
		groups := make([]int32, len(chunk))
		for i, r := range chunk {
			x.Append(r.vals...)
			time.Append(r.time...)
			series.Append(r.series...)
			b.Places = append(b.Places, r.place)
			groups[i] = r.group
		}
		in := Input{Col: x.Column(), Batch: b, Time: time.Column(), Series: series.Column()}
		if plain {
			in.Col = nil
		}
		a.Add(in, all(len(chunk)), groups)
	}
}

// subject is something to make accumulators of.
type subject struct {
	name  string
	plain bool
	make  func() Accumulator
}

func subjects() []subject {
	names := []string{"perc37.5", "p0", "exactperc90", "upperperc95"}
	for _, f := range Functions() {
		if !f.numbered {
			names = append(names, f.Name)
		}
	}
	var out []subject
	settings := []Settings{
		{Arg: true, BinLength: func(g int32) float64 { return float64(g+1) * 77 }},
		{Arg: true, AllNum: true, ListMax: 3, MaxValues: 2, PercMethod: NearestRank},
	}
	for _, name := range names {
		f, _ := Find(name)
		for i, s := range settings {
			out = append(out, subject{fmt.Sprint(name, i), false, func() Accumulator { return f.New(s) }})
		}
		for i, b := range []Bins{{}, {Span: 0.5}, {Span: 2, Count: 5}, {Start: 1, Span: 100, Count: 100}} {
			if f.Sparkline {
				out = append(out, subject{fmt.Sprint("spark-", name, i), false, func() Accumulator {
					return NewSparkline(f, Settings{Arg: true}, b)
				}})
			}
		}
	}
	f, _ := Find("count")
	return append(out, subject{"rows", true, func() Accumulator { return f.New(Settings{}) }},
		subject{"spark-rows", true, func() Accumulator { return NewSparkline(f, Settings{}, Bins{}) }})
}

// TestSplit checks every function against every way of splitting its rows: shares
// in any order, batches of any size, partials merged in any order and grouping.
func TestSplit(t *testing.T) {
	for _, s := range subjects() {
		t.Run(s.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				rows := drawRows(t)
				whole := s.make()
				feed(whole, rows, 7, s.plain)
				rnd := rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed")))
				parts := scatter(rnd, rows, s)
				joined := join(t, rnd, parts, s)
				for g := range int32(4) {
					want := show(whole.Result(g))
					if got := show(joined.Result(g)); got != want {
						t.Fatalf("group %d: %q in parts, %q as a whole", g, got, want)
					}
				}
			})
		})
	}
}

// scatter deals rows out, in random order, to a few accumulators.
func scatter(rnd *rand.Rand, rows []row, s subject) []Accumulator {
	mixed := slices.Clone(rows)
	rnd.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
	shares := make([][]row, 1+rnd.Intn(4))
	for _, r := range mixed {
		i := rnd.Intn(len(shares))
		shares[i] = append(shares[i], r)
	}
	parts := make([]Accumulator, len(shares))
	for i, share := range shares {
		parts[i] = s.make()
		feed(parts[i], share, 1+rnd.Intn(5), s.plain)
	}
	return parts
}

// join merges accumulators two by two, in random order, into one.
func join(t *rapid.T, rnd *rand.Rand, parts []Accumulator, s subject) Accumulator {
	parts = append(parts, s.make())
	for len(parts) > 1 {
		rnd.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		from, to := parts[0], parts[1]
		var b batch.Builder
		Partials(from, []int32{0, 1, 2, 3}, &b)
		c := b.Column()
		for g := range int32(4) {
			if got, want := c.Values(int(g)), from.Partial(g); !slices.Equal(got, want) {
				t.Fatalf("%q among partials, %q alone", got, want)
			}
			if err := to.Merge(g, from.Partial(g)); err != nil {
				t.Fatal(err)
			}
		}
		parts = parts[1:]
	}
	return parts[0]
}

// TestManyValues goes past the limits at which states change their form.
func TestManyValues(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	var rows []row
	for i := range 6000 {
		rows = append(rows, row{
			vals: []string{fmt.Sprint(rnd.Intn(4000)), fmt.Sprintf("%.3f", rnd.NormFloat64())},
			time: []string{fmt.Sprint(rnd.Intn(1e6))}, place: batch.Place{Seq: int64(i)},
		})
	}
	for _, s := range subjects() {
		whole := s.make()
		feed(whole, rows, 1000, s.plain)
		var parts []Accumulator
		for share := range slices.Chunk(rows, 1700) {
			p := s.make()
			feed(p, share, 100, s.plain)
			parts = append(parts, p)
		}
		to := s.make()
		for _, p := range parts {
			if err := to.Merge(0, p.Partial(0)); err != nil {
				t.Fatal(err)
			}
		}
		want, got := show(whole.Result(0)), show(to.Result(0))
		if want != got {
			t.Errorf("%s: %.80q in parts, %.80q as a whole", s.name, got, want)
		}
		if whole.Bytes() <= 0 && !strings.HasPrefix(s.name, "spark") {
			t.Errorf("%s: %d bytes", s.name, whole.Bytes())
		}
	}
}
