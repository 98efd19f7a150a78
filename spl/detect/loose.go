package detect

import (
	"fmt"
	"slices"
	"strings"

	"spl/parser/source"
)

// keys are what the lines of a detection's YAML begin with. A search whose lines
// lost their indent ends where one of them begins.
var keys = []string{
	"name", "id", "version", "date", "author", "status", "type", "description", "data_source", "search",
	"how_to_implement", "known_false_positives", "references", "drilldown_searches", "rba", "tags", "tests",
	"analytic_story", "asset_type", "mitre_attack_id", "product", "security_domain", "confidence", "impact",
	"observable", "required_fields", "risk_score", "risk_objects", "threat_objects", "message", "cve", "group",
	"finding", "intermediate_findings", "creation_date", "modification_date", "manual_test", "schema",
}

// readLoose reads a detection whose YAML lost its indents on the way, as when it was
// copied from a web page: below search: |- stand lines without an indent, up to the
// next key. It gives nil for files that are wrong in another way.
func readLoose(f *source.File) *Detection {
	start, block, ok := valueAt(f.Text, "search")
	if !ok || !block {
		return nil
	}
	end, next := looseEnd(f.Text, start)
	search := strings.TrimRight(f.Text[start:end], " \t\r\n")
	first := strings.TrimLeft(search, "\r\n")
	if first == "" || first[0] == ' ' || first[0] == '\t' {
		return nil // indented: the fault lies elsewhere
	}
	end = start + len(search)
	start = end - len(first)
	t := &source.Text{String: first, Pieces: []source.Piece{{File: f, Src: source.Span{Start: start, End: end}}}}
	d := &Detection{Search: part(t), Origin: t}
	for _, l := range looseLines(f.Text) {
		l.describe(d)
	}
	until := "the end of the file"
	if next != "" {
		until = "the line `" + next + ":`"
	}
	d.Notices = append(d.Notices, fmt.Sprintf("%s: this is not valid YAML: the lines below `search:` are not indented; the search was taken to go up to %s", f.Name, until))
	return d
}

// looseEnd is where the lines of the search end, and the key that follows.
func looseEnd(text string, start int) (end int, key string) {
	for off := start; off < len(text); {
		line, _, _ := strings.Cut(text[off:], "\n")
		if k, _, ok := looseKey(line); ok {
			return off, k
		}
		off += len(line) + 1
	}
	return len(text), ""
}

// looseKey reads a line that begins with one of the keys.
func looseKey(line string) (key, value string, ok bool) {
	key, value, ok = strings.Cut(strings.TrimRight(line, "\r"), ":")
	if !ok || !slices.Contains(keys, key) || value != "" && value[0] != ' ' {
		return "", "", false
	}
	return key, strings.TrimSpace(value), true
}

// looseLine is a key with what stands after it, and the list below it.
type looseLine struct {
	key, value string
	list       []string
}

func looseLines(text string) []looseLine {
	var out []looseLine
	for line := range strings.SplitSeq(text, "\n") {
		if k, v, ok := looseKey(strings.TrimLeft(line, " \t")); ok {
			out = append(out, looseLine{key: k, value: unquote(v)})
			continue
		}
		item, ok := strings.CutPrefix(strings.TrimSpace(line), "- ")
		if ok && len(out) > 0 {
			last := &out[len(out)-1]
			last.list = append(last.list, unquote(strings.TrimSpace(item)))
		}
	}
	return out
}

func unquote(s string) string {
	if len(s) >= 2 && s[0] == s[len(s)-1] && (s[0] == '\'' || s[0] == '"') {
		return strings.ReplaceAll(s[1:len(s)-1], "''", "'")
	}
	return s
}

// describe notes what the line says. The first line of a key counts, so that the
// names within lists do not rename the detection.
func (l looseLine) describe(d *Detection) {
	set := map[string]*string{
		"name": &d.Name, "id": &d.ID, "version": &d.Version, "date": &d.Date, "author": &d.Author,
		"status": &d.Status, "type": &d.Type, "description": &d.Description, "risk_score": &d.RiskScore,
	}
	if to := set[l.key]; to != nil && *to == "" {
		*to = l.value
	}
	switch l.key {
	case "mitre_attack_id":
		d.Techniques = append(d.Techniques, l.list...)
	case "analytic_story":
		d.Stories = append(d.Stories, l.list...)
	}
}
