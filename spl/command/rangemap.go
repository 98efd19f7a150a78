package command

import (
	"regexp"
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var rangemapCommand = Command{
	Name:    "rangemap",
	Kind:    DistributableStreaming,
	Summary: "Sets the field range to the name of the range that a number lies in.",
	Usage:   "rangemap field=<field> [<name>=<low>-<high>]... [default=<text>]",
	Options: []Option{
		{"field", Text, "", "the field with the number"},
		{"default", Text, "None", "the name where no range fits"},
	},
	Parse: parseRangemap,
}

type rangemapTree struct {
	Args []*option `parser:"( ','* @@ )* ','*"`
}

var rangemapGrammar = parser.NewGrammar[rangemapTree](parser.NameTokens, "rangemap field=count low=0-10 high=11-100 default=none")

type numberRange struct {
	name, text string
	low, high  float64
}

type rangemapNode struct {
	field  string
	def    string
	ranges []numberRange
}

// rangeText is two numbers with a minus between; each may have one of its own.
var rangeText = regexp.MustCompile(`^\s*([-+]?[0-9.]+(?:[eE][-+]?\d+)?)\s*-\s*([-+]?[0-9.]+(?:[eE][-+]?\d+)?)\s*$`)

func parseRangemap(_ *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := rangemapGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &rangemapNode{def: "None"}
	var errs source.Errors
	for _, o := range tree.Args {
		switch strings.ToLower(o.Key.Text) {
		case "field":
			n.field = o.Value.Text
		case "default":
			n.def = o.Value.Text
		default:
			r := numberRange{name: o.Key.Text, text: o.Value.Text}
			var ok bool
			if r.low, r.high, ok = bounds(r.text); !ok {
				errs = append(errs, source.Errorf(source.Syntax, o.Value.Span, "`%s` is not a range of numbers", o.Value.Text).WithHelp("for example: %s=0-10 or %s=-5--1", o.Key.String(), o.Key.String()))
			}
			n.ranges = append(n.ranges, r)
		}
	}
	if n.field == "" && len(errs) == 0 {
		errs = one(source.Errorf(source.Syntax, source.At(a.Base), "`rangemap` needs field=<field>").WithHelp("for example: rangemap field=count low=0-10 high=11-100 default=none"))
	}
	return n, errs
}

func bounds(s string) (low, high float64, ok bool) {
	m := rangeText.FindStringSubmatch(s)
	if m == nil {
		return 0, 0, false
	}
	low, ok1 := batch.ParseNumber(m[1])
	high, ok2 := batch.ParseNumber(m[2])
	return low, high, ok1 && ok2
}

func (n *rangemapNode) String() string {
	s := "field=" + parser.Word(n.field)
	for _, r := range n.ranges {
		s += " " + parser.Word(r.name) + "=" + parser.Word(r.text)
	}
	return s + " default=" + parser.Quote(n.def)
}

func (n *rangemapNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Gives:     engine.Adds("range"),
		Reads:     func(wanted batch.Fields) batch.Fields { return wanted.Without("range").Add(n.field) },
		Transient: true,
		Map: engine.Streaming(func(*engine.Context) (engine.MapFunc, error) {
			return func(b *batch.Batch) (*batch.Batch, error) {
				c := b.Col(n.field)
				bl := b.Builder()
				var names []string
				for r := range b.Rows {
					names = n.names(names[:0], c.Values(r))
					bl.Append(names...)
				}
				out := b.Clone()
				out.Set("range", bl.Column())
				return out, nil
			}, nil
		}),
	}
}

// names are the names of the ranges that some value lies in, each once, in the
// order of the ranges.
func (n *rangemapNode) names(out []string, vals []string) []string {
	for _, r := range n.ranges {
		for _, v := range vals {
			if x, ok := batch.ParseNumber(v); ok && r.low <= x && x <= r.high {
				out = append(out, r.name)
				break
			}
		}
	}
	if len(out) == 0 {
		out = append(out, n.def)
	}
	return out
}
