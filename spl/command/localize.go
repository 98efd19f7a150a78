package command

import (
	"slices"

	"spl/eval/batch"
	"spl/eval/timefmt"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var localizeCommand = Command{
	Name:    "localize",
	Kind:    Transforming,
	Summary: "Gives the time ranges in which events follow each other closely, for map.",
	Usage:   "localize [maxpause=<span>] [timeafter=<span>] [timebefore=<span>]",
	Options: []Option{
		{"maxpause", Text, "1m", "the longest time between two events of a range"},
		{"timeafter", Text, "30s", "added to the end of a range"},
		{"timebefore", Text, "30s", "taken from the start of a range"},
	},
	Parse: parseLocalize,
}

var localizeGrammar = parser.NewGrammar[optionsTree](parser.ArgTokens, "localize maxpause=5m")

// localizeNode is localize.
type localizeNode struct {
	opts                 *options
	pause, after, before float64 // seconds
}

func parseLocalize(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := localizeGrammar.Parse(a)
	if err != nil {
		return nil, one(err)
	}
	n := &localizeNode{opts: checkOptions(c, tree.Options), pause: 60, after: 30, before: 30}
	errs := n.opts.errs
	for _, x := range tree.Options {
		def := c.option(x.Key.Text)
		if def == nil {
			continue
		}
		seconds, ok := batch.ParseNumber(x.Value.Text)
		if !ok {
			span, err := timefmt.ParseSpan(x.Value.Text)
			seconds, ok = span.Seconds(), err == nil
		}
		if !ok || seconds < 0 {
			errs = append(errs, source.Errorf(source.Syntax, x.Value.Span, "`%s` of `localize` must be a length of time, not `%s`", def.Name, x.Value.Text).WithHelp("for example: %s=5m", def.Name))
			continue
		}
		switch def.Name {
		case "maxpause":
			n.pause = seconds
		case "timeafter":
			n.after = seconds
		case "timebefore":
			n.before = seconds
		}
	}
	return n, errs
}

func (n *localizeNode) String() string { return trimLeadingSpace(n.opts.String()) }

func (n *localizeNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Gives:  engine.Makes("starttime", "endtime"),
		Shape:  engine.Table,
		Makes:  true,
		Reads:  func(batch.Fields) batch.Fields { return batch.FieldsOf("_time") },
		Reduce: func(c *engine.Context) (engine.Operator, error) { return &localize{ctx: c, node: n}, nil },
	}
}

// localize holds the times of all events.
type localize struct {
	ctx   *engine.Context
	node  *localizeNode
	times []float64
}

func (l *localize) Push(b *batch.Batch, _ engine.Emit) error {
	times := b.Col("_time")
	before := len(l.times)
	for r := range b.Rows {
		if t, ok := times.Number(r); ok {
			l.times = append(l.times, t)
		}
	}
	return l.ctx.Budget.Grow(int64(len(l.times)-before)*8, "localize")
}

// Flush gives the ranges. Choice: the newest comes first, as events do; ranges that
// overlap only by what was added to them stay apart.
func (l *localize) Flush(emit engine.Emit) error {
	slices.Sort(l.times)
	slices.Reverse(l.times)
	var starts, ends []string
	for from, i := 0, 1; i <= len(l.times); i++ {
		if i < len(l.times) && l.times[i-1]-l.times[i] <= l.node.pause {
			continue
		}
		starts = append(starts, batch.FormatNumber(l.times[i-1]-l.node.before))
		ends = append(ends, batch.FormatNumber(l.times[from]+l.node.after))
		from = i
	}
	if len(starts) == 0 {
		return nil
	}
	out := batch.New(len(starts))
	out.Set("starttime", batch.Strings(starts))
	out.Set("endtime", batch.Strings(ends))
	return emit(out)
}
