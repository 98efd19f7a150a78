package command

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"spl/eval/batch"
)

// The first row of each combination is never dropped, in whatever order rows come and
// however many thin them out.
func TestThinning(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	type row struct {
		key   string
		place batch.Place
	}
	for range 200 {
		workers := make([]thinning, 1+r.IntN(3))
		for i := range workers {
			workers[i].names = []string{"k"}
		}
		first := map[string]batch.Place{}
		var left []row
		dropped := 0
		for seq := range 20 {
			b := batch.New(1 + r.IntN(20))
			var keys []string
			for i := range b.Rows {
				k, p := strconv.Itoa(r.IntN(10)), batch.Place{Time: float64(r.IntN(50)), Seq: int64(seq*100 + i)}
				keys, b.Places = append(keys, k), append(b.Places, p)
				if old, ok := first[k]; !ok || p.Compare(old) < 0 {
					first[k] = p
				}
			}
			b.Set("k", batch.Strings(keys))
			out := workers[r.IntN(len(workers))].apply(b)
			dropped += b.Rows - out.Rows
			for i := range out.Rows {
				k, _ := out.Col("k").First(i)
				left = append(left, row{k, out.Place(i)})
			}
		}
		for k, p := range first {
			if !slices.Contains(left, row{k, p}) {
				t.Fatalf("the first row of %s was dropped", k)
			}
		}
		if dropped == 0 {
			t.Fatal("nothing was dropped")
		}
	}
}

// Where it hardly drops anything, it stops trying.
func TestThinningStops(t *testing.T) {
	th := thinning{names: []string{"k"}}
	for i := 0; i <= thinningTrial; i += 1000 {
		keys := make([]string, 1000)
		for j := range keys {
			keys[j] = strconv.Itoa(i + j)
		}
		b := batch.New(len(keys))
		b.From = int64(i)
		b.Set("k", batch.Strings(keys))
		if out := th.apply(b); out.Rows != b.Rows {
			t.Fatal("rows that are all different were dropped")
		}
	}
	if !th.over {
		t.Error("it goes on")
	}
}
