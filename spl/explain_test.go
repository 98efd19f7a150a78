package spl_test

import (
	"strings"
	"testing"

	"spl/spl"
)

// What works row by row, and the first half of an aggregate, runs beside the data.
func TestExplainParallel(t *testing.T) {
	p, err := spl.Compile(`* | eval a=1 | rex field=msg "(?<m>\w+)" | bin bytes span=10 | stats count BY bytes m | sort - count`, nil)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := p.Explain(&out, &spl.RunOptions{Workers: 4}); err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(out.String(), "Beside the data, on 4 workers")
	beside, after, ok2 := strings.Cut(rest, "Over all rows, in one place")
	if !ok || !ok2 {
		t.Fatalf("the parts are not told:\n%s", out.String())
	}
	for _, c := range []string{"eval a=1", "rex field=msg", "bin span=10 bytes", "stats count BY bytes, m (its first half)"} {
		if !strings.Contains(beside, c) {
			t.Errorf("%s does not run beside the data:\n%s", c, out.String())
		}
	}
	for _, c := range []string{"stats count BY bytes, m (its second half)", "sort 10000 - count"} {
		if !strings.Contains(after, c) {
			t.Errorf("%s does not run over all rows:\n%s", c, out.String())
		}
	}
}
