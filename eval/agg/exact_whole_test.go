package agg

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// Whole numbers are written and read as all numbers are.
func TestWhole(t *testing.T) {
	check := func(t interface{ Fatalf(string, ...any) }, i int64) {
		want := number{mant: big.NewInt(i)}.text()
		if got := wholeText(i); got != want {
			t.Fatalf("%d is %q, want %q", i, got, want)
		}
		if got, ok := readWhole(want); ok && got != i {
			t.Fatalf("%q is read as %d", want, got)
		} else if !ok && i > -1<<60 && i < 1<<60 {
			t.Fatalf("%q is not read", want)
		}
	}
	for _, i := range []int64{0, 1, -1, 2, -2, 10, 4096, math.MaxInt64, math.MinInt64, 1 << 62, -1 << 62, 1<<53 - 1} {
		check(t, i)
	}
	rapid.Check(t, func(t *rapid.T) { check(t, rapid.Int64().Draw(t, "number")) })
}

// What readWhole reads is what readNumber reads.
func FuzzReadWhole(f *testing.F) {
	for _, s := range []string{"0p0", "-ffp3", "1p61", "1p62", "+1p1", "1p+1", "1_0p0", "p", "fp-1", "0x1p0", "-0p0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		i, ok := readWhole(s)
		if !ok {
			return
		}
		n, ok := readNumber(s)
		if !ok {
			t.Fatalf("%q is read as %d and is no number", s, i)
		}
		var a, b sums
		a.grow(1)
		b.grow(1)
		a.addInt(0, i)
		b.merge(0, n)
		if a.text(0) != b.text(0) {
			t.Fatalf("%q is %s, want %s", s, a.text(0), b.text(0))
		}
	})
}
