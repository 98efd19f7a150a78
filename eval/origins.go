package eval

import (
	"slices"

	"spl/eval/batch"
	"spl/parser"
)

// Origins are the tests of where an event comes from (source, sourcetype, index) among
// those that a search makes of every event. computed says whether rules may give such a
// field another value than the input does; what looks at one is left out.
func Origins(x parser.SearchExpr, computed func(field string) bool) (out []batch.Origin) {
	for _, t := range Conjuncts(x) {
		test, errs := CompileSearch(t)
		if len(errs) > 0 {
			continue
		}
		fields := test.Fields()
		if len(fields) == 0 || slices.ContainsFunc(fields, func(f string) bool {
			return f != "source" && f != "sourcetype" && f != "index" || computed(f)
		}) {
			continue
		}
		out = append(out, batch.Origin{Fields: fields, Text: t.String(), Passes: func(value func(string) string) bool {
			b := batch.New(1)
			for _, f := range fields {
				b.Set(f, batch.Constant(value(f), 1))
			}
			return len(test.Bind(&Env{}).Rows(b)) > 0
		}})
	}
	return out
}
