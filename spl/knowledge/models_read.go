package knowledge

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"spl/macros"
	"spl/parser"
	"spl/parser/source"
)

// The form of a model's file. What is not needed to search is not read.
type (
	modelJSON struct {
		Name        string            `json:"modelName"`
		DisplayName string            `json:"displayName"`
		Objects     []json.RawMessage `json:"objects"`
	}
	objectJSON struct {
		Name        string           `json:"objectName"`
		Parent      string           `json:"parentName"`
		Constraints []constraintJSON `json:"constraints"`
		Fields      []fieldJSON      `json:"fields"`
		Calculated  []calcJSON       `json:"calculations"`
		BaseSearch  string           `json:"baseSearch"`
		GroupBy     []string         `json:"groupByFields"`
		Group       []string         `json:"objectsToGroup"`
		MaxPause    any              `json:"transactionMaxPause"`
		MaxSpan     any              `json:"transactionMaxTimeSpan"`
	}
	constraintJSON struct {
		Search string `json:"search"`
		Owner  string `json:"owner"`
	}
	fieldJSON struct {
		Name     string `json:"fieldName"`
		Owner    string `json:"owner"`
		Type     string `json:"type"`
		Required bool   `json:"required"`
		Hidden   bool   `json:"hidden"`
	}
	calcJSON struct {
		Type       string            `json:"calculationType"`
		Owner      string            `json:"owner"`
		Expression string            `json:"expression"`
		InputField string            `json:"inputField"`
		Outputs    []fieldJSON       `json:"outputFields"`
		Lookup     string            `json:"lookupName"`
		Inputs     []lookupFieldJSON `json:"inputFields"`
		// LookupOutputs are the outputs of a lookup; some files have them in outputFields.
		LookupOutputs []fieldJSON `json:"lookupOutputFields"`
	}
	lookupFieldJSON struct {
		Input  string `json:"inputField"`
		Lookup string `json:"lookupField"`
	}
)

// modelReader makes a model of its file.
type modelReader struct {
	file   *source.File
	macros *macros.Set
	model  *Model
	errs   source.Errors
}

// readModel reads a model. It is nil when the file cannot be read at all; a dataset
// with a fault is there and says so when it is used.
func readModel(name, text string, set *macros.Set) (*Model, source.Errors) {
	r := &modelReader{file: &source.File{Name: name, Text: strings.TrimPrefix(text, "\ufeff")}, macros: set}
	var m modelJSON
	if err := json.Unmarshal([]byte(r.file.Text), &m); err != nil {
		r.broken(err, 0)
		return nil, r.errs
	}
	if m.Name == "" {
		m.Name = strings.TrimSuffix(path.Base(name), ".json")
	}
	r.model = &Model{Name: m.Name, DisplayName: m.DisplayName, JSON: r.file.Text}
	objects := make([]objectJSON, len(m.Objects))
	for i, raw := range m.Objects {
		if err := json.Unmarshal(raw, &objects[i]); err != nil {
			r.broken(err, strings.Index(r.file.Text, string(raw)))
			return nil, r.errs
		}
	}
	r.datasets(objects, m.Objects)
	return r.model, r.errs
}

// broken reports what is wrong with the JSON; at is where the part that was read
// begins in the file.
func (r *modelReader) broken(err error, at int) {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	msg := err.Error()
	switch {
	case errors.As(err, &syntax):
		at += int(syntax.Offset)
	case errors.As(err, &kind):
		at += int(kind.Offset)
		msg = fmt.Sprintf("%s cannot be a JSON %s", kind.Field, kind.Value)
	}
	r.fail(source.At(max(0, at-1)), "the data model cannot be read: %s", msg)
}

func (r *modelReader) fail(at source.Span, format string, args ...any) *source.Error {
	e := source.Errorf(source.Syntax, at, format, args...)
	e.File, e.Where = r.file, at
	r.errs = append(r.errs, e)
	return e
}

// place finds a text of the definition in the file.
func (r *modelReader) place(text string) source.Span {
	quoted, _ := json.Marshal(text)
	if i := strings.Index(r.file.Text, string(quoted)); i >= 0 {
		return source.Span{Start: i, End: i + len(quoted)}
	}
	return source.At(0)
}

// object is where an object of the model stands in the file.
func (r *modelReader) object(raw json.RawMessage) source.Span {
	i := max(0, strings.Index(r.file.Text, string(raw)))
	return source.Span{Start: i, End: min(i+len(raw), len(r.file.Text))}
}

// maxLineage bounds how deep datasets nest.
const maxLineage = 100

// datasets makes the datasets, parents first.
func (r *modelReader) datasets(objects []objectJSON, raw []json.RawMessage) {
	byName := map[string]int{}
	for i, o := range objects {
		if _, twice := byName[o.Name]; twice || o.Name == "" {
			r.fail(r.object(raw[i]), "data model `%s` has two datasets `%s`, or one without a name", r.model.Name, o.Name)
			continue
		}
		byName[o.Name] = i
	}
	made := map[string]*Dataset{}
	busy := map[string]bool{}
	var add func(i int, line []string) *Dataset
	add = func(i int, line []string) *Dataset {
		o := &objects[i]
		if d, ok := made[o.Name]; ok {
			return d
		}
		line = append(slices.Clone(line), o.Name)
		made[o.Name], busy[o.Name] = nil, true
		defer delete(busy, o.Name)
		d := &Dataset{Model: r.model, Name: o.Name, Lineage: o.Name, JSON: string(raw[i])}
		switch parent, known := byName[o.Parent]; {
		case isOrigin(o.Parent):
			d.Origin = Origin(o.Parent)
		case !known:
			d.fault = r.fail(r.place(o.Parent), "dataset `%s` of data model `%s` has the parent `%s`, which is not there", o.Name, r.model.Name, o.Parent)
			d.Origin = Impossible
		case busy[o.Parent]:
			r.fail(r.object(raw[i]), "dataset `%s` of data model `%s` descends from itself: %s", o.Name, r.model.Name, strings.Join(append(line, o.Parent), " is a part of "))
			return nil
		case len(line) > maxLineage:
			r.fail(r.object(raw[i]), "the datasets of data model `%s` nest more than %d deep", r.model.Name, maxLineage)
			return nil
		default:
			p := add(parent, line)
			if p == nil {
				return nil
			}
			d.Parent, d.Origin, d.Lineage, d.fault = p, p.Origin, p.Lineage+"."+d.Name, p.fault
			p.Children = append(p.Children, d)
		}
		made[o.Name] = d
		r.fill(d, o)
		r.model.Datasets = append(r.model.Datasets, d)
		return d
	}
	for i, o := range objects {
		if at, ok := byName[o.Name]; ok && at == i {
			add(i, nil)
		}
	}
}

func isOrigin(parent string) bool {
	switch Origin(parent) {
	case Events, Search, Transaction, Impossible:
		return true
	}
	return false
}

// fill reads what a dataset says of itself.
func (r *modelReader) fill(d *Dataset, o *objectJSON) {
	d.BaseSearch = o.BaseSearch
	if d.Origin == Transaction && d.Parent == nil {
		d.BaseSearch = transactionSearch(d.Model.Name, o)
	}
	for _, c := range o.Constraints {
		if !d.owns(c.Owner) || strings.TrimSpace(c.Search) == "" {
			continue
		}
		x, fault := r.constraint(c.Search)
		if fault != nil && d.fault == nil {
			d.fault = fault
		}
		d.constraints, d.texts = append(d.constraints, x), append(d.texts, c.Search)
	}
	for _, f := range o.Fields {
		if d.owns(f.Owner) && !isDefault(f.Name) {
			d.add(f)
		}
		if f.Required && d.owns(f.Owner) {
			d.required = append(d.required, f.Name)
		}
	}
	for i := range o.Calculated {
		c := &o.Calculated[i]
		if !d.owns(c.Owner) {
			continue
		}
		calc, fault := r.calculation(c)
		if fault != nil {
			if d.fault == nil {
				d.fault = fault
			}
			continue
		}
		d.calculations = append(d.calculations, calc)
		for _, f := range calc.fields {
			d.add(f)
		}
	}
}

// owns says whether something is the dataset's own and not inherited, by the owner
// that the file names.
func (d *Dataset) owns(owner string) bool {
	if owner == "" || owner == d.Lineage || owner == d.Name {
		return true
	}
	for x := d.Parent; x != nil; x = x.Parent {
		if owner == x.Name || owner == x.Lineage {
			return false
		}
	}
	return !isOrigin(owner)
}

func (d *Dataset) add(f fieldJSON) {
	for _, have := range d.Fields {
		if have.Name == f.Name {
			return
		}
	}
	if f.Name != "" {
		d.Fields = append(d.Fields, Field{Name: f.Name, Type: f.Type, Hidden: f.Hidden})
	}
}

// isDefault names the fields that keep their bare names in every dataset.
func isDefault(name string) bool {
	switch name {
	case "_time", "host", "source", "sourcetype":
		return true
	}
	return false
}

// constraint reads a search expression with macros in it.
func (r *modelReader) constraint(text string) (parser.SearchExpr, *source.Error) {
	at := r.place(text)
	f := &source.File{Name: r.file.Name, Text: text}
	exp, errs := macros.Expand(f, r.macros, macros.Options{})
	if len(errs) == 0 {
		noCommands := &parser.Parser{Lookup: func(string) (parser.Syntax, *source.Error) {
			return nil, source.Errorf(source.Unsupported, source.Span{}, "a subsearch cannot stand in a constraint")
		}}
		var x parser.SearchExpr
		if x, errs = parser.ParseSearch(&parser.Args{Command: "search", Text: exp.Text.String, Parser: noCommands}); len(errs) == 0 {
			return x, nil
		}
	}
	return nil, r.fail(at, "the constraint %s cannot be read: %s", text, errs[0].Message).WithHelp("%s", errs[0].Help)
}

// transactionSearch words the search that makes the rows of a transaction dataset.
func transactionSearch(model string, o *objectJSON) string {
	var b strings.Builder
	for i, g := range o.Group {
		if i == 0 {
			fmt.Fprintf(&b, "| from datamodel:%s", parser.Quote(model+"."+g))
			continue
		}
		fmt.Fprintf(&b, " | append [| from datamodel:%s]", parser.Quote(model+"."+g))
	}
	b.WriteString(" | transaction")
	for _, f := range o.GroupBy {
		b.WriteString(" " + parser.Word(f))
	}
	if s := jsonWord(o.MaxPause); s != "" {
		b.WriteString(" maxpause=" + parser.Word(s))
	}
	if s := jsonWord(o.MaxSpan); s != "" {
		b.WriteString(" maxspan=" + parser.Word(s))
	}
	return b.String()
}

func jsonWord(v any) string {
	if v == nil {
		return ""
	}
	return strings.TrimSpace(fmt.Sprint(v))
}

// readDir lists a folder; one that is not there is empty.
func readDir(from fs.FS, name string) ([]fs.DirEntry, error) {
	files, err := fs.ReadDir(from, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return files, err
}

// readText reads a file of an app that must not be too large.
func readText(app *App, name string) (string, *source.Error) {
	at := &source.File{Name: path.Join(app.Name, name)}
	f, err := app.FS.Open(name)
	if err != nil {
		return "", &source.Error{Code: source.Syntax, Message: "cannot be read: " + err.Error(), File: at}
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxConf+1))
	if err == nil && len(text) > maxConf {
		err = errors.New("it is too large")
	}
	if err != nil {
		return "", &source.Error{Code: source.Syntax, Message: "cannot be read: " + err.Error(), File: at}
	}
	return string(text), nil
}
