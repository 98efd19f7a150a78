package command

import (
	"strings"

	"spl/parser"
	"spl/parser/source"
)

// pivotLimit is LIMIT, TOP or BOTTOM of pivot: how many values of a field, or rows, stay,
// those for which a function is greatest or least.
type pivotLimit struct {
	field string // of LIMIT
	sign  string // of the sort: - for TOP
	most  string
	call  string
}

// pivotRank and pivotPlace are fields that only the pipeline knows.
const pivotRank, pivotPlace = "_pivot_rank", "_pivot_place"

// limit reads LIMIT field BY TOP n function(field), after its word.
func (r *pivotReader) limit() *source.Error {
	field, err := r.word("the field to limit")
	if err != nil {
		return err
	}
	if !r.keyword("BY") {
		return r.fail("for example: LIMIT user BY TOP 10 count(user)", "BY and TOP or BOTTOM are missing")
	}
	l, err := r.ranked()
	if err == nil {
		l.field = field
		r.limits = append(r.limits, *l)
	}
	return err
}

// ranked reads TOP n function(field), or BOTTOM.
func (r *pivotReader) ranked() (*pivotLimit, *source.Error) {
	const help = "for example: TOP 10 count(user)"
	l := &pivotLimit{sign: "-"}
	switch {
	case r.keyword("TOP"):
	case r.keyword("BOTTOM"):
		l.sign = "+"
	default:
		return nil, r.fail(help, "TOP or BOTTOM is missing")
	}
	var err *source.Error
	if l.most, err = r.number(); err != nil {
		return nil, err
	}
	x := r.peek()
	if x == nil || x.Word == nil || !x.Open || len(x.Args) != 1 {
		return nil, r.fail(help, "the function of TOP or BOTTOM is missing")
	}
	r.at++
	l.call = r.call(x)
	return l, nil
}

// steps word LIMIT: rows with another value of the field are dropped, the others keep
// their order.
func (l *pivotLimit) steps(r *pivotReader) []string {
	field := l.field
	for _, s := range append([]pivotSplit{}, r.rows...) {
		if s.field == l.field {
			field = s.bins
		}
	}
	if r.col != nil && r.col.field == l.field {
		field = r.col.bins
	}
	f := parser.Word(field)
	steps := "streamstats count AS " + pivotPlace +
		"|eventstats " + l.call + " AS " + pivotRank + " BY " + f +
		"|sort 0 " + l.sign + pivotRank + " +" + f +
		"|streamstats dc(" + f + ") AS " + pivotRank +
		"|where " + pivotRank + "<=" + l.most +
		"|sort 0 +" + pivotPlace
	return strings.Split(steps, "|")
}
