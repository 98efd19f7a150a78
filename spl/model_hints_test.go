package spl_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"spl/spl"
	"spl/spl/input"
	"spl/spl/knowledge"
)

// hintsApp gives tags in every way that there is.
var hintsApp = fstest.MapFS{
	"default/eventtypes.conf": {Data: []byte("[started]\nsearch = action=launch\n[inner]\nsearch = verb=fork\n[outer]\nsearch = eventtype=inn* OR \"core dump\"\n[asks]\nsearch = tag=hot\n")},
	"default/tags.conf": {Data: []byte("[eventtype=started]\nprocess = enabled\nreport = enabled\n[eventtype=outer]\nprocess = enabled\nreport = enabled\n" +
		"[kind=probe]\nprocess = enabled\nreport = enabled\n[eventtype=asks]\nprocess = enabled\nreport = enabled\n[level=9]\nhot = enabled\n")},
}

var hintsProps = fstest.MapFS{"default/props.conf": {Data: []byte("[calc]\nEVAL-kind = if(n=\"7\",\"probe\",\"\")\n[alias]\nFIELDALIAS-a = doing AS action\n")}}

// hintsEvents are events, each with an id, and whether they belong to Endpoint.Processes.
var hintsEvents = []struct {
	line    string
	belongs bool // by its own text, without apps
	apps    bool // with hintsApp
	props   bool // with hintsProps, too
}{
	{`{"id":1,"tag":["process","report"]}`, false, false, false}, // the field is tag{}
	{`{"id":2,"tag":"process"}`, false, false, false},
	{`{"id":3,"tag":"process","x":{"tag":"report"}}`, false, false, false},
	{`id=4 tag=process tag=report`, false, false, false}, // the first counts
	{`{"id":5,"tag":"process","tag":"report"}`, true, true, true},
	{`{"id":6,"ta\u0067":"process","\u0074ag":"report"}`, true, true, true},
	{`{"id":7,"tag":"\u0070rocess","tag" : "REPORT"}`, true, true, true},
	{`{"timestamp":1700000000000,"message":"{\"id\":8,\"tag\":\"process\",\"tag\":\"report\"}"}`, true, true, true},
	{`{"time":1,"event":{"id":9},"fields":{"tag":["process","report"]}}`, true, true, true},
	{`{"id":10,"_datamodel":"Endpoint.Processes"}`, true, true, true},
	{`{"id":11,"action":"LAUNCH"}`, false, true, true},
	{`id=12 action=launch`, false, true, true},
	{`{"id":13,"verb":"fork"}`, false, true, true},
	{`{"id":14,"text":"core dump"}`, false, true, true},
	{`{"id":15,"kind":"probe"}`, false, true, true},
	{`{"id":16,"level":9}`, false, true, true},
	{`{"id":17,"kind":"prober","action":"launched","level":99}`, false, false, false},
	{`{"id":18,"sourcetype":"calc","n":7}`, false, false, true},
	{`{"id":19,"sourcetype":"alias","doing":"launch"}`, false, false, true},
	{`{"id":20,"stage":"report process","text":"tag eventtype"}`, false, false, false},
	{`{"id":21,"eventtype":"started"}`, false, true, true}, // tags go by the value of the field
	{`tag=nothing {"id":22,"tag":"process","tag":"report"}`, false, false, false},
}

// An event that belongs to a dataset is never passed over for its text, wherever its
// tags come from.
func TestModelHints(t *testing.T) {
	var log strings.Builder
	for _, e := range hintsEvents {
		log.WriteString(e.line + "\n")
	}
	run := func(search string, apps []knowledge.App, meta input.Meta, o input.Options) []string {
		return idsFound(t, search, log.String(), apps, meta, o)
	}
	const from = `| from datamodel:Endpoint.Processes | table _raw`
	app, props := knowledge.App{Name: "a", FS: hintsApp}, knowledge.App{Name: "b", FS: hintsProps}
	for i, apps := range [][]knowledge.App{nil, {app}, {app, props}} {
		var want []string
		for _, e := range hintsEvents {
			if []bool{e.belongs, e.apps, e.props}[i] {
				want = append(want, idOf(e.line))
			}
		}
		slices.Sort(want)
		for _, o := range []input.Options{{Plain: true}, {}, {ChunkSize: 40}} {
			if got := run(from, apps, input.Meta{}, o); !slices.Equal(got, want) {
				t.Errorf("apps %d, %+v:\n got %v\nwant %v", i, o, got, want)
			}
		}
	}
	// Of a model with several roots an event may belong to any.
	const roots = `| tstats count from datamodel=Endpoint by _raw`
	plain := run(roots, []knowledge.App{app}, input.Meta{}, input.Options{Plain: true})
	if got := run(roots, []knowledge.App{app}, input.Meta{}, input.Options{}); !slices.Equal(got, plain) || len(got) < 12 {
		t.Errorf("several roots:\n got %v\nwant %v", got, plain)
	}
	// Events of which the user says so belong, whatever they hold.
	all := run(from, nil, input.Meta{DataModel: "Endpoint.Processes"}, input.Options{})
	if len(all) != len(hintsEvents) {
		t.Errorf("%d of %d events belong", len(all), len(hintsEvents))
	}
}

// idsFound are the ids of the events that a search finds, sorted.
func idsFound(t *testing.T, search, log string, apps []knowledge.App, meta input.Meta, o input.Options) []string {
	t.Helper()
	base, errs := knowledge.Load(apps, knowledge.Options{})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	p, err := spl.Compile(search, &spl.Config{Knowledge: base})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := p.Run(context.Background(), input.New([]input.File{input.FromText("log", log, meta)}, o), nil)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for r := range rows.All() {
		ids = append(ids, idOf(r.Value("_raw")))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(ids)
	return ids
}

// riskApp computes an index as the search is made.
var riskApp = fstest.MapFS{"default/props.conf": {Data: []byte("[moved]\nEVAL-index = if(score=1,\"risk\",index)\n")}}

// rootsApp has a model of two roots, each of another index.
var rootsApp = fstest.MapFS{"default/data/models/Two.json": {Data: []byte(`{"modelName":"Two","objects":[
	{"objectName":"A","parentName":"BaseEvent","constraints":[{"search":"index=risk"}],"fields":[]},
	{"objectName":"B","parentName":"BaseEvent","constraints":[{"search":"index=main"}],"fields":[]}]}`)}}

// Where a dataset asks for an index, events that do not name theirs are passed over
// only if the file is of another.
func TestModelOrigins(t *testing.T) {
	log := strings.Join([]string{
		`{"id":1,"user":"a"}`,
		`{"id":2,"index":"risk"}`,
		`{"id":3,"\u0069ndex":"risk"}`,
		`{"event":{"id":4},"index":"risk"}`,
		`id=5 index=risk`, // a field of the text; the index is that of the file
		`{"id":6,"_datamodel":"Risk.All_Risk"}`,
		`{"id":7,"index":"main"}`,
		`{"id":8,"sourcetype":"moved","score":1}`,
		`{"id":9,"index":"RISK"}`,
	}, "\n")
	f := func(apps []knowledge.App, meta input.Meta, want ...string) {
		t.Helper()
		for _, search := range []string{`| from datamodel:Risk.All_Risk | table _raw`, `| tstats count from datamodel=Risk by _raw`} {
			for _, o := range []input.Options{{Plain: true}, {}, {ChunkSize: 20}} {
				if got := idsFound(t, search, log, apps, meta, o); !slices.Equal(got, want) {
					t.Errorf("%s, %+v, %+v:\n got %v\nwant %v", search, meta, o, got, want)
				}
			}
		}
	}
	f(nil, input.Meta{}, "2", "3", "4", "6", "9")
	f(nil, input.Meta{Index: "risk"}, "1", "2", "3", "4", "5", "6", "7", "8", "9") // said of the file, it holds for all
	f([]knowledge.App{{Name: "a", FS: riskApp}}, input.Meta{}, "2", "3", "4", "6", "8", "9")
	// Of several roots an event may belong to any.
	for _, o := range []input.Options{{Plain: true}, {}} {
		got := idsFound(t, `| tstats count from datamodel=Two by _raw`, log, []knowledge.App{{Name: "a", FS: rootsApp}}, input.Meta{}, o)
		if want := []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}; !slices.Equal(got, want) {
			t.Errorf("several roots, %+v:\n got %v\nwant %v", o, got, want)
		}
	}
}

// idOf is the number behind id in a line.
func idOf(line string) string {
	rest := strings.TrimLeft(line[strings.Index(line, "id")+2:], `\":=`)
	end := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	return rest[:end]
}
