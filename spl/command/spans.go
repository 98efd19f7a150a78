package command

import (
	"math"
	"strconv"
	"strings"
	"time"

	"spl/eval/batch"
	"spl/eval/timefmt"
)

// axis cuts the values of a field into bins, for the commands whose rows are bins:
// chart, timechart, makecontinuous. A bin's key is its start as a number; values
// that are no numbers are their own key.
type axis struct {
	// Of time: the span, and where its bins are counted from if origin is set.
	span    timefmt.Span
	aligned bool
	origin  float64
	zone    *time.Location

	// Of numbers: the width, or the base and coefficient of a scale of logarithms.
	width      float64
	base, coef float64
}

// read takes a span: of time where the field is one, else of numbers or, where a unit
// of time stands with it, of values that are taken as times.
func (x *axis) read(s string, time bool) bool {
	if w, base, coef, ok := numberSpan(s); ok && !time {
		x.width, x.base, x.coef = w, base, coef
		return true
	}
	var err error
	x.span, err = timefmt.ParseSpan(s)
	return err == nil
}

// timed says that the axis is of time.
func (x *axis) timed() bool { return x.span.Unit != timefmt.NoUnit }

// cuts says that the axis has bins at all.
func (x *axis) cuts() bool { return x.timed() || x.width > 0 || x.base > 0 }

// start is the start of the bin that holds a number.
func (x *axis) start(v float64) float64 {
	switch {
	case x.timed() && x.aligned && !x.span.IsCalendar():
		return x.span.StartFrom(v, x.origin)
	case x.timed():
		return x.span.Start(v, x.zone)
	case x.base > 0:
		if v <= 0 {
			return 0 // no logarithm
		}
		at := math.Floor(math.Log(v/x.coef)/math.Log(x.base) + 1e-9)
		return x.coef * math.Pow(x.base, at)
	case x.width > 0:
		return evenNumber(math.Floor(v/x.width) * x.width)
	}
	return v
}

// next is the start of the bin after the one that begins at start; +Inf if there is
// none.
func (x *axis) next(start float64) float64 {
	switch {
	case x.timed() && x.aligned && !x.span.IsCalendar():
		return start + x.span.Seconds()
	case x.timed():
		return x.span.Next(start, x.zone)
	case x.base > 0:
		if start <= 0 {
			return math.Inf(1)
		}
		return start * x.base
	case x.width > 0:
		return evenNumber(start + x.width)
	}
	return math.Inf(1)
}

// evenNumber takes off what doubles add to a product of decimals: 0.30000000000000004.
func evenNumber(v float64) float64 {
	s, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 15, 64), 64)
	if err != nil || s == 0 {
		return v + 0
	}
	return s
}

// label is what is shown for a bin: its start for time, lo-hi for numbers.
func (x *axis) label(key string) string {
	v, ok := batch.ParseNumber(key)
	if !ok || x.timed() || !x.cuts() {
		return key
	}
	return key + "-" + batch.FormatNumber(x.next(v))
}

// keys gives the key of each value of a column.
func (x *axis) keys(c *batch.Column, rows int) *batch.Column {
	if c == nil || !x.cuts() {
		return c
	}
	var bl batch.Builder
	bl.Grow(rows)
	last, text := math.NaN(), ""
	one := func(v string, n float64, ok bool) string {
		if !ok {
			return v
		}
		if s := x.start(n); s != last {
			last, text = s, batch.FormatNumber(s)
		}
		return text
	}
	for r := range rows {
		vals := c.Values(r)
		if len(vals) == 1 {
			n, ok := c.Number(r)
			bl.String(one(vals[0], n, ok))
			continue
		}
		out := make([]string, len(vals))
		for i, v := range vals {
			n, ok := batch.ParseNumber(v)
			out[i] = one(v, n, ok)
		}
		bl.Append(out...)
	}
	return bl.Column()
}

// timeSteps are the spans that timechart chooses from (01-core, timechart).
var timeSteps = []timefmt.Span{
	{Count: 1, Unit: timefmt.Second}, {Count: 5, Unit: timefmt.Second}, {Count: 10, Unit: timefmt.Second}, {Count: 30, Unit: timefmt.Second},
	{Count: 1, Unit: timefmt.Minute}, {Count: 5, Unit: timefmt.Minute}, {Count: 10, Unit: timefmt.Minute}, {Count: 30, Unit: timefmt.Minute},
	{Count: 1, Unit: timefmt.Hour}, {Count: 1, Unit: timefmt.Day}, {Count: 1, Unit: timefmt.Month},
}

// stepFor is the shortest span that makes at most so many bins of a range, and is at
// least minspan seconds long.
func stepFor(seconds float64, bins int, minspan float64) timefmt.Span {
	for _, s := range timeSteps {
		if w := s.Seconds(); w >= minspan && seconds/w <= float64(max(bins, 1)) {
			return s
		}
	}
	return timeSteps[len(timeSteps)-1]
}

// workStep is a span to gather by while the range is still growing: every span that
// can be chosen in the end is a multiple of it, days of any zone too.
func workStep(s timefmt.Span) timefmt.Span {
	five := timeSteps[5]
	if !s.IsCalendar() && s.Seconds() > five.Seconds() {
		return five
	}
	return s
}

// below is the greatest number less than v: bins reach up to their end, and it is the
// start of the one after them.
func below(v float64) float64 { return math.Nextafter(v, math.Inf(-1)) }

// niceWidth is the smallest width of 1, 2, 2.5 or 5 times a power of ten that makes
// at most so many bins of the numbers from low to high. Choice: bins asked for without
// a span.
func niceWidth(low, high float64, bins int) float64 {
	bins = max(bins, 1)
	least := (high - low) / float64(bins)
	if !(least > 0) || math.IsInf(least, 0) {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(least)))
	for _, m := range []float64{1, 2, 2.5, 5, 10, 20, 25, 50} {
		if w := evenNumber(m * unit); w >= least && math.Floor(high/w)-math.Floor(low/w) < float64(bins) {
			return w
		}
	}
	return evenNumber(100 * unit)
}

// numberSpan reads the span of an axis of numbers: 10, 0.5, log10, 2log10, log2.
func numberSpan(s string) (width, base, coef float64, ok bool) {
	if v, num := batch.ParseNumber(s); num {
		return v, 0, 0, v > 0
	}
	low := strings.ToLower(s)
	before, after, found := strings.Cut(low, "log")
	if !found {
		return 0, 0, 0, false
	}
	coef, base = 1, 10
	if before != "" {
		if coef, ok = batch.ParseNumber(before); !ok {
			return 0, 0, 0, false
		}
	}
	if after != "" {
		if base, ok = batch.ParseNumber(after); !ok {
			return 0, 0, 0, false
		}
	}
	return 0, base, coef, base > 1 && coef > 0
}
