package agg

import (
	"slices"
	"strconv"
	"strings"

	"spl/eval/batch"
)

// numbers is what all numeric functions share: how many numbers each group has
// seen, and whether something else was among them. Values that are no numbers are
// passed over (stats-functions 6.1).
type numbers struct {
	allNum bool
	n      []int64
	bad    []bool // groups with other values; kept only if allNum

	// The numbers of the rows just read, and the group of each.
	groups []int32
	x      []float64
}

// read gathers the numbers of some rows in groups and x, and counts them.
func (a *numbers) read(in Input, rows, groups []int32) {
	a.room(groupsIn(groups))
	a.groups, a.x = a.groups[:0], a.x[:0]
	c := in.Col
	switch {
	case c == nil:
	case c.Single():
		a.readSingle(c, rows, groups)
	default:
		for i, r := range rows {
			a.readMulti(c, r, groups[i])
		}
	}
}

// readSingle is take for each row, written out for speed: most columns pass here.
func (a *numbers) readSingle(c *batch.Column, rows, groups []int32) {
	gs := slices.Grow(a.groups, len(rows))[:len(rows)]
	xs := slices.Grow(a.x, len(rows))[:len(rows)]
	k := 0
	for i, r := range rows {
		g := groups[i]
		x, ok := c.Number(int(r))
		if !ok {
			if a.allNum {
				a.bad[g] = true
			}
			continue
		}
		a.n[g]++
		gs[k], xs[k] = g, x
		k++
	}
	a.groups, a.x = gs[:k], xs[:k]
}

func (a *numbers) readMulti(c *batch.Column, row, group int32) {
	vals := c.Values(int(row))
	if len(vals) == 0 {
		return
	}
	x, ok := c.Number(int(row))
	a.take(group, x, ok)
	for _, v := range vals[1:] {
		x, ok := batch.ParseNumber(v)
		a.take(group, x, ok)
	}
}

func (a *numbers) take(group int32, x float64, ok bool) {
	if !ok {
		if a.allNum {
			a.bad[group] = true
		}
		return
	}
	a.n[group]++
	a.groups = append(a.groups, group)
	a.x = append(a.x, x)
}

// room makes room for n groups.
func (a *numbers) room(n int) {
	a.n = grow(a.n, n)
	if a.allNum {
		a.bad = grow(a.bad, n)
	}
}

// null says that a group has no numbers, or with allnum something else too.
func (a *numbers) null(group int32) bool {
	return int(group) >= len(a.n) || a.n[group] == 0 || a.allNum && a.bad[group]
}

// unseen says that there is nothing about a group that a partial must tell.
func (a *numbers) unseen(group int32) bool {
	return int(group) >= len(a.n) || a.n[group] == 0 && !(a.allNum && a.bad[group])
}

// head is the count for a partial, with a ! when other values were seen.
func (a *numbers) head(group int32) string {
	s := strconv.FormatInt(a.n[group], 10)
	if a.allNum && a.bad[group] {
		s += "!"
	}
	return s
}

// merge folds in what head gave.
func (a *numbers) merge(group int32, head string) bool {
	s, bad := strings.CutSuffix(head, "!")
	n, ok := readCount(s)
	if !ok {
		return false
	}
	a.room(int(group) + 1)
	if a.n[group]+n < 0 { // overflow, which only a forged count reaches
		return false
	}
	a.n[group] += n
	if bad && a.allNum {
		a.bad[group] = true
	}
	return true
}

func (a *numbers) bytes() int64 {
	return int64(cap(a.n))*8 + int64(cap(a.bad)) + int64(cap(a.groups))*4 + int64(cap(a.x))*8
}

// oneNumber is a result of one number.
func oneNumber(x float64) []string { return []string{batch.FormatNumber(x)} }
