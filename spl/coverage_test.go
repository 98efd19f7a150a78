package spl_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"spl/eval"
	"spl/eval/agg"
	"spl/spl/command"
)

// caseTexts are the searches of all cases, each with what it expects.
func caseTexts(t *testing.T) []*testCase {
	t.Helper()
	var all []*testCase
	for _, pattern := range caseFiles {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			all = append(all, readCases(t, f)...)
		}
	}
	return all
}

// uses are the arguments with which a search calls a command, as a rough reading of
// its text gives them.
func uses(search string, names []string) []string {
	var out []string
	for _, name := range names {
		for _, m := range regexp.MustCompile(`(?is)(?:^|[|\[]|\bsearch=")\s*`+regexp.QuoteMeta(name)+`\b([^|\]]*)`).FindAllStringSubmatch(search, -1) {
			out = append(out, m[1])
		}
	}
	return out
}

// takesAnything are the commands that do nothing here and take whatever they are given.
var takesAnything = map[string]bool{
	"abstract": true, "audit": true, "dbinspect": true, "highlight": true, "history": true, "iconify": true, "localop": true, "noop": true, "redistribute": true,
	"runshellscript": true, "script": true, "sendalert": true, "sendemail": true,
}

// Each option of each command has a case, and so has a wrong use of each command and
// its use on no rows.
func TestCommandsHaveCases(t *testing.T) {
	cases := caseTexts(t)
	for _, c := range command.Table() {
		if c.Declined != "" {
			continue
		}
		names := append([]string{c.Name}, c.Aliases...)
		used, failed, none := "", false, false
		for _, x := range cases {
			args := uses(x.search, names)
			if len(args) == 0 {
				continue
			}
			used += " " + strings.ToLower(strings.Join(args, " "))
			failed = failed || len(x.errs) > 0
			none = none || len(x.errs) == 0 && len(x.out) == 0 || strings.Contains(x.search, "nosuch |")
		}
		if used == "" {
			t.Errorf("%s has no case", c.Name)
			continue
		}
		for _, o := range c.Options {
			if strings.HasPrefix(c.Name, "si") { // read as the command without these letters is
				break
			}
			if !regexp.MustCompile(`\b` + regexp.QuoteMeta(strings.TrimSuffix(strings.ToLower(o.Name), "<percent>")) + `\d*\s*=`).MatchString(used) {
				t.Errorf("%s: no case has the option %s", c.Name, o.Name)
			}
		}
		if !failed && !takesAnything[c.Name] {
			t.Errorf("%s: no case asserts the message of a wrong use", c.Name)
		}
		if !none {
			t.Errorf("%s: no case shows what it does with no rows", c.Name)
		}
	}
}

// Each function and each aggregate stands in a case or in a table of its tests.
func TestFunctionsHaveCases(t *testing.T) {
	var text strings.Builder
	for _, x := range caseTexts(t) {
		text.WriteString(x.search + "\n")
	}
	for _, pattern := range []string{"../eval/*_test.go", "../eval/agg/*_test.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			text.Write(b)
		}
	}
	all := strings.ToLower(text.String())
	for _, f := range eval.Functions() {
		if n := strings.Count(all, f.Name+"(") + 3*strings.Count(all, `"`+f.Name+`"`); n < 4 {
			t.Errorf("the function %s is called %d times in tests, which cannot be ordinary use, NULL, several values and a wrong type", f.Name, n)
		}
	}
	for _, f := range agg.Functions() {
		name, _, _ := strings.Cut(f.Name, "<")
		if strings.Count(all, name) < 2 {
			t.Errorf("the aggregate %s has no case", f.Name)
		}
	}
}

// With the language's reference beside the checkout, every command, function and
// aggregate that it lists is in the tables, done or declined.
func TestCoverageOfReference(t *testing.T) {
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join("../../shared/semantics", name))
		if err != nil {
			t.Skip("the reference is not here")
		}
		return string(b)
	}
	for _, m := range regexp.MustCompile(`(?m)^\| ([a-z0-9]+) \| [a-z]`).FindAllStringSubmatch(read("commands/00-index.md"), -1) {
		if _, err := command.Find(m[1]); err != nil && m[1] != "command" {
			t.Errorf("there is no command %s", m[1])
		}
	}
	functions := read("eval-functions.md")
	functions = functions[strings.Index(functions, "## 5.5"):strings.Index(functions, "## 5.6")]
	for _, name := range regexp.MustCompile("`([a-z][a-z0-9_]*)(?:\\(|`| )").FindAllStringSubmatch(functions, -1) {
		if len(name[1]) > 1 {
			checkFunction(t, functions, name[1])
		}
	}
	// Some families are lists: `abs ceil/ceiling floor ...`.
	for _, list := range regexp.MustCompile("(?m)^`([a-z][^`]+)`").FindAllStringSubmatch(functions, -1) {
		for _, name := range regexp.MustCompile(`(?:^|[ /])([a-z][a-z0-9_]+)`).FindAllStringSubmatch(list[1], -1) {
			checkFunction(t, name[1]+"(", name[1])
		}
	}
	aggregates := read("stats-functions.md")
	aggregates = aggregates[strings.Index(aggregates, "## 6.2"):strings.Index(aggregates, "## 6.3")]
	for _, m := range regexp.MustCompile("(?m)^\\| (`[^|]*)\\|").FindAllStringSubmatch(aggregates, -1) {
		for _, name := range regexp.MustCompile("`([a-z_]+)(<N>)?[(`]").FindAllStringSubmatch(m[1], -1) {
			called := name[1]
			if name[2] != "" {
				called += "95"
			}
			if _, err := agg.Find(called); err != nil && called != "sparkline" {
				t.Errorf("there is no aggregate %s", called)
			}
		}
	}
}

// checkFunction looks a name up that stands in backticks; not every one is a function's.
func checkFunction(t *testing.T, text, name string) {
	t.Helper()
	if !strings.Contains(text, name+"(") || strings.Contains(text, "`"+name+"`?") {
		return
	}
	for _, f := range eval.Functions() {
		if f.Name == name || slices.Contains(f.Aliases, name) {
			return
		}
	}
	t.Errorf("there is no function %s", name)
}
