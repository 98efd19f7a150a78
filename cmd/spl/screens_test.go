//go:build unix

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// screen is one of docs/prompt.md: keys, and what the screen shows in the end.
type screen struct {
	name          string
	width, height int
	steps         []step
}

type step struct{ keys, sees string }

var screens = []screen{
	{"fault", 76, 6, []step{{"verb=list | stast count by userAgent ", "by userAgent"}, {"", "did you mean"}}},
	{"fields", 76, 14, []step{{":fields verb" + enter, "verb: in"}, {"\x0c", ""}, {"verb=list | stats count by user" + tab, "user.username"}}},
	{"values", 76, 12, []step{{":fields verb" + enter, "verb: in"}, {"\x0c", ""}, {"verb=" + tab, "watch"}}},
	{"table", 76, 20, []step{{"verb=list | stats count values(userAgent) by user.username requestURI" + enter, "matched"}}},
	{"chart", 76, 18, []step{{"* | timechart span=1m count" + enter, "matched"}}},
	{"bars", 76, 12, []step{{"* | top userAgent" + enter, "matched"}}},
	{"help", 76, 36, []step{{":help" + enter, "loadjob $1."}}},
	{"session", 76, 30, []step{
		{"verb=list | stats count by sourceIPs{} | `scan_filter`" + enter, "matched"},
		{":macro scan_filter=where count>1" + enter, "overridden"},
		{up + up + enter, "2 rows"},
		{":export scan.csv" + enter, "rows written"},
	}},
}

// took is what a slow machine writes otherwise: the time, and behind a long one the speed.
var took = regexp.MustCompile(`\b[0-9.]+ (ms|s)\b(, [0-9.]+ [KMGT]?B/s)?`)

// settled is a screen as the page has it.
func settled(s string) string {
	return strings.TrimSpace(strings.TrimSuffix(took.ReplaceAllString(s, "2 ms"), "spl>"))
}

// The screens of docs/prompt.md are what the program shows. With -update they are
// written anew.
func TestScreens(t *testing.T) {
	const page = "../../docs/prompt.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	want := string(text)
	data, err := os.ReadFile(filepath.Join(seedFolder(t), "eks-audit.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range screens {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "eks-audit.ndjson"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		c := open(t, setting{width: s.width, height: s.height, dir: dir, args: []string{"repl", "eks-audit.ndjson"}})
		c.sees("spl>")
		for _, st := range s.steps {
			c.keys(st.keys)
			if st.sees == "" {
				c.until("a clear screen", func(s string) bool { return strings.HasPrefix(strings.TrimSpace(s), "spl>") })
				continue
			}
			c.sees(st.sees)
		}
		ran := strings.HasSuffix(s.steps[len(s.steps)-1].keys, enter)
		mark := "<!-- screen: " + s.name + " -->\n"
		before, after, ok := strings.Cut(want, mark)
		if !ok {
			t.Errorf("%s has no place for the screen %s", page, s.name)
			continue
		}
		shown := ""
		if rest, ok := strings.CutPrefix(after, "```\n"); ok {
			shown, after, _ = strings.Cut(rest, "```\n")
		}
		// What is on its way to the screen may come in pieces: it has time to become right.
		got := settled(c.eventually(func(s string) bool {
			return (!ran || strings.HasSuffix(s, "spl>")) && settled(s) == strings.TrimSuffix(shown, "\n")
		}))
		want = before + mark + "```\n" + got + "\n```\n" + after
	}
	if want == string(text) {
		return
	}
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("docs/prompt.md is not what the program shows; run go test ./cmd/spl -run TestScreens -update\n%s", want)
}
