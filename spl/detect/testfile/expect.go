package testfile

import (
	"strings"

	"spl/parser/source"
	"spl/spl/detect/yamldoc"
)

// expect reads what a test expects. One that allows everything is refused.
func (r *reader) expect(n yamldoc.Node, at source.Span) Expect {
	e := Expect{At: at, InOrder: true}
	k := keys{
		"rows": func(n yamldoc.Node, _ source.Span) {
			text, where := r.text(n, "rows")
			c, err := count(text)
			if err != nil {
				r.fail(where, `write for example rows: 2, rows: ">=1" or rows: 0`, "`rows` is not a number of rows")
				return
			}
			e.Rows, e.RowsAt = &c, where
		},
		"results": func(n yamldoc.Node, where source.Span) {
			e.Exact, e.Results, e.ResultsAt = true, r.rows(n, "results"), where
		},
		"ordered": func(n yamldoc.Node, _ source.Span) {
			text, where := r.text(n, "ordered")
			switch strings.ToLower(text) {
			case "true":
			case "false":
				e.InOrder = false
			default:
				r.fail(where, "", "`ordered` must be true or false")
			}
		},
		"contains": func(n yamldoc.Node, where source.Span) {
			e.Contains = r.rows(n, "contains")
			r.some(len(e.Contains), where, "contains")
		},
		"excludes": func(n yamldoc.Node, where source.Span) {
			e.Excludes = r.rows(n, "excludes")
			r.some(len(e.Excludes), where, "excludes")
		},
		"fields": func(n yamldoc.Node, where source.Span) {
			e.Fields = yamldoc.Texts(n)
			r.some(len(e.Fields), where, "fields")
		},
		"error":  func(n yamldoc.Node, _ source.Span) { e.Error, _ = r.text(n, "error") },
		"notice": func(n yamldoc.Node, _ source.Span) { e.Notice, _ = r.text(n, "notice") },
	}
	before := len(r.errs)
	r.mapping(n, "`expect`", k)
	if len(r.errs) == before {
		r.asserts(&e)
	}
	return e
}

func (r *reader) some(n int, at source.Span, what string) {
	if n == 0 {
		r.fail(at, "name at least one, or remove the key", "`%s` is empty, so it asks for nothing", what)
	}
}

// asserts refuses expectations that everything meets, or that contradict themselves.
func (r *reader) asserts(e *Expect) {
	rows := e.Rows != nil || e.Exact || len(e.Contains)+len(e.Excludes)+len(e.Fields) > 0
	switch {
	case e.Error != "" && (rows || e.Notice != ""):
		r.fail(e.At, "a search that fails gives no rows: keep error: alone", "`expect` asks for an error and for rows")
	case !rows && e.Error == "" && e.Notice == "":
		r.fail(e.At, "write for example expect: { rows: 1 }, or expect: { rows: 0 } where nothing must be found", "the test expects nothing, so it shows nothing")
	case e.Rows != nil && e.Rows.Op == ">=" && e.Rows.N == 0 && !e.Exact && len(e.Contains)+len(e.Excludes)+len(e.Fields) == 0:
		r.fail(e.RowsAt, `write for example rows: ">=1", or rows: 0 where nothing must be found`, "every number of rows is at least 0, so the test shows nothing")
	case e.Rows != nil && e.Exact && !e.Rows.Allows(len(e.Results)):
		r.fail(e.RowsAt, "remove rows:; the number of results says it", "`rows` and `results` contradict each other")
	case len(e.Fields) > 0 && e.Rows == nil && !e.Exact && len(e.Contains) == 0:
		r.fail(e.At, `add rows: ">=1"`, "`fields` alone is met where no row comes")
	case len(e.Excludes) > 0 && e.Rows == nil && !e.Exact && len(e.Contains) == 0:
		r.fail(e.At, `add rows:, such as rows: ">=1"; where nothing at all must be found write rows: 0`, "`excludes` alone is met where no row comes")
	}
}

func (r *reader) rows(n yamldoc.Node, what string) []Row {
	if !yamldoc.IsList(n) && !yamldoc.IsNull(n) {
		r.fail(yamldoc.At(r.f, n), "for example: "+what+": [ { user: alice, count: 3 } ]", "`%s` must be a list of rows", what)
		return nil
	}
	var out []Row
	for _, n := range yamldoc.List(n) {
		row := Row{At: yamldoc.At(r.f, n)}
		pairs, ok := yamldoc.Pairs(r.f, n)
		if !ok || len(pairs) == 0 {
			r.fail(row.At, "for example: { user: alice, count: 3 }", "a row of `%s` must be fields and values", what)
			continue
		}
		for _, p := range pairs {
			row.Cells = append(row.Cells, Cell{p.Key, r.values(p)})
		}
		out = append(out, row)
	}
	return out
}

func (r *reader) values(p yamldoc.Pair) []string {
	var out []string
	for _, v := range yamldoc.List(p.Value) {
		s, ok := yamldoc.Scalar(v)
		if !ok {
			r.fail(p.At, "write a text, a list of texts for several values, or null for none", "the value of `%s` is not a text", p.Key)
			continue
		}
		out = append(out, s)
	}
	return out
}
