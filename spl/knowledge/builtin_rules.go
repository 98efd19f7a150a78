package knowledge

import (
	"sync"

	"spl/spl/input"
)

// builtinRuling adds the index-time rules that are built in to those of apps, which are
// stronger: setting by setting where they are of different kinds.
func builtinRuling(apps *input.Ruling) *input.Ruling {
	of := func(src, host, sourcetype string) *input.Rules {
		var r *input.Rules
		if apps != nil {
			r = apps.Of(src, host, sourcetype)
		}
		if sourcetype == "" {
			return r
		}
		f := familyOf(sourcetype)
		if f == nil || !f.indexed {
			return r
		}
		return overRules(r, f.load().index.of(src, host, sourcetype))
	}
	return &input.Ruling{Of: of, Edits: apps != nil && apps.Edits}
}

// merged are the rules that were put together, by what they were made of: the reader
// compares rules by their address.
var merged sync.Map // [2]*input.Rules → *input.Rules

// overRules has the rules of a, and where they say nothing those of b.
func overRules(a, b *input.Rules) *input.Rules {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	key := [2]*input.Rules{a, b}
	if r, ok := merged.Load(key); ok {
		return r.(*input.Rules)
	}
	out := *a
	if out.Lines == nil && out.Table == nil {
		out.Lines, out.Table = b.Lines, b.Table
	}
	if out.Time == nil {
		out.Time = b.Time
	}
	r, _ := merged.LoadOrStore(key, &out)
	return r.(*input.Rules)
}
