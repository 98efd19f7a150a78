package main

import (
	"os"
	"strings"
	"testing"
)

// testdata/reports.txt shows reports exactly as people see them: a line "» query", which
// may go on with more such lines, and below it what spl check prints.
func TestReports(t *testing.T) {
	const path = "testdata/reports.txt"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	n := 0
	var query, want []string
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
		if have := strings.Trim(strings.Join(want, "\n"), "\n") + "\n"; !*update && have != got {
			t.Errorf("%s\n got\n%s\nwant\n%s", strings.Join(query, "\n"), got, have)
		}
		if !strings.Contains(got, "help:") {
			t.Errorf("the report does not say what to do:\n%s", got)
		}
		query, want = nil, nil
	}
	for l := range strings.Lines(string(text)) {
		l = strings.TrimSuffix(l, "\n")
		q, is := strings.CutPrefix(l, "» ")
		switch {
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

// reported is what spl check prints of a query.
func reported(query string) string {
	w, out, errs := pretend("")
	run([]string{"check", "-q", query, "-M", "noisy(x)=where count > $x$ | stast count", "-M", "base=index=main sourcetype=web"}, w)
	text, _, _ := strings.Cut(out.String(), "checked ")
	return strings.Trim(text+errs.String(), "\n") + "\n"
}
