package spl_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// rule is what a case shows of spl where Splunk does otherwise, or is not known.
type rule struct {
	known   bool // Splunk is known to do otherwise
	section string
	matter  string
	does    string
}

// newRule reads SECTION: a matter => what spl does.
func newRule(t testing.TB, at, key, text string) rule {
	t.Helper()
	section, rest, ok := strings.Cut(text, ": ")
	matter, does, ok2 := strings.Cut(rest, " => ")
	if !ok || !ok2 || !slices.ContainsFunc(ruleSections, func(s ruleSection) bool { return s.name == section }) {
		t.Fatalf("%s: a rule is SECTION: a matter => what spl does", at)
	}
	return rule{key == "differs", section, strings.TrimSpace(matter), strings.TrimSpace(does)}
}

type ruleSection struct{ name, title string }

var ruleSections = []ruleSection{
	{"search", "The search language"},
	{"time", "Time"},
	{"subsearch", "Subsearches"},
	{"macros", "Macros"},
	{"eval", "Expressions and functions"},
	{"aggregates", "Aggregates"},
	{"commands", "Commands"},
	{"events", "Events and fields"},
	{"knowledge", "Knowledge objects"},
	{"output", "Output"},
}

const differencesHead = "<!-- Printed from the cases, by `make update`. Do not edit. -->\n\n" + `# Differences from Splunk

What spl is known to do otherwise, and what it does where Splunk's documentation does
not say. Each line is a case that the tests run, so it stays true: ` + "`testdata/rules`" + ` and
the cases beside the commands say where a line comes from. Everything else that differs
is a bug.
`

func differencesPage(t *testing.T) string {
	var all []rule
	for _, pattern := range caseFiles {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if filepath.Ext(f) == ".md" {
				continue // pages, this one too
			}
			for _, c := range readCases(t, f) {
				all = append(all, c.rules...)
			}
		}
	}
	all = append(all, commentedRules(t)...)
	var b strings.Builder
	b.WriteString(differencesHead)
	b.WriteString("\n## On purpose\n\n| matter | what spl does |\n|---|---|\n")
	for _, s := range ruleSections {
		writeRules(&b, all, s.name, true)
	}
	b.WriteString("\n## Where the documentation does not say\n")
	for _, s := range ruleSections {
		fmt.Fprintf(&b, "\n### %s\n\n| matter | what spl does |\n|---|---|\n", s.title)
		writeRules(&b, all, s.name, false)
	}
	return b.String()
}

// commentedRules are those that stand as comments at tests that are no cases.
func commentedRules(t *testing.T) []rule {
	t.Helper()
	var all []rule
	for _, pattern := range []string{"input/*_test.go", "knowledge/*_test.go", "output/*_test.go", "../macros/*_test.go", "../eval/timefmt/*_test.go", "../cmd/spl/*_test.go", "../cmd/spl/testdata/script/*.txtar"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for i, line := range strings.Split(string(text), "\n") {
				line = strings.TrimLeft(line, "/# \t")
				for _, key := range []string{"rule", "differs"} {
					if rest, ok := strings.CutPrefix(line, key+": "); ok && strings.Contains(rest, " => ") {
						all = append(all, newRule(t, fmt.Sprintf("%s:%d", f, i+1), key, rest))
					}
				}
			}
		}
	}
	return all
}

// writeRules writes the lines of a section; two cases may show the same. Those of
// commands are in the order of their names.
func writeRules(b *strings.Builder, all []rule, section string, known bool) {
	var lines []string
	for _, r := range all {
		if r.section == section && r.known == known {
			lines = append(lines, fmt.Sprintf("| %s | %s |\n", cell(r.matter), cell(r.does)))
		}
	}
	if section == "commands" {
		slices.Sort(lines)
	}
	for i, line := range lines {
		if !slices.Contains(lines[:i], line) {
			b.WriteString(line)
		}
	}
}

// docs/differences.md is printed from the cases. With -update it is written; else it
// must be what would be written.
func TestDifferences(t *testing.T) {
	const path = "../docs/differences.md"
	text := differencesPage(t)
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != text {
		t.Errorf("%s is not what the cases say; run make update", path)
	}
}
