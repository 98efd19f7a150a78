package command

import "spl/eval/batch"

// thins says whether rows can be dropped before all are seen: those of a combination of
// which a row was seen that comes before.
func (n *dedupNode) thins() bool {
	return n.n == 1 && n.sort == nil && !n.opts.bool("keepevents", false) && !n.opts.bool("consecutive", false)
}

// thinning drops rows of combinations of which it passed on a row that comes before. Of
// the workers each has its own, so that what is left must still go through a dedup.
type thinning struct {
	names  []string
	combos batch.Dict
	first  []batch.Place // of each combination, where its first row is
	seen   int           // rows
	left   int           // of them, passed on
	over   bool          // it is of no use
	key    []byte
}

const (
	maxThinning   = 4 << 20 // bytes of combinations; further ones are passed on
	thinningTrial = 8 << 10 // rows after which half must have been dropped for it to go on
)

func (t *thinning) apply(b *batch.Batch) *batch.Batch {
	if t.over {
		return b
	}
	cols := columnsNamed(b, t.names)
	rows := make([]int32, 0, b.Rows)
	for r := range b.Rows {
		if !t.drops(cols, r, b.Place(r)) {
			rows = append(rows, int32(r))
		}
	}
	t.seen += b.Rows
	t.left += len(rows)
	if t.seen >= thinningTrial && t.left > t.seen/2 {
		*t = thinning{over: true}
	}
	if len(rows) == b.Rows {
		return b
	}
	return b.Take(rows)
}

func (t *thinning) drops(cols []*batch.Column, row int, place batch.Place) bool {
	var ok bool
	if t.key, ok = rowKey(t.key[:0], cols, row); !ok {
		return false
	}
	id, known := t.combos.Key(t.key, t.combos.Bytes() < maxThinning)
	switch {
	case known && t.first[id].Compare(place) < 0:
		return true
	case known:
		t.first[id] = place
	case id >= 0:
		t.first = append(t.first, place)
	}
	return false
}
