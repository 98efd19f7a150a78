package command

import (
	"strconv"
	"strings"

	"spl/eval/batch"
	"spl/eval/regex"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var makemvCommand = Command{
	Name:    "makemv",
	Kind:    DistributableStreaming,
	Summary: "Splits the text of a field into a multivalue.",
	Usage:   `makemv [delim="<text>" | tokenizer="<regex>"] [allowempty=<bool>] [setsv=<bool>] <field>`,
	Options: []Option{
		{"delim", Text, " ", "the text between values"},
		{"tokenizer", Text, "", "a regular expression; each match's first group is a value"},
		{"allowempty", Bool, "false", "keep empty values"},
		{"setsv", Bool, "false", "accepted; there is no single-value form beside the values"},
	},
	Parse: parseMakemv,
}

var nomvCommand = Command{
	Name:    "nomv",
	Kind:    DistributableStreaming,
	Summary: "Joins the values of a field to one text.",
	Usage:   "nomv <field>",
	Parse:   parseNomv,
}

// number is a whole number as the value of an option.
func number(n int) parser.Name { return parser.Name{Text: strconv.Itoa(n)} }

type makemvNode struct {
	field string
	opts  *options
	token *regex.Regexp
}

// parseMakemv reads without a participle grammar: a tokenizer may stand without
// quotes, tokenizer=(\S+).
func parseMakemv(c *Command, a *parser.Args) (Node, source.Errors) {
	args, errs := rawArgs(a)
	n := &makemvNode{}
	var opts []*option
	var fields []*parser.Name
	for _, x := range args {
		switch {
		case x.opt != nil:
			opts = append(opts, x.opt)
		case x.sub != nil:
			errs = append(errs, source.Errorf(source.Syntax, x.sub.At, "a subsearch cannot stand here"))
		default:
			fields = append(fields, x.text)
		}
	}
	n.opts = checkOptions(c, opts)
	errs = append(errs, n.opts.errs...)
	switch {
	case len(fields) == 0:
		errs = append(errs, source.Errorf(source.Syntax, source.At(a.Base), "`makemv` needs the name of a field").WithHelp(`for example: makemv delim="," user`))
	case len(fields) > 1:
		errs = append(errs, source.Errorf(source.Syntax, fields[1].Span, "`makemv` takes one field, and `%s` is a second", fields[1].Text))
	default:
		n.field = fields[0].Text
	}
	for _, o := range opts {
		if strings.EqualFold(o.Key.Text, "tokenizer") {
			var err error
			if n.token, err = regex.Compile(o.Value.Text, regex.Options{}); err != nil {
				errs = append(errs, patternFault(o.Value.Span, err))
			}
		}
	}
	return n, errs
}

func (n *makemvNode) String() string {
	return strings.TrimPrefix(n.opts.String()+" ", " ") + parser.Word(n.field)
}

func (n *makemvNode) Plan(p *Planning) *engine.Plan {
	p.joiners.forget(n.field)
	return &engine.Plan{
		Uses:      []string{n.field},
		Transient: true,
		Map: engine.Streaming(func(c *engine.Context) (engine.MapFunc, error) {
			split := n.splitter(c)
			return func(b *batch.Batch) (*batch.Batch, error) {
				col := b.Col(n.field)
				if !col.Any() {
					return b, nil
				}
				out := b.Clone()
				out.Set(n.field, splitValues(b, col, split))
				return out, nil
			}, nil
		}),
	}
}

// splitter gives the function that splits a value.
//
// Choice: of a multivalue each value is split; an empty text stays what it is; a
// text of which nothing is left has no value.
func (n *makemvNode) splitter(c *engine.Context) func(out []string, v string) []string {
	empty := n.opts.bool("allowempty", false)
	add := func(out []string, piece string) []string {
		if piece == "" && !empty {
			return out
		}
		return append(out, piece)
	}
	if n.token != nil {
		return func(out []string, v string) []string {
			err := n.token.Each(v, 0, func(loc []int) bool {
				at := min(2, len(loc)-2) // the first group, or all where there is none
				if loc[at] >= 0 {
					out = add(out, v[loc[at]:loc[at+1]])
				}
				return true
			})
			if err != nil {
				c.Notices.Add("regex", err.Error(), 1)
			}
			return out
		}
	}
	delim := n.opts.text("delim", " ")
	return func(out []string, v string) []string {
		if v == "" || delim == "" {
			return append(out, v)
		}
		for {
			piece, rest, more := strings.Cut(v, delim)
			out = add(out, piece)
			if !more {
				return out
			}
			v = rest
		}
	}
}

var nomvGrammar = parser.NewGrammar[argList](parser.NameTokens, "nomv user")

type nomvNode struct{ field string }

func parseNomv(c *Command, a *parser.Args) (Node, source.Errors) {
	field, _, errs := oneField(c, a, nomvGrammar, "")
	return &nomvNode{field}, errs
}

func (n *nomvNode) String() string { return parser.Word(n.field) }

// Plan joins with what the command said that made the values, else with line feeds.
func (n *nomvNode) Plan(p *Planning) *engine.Plan {
	delim := p.joiners.of(n.field)
	return &engine.Plan{
		Uses:      []string{n.field},
		Transient: true,
		Map: engine.Streaming(func(*engine.Context) (engine.MapFunc, error) {
			return func(b *batch.Batch) (*batch.Batch, error) {
				col := b.Col(n.field)
				if col == nil || col.Single() {
					return b, nil
				}
				bl := b.Builder()
				for r := range b.Rows {
					if vals := col.Values(r); len(vals) > 1 {
						bl.String(strings.Join(vals, delim))
					} else {
						bl.Append(vals...)
					}
				}
				out := b.Clone()
				out.Set(n.field, bl.Column())
				return out, nil
			}, nil
		}),
	}
}
