package command

import (
	"slices"
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

// What small commands share: arguments that are fields and options in any order,
// and a function over rows in their order.

// listString prints what readList read.
func listString(o *options, names []string) string {
	s := o.String()
	if len(names) > 0 {
		s += " " + nameList(names)
	}
	return strings.TrimSpace(s)
}

// asTree is a field, perhaps with a new name after AS, with options around them.
type (
	asTree struct {
		Before []*option    `parser:"( @@ ','* )*"`
		Field  *parser.Name `parser:"@@?"`
		Inner  []*option    `parser:"@@*"`
		As     []string     `parser:"@'as':Word?"`
		New    *parser.Name `parser:"( (?! Word '=':Op) @@ )?"`
		After  []*option    `parser:"@@*"`
	}
	// fieldAs is such a field, checked.
	fieldAs struct{ field, as string }
)

func readAs(g *parser.Grammar[asTree], c *Command, a *parser.Args) (fieldAs, *options, source.Errors) {
	tree, err := g.Parse(a)
	if err != nil {
		return fieldAs{}, &options{}, source.Errors{err}
	}
	o := checkOptions(c, tree.Before, tree.Inner, tree.After)
	errs := o.errs
	f := fieldAs{}
	switch {
	case tree.Field == nil:
		errs = append(errs, source.Errorf(source.Syntax, source.At(a.Base), "`%s` needs a field", c.Name))
		return f, o, errs
	case len(tree.As) == 0 && tree.New != nil:
		errs = append(errs, source.Errorf(source.Syntax, tree.New.Span, "`%s` cannot be read here as an argument of `%s`", tree.New.Text, c.Name).WithHelp("a new name follows AS"))
	case len(tree.As) > 0 && tree.New == nil:
		errs = append(errs, source.Errorf(source.Syntax, source.At(tree.Field.Span.End), "the new name of `%s` is missing after AS", tree.Field.Text))
	case tree.New != nil:
		f.as = tree.New.Text
	}
	f.field = tree.Field.Text
	return f, o, errs
}

func (f fieldAs) String() string {
	if f.as == "" {
		return parser.Word(f.field)
	}
	return parser.Word(f.field) + " AS " + parser.Word(f.as)
}

// name is the new name, or def.
func (f fieldAs) name(def string) string {
	if f.as == "" {
		return def
	}
	return f.as
}

// inOrder is an operator that is a function from batch to batch, of rows in order.
type inOrder func(*batch.Batch) (*batch.Batch, error)

func (f inOrder) Push(b *batch.Batch, emit engine.Emit) error {
	out, err := f(b)
	if err != nil || out == nil || out.Rows == 0 {
		return err
	}
	return emit(out)
}

func (inOrder) Flush(engine.Emit) error { return nil }

// cloneStrings copies values that are kept beyond their batch.
func cloneStrings(vals []string) []string {
	out := make([]string, len(vals))
	for i, v := range vals {
		out[i] = strings.Clone(v)
	}
	return out
}

// columnsNamed are the columns of some fields.
func columnsNamed(b *batch.Batch, names []string) []*batch.Column {
	cols := make([]*batch.Column, len(names))
	for i, n := range names {
		cols[i] = b.Col(n)
	}
	return cols
}

// columnOrder gives the places of a batch's columns in the order in which people see
// them. Those of events have none of their own, since which stands first in a batch depends
// on the rows in it: they come by name, without those that no event has. b must be loaded.
func columnOrder(b *batch.Batch, table bool) []int {
	var order []int
	for i, c := range b.Cols {
		if table || c.Any() {
			order = append(order, i)
		}
	}
	if !table {
		slices.SortFunc(order, func(i, j int) int { return strings.Compare(b.Names[i], b.Names[j]) })
	}
	return order
}
