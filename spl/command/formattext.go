package command

import (
	"slices"
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/spl/engine"
)

// FormatText is the text that the rows of a subsearch stand for: what `format`
// makes of them with its default arguments (search-expression 1.8). A value of a
// field named search or query stands without the name.
func FormatText(res *engine.Result) string {
	var rows []string
	for _, b := range res.Batches {
		b.Load()
		names := slices.Clone(b.Names)
		if !res.Table {
			slices.Sort(names)
		}
		for r := range b.Rows {
			if s := formatRow(b, names, r); s != "" {
				rows = append(rows, s)
			}
		}
	}
	if len(rows) == 0 {
		return "NOT ( )"
	}
	return "( " + strings.Join(rows, " OR ") + " )"
}

func formatRow(b *batch.Batch, names []string, row int) string {
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
			cols = append(cols, "( "+strings.Join(terms, " OR ")+" )")
		}
	}
	if len(cols) == 0 {
		return ""
	}
	return "( " + strings.Join(cols, " AND ") + " )"
}

func formatTerm(name, value string) string {
	switch name {
	case "search":
		return value
	case "query":
		if strings.ContainsAny(value, " \t") {
			return parser.Quote(value)
		}
		return value
	}
	return parser.Word(name) + "=" + parser.Quote(value)
}
