package spill

import (
	"context"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"spl/eval/batch"
)

// Ranges give the rows that one merge of all gives.
func TestRanges(t *testing.T) {
	f := folder(t)
	order := byKey
	order.Keyed = func(name string) bool { return name == "k" }
	rapid.Check(t, func(rt *rapid.T) {
		// Blocks of few rows, so that there are many of them.
		var all []*batch.Batch
		runs, err := NewRuns(NewBudget(0, 1<<40, f), order)
		if err != nil {
			rt.Fatal(err)
		}
		defer runs.Close()
		keys := rapid.SampledFrom([]int{1, 3, 500, 100_000}).Draw(rt, "keys")
		for range rapid.IntRange(0, 4).Draw(rt, "runs") {
			err := runs.Add(func(w *Writer) error {
				key, n := 0, rapid.IntRange(0, 1500).Draw(rt, "blocks")
				for range n {
					b := batch.New(2)
					key += rapid.IntRange(0, 1).Draw(rt, "step") * (1 + keys/500)
					k := strconv.Itoa(1_000_000 + min(key, keys))
					b.Set("k", batch.Constant(k, 2))
					b.Set("n", batch.Constant(strconv.Itoa(len(all)), 2))
					b.Places = []batch.Place{{Seq: int64(2 * len(all))}, {Seq: int64(2*len(all) + 1)}}
					all = append(all, b)
					w.run.Rows += 2
					if err := w.write(Positioned{Batch: b}); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				rt.Fatal(err)
			}
		}
		gather := func(most int) (string, int) {
			ms, err := runs.Ranges(context.Background(), most)
			if err != nil {
				rt.Fatal(err)
			}
			var out []*batch.Batch
			for _, m := range ms {
				err := m.Each(context.Background(), 0, func(p Positioned) error {
					out = append(out, p.Batch)
					return nil
				})
				if err != nil {
					rt.Fatal(err)
				}
			}
			return text(out), len(ms)
		}
		want, n := gather(1)
		if n != 1 {
			rt.Fatalf("%d ranges where 1 is allowed", n)
		}
		got, n := gather(rapid.IntRange(2, 200).Draw(rt, "most"))
		if got != want {
			rt.Fatalf("%d ranges give other rows", n)
		}
		if keys == 100_000 && len(runs.runs) == 1 && len(all) > 4*leastRange && n < 2 {
			rt.Fatalf("%d blocks make %d ranges", len(all), n)
		}
	})
}

// Marks of a long run become fewer and stay evenly spread.
func TestMarks(t *testing.T) {
	m := marks{every: 1}
	for i := range 10_000 {
		b := batch.New(2)
		b.Set("k", batch.Strings([]string{strconv.Itoa(i), "other"}))
		b.Set("large", batch.Constant("x", 2))
		m.add(i, b, func(name string) bool { return name == "k" })
	}
	if len(m.rows) > mostMarks || len(m.rows) < mostMarks/2 {
		t.Errorf("%d marks", len(m.rows))
	}
	for i, r := range m.rows {
		if got := value(r.Col("k"), 0); got != strconv.Itoa(i*m.every) {
			t.Fatalf("mark %d is of block %s, want %d", i, got, i*m.every)
		}
		if r.Index("large") >= 0 {
			t.Fatal("a mark holds more than its keys")
		}
	}
}
