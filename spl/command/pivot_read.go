package command

import (
	"strconv"
	"strings"

	"spl/parser"
	"spl/parser/source"
)

// pivotReader reads the arguments of pivot, word by word, and words the pipeline.
type pivotReader struct {
	items []*pivotItem
	at    int
	end   int // offset after the arguments

	model, object string
	cells         []string
	filters       []string
	bins          []string
	rows          []pivotSplit
	col           *pivotSplit
	limits        []pivotLimit
	best          *pivotLimit // of the rows of the table; nil: all, in their order
	sort          string
	rowSum        bool
	colSum        bool
	numCols       string
	other         bool
}

// pivotSplit is a field to split by, the field that holds its bins, and the name that
// it is shown by.
type pivotSplit struct{ field, bins, name string }

var pivotWords = []string{"AS", "SPLITROW", "SPLITCOL", "FILTER", "LIMIT", "SORT", "ROWSUMMARY", "COLSUMMARY", "NUMCOLS", "SHOWOTHER", "PERIOD", "RANGE", "TRUELABEL", "FALSELABEL", "TOP", "BOTTOM", "BY"}

// peek is the next item; nil at the end.
func (r *pivotReader) peek() *pivotItem {
	if r.at == len(r.items) {
		return nil
	}
	return r.items[r.at]
}

// keyword takes a word if it is the next.
func (r *pivotReader) keyword(words ...string) bool {
	x := r.peek()
	if x == nil || x.Word == nil || !x.Word.Bare() || x.Open {
		return false
	}
	for _, w := range words {
		if strings.EqualFold(x.Word.Text, w) {
			r.at++
			return true
		}
	}
	return false
}

func (r *pivotReader) fail(help, msg string, args ...any) *source.Error {
	at := source.At(r.end)
	if x := r.peek(); x != nil && x.Word != nil {
		at = x.Word.Span
	}
	return source.Errorf(source.Syntax, at, msg, args...).WithHelp("%s", help)
}

// decline is fail for what can be read and is not done.
func (r *pivotReader) decline(help, msg string, args ...any) *source.Error {
	e := r.fail(help, msg, args...)
	e.Code = source.Unsupported
	return e
}

// word takes a name or value.
func (r *pivotReader) word(what string) (string, *source.Error) {
	x := r.peek()
	if x == nil || x.Word == nil || x.Open {
		return "", r.fail("for example: "+pivotUsage, "%s is missing", what)
	}
	r.at++
	return x.Word.Text, nil
}

func (r *pivotReader) read() (err *source.Error) {
	r.numCols, r.other = "20", true
	if r.model, err = r.word("the name of the data model"); err != nil {
		return err
	}
	if r.object, err = r.word("the name of the dataset"); err != nil {
		return err
	}
	for r.peek() != nil && err == nil {
		err = r.element()
	}
	switch {
	case err != nil:
		return err
	case len(r.cells) == 0:
		return r.fail("for example: "+pivotUsage, "`pivot` needs a function")
	case r.best != nil && (r.col != nil || len(r.rows) == 0):
		return r.decline("LIMIT <field> BY TOP <n> <function> chooses the rows beside SPLITCOL", "`TOP` and `BOTTOM` of `pivot` are for SPLITROW without SPLITCOL")
	case r.col != nil && len(r.rows) != 1:
		return r.decline("use one SPLITROW beside SPLITCOL", "`pivot` with several SPLITROW beside SPLITCOL is not supported")
	}
	return nil
}

func (r *pivotReader) element() (err *source.Error) {
	switch {
	case r.keyword("SPLITROW"):
		s, err := r.split()
		r.rows = append(r.rows, s)
		return err
	case r.keyword("SPLITCOL"):
		s, err := r.split()
		r.col = &s
		return err
	case r.keyword("FILTER"):
		return r.filter()
	case r.keyword("SORT"):
		return r.order()
	case r.keyword("ROWSUMMARY"):
		r.rowSum, err = r.flag()
	case r.keyword("COLSUMMARY"):
		r.colSum, err = r.flag()
	case r.keyword("SHOWOTHER"):
		r.other, err = r.flag()
	case r.keyword("NUMCOLS"):
		r.numCols, err = r.number()
	case r.keyword("LIMIT"):
		return r.limit()
	case r.keyword("TOP", "BOTTOM"):
		r.at--
		r.best, err = r.ranked()
	default:
		return r.cell()
	}
	return err
}

func (r *pivotReader) flag() (bool, *source.Error) {
	text, err := r.word("0 or 1")
	v, ok := parseBool(text)
	if err == nil && !ok {
		r.at--
		err = r.fail("", "`%s` is neither 0 nor 1", text)
	}
	return v, err
}

func (r *pivotReader) number() (string, *source.Error) {
	text, err := r.word("a number")
	if n, bad := strconv.Atoi(text); err == nil && (bad != nil || n < 0) {
		r.at--
		err = r.fail("", "`%s` is not a number", text)
	}
	return text, err
}

// as reads AS and a name, if it is there.
func (r *pivotReader) as(name string) (string, *source.Error) {
	if !r.keyword("AS") {
		return name, nil
	}
	x := r.peek()
	if x != nil && x.Word != nil && x.Open { // AS count(x)
		r.at++
		return callText(x), nil
	}
	return r.word("the name after AS")
}

func callText(x *pivotItem) string {
	var args []string
	for _, a := range x.Args {
		args = append(args, a.Text)
	}
	return x.Word.Text + "(" + strings.Join(args, ", ") + ")"
}

// cell reads function(field) AS name. count(<dataset>) is of rows.
func (r *pivotReader) cell() *source.Error {
	x := r.peek()
	if x.Word == nil || !x.Open || len(x.Args) != 1 {
		return r.fail("for example: "+pivotUsage, "`pivot` expects a function here, or one of %s", strings.Join(pivotWords[1:10], ", "))
	}
	r.at++
	call := r.call(x)
	name, err := r.as(callText(x))
	r.cells = append(r.cells, call+" AS "+parser.Quote(name))
	return err
}

// call words a function of a field.
func (r *pivotReader) call(x *pivotItem) string {
	field := x.Args[0].Text
	if strings.EqualFold(x.Word.Text, "count") && field == r.object {
		return "count"
	}
	return x.Word.Text + "(" + parser.Word(field) + ")"
}

// periods are the units of PERIOD.
var periods = map[string]string{"auto": "", "year": "1y", "quarter": "1q", "month": "1mon", "week": "1w", "day": "1d", "hour": "1h", "minute": "1m", "second": "1s"}

func (r *pivotReader) split() (s pivotSplit, err *source.Error) {
	if s.field, err = r.word("the field to split by"); err != nil {
		return s, err
	}
	if s.name, err = r.as(s.field); err != nil {
		return s, err
	}
	s.bins = s.field
	bin := func(options string) {
		step := "bin " + parser.Word(s.field) + options
		if s.name != s.field { // functions may want the field as it was
			s.bins = s.name
			step += " AS " + parser.Quote(s.name)
		}
		r.bins = append(r.bins, step)
	}
	switch {
	case r.keyword("PERIOD"):
		unit, err := r.word("the unit after PERIOD")
		span, known := periods[strings.ToLower(unit)]
		if err == nil && !known {
			r.at--
			err = r.fail("units are auto, year, quarter, month, week, day, hour, minute and second", "`%s` is not a unit of PERIOD", unit)
		}
		if span != "" {
			span = " span=" + span
		}
		bin(span)
		return s, err
	case r.keyword("RANGE"):
		options := ""
		names := map[string]string{"start": " start=", "end": " end=", "max": " bins=", "size": " span="}
		for r.at+2 < len(r.items) && r.items[r.at+1].Op == "=" && r.items[r.at].Word != nil && r.items[r.at+2].Word != nil {
			option, known := names[strings.ToLower(r.items[r.at].Word.Text)]
			if !known {
				return s, r.fail("RANGE takes start, end, max and size", "RANGE has no `%s`", r.items[r.at].Word.Text)
			}
			options += option + parser.Word(r.items[r.at+2].Word.Text)
			r.at += 3
		}
		bin(options)
	case r.keyword("TRUELABEL", "FALSELABEL"):
		r.at--
		e := r.fail("", "`%s` of `pivot` is not supported", r.peek().Word.Text)
		e.Code = source.Unsupported
		return s, e
	}
	return s, nil
}

// order reads SORT: a number of rows and fields.
func (r *pivotReader) order() *source.Error {
	n, err := r.number()
	if err != nil {
		return err
	}
	r.sort = "sort " + n
	for x := r.peek(); x != nil && x.Word != nil && !r.reserved(x); x = r.peek() {
		r.at++
		name := x.Word.Text
		if x.Open {
			name = callText(x)
		}
		sign := "+"
		if r.keyword("DESC") {
			sign = "-"
		} else {
			r.keyword("ASC")
		}
		for _, s := range r.rows {
			if s.field == name {
				name = s.name
			}
		}
		r.sort += " " + sign + parser.Quote(name)
	}
	return nil
}

func (r *pivotReader) reserved(x *pivotItem) bool {
	for _, w := range pivotWords {
		if x.Word.Bare() && strings.EqualFold(w, x.Word.Text) {
			return true
		}
	}
	return false
}

// pivotFilters are the operators of FILTER that take a value, as patterns of a
// search: V stands for the value.
var pivotFilters = map[string]string{
	"is": "F=V", "=": "F=V", "isnot": "NOT F=V", "!=": "NOT F=V", ">": "F>V", "<": "F<V", ">=": "F>=V", "<=": "F<=V",
	"contains": "F=*V*", "doesnotcontain": "NOT F=*V*", "startswith": "F=V*", "endswith": "F=*V",
}

func (r *pivotReader) filter() *source.Error {
	field, err := r.word("the field to filter by")
	if err != nil {
		return err
	}
	f := parser.Word(field)
	x := r.peek()
	if x == nil {
		return r.fail("for example: FILTER status is 404", "the operator of FILTER is missing")
	}
	r.at++
	op := x.Op
	if x.Word != nil {
		op = strings.ToLower(x.Word.Text)
	}
	switch op {
	case "isnull":
		r.filters = append(r.filters, "NOT "+f+"=*")
		return nil
	case "isnotnull":
		r.filters = append(r.filters, f+"=*")
		return nil
	case "in":
		var vals []string
		for _, v := range x.Args {
			vals = append(vals, parser.Quote(v.Text))
		}
		if len(vals) == 0 {
			return r.fail("for example: FILTER status in (404, 500)", "the values after `in` are missing")
		}
		r.filters = append(r.filters, f+" IN ("+strings.Join(vals, ", ")+")")
		return nil
	}
	form, known := pivotFilters[op]
	if !known {
		r.at--
		return r.fail("operators are is, isNot, in, contains, doesNotContain, startsWith, endsWith, isNull, isNotNull, =, !=, <, >, <=, >=", "`%s` is not an operator of FILTER", op)
	}
	value, err := r.word("the value of FILTER")
	if err != nil {
		return err
	}
	before, after, _ := strings.Cut(form, "V")
	head, lead, _ := strings.Cut(before, "F")
	star := ""
	if strings.HasSuffix(lead, "*") {
		lead, star = lead[:len(lead)-1], "*"
	}
	r.filters = append(r.filters, head+f+lead+parser.Quote(star+value+after))
	return nil
}

// pipeline words what pivot stands for.
func (r *pivotReader) pipeline() string {
	steps := []string{"| datamodel " + parser.Word(r.model) + " " + parser.Word(r.object) + " flat"}
	if len(r.filters) > 0 {
		steps = append(steps, "search "+strings.Join(r.filters, " "))
	}
	steps = append(steps, r.bins...)
	for _, l := range r.limits {
		steps = append(steps, l.steps(r)...)
	}
	if r.col != nil {
		other := "f"
		if r.other {
			other = "t"
		}
		steps = append(steps, "chart limit="+r.numCols+" useother="+other+" "+strings.Join(r.cells, " ")+" OVER "+parser.Word(r.rows[0].bins)+" BY "+parser.Word(r.col.bins))
	} else {
		stats := "stats " + strings.Join(r.cells, " ")
		for i, s := range r.rows {
			if i == 0 {
				stats += " BY"
			}
			stats += " " + parser.Word(s.bins)
		}
		if r.best == nil {
			steps = append(steps, stats)
		} else {
			steps = append(steps, strings.Replace(stats, " BY", " "+r.best.call+" AS "+pivotRank+" BY", 1), "sort "+r.best.most+" "+r.best.sign+pivotRank, "fields - "+pivotRank)
		}
	}
	for _, s := range r.rows {
		if s.name != s.bins {
			steps = append(steps, "rename "+parser.Word(s.bins)+" AS "+parser.Quote(s.name))
		}
	}
	if r.rowSum {
		steps = append(steps, "addtotals")
	}
	if r.sort != "" {
		steps = append(steps, r.sort)
	}
	if r.colSum {
		steps = append(steps, "addcoltotals")
	}
	return strings.Join(steps, " | ")
}
