package knowledge

import (
	"slices"
	"strings"

	"spl/eval"
	"spl/eval/batch"
)

// viewWorker makes rows of datasets out of batches of events, for one goroutine.
type viewWorker struct {
	s        *DatasetSource
	calc     *calculator
	env      *eval.Env
	matchers map[*eval.Search]*eval.Matcher
	named    map[string]*Dataset // what values of _datamodel name
}

func newViewWorker(s *DatasetSource) *viewWorker {
	env := &eval.Env{}
	if s.Env != nil {
		env = s.Env()
	}
	return &viewWorker{s: s, env: env, matchers: map[*eval.Search]*eval.Matcher{}, named: map[string]*Dataset{},
		calc: &calculator{base: s.base, env: env, notice: s.Notice, evaluators: map[*calculation]*eval.Evaluator{}, enrichers: map[*calculation]*Enricher{}}}
}

func (w *viewWorker) matcher(s *eval.Search) *eval.Matcher {
	m := w.matchers[s]
	if m == nil {
		m = s.Bind(w.env)
		w.matchers[s] = m
	}
	return m
}

// members are the rows of a batch that belong to a root by its constraints, or
// because they say so.
func (w *viewWorker) members(r *rootView, b *batch.Batch) []int32 {
	if r.root.Origin == Impossible {
		return nil
	}
	var named []int32
	if dm := b.Col(DataModelField); dm.Any() {
		for row := range b.Rows {
			if v, ok := dm.First(row); ok && w.name(r, v) != nil {
				named = append(named, int32(row))
			}
		}
	}
	var met []int32
	switch t := r.tests[r.root]; {
	case len(named) == b.Rows:
	case t == nil:
		met = allRows(b.Rows)
	default:
		met = slices.Clone(w.matcher(t).Rows(b))
	}
	if len(named) == 0 {
		return met
	}
	met = append(met, named...)
	slices.Sort(met)
	return slices.Compact(met)
}

func allRows(n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = int32(i)
	}
	return out
}

// name is the dataset below a root that a value of _datamodel names, as Model,
// Model.Dataset or Model.Root.Part; nil when it is another's.
func (w *viewWorker) name(r *rootView, value string) *Dataset {
	key := r.root.Lineage + "\x00" + value
	d, known := w.named[key]
	if known {
		return d
	}
	model, rest, _ := strings.Cut(value, ".")
	if strings.EqualFold(model, r.root.Model.Name) {
		switch d = r.root.Model.Dataset(rest); {
		case rest == "":
			d = r.root
		case d != nil && d.Root() != r.root:
			d = nil
		}
	}
	if len(w.named) < 1000 {
		w.named[strings.Clone(key)] = d
	}
	return d
}

// rows are the rows of a dataset among events; nil when there are none.
func (w *viewWorker) rows(r *rootView, b *batch.Batch) *batch.Batch {
	f := &frame{w: w, r: r, ev: b, calculated: map[*calculation]map[string]*batch.Column{}, belongs: map[*Dataset][]bool{}}
	f = f.keep(w.members(r, b))
	if f != nil {
		f = f.keep(f.complete(r.root, allRows(f.ev.Rows)))
	}
	if f != nil && r.d != r.root {
		f = f.keep(trueRows(f.member(r.d)))
	}
	if f == nil {
		return nil
	}
	out := &batch.Batch{Rows: f.ev.Rows, Places: f.ev.Places, From: f.ev.From, Lazy: f}
	if n := int32(len(w.s.roots)); n > 1 { // rows of one event need places of their own
		out.Places = make([]batch.Place, out.Rows)
		for i := range out.Places {
			p := f.ev.Place(i)
			p.Sub = p.Sub*n + int32(r.number)
			out.Places[i] = p
		}
	}
	return out
}

func trueRows(in []bool) []int32 {
	var out []int32
	for i, ok := range in {
		if ok {
			out = append(out, int32(i))
		}
	}
	return out
}

// frame is some events as rows of a dataset. What is asked for is worked out then.
type frame struct {
	w          *viewWorker
	r          *rootView
	ev         *batch.Batch
	calculated map[*calculation]map[string]*batch.Column
	belongs    map[*Dataset][]bool
}

// keep is the frame with only these rows; nil when there are none.
func (f *frame) keep(rows []int32) *frame {
	switch len(rows) {
	case 0:
		return nil
	case f.ev.Rows:
		return f
	}
	return f.take(rows)
}

// Take is part of [batch.Loader].
func (f *frame) Take(rows []int32) batch.Loader { return f.take(rows) }

func (f *frame) take(rows []int32) *frame {
	out := *f
	out.ev = f.ev.Take(rows)
	out.calculated = make(map[*calculation]map[string]*batch.Column, len(f.calculated))
	for c, cols := range f.calculated {
		taken := make(map[string]*batch.Column, len(cols))
		for n, col := range cols {
			taken[n] = col.Take(rows)
		}
		out.calculated[c] = taken
	}
	out.belongs = make(map[*Dataset][]bool, len(f.belongs))
	for d, all := range f.belongs {
		some := make([]bool, len(rows))
		for i, r := range rows {
			some[i] = all[r]
		}
		out.belongs[d] = some
	}
	return &out
}

// Names is part of [batch.Loader].
func (f *frame) Names() []string {
	out := slices.Concat(shownDefaults, sortedNames(f.r.names))
	if f.w.s.Tree {
		out = append(out, NodeName)
	}
	if f.w.s.Loose {
		f.ev.Load()
		for i, n := range f.ev.Names {
			_, owned := f.r.full[n]
			if f.ev.Cols[i].Any() && n != DataModelField && (!owned || f.w.s.Bare) && !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	return out
}

// Load is part of [batch.Loader].
func (f *frame) Load(name string) *batch.Column {
	x, ok := f.r.names[name]
	switch {
	case ok:
		c := f.value(f.r.chains[x.owner], x.bare)
		if !slices.Contains(f.r.d.line(), x.owner) {
			c = only(c, f.member(x.owner))
		}
		return c
	case f.w.s.Tree && name == NodeName:
		return f.nodes()
	case IsIndexed(name) || f.w.s.Loose:
		return f.ev.Col(name)
	}
	return nil
}

// only is the column with NULL where rows do not belong.
func only(c *batch.Column, belongs []bool) *batch.Column {
	if c == nil || !slices.Contains(belongs, false) {
		return c
	}
	var b batch.Builder
	for r, ok := range belongs {
		if ok {
			b.Append(c.Values(r)...)
		} else {
			b.Null()
		}
	}
	return b.Column()
}

// value is a field after some calculations: what the last that gives it gave.
func (f *frame) value(chain []*calculation, field string) *batch.Column {
	for i := len(chain) - 1; i >= 0; i-- {
		c := chain[i]
		if !c.gives(field) {
			continue
		}
		cols, done := f.calculated[c]
		if !done {
			cols = f.w.calc.run(c, f.input(chain[:i], c.reads))
			f.calculated[c] = cols
		}
		return cols[field]
	}
	return f.event(field)
}

// input is a batch with fields as they are after some calculations.
func (f *frame) input(chain []*calculation, fields []string) *batch.Batch {
	in := batch.New(f.ev.Rows)
	for _, n := range fields {
		if !strings.Contains(n, "*") {
			in.Set(n, f.value(chain, n))
			continue
		}
		f.ev.Load()
		for _, have := range f.ev.Names {
			if batch.MatchName(n, have) {
				in.Set(have, f.value(chain, have))
			}
		}
	}
	return in
}

// event is a field of the events themselves. Those that say what they belong to may
// have it under its name with the lineage in front.
func (f *frame) event(field string) *batch.Column {
	c := f.ev.Col(field)
	dm := f.ev.Col(DataModelField)
	if !dm.Any() || len(f.r.full[field]) == 0 {
		return c
	}
	var full []*batch.Column
	for _, n := range f.r.full[field] {
		if x := f.ev.Col(n); x.Any() {
			full = append(full, x)
		}
	}
	if len(full) == 0 {
		return c
	}
	var b batch.Builder
	for r := range f.ev.Rows {
		vals := c.Values(r)
		for _, x := range full {
			if len(vals) == 0 && dm.Count(r) > 0 {
				vals = x.Values(r)
			}
		}
		b.Append(vals...)
	}
	return b.Column()
}

// member says which rows belong to a dataset at or below the root.
func (f *frame) member(d *Dataset) []bool {
	if have, ok := f.belongs[d]; ok {
		return have
	}
	out := make([]bool, f.ev.Rows)
	f.belongs[d] = out
	if d.Parent == nil {
		for i := range out {
			out[i] = true
		}
		return out
	}
	above := f.member(d.Parent)
	rows := allRows(f.ev.Rows)
	if t := f.r.tests[d]; t != nil {
		rows = slices.Clone(f.w.matcher(t).Rows(f.input(f.r.chains[d.Parent], t.Fields())))
	}
	rows = f.complete(d, rows)
	for _, r := range rows {
		out[r] = above[r]
	}
	if dm := f.ev.Col(DataModelField); dm.Any() {
		for r := range out {
			if v, ok := dm.First(r); ok {
				if named := f.w.name(f.r, v); named != nil && slices.Contains(named.line(), d) {
					out[r] = true
				}
			}
		}
	}
	return out
}

// complete gives the rows that have all fields that a dataset requires.
func (f *frame) complete(d *Dataset, rows []int32) []int32 {
	for _, name := range d.required {
		c := f.value(f.r.chains[d], name)
		rows = slices.DeleteFunc(rows, func(r int32) bool { return c.Count(int(r)) == 0 })
	}
	return rows
}

// nodes is the field nodename.
func (f *frame) nodes() *batch.Column {
	all := make([][]string, f.ev.Rows)
	var add func(d *Dataset)
	add = func(d *Dataset) {
		for r, ok := range f.member(d) {
			if ok {
				all[r] = append(all[r], d.Lineage)
			}
		}
		for _, c := range d.Children {
			add(c)
		}
	}
	add(f.r.root)
	var b batch.Builder
	for _, v := range all {
		b.Append(v...)
	}
	return b.Column()
}
