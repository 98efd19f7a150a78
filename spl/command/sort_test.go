package command

import (
	"cmp"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The prefix of a value never says other than comparing does.
func TestSortPrefix(t *testing.T) {
	value := rapid.Custom(func(t *rapid.T) sortValue {
		switch rapid.IntRange(0, 3).Draw(t, "kind") {
		case 0:
			return sortValue{class: classMissing}
		case 1:
			n := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{0, math.Copysign(0, -1), math.NaN(), math.Inf(1), math.Inf(-1), 1, math.MaxFloat64}))
			return sortValue{class: classNumber, number: n.Draw(t, "number")}
		}
		text := rapid.SampledFrom([]string{"", "a", "a\x00", "abcdefgh", "abcdefghi", "10.0.0.1", "::1", "1e3", "-4", "\xff\xff\xff\xff\xff\xff\xff\xff"})
		kind := rapid.SampledFrom([]string{"auto", "num", "str", "ip"}).Draw(t, "as")
		return newSortValue(rapid.OneOf(text, rapid.String()).Draw(t, "text"), kind)
	})
	rapid.Check(t, func(t *rapid.T) {
		v, w := value.Draw(t, "v"), value.Draw(t, "w")
		for _, desc := range []bool{false, true} {
			p, q := v.prefix(desc), w.prefix(desc)
			if c := cmp.Compare(p, q); c != 0 && c != v.compare(w, desc) {
				t.Fatalf("desc %v: %v and %v compare as %d, their prefixes as %d", desc, v, w, v.compare(w, desc), c)
			}
		}
	})
}
