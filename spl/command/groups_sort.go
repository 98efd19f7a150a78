package command

import (
	"cmp"
	"slices"
	"strings"

	"spl/eval/batch"
)

// sorted gives the groups in ascending order of their values: numbers before text.
func (g *groups) sorted() []int32 {
	order := make([]int32, g.n)
	for i := range order {
		order[i] = int32(i)
	}
	// A stable sort by each field, the last one first. The values of a field are few
	// enough to be ranked, and then each sort is a count.
	next := make([]int32, g.n)
	for field := len(g.by) - 1; field >= 0; field-- {
		rank := ranks(&g.dicts[field])
		starts := make([]int32, len(rank)+1)
		for id := range int32(g.n) {
			starts[rank[g.valueID(id, field)]+1]++
		}
		for i := 1; i < len(starts); i++ {
			starts[i] += starts[i-1]
		}
		for _, id := range order {
			at := &starts[rank[g.valueID(id, field)]]
			next[*at] = id
			*at++
		}
		order, next = next, order
	}
	return order
}

// ranked is a value on its way to its rank.
type ranked struct {
	number float64
	prefix uint64 // the first bytes of a text
	id     int32
}

// ranks gives the place of each value of a dictionary in ascending order: numbers by
// size, then text in byte order. Numbers of one size that are written differently
// (1 and 1.0) stand in byte order.
func ranks(d *batch.Dict) []int32 {
	var numbers, texts []ranked
	for id := range int32(d.Len()) {
		v := d.Value(id)
		if n, ok := batch.ParseNumber(v); ok {
			numbers = append(numbers, ranked{number: n, id: id})
		} else {
			texts = append(texts, ranked{prefix: prefixOf(v), id: id})
		}
	}
	slices.SortFunc(numbers, func(x, y ranked) int {
		if x.number != y.number {
			return cmp.Compare(x.number, y.number)
		}
		return strings.Compare(d.Value(x.id), d.Value(y.id))
	})
	slices.SortFunc(texts, func(x, y ranked) int {
		if x.prefix != y.prefix {
			return cmp.Compare(x.prefix, y.prefix)
		}
		return strings.Compare(d.Value(x.id), d.Value(y.id))
	})
	rank := make([]int32, d.Len())
	for i, x := range slices.Concat(numbers, texts) {
		rank[x.id] = int32(i)
	}
	return rank
}

// prefixOf is a text's first eight bytes as a number that compares as they do.
func prefixOf(s string) (p uint64) {
	for i := range 8 {
		p <<= 8
		if i < len(s) {
			p |= uint64(s[i])
		}
	}
	return p
}
