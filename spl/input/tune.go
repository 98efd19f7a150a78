package input

import (
	"bytes"
	"cmp"
	"slices"

	"spl/spl/input/kernel"
)

const (
	tuneSample = 32 << 10 // bytes that a filter is tuned on
	tunePlaces = 24       // bytes of a literal that are tried
	tunePass   = 4        // hits in the sample that cost as much as a pass over it
)

// tuned is the filter as it suits this input, which is tried on the first text that
// somebody has: each literal is looked for by those two of its bytes that stand
// together least often, and the clause that lets the least pass, with the fewest passes
// over the text, comes first. It changes how fast a line is rejected and not which.
func (f *filter) tuned(text string) []clause {
	f.tune.Do(func() { f.leader = tune(f.clauses, textBytes(text[:min(len(text), tuneSample)])) })
	return f.leader
}

func tune(clauses []clause, sample []byte) []clause {
	type scored struct {
		clause
		cost int
	}
	all := make([]scored, len(clauses))
	for i, c := range clauses {
		all[i].clause = c
		all[i].literals = nil
		for _, l := range c.literals {
			tuned, cost := l.tuned(sample)
			best := []literal{tuned}
			if l.ends != "" && cost > tunePass*len(l.ends) {
				if apart, each := tuneAll(l.apart(), sample); each < cost {
					best, cost = apart, each
				}
			}
			all[i].literals = append(all[i].literals, best...)
			all[i].cost += cost
		}
		if c.escapes == &anyEscape { // whatever has one passes
			all[i].cost += bytes.Count(sample, []byte{'\\'}) + tunePass
		}
	}
	slices.SortStableFunc(all, func(a, b scored) int { return cmp.Compare(a.cost, b.cost) })
	out := make([]clause, len(all))
	for i := range all {
		out[i] = all[i].clause
	}
	return out
}

func tuneAll(literals []literal, sample []byte) (tuned []literal, cost int) {
	for _, l := range literals {
		t, n := l.tuned(sample)
		tuned, cost = append(tuned, t), cost+n
	}
	return tuned, cost
}

// apart is a literal of each of the ends: a name may be part of many other words, none
// of which ends so.
func (l *literal) apart() (out []literal) {
	for i := range len(l.ends) {
		out = append(out, newLiteral(l.text+l.ends[i:i+1]))
	}
	return out
}

// tuned gives the literal with the pair of bytes that hits least in the sample, and
// what it costs to look for it there, in hits.
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
	return best, least + tunePass
}

// hits counts, up to a limit, where the pair stands.
func hits(p kernel.Pair, text []byte, limit int) (n int) {
	for i := p.Index(text, 0); i < len(text) && n < limit; i = p.Index(text, i+1) {
		n++
	}
	return n
}
