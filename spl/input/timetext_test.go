package input

import (
	"math"
	"math/rand/v2"
	"testing"

	"spl/eval/batch"
)

// The number of a time is what reading its text gives.
func TestTimeNumber(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	check := func(x float64) {
		t.Helper()
		want, read := batch.ParseNumber(timeText(x))
		if n, ok := timeNumber(x); ok && (!read || n != want) {
			t.Errorf("%v: %v, but %s is %v", x, n, timeText(x), want)
		} else if !ok && math.Abs(x) < 9e9 {
			t.Errorf("%v has no number", x)
		}
	}
	for _, x := range []float64{0, -0.0000001, 0.0000005, -1.5, 1e9, 1773446400.043909, 8.999999999e9, 9e9, 9e12, 1e15, -8999999999.999999} {
		check(x)
	}
	for range 200_000 {
		check((r.Float64() - 0.3) * math.Pow(10, float64(r.IntN(14))))
		check(float64(r.Int64N(4e15)) / 1e6)
	}
}
