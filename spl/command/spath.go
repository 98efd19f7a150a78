package command

import (
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
	input, output string
	text          string     // of the path
	path          *eval.Path // nil: everything
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
	n.text = given[0].Text
	if given[0].Quote == '\'' {
		n.text = "'" + n.text + "'"
	}
	if n.output == "" {
		n.output = n.text
	}
	var ok bool
	if n.path, ok = eval.ParsePath(strings.TrimRight(n.text, ".")); !ok && strings.Contains(n.text, "}[") {
		// People write it and Splunk takes it; what it finds there nobody says.
		return nil, one(source.Errorf(source.Unsupported, given[0].Span, "`%s`: what [ ] means behind { } is not known", n.text).WithHelp("a place in an array is written {0}: items{0}.id"))
	}
	if !ok {
		return nil, one(source.Errorf(source.Syntax, given[0].Span, "`%s` is not a path", n.text).WithHelp("keys stand between dots, {} is every element of an array, {0} the first: items{}.id"))
	}
	return n, nil
}

func (n *spathNode) String() string {
	s := "input=" + parser.Word(n.input)
	if n.path != nil {
		s += " output=" + parser.Word(n.output) + " path=" + parser.Quote(n.text)
	}
	return s
}

func (n *spathNode) gives(s engine.Schema) engine.Schema {
	if n.path == nil {
		return opens(s)
	}
	return s.With(n.output)
}

// makes says whether any of the wanted fields may come of the command.
func (n *spathNode) makes(wanted batch.Fields) bool {
	if n.path != nil {
		return wanted.Has(n.output)
	}
	names, exact := wanted.Exact()
	return !exact || len(names) > 0
}

func (n *spathNode) reads(wanted batch.Fields) batch.Fields {
	if !n.makes(wanted) {
		return wanted
	}
	return wanted.Add(n.input)
}

func (n *spathNode) Plan(*Planning) *engine.Plan {
	wanted := batch.AllFields
	return &engine.Plan{
		Gives:     n.gives,
		Uses:      []string{n.input},
		Reads:     n.reads,
		Wanted:    func(of batch.Fields) { wanted = of },
		Transient: true,
		Map: engine.Streaming(func(*engine.Context) (engine.MapFunc, error) {
			if !n.makes(wanted) {
				return func(b *batch.Batch) (*batch.Batch, error) { return b, nil }, nil
			}
			if n.path != nil {
				f := n.path.Finder()
				return func(b *batch.Batch) (*batch.Batch, error) { return n.find(b, f), nil }, nil
			}
			leaves := eval.NewLeafReader(wanted)
			return func(b *batch.Batch) (*batch.Batch, error) { return n.all(b, leaves), nil }, nil
		}),
	}
}

// find sets the output to what stands at the path. Where nothing does, what the
// field held stays.
//
// Choice: of a multivalue each value is looked into.
func (n *spathNode) find(b *batch.Batch, f *eval.Finder) *batch.Batch {
	src := b.Col(n.input)
	bl := b.Builder()
	var hits []string
	for r := range b.Rows {
		vals := src.Values(r)
		if len(vals) == 1 {
			bl.Append(f.Find(vals[0])...)
			continue
		}
		hits = hits[:0]
		for _, v := range vals {
			hits = append(hits, f.Find(v)...)
		}
		bl.Append(hits...)
	}
	found := bl.Column()
	under := beneath(b, found)
	out := b.Clone()
	out.Set(n.output, under.fill(n.output, found))
	return out
}

// all makes a field of each leaf that is wanted. New columns come in ASCII order.
//
// Choice: a field that is there already is overwritten where the text has a leaf of
// its name; nothing is cut off (Splunk looks at 5,000 characters).
func (n *spathNode) all(b *batch.Batch, leaves *eval.LeafReader) *batch.Batch {
	src := b.Col(n.input)
	f := newFieldBuilders(b)
	leaves.Begin()
	for r := range b.Rows {
		for _, v := range src.Values(r) {
			leaves.Read(v, func(name int, value string) { f.add(leaves.Name(name), value) })
		}
		f.next()
	}
	return f.apply(b)
}
