package spl

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"spl/eval"
	"spl/eval/batch"
	"spl/parser"
	"spl/spl/command"
	"spl/spl/engine"
)

// explainNothing says, when no event passed the search at the front, which
// sourcetype, source, index or host it asks for that no event has.
func (r *runner) explainNothing(p *Program, cut *engine.Cut) {
	stages := p.query.Pipeline.Stages
	if cut.Source != nil || r.input == nil || r.ctx.Matched.Load() > 0 || len(stages) == 0 {
		return
	}
	conditions := command.Conditions(stages[0].Node)
	if len(conditions) == 0 {
		return
	}
	seen, err := r.sample()
	if err != nil || seen.Rows == 0 {
		return
	}
	for _, c := range conditions {
		test, errs := eval.CompileSearch(c.Expr)
		if len(errs) > 0 || len(test.Bind(r.ctx.Eval()).Rows(seen)) > 0 {
			continue
		}
		r.ctx.Notices.Add("no-such-events", missing(p, c, seen), 1)
	}
}

// sample reads where some events come from.
func (r *runner) sample() (*batch.Batch, error) {
	fields := []string{"source", "sourcetype", "index", "host"}
	scan := &batch.Scan{Fields: batch.FieldsOf(fields...), Earliest: math.Inf(-1), Latest: math.Inf(1)}
	reader, err := r.input.Open(r.ctx, scan)
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	var bs []*batch.Batch
	n := 0
	for n < sampleRows {
		part, err := reader.Next()
		if err != nil {
			break
		}
		_ = part.Each(func(b *batch.Batch) bool {
			b.Keep(fields)
			bs = append(bs, b)
			n += b.Rows
			return n < sampleRows
		})
	}
	if len(bs) == 0 {
		return batch.New(0), errSampled
	}
	return batch.Concat(bs), nil
}

// missing words the notice: what was asked for and by whom, what there is, and what
// would change it.
func missing(p *Program, c command.Condition, seen *batch.Batch) string {
	var b strings.Builder
	fmt.Fprintf(&b, "no event has %s", c.Expr)
	_, _, frame := p.query.Expansion.Text.Origin(c.Expr.Where())
	if frame != nil {
		fmt.Fprintf(&b, ", which macro `%s` asks for", frame.Macro)
	}
	for _, f := range c.Fields {
		fmt.Fprintf(&b, "; the events have %s=%s", f, distinct(seen.Col(f), seen.Rows))
	}
	f := c.Fields[0]
	fmt.Fprintf(&b, "; say what they are with --%s", f)
	if want := wantedValue(c.Expr); want != "" {
		fmt.Fprintf(&b, " %s", want)
	}
	if frame != nil {
		fmt.Fprintf(&b, ", or override the macro with -M '%s=%s=%s'", frame.Macro, f, firstOf(seen.Col(f), seen.Rows))
	}
	return b.String()
}

func wantedValue(x parser.SearchExpr) string {
	if c, ok := x.(*parser.Compare); ok && !strings.Contains(c.Value.Text, "*") {
		return parser.Word(c.Value.Text)
	}
	return ""
}

func firstOf(c *batch.Column, rows int) string {
	for r := range rows {
		if v, ok := c.First(r); ok {
			return parser.Word(v)
		}
	}
	return "*"
}

// distinct lists the first few different values of a column.
func distinct(c *batch.Column, rows int) string {
	var vals []string
	for r := range rows {
		for _, v := range c.Values(r) {
			if v = parser.Word(v); !slices.Contains(vals, v) {
				vals = append(vals, v)
			}
		}
		if len(vals) > 4 {
			return strings.Join(vals[:4], ", ") + ", …"
		}
	}
	if len(vals) == 0 {
		return "(nothing)"
	}
	return strings.Join(vals, ", ")
}
