package runner

import (
	"context"

	"spl/spl"
	"spl/spl/detect/page"
	"spl/spl/detect/why"
	"spl/spl/engine"
)

// indent is how far right a report has what became of the events.
const indent = 6

// explain runs a failed test once more, with a trace, and tells what became of its
// events.
func (c *Bench) explain(ctx context.Context, t *Test, p *spl.Program, f *found, r *Result) {
	trace := &engine.Trace{}
	if again := c.execute(ctx, t, p, trace); again.err != nil {
		return
	}
	r.Events = trace.Read
	r.Why = why.Explain(&why.Subject{
		Trace: trace, Query: p.Query(), Detection: t.Unit.Detection,
		Style: page.Style{Width: max(0, c.options.Width-indent), Color: c.options.Color},
	})
	for _, n := range f.notices {
		if n.Code == "undefined-macro" {
			continue // a filter that nobody has overridden
		}
		r.Notes = append(r.Notes, n.Message)
	}
}
