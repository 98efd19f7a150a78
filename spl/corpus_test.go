package spl_test

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
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

// The file of judgments holds, for each text of the corpus that is refused, the beginning
// of its SHA-256 and why it is refused; the texts themselves belong to their authors.
// Below the name of a file of the corpus stands a line for each text:
//
//	0123456789ab kind
const judgmentsFile = "../testdata/corpus.txt"

const corpusPage = "../docs/corpus.md"

// judgment is why a text is refused.
type judgment struct {
	kind string
	// spl says that the text is a search in SPL, if a faulty one.
	spl bool
	// what stands in the page.
	what string
}

var judgmentKinds = []judgment{
	{"ours", true, "Splunk reads it, spl does not"},
	{"unclosed", true, "a quote, parenthesis, bracket or backtick lacks its other half"},
	{"pipe", true, "a pipe is missing, or one too many"},
	{"arguments", true, "what a command or function is given is wrong in number, place or kind"},
	{"type", true, "true or false where a value must stand, or the other way round"},
	{"names", true, "an output named like a field of BY, wildcards that do not pair, a name of a field that needs quotes"},
	{"pattern", true, "a regular expression that PCRE refuses, or one for `rex` that names nothing"},
	{"operator", true, "an operator or a comment of another language"},
	{"wrapped", true, "escapes, markup or a log's line around it"},
	{"unknown", true, "nothing says what Splunk does"},
	{"language", false, "another language: SPL2, a shell, PowerShell, XML"},
	{"prose", false, "no search: a template, notes, several searches in one text"},
}

type corpusRow struct{ Name, Spl, Macro, Definition string }

func corpusFile(t testing.TB, path string) []corpusRow {
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

// hashed is what a text is called in the file of judgments.
func hashed(text string) string {
	h := sha256.Sum256([]byte(text))
	return hex.EncodeToString(h[:6])
}

// judgments are the kinds of the texts that are refused, by file and hash.
func judgments(t *testing.T) map[string]map[string]string {
	t.Helper()
	text, err := os.ReadFile(judgmentsFile)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]string{}
	file := ""
	for l := range strings.Lines(string(text)) {
		f := strings.Fields(l)
		switch {
		case len(f) == 0 || strings.HasPrefix(l, "#"):
		case len(f) == 1:
			file = f[0]
			all[file] = map[string]string{}
		case len(f) == 2 && slices.ContainsFunc(judgmentKinds, func(j judgment) bool { return j.kind == f[1] }):
			all[file][f[0]] = f[1]
		default:
			t.Errorf("%s: %q is no judgment", judgmentsFile, l)
		}
	}
	return all
}

// tally counts the texts of a file.
type tally struct {
	texts, read, spl2 int
	left              map[string]int // by kind
}

// TestCorpus reads real searches. What is read must print back as text that reads as the
// same; what holds a fault of code syntax must be judged, and what is judged must still
// hold one. Without -corpus a part of the texts is read, and all that are judged.
func TestCorpus(t *testing.T) {
	files, _ := filepath.Glob(corpus + "/*.ndjson.gz")
	if len(files) == 0 {
		t.Skip("no corpus beside the checkout")
	}
	set := macros.Builtin()
	if errs := set.Load(os.DirFS("../../shared/escu"), "macros", "escu"); len(errs) > 0 {
		t.Fatal(errs)
	}
	judged := judgments(t)
	counts := map[string]*tally{}
	for _, path := range files {
		name := strings.TrimSuffix(filepath.Base(path), ".ndjson.gz")
		every := 40
		if *whole || strings.HasPrefix(name, "escu") && name != "escu-history" {
			every = 1
		}
		counts[name] = &tally{left: map[string]int{}}
		t.Run(name, func(t *testing.T) {
			readCorpus(t, corpusFile(t, path), every, set, judged[name], counts[name])
		})
	}
	if !*whole || t.Failed() {
		return
	}
	page, err := os.ReadFile(corpusPage)
	if err != nil {
		t.Fatal(err)
	}
	want := rewritten(string(page), counts)
	fmt.Print(corpusTable(counts))
	if *update {
		if err := os.WriteFile(corpusPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(page) {
		t.Errorf("%s does not say what was counted; go test ./spl -run TestCorpus -corpus -update writes it", corpusPage)
	}
}

func readCorpus(t *testing.T, rows []corpusRow, every int, set *macros.Set, judged map[string]string, n *tally) {
	met := map[string]bool{}
	for i, r := range rows {
		if r.Spl == "" {
			continue
		}
		hash := hashed(r.Spl)
		kind := judged[hash]
		if i%every > 0 && kind == "" {
			continue
		}
		n.texts++
		q, err := spl.Parse(r.Spl, &spl.Config{Name: r.Name, Macros: set})
		var errs spl.Errors
		errors.As(err, &errs)
		at := slices.IndexFunc(errs, func(e *spl.Error) bool { return e.Code == source.Syntax })
		switch {
		case at >= 0 && kind == "":
			e := errs[at]
			text, start := e.File.Line(e.Where.Start)
			off := min(max(0, e.Where.Start-start), len(text))
			t.Errorf("unjudged: %s %s: %s: %q before %q", hash, r.Name, e.Message, text[max(0, off-40):off], text[off:min(len(text), off+40)])
		case at >= 0:
			n.left[kind]++
			met[hash] = true
			continue
		case kind != "":
			t.Errorf("%s %s is judged to be faulty (%s), and is read", hash, r.Name, kind)
		}
		n.read++
		if slices.ContainsFunc(errs, func(e *spl.Error) bool { return strings.Contains(e.Message, "SPL2") }) {
			n.spl2++
		}
		if err != nil {
			continue
		}
		printed := q.String()
		if again, err := spl.Parse(printed, nil); err != nil || again.String() != printed {
			t.Errorf("%s: prints as\n%s\nwhich gives %v", r.Name, printed, err)
		}
	}
	for hash := range judged {
		if !met[hash] {
			t.Errorf("%s is judged, and no text of that hash is refused", hash)
		}
	}
}
