package command

import (
	"slices"
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
	"spl/spl/knowledge"
)

var tagsCommand = Command{
	Name: "tags", Kind: DistributableStreaming,
	Summary: "Adds the tags of field values.",
	Usage:   "tags [outputfield=<field>] [inclname=<bool>] [inclvalue=<bool>] [<field-list>]",
	Options: []Option{
		{"outputfield", Text, "", "one field for the tags of all fields; without it those of a field x are in tag::x"},
		{"inclname", Bool, "false", "with outputfield: the name of the field stands before each tag"},
		{"inclvalue", Bool, "false", "with outputfield: the value of the field stands before each tag"},
	},
	Parse: parseTags,
}

var tagsGrammar = parser.NewGrammar[argList](parser.ArgTokens, "tags outputfield=t host eventtype")

// tagsNode is tags.
type tagsNode struct {
	opts   *options
	fields []string // none: all that have tags
}

func parseTags(c *Command, a *parser.Args) (Node, source.Errors) {
	names, opts, errs := fieldArgs(c, a, tagsGrammar)
	return &tagsNode{opts, texts(names)}, errs
}

func (n *tagsNode) String() string {
	return strings.TrimSpace(n.opts.String() + " " + nameList(n.fields))
}

func (n *tagsNode) Plan(p *Planning) *engine.Plan {
	fields := n.fields
	if len(fields) == 0 {
		fields = p.Knowledge.TaggedFields()
	}
	out := n.opts.text("outputfield", "")
	return &engine.Plan{
		Gives: opens,
		Reads: func(wanted batch.Fields) batch.Fields { return wanted.Add(fields...) },
		Map: engine.Streaming(func(*engine.Context) (engine.MapFunc, error) {
			return func(b *batch.Batch) (*batch.Batch, error) {
				b = b.Clone()
				if out != "" {
					b.Set(out, n.together(p.Knowledge, b, fields))
					return b, nil
				}
				for _, f := range fields {
					if c := tagColumn(p.Knowledge, b, f); c.Any() {
						b.Set("tag::"+f, c)
					}
				}
				return b, nil
			}, nil
		}),
	}
}

// tagColumn is the tags of one field, in ASCII order.
func tagColumn(k *knowledge.Base, b *batch.Batch, field string) *batch.Column {
	col := b.Col(field)
	if col == nil {
		return nil
	}
	var bl batch.Builder
	for r := range b.Rows {
		var tags []string
		for _, v := range col.Values(r) {
			tags = append(tags, k.TagsOf(field, v)...)
		}
		slices.Sort(tags)
		bl.Append(slices.Compact(tags)...)
	}
	return bl.Column()
}

// together is the tags of all fields.
//
// Choice: they stand in ASCII order, as field::value::tag where both are asked for.
func (n *tagsNode) together(k *knowledge.Base, b *batch.Batch, fields []string) *batch.Column {
	name, value := n.opts.bool("inclname", false), n.opts.bool("inclvalue", false)
	var bl batch.Builder
	for r := range b.Rows {
		var tags []string
		for _, f := range fields {
			for _, v := range b.Col(f).Values(r) {
				for _, t := range k.TagsOf(f, v) {
					if value {
						t = v + "::" + t
					}
					if name {
						t = f + "::" + t
					}
					tags = append(tags, t)
				}
			}
		}
		slices.Sort(tags)
		bl.Append(slices.Compact(tags)...)
	}
	return bl.Column()
}

var typerCommand = Command{
	Name: "typer", Kind: DistributableStreaming,
	Summary: "Finds the event types of rows anew, by the fields that they have now.",
	Usage:   "typer [eventtypes=<name>[,<name>]...] [maxlen=<int>]",
	Options: []Option{
		{"eventtypes", Text, "", "the event types to look for, with commas between; all"},
		{"maxlen", Int, "10000", "accepted; the whole event is looked at"},
	},
	Parse: func(c *Command, a *parser.Args) (Node, source.Errors) {
		tree, err := typerGrammar.Parse(a)
		if err != nil {
			return nil, one(err)
		}
		n := &typerNode{checkOptions(c, tree.Options)}
		return n, n.opts.errs
	},
}

var typerGrammar = parser.NewGrammar[optionsTree](parser.ArgTokens, "typer")

// typerNode is typer.
type typerNode struct{ opts *options }

func (n *typerNode) String() string { return trimLeadingSpace(n.opts.String()) }

func (n *typerNode) Plan(p *Planning) *engine.Plan {
	var only []string
	for _, s := range strings.Split(n.opts.text("eventtypes", ""), ",") {
		if s = strings.TrimSpace(s); s != "" {
			only = append(only, s)
		}
	}
	reads := p.Knowledge.EventTypeFields()
	return &engine.Plan{
		Gives: engine.Adds("eventtype"),
		Reads: func(wanted batch.Fields) batch.Fields { return wanted.Add(reads...) },
		Map: engine.Streaming(func(c *engine.Context) (engine.MapFunc, error) {
			t := p.Knowledge.Typer(c.Eval(), only)
			return func(b *batch.Batch) (*batch.Batch, error) {
				types := t.Column(b)
				b = b.Clone()
				if b.Col("eventtype") != nil || types != nil {
					b.Set("eventtype", types)
				}
				return b, nil
			}, nil
		}),
	}
}
