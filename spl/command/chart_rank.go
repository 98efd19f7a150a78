package command

import (
	"strconv"
	"strings"

	"spl/eval/agg"
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
)

// ranking scores columns, and says which to keep: agg= and where.
type ranking struct {
	call  *call
	index int // of a call over the rows; -1: over the values in the column
	op    string
	in    bool // in or notin, else a comparison with num
	top   string
	n     int
	num   float64
}

// newRanking reads a function that scores columns. With a field it is over the
// rows of a column, without over the column's values; count is always of rows.
func (n *chartNode) newRanking(a *parser.Args, t *chartCall) (*ranking, source.Errors) {
	r := &ranking{index: -1}
	bare := len(t.Args) == 0
	if bare {
		at := source.Span{Start: t.Pos.Offset, End: t.Pos.Offset + len(t.Func)}
		fn, err := agg.Find(t.Func)
		if err != nil {
			err.Span = at
			return nil, source.Errors{err}
		}
		r.call = &call{fn: fn, typed: t.Func, name: t.Func}
		if fn.NeedsField {
			return r, r.call.legal(at, a.Command)
		}
	} else {
		var errs source.Errors
		if r.call, errs = newCall(a, t.aggCall()); r.call == nil || len(errs) > 0 {
			return nil, errs
		}
	}
	n.calls = append(n.calls, r.call)
	r.index = len(n.calls) - 1
	return r, nil
}

func (n *chartNode) newWhere(a *parser.Args, t *whereTree) (*ranking, source.Errors) {
	r, errs := n.newRanking(a, &t.Call)
	if r == nil || len(errs) > 0 {
		return nil, errs
	}
	if t.In == "" {
		var ok bool
		r.op = t.Op
		if r.num, ok = batch.ParseNumber(t.Num.Text); !ok {
			return nil, one(source.Errorf(source.Syntax, t.Num.Span, "`%s` is not a number", t.Num.Text))
		}
		return r, nil
	}
	r.in, r.op = true, strings.ToLower(t.In)
	low := strings.ToLower(t.Top.Text)
	r.top = strings.TrimRight(low, "0123456789")
	v, err := strconv.Atoi(low[len(r.top):])
	if err != nil || r.top != "top" && r.top != "bottom" {
		return nil, one(source.Errorf(source.Syntax, t.Top.Span, "`%s` is neither topN nor bottomN", t.Top.Text).WithHelp("for example: where sum(bytes) in top5"))
	}
	r.n = v
	return r, nil
}

func (r *ranking) String() string {
	s := "where " + r.call.String() + " " + r.op + " "
	if r.in {
		return s + r.top + strconv.Itoa(r.n)
	}
	return s + batch.FormatNumber(r.num)
}
