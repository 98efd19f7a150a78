package batch_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
	"spl/eval/batch"
)

// A dictionary gives equal values one number and different values different ones, also
// when it takes over another.
func TestDict(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var d, o batch.Dict
		check := numbered(t, &d)
		other := numbered(t, &o)
		word := rapid.OneOf(rapid.StringN(0, 3, 3), rapid.Map(rapid.IntRange(0, 5), func(n int) string { return strings.Repeat("abcdefgh", n) }), rapid.String())
		words := rapid.SliceOf(word)
		for _, v := range words.Draw(t, "values") {
			check(v, d.ID(v))
		}
		for _, v := range words.Draw(t, "others") {
			other(v, o.ID(v))
		}
		for id, to := range d.Absorb(&o) {
			check(o.Value(int32(id)), to)
		}
		for _, v := range words.Draw(t, "more") {
			check(v, d.ID(v))
		}
	})
}

// numbered checks the numbers of values as a dictionary gives them.
func numbered(t *rapid.T, d *batch.Dict) func(v string, id int32) {
	want := map[string]int32{}
	return func(v string, id int32) {
		old, seen := want[v]
		if !seen {
			old = id
			want[v] = id
		}
		if id != old || d.Value(id) != v || int(id) >= d.Len() {
			t.Fatalf("%q is number %d, want %d", v, id, old)
		}
	}
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
