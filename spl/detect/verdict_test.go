package detect

import (
	"strings"
	"testing"
)

type fakeRow map[string][]string

func (r fakeRow) Values(f string) []string { return r[f] }

// row is written "dest=a src=b,c user=": a field without a value is absent.
func row(text string) Row {
	r := fakeRow{}
	for _, f := range strings.Fields(text) {
		name, vals, _ := strings.Cut(f, "=")
		if vals != "" {
			r[name] = strings.Split(vals, ",")
		}
	}
	return r
}

const rbaHead = "search: x\nrba:\n  message: m\n  risk_objects:\n  - {field: dest, type: system, score: 1}\n  threat_objects:\n"

// The two forms say the same, and a third asks for nothing.
var verdictForms = map[string]string{
	"rba": rbaHead + "  - {field: src, type: ip_address}\n  - {field: proc, type: process}\n",
	"observables": "search: x\ntags:\n  observable:\n  - {name: dest, type: Hostname, role: [Victim]}\n" +
		"  - {name: src, type: IP Address, role: [Attacker]}\n  - {name: proc, type: Process, role: [Attacker]}\n  - {name: other, type: Other, role: [Unknown]}\n",
}

// TestVerdict is contentctl's rule, case by case.
func TestVerdict(t *testing.T) {
	cases := []struct {
		name  string
		rows  []string
		fault string
	}{
		{"no row", nil, "the detection gave no row"},
		{"all filled", []string{"dest=a src=b proc=c"}, ""},
		{"several values are filled", []string{"dest=a,b src=b,null proc=c"}, ""},
		{"no risk field", []string{"src=b proc=c"}, "risk field dest is not filled in the first row"},
		{"a risk field that is the text null", []string{"dest=null src=b proc=c"}, "risk field dest is not filled in the first row"},
		{"an empty row", []string{"x=1"}, "risk field dest is not filled in the first row"},
		{"null in capitals is a value", []string{"dest=NULL src=b proc=c"}, ""},
		{"what follows a good row does not count", []string{"dest=a src=b proc=c", "src=b"}, ""},
		{"a bad row before a good one", []string{"src=b proc=c", "dest=a src=b proc=c"}, "risk field dest is not filled in the first row"},
		{"a risk field missing in the second, after threat fields were incomplete", []string{"dest=a src=b", "src=b proc=c"}, "risk field dest is not filled in row 2"},
		{"threat fields in different rows", []string{"dest=a src=b", "dest=a proc=c"}, ""},
		{"a threat field in no row", []string{"dest=a src=b", "dest=b src=c"}, "threat field proc is not filled in any row"},
		{"a threat field that is the text null everywhere", []string{"dest=a src=b proc=null"}, "threat field proc is not filled in any row"},
		{"the first of two missing threat fields is named", []string{"dest=a"}, "threat field src is not filled in any row"},
		{"a later row has all", []string{"dest=a", "dest=a src=b", "dest=a src=b proc=c"}, ""},
	}
	for form, text := range verdictForms {
		d, err := Load("d.yml", "", text)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			var rows []Row
			for _, r := range c.rows {
				rows = append(rows, row(r))
			}
			if got := d.Verdict(rows); got != c.fault {
				t.Errorf("%s, %s: %q, want %q", form, c.name, got, c.fault)
			}
		}
	}
}

// Only the first hundred rows are looked at.
func TestVerdictHundred(t *testing.T) {
	d, err := Load("d.yml", "", verdictForms["rba"])
	if err != nil {
		t.Fatal(err)
	}
	var rows []Row
	for range 100 {
		rows = append(rows, row("dest=a src=b"))
	}
	rows = append(rows, row("dest=a src=b proc=c"))
	if got := d.Verdict(rows); got != "threat field proc is not filled in any row" {
		t.Errorf("%q", got)
	}
	if got := d.Verdict(rows[1:]); got != "" {
		t.Errorf("the hundredth row: %q", got)
	}
}

// A detection that names no field needs one row.
func TestVerdictNoFields(t *testing.T) {
	d, err := Load("d.yml", "", "search: x\ntype: Hunting\n")
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Verdict([]Row{row("x=1")}); got != "" {
		t.Errorf("%q", got)
	}
	if d.Verdict(nil) == "" {
		t.Error("no row is a failure")
	}
}

func TestSkipReason(t *testing.T) {
	f := func(fields, want string) {
		t.Helper()
		d, err := Load("d.yml", "", "search: x\n"+fields)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.SkipReason(); got != want {
			t.Errorf("%s: %q, want %q", fields, got, want)
		}
	}
	f("type: TTP\nstatus: production\n", "")
	f("type: TTP\nstatus: experimental\n", "status experimental")
	f("type: TTP\nstatus: deprecated\n", "status deprecated")
	f("type: Correlation\nstatus: production\n", "type Correlation")
	f("type: Baseline\nstatus: production\n", "type Baseline")
	f("type: Anomaly\nstatus: production\ntags:\n  manual_test: it needs a lookup of today\n", "manual_test")
	f("type: Anomaly\n", "")
}
