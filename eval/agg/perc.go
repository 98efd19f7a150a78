package agg

import (
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// perc is a percentile over all numbers of a group, with no digest in between.
//
// Memory: 8 bytes a number, until there are more than percTail; then 16 bytes a
// distinct number and 8 for each of those that came since they were last sorted
// together, at most as many again.
type perc struct {
	numbers
	rank   *big.Rat // the percentile over 100
	method PercMethod
	tails  [][]float64
	runs   []*runs
	held   int64
}

// runs are distinct numbers, ascending, and how often each was seen.
type runs struct {
	x []float64
	n []int64
}

const (
	percTag  = "perc1"
	percTail = 1024
)

func newPerc(percent float64, s Settings) *perc {
	// By way of its text, 99.9 is 999/10 and not the double near to it; so perc95 of
	// 1 to 10 is 9.55 to the last digit.
	rank, ok := new(big.Rat).SetString(strconv.FormatFloat(percent, 'f', -1, 64))
	if !ok {
		rank = new(big.Rat)
	}
	rank.Quo(rank, big.NewRat(100, 1))
	return &perc{numbers: numbers{allNum: s.AllNum}, rank: rank, method: s.PercMethod}
}

func (a *perc) room() {
	a.tails = grow(a.tails, len(a.n))
	a.runs = grow(a.runs, len(a.n))
}

func (a *perc) Add(in Input, rows, groups []int32) {
	a.read(in, rows, groups)
	a.room()
	for i, g := range a.groups {
		a.put(g, a.x[i])
	}
}

func (a *perc) put(g int32, x float64) {
	before := cap(a.tails[g])
	a.tails[g] = append(a.tails[g], x+0) // no -0, which sorts beside 0 in no order
	a.held += int64(cap(a.tails[g])-before) * 8
	limit := percTail
	if r := a.runs[g]; r != nil {
		limit = max(limit, len(r.x))
	}
	if len(a.tails[g]) >= limit {
		a.compact(g)
	}
}

// compact sorts a group's tail into its runs.
func (a *perc) compact(g int32) {
	old := a.runs[g]
	if old == nil {
		old = &runs{}
	}
	tail := a.tails[g]
	slices.Sort(tail)
	r := &runs{x: make([]float64, 0, len(old.x)+16), n: make([]int64, 0, len(old.x)+16)}
	i := 0
	for _, x := range tail {
		for ; i < len(old.x) && old.x[i] < x; i++ {
			r.add(old.x[i], old.n[i])
		}
		r.add(x, 1)
	}
	for ; i < len(old.x); i++ {
		r.add(old.x[i], old.n[i])
	}
	a.held += int64(cap(r.x)-cap(old.x)) * 16
	a.runs[g], a.tails[g] = r, tail[:0]
}

// add appends n times x, which is not below the last.
func (r *runs) add(x float64, n int64) {
	if k := len(r.x); k > 0 && r.x[k-1] == x {
		r.n[k-1] += n
		return
	}
	r.x = append(r.x, x)
	r.n = append(r.n, n)
}

// at is the number at an index of all numbers in order.
func (r *runs) at(index int64) float64 {
	for i, n := range r.n {
		if index < n {
			return r.x[i]
		}
		index -= n
	}
	return math.NaN() // past the end; only a forged partial leads here
}

func (a *perc) Merge(group int32, partial []string) error {
	rest, err := openPartial(percTag, group, partial)
	if rest == nil {
		return err
	}
	in, total, ok := readRuns(rest[1:])
	if !ok || strconv.FormatInt(total, 10) != strings.TrimSuffix(rest[0], "!") || !a.numbers.merge(group, rest[0]) {
		return badPartial(percTag)
	}
	a.room()
	a.compact(group)
	a.addRuns(group, in)
	return nil
}

// readRuns reads the numbers of a partial, and how many there are in all.
func readRuns(texts []string) (*runs, int64, bool) {
	r, total := &runs{}, int64(0)
	for _, s := range texts {
		text, times, many := strings.Cut(s, "*")
		n, counted := int64(1), true
		if many {
			n, counted = readCount(times)
		}
		x, ok := readFloat(text)
		total += n
		if !ok || !counted || n == 0 || total < 0 || len(r.x) > 0 && x <= r.x[len(r.x)-1] {
			return nil, 0, false
		}
		r.add(x, n)
	}
	return r, total, true
}

// addRuns joins ascending runs to those of a compacted group.
func (a *perc) addRuns(g int32, in *runs) {
	old, r := a.runs[g], &runs{}
	for i, j := 0, 0; i < len(old.x) || j < len(in.x); {
		if j == len(in.x) || i < len(old.x) && old.x[i] < in.x[j] {
			r.add(old.x[i], old.n[i])
			i++
		} else {
			r.add(in.x[j], in.n[j])
			j++
		}
	}
	a.held += int64(cap(r.x)-cap(old.x)) * 16
	a.runs[g] = r
}

func (a *perc) Partial(group int32) []string {
	if a.unseen(group) {
		return nil
	}
	a.compact(group)
	r := a.runs[group]
	out := make([]string, 0, 2+len(r.x))
	out = append(out, percTag, a.head(group))
	for i, x := range r.x {
		s := floatText(x)
		if r.n[i] != 1 {
			s += "*" + strconv.FormatInt(r.n[i], 10)
		}
		out = append(out, s)
	}
	return out
}

func (a *perc) Result(group int32) []string {
	if a.null(group) {
		return nil
	}
	at := func(i int64) float64 { return a.runs[group].at(i) }
	if a.runs[group] == nil { // few numbers: the sorted tail is all there is
		tail := a.tails[group]
		slices.Sort(tail)
		at = func(i int64) float64 { return tail[min(i, int64(len(tail)-1))] }
	} else {
		a.compact(group)
	}
	if a.method == NearestRank {
		return oneNumber(nearest(a.rank, a.n[group], at))
	}
	return oneNumber(interpolate(a.rank, a.n[group], at))
}

// nearest is v[min(n-1, floor(rank·n))].
func nearest(rank *big.Rat, n int64, at func(int64) float64) float64 {
	i, _ := scale(rank, n)
	return at(min(n-1, i))
}

// interpolate is the value at rank·(n-1), on a line between its neighbours.
func interpolate(rank *big.Rat, n int64, at func(int64) float64) float64 {
	i, part := scale(rank, n-1)
	low := at(min(n-1, i))
	if part.Sign() == 0 {
		return low
	}
	high := at(min(n-1, i+1))
	if low == high {
		return low
	}
	a, b := new(big.Rat).SetFloat64(low), new(big.Rat).SetFloat64(high)
	if a == nil || b == nil { // an infinity
		return low + high
	}
	b.Sub(b, a).Mul(b, part).Add(b, a)
	x, _ := b.Float64()
	return x
}

// scale is rank·n, its whole part and the rest.
func scale(rank *big.Rat, n int64) (int64, *big.Rat) {
	f := new(big.Rat).Mul(rank, new(big.Rat).SetInt64(n))
	whole := new(big.Int).Div(f.Num(), f.Denom())
	return whole.Int64(), f.Sub(f, new(big.Rat).SetInt(whole))
}

func (a *perc) Bytes() int64 {
	return a.numbers.bytes() + int64(cap(a.tails))*24 + int64(cap(a.runs))*8 + a.held
}
