package agg

import "strconv"

// distinct is dc, which counts the distinct values, or values, which lists them in
// byte order.
type distinct struct {
	set  *set
	list bool
	max  int // of values listed; 0 is no limit
}

const distinctTag = "distinct1"

func (a *distinct) Add(in Input, rows, groups []int32) {
	a.set.room(groupsIn(groups))
	if in.Col != nil {
		a.set.addColumn(in.Col, rows, groups)
	}
}

func (a *distinct) Merge(group int32, partial []string) error {
	rest, err := openPartial(distinctTag, group, partial)
	if rest == nil {
		return err
	}
	a.set.room(int(group) + 1)
	for _, v := range rest {
		a.set.put(group, v)
	}
	return nil
}

func (a *distinct) Partial(group int32) []string {
	if a.set.count(group) == 0 {
		return nil
	}
	return append([]string{distinctTag}, a.set.sorted(group)...)
}

func (a *distinct) Result(group int32) []string {
	if !a.list {
		return []string{strconv.Itoa(a.set.count(group))}
	}
	vals := a.set.sorted(group)
	if a.max > 0 && len(vals) > a.max {
		vals = vals[:a.max]
	}
	return vals
}

func (a *distinct) Bytes() int64 { return a.set.bytes() }

// mode is the most frequent value; of several, the first in byte order.
type mode struct {
	set   entries
	times []int64 // beside the set's entries
}

const modeTag = "mode1"

func (a *mode) Add(in Input, rows, groups []int32) {
	a.set.room(groupsIn(groups))
	eachValue(in, rows, groups, func(g, _ int32, _ int, v string) { a.put(g, v, 1) })
}

func (a *mode) put(g int32, v string, times int64) {
	i, isNew := a.set.put(g, v)
	if isNew {
		a.times = append(a.times, 0)
	}
	a.times[i] += times
}

func (a *mode) Merge(group int32, partial []string) error {
	rest, err := openPartial(modeTag, group, partial)
	if rest == nil {
		return err
	}
	if len(rest)%2 != 0 {
		return badPartial(modeTag)
	}
	a.set.room(int(group) + 1)
	for i := 0; i < len(rest); i += 2 {
		n, ok := readCount(rest[i])
		if !ok {
			return badPartial(modeTag)
		}
		a.put(group, rest[i+1], n)
	}
	return nil
}

func (a *mode) Partial(group int32) []string {
	if a.set.count(group) == 0 {
		return nil
	}
	out := []string{modeTag}
	a.set.each(group, func(i int32, v string) {
		out = append(out, strconv.FormatInt(a.times[i], 10), v)
	})
	return out
}

func (a *mode) Result(group int32) []string {
	best, most := "", int64(-1)
	a.set.each(group, func(i int32, v string) {
		if n := a.times[i]; n > most || n == most && v < best {
			best, most = v, n
		}
	})
	if most < 0 {
		return nil
	}
	return []string{best}
}

func (a *mode) Bytes() int64 { return a.set.bytes() + int64(cap(a.times))*8 }
