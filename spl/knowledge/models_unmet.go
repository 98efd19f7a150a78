package knowledge

import (
	"context"
	"math"
	"slices"
	"strings"

	"spl/eval"
	"spl/eval/batch"
)

// sampleEvents is how many events are looked at to say why a dataset has none.
const sampleEvents = 2000

// Unmet says, where no event belongs to the datasets, which constraints none of the
// first events meets. It is "" when some event belongs, or there are no events.
func (s *DatasetSource) Unmet(ctx context.Context) string {
	fields := batch.FieldsOf(DataModelField)
	for _, r := range s.roots {
		if t := r.tests[r.root]; t != nil {
			fields = fields.Add(t.Fields()...)
		}
	}
	reader, err := s.in.Open(ctx, &batch.Scan{Fields: fields, Earliest: math.Inf(-1), Latest: math.Inf(1)})
	if err != nil {
		return ""
	}
	defer reader.Close()
	missing := map[string]bool{}
	var order []string
	w, n, met := newViewWorker(s), 0, false
	for n < sampleEvents && !met {
		part, err := reader.Next()
		if err != nil {
			break
		}
		_ = part.Each(func(b *batch.Batch) bool {
			for _, r := range s.roots {
				met = met || r.root.Origin != Events || len(w.members(r, b)) > 0
				for _, d := range r.root.constraints {
					for _, t := range eval.Conjuncts(d) {
						text := t.String()
						if _, seen := missing[text]; !seen {
							missing[text] = true
							order = append(order, text)
						}
						if test, errs := eval.CompileSearch(t); missing[text] && len(errs) == 0 && len(test.Bind(s.Env()).Rows(b)) > 0 {
							missing[text] = false
						}
					}
				}
			}
			n += b.Rows
			return n < sampleEvents && !met
		})
	}
	if met || n == 0 {
		return ""
	}
	return s.unmetText(slices.DeleteFunc(order, func(t string) bool { return !missing[t] }))
}

func (s *DatasetSource) unmetText(missing []string) string {
	d := s.roots[0].d
	title := d.Model.Name
	if len(s.roots) == 1 {
		title = d.Title()
	}
	text := "no event belongs to data model " + title + ": "
	if len(missing) == 0 {
		return text + "none meets all of its constraint " + d.Root().Constraint()
	}
	return text + "none meets " + strings.Join(missing, ", nor ") +
		"; supply the tags and fields with --app, or say that the events have the model's fields already with the operand datamodel=" + s.roots[0].root.Title()
}
