package batch_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
	"spl/eval/batch"
)

// A dictionary gives equal values one number and different values different ones.
func TestDict(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var d batch.Dict
		want := map[string]int32{}
		word := rapid.OneOf(rapid.StringN(0, 3, 3), rapid.Map(rapid.IntRange(0, 5), func(n int) string { return strings.Repeat("abcdefgh", n) }), rapid.String())
		for _, v := range rapid.SliceOf(word).Draw(t, "values") {
			id := d.ID(v)
			if rapid.Bool().Draw(t, "adopt") {
				id = d.Adopt(v)
			}
			old, seen := want[v]
			if !seen {
				old = int32(len(want))
				want[v] = old
			}
			if id != old || d.Value(id) != v || d.Len() != len(want) {
				t.Fatalf("%q is number %d, want %d", v, id, old)
			}
		}
	})
}

func TestDictFlat(t *testing.T) {
	var d batch.Dict
	ids, off := d.Flat(batch.Multi([]string{"a", "b", "a"}, []int32{0, 2, 2, 3}), nil)
	if len(ids) != 3 || ids[0] != ids[2] || ids[0] == ids[1] || len(off) != 4 {
		t.Errorf("multivalues: %v %v", ids, off)
	}
	ids, off = d.Flat(batch.Constant("b", 3), nil)
	if len(ids) != 3 || d.Value(ids[2]) != "b" || off != nil {
		t.Errorf("a constant: %v %v", ids, off)
	}
	if ids, _ = d.Flat(nil, nil); len(ids) != 0 {
		t.Errorf("no column: %v", ids)
	}
}
