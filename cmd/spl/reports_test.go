package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// testdata/reports.txt shows reports exactly as people see them: a line "» query", which
// may go on with more such lines, and below it what spl check prints. Behind it stands, in
// lines that begin with «, the query as the help says to write it; of that nothing is said.
func TestReports(t *testing.T) {
	const path = "testdata/reports.txt"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	n := 0
	var query, want, mended []string
	end := func() {
		if len(query) == 0 {
			return
		}
		n++
		got := reported(strings.Join(query, "\n"))
		for _, q := range query {
			out.WriteString("» " + q + "\n")
		}
		out.WriteString(got + "\n")
		for _, m := range mended {
			out.WriteString("« " + m + "\n")
		}
		out.WriteString("\n")
		if said := reported(strings.Join(mended, "\n")); len(mended) == 0 {
			t.Errorf("%s: there is no query that is mended", strings.Join(query, "\n"))
		} else if said != "\n" {
			t.Errorf("%s\n is mended, and this is said:\n%s", strings.Join(mended, "\n"), said)
		}
		heeded(t, got, strings.Join(mended, "\n"))
		if have := strings.Trim(strings.Join(want, "\n"), "\n") + "\n"; !*update && have != got {
			t.Errorf("%s\n got\n%s\nwant\n%s", strings.Join(query, "\n"), got, have)
		}
		if !strings.Contains(got, "help:") {
			t.Errorf("the report does not say what to do:\n%s", got)
		}
		query, want, mended = nil, nil, nil
	}
	for l := range strings.Lines(string(text)) {
		l = strings.TrimSuffix(l, "\n")
		q, is := strings.CutPrefix(l, "» ")
		m, right := strings.CutPrefix(l, "« ")
		switch {
		case right:
			mended = append(mended, m)
		case is && len(want) > 0:
			end()
			query = append(query, q)
		case is:
			query = append(query, q)
		default:
			want = append(want, l)
		}
	}
	end()
	if n < 60 {
		t.Errorf("only %d reports", n)
	}
	if *update {
		if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// told finds in a help what to write, word for word.
var told = []*regexp.Regexp{
	regexp.MustCompile("did you mean `([^`]+)`"),
	regexp.MustCompile("instead, try (.+)"),
	regexp.MustCompile("write NOT before the value: (.+)"),
	regexp.MustCompile("write plain ones: (.+)"),
	regexp.MustCompile("two assignments: (.+)"),
	regexp.MustCompile("single quotes: (.+)"),
	regexp.MustCompile("the function has parentheses: (.+)"),
	regexp.MustCompile(`eval\(\): (.+)`),
	regexp.MustCompile("is an option: (.+)"),
	regexp.MustCompile(`write (\| \w+|is[a-z]+\(.+|like\(.+|[a-z]+>=.+)$`),
}

// heeded checks that a query is mended as the help says.
func heeded(t *testing.T, report, mended string) {
	t.Helper()
	for l := range strings.Lines(report) {
		help, is := strings.CutPrefix(strings.TrimSpace(l), "help: ")
		for _, re := range told {
			if m := re.FindStringSubmatch(help); is && m != nil && !strings.Contains(mended, m[1]) {
				t.Errorf("%s\n is not what the help says: %s", mended, m[1])
			}
		}
	}
}

// reported is what spl check prints of a query.
func reported(query string) string {
	w, out, errs := pretend("")
	run([]string{"check", "-q", query, "-M", "noisy(x)=where count > $x$ | stast count", "-M", "base=index=main sourcetype=web"}, w)
	text, _, _ := strings.Cut(out.String(), "checked ")
	return strings.Trim(text+errs.String(), "\n") + "\n"
}
