package agg

import "strconv"

// count counts rows, or the values of its argument.
type count struct {
	arg bool
	n   []int64
}

const countTag = "count1"

func (a *count) Add(in Input, rows, groups []int32) {
	a.n = grow(a.n, groupsIn(groups))
	switch {
	case !a.arg || in.Col.Single():
		for _, g := range groups {
			a.n[g]++
		}
	case in.Col != nil:
		for i, r := range rows {
			a.n[groups[i]] += int64(in.Col.Count(int(r)))
		}
	}
}

func (a *count) Merge(group int32, partial []string) error {
	rest, err := openPartial(countTag, group, partial)
	if rest == nil {
		return err
	}
	n, ok := readCount(rest[0])
	if !ok {
		return badPartial(countTag)
	}
	a.n = grow(a.n, int(group)+1)
	if a.n[group]+n < 0 { // overflow, which only a forged count reaches
		return badPartial(countTag)
	}
	a.n[group] += n
	return nil
}

func (a *count) at(group int32) int64 {
	if int(group) >= len(a.n) {
		return 0
	}
	return a.n[group]
}

func (a *count) Partial(group int32) []string {
	n := a.at(group)
	if n == 0 {
		return nil
	}
	return []string{countTag, strconv.FormatInt(n, 10)}
}

func (a *count) Result(group int32) []string {
	return []string{strconv.FormatInt(a.at(group), 10)}
}

func (a *count) Bytes() int64 { return int64(cap(a.n)) * 8 }
