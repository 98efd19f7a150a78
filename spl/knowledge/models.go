package knowledge

import (
	"embed"
	"path"
	"slices"
	"strings"

	"spl/macros"
	"spl/parser"
	"spl/parser/source"
)

// Model is a data model: datasets, each with the events that belong to it and the
// names that their fields have in it (events-and-fields 3.9). It does not change.
type Model struct {
	Name        string
	DisplayName string
	// JSON is the text that defines it.
	JSON string
	// Builtin says that no app defines it: it is one of those of the Common
	// Information Model that spl brings along.
	Builtin bool
	// Datasets are in the order of the definition, parents before their children.
	Datasets []*Dataset
}

// Origin is where the rows of a root dataset come from.
type Origin string

// The origins, by the names that definitions have for them.
const (
	Events      Origin = "BaseEvent"       // the events that meet the constraints
	Search      Origin = "BaseSearch"      // the rows of a search
	Transaction Origin = "BaseTransaction" // the events of other datasets, in transactions
	Impossible  Origin = "BaseImpossible"  // nowhere: the dataset is empty
)

// Dataset is one object of a model.
type Dataset struct {
	Model *Model
	Name  string
	// Parent is the dataset that it is a part of; nil for a root.
	Parent *Dataset
	// Children are its parts.
	Children []*Dataset
	// Lineage is the dotted path of names from the root: what nodename holds, and the
	// prefix of the fields that the dataset owns.
	Lineage string
	// Origin is that of the root.
	Origin Origin
	// JSON is the part of the model's text that defines the dataset.
	JSON string
	// BaseSearch is the search of a dataset of origin Search or Transaction.
	BaseSearch string
	// Fields are those that the dataset owns, those of its calculations included.
	Fields []Field

	constraints  []parser.SearchExpr
	texts        []string // of the constraints, as written
	calculations []*calculation
	required     []string
	fault        *source.Error // why it cannot be used; nil
}

// Field is a field of a dataset, by its bare name.
type Field struct {
	Name string
	Type string
	// Hidden fields can be used but are not shown.
	Hidden bool
}

// Root is the dataset at the start of the lineage.
func (d *Dataset) Root() *Dataset {
	for d.Parent != nil {
		d = d.Parent
	}
	return d
}

// Title is the dataset with its model, as a search names it: Endpoint.Processes.
func (d *Dataset) Title() string { return d.Model.Name + "." + d.Name }

// line are the datasets from the root to d.
func (d *Dataset) line() []*Dataset {
	var out []*Dataset
	for x := d; x != nil; x = x.Parent {
		out = append(out, x)
	}
	slices.Reverse(out)
	return out
}

// Constraint is the search that the events of the dataset meet: all constraints
// along the lineage, each in parentheses, macros expanded.
func (d *Dataset) Constraint() string {
	var out []string
	for _, x := range d.line() {
		for _, c := range x.constraints {
			if c != nil {
				out = append(out, "("+c.String()+")")
			}
		}
	}
	if len(out) == 0 {
		return "*"
	}
	return strings.Join(out, " ")
}

// Roots are the datasets without a parent.
func (m *Model) Roots() []*Dataset {
	var out []*Dataset
	for _, d := range m.Datasets {
		if d.Parent == nil {
			out = append(out, d)
		}
	}
	return out
}

// Dataset finds a dataset by its name or its lineage; nil when there is none.
func (m *Model) Dataset(name string) *Dataset {
	for _, d := range m.Datasets {
		if d.Name == name || d.Lineage == name {
			return d
		}
	}
	return nil
}

// models are those of the apps, by name.
type models struct {
	byName map[string]*Model
	macros *macros.Set
}

//go:embed cim/*.json
var cim embed.FS

// Model finds a data model: that of an app, else the built-in one of that name; nil
// when there is none. A nil Base has those built in.
func (b *Base) Model(name string) *Model {
	if b != nil && b.models != nil {
		if m := b.models.byName[name]; m != nil {
			return m
		}
	}
	if strings.ContainsAny(name, "/\\") {
		return nil
	}
	text, err := cim.ReadFile("cim/" + name + ".json")
	if err != nil {
		return nil
	}
	m, _ := readModel("<built-in data model "+name+">", string(text), b.Macros()) // a test says that they have no faults
	if m != nil {
		m.Builtin = true
	}
	return m
}

// ModelNames are the names of all data models, in ASCII order.
func (b *Base) ModelNames() []string {
	var out []string
	if b != nil && b.models != nil {
		out = sortedNames(b.models.byName)
	}
	files, _ := cim.ReadDir("cim")
	for _, f := range files {
		out = append(out, strings.TrimSuffix(f.Name(), ".json"))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func sortedNames[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// modelFolders are where an app has its models, the strongest first.
var modelFolders = []string{"local/data/models", "default/data/models", "data/models"}

// loadModels reads the models of the apps. Of several of one name the first counts.
func loadModels(l *Layers, set *macros.Set) (*models, source.Errors) {
	m := &models{byName: map[string]*Model{}, macros: set}
	var errs source.Errors
	for i := range l.apps {
		for _, folder := range modelFolders {
			errs = append(errs, m.folder(&l.apps[i], folder)...)
		}
	}
	return m, errs
}

func (m *models) folder(app *App, folder string) source.Errors {
	files, err := readDir(app.FS, folder)
	if err != nil {
		return source.Errors{{Code: source.Syntax, Message: "cannot be read: " + err.Error(), File: &source.File{Name: path.Join(app.Name, folder)}}}
	}
	var errs source.Errors
	for _, f := range files {
		if f.IsDir() || !strings.HasSuffix(f.Name(), ".json") {
			continue
		}
		name := path.Join(folder, f.Name())
		text, fault := readText(app, name)
		if fault != nil {
			errs = append(errs, fault)
			continue
		}
		model, es := readModel(path.Join(app.Name, name), text, m.macros)
		errs = append(errs, es...)
		if model != nil && m.byName[model.Name] == nil {
			m.byName[model.Name] = model
		}
	}
	return errs
}
