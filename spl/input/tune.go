package input

import (
	"cmp"
	"slices"

	"spl/spl/input/kernel"
)

const (
	tuneSample = 32 << 10 // bytes that a filter is tuned on
	tunePlaces = 24       // bytes of a literal that are tried
)

// tuned is the filter as it suits this input, which is tried on the first text that
// somebody has: each literal is looked for by those two of its bytes that stand
// together least often, and the clause that lets the least pass comes first. It
// changes how fast a line is rejected and not which.
func (f *filter) tuned(text string) []clause {
	f.tune.Do(func() { f.leader = tune(f.clauses, textBytes(text[:min(len(text), tuneSample)])) })
	return f.leader
}

func tune(clauses []clause, sample []byte) []clause {
	type scored struct {
		clause
		hits int
	}
	all := make([]scored, len(clauses))
	for i, c := range clauses {
		all[i].clause = c
		all[i].literals = slices.Clone(c.literals)
		for j, l := range c.literals {
			var hits int
			all[i].literals[j], hits = l.tuned(sample)
			all[i].hits += hits
		}
	}
	slices.SortStableFunc(all, func(a, b scored) int { return cmp.Compare(a.hits, b.hits) })
	out := make([]clause, len(all))
	for i := range all {
		out[i] = all[i].clause
	}
	return out
}

// tuned gives the literal with the pair of bytes that hits least in the sample, and
// how often it does.
func (l literal) tuned(sample []byte) (literal, int) {
	places := min(len(l.text), tunePlaces)
	if places < 2 {
		return l, len(sample)
	}
	best := l
	least := hits(l.pair, sample, len(sample))
	for i := 0; i < places && least > 0; i++ {
		for j := i + 1; j < places && least > 0; j++ {
			t := l.with(i, j)
			if n := hits(t.pair, sample, least); n < least {
				best, least = t, n
			}
		}
	}
	return best, least
}

// hits counts, up to a limit, where the pair stands.
func hits(p kernel.Pair, text []byte, limit int) (n int) {
	for i := p.Index(text, 0); i < len(text) && n < limit; i = p.Index(text, i+1) {
		n++
	}
	return n
}
