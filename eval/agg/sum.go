package agg

import (
	"math"
	"math/big"
)

// sum is the sum of the numbers, their mean, or their sum per unit of time.
type sum struct {
	numbers
	total sums
	mean  bool
	unit  float64 // seconds in the unit of per_day and its like; 0 for the others
	bin   func(group int32) float64
}

const sumTag = "sum1"

func (a *sum) Add(in Input, rows, groups []int32) {
	a.read(in, rows, groups)
	a.total.grow(len(a.n))
	for i, g := range a.groups {
		a.total.add(g, a.x[i])
	}
}

func (a *sum) Merge(group int32, partial []string) error {
	rest, err := openPartial(sumTag, group, partial)
	if rest == nil {
		return err
	}
	if len(rest) != 2 {
		return badPartial(sumTag)
	}
	if i, ok := readWhole(rest[1]); ok {
		if !a.numbers.merge(group, rest[0]) {
			return badPartial(sumTag)
		}
		a.total.grow(len(a.n))
		a.total.addInt(group, i)
		return nil
	}
	n, ok := readNumber(rest[1])
	if !ok || !a.numbers.merge(group, rest[0]) {
		return badPartial(sumTag)
	}
	a.total.grow(len(a.n))
	a.total.merge(group, n)
	return nil
}

func (a *sum) Partial(group int32) []string {
	if a.unseen(group) {
		return nil
	}
	return []string{sumTag, a.head(group), a.total.text(group)}
}

func (a *sum) Result(group int32) []string {
	switch {
	case a.null(group):
		return nil
	case a.unit > 0:
		return a.perUnit(group)
	}
	if i, ok := a.total.plain(group); ok {
		x := float64(i)
		if a.mean {
			x /= float64(a.n[group])
		}
		return oneNumber(x)
	}
	n := a.total.number(group)
	if a.mean {
		return oneNumber(n.over(new(big.Float).SetInt64(a.n[group])))
	}
	return oneNumber(n.round())
}

// perUnit is the sum divided by the length of the bin in units.
func (a *sum) perUnit(group int32) []string {
	if a.bin == nil {
		return nil
	}
	length := a.bin(group)
	if !(length > 0) || math.IsInf(length, 1) {
		return nil
	}
	n := a.total.number(group)
	n.mant.Mul(n.mant, big.NewInt(int64(a.unit)))
	return oneNumber(n.over(big.NewFloat(length)))
}

func (a *sum) Bytes() int64 { return a.numbers.bytes() + a.total.bytes() }

// sumsq is the sum of the squares.
type sumsq struct {
	numbers
	total squares
}

const sumsqTag = "sumsq1"

func (a *sumsq) Add(in Input, rows, groups []int32) {
	a.read(in, rows, groups)
	a.total.grow(len(a.n))
	for i, g := range a.groups {
		a.total.add(g, a.x[i])
	}
}

func (a *sumsq) Merge(group int32, partial []string) error {
	rest, err := openPartial(sumsqTag, group, partial)
	if rest == nil {
		return err
	}
	if len(rest) != 2 {
		return badPartial(sumsqTag)
	}
	n, ok := readNumber(rest[1])
	if !ok || !a.numbers.merge(group, rest[0]) {
		return badPartial(sumsqTag)
	}
	a.total.grow(len(a.n))
	a.total.merge(group, n)
	return nil
}

func (a *sumsq) Partial(group int32) []string {
	if a.unseen(group) {
		return nil
	}
	return []string{sumsqTag, a.head(group), a.total.number(group).text()}
}

func (a *sumsq) Result(group int32) []string {
	if a.null(group) {
		return nil
	}
	return oneNumber(a.total.number(group).round())
}

func (a *sumsq) Bytes() int64 { return a.numbers.bytes() + a.total.bytes() }
