package command

import (
	"strconv"
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

// The commands that look back on the rows before: accum, delta, autoregress.

var accumCommand = Command{
	Name:    "accum",
	Kind:    CentralizedStreaming,
	Summary: "Makes a running sum of a field.",
	Usage:   "accum <field> [AS <new-name>]",
	Parse:   parseAccum,
}

var deltaCommand = Command{
	Name:    "delta",
	Kind:    CentralizedStreaming,
	Summary: "Gives how much a field differs from its value in an earlier row.",
	Usage:   "delta <field> [AS <new-name>] [p=<n>]",
	Options: []Option{{"p", Int, "1", "how many rows before"}},
	Parse:   parseDelta,
}

var autoregressCommand = Command{
	Name:    "autoregress",
	Kind:    CentralizedStreaming,
	Summary: "Copies the values of a field in earlier rows into each row.",
	Usage:   "autoregress <field> [AS <new-name>] [p=<n> | p=<from>-<to>]",
	Options: []Option{{"p", Text, "1", "how many rows before, or from how many to how many"}},
	Parse:   parseAutoregress,
}

var (
	accumGrammar       = parser.NewGrammar[asTree](parser.NameTokens, "accum bytes AS total")
	deltaGrammar       = parser.NewGrammar[asTree](parser.NameTokens, "delta count AS change p=1")
	autoregressGrammar = parser.NewGrammar[asTree](parser.NameTokens, "autoregress count p=1-3")
)

// backNode is a command over rows in order that sets fields from one field.
type backNode struct {
	fieldAs
	opts *options
	// make gives the function for a run.
	make func() inOrder
}

func (n *backNode) String() string { return n.fieldAs.String() + n.opts.String() }

func (n *backNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Gives:  opens,
		Wants:  engine.Order,
		Note:   "each row sees those before it",
		Reads:  func(wanted batch.Fields) batch.Fields { return wanted.Add(n.field) },
		Reduce: func(*engine.Context) (engine.Operator, error) { return n.make(), nil },
	}
}

func parseAccum(c *Command, a *parser.Args) (Node, source.Errors) {
	f, o, errs := readAs(accumGrammar, c, a)
	return &backNode{f, o, func() inOrder { return accum(f) }}, errs
}

// accum adds up. Choice: a row without a number gets no sum, and keeps its text
// where the sum stands in the field itself.
func accum(f fieldAs) inOrder {
	sum := 0.0
	return func(b *batch.Batch) (*batch.Batch, error) {
		c := b.Col(f.field)
		var bl batch.Builder
		bl.Grow(b.Rows)
		for r := range b.Rows {
			v, ok := c.Number(r)
			switch {
			case ok:
				sum += v
				bl.String(batch.FormatNumber(sum))
			case f.as == "":
				bl.Append(c.Values(r)...)
			default:
				bl.Null()
			}
		}
		out := b.Clone()
		out.Set(f.name(f.field), bl.Column())
		return out, nil
	}
}

func parseDelta(c *Command, a *parser.Args) (Node, source.Errors) {
	f, o, errs := readAs(deltaGrammar, c, a)
	p := o.int("p", 1)
	if p < 1 || p > maxBack {
		errs = append(errs, source.Errorf(source.Syntax, a.Span(), "`delta` can look 1 to %d rows back, not %d", maxBack, p))
	}
	return &backNode{f, o, func() inOrder { return delta(f, p) }}, errs
}

// maxBack bounds how far delta and autoregress look back.
const maxBack = 100000

type maybeNumber struct {
	v  float64
	ok bool
}

// delta subtracts. Choice: where either value is missing there is no difference; no
// earlier row stands in for it.
func delta(f fieldAs, p int) inOrder {
	var before []maybeNumber // the last p
	return func(b *batch.Batch) (*batch.Batch, error) {
		c := b.Col(f.field)
		var bl batch.Builder
		bl.Grow(b.Rows)
		for r := range b.Rows {
			v, ok := c.Number(r)
			if len(before) < p || !ok || !before[0].ok {
				bl.Null()
			} else {
				bl.String(batch.FormatNumber(v - before[0].v))
			}
			before = append(before, maybeNumber{v, ok})
			if len(before) > p {
				before = before[1:]
			}
		}
		out := b.Clone()
		out.Set(f.name("delta("+f.field+")"), bl.Column())
		return out, nil
	}
}

func parseAutoregress(c *Command, a *parser.Args) (Node, source.Errors) {
	f, o, errs := readAs(autoregressGrammar, c, a)
	from, to, ok := backRange(o.text("p", "1"))
	switch {
	case !ok:
		errs = append(errs, source.Errorf(source.Syntax, a.Span(), "`%s` is no number of rows", o.text("p", "1")).WithHelp("for example: p=3, or p=1-5 for five fields"))
	case to > from && f.as != "":
		errs = append(errs, source.Errorf(source.Syntax, a.Span(), "AS gives one name, but p=%d-%d makes %d fields", from, to, to-from+1).WithHelp("without AS they are %s_p%d and so on", f.field, from))
	}
	return &backNode{f, o, func() inOrder { return autoregress(f, from, to) }}, errs
}

func backRange(s string) (from, to int, ok bool) {
	a, b, two := strings.Cut(s, "-")
	if !two {
		b = a
	}
	from, err1 := strconv.Atoi(a)
	to, err2 := strconv.Atoi(b)
	return from, to, err1 == nil && err2 == nil && from >= 1 && to >= from && to <= maxBack && to-from < 1000
}

func autoregress(f fieldAs, from, to int) inOrder {
	var before [][]string // the last ones, newest at the end
	return func(b *batch.Batch) (*batch.Batch, error) {
		c := b.Col(f.field)
		bls := make([]batch.Builder, to-from+1)
		for r := range b.Rows {
			for i := range bls {
				if at := len(before) - from - i; at >= 0 {
					bls[i].Append(before[at]...)
				} else {
					bls[i].Null()
				}
			}
			before = append(before, cloneStrings(c.Values(r)))
			if len(before) > to {
				before = before[1:]
			}
		}
		out := b.Clone()
		for i := range bls {
			out.Set(f.name(f.field+"_p"+strconv.Itoa(from+i)), bls[i].Column())
		}
		return out, nil
	}
}
