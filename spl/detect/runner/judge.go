package runner

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"spl/eval/batch"
	"spl/parser"
	"spl/spl"
	"spl/spl/command"
	"spl/spl/detect"
	"spl/spl/detect/testfile"
)

// judge compares what a run gave with what the test expects.
func (c *Bench) judge(ctx context.Context, t *Test, p *spl.Program, f *found, r *Result) {
	r.Rows = len(f.rows)
	switch {
	case f.late > 0:
		r.Status = Failed
		r.Message = fmt.Sprintf("it took longer than its deadline of %s", f.late)
		r.Details = []string{"give it more with timeout: in the test, or with --timeout; or give it less data"}
		return
	case f.err != nil && (t.Expect == nil || t.Expect.Error == ""):
		r.Status, r.Message = Errored, "the search failed: "+f.err.Error()
		return
	case t.Expect != nil && t.Expect.Error != "":
		text := ""
		if f.err != nil {
			text = f.err.Error()
		}
		r.judgeError(t.Expect, text)
		return
	case t.Expect == nil:
		r.verdict(t.Unit.Detection, f)
	default:
		if r.compare(t.Expect, f); r.Status == Failed {
			r.Found = rowsOf(f)
		}
	}
	if r.Status == Failed && !c.options.NoReport {
		c.explain(ctx, t, p, f, r)
	}
}

func (r *Result) judgeError(e *testfile.Expect, got string) {
	if strings.Contains(got, e.Error) {
		r.Status = Passed
		return
	}
	r.Status, r.Message = Failed, "another error was expected"
	if got == "" {
		r.Message = "an error was expected, and the search ran"
	}
	r.Details = []string{"expected: an error that holds " + quote(e.Error)}
	if got != "" {
		r.Details = append(r.Details, "found:    "+got)
	}
}

// verdict is contentctl's.
func (r *Result) verdict(d *detect.Detection, f *found) {
	rows := make([]detect.Row, len(f.rows))
	for i, row := range f.rows {
		rows[i] = row
	}
	r.Status, r.Message = Passed, d.Verdict(rows)
	if r.Message == "" {
		return
	}
	r.Status = Failed
	if len(f.rows) > 0 {
		r.Details = append(r.Details, "the rows have the fields "+strings.Join(f.fields, ", "))
		r.Details = append(r.Details, shownRows("found:    ", rowsOf(f), r.Rows)...)
	}
}

// compare holds the rows against the expectations of a test file.
func (r *Result) compare(e *testfile.Expect, f *found) {
	r.Status = Passed
	fail := func(msg string, details ...string) {
		if r.Status == Passed {
			r.Message = msg
		} else {
			details = append([]string{msg}, details...)
		}
		r.Status = Failed
		r.Details = append(r.Details, details...)
	}
	all := rowsOf(f)
	showed := false
	show := func() []string {
		if showed {
			return nil
		}
		showed = true
		if len(all) == 0 {
			return []string{"found:    no row"}
		}
		return shownRows("found:    ", all, len(all))
	}
	if e.Rows != nil && !e.Rows.Allows(len(f.rows)) && !e.Exact {
		fail(fmt.Sprintf("expected %s, found %s", countText(e.Rows), rowCount(len(f.rows))), show()...)
	}
	if e.Exact {
		if msg, details := compareResults(e, f); msg != "" {
			showed = true
			fail(msg, details...)
		}
	}
	for _, want := range e.Contains {
		if !slices.ContainsFunc(f.rows, func(row Row) bool { return holds(row, want) }) {
			fail("no row has "+rowText(want.Cells), append(nearestRow(want, f), show()...)...)
		}
	}
	for _, not := range e.Excludes {
		if i := slices.IndexFunc(f.rows, func(row Row) bool { return holds(row, not) }); i >= 0 {
			fail("a row has "+rowText(not.Cells)+", which must not come", "found:    "+rowText(all[i]))
		}
	}
	for _, field := range e.Fields {
		if i := slices.IndexFunc(f.rows, func(row Row) bool { return !row.Has(field) }); i >= 0 {
			msg := fmt.Sprintf("field %s is not filled in row %d", quote(field), i+1)
			if near := nearName(field, f.fields); near != "" && near != field {
				msg += "; there is " + quote(near)
			}
			fail(msg, "found:    "+rowText(all[i]))
		}
	}
	if e.Notice != "" && !slices.ContainsFunc(f.notices, func(n spl.Notice) bool { return strings.Contains(n.Code+": "+n.Message, e.Notice) }) {
		var got []string
		for _, n := range f.notices {
			got = append(got, "found:    "+n.Code+": "+n.Message)
		}
		fail("no notice holds "+quote(e.Notice), got...)
	}
}

// holds says whether a row has the fields and values of an expected one.
func holds(row Row, want testfile.Row) bool {
	for _, c := range want.Cells {
		if !slices.Equal(row.Values(c.Field), c.Values) {
			return false
		}
	}
	return true
}

// rowsOf are the rows with their columns in order: all of a table, those that the
// events bring of events.
func rowsOf(f *found) [][]testfile.Cell {
	out := make([][]testfile.Cell, len(f.rows))
	for i, row := range f.rows {
		for _, name := range f.fields {
			if !f.table && ofInput(name) {
				continue
			}
			if vals := row.Values(name); len(vals) > 0 {
				out[i] = append(out[i], testfile.Cell{Field: name, Values: vals})
			}
		}
	}
	return out
}

// ofInput says whether every event has the field, whatever its text says.
func ofInput(name string) bool {
	switch name {
	case "host", "source", "sourcetype", "index", "linecount", "splunk_server":
		return true
	}
	return batch.Internal(name)
}

func rowText(cells []testfile.Cell) string {
	var parts []string
	for _, c := range cells {
		vals := make([]string, len(c.Values))
		for i, v := range c.Values {
			vals[i] = quote(v)
		}
		switch len(vals) {
		case 0:
			parts = append(parts, quote(c.Field)+"=(none)")
		case 1:
			parts = append(parts, quote(c.Field)+"="+vals[0])
		default:
			parts = append(parts, quote(c.Field)+"=["+strings.Join(vals, ", ")+"]")
		}
	}
	if len(parts) == 0 {
		return "(a row without a value)"
	}
	return strings.Join(parts, " ")
}

func quote(s string) string { return parser.Word(s) }

// maxShown is how many rows a report shows.
const maxShown = 5

func shownRows(lead string, rows [][]testfile.Cell, total int) []string {
	var out []string
	for i, row := range rows {
		if i == maxShown {
			out = append(out, fmt.Sprintf("%sand %s more", strings.Repeat(" ", len(lead)), rowCount(total-maxShown)))
			break
		}
		if i > 0 {
			lead = strings.Repeat(" ", len(lead))
		}
		out = append(out, lead+rowText(row))
	}
	return out
}

func rowCount(n int) string {
	switch n {
	case 0:
		return "no row"
	case 1:
		return "1 row"
	}
	return fmt.Sprintf("%d rows", n)
}

func countText(c *testfile.Count) string {
	words := map[string]string{">=": "at least ", "<=": "at most ", ">": "more than ", "<": "fewer than ", "!=": "other than "}
	if c.Op == "=" && c.N == 0 {
		return "no row"
	}
	return words[c.Op] + rowCount(c.N)
}

func nearName(name string, names []string) string { return command.Nearest(name, names) }

func parseEpoch(s string) (time.Time, bool) {
	n, ok := batch.ParseNumber(s)
	if !ok {
		return time.Time{}, false
	}
	return time.UnixMicro(int64(n * 1e6)).Add(time.Second), true
}
