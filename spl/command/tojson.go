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

var tojsonCommand = Command{
	Name:    "tojson",
	Kind:    DistributableStreaming,
	Summary: "Writes the fields of each row as a JSON object.",
	Usage:   "tojson [<field> | auto(<field>) | bool(<field>) | num(<field>) | str(<field>) | json(<field>) | none(<field>)]... [output_field=<field>]",
	Options: []Option{
		{"output_field", Text, "_raw", "the field to set"},
		{"default_type", Text, "auto", "the type of fields that have none: auto, bool, num, str, json, none"},
		{"fill_null", Bool, "false", "write null for what is missing or does not fit its type"},
		{"include_internal", Bool, "false", "take fields whose names begin with _ too"},
	},
	Parse: parseTojson,
}

type (
	tojsonTree struct {
		Args []*tojsonArg `parser:"( ','* @@ )* ','*"`
	}
	tojsonArg struct {
		Option *option      `parser:"  @@"`
		Call   *tojsonCall  `parser:"| @@"`
		Name   *parser.Name `parser:"| @@"`
	}
	tojsonCall struct {
		Type   parser.Name    `parser:"@@ '(':Op"`
		Fields []*parser.Name `parser:"( ','* @@ )* ','* ')':Op"`
	}
)

var tojsonGrammar = parser.NewGrammar[tojsonTree](parser.ArgTokens, "tojson str(id) num(count) output_field=json")

// tojsonItem is a field, perhaps with *, and how it is written; typed "" is the
// default type.
type tojsonItem struct{ field, typed string }

type tojsonNode struct {
	opts  *options
	items []tojsonItem
}

func parseTojson(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := tojsonGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &tojsonNode{}
	var opts []*option
	var errs source.Errors
	for _, x := range tree.Args {
		switch {
		case x.Option != nil:
			opts = append(opts, x.Option)
			if strings.EqualFold(x.Option.Key.Text, "default_type") {
				errs = append(errs, checkJSONType(&x.Option.Value)...)
			}
		case x.Call != nil:
			errs = append(errs, checkJSONType(&x.Call.Type)...)
			for _, f := range x.Call.Fields {
				n.items = append(n.items, tojsonItem{f.Text, strings.ToLower(x.Call.Type.Text)})
			}
		default:
			n.items = append(n.items, tojsonItem{x.Name.Text, ""})
		}
	}
	n.opts = checkOptions(c, opts)
	return n, append(errs, n.opts.errs...)
}

func checkJSONType(t *parser.Name) source.Errors {
	if _, ok := jsonTypes[strings.ToLower(t.Text)]; ok {
		return nil
	}
	return one(source.Errorf(source.UnknownFunction, t.Span, "`tojson` has no type `%s`", t.Text).WithHelp("its types are %s", strings.Join(sortedKeys(jsonTypes), ", ")))
}

func (n *tojsonNode) String() string {
	var parts []string
	for _, it := range n.items {
		if it.typed == "" {
			parts = append(parts, parser.Word(it.field))
		} else {
			parts = append(parts, it.typed+"("+parser.Word(it.field)+")")
		}
	}
	return strings.TrimSpace(strings.Join(parts, " ") + n.opts.String())
}

// rest says whether fields that no item names are written too: where no item asks
// for a field, or where a default type is asked for.
func (n *tojsonNode) rest() bool {
	return n.opts.given("default_type") || !slices.ContainsFunc(n.items, func(it tojsonItem) bool { return it.typed != "none" })
}

func (n *tojsonNode) reads(wanted batch.Fields) batch.Fields {
	if n.rest() {
		return batch.AllFields
	}
	for _, it := range n.items {
		if it.typed != "none" {
			wanted = wanted.Add(it.field)
		}
	}
	return wanted
}

func (n *tojsonNode) Plan(*Planning) *engine.Plan {
	return addsText(n.opts.text("output_field", "_raw"), n.reads, n.texts)
}

// addsText is the plan of a command that writes each row as a text into a field.
func addsText(field string, reads func(batch.Fields) batch.Fields, texts func(*batch.Batch) func(row int) string) *engine.Plan {
	return &engine.Plan{
		Gives: engine.Adds(field),
		Reads: reads,
		Map: engine.Streaming(func(*engine.Context) (engine.MapFunc, error) {
			return func(b *batch.Batch) (*batch.Batch, error) {
				text := texts(b)
				var bl batch.Builder
				bl.Grow(b.Rows)
				for r := range b.Rows {
					bl.String(text(r))
				}
				out := b.Clone()
				out.Set(field, bl.Column())
				return out, nil
			}, nil
		}),
	}
}

func (n *tojsonNode) texts(b *batch.Batch) func(row int) string {
	names, types := n.fieldsOf(b)
	null := n.opts.bool("fill_null", false)
	var text []byte
	return func(r int) string {
		text = append(text[:0], '{')
		for i, name := range names {
			start := len(text)
			if start > 1 {
				text = append(text, ',')
			}
			text = append(eval.AppendJSONText(text, name), ':')
			ok := false
			if vals := b.Col(name).Values(r); len(vals) > 0 {
				text, ok = jsonField(text, vals, types[i])
			}
			if !ok && null {
				text = append(text, "null"...)
			} else if !ok {
				text = text[:start]
			}
		}
		return string(append(text, '}'))
	}
}

// fieldsOf are the fields to write, in ASCII order, and their types.
func (n *tojsonNode) fieldsOf(b *batch.Batch) (names []string, types []jsonType) {
	internal := n.opts.bool("include_internal", false)
	if n.rest() || slices.ContainsFunc(n.items, func(it tojsonItem) bool { return isPattern(it.field) }) {
		b.Load()
	}
	all := slices.Clone(b.Names)
	for _, it := range n.items {
		if !isPattern(it.field) && !slices.Contains(all, it.field) {
			all = append(all, it.field)
		}
	}
	slices.Sort(all)
	for _, name := range all {
		if t := n.typeOf(name, internal); t != nil {
			names, types = append(names, name), append(types, t)
		}
	}
	return names, types
}

// typeOf is how a field is written; nil: not at all.
func (n *tojsonNode) typeOf(name string, internal bool) jsonType {
	def := jsonTypes[strings.ToLower(n.opts.text("default_type", "auto"))]
	for _, it := range n.items {
		_, match := batch.MatchStars(it.field, name)
		switch {
		case !match || batch.Internal(name) && isPattern(it.field) && !batch.Internal(it.field) && !internal:
		case it.typed == "":
			return def
		default:
			return jsonTypes[it.typed]
		}
	}
	if n.rest() && (internal || !batch.Internal(name)) {
		return def
	}
	return nil
}
