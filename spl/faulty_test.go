package spl_test

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"spl/spl"
)

// testdata/faulty.txt lists searches that are wrong, each with all that is said of it:
//
//	the search, on a line of its own
//	    line:column code: message (help)
//
// It keeps the parser from becoming lax. -update writes what is said; read the diff.
func TestFaulty(t *testing.T) {
	const path = "../testdata/faulty.txt"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	var search string
	var want []string
	n := 0
	end := func() {
		if search == "" {
			return
		}
		n++
		got := said(search)
		if len(got) == 0 {
			t.Errorf("nothing is said of %s", search)
		}
		for _, l := range got {
			if !strings.HasSuffix(l, ")") {
				t.Errorf("%s: there is no help in %s", search, l)
			}
		}
		mendable(t, search)
		if *update {
			fmt.Fprintf(&out, "%s\n", search)
			for _, l := range got {
				fmt.Fprintf(&out, "    %s\n", l)
			}
		} else if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s\n got %s\nwant %s", search, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
		}
		search, want = "", nil
	}
	for l := range strings.Lines(string(text)) {
		l = strings.TrimSuffix(l, "\n")
		switch {
		case strings.HasPrefix(l, "    "):
			want = append(want, l[4:])
		case strings.HasPrefix(l, "##"), l == "":
			end()
			fmt.Fprintln(&out, l)
		default:
			end()
			search = l
		}
	}
	end()
	if n < 200 {
		t.Errorf("only %d searches", n)
	}
	if *update && !t.Failed() {
		if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// said is what is said of a search, a line for each fault.
func said(search string) []string {
	_, err := spl.Parse(strings.ReplaceAll(search, "⏎", "\n"), nil)
	var errs spl.Errors
	if !errors.As(err, &errs) {
		return nil
	}
	var out []string
	for _, e := range errs {
		p := e.Place()
		help := ""
		if e.Help != "" {
			help = " (" + e.Help + ")"
		}
		out = append(out, fmt.Sprintf("%d:%d %s: %s%s", p.Line, p.Column, e.Code, strings.ReplaceAll(e.Message, "\n", "⏎"), help))
	}
	return out
}

var meant = regexp.MustCompile("^did you mean `([^`]+)`")

// mendable writes each name that a help holds to be meant in the place of the one that is
// wrong; then that must not be said any more.
func mendable(t *testing.T, search string) {
	t.Helper()
	var errs spl.Errors
	_, err := spl.Parse(search, nil)
	errors.As(err, &errs)
	for _, e := range errs {
		m := meant.FindStringSubmatch(e.Help)
		if m == nil || e.File == nil || e.Frame != nil || e.Where.End > len(search) {
			continue
		}
		mended := search[:e.Where.Start] + m[1] + search[e.Where.End:]
		var left spl.Errors
		_, err := spl.Parse(mended, nil)
		errors.As(err, &left)
		for _, l := range left {
			if l.Where.Start == e.Where.Start && l.Code == e.Code {
				t.Errorf("%s\n is %s as the help says, and still: %s", search, mended, l.Message)
			}
		}
	}
}
