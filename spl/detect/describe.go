package detect

import "github.com/goccy/go-yaml/ast"

// describe reads what the file says of the search. What is missing or of another
// form than expected is left out: it does not keep a search from running.
func describe(m map[string]ast.Node) *Detection {
	tags := mapping(m["tags"])
	d := &Detection{
		Name: text(m["name"]), ID: text(m["id"]), Version: text(m["version"]), Date: text(m["date"]),
		Author: text(m["author"]), Status: text(m["status"]), Type: text(m["type"]), Description: text(m["description"]),
		Techniques: texts(tags["mitre_attack_id"]),
		Stories:    texts(tags["analytic_story"]),
		RiskScore:  text(tags["risk_score"]),
		Message:    text(tags["message"]),
	}
	for _, n := range list(tags["observable"]) {
		o := mapping(n)
		d.Observables = append(d.Observables, Observable{Field: text(o["name"]), Type: text(o["type"]), Roles: texts(o["role"])})
	}
	if r := mapping(m["rba"]); len(r) > 0 {
		d.RBA = rba(r)
	}
	for _, n := range list(m["tests"]) {
		d.Tests = append(d.Tests, test(mapping(n)))
	}
	return d
}

func rba(m map[string]ast.Node) *RBA {
	r := &RBA{Message: text(m["message"])}
	for _, n := range list(m["risk_objects"]) {
		o := mapping(n)
		r.Risk = append(r.Risk, RiskObject{text(o["field"]), text(o["type"]), text(o["score"])})
	}
	for _, n := range list(m["threat_objects"]) {
		o := mapping(n)
		r.Threat = append(r.Threat, ThreatObject{text(o["field"]), text(o["type"])})
	}
	return r
}

func test(m map[string]ast.Node) Test {
	t := Test{Name: text(m["name"])}
	for _, n := range list(m["attack_data"]) {
		a := mapping(n)
		t.Data = append(t.Data, TestData{
			Data: text(a["data"]), Source: text(a["source"]), Sourcetype: text(a["sourcetype"]),
			Index: text(a["custom_index"]), Host: text(a["host"]),
		})
	}
	return t
}
