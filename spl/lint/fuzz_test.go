package lint_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spl/spl"
	"spl/spl/layout"
	"spl/spl/lint"
)

// FuzzSearch reads, lints and lays out whatever comes. Its seeds are the faulty searches
// of testdata and, where the corpus lies beside the checkout, some of each file of it.
func FuzzSearch(f *testing.F) {
	text, err := os.ReadFile("../../testdata/faulty.txt")
	if err != nil {
		f.Fatal(err)
	}
	for l := range strings.Lines(string(text)) {
		if !strings.HasPrefix(l, " ") && !strings.HasPrefix(l, "#") {
			f.Add(strings.TrimSpace(l))
		}
	}
	for _, l := range lint.Table() {
		f.Add(l.Bad)
		f.Add(l.Good)
	}
	files, _ := filepath.Glob("../../../shared/corpus/spl/*.ndjson.gz")
	for _, path := range files {
		seed(f, path)
	}
	f.Fuzz(func(t *testing.T, search string) {
		if len(search) > 1<<14 {
			return
		}
		q, err := spl.Parse(search, nil)
		if err == nil {
			for _, w := range lint.Check(q, &lint.Options{On: []string{"all"}, Outputs: []string{"user"}, Filtered: true}) {
				if w.Message == "" || w.File == nil {
					t.Errorf("a warning without its text or place: %+v", w)
				}
			}
		}
		out, err := layout.Format(search, nil)
		if err != nil {
			return
		}
		if again, err := layout.Format(out, nil); err != nil || again != out {
			t.Errorf("laid out twice it differs (%v):\n%q\n%q", err, out, again)
		}
	})
}

// seed adds a few searches of a file of the corpus.
func seed(f *testing.F, path string) {
	file, err := os.Open(path)
	if err != nil {
		f.Fatal(err)
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		f.Fatal(err)
	}
	sc := bufio.NewScanner(z)
	sc.Buffer(nil, 64<<20)
	for n := 0; sc.Scan() && n < 2000; n++ {
		var r struct{ Spl string }
		if json.Unmarshal(sc.Bytes(), &r) == nil && n%100 == 0 && r.Spl != "" {
			f.Add(r.Spl)
		}
	}
}
