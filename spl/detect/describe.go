package detect

import (
	"strings"

	"spl/parser/source"
	"spl/spl/detect/yamldoc"
)

// describe reads what the file says of the search. What is missing or of another
// form than expected is left out: it does not keep a search from running.
func describe(f *source.File, m map[string]yamldoc.Node) *Detection {
	tags := yamldoc.Map(m["tags"])
	d := &Detection{
		Name: yamldoc.Text(m["name"]), ID: yamldoc.Text(m["id"]), Version: yamldoc.Text(m["version"]), Date: yamldoc.Text(m["date"]),
		Author: yamldoc.Text(m["author"]), Status: yamldoc.Text(m["status"]), Type: yamldoc.Text(m["type"]), Description: yamldoc.Text(m["description"]),
		Techniques: yamldoc.Texts(tags["mitre_attack_id"]),
		Stories:    yamldoc.Texts(tags["analytic_story"]),
		RiskScore:  yamldoc.Text(tags["risk_score"]),
		Message:    yamldoc.Text(tags["message"]),
		ManualTest: yamldoc.Text(tags["manual_test"]),
	}
	for _, n := range yamldoc.List(tags["observable"]) {
		o := yamldoc.Map(n)
		d.Observables = append(d.Observables, Observable{Field: yamldoc.Text(o["name"]), Type: yamldoc.Text(o["type"]), Roles: yamldoc.Texts(o["role"])})
	}
	if r := yamldoc.Map(m["rba"]); len(r) > 0 {
		d.RBA = rba(r)
	}
	for _, n := range yamldoc.List(m["tests"]) {
		d.Tests = append(d.Tests, test(f, n))
	}
	return d
}

func rba(m map[string]yamldoc.Node) *RBA {
	r := &RBA{Message: yamldoc.Text(m["message"])}
	for _, n := range yamldoc.List(m["risk_objects"]) {
		o := yamldoc.Map(n)
		r.Risk = append(r.Risk, RiskObject{yamldoc.Text(o["field"]), yamldoc.Text(o["type"]), yamldoc.Text(o["score"])})
	}
	for _, n := range yamldoc.List(m["threat_objects"]) {
		o := yamldoc.Map(n)
		r.Threat = append(r.Threat, ThreatObject{yamldoc.Text(o["field"]), yamldoc.Text(o["type"])})
	}
	return r
}

func test(f *source.File, n yamldoc.Node) Test {
	m := yamldoc.Map(n)
	t := Test{Name: yamldoc.Text(m["name"]), At: yamldoc.At(f, n)}
	for _, n := range yamldoc.List(m["attack_data"]) {
		a := yamldoc.Map(n)
		t.Data = append(t.Data, TestData{
			Data: yamldoc.Text(a["data"]), Source: yamldoc.Text(a["source"]), Sourcetype: yamldoc.Text(a["sourcetype"]),
			Index: yamldoc.Text(a["custom_index"]), Host: yamldoc.Text(a["host"]),
			Updated: strings.EqualFold(yamldoc.Text(a["update_timestamp"]), "true"),
			At:      yamldoc.At(f, a["data"]),
		})
	}
	return t
}
