package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"spl/spl/lint"
)

// What is reported where a search comes to a limit, exactly as people see it.
func TestCapReports(t *testing.T) {
	many := strings.Repeat
	// calling makes macros of which each calls the next one so many times.
	calling := func(levels, times int) []string {
		var args []string
		for i := range levels {
			args = append(args, "-M", fmt.Sprintf("m%d=%s", i, many(fmt.Sprintf("`m%d`", i+1), times)))
		}
		return append(args, "-M", fmt.Sprintf("m%d=x=y", levels))
	}
	archive, err := txtar.ParseFile("testdata/caps.txtar")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, f := range archive.Files {
		want[f.Name] = string(f.Data)
	}
	// f compares the last parts of a report, of those that empty lines stand between.
	f := func(name string, last int, query string, args ...string) {
		t.Helper()
		w, out, errs := pretend("")
		run(append([]string{"check", "-v", "-q", query}, args...), w)
		parts := strings.Split(out.String()+errs.String(), "\n\n")
		got := strings.Join(parts[max(0, len(parts)-last):], "\n\n")
		if strings.TrimSpace(got) != strings.TrimSpace(want[name]) || want[name] == "" {
			t.Errorf("%s\n got\n%s\nwant\n%s", name, got, want[name])
		}
		delete(want, name)
	}
	f("as deep as may be", 9, "index=main `m0`", calling(99, 1)...)
	f("a chain too deep", 9, "index=main `m0`", calling(100, 1)...)
	f("ten calls deep", 9, "index=main `m0`", append(calling(10, 1), "-M", "m9=`nope`")...)
	f("calls within calls, as deep as may be", 9, "index=main "+many("`n(", 100)+"x"+many(")`", 100), "-M", "n(x)=$x$")
	f("calls within calls", 9, "index=main "+many("`n(", 120)+"x"+many(")`", 120), "-M", "n(x)=$x$")
	f("growth", 9, "index=main `m0`", calling(30, 2)...)
	f("warnings", 3, "index=main"+many(" or", 150))
	f("warnings, as many as may be", 3, "index=main"+many(" or", 99)+" or a")
	f("not linted", 9, "index=main or"+many(" a", lint.MaxLength/2))
	f("not linted for its macros", 9, "index=main `l`", "-M", "l="+many("a ", lint.MaxLength/2)+"or b")
	for name := range want {
		t.Errorf("%s is in the file and not in the test", name)
	}
}
