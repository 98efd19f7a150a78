package repl

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"spl/eval/batch"
	"spl/spl/input"
)

// maxExpected is how many rows a test that is made here names one by one.
const maxExpected = 200

// testFile is a test as `spl test` reads it.
type testFile struct {
	Search string            `yaml:"search"`
	Macros map[string]string `yaml:"macros,omitempty"`
	Now    string            `yaml:"now"`
	Zone   string            `yaml:"tz,omitempty"`
	Tests  []testCase        `yaml:"tests"`
}

type testCase struct {
	Name     string     `yaml:"name"`
	Earliest string     `yaml:"earliest,omitempty"`
	Latest   string     `yaml:"latest,omitempty"`
	Data     []testData `yaml:"data"`
	Expect   testExpect `yaml:"expect"`
}

type testData struct {
	File       string `yaml:"file"`
	Sourcetype string `yaml:"sourcetype,omitempty"`
	Source     string `yaml:"source,omitempty"`
	Host       string `yaml:"host,omitempty"`
	Index      string `yaml:"index,omitempty"`
}

type testExpect struct {
	Rows    int             `yaml:"rows"`
	Results []yaml.MapSlice `yaml:"results,omitempty"`
}

// makeTest writes a test of a search over the files of the session: its rows are what
// is expected from now on.
func (s *Session) makeTest(_ context.Context, arg string) error {
	j, name, err := s.result(arg)
	if err != nil {
		return err
	}
	switch name = unquoted(name); {
	case name == "":
		return sayf("for example: :test scan.test.yml", "name a file to write the test to")
	case !strings.HasSuffix(name, ".test.yml") && !strings.HasSuffix(name, ".test.yaml"):
		return sayf("for example: :test "+strings.TrimSuffix(name, filepath.Ext(name))+".test.yml", "a test's file ends in .test.yml")
	case !j.whole:
		return sayf("narrow the search", "the search gave more rows than are kept, so a test of all of them cannot be made")
	case strings.HasPrefix(s.recallText(j.query), "| loadjob"):
		return sayf("make a test of the search that the result came from", "a search in earlier results reads no file, and cannot be tested alone")
	}
	t := testFile{Search: j.query + "\n", Macros: s.overrides(j), Now: j.now.UTC().Format(time.RFC3339), Zone: zoneText(j), Tests: []testCase{{
		Name: "made at the prompt", Earliest: j.earliest, Latest: j.latest, Data: data(name, j.files),
		Expect: testExpect{Rows: j.answer.Rows},
	}}}
	if j.answer.Table && j.answer.Rows <= maxExpected {
		t.Tests[0].Expect.Results = expected(j)
	}
	text, err := yaml.MarshalWithOptions(t, yaml.UseLiteralStyleIfMultiline(true), yaml.IndentSequence(true))
	if err != nil {
		return err
	}
	if err := s.writeFile(name, text); err != nil {
		return err
	}
	allow := ""
	for _, d := range t.Tests[0].Data {
		if strings.HasPrefix(d.File, "../") {
			allow = "--data " + oneLine(filepath.Dir(j.files[0].Name)) + " " // a test reads below its own folder
		}
	}
	s.printf("a test that expects %s written to %s; run it with spl test %s%s", count(int64(j.answer.Rows), "row"), oneLine(name), allow, oneLine(name))
	return nil
}

// zoneText is the zone of a result as a test gives it; "" for UTC, which tests have. The
// machine's own has no name: what it is off UTC stands for it.
func zoneText(j *job) string {
	switch name := j.zone.String(); name {
	case "UTC", "":
		return ""
	case "Local":
		if offset := j.now.In(j.zone).Format("-07:00"); offset != "+00:00" {
			return offset
		}
		return ""
	default:
		return name
	}
}

// overrides are the macros of the session that a search called, as a test gives them.
func (s *Session) overrides(j *job) map[string]string {
	out := map[string]string{}
	for _, c := range j.program.Query().Expansion.Calls {
		if m := c.Macro; s.isOwn(m) && m.Definition != nil {
			out[strings.ReplaceAll(m.Signature(), ", ", ",")] = m.Definition.String
		}
	}
	return out
}

// data names the files by their way from the test's folder.
func data(test string, files []input.File) []testData {
	var out []testData
	for _, f := range files {
		d := testData{File: f.Name, Sourcetype: f.Meta.Sourcetype, Source: f.Meta.Source, Host: f.Meta.Host, Index: f.Meta.Index}
		from, err1 := filepath.Abs(filepath.Dir(test))
		to, err2 := filepath.Abs(f.Name)
		if rel, err := filepath.Rel(from, to); err1 == nil && err2 == nil && err == nil {
			d.File = filepath.ToSlash(rel)
		}
		if d.Source == "" {
			d.Source = f.Name // which the rows show, and which is not where the test looks
		}
		out = append(out, d)
	}
	return out
}

// expected are the rows of a result.
func expected(j *job) []yaml.MapSlice {
	var out []yaml.MapSlice
	for _, b := range j.answer.Batches {
		for r := range b.Rows {
			var row yaml.MapSlice
			for i, n := range b.Names {
				vals := b.Cols[i].Values(r)
				if batch.Internal(n) && n != "_time" && n != "_raw" || len(vals) == 0 {
					continue
				}
				var v any = vals[0]
				if len(vals) > 1 {
					v = append([]string{}, vals...)
				}
				row = append(row, yaml.MapItem{Key: n, Value: v})
			}
			out = append(out, row)
		}
	}
	return out
}
