// Package root_test checks the layout of the house: which room may import which.
package root_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// layers are the rooms from the top down. A package may import those below its own
// line, and its neighbours on the line where the line says so.
var layers = [][]string{
	{"spl/cmd/spl"},
	{"spl/spl/repl"},
	{"spl/spl/repl/assist", "spl/spl/repl/page"},
	{"spl/spl/repl/edit", "spl/spl/repl/show", "spl/spl/repl/follow", "spl/spl/repl/cache"},
	{"spl/spl/repl/term"},
	{"spl/spl/detect/report"},
	{"spl/spl/detect/cover", "spl/spl/detect/mutate"},
	{"spl/spl/detect/runner"},
	{"spl/spl/detect/why", "spl/spl/layout"},
	{"spl/spl/detect", "spl/spl/lint"},
	{"spl/spl/detect/testfile"},
	{"spl/spl/detect/yamldoc"},
	{"spl/spl"},
	{"spl/spl/command"},
	{"spl/spl/knowledge", "spl/spl/geo"},
	{"spl/spl/engine", "spl/spl/input", "spl/spl/output"},
	{"spl/spl/spill"},
	{"spl/eval", "spl/eval/agg"},
	{"spl/macros", "spl/parser", "spl/eval/jsontext"},
	{"spl/spl/detect/page", "spl/spl/input/evtx", "spl/spl/input/evtx/evtxtest", "spl/eval/batch", "spl/eval/timefmt", "spl/eval/regex", "spl/parser/conf", "spl/parser/source", "spl/spl/geo/mmdbtest", "spl/eval/jsontext/jsontexttest", "spl/spl/input/kernel", "spl/spl/input/kernel/kerneltest"},
	{"spl/spl/harmless"},
}

// neighbours are the imports allowed within a line.
var neighbours = map[string]string{
	"spl/parser/conf": "spl/parser/source",
}

func TestImportsPointDown(t *testing.T) {
	level := map[string]int{}
	for i, l := range layers {
		for _, p := range l {
			level[p] = i
		}
	}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); path != "." && (strings.HasPrefix(name, ".") || name == "testdata" || name == "bench") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		pkg := "spl/" + filepath.ToSlash(filepath.Dir(path))
		at, known := level[pkg]
		if !known {
			t.Errorf("%s: package %s has no place in the house; give it one here", path, pkg)
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, imp := range f.Imports {
			name, _ := strconv.Unquote(imp.Path.Value)
			below, ours := level[name]
			if ours && below <= at && neighbours[pkg] != name {
				t.Errorf("%s imports %s, which is not below it", path, name)
			}
			if !ours && strings.HasPrefix(name, "spl/") {
				t.Errorf("%s imports %s, which has no place in the house", path, name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
