// Package agg holds the aggregate functions of stats and its relatives: count,
// sum, perc95, values, earliest and the rest (stats-functions 6.1 to 6.3).
//
// Read [Find] first, which turns a name into a [Function]; then [Accumulator],
// the state that a function keeps for all groups of a table at once. A command
// numbers its groups from 0, hands rows over with Add, and asks for Result.
//
// The state of a group can leave as a partial, a list of texts, and be merged
// elsewhere. Whatever way rows were split over accumulators, and in whatever
// order they came and were merged, the result is the same: sums are exact until
// the last rounding, and where order counts, it is the order of the search
// ([batch.Place]) and never that of arrival. Two rows with the same place are told
// apart by the position of a value within its row, then by the text; so whoever
// makes several rows of one must give them places of their own.
package agg

import (
	"slices"

	"spl/eval/batch"
)

// Input is where the arguments of one call stand in a batch.
type Input struct {
	// Col is the argument's column. Nil is NULL in every row, but a plain count
	// (see [Settings.Arg]) needs none.
	Col *batch.Column
	// Batch tells the places of rows. Functions without [Function.UsesPlace] do not
	// look at it.
	Batch *batch.Batch
	// Time is the column _time, in seconds since the epoch. Functions without
	// [Function.UsesTime] do not look at it.
	Time *batch.Column
	// Series names the time series of each row. Only rate_avg and rate_sum look at
	// it; nil is one series for all.
	Series *batch.Column
}

// place is a row's place in the order of the search.
func (in *Input) place(row int32) batch.Place {
	if in.Batch == nil {
		return batch.Place{}
	}
	return in.Batch.Place(int(row))
}

// Accumulator is the state of one aggregate for all groups. It is used by one
// goroutine at a time.
type Accumulator interface {
	// Add folds values in: row rows[i] of the input belongs to group groups[i].
	// Groups are numbered from 0 without great gaps; room is made as needed.
	Add(in Input, rows, groups []int32)
	// Merge folds a partial into a group. No values are an empty partial. It fails,
	// and leaves the group as it was or partly merged, when the texts are not what
	// Partial of the same function gives.
	Merge(group int32, partial []string) error
	// Partial is a group's state as values of a row, for Merge of an accumulator of
	// the same function and settings in this or another process. It begins with a
	// word for kind and version; it is empty for a group that saw nothing.
	Partial(group int32) []string
	// Result is the finished value, or values; nil is NULL. It may be asked at any
	// time and changes nothing that can be seen.
	Result(group int32) []string
	// Bytes is about how much memory the state holds.
	Bytes() int64
}

// PercMethod is how a percentile is read off the sorted values.
type PercMethod uint8

// The two methods of stats-functions 6.3.
const (
	// Interpolated draws a line between the two neighbours.
	Interpolated PercMethod = iota
	// NearestRank takes a value that is there (limits.conf, perc_method=nearest-rank).
	NearestRank
)

// Settings change what functions answer. The zero value is Splunk's default.
type Settings struct {
	// Arg says that the call has an argument, so that count counts its values
	// rather than rows. Other functions always have one.
	Arg bool
	// AllNum makes a numeric statistic NULL in a group with any value that is no
	// number (allnum=true).
	AllNum bool
	// ListMax is how many values list keeps; 0 means 100.
	ListMax int
	// MaxValues is how many values the function values gives, the first in its
	// order; 0 means all.
	MaxValues int
	// PercMethod is how percentiles and the median are taken.
	PercMethod PercMethod
	// BinLength is the length in seconds of the time bin that a group stands for;
	// per_day and its like divide by it. When nil, or not above 0, they give NULL.
	BinLength func(group int32) float64
}

// grow makes a column of state long enough for n groups.
func grow[T any](s []T, n int) []T {
	if n <= len(s) {
		return s
	}
	old := len(s)
	s = slices.Grow(s, n-old)[:n]
	clear(s[old:])
	return s
}

// groupsIn is how many groups there must be for these ids.
func groupsIn(groups []int32) int {
	top := int32(-1)
	for _, g := range groups {
		top = max(top, g)
	}
	return int(top) + 1
}

// eachValue calls f for every value of the argument, with the value's position in
// its row.
func eachValue(in Input, rows, groups []int32, f func(g, row int32, pos int, v string)) {
	c := in.Col
	if c == nil {
		return
	}
	if v, ok := c.IsConstant(); ok {
		for i, r := range rows {
			f(groups[i], r, 0, v)
		}
		return
	}
	for i, r := range rows {
		for pos, v := range c.Values(int(r)) {
			f(groups[i], r, pos, v)
		}
	}
}
