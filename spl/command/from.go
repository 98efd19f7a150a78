package command

import (
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
	"spl/spl/knowledge"
)

var fromCommand = Command{
	Name:    "from",
	Kind:    Generating,
	Summary: "Gives the events of a data model, the rows of a lookup table, or of a saved search.",
	Usage:   "from datamodel:<model>[.<dataset>] | from lookup:<table> | from savedsearch:<name>",
	Parse:   parseFrom,
}

// fromArgs is kind:name or kind name, the name perhaps in several quoted parts.
type fromArgs struct {
	Kind  *parser.Name   `parser:"@@"`
	Parts []*parser.Name `parser:"@@*"`
}

var fromArgsGrammar = parser.NewGrammar[fromArgs](parser.ArgTokens, "from datamodel:Endpoint.Processes")

const fromHelp = "for example: from datamodel:Endpoint.Processes, or from lookup:assets.csv"

func parseFrom(_ *Command, a *parser.Args) (Node, source.Errors) {
	if f := datasetFunction(a); f != nil {
		return nil, one(f)
	}
	tree, err := fromArgsGrammar.Parse(a)
	if err != nil {
		return nil, one(err)
	}
	kind, name := tree.Kind.Text, ""
	colon := false
	if tree.Kind.Bare() {
		kind, name, colon = strings.Cut(kind, ":")
	}
	parts := tree.Parts
	if !colon && len(parts) > 0 && parts[0].Bare() && strings.HasPrefix(parts[0].Text, ":") { // datamodel :X
		first := *parts[0]
		first.Text = first.Text[1:]
		parts = append([]*parser.Name{&first}, parts[1:]...)
	}
	if name != "" {
		parts = append([]*parser.Name{{Text: name, Span: tree.Kind.Span}}, parts...)
	}
	name, err = datasetName(parts)
	if err != nil {
		return nil, one(err)
	}
	if name == "" {
		return nil, one(source.Errorf(source.Syntax, a.Span(), "the name of the dataset is missing").WithHelp(fromHelp))
	}
	switch strings.ToLower(kind) {
	case "datamodel":
		model, part, _ := strings.Cut(name, ".")
		return &fromNode{kind: "datamodel", name: name, rows: datasetRows{model: model, part: part, bare: true}}, nil
	case "lookup", "inputlookup":
		return fromOther(a, "lookup", "inputlookup", name)
	case "savedsearch":
		return fromOther(a, "savedsearch", "savedsearch", name)
	}
	return nil, one(source.Errorf(source.Unsupported, tree.Kind.Span, "`from` does not know datasets of the kind `%s`", kind).WithHelp(fromHelp))
}

// fromOther reads the dataset by the command that knows its kind.
func fromOther(a *parser.Args, kind, command, name string) (Node, source.Errors) {
	c, err := Find(command)
	if err != nil {
		return nil, one(source.Errorf(source.Unsupported, a.Span(), "`from %s:` is not supported", kind).WithHelp(fromHelp))
	}
	in := *a
	in.Command, in.Text = command, parser.Quote(name)
	node, errs := syntax{c}.ParseArgs(&in)
	for _, e := range errs {
		e.Span = a.Span()
	}
	if len(errs) > 0 {
		return nil, errs
	}
	return &fromNode{kind: kind, name: name, other: node.(Node)}, nil
}

// fromNode is from.
type fromNode struct {
	kind, name string
	rows       datasetRows
	other      Node // another command that does the work; nil for a data model
}

func (n *fromNode) String() string { return n.kind + ":" + parser.Quote(n.name) }

func (n *fromNode) Plan(p *Planning) *engine.Plan {
	if n.other != nil {
		return n.other.Plan(p)
	}
	return n.rows.plan(p)
}

// datasetRows are the events of a dataset as rows of a search.
type datasetRows struct {
	model, part string
	bare        bool // fields without the lineage in front
	loose       bool // the other fields of events, too
}

func (d datasetRows) plan(p *Planning) *engine.Plan {
	return &engine.Plan{
		Gives: engine.MakesAny,
		Shape: engine.Events,
		Front: true,
		Generate: func(c *engine.Context) (batch.Source, error) {
			return openDatasets(c, p, d.model, d.part, knowledge.View{
				Bare: d.bare, Loose: d.loose, Env: c.Eval,
				Notice: func(code, msg string) { c.Notices.Add(code, msg, 1) },
			})
		},
	}
}
