package command

import (
	"strings"

	"spl/eval"
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

// Commands that ask an index about itself: here they look at the events of the input.
// Each stands for a search, which it plans as its own.

var metadataCommand = Command{
	Name:    "metadata",
	Kind:    Generating,
	Summary: "Lists the hosts, sources or sourcetypes of the events, with the times of the first and the last.",
	Usage:   "metadata type=hosts|sources|sourcetypes [index=<name>]...",
	Options: []Option{
		{"type", Text, "", "hosts, sources or sourcetypes"},
		{"index", Text, "*", "the indexes to look at, * allowed; may be given several times"},
		{"earliest", Text, "", "from this time on"},
		{"latest", Text, "", "up to this time"},
		{"splunk_server", Text, "", "accepted; there is one server"},
		{"splunk_server_group", Text, "", "accepted; there is one server"},
		{"datatype", Text, "", "accepted; there are no metrics"},
	},
	Parse: parseMetadata,
}

var metadataGrammar = parser.NewGrammar[optionsTree](parser.ArgTokens, "| metadata type=hosts index=main")

// standsFor is a command that stands for a search over the events of the input.
type standsFor struct {
	opts   *options
	search *parser.Pipeline
}

func (n *standsFor) String() string { return trimLeadingSpace(n.opts.String()) }

func (n *standsFor) Plan(p *Planning) *engine.Plan {
	plan := engine.Compose(Plans(n.search, p))
	plan.Front = true
	return plan
}

// newStandsFor reads the search that a command stands for.
func newStandsFor(o *options, search string, a *parser.Args) (Node, source.Errors) {
	n := &standsFor{opts: o}
	if len(o.errs) > 0 {
		return n, o.errs
	}
	var errs source.Errors
	n.search, errs = a.Subsearch("["+search+"]", a.Base-1)
	return n, errs
}

// indexTerms is the test for the indexes, and the times, that options name.
func indexTerms(o *options) string {
	var terms []string
	for _, x := range o.list {
		if strings.EqualFold(x.Key.Text, "index") {
			terms = append(terms, "index="+parser.Quote(x.Value.Text))
		}
	}
	out := "*"
	if len(terms) > 0 {
		out = "(" + strings.Join(terms, " OR ") + ")"
	}
	for _, name := range []string{"earliest", "latest"} {
		if t := o.text(name, ""); t != "" {
			out += " " + name + "=" + parser.Quote(t)
		}
	}
	return out
}

func parseMetadata(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := metadataGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	o := checkOptions(c, tree.Options)
	kind := strings.ToLower(o.text("type", ""))
	switch kind {
	case "hosts", "sources", "sourcetypes":
	default:
		o.errs = append(o.errs, source.Errorf(source.Syntax, a.Span(), "`metadata` needs a type: hosts, sources or sourcetypes").WithHelp("for example: | metadata type=hosts"))
		return nil, o.errs
	}
	field := strings.TrimSuffix(kind, "s")
	return newStandsFor(o, "search "+indexTerms(o)+
		" | stats min(_time) AS firstTime max(_time) AS lastTime count AS totalCount BY "+field+
		` | eval recentTime=lastTime, type="`+kind+`" | table firstTime lastTime recentTime totalCount type `+field, a)
}

var eventcountCommand = Command{
	Name:    "eventcount",
	Kind:    Generating,
	Summary: "Counts the events of the input.",
	Usage:   "eventcount [index=<name>]... [summarize=<bool>] [report_size=<bool>] [list_vix=<bool>]",
	Options: []Option{
		{"index", Text, "*", "the indexes to count, * allowed; may be given several times"},
		{"summarize", Bool, "true", "one row for all, else one an index"},
		{"report_size", Bool, "false", "accepted; an index has no size here"},
		{"list_vix", Bool, "true", "accepted; there are no virtual indexes"},
		{"list_federated_remote", Bool, "false", "accepted; there is one server"},
	},
	Parse: parseEventcount,
}

var eventcountGrammar = parser.NewGrammar[optionsTree](parser.ArgTokens, "| eventcount index=main summarize=false")

func parseEventcount(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := eventcountGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	o := checkOptions(c, tree.Options)
	search := "search " + indexTerms(o) + " | stats count"
	if !o.bool("summarize", true) {
		search += ` BY index | eval server="local" | table count index server`
	}
	return newStandsFor(o, search, a)
}

var metasearchCommand = Command{
	Name:    "metasearch",
	Kind:    Generating,
	Summary: "Finds events as search does, and gives where they come from without their text.",
	Usage:   "metasearch <search-expression>",
	Parse: func(c *Command, a *parser.Args) (Node, source.Errors) {
		n, errs := parseSearch(c, a)
		if t, ok := n.(*savedTerms); ok {
			_, errs = eval.CompileSearch(t.expr) // which says that it cannot be
			return nil, errs
		}
		s, _ := n.(*searchNode)
		return &metasearchNode{s}, errs
	},
}

type metasearchNode struct{ search *searchNode }

func (n *metasearchNode) String() string { return n.search.String() }

// metaFields are what is known of an event without its text.
var metaFields = []string{"host", "source", "sourcetype", "index", "splunk_server", "_time"}

func (n *metasearchNode) Plan(p *Planning) *engine.Plan {
	plan := n.search.Plan(p)

	fields := batch.FieldsOf(metaFields...)
	reads, find := plan.Reads, plan.Map
	plan.Gives = engine.Makes(metaFields...)
	plan.Reads = func(batch.Fields) batch.Fields { return reads(fields) }
	plan.Map = func(c *engine.Context) (engine.Operator, error) {
		op, err := find(c)
		return engine.Chain(op, engine.MapFunc(func(b *batch.Batch) (*batch.Batch, error) {
			out := &batch.Batch{Rows: b.Rows, Places: b.Places, From: b.From}
			for _, name := range metaFields {
				if c := b.Col(name); c != nil {
					out.Set(name, c)
				}
			}
			return out, nil
		})), err
	}
	return plan
}
