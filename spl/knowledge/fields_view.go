package knowledge

import (
	"slices"
	"strings"

	"spl/eval/batch"
)

// view works out the fields of rows for which the same rules hold, field by field and
// stage by stage. What was worked out is kept, also for a selection of the rows.
type view struct {
	w    *worker
	set  *ruleSet
	in   *batch.Batch
	memo map[fieldKey]*batch.Column
	made map[tableKey]map[string]*batch.Column // fields that came of one rule
	cuts map[int]*placed                       // the same of steps, by number
	// parent is the view that these rows were taken of.
	parent *view
	rows   []int32
}

// fieldKey is a field at a stage; at lookupStage after so many lookups.
type fieldKey struct {
	s    stage
	n    int
	name string
}

// tableKey is a rule that sets several fields.
type tableKey struct {
	kind byte // one of the constants below
	n    int
}

const (
	stepTable   = 'x' // the step of that number
	lookupTable = 'l' // the lookup of that number
	autoTable   = 'a' // what the reader does by itself; see kv.go
	modeTable   = 'k' // what KV_MODE asks for
	matchTable  = 'm' // the event type of that number
)

func newView(w *worker, set *ruleSet, in *batch.Batch) *view {
	return &view{w: w, set: set, in: in, memo: map[fieldKey]*batch.Column{}, made: map[tableKey]map[string]*batch.Column{}, cuts: map[int]*placed{}}
}

func (v *view) take(in *batch.Batch, rows []int32) *view {
	t := newView(v.w, v.set, in)
	t.parent, t.rows = v, rows
	return t
}

// known finds a column that was worked out, here or before rows were taken.
func (v *view) known(k fieldKey) (*batch.Column, bool) {
	c, ok := v.memo[k]
	if !ok && v.parent != nil {
		if c, ok = v.parent.known(k); ok {
			c = c.Take(v.rows)
			v.memo[k] = c
		}
	}
	return c, ok
}

// table finds the fields that a rule made, or makes them.
func (v *view) table(k tableKey, name string, build func() map[string]*batch.Column) *batch.Column {
	if c, ok := v.tableOf(k, name); ok {
		return c
	}
	t := build()
	v.made[k] = t
	return t[name]
}

func (v *view) tableOf(k tableKey, name string) (*batch.Column, bool) {
	if t, ok := v.made[k]; ok {
		return t[name], true
	}
	if v.parent == nil {
		return nil, false
	}
	c, ok := v.parent.tableOf(k, name)
	if ok {
		c = c.Take(v.rows)
	}
	return c, ok
}

// ran says that a rule that was tried could be run.
func (v *view) ran(k tableKey) bool {
	for p := v; p != nil; p = p.parent {
		if t, ok := p.made[k]; ok {
			return t != nil
		}
	}
	return false
}

// tableNames are the fields that a rule made, if it was run.
func (v *view) tableNames(k tableKey) []string {
	for p := v; p != nil; p = p.parent {
		if t, ok := p.made[k]; ok {
			return sortedKeys(t)
		}
	}
	return nil
}

// col is a field at a stage.
func (v *view) col(s stage, name string) *batch.Column { return v.after(s, len(v.set.lookups), name) }

// after is a field at a stage; at lookupStage after the first n lookups.
func (v *view) after(s stage, n int, name string) *batch.Column {
	if fixed(name) {
		return v.in.Col(name)
	}
	if s < lookupStage {
		n = 0
	}
	k := fieldKey{s, n, name}
	if c, ok := v.known(k); ok {
		return c
	}
	c := v.work(s, n, name)
	v.memo[k] = c
	return c
}

func (v *view) work(s stage, n int, name string) *batch.Column {
	switch s {
	case tagStage:
		return v.tagged(name)
	case typeStage:
		return v.typed(name)
	case lookupStage:
		return v.lookedUp(n, name)
	case evalStage:
		return v.evaluated(name)
	case aliasStage:
		return v.aliased(name)
	}
	return v.extracted(name)
}

// stageLoader shows the fields of a stage to an expression, a lookup or a search.
type stageLoader struct {
	v     *view
	s     stage
	n     int
	extra []string // further names
}

func (l stageLoader) Load(name string) *batch.Column {
	if i, ok := l.v.w.typeRef(name); ok {
		return l.v.match(i)
	}
	return l.v.after(l.s, l.n, name)
}

func (l stageLoader) Names() []string { return append(l.v.names(), l.extra...) }

func (l stageLoader) Take(rows []int32) batch.Loader {
	l.v = l.v.take(l.v.in.Take(rows), rows)
	return l
}

func (v *view) batch(s stage, n int, extra ...string) *batch.Batch {
	return &batch.Batch{Rows: v.in.Rows, Slabs: v.in.Slabs, Lazy: stageLoader{v, s, n, extra}}
}

// names are all names that fields may have.
func (v *view) names() []string {
	out := slices.Clone(v.in.Names)
	if v.in.Lazy != nil {
		out = append(out, v.in.Lazy.Names()...)
	}
	out = append(out, v.set.names()...)
	for _, i := range v.set.dynamic {
		v.step(i, "")
		out = append(out, v.tableNames(tableKey{stepTable, i})...)
	}
	v.automatic("")
	out = append(out, v.tableNames(tableKey{kind: modeTable})...)
	if v.set.renamed != "" {
		out = append(out, "_sourcetype")
	}
	if t := v.w.b.types; t != nil && len(t.list) > 0 {
		out = append(out, "eventtype")
	}
	if t := v.w.b.tags; t != nil {
		out = append(out, t.names()...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// extracted is a field after EXTRACT, REPORT and KV_MODE.
func (v *view) extracted(name string) *batch.Column {
	if v.set.renamed != "" {
		switch name {
		case "sourcetype":
			return batch.Constant(v.set.renamed, v.in.Rows)
		case "_sourcetype":
			return batch.Constant(v.set.original, v.in.Rows)
		}
	}
	if standing(name) || name == "" {
		return v.in.Col(name)
	}
	c := v.steps(name, len(v.set.steps))
	if c != nil && c.Single() {
		return c
	}
	return either(c, v.automatic(name))
}

// steps is what the first n steps make of a field.
func (v *view) steps(name string, n int) *batch.Column {
	var c *batch.Column
	for _, i := range v.set.stepsOf(name, n) {
		next := v.step(i, name)
		if v.set.steps[i].add {
			c = both(c, next)
		} else {
			c = either(c, next)
		}
	}
	return c
}

// step is what one step makes of a field.
func (v *view) step(i int, name string) *batch.Column {
	if p := v.placed(i); p != nil {
		return p.column(v.in, name)
	}
	return v.table(tableKey{stepTable, i}, name, func() map[string]*batch.Column {
		s, from := v.set.steps[i], v.readBy(i)
		many := s.add
		return collect(v.in.Rows, many, func(row int, emit func(name, value string)) {
			for _, text := range from.Values(row) {
				if err := s.run(text, emit); err != nil {
					v.gaveUp(err)
				}
			}
		})
	})
}

// readBy is the field that a step reads.
func (v *view) readBy(i int) *batch.Column {
	name := v.set.steps[i].from
	if name == "_raw" {
		return v.in.Col(name)
	}
	return either(v.steps(name, i), v.indexed(name))
}

// placed is where the fields of a step stand in the rows, nil where that cannot be told.
func (v *view) placed(i int) *placed {
	p := v.set.steps[i].places
	if p == nil {
		return nil
	}
	t, ok := v.cutsOf(i)
	if !ok {
		if from := v.readBy(i); from == nil || from.Single() {
			t = p.cutRows(from, v.gaveUp)
		}
		v.cuts[i] = t
	}
	return t
}

// cutsOf finds what a step has cut, here or before rows were taken.
func (v *view) cutsOf(i int) (*placed, bool) {
	t, ok := v.cuts[i]
	if !ok && v.parent != nil {
		if t, ok = v.parent.cutsOf(i); ok {
			t = t.take(v.rows)
			v.cuts[i] = t
		}
	}
	return t, ok
}

// gaveUp notes an event that an extraction took too long for.
func (v *view) gaveUp(err error) {
	v.w.notice("regex", "a field extraction was given up on an event: "+err.Error())
}

// aliased is a field after FIELDALIAS: what AS copies goes over it, what ASNEW copies
// only where it is not.
func (v *view) aliased(name string) *batch.Column {
	c := v.col(kvStage, name)
	for _, a := range v.set.aliases[name] {
		from := v.col(kvStage, a.from)
		if a.asNew {
			c = either(c, from)
		} else {
			c = either(from, c)
		}
	}
	return c
}

// evaluated is a field after EVAL. All expressions see the fields as they are before
// any of them.
func (v *view) evaluated(name string) *batch.Column {
	p := v.set.evals[name]
	if p == nil {
		return v.col(aliasStage, name)
	}
	e := v.w.evaluator(p)
	if e == nil {
		return v.col(aliasStage, name)
	}
	e.Start(v.batch(aliasStage, 0))
	c := filled(e.Column())
	if v.w.b.builtin { // events that have the field already may have been worked on
		c = either(c, v.col(aliasStage, name))
	}
	return c
}

// lookedUp is a field after the first n lookups.
func (v *view) lookedUp(n int, name string) *batch.Column {
	for i := n - 1; i >= 0; i-- {
		l := v.set.lookups[i]
		if !slices.Contains(l.outputs(), name) {
			continue
		}
		k := tableKey{lookupTable, i}
		c := v.table(k, name, func() map[string]*batch.Column {
			t, err := l.auto.apply(v.batch(lookupStage, i))
			if err != nil {
				v.w.notice("lookup", "an automatic lookup cannot be made: "+err.Error())
			}
			return t
		})
		if v.ran(k) { // NULL where the lookup says so
			return filled(c)
		}
	}
	return v.col(evalStage, name)
}

// typeRef says which event type a field asks about.
func (w *worker) typeRef(name string) (int, bool) {
	rest, ok := strings.CutPrefix(name, typeField)
	if !ok || w.b.types == nil {
		return 0, false
	}
	i, ok := w.b.types.at[rest]
	if !ok {
		return -1, true
	}
	return i, true
}

// match is 1 in the rows that an event type matches.
func (v *view) match(i int) *batch.Column {
	if i < 0 {
		return nil
	}
	return v.table(tableKey{matchTable, i}, "", func() map[string]*batch.Column {
		t := v.w.b.types.list[i]
		var extra []string
		for _, r := range t.refs {
			extra = append(extra, typeField+r)
		}
		rows := v.w.matcher(i).Rows(v.batch(lookupStage, len(v.set.lookups), extra...))
		if len(rows) == 0 {
			return map[string]*batch.Column{"": nil}
		}
		var b batch.Builder
		for _, r := range rows {
			b.PadTo(int(r))
			b.String("1")
		}
		b.PadTo(v.in.Rows)
		return map[string]*batch.Column{"": b.Column()}
	})
}

// typed is a field after event types.
func (v *view) typed(name string) *batch.Column {
	c := v.col(lookupStage, name)
	types := v.w.b.types
	if name != "eventtype" || types == nil {
		return c
	}
	vals := newLists(v.in.Rows, c)
	for i, t := range types.list {
		if m := v.match(i); m != nil {
			for r := range v.in.Rows {
				if m.Count(r) > 0 {
					vals.add(r, t.name)
				}
			}
		}
	}
	return vals.column()
}

// tagged is a field after tags.
func (v *view) tagged(name string) *batch.Column {
	c := v.col(typeStage, name)
	tags := v.w.b.tags
	if tags == nil {
		return c
	}
	fields := tags.of(name)
	if len(fields) == 0 {
		return c
	}
	vals := newLists(v.in.Rows, c)
	for _, f := range fields {
		of := v.col(typeStage, f)
		if of == nil {
			continue
		}
		for r := range v.in.Rows {
			for _, value := range of.Values(r) {
				vals.add(r, tags.fields[f][value]...)
			}
		}
	}
	vals.sort()
	return vals.column()
}
