package spl_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"spl/macros"
	"spl/spl"
	"spl/spl/command"
	"spl/spl/geo"
	"spl/spl/geo/mmdbtest"
	"spl/spl/input"
	"spl/spl/knowledge"
)

// processEvents are as many events as many detections see in a test: processes and
// addresses, with a text, a list and JSON within JSON in each.
func processEvents(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"_time":%d,"host":"h%d","user":"u%d","src":"203.0.%d.%d","n":%d,"bytes":%d,"process":"cmd.exe /c whoami %d","csv":"a,b,c","j":"{\"a\":{\"b\":[1,2],\"c\":\"x%d\"}}","x":"<t><k>v%d</k></t>","kv":"k1=v%d k2=w"}`+"\n",
			1700000000-i, i%50, i%997, i%4, i%250, i, i*37%5000, i%100, i%10, i%10, i%10)
	}
	return b.String()
}

func metricEvents(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"time":%d,"event":"metric","index":"m","host":"h%d","fields":{"metric_name:cpu.user":%d}}`+"\n", 1700000000-i, i%50, i%100)
	}
	return b.String()
}

// commandSearches has a search for each command that published detections use.
var commandSearches = []string{
	`search user=u1* OR process="*whoami 7*"`,
	`| tstats count dc(user) WHERE index=main BY host`,
	`stats count min(_time) max(_time) values(process) BY host user`,
	`rename host AS dest, user AS u, b* AS x_*`,
	`eval slow=if(bytes>1000,"y","n"), l=lower(process), k=user.":".host`,
	`where bytes>4000 AND like(process,"%whoami%")`,
	`rex field=process "(?<exe>\S+) (?<args>.*)"`,
	`table _time host user process`,
	`lookup owners.csv host OUTPUT owner`,
	`spath input=j`,
	`bin _time span=5m`,
	`fields host user`,
	`join user [search bytes>4900 | stats count BY user]`,
	`eventstats avg(bytes) AS mean BY host`,
	`fillnull value=unknown nosuch`,
	`regex process="whoami [0-4]+$"`,
	`| inputlookup owners.csv`,
	`dedup host user`,
	`makemv delim="," csv | mvexpand csv`,
	`iplocation src`,
	`| mstats avg(cpu.user) WHERE index=m BY host span=1m`,
	`stats count BY host | outputlookup owners.csv`,
	`sort 0 - bytes`,
	`append [search host=h1]`,
	`foreach b* n [eval <<FIELD>>='<<FIELD>>'*2]`,
	`stats count BY host | appendpipe [stats sum(count) AS count]`,
	`eval _raw=x | xmlkv`,
	`transaction user maxspan=1h`,
	`head 5 | map search="search host=$host$ | stats count"`,
	`| from datamodel:Web`,
	`makemv delim="," csv`,
	`addtotals bytes n`,
	`rare limit=20 process`,
	`replace "u1*" WITH "x*" IN user`,
	`fromjson j`,
	`top limit=20 process BY host`,
	`streamstats count sum(bytes) AS s BY host`,
	`timechart span=1m count BY host`,
	`convert timeformat="%Y-%m-%dT%H:%M:%S" ctime(_time) AS t`,
	`outlier bytes`,
	`eval _raw="A B\n1 2" | multikv`,
	`eval _raw=kv | extract`,
	`anomalydetection user`,
	`chart count OVER host BY user limit=5`,
	`appendcols [search host=h1 | fields n]`,
	`addinfo`,
	`head 1000`,
	`reverse`,
	`tail 100`,
	`strcat host ":" user hu`,
	`nomv csv`,
	`mvcombine n`,
	`tojson`,
	`transpose 100`,
	`untable host k v`,
	`xyseries host user bytes`,
	`filldown`,
	`return 10 user`,
	`format maxresults=100`,
	`noop`,
}

func BenchmarkCommand(b *testing.B) {
	const events = 5000
	text, metrics := processEvents(events), metricEvents(events)
	lookups := fstest.MapFS{"owners.csv": {Data: []byte("host,owner\nh1,bob\nh2,al\nh3,cy\n")}}
	base, errs := knowledge.Load(nil, knowledge.Options{Lookups: lookups})
	if len(errs) > 0 {
		b.Fatal(errs)
	}
	file := filepath.Join(b.TempDir(), "places.mmdb")
	if err := os.WriteFile(file, mmdbtest.Database(map[string]map[string]any{"203.0.0.0/16": {"country": map[string]any{"names": map[string]any{"en": "Nowhere"}}}}), 0o600); err != nil {
		b.Fatal(err)
	}
	places, err := geo.Open(file)
	if err != nil {
		b.Fatal(err)
	}
	defer places.Close()
	discard := func(string, bool) (io.WriteCloser, error) { return nopCloser{&bytes.Buffer{}}, nil }
	for _, search := range commandSearches {
		b.Run(benchName(search), func(b *testing.B) {
			in := text
			if strings.Contains(search, "mstats") {
				in = metrics
			}
			if !strings.HasPrefix(search, "|") {
				search = "* | " + search
			}
			p, err := spl.Compile(search, &spl.Config{Knowledge: base})
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(in)))
			b.ReportAllocs()
			for b.Loop() {
				rows, err := p.Run(context.Background(), input.New([]input.File{input.FromText("x.ndjson", in, input.Meta{})}, input.Options{}),
					&spl.RunOptions{Now: time.Unix(1700000001, 0), Locate: places.Locate, Create: discard})
				if err != nil {
					b.Fatal(err)
				}
				for rows.NextBatch() != nil { //nolint:revive // the rows are read and not looked at
				}
				if err := rows.Err(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// benchName is the command that a benchmark is of: the last one.
func benchName(search string) string {
	parts := strings.Split(regexp.MustCompile(`\[[^\]]*\]|"[^"]*"`).ReplaceAllString(search, ""), "|")
	return strings.Fields(parts[len(parts)-1])[0]
}

// Each search of the benchmarks runs and gives rows, and every command that the
// detections beside the checkout use has one.
func TestCommandBenchmarks(t *testing.T) {
	have := map[string]bool{}
	for _, s := range commandSearches {
		if have[benchName(s)] {
			t.Errorf("%s is measured twice", benchName(s))
		}
		have[benchName(s)] = true
		if _, err := command.Find(benchName(s)); err != nil {
			t.Error(err)
		}
	}
	set := macros.Builtin()
	if errs := set.Load(os.DirFS("../../shared/escu"), "macros", "escu"); len(errs) > 0 {
		return // no detections beside the checkout
	}
	for _, r := range corpusFile(t, corpus+"/escu.ndjson.gz") {
		q, err := spl.Parse(r.Spl, &spl.Config{Macros: set})
		if err != nil {
			continue // of models that are not read
		}
		for _, s := range q.Pipeline.Stages {
			if c, err := command.Find(strings.ToLower(s.Command)); err == nil && c.Declined == "" && !have[c.Name] {
				t.Errorf("%s: no benchmark measures %s", r.Name, c.Name)
				have[c.Name] = true
			}
		}
	}
}
