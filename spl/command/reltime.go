package command

import (
	"fmt"
	"math"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var reltimeCommand = Command{
	Name:    "reltime",
	Kind:    DistributableStreaming,
	Summary: "Sets the field reltime to how long ago an event was, in words.",
	Usage:   "reltime [timefield=<field>] [prefix=<text>]",
	Options: []Option{
		{"timefield", Text, "_time", "the field with the time"},
		{"prefix", Text, "", "what to put in front of the name reltime"},
	},
	Parse: parseReltime,
}

var reltimeGrammar = parser.NewGrammar[argList](parser.ArgTokens, "reltime timefield=lastSeen")

type reltimeNode struct{ from, prefix string }

func parseReltime(c *Command, a *parser.Args) (Node, source.Errors) {
	names, o, errs := fieldArgs(c, a, reltimeGrammar)
	if len(names) > 0 {
		errs = append(errs, source.Errorf(source.Syntax, names[0].Span, "`%s` cannot be read here as an argument of `reltime`", names[0].Text).WithHelp("for example: reltime timefield=%s", names[0]))
	}
	return &reltimeNode{o.text("timefield", "_time"), o.text("prefix", "")}, errs
}

func (n *reltimeNode) String() string {
	s := "timefield=" + parser.Word(n.from)
	if n.prefix != "" {
		s += " prefix=" + parser.Quote(n.prefix)
	}
	return s
}

func (n *reltimeNode) Plan(*Planning) *engine.Plan {
	name := n.prefix + "reltime"
	return &engine.Plan{
		Gives:     engine.Adds(name),
		Reads:     func(wanted batch.Fields) batch.Fields { return wanted.Without(name).Add(n.from) },
		Transient: true,
		Map: engine.Streaming(func(c *engine.Context) (engine.MapFunc, error) {
			now := float64(c.Now.UnixMicro()) / 1e6
			return func(b *batch.Batch) (*batch.Batch, error) {
				col := b.Col(n.from)
				bl := b.Builder()
				for r := range b.Rows {
					if t, ok := col.Number(r); ok {
						bl.String(ago(now - t))
					} else {
						bl.Null()
					}
				}
				out := b.Clone()
				out.Set(name, bl.Column())
				return out, nil
			}, nil
		}),
	}
}

// ago tells a number of seconds in the largest unit that fits, rounded down.
//
// Choice: the words for what is less than a second away, and for the future; a month
// has 30 days, a year 365.
func ago(seconds float64) string {
	n := math.Abs(seconds)
	if !(n >= 1) {
		return "now"
	}
	unit := "second"
	for _, u := range []struct {
		name string
		size float64
	}{{"year", 365 * 86400}, {"month", 30 * 86400}, {"day", 86400}, {"hour", 3600}, {"minute", 60}} {
		if n >= u.size {
			n, unit = n/u.size, u.name
			break
		}
	}
	s := fmt.Sprintf("%.0f %s", math.Floor(n), unit)
	if n >= 2 {
		s += "s"
	}
	if seconds < 0 {
		return s + " from now"
	}
	return s + " ago"
}
