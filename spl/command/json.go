package command

import (
	"strings"

	"spl/eval"
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var fromjsonCommand = Command{
	Name:    "fromjson",
	Kind:    DistributableStreaming,
	Summary: "Makes a field of each key of a JSON object.",
	Usage:   "fromjson <field> [prefix=<text>]",
	Options: []Option{{"prefix", Text, "", "what to put in front of the names"}},
	Parse:   parseFromjson,
}

var fromjsonGrammar = parser.NewGrammar[argList](parser.ArgTokens, "fromjson msg prefix=msg_")

type fromjsonNode struct {
	field, prefix string
}

func parseFromjson(c *Command, a *parser.Args) (Node, source.Errors) {
	field, o, errs := oneField(c, a, fromjsonGrammar, "")
	return &fromjsonNode{field, o.text("prefix", "")}, errs
}

func (n *fromjsonNode) String() string {
	if n.prefix == "" {
		return parser.Word(n.field)
	}
	return parser.Word(n.field) + " prefix=" + parser.Quote(n.prefix)
}

// Plan sets a field for each key of the object.
//
// Choice: null gives no value; of a multivalue each value is looked into.
func (n *fromjsonNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Gives: opens,
		Reads: func(wanted batch.Fields) batch.Fields { return wanted.Add(n.field) },
		Map: engine.Streaming(func(*engine.Context) (engine.MapFunc, error) {
			return func(b *batch.Batch) (*batch.Batch, error) {
				src := b.Col(n.field)
				f := newFieldBuilders(b)
				for r := range b.Rows {
					for _, v := range src.Values(r) {
						eval.Members(v, func(key string, vals []string) { f.add(n.prefix+key, vals...) })
					}
					f.next()
				}
				return f.apply(b), nil
			}, nil
		}),
	}
}

// jsonType is how a value is written as JSON. ok is false for one that cannot be.
type jsonType func(out []byte, v string) (_ []byte, ok bool)

var jsonTypes = map[string]jsonType{
	"auto": jsonAuto, "bool": jsonBool, "num": jsonNum, "str": jsonStr, "json": jsonJSON, "none": nil,
}

// jsonAuto writes numbers, true and false as such, and embeds what is the JSON text
// of an object or array.
//
// Choice: the embedding.
func jsonAuto(out []byte, v string) ([]byte, bool) {
	if out, ok := jsonNum(out, v); ok {
		return out, true
	}
	if v == "true" || v == "false" {
		return append(out, v...), true
	}
	if t := strings.TrimLeft(v, " \t\r\n"); t != "" && (t[0] == '{' || t[0] == '[') {
		if out, ok := jsonJSON(out, v); ok {
			return out, true
		}
	}
	return eval.AppendJSONText(out, v), true
}

func jsonNum(out []byte, v string) ([]byte, bool) {
	x, ok := batch.ParseNumber(v)
	if !ok || x-x != 0 { // infinite
		return out, false
	}
	if s, ok := eval.CompactJSON(v); ok { // as it is spelt
		return append(out, s...), true
	}
	return append(out, batch.FormatNumber(x)...), true
}

func jsonBool(out []byte, v string) ([]byte, bool) {
	switch strings.ToLower(v) {
	case "true", "t", "yes", "y":
		return append(out, "true"...), true
	case "false", "f", "no", "n":
		return append(out, "false"...), true
	}
	x, ok := batch.ParseNumber(v)
	if !ok {
		return out, false
	}
	if x == 0 {
		return append(out, "false"...), true
	}
	return append(out, "true"...), true
}

func jsonStr(out []byte, v string) ([]byte, bool) { return eval.AppendJSONText(out, v), true }

func jsonJSON(out []byte, v string) ([]byte, bool) {
	s, ok := eval.CompactJSON(v)
	return append(out, s...), ok
}

// jsonField writes the values of a field: one as it is, several as an array. Values
// that cannot be written are left out; ok is false when none is left.
func jsonField(out []byte, vals []string, t jsonType) (_ []byte, ok bool) {
	if len(vals) == 1 {
		return t(out, vals[0])
	}
	start := len(out)
	out = append(out, '[')
	for _, v := range vals {
		next := out
		if ok {
			next = append(next, ',')
		}
		if next, good := t(next, v); good {
			out, ok = next, true
		}
	}
	if !ok {
		return out[:start], false
	}
	return append(out, ']'), true
}
