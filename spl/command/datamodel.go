package command

import (
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
	"spl/spl/knowledge"
)

var datamodelCommand = Command{
	Name:    "datamodel",
	Kind:    Generating,
	Summary: "Lists data models, shows how one is defined, or gives the events of a dataset.",
	Usage:   "datamodel [<model> [<dataset> [search | flat | acceleration_search]]] [strict_fields=<bool>]",
	Options: []Option{
		{"strict_fields", Bool, "true", "give only the fields of the dataset, not the others of the events"},
		{"summariesonly", Bool, "false", "accepted; there are no summaries, events are read"},
		{"allow_old_summaries", Bool, "false", "accepted"},
		{"include_reduced_buckets", Bool, "false", "accepted"},
	},
	Parse: parseDatamodel,
}

var datamodelGrammar = parser.NewGrammar[argList](parser.ArgTokens, "datamodel Endpoint Processes search")

// datamodelNode is datamodel.
type datamodelNode struct {
	model, part, mode string
	opts              *options
}

func parseDatamodel(c *Command, a *parser.Args) (Node, source.Errors) {
	names, o, errs := fieldArgs(c, a, datamodelGrammar)
	n := &datamodelNode{opts: o}
	for i, to := range []*string{&n.model, &n.part, &n.mode} {
		if i < len(names) {
			*to = names[i].Text
		}
	}
	if len(names) > 3 {
		errs = append(errs, source.Errorf(source.Syntax, names[3].Span, "`%s` cannot stand here: `datamodel` takes a model, a dataset and a mode", names[3].Text))
	}
	n.mode = strings.ToLower(n.mode)
	switch n.mode {
	case "", "search", "flat", "acceleration_search":
	default:
		errs = append(errs, source.Errorf(source.Syntax, names[2].Span, "`%s` is not a mode of `datamodel`", names[2].Text).
			WithHelp("its modes are search, flat and acceleration_search"))
	}
	return n, errs
}

func (n *datamodelNode) String() string {
	var words []string
	for _, w := range []string{n.model, n.part, n.mode} {
		if w != "" {
			words = append(words, parser.Word(w))
		}
	}
	return strings.TrimSpace(strings.Join(words, " ") + n.opts.String())
}

func (n *datamodelNode) Plan(p *Planning) *engine.Plan {
	if n.mode == "search" || n.mode == "flat" {
		return datasetRows{model: n.model, part: n.part, bare: n.mode == "flat", loose: !n.opts.bool("strict_fields", true)}.plan(p)
	}
	return &engine.Plan{
		Gives: engine.Makes("_raw"),
		Shape: engine.Events,
		Generate: func(*engine.Context) (batch.Source, error) {
			texts, err := n.texts(p.Knowledge)
			if err != nil || len(texts) == 0 {
				return engine.Rows(nil), err
			}
			b := batch.New(len(texts))
			b.Set("_raw", batch.Strings(texts))
			return engine.Rows{b}, nil
		},
	}
}

// texts are the definitions that are asked for. Choice: each is the JSON text of its
// file, in the field _raw of a row.
func (n *datamodelNode) texts(b *knowledge.Base) ([]string, error) {
	if n.model == "" {
		var out []string
		for _, name := range b.ModelNames() {
			out = append(out, b.Model(name).JSON)
		}
		return out, nil
	}
	ds, err := findDatasets(b, n.model, n.part)
	if err != nil {
		return nil, err
	}
	switch {
	case n.mode == "acceleration_search":
		return []string{accelerated(ds[0])}, nil
	case n.part != "":
		return []string{ds[0].JSON}, nil
	}
	return []string{b.Model(n.model).JSON}, nil
}

// accelerated words the search that would fill a summary of the dataset.
func accelerated(d *knowledge.Dataset) string {
	text := d.Constraint() + " | fields _time, host, source, sourcetype"
	var names []string
	for x := d; x != nil; x = x.Parent {
		var own []string
		for _, f := range x.Fields {
			own = append(own, parser.Word(f.Name))
		}
		names = append(own, names...)
	}
	if len(names) > 0 {
		text += ", " + strings.Join(names, ", ")
	}
	return text
}
