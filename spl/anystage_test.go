package spl_test

import (
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"spl/spl"
	"spl/spl/command"
)

// A caseStage is a command as a case has it, with the events that the case looks at.
type caseStage struct {
	text   string
	events []string
}

// stagesOf are the commands of all cases, by name, that can follow on any rows: a command
// that has a case is drawn.
func stagesOf(t testing.TB) map[string][]caseStage {
	pool := map[string][]caseStage{}
	seen := map[string]bool{}
	for _, pattern := range caseFiles {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			for _, c := range readCases(t, file) {
				for _, s := range c.stages() {
					if !seen[s.text] && follows(s.text) {
						name, _, _ := strings.Cut(s.text, " ")
						pool[name] = append(pool[name], s)
					}
					seen[s.text] = true
				}
			}
		}
	}
	return pool
}

// stages are the commands of a case that runs, but for the first.
func (c *testCase) stages() []caseStage {
	if len(c.errs) > 0 {
		return nil
	}
	_, set, err := c.knowledge()
	if err != nil {
		return nil
	}
	q, err := spl.Parse(c.search, &spl.Config{Macros: set})
	if err != nil || len(q.Pipeline.Stages) == 0 {
		return nil
	}
	events := strings.Split(strings.TrimRight(c.in, "\n"), "\n")
	if len(events) > 60 {
		events = events[:60]
	}
	var out []caseStage
	for _, s := range q.Pipeline.Stages[1:] {
		out = append(out, caseStage{s.String(), events})
	}
	return out
}

// follows says whether a command runs behind others with nothing but their rows: without
// files, lookups and the chance of the day.
func follows(stage string) bool {
	for _, no := range []string{"random(", "time()", "now()", "collect", "outputlookup", "outputcsv", "outputtext", "dump", "sendemail", "sendalert", "loadjob", "delete", "script", "savedsearch", "inputcsv"} {
		if strings.Contains(stage, no) {
			return false
		}
	}
	if strings.HasPrefix(stage, "map ") {
		return false
	}
	for _, c := range []*spl.Config{nil, {Knowledge: builtIn()}} {
		if _, err := spl.Compile("search * | "+stage, c); err != nil {
			return false
		}
	}
	return true
}

// Commands as the cases have them, in any order, over the events of their cases and nasty
// ones: a chain of them gives the same rows however it is run.
func anyStagesAgree(t *rapid.T, pool map[string][]caseStage) {
	names := slices.Sorted(maps.Keys(pool))
	q := "search *"
	var events []string
	for range rapid.IntRange(1, 4).Draw(t, "stages") {
		// rapid likes what stands at the front of a list; every command shall come as often.
		any := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "command and stage"), 0))
		of := pool[names[any.IntN(len(names))]]
		s := of[any.IntN(len(of))]
		q += " | " + s.text
		events = append(events, s.events...)
	}
	var log strings.Builder
	for range rapid.IntRange(0, 60).Draw(t, "lines") {
		if rapid.IntRange(0, 9).Draw(t, "nasty") == 0 {
			log.WriteString(nastyLine(t))
		} else {
			log.WriteString(rapid.SampledFrom(events).Draw(t, "event"))
		}
		log.WriteString("\n")
	}
	sameAnyWay(t, q, []string{log.String()})
}

func TestAnyStagesAgree(t *testing.T) {
	pool := stagesOf(t)
	for range 4 {
		rapid.Check(t, func(t *rapid.T) { anyStagesAgree(t, pool) })
	}
}

// Commands that write, or that need what is not at hand, are not drawn; all others are.
func TestEveryCommandIsDrawn(t *testing.T) {
	not := []string{
		"collect", "mcollect", "meventcollect", "dump", "outputcsv", "outputlookup", "outputtext", "lookup", "map",
		"runshellscript", "script", "sendalert", "sendemail",
	}
	pool := stagesOf(t)
	for _, c := range command.Table() {
		if c.Declined == "" && c.Kind != command.Generating && len(pool[c.Name]) == 0 && !slices.Contains(not, c.Name) {
			t.Errorf("no case of `%s` runs behind other commands", c.Name)
		}
	}
}

func FuzzAnyStages(f *testing.F) {
	pool := stagesOf(f)
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { anyStagesAgree(t, pool) }))
}
