package knowledge

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"spl/eval"
	"spl/eval/batch"
	"spl/macros"
	"spl/spl/input"
)

// The built-in models have no faults, and their searches compile.
func TestBuiltinModels(t *testing.T) {
	var none *Base
	names := none.ModelNames()
	if len(names) < 25 {
		t.Fatalf("only %d models", len(names))
	}
	for _, name := range names {
		text, _ := cim.ReadFile("cim/" + name + ".json")
		m, errs := readModel(name, string(text), macros.Builtin())
		if len(errs) > 0 || m == nil {
			t.Errorf("%s: %v", name, errs)
			continue
		}
		if m.Name != name {
			t.Errorf("%s is called %s", name, m.Name)
		}
		if _, err := none.Datasets(nil, View{Datasets: m.Roots(), Tree: true}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if none.Model("Nothing") != nil || none.Model("../Web") != nil {
		t.Error("a model that is not there was found")
	}
}

const animals = `{"modelName":"Animals","objects":[
 {"objectName":"Cats","parentName":"Mammals","constraints":[{"search":"kind=cat","owner":"Mammals.Cats"}],
  "fields":[{"fieldName":"name","owner":"Mammals"},{"fieldName":"lives","owner":"Mammals.Cats","required":true}]},
 {"objectName":"Mammals","parentName":"BaseEvent","constraints":[{"search":"` + "`zoo`" + ` legs=4","owner":"Mammals"}],
  "fields":[{"fieldName":"_time","owner":"BaseEvent"},{"fieldName":"host","owner":"BaseEvent"},{"fieldName":"name","owner":"Mammals"},{"fieldName":"kind"}],
  "calculations":[
   {"calculationType":"Eval","owner":"Mammals","expression":"upper(name)","outputFields":[{"fieldName":"loud"}]},
   {"calculationType":"Eval","owner":"Mammals","expression":"loud . \"!\"","outputFields":[{"fieldName":"loud"}]},
   {"calculationType":"Rex","owner":"Mammals","inputField":"loud","expression":"(?<initial>^.)","outputFields":[{"fieldName":"initial"}]},
   {"calculationType":"Eval","owner":"Mammals","expression":"if(isnull(owner) OR owner=\"\",\"unknown\",owner)","outputFields":[{"fieldName":"owner"}]}]},
 {"objectName":"Unicorns","parentName":"BaseImpossible","fields":[{"fieldName":"horn"}]}
]}`

func animalBase(t *testing.T) *Base {
	t.Helper()
	b, errs := Load([]App{{Name: "zoo", FS: fstest.MapFS{
		"default/data/models/Animals.json": {Data: []byte(animals)},
		"default/data/models/notes.txt":    {Data: []byte("no model")},
		"default/macros.conf":              {Data: []byte("[zoo]\ndefinition = index=zoo\n")},
	}}}, Options{})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return b
}

const animalEvents = `{"index":"zoo","legs":4,"kind":"cat","name":"tom","lives":9,"owner":"ann"}
{"index":"zoo","legs":4,"kind":"cat","name":"ghost"}
{"index":"zoo","legs":4,"kind":"dog","name":"rex","owner":""}
{"index":"zoo","legs":2,"kind":"bird","name":"polly"}
{"index":"wild","legs":4,"kind":"cat","name":"leo","lives":1}
{"_datamodel":"Animals.Cats","name":"felix","Mammals.kind":"lion"}
{"_datamodel":"animals","Mammals.name":"fido"}
{"_datamodel":"Other.Cats","legs":4,"name":"none"}
`

// showView reads all rows of a view as texts.
func showView(t *testing.T, b *Base, v View, fields ...string) []string {
	t.Helper()
	v.Env = func() *eval.Env { return &eval.Env{} }
	in := input.New([]input.File{input.FromText("a", animalEvents, input.Meta{})}, input.Options{})
	src, err := b.Datasets(in, v)
	if err != nil {
		t.Fatal(err)
	}
	r, err := src.Open(context.Background(), &batch.Scan{Fields: batch.FieldsOf(fields...)})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var out []string
	for {
		p, err := r.Next()
		if err != nil {
			return out
		}
		_ = p.Each(func(b *batch.Batch) bool {
			for row := range b.Rows {
				var vals []string
				for _, f := range fields {
					vals = append(vals, strings.Join(b.Col(f).Values(row), "+"))
				}
				out = append(out, strings.Join(vals, " "))
			}
			return true
		})
	}
}

// Inheritance, names, calculations and membership (events-and-fields 3.9).
func TestModelRows(t *testing.T) {
	b := animalBase(t)
	m := b.Model("Animals")
	f := func(v View, fields string, want ...string) {
		t.Helper()
		if got := showView(t, b, v, strings.Fields(fields)...); !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", fields, got, want)
		}
	}
	root := []*Dataset{m.Dataset("Mammals")}
	cats := []*Dataset{m.Dataset("Mammals.Cats")}
	f(View{Datasets: root, Tree: true}, "Mammals.name Mammals.loud Mammals.initial Mammals.owner Mammals.Cats.lives nodename",
		"tom TOM! T ann 9 Mammals+Mammals.Cats",
		"ghost GHOST! G unknown  Mammals", // lacks a field that the part requires
		"rex REX! R unknown  Mammals",
		"felix FELIX! F unknown  Mammals+Mammals.Cats",
		"fido FIDO! F unknown  Mammals")
	f(View{Datasets: root, Tree: true}, "name lives Mammals.lives Mammals.kind", "   cat", "   cat", "   dog", "   lion", "   ")
	f(View{Datasets: cats, Bare: true}, "name owner lives kind", "tom ann 9 cat", "felix unknown  lion")
	f(View{Datasets: root, Bare: true}, "lives name", " tom", " ghost", " rex", " felix", " fido")
	f(View{Datasets: root, Bare: true, Loose: true}, "lives legs", "9 4", " 4", " 4", " ", " ")
	f(View{Datasets: []*Dataset{m.Dataset("Unicorns")}}, "Unicorns.horn")
	// Two roots: a row for each.
	f(View{Datasets: m.Roots(), Tree: true}, "Mammals.initial Unicorns.horn", "T ", "G ", "R ", "F ", "F ")
	if got := m.Dataset("Cats").Constraint(); got != "(index=zoo legs=4) (kind=cat)" {
		t.Errorf("constraint %s", got)
	}
}

// An app's model takes the place of a built-in one.
func TestModelReplaces(t *testing.T) {
	b, errs := Load([]App{
		{Name: "b", FS: fstest.MapFS{"local/data/models/Web.json": {Data: []byte(`{"modelName":"Web","objects":[{"objectName":"B","parentName":"BaseEvent"}]}`)}}},
		{Name: "a", FS: fstest.MapFS{"data/models/Web.json": {Data: []byte(`{"modelName":"Web","objects":[{"objectName":"A","parentName":"BaseEvent"}]}`)}}},
	}, Options{})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if m := b.Model("Web"); m.Builtin || m.Dataset("A") == nil {
		t.Error("not the model of the first app")
	}
	if !b.Model("Endpoint").Builtin {
		t.Error("Endpoint is not built in")
	}
}

// Faults are reported with file and line; what can be read is there all the same.
func TestModelFaults(t *testing.T) {
	f := func(text string, want ...string) {
		t.Helper()
		_, errs := Load([]App{{Name: "app", FS: fstest.MapFS{"default/data/models/M.json": {Data: []byte(text)}}}}, Options{})
		var got []string
		for _, e := range errs {
			got = append(got, fmt.Sprintf("%d: %s", e.Place().Line, e.Error()))
		}
		if len(got) != len(want) {
			t.Fatalf("%s: %q", text, got)
		}
		for i, w := range want {
			line, msg, _ := strings.Cut(w, ": ")
			if !strings.HasPrefix(got[i], line+": app/default/data/models/M.json") || !strings.Contains(got[i], msg) {
				t.Errorf("got %q, want %q", got[i], w)
			}
		}
	}
	f("{\n\"modelName\": \"M\",\n\"objects\": [,]}", "3: cannot be read: invalid character ','")
	f("", "1: unexpected end")
	f("{\"modelName\":\n 7}", "2: modelName cannot be a JSON number")
	f("{\"objects\":[\n{\"objectName\":\"A\",\"fields\":3}]}", "2: fields cannot be a JSON number")
	f("{\"objects\":[\n{\"objectName\":\"A\",\"parentName\":\"B\"},\n{\"objectName\":\"B\",\"parentName\":\"A\"}]}", "3: A is a part of B is a part of A")
	f("{\"objects\":[{\"objectName\":\"A\",\"parentName\":\"A\"}]}", "1: A is a part of A")
	f("{\"objects\":[\n{\"objectName\":\"A\",\n\"parentName\":\"Gone\"}]}", "3: has the parent `Gone`, which is not there")
	f("{\"objects\":[\n{\"objectName\":\"A\",\"parentName\":\"BaseEvent\"},{\"objectName\":\"A\"}]}", "2: two datasets `A`")
	f("{\"objects\":[{\"objectName\":\"A\",\"parentName\":\"BaseEvent\",\n\"constraints\":[{\"search\":\"a=( b\"}]}]}", "2: the constraint a=( b cannot be read")
	f("{\"objects\":[{\"objectName\":\"A\",\"parentName\":\"BaseEvent\",\n\"constraints\":[{\"search\":\"`no_such`\"}]}]}", "2: there is no macro `no_such`")
	f("{\"objects\":[{\"objectName\":\"A\",\"parentName\":\"BaseEvent\",\n\"calculations\":[{\"calculationType\":\"Eval\",\"expression\":\"nosuch(x)\",\"outputFields\":[{\"fieldName\":\"y\"}]}]}]}", "2: the calculation nosuch(x) cannot be read")
	f("{\"objects\":[{\"objectName\":\"A\",\"parentName\":\"BaseEvent\",\n\"calculations\":[{\"calculationType\":\"Rex\",\"inputField\":\"x\",\"expression\":\"(\",\"outputFields\":[{\"fieldName\":\"y\"}]}]}]}", "2: the pattern ( cannot be read")
	f("{\"objects\":[{\"objectName\":\"A\",\"parentName\":\"BaseEvent\",\"calculations\":[{\"calculationType\":\"Eval\",\"expression\":\"1\"}]}]}", "1: gives no field")
}

// A dataset with a fault says so when it is used.
// rule: knowledge: a fault in a data model => an error when a search uses it
func TestModelUseFault(t *testing.T) {
	b, _ := Load([]App{{Name: "app", FS: fstest.MapFS{"default/data/models/M.json": {Data: []byte(`{"modelName":"M","objects":[{"objectName":"A","parentName":"BaseEvent","constraints":[{"search":"("}]}]}`)}}}}, Options{})
	if _, err := b.Datasets(nil, View{Datasets: b.Model("M").Roots()}); err == nil {
		t.Error("no fault")
	}
}

// Only what is asked for is read, and what it is made of.
func TestModelReads(t *testing.T) {
	b := animalBase(t)
	m := b.Model("Animals")
	f := func(v View, want batch.Fields, names ...string) {
		t.Helper()
		s, err := b.Datasets(nil, v)
		if err != nil {
			t.Fatal(err)
		}
		got, want := s.reads(batch.FieldsOf(names...)), want
		if got.All != want.All || !slices.Equal(got.Names, want.Names) {
			t.Errorf("%v: reads %v, want %v", names, got, want)
		}
	}
	root := View{Datasets: []*Dataset{m.Dataset("Mammals")}, Tree: true}
	f(root, batch.FieldsOf("_datamodel", "index", "legs", "name", "Mammals.name"), "Mammals.initial")
	f(root, batch.FieldsOf("_datamodel", "index", "legs", "owner", "Mammals.owner", "host"), "Mammals.owner", "host", "Mammals.none")
	f(root, batch.FieldsOf("_datamodel", "index", "legs", "kind", "Mammals.kind", "lives", "Mammals.Cats.lives"), "nodename")
	f(root, batch.FieldsOf("_datamodel", "index", "legs", "kind", "Mammals.kind", "lives", "Mammals.Cats.lives"), "Mammals.Cats.lives")
	f(View{Datasets: root.Datasets, Loose: true}, batch.AllFields, "*")
}

// What is said where no event belongs.
func TestUnmet(t *testing.T) {
	b := animalBase(t)
	f := func(text, want string) {
		t.Helper()
		in := input.New([]input.File{input.FromText("a", text, input.Meta{})}, input.Options{})
		s, err := b.Datasets(in, View{Datasets: []*Dataset{b.Model("Animals").Dataset("Mammals")}, Env: func() *eval.Env { return &eval.Env{} }})
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Unmet(context.Background()); !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	f(animalEvents, "")
	f("", "")
	f(`{"legs":4}`+"\n", "no event belongs to data model Animals.Mammals: none meets index=zoo;")
	f(`{"legs":3}`+"\n", "no event belongs to data model Animals.Mammals: none meets index=zoo, nor legs=4;")
	f(`{"index":"zoo"}`+"\n"+`{"legs":4}`+"\n", "no event belongs to data model Animals.Mammals: none meets all of its constraint (index=zoo legs=4)")
}

func FuzzModel(f *testing.F) {
	f.Add(animals)
	f.Add(`{"objects":[{"objectName":"A","parentName":"A"}]}`)
	for _, name := range []string{"Web", "Change"} {
		text, _ := cim.ReadFile("cim/" + name + ".json")
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, _ := readModel("fuzz", text, macros.Builtin())
		if m == nil {
			return
		}
		var none *Base
		for _, d := range m.Datasets {
			in := input.New([]input.File{input.FromText("a", animalEvents, input.Meta{})}, input.Options{})
			s, err := none.Datasets(in, View{Datasets: []*Dataset{d}, Tree: true, Loose: true, Env: func() *eval.Env { return &eval.Env{} }})
			if err != nil {
				continue
			}
			r, err := s.Open(context.Background(), &batch.Scan{Fields: batch.AllFields})
			if err != nil {
				continue
			}
			for p, err := r.Next(); err == nil; p, err = r.Next() {
				_ = p.Each(func(b *batch.Batch) bool { b.Load(); return true })
			}
			r.Close()
		}
	})
}
