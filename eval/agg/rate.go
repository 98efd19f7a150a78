package agg

import "spl/eval/batch"

// rate is how fast a counter grew: the latest number less the earliest, over the
// seconds between them. A counter that began anew is not noticed. Values that are no
// numbers are passed over; without two different times the result is NULL.
type rate struct {
	numbers
	earliest, latest *pick
}

const rateTag = "rate1"

func newRate(s Settings) *rate {
	return &rate{numbers{allNum: s.AllNum}, newEarliest(false), newLatest(false)}
}

func (a *rate) room(n int) {
	a.numbers.room(n)
	a.earliest.room(n)
	a.latest.room(n)
}

func (a *rate) Add(in Input, rows, groups []int32) {
	a.room(groupsIn(groups))
	eachValue(in, rows, groups, func(g, row int32, pos int, v string) {
		t, timed := in.Time.Number(int(row))
		if !timed {
			return
		}
		if _, ok := batch.ParseNumber(v); !ok {
			if a.allNum {
				a.bad[g] = true
			}
			return
		}
		a.n[g]++
		at := in.place(row)
		a.earliest.offer(g, t, at, int32(pos), v)
		a.latest.offer(g, t, at, int32(pos), v)
	})
}

func (a *rate) Merge(group int32, partial []string) error {
	rest, err := openPartial(rateTag, group, partial)
	if rest == nil {
		return err
	}
	if len(rest) != 1 && len(rest) != 13 || !a.numbers.merge(group, rest[0]) {
		return badPartial(rateTag)
	}
	a.room(len(a.n))
	if len(rest) == 1 {
		return nil
	}
	if err := a.earliest.Merge(group, rest[1:7]); err != nil {
		return err
	}
	return a.latest.Merge(group, rest[7:])
}

func (a *rate) Partial(group int32) []string {
	if a.unseen(group) {
		return nil
	}
	out := append([]string{rateTag, a.head(group)}, a.earliest.Partial(group)...)
	return append(out, a.latest.Partial(group)...)
}

func (a *rate) Result(group int32) []string {
	if a.null(group) || !a.earliest.has(group) || !a.latest.has(group) {
		return nil
	}
	seconds := a.latest.time[group] - a.earliest.time[group]
	if !(seconds > 0) {
		return nil
	}
	from, _ := batch.ParseNumber(string(a.earliest.val[group]))
	to, _ := batch.ParseNumber(string(a.latest.val[group]))
	return oneNumber((to - from) / seconds)
}

func (a *rate) Bytes() int64 {
	return a.numbers.bytes() + a.earliest.Bytes() + a.latest.Bytes()
}
