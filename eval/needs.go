package eval

import (
	"slices"
	"strings"

	"spl/parser"
)

// Needs are the fields without which an expression can give nothing: those that it
// reads and never asks about, as isnull(x) and coalesce(x, y) do.
func Needs(x parser.Expr) []string {
	var read, asked []string
	parser.Walk(x, func(x parser.Expr) {
		switch x := x.(type) {
		case *parser.Field:
			read = append(read, x.Name)
		case *parser.Call:
			if i := slices.IndexFunc(Functions(), func(f *Function) bool { return f.named(x.Name) }); i >= 0 && (Functions()[i].asks || Functions()[i].nulls) {
				for _, a := range x.Args {
					if f, ok := a.(*parser.Field); ok {
						asked = append(asked, f.Name)
					}
				}
			}
		}
	})
	return slices.DeleteFunc(read, func(f string) bool { return slices.Contains(asked, f) })
}

// named says whether a function goes by a name.
func (fn *Function) named(name string) bool {
	return strings.EqualFold(fn.Name, name) || slices.ContainsFunc(fn.Aliases, func(a string) bool { return strings.EqualFold(a, name) })
}
