package eval

import (
	"slices"

	"spl/parser"
)

// Needs are the fields without which an expression can give nothing: those that it
// reads and never asks about, as isnull(x) and coalesce(x, y) do.
func Needs(x parser.Expr) []string {
	var read []string
	asked := map[string]bool{}
	parser.Walk(x, func(x parser.Expr) {
		switch x := x.(type) {
		case *parser.Field:
			read = append(read, x.Name)
		case *parser.Call:
			if f := LookupFunction(x.Name); f != nil && (f.asks || f.nulls) {
				for _, a := range x.Args {
					if f, ok := a.(*parser.Field); ok {
						asked[f.Name] = true
					}
				}
			}
		}
	})
	return slices.DeleteFunc(read, func(f string) bool { return asked[f] })
}
