package knowledge

import (
	"slices"

	"spl/eval/batch"
)

// loader gives the fields of a batch as the rules make them. Rows are told apart by
// where they come from: those for which the same rules hold make a group, which is
// worked on as a batch of its own ([view]).
type loader struct {
	w      *worker
	in     *batch.Batch // as the reader gives it
	groups []ruleGroup  // nil until a field is asked for in which rules have a hand
	at     spots        // of each row, where several groups are
}

// ruleGroup are rows for which the same rules hold.
type ruleGroup struct {
	rows []int32 // in the batch, ascending; nil: all
	v    *view
}

// Load is part of [batch.Loader].
func (l *loader) Load(name string) *batch.Column {
	touched := l.w.touches(name)
	if !touched && (len(l.groups) < 2 || standing(name)) {
		return l.in.Col(name)
	}
	l.split()
	if len(l.groups) == 1 {
		return l.groups[0].v.col(tagStage, name)
	}
	return l.join(name)
}

// join puts a field together from the groups.
func (l *loader) join(name string) *batch.Column {
	cols := make([]*batch.Column, len(l.groups))
	for i := range l.groups {
		cols[i] = l.groups[i].v.col(tagStage, name)
	}
	return l.at.join(cols)
}

// filled is the column, or nil when it has no value.
func filled(c *batch.Column) *batch.Column {
	if !c.Any() {
		return nil
	}
	return c
}

// Names is part of [batch.Loader].
func (l *loader) Names() []string {
	l.split()
	seen := map[string]bool{}
	for _, g := range l.groups {
		for _, n := range g.v.names() {
			seen[n] = true
		}
	}
	return valued(seen, l.Load)
}

// Take is part of [batch.Loader].
func (l *loader) Take(rows []int32) batch.Loader { return l.takeOf(rows, l.in.Take(rows)) }

// takeOf is Take when in holds the rows already.
func (l *loader) takeOf(rows []int32, in *batch.Batch) *loader {
	t := &loader{w: l.w, in: in}
	switch len(l.groups) {
	case 0:
		return t
	case 1:
		t.groups = []ruleGroup{{v: l.groups[0].v.take(t.in, rows)}}
		return t
	}
	from, to := l.at.take(rows, len(l.groups))
	for i, g := range l.groups {
		if len(from[i]) > 0 {
			t.groups = append(t.groups, ruleGroup{to[i], g.v.take(g.v.in.Take(from[i]), from[i])})
		}
	}
	t.place()
	return t
}

// place notes where each row is.
func (l *loader) place() {
	groups := make([][]int32, len(l.groups))
	for i, g := range l.groups {
		groups[i] = g.rows
	}
	l.at = spotsOf(l.in.Rows, groups)
}

// split finds the groups.
func (l *loader) split() {
	if l.groups != nil {
		return
	}
	sets := l.sets()
	if len(sets) == 1 {
		l.groups = []ruleGroup{{v: newView(l.w, sets[0].set, l.in)}}
		return
	}
	for _, s := range sets {
		l.groups = append(l.groups, ruleGroup{s.rows, newView(l.w, s.set, l.in.Take(s.rows))})
	}
	l.place()
}

type setRows struct {
	set  *ruleSet
	rows []int32
}

// noRules is the set of events for which no stanza holds.
var noRules = &ruleSet{empty: true}

// sets finds the rules of each row, by where it comes from.
func (l *loader) sets() []setRows {
	f := l.w.b.fields
	if f == nil || !f.any {
		return []setRows{{set: noRules}}
	}
	types := l.in.Col("sourcetype")
	var sources, hosts *batch.Column
	if len(f.stanzas.sources) > 0 {
		sources = l.in.Col("source")
	}
	if len(f.stanzas.hosts) > 0 {
		hosts = l.in.Col("host")
	}
	n := l.in.Rows
	if same(types) && same(sources) && same(hosts) {
		n = min(n, 1)
	}
	var out []setRows
	for r := range n {
		var o origin
		o.sourcetype, _ = types.First(r)
		o.source, _ = sources.First(r)
		o.host, _ = hosts.First(r)
		set := l.w.setOf(o)
		i := len(out) - 1
		if i < 0 || out[i].set != set {
			i = slices.IndexFunc(out, func(s setRows) bool { return s.set == set })
		}
		if i < 0 {
			i = len(out)
			out = append(out, setRows{set: set})
		}
		out[i].rows = append(out[i].rows, int32(r))
	}
	if len(out) == 0 {
		return []setRows{{set: noRules}}
	}
	return out
}

// same says that all rows have the same value, or none has any.
func same(c *batch.Column) bool {
	if c == nil {
		return true
	}
	_, ok := c.IsConstant()
	return ok
}
