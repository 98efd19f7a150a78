package input

import (
	"io"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

type testDisk struct{ fstest.MapFS }

func clean(name string) string {
	name = strings.TrimPrefix(strings.TrimSuffix(name, "/"), "./")
	if name == "" {
		return "."
	}
	return name
}

func (d testDisk) Open(name string) (fs.File, error)          { return d.MapFS.Open(clean(name)) }
func (d testDisk) Stat(name string) (fs.FileInfo, error)      { return d.MapFS.Stat(clean(name)) }
func (d testDisk) ReadDir(name string) ([]fs.DirEntry, error) { return d.MapFS.ReadDir(clean(name)) }
func (d testDisk) Stdin() io.ReadCloser                       { return io.NopCloser(strings.NewReader("in\n")) }

func newTestDisk() testDisk {
	m := fstest.MapFS{"empty": {Mode: fs.ModeDir}, "empty/.hidden": {}}
	for _, n := range []string{"a.log", "b.log", "d/z.json", "d/a.json", "d/sub/m.json", "d/.git/x", "e/sub/m.json", "a[1].log", "source=x"} {
		m[n] = &fstest.MapFile{Data: []byte("text of " + n + "\n")}
	}
	return testDisk{m}
}

func TestExpand(t *testing.T) {
	f := func(want string, operands ...string) {
		t.Helper()
		files, err := Expand(newTestDisk(), Meta{Host: "h"}, operands)
		var got []string
		for _, file := range files {
			n := file.Name
			if s := file.Meta.Sourcetype; s != "" {
				n += ":" + s
			}
			if file.Meta.Host != "h" {
				t.Errorf("%s: the base is lost", n)
			}
			got = append(got, n)
		}
		s := strings.Join(got, " ")
		if err != nil {
			s = "error: " + err.Error()
		}
		if s != want {
			t.Errorf("%q:\n got %s\nwant %s", operands, s, want)
		}
	}
	f("")
	f("b.log a.log", "b.log", "a.log")
	f("d/a.json d/sub/m.json d/z.json", "d")
	f("d/a.json d/sub/m.json d/z.json", "d/")
	f("a.log a[1].log b.log", "*.log")
	f("a[1].log", "a[1].log")
	f("d/sub/m.json e/sub/m.json", "?/sub/*.json")
	f("d/a.json d/sub/m.json d/z.json e/sub/m.json", "**/*.json")
	f("d/sub/m.json e/sub/m.json", "[de]/sub")
	f("a.log:T b.log:U", "sourcetype=T", "a.log", "sourcetype=U", "b.log")
	f("a.log:T b.log", "sourcetype=T", "a.log", "sourcetype=", "b.log")
	f("./source=x", "./source=x")
	f("- a.log", "-", "a.log")
	f("error: nope: there is no such file or folder", "nope")
	f("error: sourctype=x: there is no such file or folder (operands name=value know source, sourcetype, host, index, format, time_field, time_format, host_field and datamodel)", "sourctype=x", "a.log")
	f("error: empty: there are no files in this folder", "empty")
	f("error: *.txt: no file fits this pattern", "*.txt")
	f("error: a[: this pattern has a [ without its ]", "a[")
	f("error: time_format=%Q: `%Q` says neither a day nor an hour", "time_format=%Q")
	f("error: time_format=%Y-%m: `%Y-%m` names no day", "time_format=%Y-%m")
	f("error: time_format=%F %q: `%q` is no directive of time formats", "time_format=%F %q")
	f("error: time_format=%F %U: `%U` can be written, but not read", "time_format=%F %U")
	f("error: format=yaml: no such format; choose one of json, json-array, hec, splunk, cloudwatch, text, csv, tsv", "format=yaml")
}

func TestExpandOpens(t *testing.T) {
	files, err := Expand(newTestDisk(), Meta{}, []string{"d", "-"})
	if err != nil {
		t.Fatal(err)
	}
	events, _ := readAll(t, files, Options{}, fullScan(), 2, everything)
	var got []string
	for _, e := range events {
		got = append(got, e.fields["source"]+": "+e.fields["_raw"])
	}
	want := []string{"d/a.json: text of d/a.json", "d/sub/m.json: text of d/sub/m.json", "d/z.json: text of d/z.json", "-: in"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if _, err := files[3].Open(); err == nil || !strings.Contains(err.Error(), "only once") {
		t.Errorf("the standard input again: %v", err)
	}
	if _, err := files[0].Open(); err != nil {
		t.Error(err)
	}
}
