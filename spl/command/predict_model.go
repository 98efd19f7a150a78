package command

import (
	"fmt"
	"math"

	"spl/spl/engine"
)

// The models of predict: a state that cannot be seen moves on at random, and values
// are what can be seen of it, with noise. The Kalman filter gives the best guess of
// each value from those before it, and how sure it is.
//
// Choices, since the documentation names the models and not how Splunk fits them:
// nothing is known of the state before the first values; the variance of the noise
// comes from the errors of the guesses, and how much of it belongs to the state is
// the ratio, of those in ratios, under which the values are the most likely. The
// guess of a row rests on the rows before it.

// guess is a predicted value and the variance of its error; NaN where there is none.
type guess struct{ value, variance float64 }

// fit is how one choice of ratios does: the guesses, with variances in units of the
// noise, and what the errors sum up to.
type fit struct {
	guesses []guess
	squares float64 // of errors, each divided by its variance
	logs    float64 // of the variances
	count   int
}

// ratios are the variances of steps of the state that are tried, in units of that of
// the noise; the least first, which wins where others do no better.
var ratios = []float64{0, 1e-4, 1e-3, 1e-2, 0.03, 0.1, 0.3, 1, 3, 10, 100, 1000}

func newFit(rows int) *fit {
	f := &fit{guesses: make([]guess, rows)}
	for i := range f.guesses {
		f.guesses[i] = guess{math.NaN(), 0}
	}
	return f
}

// see notes the guess of a row, and its error where the row has a value.
func (f *fit) see(row int, value, variance, seen float64) {
	f.guesses[row] = guess{value, variance}
	if !math.IsNaN(seen) {
		f.squares += (seen - value) * (seen - value) / variance
		f.logs += math.Log(variance)
		f.count++
	}
}

// noise is the variance of the noise.
func (f *fit) noise() float64 { return f.squares / float64(max(f.count, 1)) }

// unlikely is twice the negative log of the likelihood, but for a constant; the
// series without errors is the likeliest.
func (f *fit) unlikely(scale float64) float64 {
	n := f.noise()
	if n <= 1e-18*scale {
		return math.Inf(-1)
	}
	return float64(f.count)*math.Log(n) + f.logs
}

// scaled gives the guesses with variances in units of the values.
func (f *fit) scaled() []guess {
	n := f.noise()
	for i := range f.guesses {
		f.guesses[i].variance *= n
	}
	return f.guesses
}

// likeliest keeps the best of what try gives for each choice of ratios.
func likeliest(c *engine.Context, series []float64, choices int, try func(choice int) *fit) ([]guess, error) {
	scale := 0.0
	for _, v := range series {
		if !math.IsNaN(v) {
			scale = max(scale, v*v)
		}
	}
	var best *fit
	least := math.Inf(1)
	for i := range choices {
		if err := c.Err(); err != nil {
			return nil, err
		}
		f := try(i)
		if u := f.unlikely(scale); best == nil || u < least-1e-9 {
			best, least = f, u
		}
	}
	return best.scaled(), nil
}

// value is a row's value; NaN after the last.
func value(series []float64, row int) float64 {
	if row < len(series) {
		return series[row]
	}
	return math.NaN()
}

// levels runs the local level model, LL, over every step-th row from a first one.
func (f *fit) levels(series []float64, first, step int, q float64) {
	known := false
	var level, p float64
	for r := first; r < len(f.guesses); r += step {
		y := value(series, r)
		if !known {
			if !math.IsNaN(y) {
				level, p, known = y, 1, true
			}
			continue
		}
		p += q
		f.see(r, level, p+1, y)
		if !math.IsNaN(y) {
			gain := p / (p + 1)
			level += gain * (y - level)
			p *= 1 - gain
		}
	}
}

// trend runs the model of a level and a trend, LLT. It begins with the first two
// values: the line through them.
func (f *fit) trend(series []float64, q, s float64) {
	first := -1
	known := false
	var level, slope, a, b, d float64 // variances: of the level a, both b, of the slope d
	for r := range f.guesses {
		y := value(series, r)
		if !known {
			switch {
			case math.IsNaN(y):
			case first < 0:
				first = r
			default:
				g := float64(r - first)
				level, slope = y, (y-series[first])/g
				a, b, d, known = 1, 1/g, (2+g*(q+s))/(g*g), true
			}
			continue
		}
		level += slope
		a, b, d = a+2*b+d+q, b+d, d+s
		f.see(r, level, a+1, y)
		if !math.IsNaN(y) {
			e, v := y-level, a+1
			level, slope = level+a/v*e, slope+b/v*e
			a, b, d = a-a*a/v, b-a*b/v, d-b*b/v
		}
	}
}

// model gives the guesses of an algorithm, or why there are none.
func (g *predictGroup) model(c *engine.Context, series []float64, rows int) ([]guess, string, error) {
	have := 0
	for _, v := range series {
		have += int(b2i(!math.IsNaN(v)))
	}
	need := map[string]int{"LL": 2, "LLT": 3, "LLP": 2, "LLP5": 3}[g.algorithm]
	if have < need {
		return nil, fmt.Sprintf("%s needs %d values, and there are %d", g.algorithm, need, have), nil
	}
	period := g.period
	if period == 0 && (g.algorithm == "LLP" || g.algorithm == "LLP5") {
		period = findPeriod(series)
	}
	periodic := period > 0 && have >= 2*period
	level := func() ([]guess, error) {
		return likeliest(c, series, len(ratios), func(i int) *fit {
			f := newFit(rows)
			f.levels(series, 0, 1, ratios[i])
			return f
		})
	}
	trend := func() ([]guess, error) {
		n := len(ratios)
		return likeliest(c, series, n*n, func(i int) *fit {
			f := newFit(rows)
			f.trend(series, ratios[i/n], ratios[i%n])
			return f
		})
	}
	season := func() ([]guess, error) {
		return likeliest(c, series, len(ratios), func(i int) *fit {
			f := newFit(rows)
			for k := range period {
				f.levels(series, k, period, ratios[i])
			}
			return f
		})
	}
	var p []guess
	var err error
	switch {
	case g.algorithm == "LL":
		p, err = level()
	case g.algorithm == "LLT" || g.algorithm == "LLP5" && !periodic:
		p, err = trend()
	case !periodic && g.period > 0:
		return nil, fmt.Sprintf("LLP needs two periods of %d values, and there are %d", period, have), nil
	case !periodic:
		return nil, "it does not repeat; give period=, or use LLT", nil
	default:
		if p, err = season(); err == nil && g.algorithm == "LLP5" {
			var t []guess
			if t, err = trend(); err == nil {
				p = together(p, t)
			}
		}
	}
	return p, "", err
}

// together is the mean of two predictions, each with the weight of how sure it is.
//
// Choice: weights are the inverses of the variances; where only one has a guess, it
// is taken.
func together(x, y []guess) []guess {
	out := make([]guess, len(x))
	for i := range x {
		a, b := x[i], y[i]
		switch {
		case math.IsNaN(a.value):
			out[i] = b
		case math.IsNaN(b.value):
			out[i] = a
		default:
			w := 0.5
			if a.variance+b.variance > 0 {
				w = b.variance / (a.variance + b.variance)
			}
			out[i] = guess{w*a.value + (1-w)*b.value, w*a.variance + (1-w)*b.variance}
		}
	}
	return out
}

// findPeriod finds after how many values a series repeats; 0 when it does not.
//
// Choice: what is left of the values when the straight line through them is taken
// out is compared with itself, moved on by each number of values up to half of them.
// The period is the least number at which the two are more alike than beside it,
// nearly as alike as anywhere (nine tenths), and alike at all (0.5 or more, where 1
// is the same).
func findPeriod(series []float64) int {
	x := withoutLine(series)
	n := len(x)
	if n < 4 {
		return 0
	}
	total := 0.0
	for _, v := range x {
		total += v * v
	}
	if total == 0 {
		return 0
	}
	most := min(n/2, 2000)
	like := make([]float64, most+2)
	best := 0.0
	for lag := 1; lag <= min(most+1, n-1); lag++ {
		sum := 0.0
		for i := lag; i < n; i++ {
			sum += x[i] * x[i-lag]
		}
		like[lag] = sum / float64(n-lag) / (total / float64(n))
		if lag >= 2 && lag <= most {
			best = max(best, like[lag])
		}
	}
	if best < 0.5 {
		return 0
	}
	for lag := 2; lag <= most; lag++ {
		if like[lag] >= 0.9*best && like[lag] >= like[lag-1] && like[lag] >= like[lag+1] {
			return lag
		}
	}
	return 0
}

// withoutLine takes the straight line through the values out of them; missing ones
// become 0. What is left is 0 where it is no more than rounding.
func withoutLine(series []float64) []float64 {
	var n, sx, sy, sxx, sxy, scale float64
	for i, v := range series {
		if math.IsNaN(v) {
			continue
		}
		t := float64(i)
		n, sx, sy, sxx, sxy = n+1, sx+t, sy+v, sxx+t*t, sxy+t*v
		scale = max(scale, math.Abs(v))
	}
	slope := 0.0
	if d := n*sxx - sx*sx; d > 0 {
		slope = (n*sxy - sx*sy) / d
	}
	start := (sy - slope*sx) / max(n, 1)
	out := make([]float64, len(series))
	for i, v := range series {
		if e := v - start - slope*float64(i); !math.IsNaN(e) && math.Abs(e) > 1e-9*scale {
			out[i] = e
		}
	}
	return out
}
