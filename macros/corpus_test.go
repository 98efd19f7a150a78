package macros

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

// A larger collection of published searches is read where there is one beside the
// project; it is not part of it.
const (
	escuMacros  = "../../shared/escu/macros"
	corpus      = "../../shared/corpus/spl/"
	escuQueries = corpus + "escu.ndjson.gz"
)

type row struct{ Name, SPL string }

func rows(t testing.TB, name string) []row {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Skip("no collection here")
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out []row
	s := bufio.NewScanner(z)
	s.Buffer(nil, 64<<20)
	for s.Scan() {
		var r row
		if err := json.Unmarshal(s.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

// absent are the macros that ESCU's own repository does not define: they belong to
// Enterprise Security and are known to be missing.
var absent = map[string]bool{"get_asset": true, "cim_corporate_web_domain_search": true}

func TestESCU(t *testing.T) {
	queries := rows(t, escuQueries)
	set := Builtin()
	if errs := set.Load(os.DirFS(escuMacros), ".", "macros"); len(errs) > 0 {
		t.Fatal(errs)
	}
	if errs := set.Check(); len(errs) > 0 {
		t.Fatal(errs)
	}
	files, _ := filepath.Glob(filepath.Join(escuMacros, "*.yml"))
	loaded := 0
	for _, m := range set.All() {
		if m.Origin != builtinName {
			loaded++
		}
		if strings.Contains(m.Definition.String, "\n") {
			t.Errorf("%s has a line break", m.Key())
		}
		for _, p := range m.Definition.Pieces {
			if p.Fixed && p.Src.Start == p.Src.End && len(p.File.Text[p.Src.Start:]) > 0 && !isBreak(p.File.Text[p.Src.Start]) {
				t.Errorf("%s: the place of its text was lost at %v", m.Key(), p.Src)
			}
		}
	}
	if loaded != len(files) {
		t.Fatalf("%d macros of %d files", loaded, len(files))
	}
	for _, r := range queries {
		x, errs := Expand(query(r.SPL), set, Options{})
		for _, e := range errs {
			name, _, _ := strings.Cut(strings.TrimPrefix(e.Message, "there is no macro `"), "`")
			if !absent[name] {
				t.Errorf("%s: %v", r.Name, e)
			}
		}
		inOrder(t, x.Text)
	}
}

// No query of the other collections ends in a panic; what is reported has a place.
func TestCorpora(t *testing.T) {
	files, _ := filepath.Glob(corpus + "*.ndjson.gz")
	if len(files) == 0 {
		t.Skip("no collection here")
	}
	for _, name := range files {
		faults := map[string]int{}
		list := rows(t, name)
		for _, r := range list {
			x, errs := Expand(query(r.SPL), nil, Options{})
			inOrder(t, x.Text)
			for _, e := range errs {
				if e.File == nil || e.Help == "" && e.Code != "unsupported" {
					t.Fatalf("%s: %+v", r.Name, e)
				}
				if e.Code == "syntax" {
					faults[e.Message]++
					if testing.Verbose() {
						text, _ := e.File.Line(e.Where.Start)
						t.Logf("%s: %s: %s", r.Name, e, shorten(text))
					}
				}
			}
		}
		t.Logf("%s: %d texts, faults %v", filepath.Base(name), len(list), sorted(faults))
	}
}

func sorted(m map[string]int) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
