package command

import (
	"slices"
	"strconv"
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var returnCommand = Command{
	Name:    "return",
	Kind:    DatasetProcessing,
	Summary: "Makes one row of the first rows: its field search is the text that a subsearch stands for.",
	Usage:   "return [<n>] ( <field> | <name>=<field> | $<field> )...",
	Options: []Option{{"count", Int, "1", "how many rows, as the number in front"}},
	Parse:   parseReturn,
}

var returnGrammar = parser.NewGrammar[argList](parser.ArgTokens, "return 10 src, user=src_user, $id")

// returned is one field of a row's text: field, name=field or $field.
type returned struct {
	name  string // "" for $field, which gives the value alone
	field string
}

type returnNode struct {
	n    int
	list []returned
}

func parseReturn(_ *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := returnGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &returnNode{n: 1}
	var errs source.Errors
	for i, x := range tree.Args {
		switch {
		case x.Option != nil && strings.EqualFold(x.Option.Key.Text, "count") && i == 0:
			var es source.Errors
			n.n, es = rowCount(&x.Option.Value)
			errs = append(errs, es...)
		case x.Option != nil:
			n.list = append(n.list, returned{x.Option.Key.Text, x.Option.Value.Text})
		case i == 0 && x.Other.Bare() && isDigits(x.Other.Text):
			var es source.Errors
			n.n, es = rowCount(x.Other)
			errs = append(errs, es...)
		case x.Other.Bare() && len(x.Other.Text) > 1 && x.Other.Text[0] == '$':
			n.list = append(n.list, returned{"", strings.TrimSuffix(x.Other.Text[1:], "$")})
		default:
			n.list = append(n.list, returned{x.Other.Text, x.Other.Text})
		}
	}
	if len(n.list) == 0 {
		errs = append(errs, source.Errorf(source.Syntax, source.At(a.Base+len(a.Text)), "`return` needs the name of a field").WithHelp("for example: return 10 src"))
	}
	return n, errs
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func rowCount(n *parser.Name) (int, source.Errors) {
	v, err := strconv.Atoi(n.Text)
	if err != nil || v < 0 {
		return 1, one(source.Errorf(source.Syntax, n.Span, "`%s` is not a number of rows", n.Text).WithHelp("for example: return 10 src"))
	}
	return v, nil
}

func (n *returnNode) String() string {
	parts := []string{strconv.Itoa(n.n)}
	for _, f := range n.list {
		switch f.name {
		case "":
			parts = append(parts, "$"+f.field)
		case f.field:
			parts = append(parts, parser.Word(f.field))
		default:
			parts = append(parts, parser.Word(f.name)+"="+parser.Word(f.field))
		}
	}
	return strings.Join(parts, " ")
}

func (n *returnNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Gives: engine.Makes("search"),
		Wants: engine.Order,
		Makes: true,
		Shape: engine.Table,
		Limit: n.n,
		Text:  true,
		Reads: func(batch.Fields) batch.Fields {
			var fields batch.Fields
			for _, f := range n.list {
				fields = fields.Add(f.field)
			}
			return fields
		},
		Reduce: func(*engine.Context) (engine.Operator, error) { return &returner{node: n, left: n.n}, nil },
	}
}

// returner writes the first rows as text.
type returner struct {
	node *returnNode
	left int
	rows []string
}

func (o *returner) Push(b *batch.Batch, _ engine.Emit) error {
	for r := 0; r < b.Rows && o.left > 0; r++ {
		o.left--
		if s := o.node.row(b, r); s != "" && !slices.Contains(o.rows, s) {
			o.rows = append(o.rows, strings.Clone(s))
		}
	}
	if o.left == 0 {
		return engine.Enough
	}
	return nil
}

// row is the text of a row. Quotes in values are not escaped (search-expression 1.8).
// Choice: the values of a multivalue are alternatives, in parentheses; with $ they
// stand beside each other.
func (n *returnNode) row(b *batch.Batch, row int) string {
	var parts []string
	for _, f := range n.list {
		vals := b.Col(f.field).Values(row)
		if len(vals) == 0 {
			continue
		}
		if f.name == "" {
			parts = append(parts, strings.Join(vals, " "))
			continue
		}
		terms := make([]string, len(vals))
		for i, v := range vals {
			terms[i] = parser.Word(f.name) + `="` + v + `"`
		}
		if len(terms) > 1 {
			parts = append(parts, "("+strings.Join(terms, " OR ")+")")
		} else {
			parts = append(parts, terms[0])
		}
	}
	return strings.Join(parts, " ")
}

func (o *returner) Flush(emit engine.Emit) error {
	text := strings.Join(o.rows, "")
	if len(o.rows) > 1 {
		text = "(" + strings.Join(o.rows, ") OR (") + ")"
	}
	return emit(oneRow("search", text))
}
