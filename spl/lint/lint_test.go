package lint_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"spl/macros"
	"spl/parser/source"
	"spl/spl"
	"spl/spl/lint"
)

// check is what is found in a search, with all optional lints.
func check(t *testing.T, search string, o lint.Options) source.Errors {
	t.Helper()
	q, err := spl.Parse(search, nil)
	if err != nil {
		t.Fatalf("%s: %v", search, err)
	}
	return lint.Check(q, &o)
}

// Each lint finds what its bad example shows, and nothing in its good one.
func TestExamples(t *testing.T) {
	for _, l := range lint.Table() {
		if l.Summary == "" || l.Why == "" || l.Bad == "" || l.Good == "" {
			t.Errorf("%s lacks its summary, reason or examples", l.Code)
		}
		if l.Code == "undefined-macro" {
			continue // told by the expansion
		}
		o := lint.Options{On: []string{l.Code}}
		switch l.Code {
		case "missing-filter":
			o.Filtered = true
		case "risk-field":
			o.Outputs = []string{"user"}
		}
		bad, good := check(t, l.Bad, o), check(t, l.Good, o)
		if len(bad) != 1 || string(bad[0].Code) != l.Code {
			t.Errorf("%s finds in its bad example: %v", l.Code, bad)
		} else if bad[0].Help == "" {
			t.Errorf("%s does not say what to do", l.Code)
		}
		if len(good) > 0 {
			t.Errorf("%s finds in its good example: %v", l.Code, good)
		}
		o.Off = []string{l.Code}
		if off := check(t, l.Bad, o); len(off) > 0 {
			t.Errorf("%s, switched off, finds %v", l.Code, off)
		}
		if off := check(t, l.Bad+" ```no-lint "+l.Code+"```", lint.Options{On: o.On, Outputs: o.Outputs, Filtered: o.Filtered}); len(off) > 0 {
			t.Errorf("%s, switched off by a comment, finds %v", l.Code, off)
		}
	}
}

// cases are searches and what is found in them: "line:column code message", without
// optional lints.
func TestFindings(t *testing.T) {
	f := func(search string, want ...string) {
		t.Helper()
		var got []string
		for _, e := range check(t, search, lint.Options{}) {
			p := e.Place()
			got = append(got, fmt.Sprintf("%d:%d %s %s (%s)", p.Line, p.Column, e.Code, e.Message, e.Help))
		}
		if !slices.EqualFunc(got, want, strings.HasPrefix) {
			t.Errorf("%s\n got %s\nwant %s", search, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
		}
	}
	// what is dropped, by what, and where
	f("a\n| stats count by user\n| where status>400 AND count>1", "3:9 dropped-filter there is no `status` here: `stats` (line 2) does not give it (there are count, user)")
	f("a | table user, src | search dst=1 OR src=2", "1:30 dropped-filter there is no `dst` here: `table` (line 1) does not give it (there are src, user)")
	f("a | fields - status | where status=1", "1:29 dropped-filter there is no `status` here: `fields`")
	f("a | stats values(src) as srcs by user | eval n=mvcount(src)", "1:56 renamed-field `src` is called `srcs` here, since `stats`")
	f("a | stats count by user | rename user as who | dedup user", "1:54 renamed-field `user` is called `who` here, since `rename` (line 1) (write who)")
	f("a | stats count by x.u, x.v | rename x.* as * | where isnum(u) AND 'x.v'=1", "1:68 renamed-field `x.v` is called `v` here")
	f("a | stats count by user | timechart count", "1:27 dropped-field there is no `_time` here")
	f("a | stats count | table count user", "1:31 dropped-field")
	f("| makeresults | eval a=b", "1:24 dropped-field there is no `b` here: `makeresults`")
	f("a | stats count by u | append [search b | stats count by v | where u=1] | where v=1", "1:68 dropped-filter")
	f("a | stats count by u | join u [search b | stats count by u, w | fields u, w, q] | where w=1")
	f("a | stats count by u | appendpipe [stats sum(x) as s]", "1:46 dropped-field")
	f("a | stats count by u | appendpipe [stats sum(count) as s | eval t=s+v]", "1:69 dropped-field there is no `v` here: `stats`")
	// names that are no plain words are found in their quotes; what is there is listed
	// where that is all, and short
	f(`a | stats count by u | table u "my field"`, "1:33 dropped-field there is no `my field` here: `stats` (line 1) does not give it (there are count, u)")
	f("a | table b c d e f g h i j k l m n | where zz=1", "1:45 dropped-filter there is no `zz` here: `table` (line 1) does not give it ()")
	f("a | fields - zz | where zz=1", "1:25 dropped-filter there is no `zz` here: `fields` (line 1) does not give it ()")
	f("a | stats max(x) as m by user | where status=1", "1:39 dropped-filter there is no `status` here: `stats` (line 1) does not give it (there are m, user)")
	// spaces are counted, and the first is shown
	f("a |\u00a0stats\u00a0count", "1:4 odd-space this is no ordinary space, but one as pages and documents have; there are 2 in the search (write ordinary spaces)")
	f("a |\u00a0stats count", "1:4 odd-space this is no ordinary space, but one as pages and documents have (write an ordinary space)")
	// values of a search are the same in any case of letters
	f("a (x!=Root OR x!=root)")
	// wildcards that differ, and running words
	f(`a | where host!="b*"`, "1:11 wildcard-in-where `*` is no wildcard in an expression: this is true of all but the text \"b*\" itself (write NOT like(host, \"b%\"))")
	f("a=1 error or warning", "1:11 lowercase-operator")
	f("a=1 error and b=2", "1:11 lowercase-operator")
	f("a=1 not error", "1:5 lowercase-operator")
	f("error or warning or failure", "1:7 lowercase-operator", "1:18 lowercase-operator")
	f("a=1 user has reached or exceeded the quota")
	f("a=1 Could not request certificate")
	// and what is there all the same
	f("a | fields app, title | appendpipe [lookup t app OUTPUT x as y | where isnull(y) | eval z=y]")
	f("a | fields app | appendpipe [eventstats count as n by app | where n=1]")
	f("a | stats count by a.b, a.c | rename a.* as *, b as who")
	f("a | stats count by user | where isnull(status) OR coalesce(x, count)>1")
	f("a | stats count by user | eval status=if(isnull(status), 1, status) | where status=1")
	f("a | stats count by user | fillnull value=0 extra | where extra=0")
	f("a | stats count by user | lookup people user OUTPUT team | where team=1")
	f("a | stats count by user | lookup people user | where team=1")
	f("a | stats values(*) as * by user | where status=1")
	f("a | chart count over user by status | where \"200\">1 OR '200'>1", "1:45 literal-comparison")
	f("a | xyseries a b c | where d>1")
	f("a | stats count by user | eval {user}=1 | where root=1")
	f("a | stats count by user | rex field=user \"(?<first>.)\" | where first=\"a\"")
	f("a | stats count as n by user | eval count=n | where count>1 | sort - count | head 3")
	f("a | stats count by user | eval x=null, y=if(true(), x, NULL)")
	f("a | stats count by user | spath input=user | where q=1")
	f("a | stats count by [search b | return user] | where z=1")
	f("| tstats count where index=a by user | where count>1")
	f("a | transaction user maxspan=1h | where duration>1")
	// conditions
	f(`a | where x="*.exe" AND y="*"`, `1:11 wildcard-in-where`)
	f(`a | eval c="*/5 * * * *" | where cron="*/5 * * * *"`)
	f(`a and b`, "1:3 lowercase-operator")
	f(`a "or" b or`)
	f(`not a`, "1:1 lowercase-operator")
	f(`a (x!=1 OR NOT x=2)`, "1:4 always-true")
	f(`a (x!=1 OR y!=2 OR x!=1) NOT (x!=1 OR x!=2)`)
	f(`a | where x!="1" OR x!="2"`, "1:11 always-true")
	f(`a | where "$t$"="x" OR ""=x`)
	f("a | eval u=1 | eval u=2, v=u | stats count by v", "1:10 unused-field nothing reads `u`")
	f("a | eval u=1 | stats count by v | `x_filter`", "1:10 unused-field")
	f("a | eval u=1 | `x_filter` | stats count by v")
	f("a | transaction user | join u [search b]", "1:5 transaction-limits", "1:24 join-limits")
	f("a | join u max=0 [search b]")
}

// A macro hides nothing, and what comes from it is shown in it.
func TestMacros(t *testing.T) {
	set := macros.Builtin()
	if errs := set.Define("only_bad", "where status>400", "m.conf"); len(errs) > 0 {
		t.Fatal(errs)
	}
	if errs := set.Define("same(x)", `where "$x$"="all" OR user="$x$"`, "m.conf"); len(errs) > 0 {
		t.Fatal(errs)
	}
	q, err := spl.Parse("a | stats count by user | `only_bad` | `same(all)`", &spl.Config{Macros: set})
	if err != nil {
		t.Fatal(err)
	}
	found := lint.Check(q, nil)
	if len(found) != 1 || found[0].Code != "dropped-filter" || found[0].Frame == nil || found[0].File.Name != "m.conf" {
		t.Errorf("found %v", found)
	}
}

var update = flag.Bool("update", false, "write docs/lints.md")

// docs/lints.md is printed from the table.
func TestPage(t *testing.T) {
	const path = "../../docs/lints.md"
	var b strings.Builder
	b.WriteString("<!-- Printed from the table of lints, by `make update`. Do not edit. -->\n\n# Lints\n\n" +
		"`spl check` warns of what is allowed in a search and most likely not meant. Each warning\nhas a code. `--no-lint CODE` switches one off, as does a comment in the search:\n" +
		"` ```no-lint dropped-field, join-limits``` `. `--lint CODE` asks for one that is a matter of\ntaste. With `--strict` a warning counts as an error. Runs do not lint.\n")
	for _, l := range lint.Table() {
		fmt.Fprintf(&b, "\n## %s\n\n", l.Code)
		if l.Optional {
			fmt.Fprintf(&b, "(with `--lint %s`) ", l.Code)
		}
		fmt.Fprintf(&b, "%s%s. %s\n\n    %s\n\nbetter:\n\n    %s\n", strings.ToUpper(l.Summary[:1]), l.Summary[1:], l.Why, l.Bad, l.Good)
	}
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != b.String() {
		t.Errorf("%s is not what the table says; run make update", path)
	}
}

// A field without a name has no word to look for in the text of a command.
func TestFieldWithoutName(t *testing.T) {
	for _, search := range []string{
		`* | stats count BY src | eval x=''`,
		`* | stats count BY src | where ''="a"`,
		`* | stats count BY src | rename "" AS x`,
		`* | stats count BY src | table src, ""`,
	} {
		if q, err := spl.Parse(search, nil); err == nil {
			lint.Check(q, &lint.Options{})
		}
	}
}

// Long texts are looked at, unless they are made of very many commands.
func TestLongTexts(t *testing.T) {
	last := " | stats count BY user | where status>400"
	for _, c := range []struct {
		text string
		fits bool
	}{
		{"a" + strings.Repeat(" b=c", 200_000) + last, true},
		{"a | table user" + strings.Repeat(" abc", 200_000) + last, true},
		{"a" + strings.Repeat(" b=c", 300_000) + last, false},
		{"a" + strings.Repeat(" | head 5", 10_000) + last, true},
		{"a" + strings.Repeat(" | head 5", 20_000) + last, false},
	} {
		q, err := spl.Parse(c.text, &spl.Config{})
		if err != nil {
			t.Fatalf("%.40s: %v", c.text, err)
		}
		found := slices.ContainsFunc(lint.Check(q, nil), func(e *source.Error) bool { return e.Code == "dropped-filter" })
		if fits := lint.Fits(q); fits != c.fits || found != c.fits {
			t.Errorf("%.40s: fits %t, found %t, want %t", c.text, fits, found, c.fits)
		}
	}
}
