package command

import (
	"fmt"
	"math"
	"strings"

	"spl/eval"
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
	"spl/spl/knowledge"
)

var inputlookupCommand = Command{
	Name:     "inputlookup",
	Kind:     Generating,
	Anywhere: true,
	Summary:  "Gives the rows of a lookup table.",
	Usage:    "inputlookup [append=<bool>] [strict=<bool>] [start=<n>] [max=<n>] <table> [WHERE <search-expression>]",
	Options: []Option{
		{"append", Bool, "false", "put the rows behind those that come in"},
		{"strict", Bool, "false", "accepted; a table that does not exist is always an error"},
		{"start", Int, "0", "how many rows of the table to pass over"},
		{"max", Int, "1000000000", "how many rows to give at most"},
	},
	Parse: parseInputlookup,
}

var inputlookupGrammar = parser.NewGrammar[argList](parser.ArgTokens, "inputlookup assets.csv where owner=bob")

type inputlookupNode struct {
	name  *parser.Name
	opts  *options
	where parser.SearchExpr // nil: all
	pass  *eval.Search
	after bool // append=t behind other rows
}

func parseInputlookup(c *Command, a *parser.Args) (Node, source.Errors) {
	head, tail := cutWhere(a)
	name, opts, errs := oneLookup(c, head, inputlookupGrammar)
	if len(errs) > 0 {
		return nil, errs
	}
	n := &inputlookupNode{name: name, opts: opts, after: !a.First}
	for _, o := range []string{"start", "max"} {
		if opts.int(o, 0) < 0 {
			errs = append(errs, source.Errorf(source.Syntax, a.Span(), "`%s` of `inputlookup` must not be negative", o))
		}
	}
	if n.after && !opts.bool("append", false) {
		errs = append(errs, source.Errorf(source.Unsupported, head.Span(), "`inputlookup` makes rows of its own and must be the first command of a search").
			WithHelp("to put its rows behind those that come in, write append=true"))
	}
	if tail != nil && strings.TrimSpace(tail.Text) == "" {
		errs = append(errs, source.Errorf(source.Syntax, source.Span{Start: tail.Base - len("where"), End: tail.Base}, "the conditions are missing after WHERE").
			WithHelp("for example: inputlookup assets.csv WHERE owner=bob; without WHERE every row is taken"))
	}
	if tail != nil {
		var es source.Errors
		if n.where, es = parser.ParseSearch(tail); len(es) == 0 {
			n.pass, es = eval.CompileSearch(n.where)
		}
		errs = append(errs, es...)
	}
	return n, errs
}

// oneLookup reads options and the name of one lookup.
func oneLookup(c *Command, a *parser.Args, g *parser.Grammar[argList]) (*parser.Name, *options, source.Errors) {
	names, opts, errs := fieldArgs(c, a, g)
	switch {
	case len(errs) > 0:
	case len(names) == 0:
		errs = one(source.Errorf(source.Syntax, source.At(a.Base), "`%s` needs the name of a lookup table", c.Name).WithHelp("for example: %s assets.csv", c.Name))
	case len(names) > 1:
		errs = one(source.Errorf(source.Syntax, names[1].Span, "`%s` takes one lookup table, and `%s` comes after it", c.Name, names[1].Text).
			WithHelp("a name with spaces stands in double quotes"))
	}
	if len(errs) > 0 {
		return nil, opts, errs
	}
	return names[0], opts, nil
}

// cutWhere cuts the arguments at the word where; tail is nil where there is none.
func cutWhere(a *parser.Args) (head, tail *parser.Args) {
	end := a.Base + len(a.Text)
	inWord := false
	for i := 0; i < len(a.Text); i++ {
		switch c := a.Text[i]; {
		case c == '"':
			for i++; i < len(a.Text) && a.Text[i] != '"'; i++ {
				if a.Text[i] == '\\' {
					i++
				}
			}
			inWord = true
		case strings.IndexByte(" \t\r\n,", c) >= 0:
			inWord = false
		case !inWord && startsWithWord(a.Text[i:], "where"):
			at := a.Base + i
			return a.Part(source.Span{Start: a.Base, End: at}), a.Part(source.Span{Start: at + len("where"), End: end})
		default:
			inWord = true
		}
	}
	return a, nil
}

func startsWithWord(s, word string) bool {
	if len(s) < len(word) || !strings.EqualFold(s[:len(word)], word) {
		return false
	}
	return len(s) == len(word) || strings.IndexByte(" \t\r\n([\"", s[len(word)]) >= 0
}

func (n *inputlookupNode) String() string {
	s := trimLeadingSpace(n.opts.String() + " " + parser.Word(n.name.Text))
	if n.where != nil {
		s += " where " + n.where.String()
	}
	return s
}

// noRows says of a lookup by name that it is no table.
const noRows = "`%s` has no rows of its own: it works out an answer for each value that it is given"

// Check is part of [Checker].
func (n *inputlookupNode) Check(p *Planning) source.Errors {
	if l, err := p.Knowledge.Lookup(n.name.Text); err == nil && l.Computed() {
		return one(source.Errorf(source.UnknownArgument, n.name.Span, noRows, n.name.Text).
			WithHelp("use it as | lookup %s", n.name.Text))
	}
	return checkLookup(p, n.name)
}

// checkLookup says whether a lookup can be read.
func checkLookup(p *Planning, name *parser.Name) source.Errors {
	l, err := p.Knowledge.Lookup(name.Text)
	if err == nil {
		_, err = l.Table()
	}
	if err != nil {
		return one(lookupFault(name, err))
	}
	return nil
}

// lookupFault is the fault of a lookup that cannot be read.
func lookupFault(name *parser.Name, err error) *source.Error {
	e := source.Errorf(source.UnknownArgument, name.Span, "%s", err)
	e.Elsewhere = knowledge.IsElsewhere(err)
	return e
}

func (n *inputlookupNode) Plan(p *Planning) *engine.Plan {
	rows := func(c *engine.Context) ([]*batch.Batch, error) { return n.rows(c, p.Knowledge) }
	if !n.after {
		return &engine.Plan{
			Gives: engine.MakesAny,
			Shape: engine.Table,
			Generate: func(c *engine.Context) (batch.Source, error) {
				bs, err := rows(c)
				return engine.Rows(bs), err
			},
		}
	}
	return &engine.Plan{
		Gives: opens,
		Note:  "the rows of the table come behind all others",
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			return &appender{ctx: c, run: emits(func() ([]*batch.Batch, error) { return rows(c) })}, nil
		},
	}
}

// rows are those of the table that were asked for. Choice: start counts rows of the
// table, max those that pass the condition.
func (n *inputlookupNode) rows(c *engine.Context, base *knowledge.Base) ([]*batch.Batch, error) {
	l, err := base.Lookup(n.name.Text)
	if err != nil {
		return nil, fmt.Errorf("`inputlookup`: %w", err)
	}
	if l.Computed() { // nothing was checked where a search is compiled without knowledge
		return nil, fmt.Errorf("`inputlookup`: "+noRows, n.name.Text)
	}
	t, err := l.Table()
	if err != nil {
		return nil, fmt.Errorf("`inputlookup`: %w", err)
	}
	remark(c, t.RemarksOf(n.name.Text))
	left := n.opts.int("max", math.MaxInt32)
	var match *eval.Matcher
	if n.pass != nil {
		match = n.pass.Bind(c.Eval())
	}
	var out []*batch.Batch
	for _, b := range t.Batches(n.opts.int("start", 0), t.Rows) {
		if err := c.Err(); err != nil {
			return nil, err
		}
		if match != nil {
			b = keepRows(b, match.Rows(b))
		}
		if b == nil || b.Rows == 0 {
			continue
		}
		if b.Rows >= left {
			if left > 0 {
				out = append(out, b.First(left))
			}
			return out, nil
		}
		left -= b.Rows
		out = append(out, b)
	}
	return out, nil
}
