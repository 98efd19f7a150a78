package command

import (
	"slices"

	"spl/eval/batch"
	"spl/parser"
	"spl/spl/engine"
)

// What commands say of the fields that they give; see [engine.Plan.Gives].

// Fields is the schema of what a pipeline gives, and whether its stages are all known:
// one with a subsearch that becomes text is not.
func Fields(p *parser.Pipeline, planning *Planning) engine.Schema {
	if pending(p) || slices.ContainsFunc(p.Stages, func(s *parser.Stage) bool { return s.Node == nil }) {
		return engine.AnyFields
	}
	plans := Plans(p, planning)
	in := engine.AnyFields
	if len(plans) > 0 && plans[0].Generate != nil {
		in = engine.Schema{}
	}
	return engine.Gives(plans, in)
}

// withSubs gives what came in and what pipelines beside it give.
func withSubs(subs []*parser.Pipeline, p *Planning) func(engine.Schema) engine.Schema {
	return func(s engine.Schema) engine.Schema {
		for _, sub := range subs {
			s = s.Union(Fields(sub, p))
		}
		return s
	}
}

// callNames are the columns of aggregates; that of one over several fields is a pattern.
func callNames(calls []*call) []string {
	out := make([]string, len(calls))
	for i, c := range calls {
		switch {
		case !c.wild():
			out[i] = c.name
		case c.as != "":
			out[i] = c.as
		default:
			out[i] = c.typed + "(" + c.field + ")"
		}
	}
	return out
}

// callRenames are the fields that aggregates give under another name.
func callRenames(calls []*call) [][2]string {
	var out [][2]string
	for _, c := range calls {
		if c.arg && c.expr == nil && !c.wild() && c.name != c.field {
			out = append(out, [2]string{c.field, c.name})
		}
	}
	return out
}

// opens gives what came in and fields that nobody can name beforehand.
func opens(s engine.Schema) engine.Schema {
	s.Open, s.Gone = true, batch.Fields{}
	return s
}

// only gives the named fields of those that came in.
func only(names ...string) func(engine.Schema) engine.Schema {
	return func(s engine.Schema) engine.Schema { return s.Only(names...) }
}
