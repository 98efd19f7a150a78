package report

import (
	"io"

	"spl/spl/detect/cover"
	"spl/spl/detect/mutate"
	"spl/spl/detect/runner"
)

type jsonPart struct {
	Kind  string `json:"kind"`
	Text  string `json:"text"`
	Place string `json:"place"`
	Macro string `json:"macro,omitempty"`
	Rows  int64  `json:"rows"`
}

// CoverageLines writes the parts of each detection as JSON, a line a detection.
func CoverageLines(w io.Writer, units []*runner.Unit, c *cover.Coverage) error {
	for _, u := range units {
		parts := []jsonPart{}
		for _, p := range c.Parts(u) {
			parts = append(parts, jsonPart{string(p.Kind), p.Text, p.Place, p.From, p.Rows})
		}
		if len(parts) == 0 {
			continue
		}
		err := writeLine(w, map[string]any{"coverage": map[string]any{"file": u.Path, "detection": u.Name, "parts": parts}})
		if err != nil {
			return err
		}
	}
	return nil
}

type jsonMutant struct {
	Kind  string `json:"kind"`
	Text  string `json:"text"`
	Into  string `json:"into,omitempty"`
	Place string `json:"place"`
	Macro string `json:"macro,omitempty"`
}

// MutationLines writes the mutants of each detection that live as JSON, a line a
// detection. It gives what [Mutation] gives.
func MutationLines(w io.Writer, outcomes []*mutate.Outcome) (killed, total int, err error) {
	for _, out := range outcomes {
		killed, total = killed+out.Killed, total+out.Total()
		lives := []jsonMutant{}
		for _, l := range out.Lives {
			lives = append(lives, jsonMutant{string(l.Kind), l.What, l.Into, l.Place, l.Macro})
		}
		err := writeLine(w, map[string]any{"mutants": map[string]any{
			"file": out.Unit.Path, "detection": out.Unit.Name, "tests": out.Tests,
			"noticed": out.Killed, "changes": out.Total(), "unnoticed": lives,
		}})
		if err != nil {
			return killed, total, err
		}
	}
	return killed, total, nil
}
