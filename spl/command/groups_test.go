package command

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
	"spl/eval/batch"
	"spl/spl/engine"
)

// Rows are in one group if their values are equal, through cells and through the hash
// table alike, in one table and in one that took over another.
func TestGroups(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		by := []string{"a", "b", "c", "d"}[:rapid.IntRange(1, 4).Draw(t, "fields")]
		// Few values stay in cells; with more they are given up on the way.
		values := rapid.SampledFrom([]int{2, 10, 400}).Draw(t, "values")
		g, o := newGroups(by, false), newGroups(by, false)
		want := map[string]int32{}
		for range rapid.IntRange(1, 6).Draw(t, "batches") {
			checkGroups(t, g, want, drawKeys(t, by, values))
		}
		others := map[string]int32{}
		for range rapid.IntRange(0, 3).Draw(t, "others") {
			checkGroups(t, o, others, drawKeys(t, by, values))
		}
		to, err := g.absorb(&engine.Context{}, o)
		if err != nil {
			t.Fatal(err)
		}
		for key, id := range others {
			if old, seen := want[key]; seen && old != to[id] {
				t.Fatalf("%q is group %d, want %d", key, to[id], old)
			}
			want[key] = to[id]
		}
		checkGroups(t, g, want, drawKeys(t, by, values))
		if g.len() != len(want) {
			t.Fatalf("%d groups, want %d", g.len(), len(want))
		}
	})
}

// drawKeys makes a batch with one value or several, or none, of each field.
func drawKeys(t *rapid.T, by []string, values int) *batch.Batch {
	rows := rapid.IntRange(1, 60).Draw(t, "rows")
	b := batch.New(rows)
	multi := rapid.IntRange(0, 3).Draw(t, "multi") == 0
	for _, name := range by {
		var bl batch.Builder
		for range rows {
			n := 1
			if multi {
				n = rapid.IntRange(0, 2).Draw(t, "count")
			}
			vals := make([]string, n)
			for i := range vals {
				vals[i] = strings.Repeat("v", rapid.IntRange(0, values-1).Draw(t, "value"))
			}
			bl.Append(vals...)
		}
		b.Set(name, bl.Column())
	}
	return b
}

func checkGroups(t *rapid.T, g *groups, want map[string]int32, b *batch.Batch) {
	rows, ids, _ := g.number(b)
	at := 0
	for r := range b.Rows {
		for _, key := range crossed(b, r) {
			if at == len(rows) || rows[at] != int32(r) {
				t.Fatalf("rows %v: row %d has no group %q", rows, r, key)
			}
			id := ids[at]
			at++
			name := strings.Join(key, "|")
			if old, seen := want[name]; seen && old != id || !slices.Equal(g.key(id), key) {
				t.Fatalf("%q is group %d %q, want %d", key, id, g.key(id), old)
			}
			want[name] = id
		}
	}
	if at != len(rows) {
		t.Fatalf("%d rows too many", len(rows)-at)
	}
}

// crossed are the combinations of a row's values.
func crossed(b *batch.Batch, row int) [][]string {
	keys := [][]string{nil}
	for _, c := range b.Cols {
		var next [][]string
		for _, k := range keys {
			for _, v := range c.Values(row) {
				next = append(next, append(slices.Clone(k), v))
			}
		}
		keys = next
	}
	return keys
}
