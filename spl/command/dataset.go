package command

import (
	"fmt"
	"strings"

	"spl/eval/batch"
	"spl/macros"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
	"spl/spl/knowledge"
)

// What the commands share that read data models.

// inputOf is the input of the search; one without events where there is none.
func inputOf(c *engine.Context) batch.Source {
	if c.Input == nil {
		return engine.Rows(nil)
	}
	return c.Input
}

// findDatasets are the datasets that Model or Model.Dataset names: without a dataset,
// all roots.
func findDatasets(b *knowledge.Base, model, part string) ([]*knowledge.Dataset, error) {
	m := b.Model(model)
	if m == nil {
		err := source.Errorf(source.UnknownArgument, source.Span{}, "Data model '%s' was not found", model)
		if near := Nearest(model, b.ModelNames()); near != "" {
			return nil, fmt.Errorf("%w; did you mean %s?", err, near)
		}
		return nil, fmt.Errorf("%w; give the app that defines it with --app", err)
	}
	if part == "" {
		return m.Roots(), nil
	}
	if d := m.Dataset(part); d != nil {
		return []*knowledge.Dataset{d}, nil
	}
	var names []string
	for _, d := range m.Datasets {
		names = append(names, d.Name)
	}
	if near := Nearest(part, names); near != "" {
		return nil, fmt.Errorf("data model '%s' has no dataset '%s'; did you mean %s?", model, part, near)
	}
	return nil, fmt.Errorf("data model '%s' has no dataset '%s'; it has %s", model, part, nameList(names))
}

// openDatasets makes the rows of datasets a source.
func openDatasets(c *engine.Context, p *Planning, model, part string, view knowledge.View) (*knowledge.DatasetSource, error) {
	ds, err := findDatasets(p.Knowledge, model, part)
	if err != nil {
		return nil, err
	}
	view.Datasets = ds
	if !c.Tracing {
		view.InText = InEventText
	}
	in := inputOf(c)
	for _, d := range ds {
		root := d.Root()
		if root.Origin != knowledge.Search && root.Origin != knowledge.Transaction {
			continue
		}
		if len(ds) > 1 {
			return nil, fmt.Errorf("data model '%s' has a root that is a search, `%s`; name the dataset that is meant: %s.%s", model, root.Name, model, root.Name)
		}
		if in, err = searchRows(c, p, root); err != nil {
			return nil, fmt.Errorf("dataset %s: %w", root.Title(), err)
		}
	}
	return p.Knowledge.Datasets(in, view)
}

// searchRows runs the search that a dataset is made of.
func searchRows(c *engine.Context, p *Planning, d *knowledge.Dataset) (batch.Source, error) {
	text, errs := macros.Expand(&source.File{Name: d.Title(), Text: d.BaseSearch}, p.Knowledge.Macros(), macros.Options{})
	if len(errs) > 0 {
		return nil, errs
	}
	pl, errs := Parser().Parse(text.Text.String)
	if errs = append(errs, Positions(pl)...); len(errs) > 0 {
		return nil, text.Text.Resolve(errs)
	}
	if len(pl.Stages) == 0 {
		return nil, fmt.Errorf("its search is empty")
	}
	return engine.Pulled(func(_ *batch.Scan, emit engine.Emit) error { return c.Stream(pl, 0, emit) }), nil
}

// datasetName takes the name of a dataset apart: Model.Dataset, perhaps with quotes
// around its parts.
func datasetName(parts []*parser.Name) (name string, fault *source.Error) {
	for i, p := range parts {
		if i > 0 && !strings.HasSuffix(name, ".") && !strings.HasPrefix(p.Text, ".") {
			return "", source.Errorf(source.Syntax, p.Span, "`%s` cannot stand after the name of a data model", p.Text)
		}
		name += p.Text
	}
	return name, nil
}
