package spl_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"spl/macros"
	"spl/parser/source"
	"spl/spl"
)

// corpus is where real searches lie, beside the checkout; the tests pass without it.
const corpus = "../../shared/corpus/spl"

var whole = flag.Bool("corpus", false, "read the whole corpus, and list what is refused")

// rates are the least parts, in per cent, of each file that must be free of syntax
// errors. The rest is faulty in itself; docs/corpus.md says how.
var rates = map[string]float64{
	"escu": 100, "escu-2026-from-total-replay": 100, "escu-baselines-macros": 100, "escu-history": 97,
	"splunkbase-saved": 99.4, "splunkbase-eventtypes": 99.9, "splunkbase-eval-expr": 99.3, "splunkbase-dashboards": 99.8, "other-public": 94.2,
}

type corpusRow struct{ Name, Spl, Macro, Definition string }

func corpusFile(t *testing.T, path string) []corpusRow {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var rows []corpusRow
	sc := bufio.NewScanner(z)
	sc.Buffer(nil, 64<<20)
	for sc.Scan() {
		var r corpusRow
		if err := json.Unmarshal(sc.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	return rows
}

// TestCorpus reads all real searches and tells how many hold a syntax error; what is
// read must print back as text that reads as the same.
func TestCorpus(t *testing.T) {
	files, _ := filepath.Glob(corpus + "/*.ndjson.gz")
	if len(files) == 0 {
		t.Skip("no corpus beside the checkout")
	}
	set := macros.Builtin()
	if errs := set.Load(os.DirFS("../../shared/escu"), "macros", "escu"); len(errs) > 0 {
		t.Fatal(errs)
	}
	for _, path := range files {
		name := strings.TrimSuffix(filepath.Base(path), ".ndjson.gz")
		if !*whole && name != "escu" && name != "escu-2026-from-total-replay" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			rows, bad, other := 0, 0, 0
			kinds := map[string]int{}
			for _, r := range corpusFile(t, path) {
				if r.Spl == "" {
					continue
				}
				rows++
				q, err := spl.Parse(r.Spl, &spl.Config{Name: r.Name, Macros: set})
				var errs spl.Errors
				if errors.As(err, &errs) {
					syntax := false
					for _, e := range errs {
						kinds[string(e.Code)]++
						syntax = syntax || e.Code == source.Syntax
					}
					if syntax {
						bad++
						i := slices.IndexFunc(errs, func(e *spl.Error) bool { return e.Code == source.Syntax })
						e := errs[i]
						text, start := e.File.Line(e.Where.Start)
						off := max(0, e.Where.Start-start)
						if *whole {
							fmt.Printf("SYNTAX\t%s\t%s\t%q\t%q\n", name, e.Message, text[max(0, off-40):off], text[off:min(len(text), off+40)])
						}
					} else {
						other++
					}
					continue
				}
				printed := q.String()
				if again, err := spl.Parse(printed, nil); err != nil || again.String() != printed {
					t.Errorf("%s: prints as\n%s\nwhich gives %v", r.Name, printed, err)
				}
			}
			if rows > 0 && 100*float64(rows-bad)/float64(rows) < rates[name] {
				t.Errorf("%d of %d searches hold a syntax error; at least %.1f %% must be free of one", bad, rows, rates[name])
			}
			t.Logf("%d searches, %d with a syntax error (%.2f %%), %d with other faults: %v", rows, bad, 100*float64(bad)/float64(max(1, rows)), other, kinds)
		})
	}
}
