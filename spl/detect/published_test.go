package detect_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"spl/eval/batch"
	"spl/macros"
	"spl/parser"
	"spl/spl"
	"spl/spl/command"
	"spl/spl/detect"
	"spl/spl/engine"
	"spl/spl/input"
	"spl/spl/knowledge"
)

const escu = "../../../shared/escu"

// borrowed are lookup tables that published detections take from other apps or that
// their baselines write, as empty tables with the columns that are asked for.
var borrowed = fstest.MapFS{}

func init() {
	for name, columns := range map[string]string{
		"admon_groups_def.csv":                          "cn,category,member,displayName,description,src_group",
		"identity_lookup_expanded.csv":                  "identity,email,category,first,last,bunit,priority,watchlist,nick,managedBy,startDate,endDate,phone,prefix,suffix,work_city,work_country,work_lat,work_long",
		"asset_lookup_by_str.csv":                       "asset,asset_tag,category,dns,ip,mac,nt_host,bunit,owner,priority,requires_av,should_update,is_expected,pci_domain,lat,long,city,country,should_timesync,key",
		"ut_shannon_lookup.csv":                         "word,ut_shannon",
		"cim_corporate_web_domain_lookup.csv":           "domain",
		"alexa_lookup_by_str.csv":                       "rank,domain",
		"interesting_ports_lookup.csv":                  "app,dest,dest_pci_domain,dest_port,transport,is_required,is_prohibited,is_secure,note",
		"dynamic_dns_providers_default.csv":             "dynamic_dns_domains,isDynDNS,isDynDNS_default",
		"previously_seen_provisioning_activity_src.csv": "src,City,Region,Country,firstTime,lastTime",
		"previously_seen_ec2_amis.csv":                  "earliest,latest,amiID,outlierStatus",
		"previously_seen_ec2_instance_types.csv":        "earliest,latest,instanceType",
		"previously_seen_ec2_launches_by_user.csv":      "earliest,latest,arn,userName",
	} {
		borrowed["lookups/"+name] = &fstest.MapFile{Data: []byte(columns + "\n")}
		stanza := strings.TrimSuffix(name, ".csv")
		borrowed["default/transforms.conf"] = &fstest.MapFile{Data: append(data(borrowed["default/transforms.conf"]), "["+stanza+"]\nfilename = "+name+"\n"...)}
	}
}

func data(f *fstest.MapFile) []byte {
	if f == nil {
		return nil
	}
	return f.Data
}

// Every published detection runs over an input without events, and over events made of
// what its own search asks for.
func TestPublishedDetections(t *testing.T) {
	if _, err := os.Stat(escu); err != nil {
		t.Skip("there are no published detections here")
	}
	set := macros.Builtin()
	if errs := set.Load(os.DirFS(escu), "macros", ""); len(errs) > 0 {
		t.Fatal(errs)
	}
	base, errs := knowledge.Load([]knowledge.App{{Name: "borrowed", FS: borrowed}}, knowledge.Options{
		Lookups: os.DirFS(escu + "/lookups"), Macros: set,
	})
	for _, e := range errs {
		t.Log(e)
	}
	var files []string
	_ = filepath.WalkDir(escu+"/detections", func(name string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(name, ".yml") {
			files = append(files, name)
		}
		return err
	})
	var ran, learning, found atomic.Int64
	next := make(chan string)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for name := range next {
				rows, err := runPublished(base, name)
				switch {
				case err != nil && strings.Contains(err.Error(), "Machine Learning Toolkit"):
					learning.Add(1)
				case err != nil:
					t.Errorf("%s: %v", filepath.Base(name), err)
				default:
					ran.Add(1)
					if rows > 0 {
						found.Add(1)
					}
				}
			}
		})
	}
	for _, name := range files {
		next <- name
	}
	close(next)
	wg.Wait()
	t.Logf("%d detections ran, %d of them with rows; %d need machine learning", ran.Load(), found.Load(), learning.Load())
	if share := float64(found.Load()) / float64(ran.Load()); share < 0.65 {
		t.Errorf("only %.0f %% find the events made for them, so the events are not what was meant", 100*share)
	}
}

// runPublished runs a detection over nothing and over events made for it, and gives the
// number of rows of the latter.
func runPublished(base *knowledge.Base, name string) (int, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return 0, err
	}
	d, err := detect.Load(filepath.Base(name), "", string(text))
	if err != nil {
		return 0, err
	}
	p, err := spl.Compile(d.Search.Text, &spl.Config{Knowledge: base, Name: filepath.Base(name)})
	if err != nil {
		return 0, err
	}
	if _, err := count(p, "", input.Meta{}); err != nil {
		return 0, fmt.Errorf("over nothing: %w", err)
	}
	events, meta := matching(p.Query().Pipeline, base)
	n, err := count(p, events, meta)
	if err != nil {
		err = fmt.Errorf("over %s: %w", events, err)
	}
	return n, err
}

// runNow is the time of the runs.
var runNow = time.Date(2024, 6, 15, 12, 0, 0, 0, time.UTC)

func count(p *spl.Program, text string, meta input.Meta) (n int, err error) {
	o := input.Options{Now: runNow}
	in := input.New([]input.File{input.FromText("made.ndjson", text, meta)}, o)
	rows, err := p.Run(context.Background(), in, &spl.RunOptions{Now: runNow, Workers: 2, Create: discard})
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for range rows.All() {
		n++
	}
	return n, rows.Err()
}

var (
	fromModel   = regexp.MustCompile(`(?i)datamodel\s*[=:]?\s*"?([A-Za-z_]+)(?:\.([A-Za-z_]+))?`)
	whereClause = regexp.MustCompile(`(?s) WHERE (.*?)(?: BY .*)?$`)
)

// matching makes a few events that the first command of a search selects: those that
// meet its conditions, with a value in every field that the search reads. Where it
// reads a data model, the events are its own.
func matching(pl *parser.Pipeline, base *knowledge.Base) (string, input.Meta) {
	var meta input.Meta
	event := map[string]any{}
	prefix := ""
	stage := pl.Stages[0].String()
	if m := fromModel.FindStringSubmatch(stage); m != nil && base.Model(m[1]) != nil {
		if m[2] == "" {
			for _, d := range base.Model(m[1]).Roots() {
				if m[2] == "" || strings.Contains(stage, d.Name+".") {
					m[2] = d.Name
				}
			}
		}
		meta.DataModel, prefix = m[1]+"."+m[2], m[2]+"."
	}
	bare := func(f string) string {
		if rest, ok := strings.CutPrefix(f, prefix); ok {
			return rest
		}
		if _, rest, ok := strings.Cut(f, "."); ok && prefix != "" {
			return rest
		}
		return f
	}
	plans := command.Plans(pl, &command.Planning{Now: runNow, Zone: time.UTC, Knowledge: base})
	fields := engine.NewCut(plans, batch.AllFields).Scan.Fields.Names
	if plans[0].Reads != nil && plans[0].Generate != nil {
		fields = append(fields, plans[0].Reads(batch.AllFields).Names...)
	}
	for _, f := range fields {
		if f = bare(f); !batch.Internal(f) && f != "sourcetype" && f != "source" && f != "index" && f != "host" {
			event[f] = "1"
		}
	}
	condition := strings.TrimPrefix(stage, "search ")
	if !strings.HasPrefix(stage, "search ") {
		condition = ""
		if m := whereClause.FindStringSubmatch(stage); m != nil {
			condition = m[1]
		}
	}
	var words []string
	if x, errs := parser.ParseSearch(&parser.Args{Command: "search", Text: condition, Parser: command.Parser()}); len(errs) == 0 {
		satisfy(x, func(field, value string) {
			field = bare(field)
			if have, ok := event[field].(string); ok && strings.Contains(value, "*") && have != "1" {
				value = have + "*" + value // of two patterns, both
			}
			event[field] = value
		}, func(w string) { words = append(words, w) })
	}
	for f, v := range event {
		event[f] = strings.ReplaceAll(v.(string), "*", "")
	}
	if len(words) > 0 {
		event["message"] = strings.Join(words, " ")
	}
	var b strings.Builder
	for i := range 3 {
		event["_time"] = strconv.FormatInt(runNow.Unix()-int64(60*(i+1)), 10)
		line, _ := json.Marshal(event)
		b.Write(line)
		b.WriteByte('\n')
	}
	return b.String(), meta
}

// satisfy gives what makes an expression true; of alternatives the first.
func satisfy(x parser.SearchExpr, set func(field, value string), word func(string)) {
	switch x := x.(type) {
	case *parser.And:
		for _, t := range x.Terms {
			satisfy(t, set, word)
		}
	case *parser.Or:
		satisfy(x.Terms[0], set, word)
	case *parser.InList:
		if len(x.Values) > 0 {
			set(x.Field, x.Values[0].Text)
		}
	case *parser.Term:
		word(x.Text)
	case *parser.Compare:
		n, err := strconv.ParseFloat(x.Value.Text, 64)
		switch {
		case x.Op == "=":
			set(x.Field, x.Value.Text)
		case err == nil && strings.HasPrefix(x.Op, "<"):
			set(x.Field, strconv.FormatFloat(n-1, 'f', -1, 64))
		case err == nil && strings.HasPrefix(x.Op, ">"):
			set(x.Field, strconv.FormatFloat(n+1, 'f', -1, 64))
		}
	}
}

// discard lets a search write, and keeps nothing of it.
func discard(string, bool) (io.WriteCloser, error) { return nowhere{io.Discard}, nil }

type nowhere struct{ io.Writer }

func (nowhere) Close() error { return nil }
