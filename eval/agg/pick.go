package agg

import (
	"strconv"
	"strings"

	"spl/eval/batch"
)

// pick keeps one value of each group by its place in the search, or by time.
//
// first has the smallest place and last the greatest; of a row's values they take
// the first and the last. earliest has the smallest _time and latest the greatest.
// Of equal times, earliest keeps what the search shows last and latest what it shows
// first, as they lie in a search that is newest first (stats-functions 6.2, choice).
type pick struct {
	byTime   bool
	least    bool // the smallest time wins
	late     bool // the greatest place wins
	giveTime bool // the result is the row's _time, not the value

	seen []bool
	time []float64
	at   []batch.Place
	pos  []int32
	val  [][]byte // reused buffers, so that a batch's memory is not held
	held int64
}

func newFirst() *pick { return &pick{} }
func newLast() *pick  { return &pick{late: true} }

func newEarliest(giveTime bool) *pick {
	return &pick{byTime: true, least: true, late: true, giveTime: giveTime}
}

func newLatest(giveTime bool) *pick { return &pick{byTime: true, giveTime: giveTime} }

const pickTag = "pick1"

func (a *pick) room(n int) {
	a.seen = grow(a.seen, n)
	a.at = grow(a.at, n)
	a.pos = grow(a.pos, n)
	a.val = grow(a.val, n)
	if a.byTime {
		a.time = grow(a.time, n)
	}
}

func (a *pick) Add(in Input, rows, groups []int32) {
	a.room(groupsIn(groups))
	for i, r := range rows {
		if in.Col.Count(int(r)) == 0 {
			continue
		}
		t, ok := 0.0, true
		if a.byTime {
			t, ok = in.Time.Number(int(r))
		}
		if ok {
			a.addRow(&in, r, groups[i], t)
		}
	}
}

func (a *pick) addRow(in *Input, row, g int32, t float64) {
	at := in.place(row)
	if a.giveTime {
		text, _ := in.Time.First(int(row))
		a.offer(g, t, at, 0, text)
		return
	}
	vals := in.Col.Values(int(row))
	pos := 0
	if a.late {
		pos = len(vals) - 1
	}
	a.offer(g, t, at, int32(pos), vals[pos])
}

// offer keeps a value if it is better than what the group has.
func (a *pick) offer(g int32, t float64, at batch.Place, pos int32, v string) {
	if a.seen[g] && !a.better(g, t, at, pos, v) {
		return
	}
	a.seen[g], a.at[g], a.pos[g] = true, at, pos
	if a.byTime {
		a.time[g] = t
	}
	before := cap(a.val[g])
	a.val[g] = append(a.val[g][:0], v...)
	a.held += int64(cap(a.val[g]) - before)
}

func (a *pick) better(g int32, t float64, at batch.Place, pos int32, v string) bool {
	if a.byTime && t != a.time[g] {
		return (t < a.time[g]) == a.least
	}
	o := at.Compare(a.at[g])
	if o == 0 {
		o = int(pos) - int(a.pos[g])
	}
	if o == 0 {
		o = strings.Compare(v, string(a.val[g]))
	}
	if a.late {
		return o > 0
	}
	return o < 0
}

func (a *pick) Merge(group int32, partial []string) error {
	rest, err := openPartial(pickTag, group, partial)
	if rest == nil {
		return err
	}
	if len(rest) != 5 {
		return badPartial(pickTag)
	}
	t, ok := readFloat(rest[0])
	at, pos, ok2 := readPlace(rest[1:4])
	if !ok || !ok2 {
		return badPartial(pickTag)
	}
	a.room(int(group) + 1)
	a.offer(group, t, at, pos, rest[4])
	return nil
}

func (a *pick) Partial(group int32) []string {
	if !a.has(group) {
		return nil
	}
	t := 0.0
	if a.byTime {
		t = a.time[group]
	}
	out := append([]string{pickTag, floatText(t)}, placeTexts(a.at[group], a.pos[group])...)
	return append(out, string(a.val[group]))
}

func (a *pick) has(group int32) bool { return int(group) < len(a.seen) && a.seen[group] }

func (a *pick) Result(group int32) []string {
	if !a.has(group) {
		return nil
	}
	return []string{string(a.val[group])}
}

func (a *pick) Bytes() int64 {
	return int64(cap(a.seen)) + int64(cap(a.time))*8 + int64(cap(a.at))*16 +
		int64(cap(a.pos))*4 + int64(cap(a.val))*24 + a.held
}

// placeTexts is a place, and a position within its row, as three texts. Of several rows
// made of one, the second has their order behind a point: 7.1.
func placeTexts(at batch.Place, pos int32) []string {
	seq := strconv.FormatInt(at.Seq, 10)
	if at.Sub != 0 {
		seq += "." + strconv.Itoa(int(at.Sub))
	}
	return []string{floatText(at.Time), seq, strconv.Itoa(int(pos))}
}

// readPlace reads what placeTexts gave.
func readPlace(s []string) (at batch.Place, pos int32, ok bool) {
	first, second, several := strings.Cut(s[1], ".")
	t, err1 := strconv.ParseFloat(s[0], 64)
	seq, err2 := strconv.ParseInt(first, 10, 64)
	p, err3 := strconv.ParseInt(s[2], 10, 32)
	sub, err4 := int64(0), error(nil)
	if several {
		sub, err4 = strconv.ParseInt(second, 10, 32)
	}
	at = batch.Place{Time: t, Seq: seq, Sub: int32(sub)}
	return at, int32(p), err1 == nil && err2 == nil && err3 == nil && err4 == nil
}
