package command

import (
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var formatCommand = Command{
	Name:    "format",
	Kind:    DatasetProcessing,
	Summary: "Makes one row of all rows: its field search is a search expression that matches what they hold.",
	Usage:   `format [mvsep="<text>"] [maxresults=<n>] ["<row prefix>" "<column prefix>" "<column separator>" "<column end>" "<row separator>" "<row end>"] [emptystr="<text>"]`,
	Options: []Option{
		{"mvsep", Text, "OR", "what stands between the values of a multivalue"},
		{"maxresults", Int, "0", "how many rows are written; 0 all"},
		{"emptystr", Text, "NOT ( )", "the text where there are no rows"},
	},
	Parse: parseFormat,
}

var formatGrammar = parser.NewGrammar[argList](parser.ArgTokens, `format "(" "(" "AND" ")" "OR" ")"`)

type formatNode struct {
	opts  *options
	texts []string // none or six
	style formatStyle
}

func parseFormat(c *Command, a *parser.Args) (Node, source.Errors) {
	names, o, errs := fieldArgs(c, a, formatGrammar)
	n := &formatNode{style: defaultStyle, opts: o, texts: texts(names)}
	switch len(n.texts) {
	case 0:
	case 6:
		t := n.texts
		n.style = formatStyle{t[0], t[1], t[2], t[3], t[4], t[5], "", ""}
	default:
		errs = append(errs, source.Errorf(source.Syntax, a.Span(), "`format` takes six texts, or none; here are %d", len(n.texts)).
			WithHelp(`they are the row prefix, column prefix, column separator, column end, row separator and row end: format "(" "(" "AND" ")" "OR" ")"`))
	}
	n.style.mvSep = n.opts.text("mvsep", defaultStyle.mvSep)
	n.style.empty = n.opts.text("emptystr", defaultStyle.empty)
	return n, errs
}

func (n *formatNode) String() string {
	s := n.opts.String()
	for _, t := range n.texts {
		s += " " + parser.Quote(t)
	}
	return strings.TrimSpace(s)
}

func (n *formatNode) Plan(*Planning) *engine.Plan {
	table := false
	return &engine.Plan{
		Gives: engine.Makes("search"),
		Wants: engine.Order,
		Makes: true,
		Shape: engine.Table,
		Text:  true,
		Reads: func(batch.Fields) batch.Fields { return batch.AllFields },
		Comes: func(t bool) { table = t },
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			return &holdAll{ctx: c, name: "format", then: func(bs []*batch.Batch, emit engine.Emit) error {
				return emit(oneRow("search", n.style.text(bs, table, n.opts.int("maxresults", 0))))
			}}, nil
		},
	}
}

// oneRow is a row with one field.
func oneRow(field, value string) *batch.Batch {
	b := batch.New(1)
	b.Set(field, batch.Constant(value, 1))
	return b
}
