package command

import "testing"

// FuzzMetrics prints what mstats, mcatalog, savedsearch and their kin read, and reads
// it again.
func FuzzMetrics(f *testing.F) {
	for _, s := range []string{
		`avg("% Usage") as Usage where index=w BY host instance span=15m`,
		`span=5m latest(_value) as v where (metric_name="a.b" OR metric_name=c) AND x="y" by metric_name host`,
		`prestats=t append=t avg(tcp.*) as t.* max(*) every=1h span=1m WHERE NOT a IN (1, "2")`,
		`values(_dims) as info where metric_name=kube.* by moid, vcenter`,
		`"a name" host=web1 nosubstitution=t`, `savedsearch="a:b:c d" events=t`,
		`maxpause=5m`, `inclname=t host, eventtype`, `count by`, `avg(x) where [`, `span=1h count by a b usenull=f`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := Parser()
		for _, command := range []string{"mstats", "mcatalog", "savedsearch", "loadjob", "localize", "tags", "typer", "sistats", "sitimechart", "sitop"} {
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
