package command

import (
	"strings"

	"spl/eval"
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
	"spl/spl/input"
)

var xmlkvCommand = Command{
	Name:    "xmlkv",
	Kind:    DistributableStreaming,
	Summary: "Makes fields of the elements of XML that hold text.",
	Usage:   "xmlkv [<field>] [maxinputs=<int>]",
	Options: []Option{{"maxinputs", Int, "50000", "accepted; all rows are done"}},
	Parse:   parseXmlkv,
}

var xmlunescapeCommand = Command{
	Name:    "xmlunescape",
	Kind:    DistributableStreaming,
	Summary: "Decodes the entities of XML: &lt; &gt; &amp; &quot; &apos;.",
	Usage:   "xmlunescape [<field>] [maxinputs=<int>]",
	Options: []Option{{"maxinputs", Int, "50000", "accepted; all rows are done"}},
	Parse:   parseXmlunescape,
}

var xpathCommand = Command{
	Name:    "xpath",
	Kind:    DistributableStreaming,
	Summary: "Extracts from XML what an XPath expression selects.",
	Usage:   `xpath [field=<field>] [outfield=<field>] [default=<text>] "<xpath>"`,
	Options: []Option{
		{"field", Text, "_raw", "the field with the XML"},
		{"outfield", Text, "xpath", "the field to set"},
		{"default", Text, "", "the value where nothing is selected"},
	},
	Parse: parseXpath,
}

var (
	xmlkvGrammar       = parser.NewGrammar[argList](parser.ArgTokens, "xmlkv")
	xmlunescapeGrammar = parser.NewGrammar[argList](parser.ArgTokens, "xmlunescape msg")
	xpathGrammar       = parser.NewGrammar[argList](parser.ArgTokens, `xpath outfield=name "//item/@name"`)
)

// xmlNode is xmlkv or xmlunescape.
type xmlNode struct {
	field string
	apply func(b *batch.Batch, field string) *batch.Batch
}

func parseXmlkv(c *Command, a *parser.Args) (Node, source.Errors) {
	field, _, errs := oneField(c, a, xmlkvGrammar, "_raw")
	return &xmlNode{field, xmlkv}, errs
}

func parseXmlunescape(c *Command, a *parser.Args) (Node, source.Errors) {
	field, _, errs := oneField(c, a, xmlunescapeGrammar, "_raw")
	return &xmlNode{field, xmlunescape}, errs
}

func (n *xmlNode) String() string { return parser.Word(n.field) }

func (n *xmlNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Gives: opens,
		Reads: func(wanted batch.Fields) batch.Fields { return wanted.Add(n.field) },
		Map: engine.Streaming(func(*engine.Context) (engine.MapFunc, error) {
			return func(b *batch.Batch) (*batch.Batch, error) { return n.apply(b, n.field), nil }, nil
		}),
	}
}

func xmlunescape(b *batch.Batch, field string) *batch.Batch {
	col := b.Col(field)
	if !col.Any() {
		return b
	}
	out := b.Clone()
	out.Set(field, mapValues(b, col, input.UnescapeXML))
	return out
}

// xmlkv overwrites fields of the names that it finds.
func xmlkv(b *batch.Batch, field string) *batch.Batch {
	col := b.Col(field)
	f := newFieldBuilders(b)
	for r := range b.Rows {
		for _, v := range col.Values(r) {
			elements(v, func(name, value string) { f.add(name, value) })
		}
		f.next()
	}
	return f.apply(b)
}

// elements gives the elements of a text, XML or not, that hold no others, with their
// text. Attributes are passed over.
//
// Choice: entities stay as they are written; an element that occurs again is another
// value; one without text has the empty text.
func elements(text string, emit func(name, value string)) {
	open, from := "", 0
	for i := 0; ; {
		n := strings.IndexByte(text[i:], '<')
		if n < 0 {
			return
		}
		at := i + n
		n = strings.IndexByte(text[at:], '>')
		if n < 0 {
			return
		}
		i = at + n + 1
		tag := text[at+1 : i-1]
		if name, ok := strings.CutPrefix(tag, "/"); ok {
			if name = strings.TrimSpace(name); name == open && open != "" {
				emit(open, text[from:at])
			}
			open = ""
			continue
		}
		if end := strings.IndexAny(tag, " \t\r\n"); end >= 0 {
			tag = tag[:end]
		}
		open, from = tag, i
		if text[i-2] == '/' || tag == "" || tag[0] == '?' || tag[0] == '!' {
			open = ""
		}
	}
}

type xpathNode struct {
	opts *options
	expr string
	path *eval.XPath
}

func parseXpath(c *Command, a *parser.Args) (Node, source.Errors) {
	names, o, errs := fieldArgs(c, a, xpathGrammar)
	switch {
	case len(errs) > 0:
		return nil, errs
	case len(names) == 0:
		return nil, one(source.Errorf(source.Syntax, source.At(a.Base), "the XPath expression of `xpath` is missing").WithHelp(`for example: xpath outfield=name "//item/@name"`))
	case len(names) > 1:
		return nil, one(source.Errorf(source.Syntax, names[1].Span, "`xpath` takes one expression, and `%s` is a second", names[1].Text).WithHelp("an expression with spaces stands in double quotes"))
	}
	path, err := eval.ParseXPath(names[0].Text)
	if err != nil {
		return nil, one(source.Errorf(source.Unsupported, names[0].Span, "%s", err).WithHelp(`paths with /, //, names, *, @name, text() and conditions such as [1], [@name="x"] are read`))
	}
	return &xpathNode{o, names[0].Text, path}, nil
}

func (n *xpathNode) String() string {
	return strings.TrimPrefix(n.opts.String()+" ", " ") + parser.Quote(n.expr)
}

// Plan sets the field to all that is selected. Where nothing is, it is the default
// or, without one, what it was.
func (n *xpathNode) Plan(*Planning) *engine.Plan {
	field, to := n.opts.text("field", "_raw"), n.opts.text("outfield", "xpath")
	return &engine.Plan{
		Gives: engine.Adds(to),
		Reads: func(wanted batch.Fields) batch.Fields { return wanted.Add(field) },
		Map: engine.Streaming(func(*engine.Context) (engine.MapFunc, error) {
			return func(b *batch.Batch) (*batch.Batch, error) {
				src, old := b.Col(field), b.Col(to)
				var bl batch.Builder
				bl.Grow(b.Rows)
				for r := range b.Rows {
					var found []string
					for _, v := range src.Values(r) {
						found = append(found, n.path.Find(v)...)
					}
					switch {
					case len(found) > 0:
						bl.Append(found...)
					case n.opts.given("default"):
						bl.String(n.opts.text("default", ""))
					default:
						bl.Append(old.Values(r)...)
					}
				}
				out := b.Clone()
				out.Set(to, bl.Column())
				return out, nil
			}, nil
		}),
	}
}
