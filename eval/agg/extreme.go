package agg

import (
	"math"
	"strings"

	"spl/eval/batch"
)

// extreme is min or max: the end of an order in which numbers, by size, come before
// other texts, in byte order. So a group of nothing but numbers is compared as
// numbers, and a mixed one has its smallest number as min and its greatest text as
// max (stats-functions 6.2). Of equal numbers in different spelling (1, 1.0), the
// texts decide. The result is the value's own text.
type extreme struct {
	max  bool
	kind []kind
	num  []float64
	text [][]byte // reused buffers, so that a batch's memory is not held
	held int64
}

type kind uint8

const (
	nothing kind = iota
	aNumber
	aText
)

const (
	minTag = "min1"
	maxTag = "max1"
)

func (a *extreme) tag() string {
	if a.max {
		return maxTag
	}
	return minTag
}

func (a *extreme) room(n int) {
	a.kind = grow(a.kind, n)
	a.num = grow(a.num, n)
	a.text = grow(a.text, n)
}

func (a *extreme) Add(in Input, rows, groups []int32) {
	a.room(groupsIn(groups))
	c := in.Col
	switch {
	case c == nil:
	case c.Single():
		for i, r := range rows {
			x, ok := c.Number(int(r))
			v, _ := c.First(int(r))
			a.offer(groups[i], v, x, ok)
		}
	default:
		for i, r := range rows {
			for _, v := range c.Values(int(r)) {
				x, ok := batch.ParseNumber(v)
				a.offer(groups[i], v, x, ok)
			}
		}
	}
}

// offer keeps v if it is further out than what the group has.
func (a *extreme) offer(g int32, v string, x float64, isNumber bool) {
	k := aText
	if isNumber {
		k = aNumber
	}
	if a.kind[g] != nothing && a.order(g, v, x, k) >= 0 {
		return
	}
	a.kind[g], a.num[g] = k, x
	before := cap(a.text[g])
	a.text[g] = append(a.text[g][:0], v...)
	a.held += int64(cap(a.text[g]) - before)
}

// order is negative when v is further out than what the group has.
func (a *extreme) order(g int32, v string, x float64, k kind) int {
	var o int
	switch {
	case k != a.kind[g]:
		o = int(k) - int(a.kind[g])
	case k == aNumber && x < a.num[g]:
		o = -1
	case k == aNumber && x > a.num[g]:
		o = 1
	default:
		o = strings.Compare(v, string(a.text[g]))
	}
	if a.max {
		return -o
	}
	return o
}

func (a *extreme) Merge(group int32, partial []string) error {
	rest, err := openPartial(a.tag(), group, partial)
	if rest == nil {
		return err
	}
	if len(rest) != 1 {
		return badPartial(a.tag())
	}
	a.room(int(group) + 1)
	x, ok := batch.ParseNumber(rest[0])
	a.offer(group, rest[0], x, ok)
	return nil
}

func (a *extreme) Partial(group int32) []string {
	r := a.Result(group)
	if r == nil {
		return nil
	}
	return []string{a.tag(), r[0]}
}

func (a *extreme) Result(group int32) []string {
	if int(group) >= len(a.kind) || a.kind[group] == nothing {
		return nil
	}
	return []string{string(a.text[group])}
}

func (a *extreme) Bytes() int64 {
	return int64(cap(a.kind)) + int64(cap(a.num))*8 + int64(cap(a.text))*24 + a.held
}

// spanOf is the function range: the greatest number less the smallest.
type spanOf struct {
	numbers
	low, high []float64
}

const rangeTag = "range1"

func (a *spanOf) Add(in Input, rows, groups []int32) {
	a.room(groupsIn(groups))
	a.read(in, rows, groups)
	for i, g := range a.groups {
		a.low[g] = min(a.low[g], a.x[i])
		a.high[g] = max(a.high[g], a.x[i])
	}
}

// room makes room for n groups; an empty one has its bounds the wrong way round.
func (a *spanOf) room(n int) {
	a.numbers.room(n)
	for old := len(a.low); old < n; old++ {
		a.low = append(a.low, math.Inf(1))
		a.high = append(a.high, math.Inf(-1))
	}
}

func (a *spanOf) Merge(group int32, partial []string) error {
	rest, err := openPartial(rangeTag, group, partial)
	if rest == nil {
		return err
	}
	if len(rest) != 3 {
		return badPartial(rangeTag)
	}
	low, ok1 := readFloat(rest[1])
	high, ok2 := readFloat(rest[2])
	if !ok1 || !ok2 || !a.numbers.merge(group, rest[0]) {
		return badPartial(rangeTag)
	}
	a.room(len(a.n))
	a.low[group] = min(a.low[group], low)
	a.high[group] = max(a.high[group], high)
	return nil
}

func (a *spanOf) Partial(group int32) []string {
	if a.unseen(group) {
		return nil
	}
	return []string{rangeTag, a.head(group), floatText(a.low[group]), floatText(a.high[group])}
}

func (a *spanOf) Result(group int32) []string {
	if a.null(group) {
		return nil
	}
	return oneNumber(a.high[group] - a.low[group])
}

func (a *spanOf) Bytes() int64 {
	return a.numbers.bytes() + int64(cap(a.low)+cap(a.high))*8
}
