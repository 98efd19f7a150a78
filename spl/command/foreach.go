package command

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
	"spl/spl/spill"
)

var foreachCommand = Command{
	Name:    "foreach",
	Kind:    DistributableStreaming,
	Summary: "Runs a pipeline of streaming commands for each of several fields, or an eval for each value of one.",
	Usage:   "foreach [mode=multifield|multivalue|json_array|auto_collections] <field-list> [<option>]... [<template>]",
	Options: []Option{
		{"mode", Text, "multifield", "what to go through: fields, the values of a multivalue, or the elements of a JSON array"},
		{"fieldstr", Text, "<<FIELD>>", "what stands for the field's name in the template"},
		{"matchstr", Text, "<<MATCHSTR>>", "what stands for the text that the wildcards matched"},
		{"matchseg1", Text, "<<MATCHSEG1>>", "what stands for the text of the first wildcard"},
		{"matchseg2", Text, "<<MATCHSEG2>>", "what stands for the text of the second wildcard"},
		{"matchseg3", Text, "<<MATCHSEG3>>", "what stands for the text of the third wildcard"},
		{"itemstr", Text, "<<ITEM>>", "what stands for the value"},
		{"iterstr", Text, "<<ITER>>", "what stands for the number of the value, from 0"},
	},
	Parse: parseForeach,
}

type foreachTree struct {
	Args []*mapArg `parser:"( ','* @@ )* ','*"`
}

var foreachGrammar = parser.NewGrammar[foreachTree](parser.ArgTokens, "foreach user_* [eval <<FIELD>>=lower('<<FIELD>>')]")

// foreachNode keeps the template as text. It is parsed for each field (or value),
// and first with words in the place of what will stand there, to find faults early.
type foreachNode struct {
	c        *Command
	mode     string
	names    []string // fields, with wildcards
	template string
	opts     *options
	depth    int
	base     int // of the template in the query
}

func parseForeach(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := foreachGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &foreachNode{c: c, depth: a.Depth}
	var opts []*option
	var body *sub
	var errs source.Errors
	for _, x := range tree.Args {
		switch {
		case x.Option != nil:
			opts = append(opts, x.Option)
		case x.Sub != nil && body == nil:
			body = x.Sub
		case x.Sub != nil:
			errs = append(errs, source.Errorf(source.Syntax, x.Sub.span(), "`foreach` takes one template"))
		default:
			n.names = append(n.names, x.Name.Text)
		}
	}
	n.opts = checkOptions(c, opts)
	errs = append(errs, n.opts.errs...)
	n.mode = strings.ToLower(n.opts.text("mode", "multifield"))
	errs = append(errs, n.checkMode(a)...)
	switch {
	case body == nil:
		errs = append(errs, source.Errorf(source.Syntax, source.At(a.Base+len(a.Text)), "`foreach` needs a template in brackets").
			WithHelp("for example: foreach user_* [eval <<FIELD>>=lower('<<FIELD>>')]"))
	case len(n.names) == 0:
		errs = append(errs, source.Errorf(source.Syntax, source.At(a.Base), "`foreach` needs the names of fields").WithHelp("for example: foreach user_* [eval <<FIELD>>=lower('<<FIELD>>')]"))
	default:
		n.template, n.base = body.Text[1:len(body.Text)-1], body.Pos.Offset+1
		errs = append(errs, n.check(c, a, body)...)
	}
	return n, errs
}

func (n *foreachNode) checkMode(a *parser.Args) source.Errors {
	switch n.mode {
	case "multifield":
	case "multivalue", "json_array", "auto_collections":
		if len(n.names) > 1 {
			return one(source.Errorf(source.Syntax, a.Span(), "`foreach mode=%s` goes through the values of one field", n.mode))
		}
	default:
		return one(source.Errorf(source.Syntax, a.Span(), "`foreach` has no mode `%s`", n.mode).WithHelp("its modes are multifield, multivalue, json_array and auto_collections"))
	}
	return nil
}

// check parses the template with words, then with numbers, as long as what they stand
// for, so that places of faults are right. It is at fault when neither can be read.
func (n *foreachNode) check(c *Command, a *parser.Args, body *sub) source.Errors {
	p, errs := n.trial(a, 'z')
	if len(errs) > 0 {
		if q, again := n.trial(a, '1'); len(again) == 0 {
			p, errs = q, nil
		}
	}
	if len(errs) > 0 {
		return errs
	}
	if strings.TrimSpace(n.template) == "" {
		return one(source.Errorf(source.Syntax, source.At(n.base), "the template of `foreach` is empty"))
	}
	if n.mode != "multifield" && (len(p.Stages) != 1 || p.Stages[0].Command != "eval") {
		return one(source.Errorf(source.Syntax, p.Stages[len(p.Stages)-1].NameAt, "with mode=%s the template of `foreach` must be one eval", n.mode))
	}
	return append(checkStreaming(p, c), Positions(p)...)
}

func (n *foreachNode) trial(a *parser.Args, letter byte) (*parser.Pipeline, source.Errors) {
	text := n.template
	for _, s := range n.strings() {
		if s != "" {
			text = strings.ReplaceAll(text, s, strings.Repeat(string(letter), len(s)))
		}
	}
	p, errs := a.Subsearch("["+text+"]", n.base-1)
	for _, e := range errs { // which should speak of what was written
		for _, s := range n.strings() {
			if s != "" {
				word := strings.Repeat(string(letter), len(s))
				e.Message, e.Help = strings.ReplaceAll(e.Message, word, s), strings.ReplaceAll(e.Help, word, s)
			}
		}
	}
	return p, errs
}

// strings are what stands in the template for what changes.
func (n *foreachNode) strings() []string {
	var out []string
	for _, o := range n.c.Options[1:] {
		out = append(out, n.opts.text(o.Name, o.Default))
	}
	return out
}

func (n *foreachNode) String() string {
	return trimLeadingSpace(n.opts.String() + " " + nameList(n.names) + " [" + n.template + "]")
}

func (n *foreachNode) Plan(p *Planning) *engine.Plan {
	if n.mode != "multifield" {
		return n.planValues(p)
	}
	if !slices.ContainsFunc(n.names, isPattern) {
		if plan := n.planNamed(p); plan != nil {
			return plan
		}
	}
	table := false
	return &engine.Plan{
		Gives: opens,
		Wants: engine.Order,
		Comes: func(t bool) { table = t },
		Note:  "a wildcard has to see which fields all rows have",
		Reads: func(batch.Fields) batch.Fields { return batch.AllFields },
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			return holdRows(c, "foreach", func(rows *spill.Rows, emit engine.Emit) error {
				for _, f := range n.fields(rows.Fields()) {
					body, err := n.body(f)
					if err != nil && leaveOut(c, err) {
						continue
					}
					if err != nil {
						return err
					}
					next := c.Budget.NewRows("`foreach`")
					err = c.Pipe(body, rows, table, next.Add)
					rows.Close()
					if err != nil {
						return err
					}
					rows = next
				}
				return rows.Drain(emit)
			}), nil
		},
	}
}

// planNamed plans a list without wildcards: the fields are known, so their templates
// run row by row, one after the other. Nil when one of them cannot be planned yet.
func (n *foreachNode) planNamed(p *Planning) *engine.Plan {
	var plans []*engine.Plan
	for _, f := range n.fields(nil) {
		body, err := n.body(f)
		if err != nil || pending(body) {
			return nil
		}
		plans = append(plans, Plans(body, p)...)
	}
	if slices.ContainsFunc(plans, func(p *engine.Plan) bool { return p.Reduce != nil || p.Map == nil }) {
		return nil
	}
	return engine.Compose(plans)
}

// eachField is a field that the template runs for.
type eachField struct {
	name  string
	stars []string
}

// fields gives those that the list names, of all that there are. Choice: names and
// patterns in the order of the list, what a pattern matches in ASCII order, each
// field once.
func (n *foreachNode) fields(all []string) []eachField {
	var out []eachField
	seen := map[string]bool{}
	add := func(f eachField) {
		if !seen[f.name] {
			seen[f.name] = true
			out = append(out, f)
		}
	}
	for _, p := range n.names {
		if !isPattern(p) {
			add(eachField{name: p})
			continue
		}
		for _, name := range all {
			if batch.MatchName(p, name) {
				stars, _ := batch.MatchStars(p, name)
				add(eachField{name, stars})
			}
		}
	}
	return out
}

// body is the template's pipeline for one field.
func (n *foreachNode) body(f eachField) (*parser.Pipeline, error) {
	text := func(name, def string) string { return n.opts.text(name, def) }
	pairs := []string{text("fieldstr", "<<FIELD>>"), f.name, text("matchstr", "<<MATCHSTR>>"), strings.Join(f.stars, "")}
	for i, name := range []string{"matchseg1", "matchseg2", "matchseg3"} {
		seg := ""
		if i < len(f.stars) {
			seg = f.stars[i]
		}
		pairs = append(pairs, text(name, "<<MATCHSEG"+name[8:]+">>"), seg)
	}
	return n.parse(pairs, "field `"+f.name+"`")
}

// unreadable is the fault of a template for one field or value, which makes no sense of
// it. Splunk says so and goes on with the others.
type unreadable string

func (u unreadable) Error() string { return string(u) }

// leaveOut tells of a fault that is of one field or value alone.
func leaveOut(c *engine.Context, err error) bool {
	var u unreadable
	if !errors.As(err, &u) {
		return false
	}
	c.Notices.Add("foreach", u.Error(), 1)
	return true
}

// parse reads the template with texts put in, given as pairs of what to replace and
// what with.
func (n *foreachNode) parse(pairs []string, what string) (*parser.Pipeline, error) {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i] == "" {
			return nil, fmt.Errorf("foreach: what stands for a name in the template cannot be empty")
		}
	}
	text := strings.NewReplacer(pairs...).Replace(n.template)
	a := &parser.Args{Command: "foreach", Text: text, Depth: n.depth, Parser: Parser()}
	p, errs := a.Subsearch("["+text+"]", -1)
	if len(errs) > 0 {
		return nil, unreadable(fmt.Sprintf("foreach leaves %s out, for which its template cannot be read: %s: %s", what, shortened(text), errs[0].Message))
	}
	return p, nil
}
