package knowledge

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"

	"spl/eval"
	"spl/eval/batch"
	"spl/parser"
)

// View says which events are wanted as rows of datasets, and under which names
// their fields.
type View struct {
	// Datasets are what the events must belong to: one dataset, or several roots of a
	// model, each of which gives a row of its own for an event.
	Datasets []*Dataset
	// Tree gives the fields of the parts of the datasets, too, and nodename: the
	// lineages of all datasets that a row belongs to.
	Tree bool
	// Bare gives fields their names without the lineage in front.
	Bare bool
	// Loose gives the fields that events have beside those of the datasets.
	Loose bool
	// First and Literals are hints, in the names of the view, of what the first filter
	// of the rows reads and which texts must stand in an event; see [batch.Scan].
	First    []string
	Literals [][]string
	// InText says whether a field's value may be taken to stand in the text of events,
	// unless rules set it; nil: nothing is rejected for not meeting a constraint.
	InText func(field string) bool
	// Env makes the environment of a goroutine's expressions.
	Env func() *eval.Env
	// Notice is told of what did not work.
	Notice func(code, message string)
}

// NodeName is the field of a view that lists the datasets of a row.
const NodeName = "nodename"

// DataModelField is the field of events that say of themselves which dataset they
// belong to. They do so whatever its constraints, and have its fields by their
// bare names, or with the lineage in front.
const DataModelField = "_datamodel"

// DatasetSource is the rows of datasets as a source of batches.
type DatasetSource struct {
	View
	base  *Base
	in    batch.Source
	roots []*rootView
	found atomic.Int64 // not 0 when some row belonged
}

// rootView is how the rows of one dataset are made.
type rootView struct {
	src    *DatasetSource
	d      *Dataset // the dataset asked for
	root   *Dataset
	number int // among the roots of the view
	names  map[string]viewField
	// chains are the calculations of each dataset, its parents' first.
	chains map[*Dataset][]*calculation
	// full are the names with lineages that a bare name may have in events that say
	// what they belong to.
	full map[string][]string
	// tests are the constraints that each dataset has of its own; nil none.
	tests map[*Dataset]*eval.Search
}

// viewField is what a name in a view stands for.
type viewField struct {
	owner *Dataset
	bare  string
}

// Datasets makes a view of the events of in. For datasets whose origin is a search,
// in is the rows of that search. The error is a fault of a definition.
func (b *Base) Datasets(in batch.Source, v View) (*DatasetSource, error) {
	s := &DatasetSource{View: v, base: b, in: in}
	if s.Notice == nil {
		s.Notice = func(string, string) {}
	}
	for i, d := range v.Datasets {
		r := &rootView{src: s, d: d, root: d.Root(), number: i, names: map[string]viewField{},
			chains: map[*Dataset][]*calculation{}, full: map[string][]string{}, tests: map[*Dataset]*eval.Search{}}
		if err := r.add(r.root, nil); err != nil {
			return nil, err
		}
		s.roots = append(s.roots, r)
	}
	return s, nil
}

// add prepares a dataset and those below it.
func (r *rootView) add(d *Dataset, chain []*calculation) error {
	if d.fault != nil {
		return d.fault
	}
	chain = append(chain[:len(chain):len(chain)], d.calculations...)
	r.chains[d] = chain
	if len(d.constraints) > 0 {
		test, errs := eval.CompileSearch(&parser.And{Terms: d.constraints})
		if len(errs) > 0 {
			return errs
		}
		r.tests[d] = test
	}
	inLine := slices.Contains(r.d.line(), d)
	for _, f := range d.Fields {
		r.full[f.Name] = append(r.full[f.Name], d.Lineage+"."+f.Name)
		if !inLine && !r.src.Tree {
			continue
		}
		name := d.Lineage + "." + f.Name
		if r.src.Bare {
			name = f.Name
		}
		r.names[name] = viewField{d, f.Name}
	}
	for _, c := range d.Children {
		if r.src.Tree || slices.Contains(r.d.line(), c) {
			if err := r.add(c, chain); err != nil {
				return err
			}
		}
	}
	return nil
}

// IsIndexed names the fields that every event has in the index, without which no
// dataset is: they keep their names.
func IsIndexed(name string) bool {
	switch name {
	case "_time", "_raw", "_indextime", "host", "source", "sourcetype", "index", "linecount", "punct",
		"splunk_server", "timestartpos", "timeendpos":
		return true
	}
	return strings.HasPrefix(name, "date_")
}

// Has says whether a name stands for anything in the view.
func (s *DatasetSource) Has(name string) bool {
	if s.Loose || IsIndexed(name) || s.Tree && name == NodeName {
		return true
	}
	for _, r := range s.roots {
		if _, ok := r.names[name]; ok {
			return true
		}
	}
	return false
}

// FieldNames are the names of the fields of the datasets, in ASCII order.
func (s *DatasetSource) FieldNames() []string {
	var out []string
	for _, r := range s.roots {
		out = append(out, sortedNames(r.names)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Plain says whether the value of a field, in the names of the view, is that of a
// field of the event or the word unknown, and gives that field's name.
func (s *DatasetSource) Plain(name string) (event string, ok bool) {
	if IsIndexed(name) {
		return name, true
	}
	for _, r := range s.roots {
		f, have := r.names[name]
		if !have {
			continue
		}
		for _, c := range r.chains[f.owner] {
			if c.gives(f.bare) && c.unknown == "" {
				return "", false
			}
		}
		return f.bare, true
	}
	return "", false
}

// Open is part of [batch.Source].
func (s *DatasetSource) Open(ctx context.Context, scan *batch.Scan) (batch.Reader, error) {
	in := *scan
	in.Transient = false
	in.Fields = s.reads(scan.Fields)
	first := batch.FieldsOf(DataModelField)
	for _, r := range s.roots {
		if t := r.tests[r.root]; t != nil {
			first = first.Add(t.Fields()...)
		}
	}
	first = first.Union(s.reads(batch.FieldsOf(append(scan.First, s.First...)...)))
	if in.First = nil; !first.All {
		in.First = slices.DeleteFunc(first.Names, func(n string) bool { return !in.Fields.Has(n) })
	}
	s.tell(&in)
	reader, err := s.in.Open(ctx, &in)
	if err != nil {
		return nil, err
	}
	return &viewReader{reader, s, ctx}, nil
}

// reads are the fields of events that fields of the view are made of.
func (s *DatasetSource) reads(wanted batch.Fields) batch.Fields {
	if s.Loose && (wanted.All || len(wanted.Patterns) > 0) {
		return batch.AllFields
	}
	need := &needs{fields: map[string]bool{DataModelField: true}, seen: map[*calculation]bool{}}
	for _, r := range s.roots {
		r.needs(need, wanted)
	}
	out := batch.FieldsOf(sortedNames(need.fields)...)
	for _, n := range wanted.Names {
		if s.Loose || IsIndexed(n) {
			out = out.Add(n)
		}
	}
	if wanted.All || len(wanted.Patterns) > 0 {
		for _, n := range shownDefaults {
			if wanted.Has(n) {
				out = out.Add(n)
			}
		}
	}
	return out
}

// shownDefaults are the fields of events that a view lists beside the datasets'.
var shownDefaults = []string{"_raw", "_time", "host", "index", "source", "sourcetype"}

// needs gathers fields of events.
type needs struct {
	fields map[string]bool
	seen   map[*calculation]bool
	root   *rootView
}

func (r *rootView) needs(n *needs, wanted batch.Fields) {
	n.root = r
	r.needsTest(n, r.d)
	for name, f := range r.names {
		if wanted.Has(name) {
			n.field(r.chains[f.owner], f.bare)
			r.needsTest(n, f.owner)
		}
	}
	if r.src.Tree && wanted.Has(NodeName) {
		for d := range r.chains {
			r.needsTest(n, d)
		}
	}
}

// needsTest adds what tells whether an event belongs to a dataset.
func (r *rootView) needsTest(n *needs, d *Dataset) {
	for ; d != nil; d = d.Parent {
		var above []*calculation
		if d.Parent != nil {
			above = r.chains[d.Parent]
		}
		if t := r.tests[d]; t != nil {
			for _, f := range t.Fields() {
				n.field(above, f)
			}
		}
		for _, f := range d.required {
			n.field(r.chains[d], f)
		}
	}
}

func (n *needs) field(chain []*calculation, field string) {
	for i := len(chain) - 1; i >= 0; i-- {
		c := chain[i]
		if !c.gives(field) {
			continue
		}
		if n.seen[c] {
			return
		}
		n.seen[c] = true
		for _, f := range c.reads {
			n.field(chain[:i], f)
		}
		return
	}
	n.fields[field] = true
	for _, f := range n.root.full[field] {
		n.fields[f] = true
	}
}

// viewReader reads the rows of a view.
type viewReader struct {
	batch.Reader
	s   *DatasetSource
	ctx context.Context
}

// Close is part of [batch.Reader]. Where no event belonged, a notice says why.
func (r *viewReader) Close() error {
	if r.s.found.Load() == 0 && r.ctx.Err() == nil {
		if why := r.s.Unmet(r.ctx); why != "" {
			r.s.Notice("no-such-events", why)
		}
	}
	return r.Reader.Close()
}

// Ordered is part of [batch.Reader]. The rows of several roots come root by root.
func (r *viewReader) Ordered() bool { return r.Reader.Ordered() && len(r.s.roots) == 1 }

func (r *viewReader) Next() (batch.Part, error) {
	p, err := r.Reader.Next()
	if err != nil {
		return nil, err
	}
	return viewPart{p, r.s}, nil
}

type viewPart struct {
	batch.Part
	s *DatasetSource
}

func (p viewPart) Each(emit func(*batch.Batch) bool) error {
	w := newViewWorker(p.s)
	return p.Part.Each(func(b *batch.Batch) bool {
		for _, r := range p.s.roots {
			out := w.rows(r, b)
			if out == nil {
				continue
			}
			if p.s.found.Load() == 0 {
				p.s.found.Store(1)
			}
			if !emit(out) {
				return false
			}
		}
		return true
	})
}
