package detect

import (
	"encoding/json"
	"strings"

	"github.com/agnivade/levenshtein"

	"spl/parser/conf"
	"spl/parser/source"
)

// readConf gives the searches of a savedsearches.conf, one for each stanza that has
// a search.
func readConf(f *source.File) ([]*Detection, source.Errors) {
	file, errs := conf.Parse(f.Name, f.Text)
	if len(errs) > 0 {
		return nil, errs
	}
	var ds []*Detection
	for _, s := range file.Stanzas {
		k := s.Key("search")
		if k == nil || s.Name == conf.DefaultStanza {
			continue
		}
		ds = append(ds, &Detection{
			Name:        s.Name,
			Description: s.Get("description"),
			Techniques:  techniques(s.Get("action.correlationsearch.annotations")),
			Search:      part(k.Value),
			Origin:      k.Value,
		})
	}
	return ds, nil
}

// techniques reads the annotations that Enterprise Security keeps as JSON.
func techniques(annotations string) []string {
	var a struct {
		MITRE []string `json:"mitre_attack"`
	}
	if json.Unmarshal([]byte(annotations), &a) != nil {
		return nil
	}
	return a.MITRE
}

// choose finds the search of a stanza, or the only one.
func choose(name, stanza, text string, ds []*Detection) (*Detection, error) {
	f := &source.File{Name: name, Text: text}
	if stanza == "" {
		switch len(ds) {
		case 0:
			return nil, faults(fault(f, source.At(0), "the file has no search").WithHelp("a search stands in a stanza: [name], and below it search = ..."))
		case 1:
			return ds[0], nil
		}
		return nil, faults(fault(f, source.At(0), "the file has %d searches", len(ds)).WithHelp("name one of them: %s:%s", name, ds[0].Name))
	}
	best, least := "", len(stanza)
	for _, d := range ds {
		if d.Name == stanza {
			return d, nil
		}
		if n := levenshtein.ComputeDistance(strings.ToLower(d.Name), strings.ToLower(stanza)); n < least {
			best, least = d.Name, n
		}
	}
	e := fault(f, source.At(0), "the file has no search named `%s`", stanza)
	if best != "" {
		e = e.WithHelp("did you mean `%s:%s`?", name, best)
	}
	return nil, faults(e)
}
