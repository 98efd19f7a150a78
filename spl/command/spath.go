package command

import (
	"slices"
	"strings"

	"spl/eval"
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var spathCommand = Command{
	Name:    "spath",
	Kind:    DistributableStreaming,
	Summary: "Extracts fields from JSON or XML: what stands at a path, or everything.",
	Usage:   "spath [input=<field>] [output=<field>] [path=<path> | <path>]",
	Options: []Option{
		{"input", Text, "_raw", "the field with the JSON or XML"},
		{"output", Text, "", "the field to set; without it the path is its name"},
		{"path", Text, "", "a path: a.b, list{}.name, list{0}, element{@attribute}; without one all leaves become fields"},
	},
	Parse: parseSpath,
}

var spathGrammar = parser.NewGrammar[argList](parser.ArgTokens, "spath input=msg path=items{}.id output=id")

type spathNode struct {
	input, output, path string // path "": everything
	steps               *eval.Path
}

func parseSpath(c *Command, a *parser.Args) (Node, source.Errors) {
	names, o, errs := fieldArgs(c, a, spathGrammar)
	if len(errs) > 0 {
		return nil, errs
	}
	n := &spathNode{input: o.text("input", "_raw"), output: o.text("output", "")}
	var given []*parser.Name
	for _, x := range o.list {
		if strings.EqualFold(x.Key.Text, "path") {
			given = append(given, &x.Value)
		}
	}
	given = append(given, names...)
	switch {
	case len(given) > 1:
		return nil, one(source.Errorf(source.Syntax, given[len(given)-1].Span, "`spath` takes one path").WithHelp("for example: %s", "spath input=msg path=items{}.id output=id"))
	case len(given) == 0 && n.output != "":
		return nil, one(source.Errorf(source.Syntax, source.At(a.Base), "`spath` needs a path for output=%s", n.output).WithHelp("for example: spath output=%s path=items{}.id", n.output))
	case len(given) == 0:
		return n, nil
	}
	n.path = given[0].Text
	if given[0].Quote == '\'' {
		n.path = "'" + n.path + "'"
	}
	if n.output == "" {
		n.output = n.path
	}
	var ok bool
	if n.steps, ok = eval.ParsePath(strings.TrimRight(n.path, ".")); !ok && strings.Contains(n.path, "}[") {
		// People write it and Splunk takes it; what it finds there nobody says.
		return nil, one(source.Errorf(source.Unsupported, given[0].Span, "`%s`: what [ ] means behind { } is not known", n.path).WithHelp("a place in an array is written {0}: items{0}.id"))
	}
	if !ok {
		return nil, one(source.Errorf(source.Syntax, given[0].Span, "`%s` is not a path", n.path).WithHelp("keys stand between dots, {} is every element of an array, {0} the first: items{}.id"))
	}
	return n, nil
}

func (n *spathNode) String() string {
	s := "input=" + parser.Word(n.input)
	if n.path != "" {
		s += " output=" + parser.Word(n.output) + " path=" + parser.Quote(n.path)
	}
	return s
}

func (n *spathNode) gives(s engine.Schema) engine.Schema {
	if n.steps == nil {
		return opens(s)
	}
	return s.With(n.output)
}

func (n *spathNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Gives:     n.gives,
		Reads:     func(wanted batch.Fields) batch.Fields { return wanted.Add(n.input) },
		Transient: true,
		Map: engine.Streaming(func(*engine.Context) (engine.MapFunc, error) {
			if n.steps != nil {
				return func(b *batch.Batch) (*batch.Batch, error) { return n.find(b), nil }, nil
			}
			return func(b *batch.Batch) (*batch.Batch, error) { return n.all(b), nil }, nil
		}),
	}
}

// find sets the output to what stands at the path. Where nothing does, what the
// field held stays.
//
// Choice: of a multivalue each value is looked into.
func (n *spathNode) find(b *batch.Batch) *batch.Batch {
	src, old := b.Col(n.input), b.Col(n.output)
	var bl batch.Builder
	bl.Grow(b.Rows)
	for r := range b.Rows {
		var hits []string
		for _, v := range src.Values(r) {
			if found := n.steps.Find(v); hits == nil {
				hits = found
			} else {
				hits = append(hits, found...)
			}
		}
		if len(hits) == 0 {
			hits = old.Values(r)
		}
		bl.Append(hits...)
	}
	out := b.Clone()
	out.Set(n.output, bl.Column())
	return out
}

// all makes a field of each leaf. New columns come in ASCII order.
//
// Choice: a field that is there already is overwritten where the text has a leaf of
// its name; nothing is cut off (Splunk looks at 5,000 characters).
func (n *spathNode) all(b *batch.Batch) *batch.Batch {
	src := b.Col(n.input)
	f := newFieldBuilders(b.Rows)
	for r := range b.Rows {
		for _, v := range src.Values(r) {
			eval.Leaves(v, func(name []byte, value string) { f.add(string(name), value) })
		}
		f.next()
	}
	return f.apply(b)
}

// fieldBuilders builds columns whose names come with the data.
type fieldBuilders struct {
	at    map[string]int
	names []string
	cols  []batch.Builder
	vals  [][]string // of the current row
	used  []int      // the columns with values in it
	row   int
	rows  int
}

func newFieldBuilders(rows int) *fieldBuilders {
	return &fieldBuilders{at: map[string]int{}, rows: rows}
}

// add gives a field of the current row another value.
func (f *fieldBuilders) add(name string, values ...string) {
	if len(values) == 0 {
		return
	}
	i, ok := f.at[name]
	if !ok {
		i = len(f.names)
		f.at[name] = i
		f.names = append(f.names, name)
		f.cols = append(f.cols, batch.Builder{})
		f.vals = append(f.vals, nil)
	}
	if len(f.vals[i]) == 0 {
		f.used = append(f.used, i)
	}
	f.vals[i] = append(f.vals[i], values...)
}

// has says whether the current row has been given a field.
func (f *fieldBuilders) has(name string) bool {
	i, ok := f.at[name]
	return ok && len(f.vals[i]) > 0
}

// next ends the current row.
func (f *fieldBuilders) next() {
	for _, i := range f.used {
		f.cols[i].PadTo(f.row)
		f.cols[i].Append(f.vals[i]...)
		f.vals[i] = f.vals[i][:0]
	}
	f.used = f.used[:0]
	f.row++
}

// apply gives the batch with the columns, over those of the same names: where a row
// got no value it keeps the one it had. New columns come in ASCII order.
func (f *fieldBuilders) apply(b *batch.Batch) *batch.Batch {
	if len(f.names) == 0 {
		return b
	}
	out := b.Clone()
	for _, name := range slices.Sorted(slices.Values(f.names)) {
		bl := &f.cols[f.at[name]]
		bl.PadTo(f.rows)
		out.Set(name, overlay(bl.Column(), b.Col(name), f.rows))
	}
	return out
}

// overlay is a column with the gaps filled from another.
func overlay(c, old *batch.Column, rows int) *batch.Column {
	if !old.Any() || c.Single() {
		return c
	}
	var bl batch.Builder
	bl.Grow(rows)
	for r := range rows {
		if c.Count(r) > 0 {
			bl.Append(c.Values(r)...)
		} else {
			bl.Append(old.Values(r)...)
		}
	}
	return bl.Column()
}
