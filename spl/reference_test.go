package spl_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"spl/eval"
	"spl/eval/agg"
	"spl/spl/command"
)

// The pages of docs/reference are printed from the tables that run. With -update
// they are written; else they must be what would be written.
func TestReference(t *testing.T) {
	for name, text := range map[string]string{
		"commands.md": commandsPage(), "functions.md": functionsPage(), "aggregates.md": aggregatesPage(), "coverage.md": coveragePage(),
	} {
		path := filepath.Join("../docs/reference", name)
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
			t.Errorf("%s is not what the tables say; run make update", path)
		}
	}
}

// Every command that runs has a manual page, and the page a worked example that the
// cases run.
func TestManualPages(t *testing.T) {
	for _, c := range command.Table() {
		if c.Declined != "" {
			continue
		}
		page := c.Manual()
		if page == "" {
			t.Errorf("%s has no manual page", c.Name)
		} else if !strings.Contains(page, "```case\n") {
			t.Errorf("the page of %s shows no worked example", c.Name)
		}
		if c.Summary == "" || c.Usage == "" || c.Kind == "" {
			t.Errorf("the entry of %s lacks its summary, usage or kind", c.Name)
		}
	}
}

const printedFrom = "<!-- Printed from the tables that run, by `make update`. Do not edit. -->\n\n"

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

func commandsPage() string {
	var b strings.Builder
	b.WriteString(printedFrom + "# Commands\n\n`spl doc NAME` shows a command's page with its options and an example.\n\n| command | what it does | form | type |\n|---|---|---|---|\n")
	for _, c := range command.Table() {
		if c.Declined != "" {
			continue
		}
		name := "`" + c.Name + "`"
		if c.Manual() != "" {
			name = "[" + name + "](../../spl/command/" + c.Name + ".md)"
		}
		for _, a := range c.Aliases {
			name += ", `" + a + "`"
		}
		fmt.Fprintf(&b, "| %s | %s | `%s` | %s |\n", name, cell(c.Summary), cell(c.Usage), c.Kind)
	}
	return b.String()
}

func functionsPage() string {
	var b strings.Builder
	b.WriteString(printedFrom + "# Functions of eval and where\n")
	families := map[string][]*eval.Function{}
	for _, f := range eval.Functions() {
		families[f.Family] = append(families[f.Family], f)
	}
	names := make([]string, 0, len(families))
	for n := range families {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		fmt.Fprintf(&b, "\n## %s\n\n| function | what it gives |\n|---|---|\n", n)
		for _, f := range families[n] {
			fmt.Fprintf(&b, "| `%s` | %s |\n", cell(f.Usage), cell(f.Summary))
		}
	}
	return b.String()
}

func aggregatesPage() string {
	var b strings.Builder
	b.WriteString(printedFrom + "# Aggregates of stats and its relatives\n\n| function | what it gives |\n|---|---|\n")
	for _, f := range agg.Functions() {
		names := append([]string{f.Name}, f.Aliases...)
		fmt.Fprintf(&b, "| `%s` | %s |\n", strings.Join(names, "`, `"), cell(f.Summary))
	}
	return b.String()
}

func coveragePage() string {
	var b strings.Builder
	done, declined := 0, 0
	var rows strings.Builder
	row := func(kind, name, reason string) {
		if reason == "" {
			done++
			fmt.Fprintf(&rows, "| %s | `%s` | done |\n", kind, name)
			return
		}
		declined++
		fmt.Fprintf(&rows, "| %s | `%s` | declined: %s |\n", kind, name, cell(reason))
	}
	for _, c := range command.Table() {
		row("command", c.Name, c.Declined)
	}
	for _, f := range eval.Functions() {
		row("function", f.Name, f.Declined)
	}
	for _, f := range agg.Functions() {
		row("aggregate", f.Name, "")
	}
	fmt.Fprintf(&b, printedFrom+"# Coverage\n\n%d done, %d declined. A declined command is recognised, and refused before any data is\nread with the reason given here.\n\n| | name | |\n|---|---|---|\n%s", done, declined, rows.String())
	return b.String()
}
