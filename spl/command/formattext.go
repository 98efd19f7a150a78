package command

import (
	"slices"
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/spl/engine"
)

// formatStyle is how format writes rows as text (search-expression 1.8).
type formatStyle struct {
	rowStart, colStart, colSep, colEnd, rowSep, rowEnd string

	mvSep string
	empty string // what stands for no rows
}

var defaultStyle = formatStyle{"(", "(", "AND", ")", "OR", ")", "OR", "NOT ( )"}

// FormatText is the text that the rows of a subsearch stand for: what `format`
// makes of them with its default arguments. One row with a field `search` and no other
// is text already: published searches make names of files, regular expressions and
// assignments so, which parentheses would spoil.
func FormatText(res *engine.Result) string {
	if s, ok := onlySearch(res.Batches); ok {
		return s
	}
	return defaultStyle.text(res.Batches, res.Table, 0)
}

// onlySearch is the value of the field search, if there is one row with nothing else.
func onlySearch(bs []*batch.Batch) (string, bool) {
	rows := 0
	var out string
	for _, b := range bs {
		if rows += b.Rows; rows > 1 {
			return "", false
		}
		if b.Rows == 0 {
			continue
		}
		b.Load()
		for _, n := range b.Names {
			if n != "search" && !batch.Internal(n) && b.Col(n).Count(0) > 0 {
				return "", false
			}
		}
		c := b.Col("search")
		if c.Count(0) != 1 {
			return "", false
		}
		out, _ = c.First(0)
	}
	return out, rows == 1
}

// text writes rows, at most so many (0: all). Fields come in the order of the
// columns of a table, and in ASCII order otherwise.
func (f *formatStyle) text(bs []*batch.Batch, table bool, most int) string {
	var rows []string
	for _, b := range bs {
		b.Load()
		names := slices.Clone(b.Names)
		if !table {
			slices.Sort(names)
		}
		for r := range b.Rows {
			if most > 0 && len(rows) == most {
				break
			}
			if s := f.row(b, names, r); s != "" {
				rows = append(rows, s)
			}
		}
	}
	if len(rows) == 0 {
		return f.empty
	}
	return f.rowStart + " " + strings.Join(rows, " "+f.rowSep+" ") + " " + f.rowEnd
}

// row writes one row; "" when it has no field to write.
func (f *formatStyle) row(b *batch.Batch, names []string, row int) string {
	var cols []string
	for _, n := range names {
		vals := b.Col(n).Values(row)
		if batch.Internal(n) || len(vals) == 0 {
			continue
		}
		terms := make([]string, len(vals))
		for i, v := range vals {
			terms[i] = formatTerm(n, v)
		}
		if len(terms) == 1 {
			cols = append(cols, terms[0])
		} else {
			cols = append(cols, "( "+strings.Join(terms, " "+f.mvSep+" ")+" )")
		}
	}
	if len(cols) == 0 {
		return ""
	}
	return f.colStart + " " + strings.Join(cols, " "+f.colSep+" ") + " " + f.colEnd
}

// formatTerm writes a value of a field. That of a field named search or query
// stands without the name.
func formatTerm(name, value string) string {
	switch name {
	case "search":
		return value
	case "query":
		if value == "" || strings.ContainsAny(value, " \t\r\n,()[]|\"") {
			return parser.Quote(value)
		}
		return value
	}
	return parser.Word(name) + "=" + parser.Quote(value)
}
