package knowledge

import (
	"context"
	"slices"
	"strings"

	"spl/eval"
	"spl/eval/batch"
)

// builtinSource gives events the fields that are built in for their source types. It
// stands under the source that applies what apps say, so that apps see these fields and
// win over them.
type builtinSource struct {
	in  batch.Source
	env func() *eval.Env
}

// Open is part of [batch.Source]. A scan that wants no field of any family is passed on
// untouched.
func (s *builtinSource) Open(ctx context.Context, scan *batch.Scan) (batch.Reader, error) {
	ext, touched := *scan, scan.Fields.All
	ext.Known = func(sourcetype string) bool { return familyOf(sourcetype) != nil }
	if slices.ContainsFunc(scan.First, builtinTouches) {
		ext.First = append(slices.Clip(scan.First), "sourcetype")
		touched = true
	}
	if touched || slices.ContainsFunc(scan.Fields.Names, builtinTouches) || slices.ContainsFunc(scan.Fields.Patterns, builtinTouches) {
		ext.Fields = scan.Fields.Add("sourcetype")
		touched = true
	}
	r, err := s.in.Open(ctx, &ext)
	if err != nil || !touched {
		return r, err
	}
	return &builtinReader{Reader: r, s: s, first: scan.First, names: scan.Fields.Names}, nil
}

type builtinReader struct {
	batch.Reader
	s            *builtinSource
	first, names []string // wanted
}

// Next is part of [batch.Reader].
func (r *builtinReader) Next() (batch.Part, error) {
	p, err := r.Reader.Next()
	if err != nil {
		return nil, err
	}
	return &builtinPart{Part: p, r: r}, nil
}

type builtinPart struct {
	batch.Part
	r *builtinReader
}

// Each is part of [batch.Part].
func (p *builtinPart) Each(emit func(*batch.Batch) bool) error {
	w := &builtinWorker{r: p.r, of: map[*typeFamily]*familyWorker{}}
	return p.Part.Each(func(in *batch.Batch) bool {
		return emit(&batch.Batch{Rows: in.Rows, Places: in.Places, From: in.From, Slabs: in.Slabs, Lazy: &builtinLoader{w: w, in: in}})
	})
}

// builtinWorker is what the batches of a part share. It belongs to one goroutine.
type builtinWorker struct {
	r  *builtinReader
	of map[*typeFamily]*familyWorker
}

// familyWorker is what is needed to work with a family.
type familyWorker struct {
	w           *worker
	first, rest []string // what to read for the fields of the first filter, and for all
}

func (w *builtinWorker) family(f *typeFamily) *familyWorker {
	fw := w.of[f]
	if fw == nil {
		b := f.load()
		fw = &familyWorker{w: &worker{b: b, sets: newSetCache(b.fields), env: w.r.s.env(), evals: map[*eval.Program]*eval.Evaluator{}, touched: map[string]bool{}}}
		fw.first = f.reads(w.r.first)
		fw.rest = f.reads(append(slices.Clip(w.r.first), w.r.names...))
		w.of[f] = fw
	}
	return fw
}

// reads are the fields that the reader must have for those that are wanted.
func (f *typeFamily) reads(wanted []string) []string {
	some := slices.DeleteFunc(slices.Clone(wanted), func(n string) bool { return !f.names[n] })
	if len(some) == 0 {
		return nil
	}
	names := f.base.needsOf(some...).names
	return slices.DeleteFunc(names, func(n string) bool { return fixed(n) || strings.Contains(n, "*") || n == "eventtype" || n == "tag" })
}

// builtinLoader gives the fields of a batch.
type builtinLoader struct {
	w      *builtinWorker
	in     *batch.Batch
	groups []familyRows // nil until a field is asked for that a family may set
	at     spots        // of each row, where several groups are
}

// familyRows are the rows of a family; of none where l is nil.
type familyRows struct {
	rows []int32 // in the batch, ascending; nil: all
	f    *typeFamily
	l    *loader
	in   *batch.Batch
}

// Load is part of [batch.Loader].
func (l *builtinLoader) Load(name string) *batch.Column {
	if !builtinTouches(name) {
		return l.in.Col(name)
	}
	l.split()
	if len(l.groups) == 1 {
		return l.group(0, name)
	}
	cols := make([]*batch.Column, len(l.groups))
	for i := range l.groups {
		cols[i] = l.group(i, name)
	}
	return l.at.join(cols)
}

// group gives a field of the rows of a family.
func (l *builtinLoader) group(i int, name string) *batch.Column {
	g := &l.groups[i]
	if g.f == nil || !g.f.names[name] {
		return g.in.Col(name)
	}
	fw := l.w.family(g.f)
	if g.l == nil {
		g.l = &loader{w: fw.w, in: g.in}
	}
	if slices.Contains(l.w.r.first, name) {
		g.in.Preload(fw.first)
	} else {
		g.in.Preload(fw.rest)
	}
	return g.l.Load(name)
}

// Names is part of [batch.Loader].
func (l *builtinLoader) Names() []string {
	l.split()
	seen := map[string]bool{}
	for i := range l.groups {
		g := &l.groups[i]
		if g.f == nil {
			for _, n := range append(slices.Clone(g.in.Names), lazyNames(g.in)...) {
				seen[n] = true
			}
			continue
		}
		if g.l == nil {
			g.l = &loader{w: l.w.family(g.f).w, in: g.in}
		}
		for _, n := range g.l.Names() {
			seen[n] = true
		}
	}
	return valued(seen, l.Load)
}

func lazyNames(b *batch.Batch) []string {
	if b.Lazy == nil {
		return nil
	}
	return b.Lazy.Names()
}

// Take is part of [batch.Loader].
func (l *builtinLoader) Take(rows []int32) batch.Loader {
	t := &builtinLoader{w: l.w, in: l.in.Take(rows)}
	switch len(l.groups) {
	case 0:
		return t
	case 1:
		t.groups = []familyRows{l.groups[0].take(nil, rows, t.in)}
		return t
	}
	from, to := l.at.take(rows, len(l.groups))
	for i := range l.groups {
		if len(from[i]) > 0 {
			t.groups = append(t.groups, l.groups[i].take(to[i], from[i], l.groups[i].in.Take(from[i])))
		}
	}
	t.place()
	return t
}

func (g *familyRows) take(to, from []int32, in *batch.Batch) familyRows {
	t := familyRows{rows: to, f: g.f, in: in}
	if g.l != nil {
		t.l = g.l.takeOf(from, in)
	}
	return t
}

// place notes where each row is.
func (l *builtinLoader) place() {
	groups := make([][]int32, len(l.groups))
	for i, g := range l.groups {
		groups[i] = g.rows
	}
	l.at = spotsOf(l.in.Rows, groups)
}

// split finds the groups.
func (l *builtinLoader) split() {
	if l.groups != nil {
		return
	}
	types := l.in.Col("sourcetype")
	if same(types) {
		name, _ := types.First(0)
		l.groups = []familyRows{{f: familyOf(name), in: l.in}}
		return
	}
	at := map[*typeFamily]int{}
	for r := range l.in.Rows {
		name, _ := types.First(r)
		f := familyOf(name)
		i, ok := at[f]
		if !ok {
			i = len(l.groups)
			at[f] = i
			l.groups = append(l.groups, familyRows{f: f})
		}
		l.groups[i].rows = append(l.groups[i].rows, int32(r))
	}
	for i := range l.groups {
		g := &l.groups[i]
		if g.in = l.in; len(l.groups) > 1 {
			g.in = l.in.Take(g.rows)
		}
	}
	l.place()
}
