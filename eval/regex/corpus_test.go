package regex

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// corpusPatterns finds the patterns of rex, regex, match and replace in the
// texts of searches, if those are there. They are unquoted as SPL does it.
func corpusPatterns(t *testing.T) []string {
	files, _ := filepath.Glob("../../../shared/corpus/spl/*.ndjson.gz")
	if len(files) == 0 {
		t.Skip("no corpus of searches")
	}
	quoted := `"((?:[^"\\]|\\.)*)"`
	calls := regexp.MustCompile(`(?s)(?:\brex\b[^|"]*?|\bregex\b[^|"]*?|\bmatch\s*\([^,"|]*,\s*|\breplace\s*\([^,"|]*,\s*)` + quoted)
	seen := map[string]bool{}
	var out []string
	for _, name := range files {
		for _, text := range corpusTexts(t, name) {
			for _, m := range calls.FindAllStringSubmatch(text, -1) {
				if strings.Contains(strings.ReplaceAll(m[0], " ", ""), "mode=sed") {
					continue
				}
				p := unquote(m[1])
				if !seen[p] {
					seen[p] = true
					out = append(out, p)
				}
			}
		}
	}
	return out
}

// unquote takes the backslash from a quote and from another backslash.
func unquote(s string) string {
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(s)
}

func corpusTexts(t *testing.T, name string) []string {
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var row struct{ Spl, Definition string }
		if json.Unmarshal(lines.Bytes(), &row) == nil {
			out = append(out, row.Spl+row.Definition)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestCorpus compiles what people have written. Nothing may be unsupported but
// a few; what is wrong in PCRE too does not count.
func TestCorpus(t *testing.T) {
	patterns := corpusPatterns(t)
	var bad, unsupported, back int
	for _, p := range patterns {
		re, err := Compile(p, Options{})
		var syntax *SyntaxError
		switch {
		case err == nil:
			if why, yes := re.Backtracks(); yes {
				back++
				t.Logf("backtracks (%s): %q", why, p)
			}
		case errors.As(err, &syntax) && syntax.Unsupported:
			unsupported++
			t.Logf("unsupported: %q: %v", p, err)
		default:
			bad++
			t.Logf("invalid: %q: %v", p, err)
		}
	}
	t.Logf("%d patterns, %d backtrack, %d invalid, %d unsupported", len(patterns), back, bad, unsupported)
	if unsupported*1000 > len(patterns) {
		t.Errorf("%d of %d patterns are not supported", unsupported, len(patterns))
	}
}
