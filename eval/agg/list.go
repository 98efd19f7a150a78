package agg

import (
	"slices"
	"strings"

	"spl/eval/batch"
)

// listMax is how many values list keeps unless told otherwise (limits.conf,
// list_maxsize).
const listMax = 100

// list keeps a group's values in the order of the search, repeats and all, up to a
// number of them; which is to say the first ones of the search, not of arrival.
type list struct {
	max    int
	groups []listed
	held   int64
}

// listed are the values of one group. Once full, the first max items are in order,
// and the last of those bounds what can still get in.
type listed struct {
	items []item
	full  bool
}

type item struct {
	at  batch.Place
	pos int32
	val string
}

const (
	listTag  = "list1"
	itemSize = 48
)

func compareItems(a, b item) int {
	if o := a.at.Compare(b.at); o != 0 {
		return o
	}
	if o := int(a.pos) - int(b.pos); o != 0 {
		return o
	}
	return strings.Compare(a.val, b.val)
}

func newList(s Settings) *list {
	if s.ListMax <= 0 {
		return &list{max: listMax}
	}
	return &list{max: s.ListMax}
}

func (a *list) Add(in Input, rows, groups []int32) {
	a.groups = grow(a.groups, groupsIn(groups))
	eachValue(in, rows, groups, func(g, row int32, pos int, v string) {
		a.put(g, item{in.place(row), int32(pos), v})
	})
}

func (a *list) put(g int32, it item) {
	l := &a.groups[g]
	if l.full && compareItems(it, l.items[a.max-1]) >= 0 {
		return
	}
	it.val = strings.Clone(it.val) // it may be a piece of a large buffer
	before := cap(l.items)
	l.items = append(l.items, it)
	a.held += int64(cap(l.items)-before)*itemSize + int64(len(it.val))
	if len(l.items) == a.max && !l.full || len(l.items) == 2*a.max {
		a.trim(l)
	}
}

// trim sorts a group's items and keeps the first max.
func (a *list) trim(l *listed) {
	slices.SortFunc(l.items, compareItems)
	if len(l.items) < a.max {
		return
	}
	l.full = true
	for i := a.max; i < len(l.items); i++ {
		a.held -= int64(len(l.items[i].val))
		l.items[i] = item{}
	}
	l.items = l.items[:a.max]
}

func (a *list) Merge(group int32, partial []string) error {
	rest, err := openPartial(listTag, group, partial)
	if rest == nil {
		return err
	}
	if len(rest)%4 != 0 {
		return badPartial(listTag)
	}
	a.groups = grow(a.groups, int(group)+1)
	for ; len(rest) > 0; rest = rest[4:] {
		at, pos, ok := readPlace(rest)
		if !ok {
			return badPartial(listTag)
		}
		a.put(group, item{at, pos, rest[3]})
	}
	return nil
}

// items are those of a group, in order.
func (a *list) items(group int32) []item {
	if int(group) >= len(a.groups) {
		return nil
	}
	a.trim(&a.groups[group])
	return a.groups[group].items
}

func (a *list) Partial(group int32) []string {
	items := a.items(group)
	if len(items) == 0 {
		return nil
	}
	out := make([]string, 0, 1+4*len(items))
	out = append(out, listTag)
	for _, it := range items {
		out = append(append(out, placeTexts(it.at, it.pos)...), it.val)
	}
	return out
}

func (a *list) Result(group int32) []string {
	var out []string
	for _, it := range a.items(group) {
		out = append(out, it.val)
	}
	return out
}

func (a *list) Bytes() int64 { return int64(cap(a.groups))*32 + a.held }
