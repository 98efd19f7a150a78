package command

import (
	"strings"
	"testing"
)

// Where arguments are cut into clauses.
func TestCutClauses(t *testing.T) {
	f := func(text string, want ...string) {
		t.Helper()
		got := cutClauses(text)
		for i, w := range want {
			if strings.TrimSpace(got[i].text) != w {
				t.Errorf("%s: clause %d is %q, want %q", text, i, got[i].text, w)
			}
			if got[i].word != "" && text[got[i].at:got[i].at+len(got[i].text)] != got[i].text {
				t.Errorf("%s: clause %d stands at %d", text, i, got[i].at)
			}
		}
	}
	f("count", "count", "", "", "")
	f("", "", "", "", "")
	f("count FROM datamodel=X WHERE a=1 BY b", "count", "datamodel=X", "a=1", "b")
	f("count where index=* by _time", "count", "", "index=*", "_time")
	f("values(x) AS from, count AS by from datamodel=X groupby y", "values(x) AS from, count AS by", "datamodel=X", "", "y")
	f(`count AS "x by y" from datamodel=X where(a=by OR (b=1 by c)) by d`, `count AS "x by y"`, "datamodel=X", "(a=by OR (b=1 by c))", "d")
	f(`count where a=*\"by* b=x-by c=by by=3 by f`, "count", "", `a=*\"by* b=x-by c=by by=3`, "f")
	f(`count where [search x | stats count by y] by z`, "count", "", "[search x | stats count by y]", "z")
	f("count from datamodel=X where a = by", "count", "datamodel=X", "a =", "")
	f(`count where "unclosed by x`, "count", "", `"unclosed by x`, "")
}

func FuzzTstats(f *testing.F) {
	for _, s := range []string{
		"count FROM datamodel=X.Y WHERE a=1 BY b span=1h",
		`prestats=t values("x y") AS "z" from datamodel="A"."B" where x IN (a, "b") OR NOT y=* by PREFIX(k=) _time`,
		"sum(PREFIX(a=)) where TERM(x=1) by [",
		`count where "unclosed`, "count by", "from where by",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := Parser()
		for _, command := range []string{"tstats", "from", "datamodel", "pivot"} {
			pl, errs := p.Parse("| " + command + " " + text)
			if len(errs) > 0 || len(pl.Stages) != 1 {
				continue
			}
			printed := pl.String()
			again, errs := p.Parse(printed)
			if len(errs) > 0 {
				t.Fatalf("%q was printed as %q: %v", text, printed, errs)
			}
			if again.String() != printed {
				t.Fatalf("%q: %q and %q", text, printed, again)
			}
		}
	})
}
