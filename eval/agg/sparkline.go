package agg

import (
	"math"
	"strconv"
)

// SparklineMark is the first value of a sparkline, by which it is known.
const SparklineMark = "##__SPARKLINE__##"

// sparklineMax is how many points a sparkline has at most (stats-functions 6.2).
const sparklineMax = 100

// Bins are the time bins of a sparkline: Count of them, Span seconds each, from
// Start on. Rows outside are passed over.
//
// When the range of time is not known beforehand, Count is 0. The line then runs
// from the first row of any group to the last, in bins that begin at multiples of
// their span after Start; of a Span of 0, one that suits. There are at most 100
// points: the span is widened until that holds.
type Bins struct {
	Start, Span float64
	Count       int
}

// NewSparkline makes the accumulator of sparkline(f(x)): f in each time bin. Its
// result is [SparklineMark] and then a number for each bin, 0 where f gives none.
// It needs _time. f ought to be a function with [Function.Sparkline].
func NewSparkline(f *Function, s Settings, b Bins) Accumulator {
	auto := b.Count <= 0 && !(b.Span > 0)
	if auto || !(b.Span > 0) {
		b.Span = 1
	}
	a := &sparkline{
		bins: b, auto: auto, rows: !f.NeedsField && !s.Arg,
		fresh: func() Accumulator { return f.New(s) },
		cells: map[cell]int32{},
		low:   math.MaxInt64, high: math.MinInt64,
	}
	a.inner = a.fresh()
	return a
}

// sparkline keeps an inner group for each group and time bin that has rows. With an
// open range, bins are joined as the range grows; that loses nothing, and how far
// it goes depends on the first and the last time alone.
type sparkline struct {
	bins  Bins
	auto  bool
	rows  bool // f takes rows, not values
	fresh func() Accumulator
	inner Accumulator
	cells map[cell]int32 // to inner groups, numbered as they come

	level     int   // of widening, for an open range
	low, high int64 // the bins seen, in any group

	inRows, inGroups []int32 // for handing on
}

type cell struct {
	group int32
	bin   int64
}

const (
	sparklineTag = "sparkline1"
	binLimit     = 1 << 50 // bins beyond this many spans from the start are not kept
	topLevel     = 50
)

// sparklineSpans are the widths of bins, in seconds, that suit; each divides the next.
var sparklineSpans = []int64{1, 5, 10, 30, 60, 300, 600, 1800, 3600, 21600, 86400}

// Suiting are the bins of a range of time whose span nobody names: as narrow as the
// number of points allows. An endless range has none; its bins are those of the rows.
func Suiting(from, to float64) Bins {
	if !(to > from) || math.IsInf(to-from, 0) {
		return Bins{}
	}
	for level := range topLevel {
		span := float64(widened(sparklineSpans, level))
		start := math.Floor(from/span) * span
		if n := math.Ceil((to - start) / span); n <= sparklineMax {
			return Bins{Start: start, Span: span, Count: int(n)}
		}
	}
	return Bins{}
}

// widen is how many of the narrowest bins make one at a level; each level's factor
// divides the next.
func (a *sparkline) widen(level int) int64 {
	if a.auto {
		return widened(sparklineSpans, level)
	}
	return widened(sparklineSpans[:1], level)
}

func widened(spans []int64, level int) int64 {
	if level < len(spans) {
		return spans[level]
	}
	return spans[len(spans)-1] << (level - len(spans) + 1)
}

func (a *sparkline) open() bool { return a.bins.Count <= 0 }

// bin is the narrowest bin of a time.
func (a *sparkline) bin(t float64) (int64, bool) {
	b := math.Floor((t - a.bins.Start) / a.bins.Span)
	if !a.open() {
		return int64(b), b >= 0 && b < float64(a.bins.Count)
	}
	return int64(b), math.Abs(b) < binLimit
}

func (a *sparkline) Add(in Input, rows, groups []int32) {
	if a.open() {
		a.stretch(&in, rows)
	}
	a.inRows, a.inGroups = a.inRows[:0], a.inGroups[:0]
	wide := a.widen(a.level)
	for i, r := range rows {
		b, ok := a.binOf(&in, r)
		if !ok {
			continue
		}
		a.inRows = append(a.inRows, r)
		a.inGroups = append(a.inGroups, a.cell(groups[i], floorDiv(b, wide)))
	}
	a.inner.Add(in, a.inRows, a.inGroups)
}

// binOf is the narrowest bin of a row; false if the row does not count.
func (a *sparkline) binOf(in *Input, row int32) (int64, bool) {
	if !a.rows && in.Col.Count(int(row)) == 0 {
		return 0, false
	}
	t, ok := in.Time.Number(int(row))
	if !ok {
		return 0, false
	}
	return a.bin(t)
}

// stretch takes the times of rows into the range.
func (a *sparkline) stretch(in *Input, rows []int32) {
	low, high := int64(math.MaxInt64), int64(math.MinInt64)
	for _, r := range rows {
		if b, ok := a.binOf(in, r); ok {
			low, high = min(low, b), max(high, b)
		}
	}
	if low <= high {
		wide := a.widen(a.level)
		a.reach(floorDiv(low, wide), floorDiv(high, wide))
	}
}

// reach extends the range, in bins of this level, and widens them until the points
// are not too many.
func (a *sparkline) reach(low, high int64) {
	a.low, a.high = min(a.low, low), max(a.high, high)
	level := a.level
	for level < topLevel && a.points(level) > sparklineMax {
		level++
	}
	a.raise(level)
}

// points is how many bins the range would have at a level.
func (a *sparkline) points(level int) int64 {
	if a.low > a.high {
		return 0
	}
	by := a.widen(level) / a.widen(a.level)
	return floorDiv(a.high, by) - floorDiv(a.low, by) + 1
}

// raise joins bins to those of a higher level.
func (a *sparkline) raise(level int) {
	if level <= a.level {
		return
	}
	by := a.widen(level) / a.widen(a.level)
	a.level = level
	if a.low <= a.high {
		a.low, a.high = floorDiv(a.low, by), floorDiv(a.high, by)
	}
	old, oldCells := a.inner, a.cells
	a.inner, a.cells = a.fresh(), make(map[cell]int32, len(oldCells)/2)
	for c, g := range oldCells {
		// What an accumulator wrote, another of its kind can read.
		_ = a.inner.Merge(a.cell(c.group, floorDiv(c.bin, by)), old.Partial(g))
	}
}

// cell is the inner group of a group's bin.
func (a *sparkline) cell(group int32, bin int64) int32 {
	c := cell{group, bin}
	i, ok := a.cells[c]
	if !ok {
		i = int32(len(a.cells))
		a.cells[c] = i
	}
	return i
}

func (a *sparkline) Partial(group int32) []string {
	low, high := a.span()
	out := []string{sparklineTag, strconv.Itoa(a.level), strconv.FormatInt(low, 10), strconv.FormatInt(high, 10)}
	for b := low; b <= high; b++ {
		i, ok := a.cells[cell{group, b}]
		if !ok {
			continue
		}
		p := a.inner.Partial(i)
		out = append(out, strconv.FormatInt(b, 10), strconv.Itoa(len(p)))
		out = append(out, p...)
	}
	if len(out) == 4 {
		return nil
	}
	return out
}

// span is the first bin of the line and the last.
func (a *sparkline) span() (low, high int64) {
	if a.open() {
		return a.low, a.high
	}
	return 0, int64(a.bins.Count) - 1
}

func (a *sparkline) Merge(group int32, partial []string) error {
	rest, err := openPartial(sparklineTag, group, partial)
	if rest == nil {
		return err
	}
	if len(rest) < 3 {
		return badPartial(sparklineTag)
	}
	level, err1 := strconv.Atoi(rest[0])
	low, err2 := strconv.ParseInt(rest[1], 10, 64)
	high, err3 := strconv.ParseInt(rest[2], 10, 64)
	if err1 != nil || err2 != nil || err3 != nil || !a.fits(level, low, high) {
		return badPartial(sparklineTag)
	}
	if a.open() {
		a.raise(level)
		by := a.widen(a.level) / a.widen(level)
		a.reach(floorDiv(low, by), floorDiv(high, by))
	}
	return a.mergeCells(group, level, low, high, rest[3:])
}

// fits says whether a partial can be one of this line's.
func (a *sparkline) fits(level int, low, high int64) bool {
	if !a.open() {
		return level == 0 && low == 0 && high == int64(a.bins.Count)-1
	}
	return level >= 0 && level <= topLevel && low > -binLimit && low <= high && high < binLimit
}

func (a *sparkline) mergeCells(group int32, level int, low, high int64, rest []string) error {
	by := a.widen(a.level) / a.widen(level)
	for len(rest) > 0 {
		if len(rest) < 2 {
			return badPartial(sparklineTag)
		}
		bin, err1 := strconv.ParseInt(rest[0], 10, 64)
		n, err2 := strconv.Atoi(rest[1])
		if err1 != nil || err2 != nil || bin < low || bin > high || n < 0 || n > len(rest)-2 {
			return badPartial(sparklineTag)
		}
		if err := a.inner.Merge(a.cell(group, floorDiv(bin, by)), rest[2:2+n]); err != nil {
			return err
		}
		rest = rest[2+n:]
	}
	return nil
}

func (a *sparkline) Result(group int32) []string {
	low, high := a.span()
	if low > high {
		return nil
	}
	out := append(make([]string, 0, high-low+2), SparklineMark)
	for b := low; b <= high; b++ {
		v := "0"
		if i, ok := a.cells[cell{group, b}]; ok {
			if r := a.inner.Result(i); len(r) > 0 {
				v = r[0]
			}
		}
		out = append(out, v)
	}
	return out
}

func (a *sparkline) Bytes() int64 {
	return a.inner.Bytes() + int64(len(a.cells))*40 + int64(cap(a.inRows)+cap(a.inGroups))*4
}

// floorDiv is a/b rounded down, for b above 0.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
