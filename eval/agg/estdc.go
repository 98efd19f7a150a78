package agg

import (
	"encoding/base64"
	"math"
	"strconv"

	"github.com/axiomhq/hyperloglog"
	"spl/eval/batch"
)

// estdcExact is the number of distinct values up to which estdc counts them.
const estdcExact = 1000

// estdc counts distinct values: exactly while there are few, then with a HyperLogLog
// sketch of 2^14 registers. A group has a sketch if and only if it has more than
// estdcExact distinct values, and the sketch is the same whichever way they came in.
type estdc struct {
	set    *set
	sketch []*hyperloglog.Sketch
	made   int64
	error  bool // tell the expected error rather than the count
}

const estdcTag = "estdc1"

func (a *estdc) Add(in Input, rows, groups []int32) {
	a.room(groupsIn(groups))
	eachValue(in, rows, groups, func(g, _ int32, _ int, v string) { a.put(g, v) })
}

func (a *estdc) room(n int) {
	a.set.room(n)
	a.sketch = grow(a.sketch, n)
}

func (a *estdc) put(g int32, v string) {
	if s := a.sketch[g]; s != nil {
		s.Insert([]byte(v))
		return
	}
	a.set.put(g, v)
	if a.set.count(g) > estdcExact {
		a.toSketch(g)
	}
}

// toSketch gives up the exact values of a group. They stay in the set's memory, at
// most estdcExact of them.
func (a *estdc) toSketch(g int32) {
	s := hyperloglog.New14()
	a.set.each(g, func(v string) { s.Insert([]byte(v)) })
	a.sketch[g] = s
	a.made++
}

func (a *estdc) Merge(group int32, partial []string) error {
	rest, err := openPartial(estdcTag, group, partial)
	if rest == nil {
		return err
	}
	switch rest[0] {
	case "values":
		a.room(int(group) + 1)
		for _, v := range rest[1:] {
			a.put(group, v)
		}
		return nil
	case "sketch":
		if len(rest) == 2 {
			return a.mergeSketch(group, rest[1])
		}
	}
	return badPartial(estdcTag)
}

func (a *estdc) mergeSketch(group int32, text string) error {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return badPartial(estdcTag)
	}
	var s hyperloglog.Sketch
	if err := s.UnmarshalBinary(data); err != nil {
		return badPartial(estdcTag)
	}
	a.room(int(group) + 1)
	if a.sketch[group] == nil {
		a.toSketch(group)
	}
	if err := a.sketch[group].Merge(&s); err != nil {
		return badPartial(estdcTag)
	}
	return nil
}

func (a *estdc) Partial(group int32) []string {
	switch {
	case int(group) >= len(a.sketch):
		return nil
	case a.sketch[group] != nil:
		data, err := a.sketch[group].MarshalBinary()
		if err != nil { // only for a sketch without precision, which is never made
			return nil
		}
		return []string{estdcTag, "sketch", base64.StdEncoding.EncodeToString(data)}
	case a.set.count(group) == 0:
		return nil
	}
	return append([]string{estdcTag, "values"}, a.set.sorted(group)...)
}

// Result is the count; or the expected relative error, 0 for an exact count and
// else 1.04 over the root of the number of registers.
func (a *estdc) Result(group int32) []string {
	estimated := int(group) < len(a.sketch) && a.sketch[group] != nil
	switch {
	case a.error && estimated:
		return []string{batch.FormatNumber(1.04 / math.Sqrt(1<<14))}
	case a.error:
		return []string{"0"}
	case estimated:
		return []string{strconv.FormatUint(a.sketch[group].Estimate(), 10)}
	}
	return []string{strconv.Itoa(a.set.count(group))}
}

func (a *estdc) Bytes() int64 {
	return a.set.bytes() + int64(cap(a.sketch))*8 + a.made*(1<<14)
}
