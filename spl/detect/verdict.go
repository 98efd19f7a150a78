package detect

import (
	"slices"
	"strconv"
	"strings"
)

// SkipReason says why a detection's own tests are not run, by the rule of Splunk's
// contentctl; "" where they are: a correlation has no events of its own, a manual
// test is for people, and only production is held to its tests.
func (d *Detection) SkipReason() string {
	switch {
	case strings.EqualFold(d.Type, "Correlation"):
		return "type Correlation"
	case strings.EqualFold(d.Type, "Baseline"):
		return "type Baseline"
	case d.ManualTest != "":
		return "manual_test"
	case d.Status != "" && !strings.EqualFold(d.Status, "production"):
		return "status " + d.Status
	}
	return ""
}

// RiskFields are the fields that say who is at risk, and those that say where the
// threat comes from: of rba where the detection has it, else of its observables whose
// role is Victim or Attacker. Each is named once.
func (d *Detection) RiskFields() (risk, threat []string) {
	add := func(to *[]string, field string) {
		if field != "" && !slices.Contains(*to, field) {
			*to = append(*to, field)
		}
	}
	if d.RBA != nil {
		for _, r := range d.RBA.Risk {
			add(&risk, r.Field)
		}
		for _, t := range d.RBA.Threat {
			add(&threat, t.Field)
		}
		return risk, threat
	}
	for _, o := range d.Observables {
		if slices.Contains(o.Roles, "Victim") {
			add(&risk, o.Field)
		}
		if slices.Contains(o.Roles, "Attacker") {
			add(&threat, o.Field)
		}
	}
	return risk, threat
}

// Row is a row of results: the values of a field, none where it has no value.
type Row interface{ Values(field string) []string }

// verdictRows is how many rows are looked at: as many as contentctl asks Splunk for.
const verdictRows = 100

// Verdict judges the rows of a detection over attack data, by contentctl's rule. No
// row is a failure. The rows are then looked at in order: one without a risk field, or
// in which a risk field holds the text null, is a failure; the first in which every
// threat field is filled is a success. Where no row has them all, each threat field
// must be filled in some row. fault is "" for a success.
func (d *Detection) Verdict(rows []Row) (fault string) {
	risk, threat := d.RiskFields()
	if len(rows) == 0 {
		return "the detection gave no row"
	}
	var seen []string
	for i, r := range rows[:min(len(rows), verdictRows)] {
		if f := unfilled(r, risk); f != "" {
			return "risk field " + f + " is not filled in " + rowName(i)
		}
		all := true
		for _, f := range threat {
			if filled(r, f) {
				seen = append(seen, f)
			} else {
				all = false
			}
		}
		if all {
			return ""
		}
	}
	for _, f := range threat {
		if !slices.Contains(seen, f) {
			return "threat field " + f + " is not filled in any row"
		}
	}
	return ""
}

func unfilled(r Row, fields []string) string {
	for _, f := range fields {
		if !filled(r, f) {
			return f
		}
	}
	return ""
}

// filled says whether a field has a value other than the one text null.
func filled(r Row, field string) bool {
	vals := r.Values(field)
	return len(vals) > 1 || len(vals) == 1 && vals[0] != "null"
}

func rowName(i int) string {
	if i == 0 {
		return "the first row"
	}
	return "row " + strconv.Itoa(i+1)
}
