package agg

import (
	"math"
	"math/big"
)

// spread is a variance or standard deviation. It is computed from the exact sums of
// numbers and squares, which does not lose digits as it would with doubles.
type spread struct {
	numbers
	total      sums
	square     squares
	population bool
	root       bool
}

const spreadTag = "spread1"

func (a *spread) Add(in Input, rows, groups []int32) {
	a.read(in, rows, groups)
	a.room()
	for i, g := range a.groups {
		a.total.add(g, a.x[i])
		a.square.add(g, a.x[i])
	}
}

func (a *spread) room() {
	a.total.grow(len(a.n))
	a.square.grow(len(a.n))
}

func (a *spread) Merge(group int32, partial []string) error {
	rest, err := openPartial(spreadTag, group, partial)
	if rest == nil {
		return err
	}
	if len(rest) != 3 {
		return badPartial(spreadTag)
	}
	total, ok1 := readNumber(rest[1])
	square, ok2 := readNumber(rest[2])
	if !ok1 || !ok2 || !a.numbers.merge(group, rest[0]) {
		return badPartial(spreadTag)
	}
	a.room()
	a.total.merge(group, total)
	a.square.merge(group, square)
	return nil
}

func (a *spread) Partial(group int32) []string {
	if a.unseen(group) {
		return nil
	}
	return []string{spreadTag, a.head(group), a.total.number(group).text(), a.square.number(group).text()}
}

// Result is 0 for a single number, of a sample too (stats-functions 6.2).
func (a *spread) Result(group int32) []string {
	if a.null(group) {
		return nil
	}
	total, square := a.total.number(group), a.square.number(group)
	if total.inf|square.inf != 0 {
		return oneNumber(math.NaN())
	}
	if a.n[group] == 1 {
		return []string{"0"}
	}
	// n·Σx² − (Σx)² over n·n or n·(n−1), all whole until the division.
	n := big.NewInt(a.n[group])
	square.mant.Mul(square.mant, n)
	total.mant.Mul(total.mant, total.mant)
	total.mant.Neg(total.mant)
	total.exp *= 2
	dividend := plus(square, total)
	by := new(big.Int).Set(n)
	if !a.population {
		by.Sub(by, big.NewInt(1))
	}
	by.Mul(by, n)
	return oneNumber(a.finish(dividend, by))
}

func (a *spread) finish(dividend number, by *big.Int) float64 {
	if dividend.mant.Sign() <= 0 { // only a forged partial is below 0
		return 0
	}
	if !a.root {
		return dividend.over(new(big.Float).SetInt(by))
	}
	q := new(big.Float).SetPrec(256)
	q.Quo(dividend.float(), new(big.Float).SetInt(by))
	x, _ := q.Sqrt(q).Float64()
	return x
}

func (a *spread) Bytes() int64 {
	return a.numbers.bytes() + a.total.bytes() + a.square.bytes()
}
