package knowledge

import (
	"slices"
	"strings"

	"spl/eval/batch"
)

// wildcardMatches says whether the whole of s fits a pattern, in which * is any
// text, and nothing else is special.
func wildcardMatches(pattern, s string) bool {
	star := strings.IndexByte(pattern, '*')
	if star < 0 {
		return pattern == s
	}
	if !strings.HasPrefix(s, pattern[:star]) {
		return false
	}
	s, pattern = s[star:], pattern[star+1:]
	for {
		star = strings.IndexByte(pattern, '*')
		if star < 0 {
			return len(s) >= len(pattern) && strings.HasSuffix(s, pattern)
		}
		// The first place is as good as any: what follows has more room then.
		i := strings.Index(s, pattern[:star])
		if i < 0 {
			return false
		}
		s, pattern = s[i+star:], pattern[star+1:]
	}
}

// wildcards finds the patterns that may match a value without looking at each.
// Patterns without a star are found by their text. Of any other one, a short piece
// of its longest literal, the one that the fewest patterns have, says whether it is
// worth comparing: a value that matches the pattern holds it.
type wildcards struct {
	whole  map[string][]int32
	pieces [len(pieceSizes)]map[uint64][]int32
	always []int32 // patterns of stars alone
}

// pieceSizes are the lengths of pieces in bytes: a literal gives one of the longest
// that fits in it.
var pieceSizes = [...]int{8, 4, 2, 1}

func newWildcards(c *batch.Column, rows []int32) *wildcards {
	w := &wildcards{whole: map[string][]int32{}}
	var seen [len(pieceSizes)]map[uint64]int32
	each := func(visit func(row int32, literal string, size int)) {
		for _, r := range rows {
			vals := c.Values(int(r))
			if len(vals) == 0 {
				vals = []string{""}
			}
			for _, p := range vals {
				if lit, size := longest(p); size >= 0 {
					visit(r, lit, size)
				}
			}
		}
	}
	each(func(_ int32, lit string, size int) {
		if seen[size] == nil {
			seen[size] = map[uint64]int32{}
		}
		for i := range len(lit) - pieceSizes[size] + 1 {
			seen[size][piece(lit[i:], pieceSizes[size])]++
		}
	})
	each(func(r int32, lit string, size int) {
		w.addPiece(r, rarest(lit, size, seen[size]), size)
	})
	for _, r := range rows {
		w.addWhole(r, c.Values(int(r)))
	}
	return w
}

// longest is the longest literal of a pattern and which size of piece it gives; -1
// where the pattern has no star or no literal.
func longest(pattern string) (literal string, size int) {
	if strings.IndexByte(pattern, '*') < 0 {
		return "", -1
	}
	for lit := range strings.SplitSeq(pattern, "*") {
		if len(lit) > len(literal) {
			literal = lit
		}
	}
	for i, n := range pieceSizes {
		if len(literal) >= n {
			return literal, i
		}
	}
	return "", -1
}

func rarest(lit string, size int, seen map[uint64]int32) uint64 {
	n := pieceSizes[size]
	best := piece(lit, n)
	for i := 1; i+n <= len(lit); i++ {
		if p := piece(lit[i:], n); seen[p] < seen[best] {
			best = p
		}
	}
	return best
}

// piece is the first n bytes of a text as a number.
func piece(s string, n int) uint64 {
	var v uint64
	for i := range n {
		v = v<<8 | uint64(s[i])
	}
	return v
}

func (w *wildcards) addPiece(row int32, p uint64, size int) {
	if w.pieces[size] == nil {
		w.pieces[size] = map[uint64][]int32{}
	}
	w.pieces[size][p] = append(w.pieces[size][p], row)
}

func (w *wildcards) addWhole(row int32, patterns []string) {
	if len(patterns) == 0 {
		patterns = []string{""}
	}
	for _, p := range patterns {
		switch {
		case strings.IndexByte(p, '*') < 0:
			w.whole[p] = append(w.whole[p], row)
		case strings.Trim(p, "*") == "":
			w.always = append(w.always, row)
		}
	}
}

// find is part of finder.
func (w *wildcards) find(value string) []int32 {
	out := slices.Concat(w.whole[value], w.always)
	for size, rows := range w.pieces {
		n := pieceSizes[size]
		if rows == nil || len(value) < n {
			continue
		}
		mask := ^uint64(0) >> (64 - 8*n)
		p := piece(value, n-1)
		for i := n - 1; i < len(value); i++ {
			p = (p<<8 | uint64(value[i])) & mask
			out = append(out, rows[p]...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
