package agg

import (
	"strings"
	"testing"

	"spl/parser/source"
)

func TestFind(t *testing.T) {
	f := func(typed, name string, percent float64) {
		t.Helper()
		fn, err := Find(typed)
		if err != nil {
			t.Errorf("%s: %v", typed, err)
			return
		}
		if fn.Name != name || fn.Percent != percent {
			t.Errorf("%s is %s, %v", typed, fn.Name, fn.Percent)
		}
	}
	f("count", "count", 0)
	f("C", "count", 0)
	f("Distinct_Count", "dc", 0)
	f("mean", "avg", 0)
	f("median", "median", 50)
	f("perc95", "perc95", 95)
	f("p99.9", "perc99.9", 99.9)
	f("Perc05", "perc5", 5)
	f("perc0", "perc0", 0)
	f("exactperc100", "exactperc100", 100)
	f("upperperc.5", "upperperc0.5", 0.5)
}

func TestNotFound(t *testing.T) {
	f := func(typed, message, help string) {
		t.Helper()
		_, err := Find(typed)
		if err == nil {
			t.Errorf("%s is found", typed)
			return
		}
		if err.Code != source.UnknownFunction || err.Message != message || err.Help != help {
			t.Errorf("%s: %s: %s; %s", typed, err.Code, err.Message, err.Help)
		}
	}
	f("stdv", "unknown statistical function `stdv`", "did you mean `stdev`?")
	f("prec95", "unknown statistical function `prec95`", "did you mean `perc95`?")
	f("Vaules", "unknown statistical function `Vaules`", "did you mean `values`?")
	f("frobnicate", "unknown statistical function `frobnicate`", "")
	f("", "unknown statistical function ``", "")
	f("perc", "`perc` lacks the number of the percentile", "write for instance `perc95`")
	f("perc101", "`perc101` is not a percentile", "the number must lie between 0 and 100")
	f("p1.2.3", "`p1.2.3` is not a percentile", "the number must lie between 0 and 100")
	f("p"+strings.Repeat("9", 400), "`p"+strings.Repeat("9", 400)+"` is not a percentile", "the number must lie between 0 and 100")
	f("count1", "unknown statistical function `count1`", "did you mean `count`?")
}

func TestFunctions(t *testing.T) {
	last := ""
	for _, f := range Functions() {
		if f.Name <= last || f.Summary == "" || f.Family == "" {
			t.Errorf("entry %q: %+v", f.Name, f)
		}
		last = f.Name
		for _, name := range append([]string{f.Name}, f.Aliases...) {
			if _, err := Find(strings.ReplaceAll(name, "<N>", "95")); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if f.NeedsField != (f.Name != "count") {
			t.Errorf("%s: NeedsField is %v", f.Name, f.NeedsField)
		}
	}
}

func TestFacts(t *testing.T) {
	f := func(name string, has func(*Function) bool) {
		t.Helper()
		fn, err := Find(name)
		if err != nil || !has(fn) {
			t.Errorf("%s: fact missing", name)
		}
	}
	f("per_day", func(f *Function) bool { return f.TimechartOnly })
	f("rate_avg", func(f *Function) bool { return f.MstatsOnly && f.UsesTime })
	f("latest", func(f *Function) bool { return f.UsesTime && f.UsesPlace })
	f("list", func(f *Function) bool { return f.UsesPlace && f.Multivalue && !f.UsesTime })
	f("sum", func(f *Function) bool { return f.Numeric && f.Sparkline && !f.UsesPlace })
}
