package agg

import (
	"encoding/binary"
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"spl/eval/batch"
)

// FuzzSum compares the sums with rational arithmetic.
func FuzzSum(f *testing.F) {
	seed := func(xs ...float64) {
		var b []byte
		for _, x := range xs {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
		}
		f.Add(b)
	}
	seed(1, 2, 3)
	seed(0.1, 0.2, -0.3)
	seed(1e308, 1e308, -1e308, 5e-324)
	seed(1<<53, 1, 1<<53-1, -1, 1<<52+0.5)
	seed(5e-324, -5e-324, 1e-310, 2e-162)
	seed(math.MaxFloat64, math.MaxFloat64)
	seed(4503599627370497, 4503599627370497, 4503599627370497)
	f.Fuzz(func(t *testing.T, data []byte) {
		var xs []float64
		var vals []string
		for ; len(data) >= 8 && len(xs) < 64; data = data[8:] {
			x := math.Float64frombits(binary.LittleEndian.Uint64(data))
			if !math.IsNaN(x) && !math.IsInf(x, 0) {
				xs = append(xs, x)
				vals = append(vals, strconv.FormatFloat(x, 'g', -1, 64))
			}
		}
		if len(xs) == 0 {
			return
		}
		for name, want := range moments(xs) {
			if got := call(t, name, Settings{}, batch.Strings(vals), nil); got != batch.FormatNumber(want) {
				t.Errorf("%s of %v = %s, want %s", name, xs, got, batch.FormatNumber(want))
			}
		}
	})
}

// moments are the sums and means of numbers, each rounded once.
func moments(xs []float64) map[string]float64 {
	sum, square := new(big.Rat), new(big.Rat)
	for _, x := range xs {
		r := new(big.Rat).SetFloat64(x)
		sum.Add(sum, r)
		square.Add(square, r.Mul(r, r))
	}
	n := big.NewRat(int64(len(xs)), 1)
	mean := new(big.Rat).Quo(sum, n)
	varp := new(big.Rat).Quo(square, n)
	varp.Sub(varp, new(big.Rat).Mul(mean, mean))
	root := new(big.Float).SetPrec(3000).SetRat(varp)
	out := map[string]float64{}
	out["stdevp"], _ = root.Sqrt(root).Float64()
	out["sum"], _ = sum.Float64()
	out["sumsq"], _ = square.Float64()
	out["avg"], _ = mean.Float64()
	out["varp"], _ = varp.Float64()
	return out
}

// FuzzMerge hands forged partials to every function: it may refuse them, and must
// neither panic nor hang.
func FuzzMerge(f *testing.F) {
	made := subjects()
	tags := []string{
		countTag, sumTag, sumsqTag, spreadTag, minTag, maxTag, rangeTag, distinctTag,
		modeTag, estdcTag, pickTag, rateTag, listTag, percTag, seriesTag, sparklineTag,
	}
	for _, s := range []string{
		"5", "-1", "9223372036854775807", "3!\n7p0", "1\nffp-2148", "1\n1p99999999", "2\n-3p1\n9p2",
		"1\nnan\ninf", "1\n-inf\n1e999", "0\n1e-400p0", "abc\n1\n2", "values\na\nb", "sketch\nAg4AAQ==",
		"sketch\nAg4AAQAAAAAAAAAAAAAAAAAAAAA=", "1\n2\n3\n4\nx", "NaN\n1\n1\n1\nv", "5\n1\n2*3\n9*99999999999",
		"s\n1\n1\n1\n1\n1", "0\n0\n3\n2\n2\ncount1\n7", "50\n-9\n9\n0\n1\nx", "0\n-1125899906842623\n1125899906842623",
		"2\n1*9223372036854775807\n1*9223372036854775807",
	} {
		for i := range made {
			f.Add(uint8(i), s)
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, text string) {
		s, rest := made[int(which)%len(made)], strings.Split(text, "\n")
		for _, tag := range tags {
			a := s.make()
			p := append([]string{tag}, rest...)
			_ = a.Merge(1, p)
			_ = a.Merge(1, p)
			_ = a.Merge(0, rest)
			_, _ = a.Result(1), a.Bytes()
			_ = s.make().Merge(0, a.Partial(1))
		}
	})
}

func TestMergeFaults(t *testing.T) {
	f := func(name string, want string, partial ...string) {
		t.Helper()
		fn, _ := Find(name)
		err := fn.New(Settings{}).Merge(0, partial)
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	f("count", `partial is of kind "sum1", want "count1"`, "sum1", "1", "1p0")
	f("count", `broken partial of kind "count1"`, "count1", "x")
	f("sum", `broken partial of kind "sum1"`, "sum1")
	f("sum", `broken partial of kind "sum1"`, "sum1", "1", "1p9999")
	f("estdc", `broken partial of kind "estdc1"`, "estdc1", "sketch", "!")
	fn, _ := Find("count")
	if err := fn.New(Settings{}).Merge(-1, []string{"count1", "1"}); err == nil {
		t.Error("a negative group is merged")
	}
}
