package agg

import (
	"cmp"
	"math/big"
	"slices"

	"spl/eval/batch"
)

// series is rate_avg or rate_sum: the rate of every time series of a group, their
// mean or sum. A counter that falls has begun anew at 0. It keeps all samples, for
// only in the end is it known which follow each other.
type series struct {
	mean    bool
	set     entries    // the names of series
	samples [][]sample // beside the set's entries
	held    int64
}

type sample struct {
	time float64
	at   batch.Place
	pos  int32
	x    float64
}

const (
	seriesTag  = "series1"
	sampleSize = 40
)

func newSeries(mean bool) *series { return &series{mean: mean} }

// compareSamples puts the oldest first; of the same time, what a search shows last.
func compareSamples(a, b sample) int {
	return cmp.Or(cmp.Compare(a.time, b.time), b.at.Compare(a.at), cmp.Compare(b.pos, a.pos), cmp.Compare(a.x, b.x))
}

func (a *series) Add(in Input, rows, groups []int32) {
	a.set.room(groupsIn(groups))
	eachValue(in, rows, groups, func(g, row int32, pos int, v string) {
		t, timed := in.Time.Number(int(row))
		x, ok := batch.ParseNumber(v)
		if timed && ok {
			name, _ := in.Series.First(int(row))
			a.put(g, name, sample{t, in.place(row), int32(pos), x})
		}
	})
}

func (a *series) put(g int32, name string, s sample) {
	i, isNew := a.set.put(g, name)
	if isNew {
		a.samples = append(a.samples, nil)
	}
	before := cap(a.samples[i])
	a.samples[i] = append(a.samples[i], s)
	a.held += int64(cap(a.samples[i])-before) * sampleSize
}

func (a *series) Merge(group int32, partial []string) error {
	rest, err := openPartial(seriesTag, group, partial)
	if rest == nil {
		return err
	}
	if len(rest)%6 != 0 {
		return badPartial(seriesTag)
	}
	a.set.room(int(group) + 1)
	for ; len(rest) > 0; rest = rest[6:] {
		t, ok1 := readFloat(rest[1])
		at, pos, ok2 := readPlace(rest[2:5])
		x, ok3 := readFloat(rest[5])
		if !ok1 || !ok2 || !ok3 {
			return badPartial(seriesTag)
		}
		a.put(group, rest[0], sample{t, at, pos, x})
	}
	return nil
}

func (a *series) Partial(group int32) []string {
	if a.set.count(group) == 0 {
		return nil
	}
	out := []string{seriesTag}
	a.set.each(group, func(i int32, name string) {
		for _, s := range a.samples[i] {
			out = append(append(out, name, floatText(s.time)), placeTexts(s.at, s.pos)...)
			out = append(out, floatText(s.x))
		}
	})
	return out
}

// Result leaves out series without two different times.
func (a *series) Result(group int32) []string {
	var total exact
	n := int64(0)
	a.set.each(group, func(i int32, _ string) {
		if r, ok := rateOf(a.samples[i]); ok {
			total.add(r)
			n++
		}
	})
	switch {
	case n == 0:
		return nil
	case a.mean:
		return oneNumber(total.number().over(new(big.Float).SetInt64(n)))
	}
	return oneNumber(total.number().round())
}

// rateOf is the growth of one series over its seconds. It sorts the samples.
func rateOf(samples []sample) (float64, bool) {
	slices.SortFunc(samples, compareSamples)
	last := len(samples) - 1
	seconds := samples[last].time - samples[0].time
	if !(seconds > 0) || seconds > maxSeconds {
		return 0, false
	}
	var grown exact
	for i := range last {
		from, to := samples[i].x, samples[i+1].x
		grown.add(to)
		if to >= from {
			grown.add(-from)
		}
	}
	r := grown.number().over(big.NewFloat(seconds))
	return r, r == r // NaN is no rate
}

// maxSeconds is more than any two times of a search are apart.
const maxSeconds = 1e300

func (a *series) Bytes() int64 { return a.set.bytes() + int64(cap(a.samples))*24 + a.held }
