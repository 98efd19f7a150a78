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

var makejsonCommand = Command{
	Name:    "makejson",
	Kind:    DistributableStreaming,
	Summary: "Writes fields as a JSON object, with an object inside for names with dots.",
	Usage:   "makejson [<field>[(bool|int|float|string)]]... output=<field>",
	Options: []Option{{"output", Text, "", "the field to set"}},
	Parse:   parseMakejson,
}

type makejsonField struct {
	Name parser.Name  `parser:"@@"`
	Type *parser.Name `parser:"( '(':Op @@ ')':Op )?"`
}

var makejsonGrammar = parser.NewGrammar[mixed[makejsonField]](parser.ArgTokens, "makejson id(string), data.* output=json")

var makejsonTypes = map[string]jsonType{
	"": jsonAuto, "bool": jsonBool, "boolean": jsonBool, "int": jsonInt, "integer": jsonInt, "float": jsonNum, "string": jsonStr,
}

func jsonInt(out []byte, v string) ([]byte, bool) {
	x, ok := batch.ParseNumber(v)
	if !ok || x-x != 0 {
		return out, false
	}
	whole, _, _ := strings.Cut(batch.FormatNumber(x), ".")
	return append(out, whole...), true
}

type makejsonNode struct {
	items  []tojsonItem // none: all fields
	output string
}

func parseMakejson(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := makejsonGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &makejsonNode{}
	var errs source.Errors
	fields, opts := tree.part()
	for _, x := range fields {
		it := tojsonItem{field: x.Name.Text}
		if t := x.Type; t != nil {
			it.typed = strings.ToLower(t.Text)
			if _, ok := makejsonTypes[it.typed]; !ok || it.typed == "" {
				errs = append(errs, source.Errorf(source.UnknownFunction, t.Span, "`makejson` has no type `%s`", t.Text).WithHelp("its types are bool, int, float, string"))
			}
		}
		n.items = append(n.items, it)
	}
	o := checkOptions(c, opts)
	errs = append(errs, o.errs...)
	if n.output = o.text("output", ""); n.output == "" && len(errs) == 0 {
		errs = one(source.Errorf(source.Syntax, source.At(a.Base), "`makejson` needs output=<field>").WithHelp("for example: makejson id(string), data.* output=json"))
	}
	return n, errs
}

func (n *makejsonNode) String() string {
	var s string
	for _, it := range n.items {
		s += parser.Word(it.field)
		if it.typed != "" {
			s += "(" + it.typed + ")"
		}
		s += " "
	}
	return s + "output=" + parser.Word(n.output)
}

func (n *makejsonNode) reads(wanted batch.Fields) batch.Fields {
	wanted = wanted.Without(n.output)
	if len(n.items) == 0 {
		return batch.AllFields
	}
	for _, it := range n.items {
		wanted = wanted.Add(it.field)
	}
	return wanted
}

func (n *makejsonNode) Plan(*Planning) *engine.Plan {
	return addsText(n.output, n.reads, n.texts)
}

func (n *makejsonNode) texts(b *batch.Batch) func(row int) string {
	if len(n.items) == 0 || slices.ContainsFunc(n.items, func(it tojsonItem) bool { return isPattern(it.field) }) {
		b.Load()
	}
	items := n.items
	if len(items) == 0 {
		items = []tojsonItem{{field: "*"}}
	}
	var names []string
	types := map[string]jsonType{}
	for _, it := range items {
		for _, name := range expand(it.field, b.Names) {
			if types[name] == nil {
				names = append(names, name)
				types[name] = makejsonTypes[it.typed]
			}
		}
	}
	slices.Sort(names)
	return func(r int) string {
		top := &jsonObject{}
		for _, name := range names {
			vals := b.Col(name).Values(r)
			if len(vals) == 0 {
				continue
			}
			if text, ok := jsonField(nil, vals, types[name]); ok {
				top.set(strings.Split(name, "."), string(text))
			}
		}
		return string(top.append(nil))
	}
}

// jsonObject is a JSON object in the making: keys with their JSON texts, or with
// objects.
type jsonObject struct {
	keys  []string
	texts []string
	kids  []*jsonObject
}

// set puts a value at a path of keys. Where a key holds a value already, the rest of
// the path is one key beside it.
func (o *jsonObject) set(path []string, text string) {
	at := slices.Index(o.keys, path[0])
	switch {
	case len(path) == 1 && at < 0:
		o.add(path[0], text, nil)
	case len(path) == 1:
	case at < 0:
		kid := &jsonObject{}
		o.add(path[0], "", kid)
		kid.set(path[1:], text)
	case o.kids[at] != nil:
		o.kids[at].set(path[1:], text)
	default:
		o.set([]string{strings.Join(path, ".")}, text)
	}
}

func (o *jsonObject) add(key, text string, kid *jsonObject) {
	o.keys = append(o.keys, key)
	o.texts = append(o.texts, text)
	o.kids = append(o.kids, kid)
}

func (o *jsonObject) append(out []byte) []byte {
	out = append(out, '{')
	for i, key := range o.keys {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(eval.AppendJSONText(out, key), ':')
		if o.kids[i] != nil {
			out = o.kids[i].append(out)
		} else {
			out = append(out, o.texts[i]...)
		}
	}
	return append(out, '}')
}
