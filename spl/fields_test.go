package spl_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"spl/eval/batch"
	"spl/parser"
	"spl/spl"
	"spl/spl/engine"
	"spl/spl/knowledge"
)

// TestGives holds commands to what they say of the fields that they give. Each search
// of the cases is run up to each of its commands; a command that was given the fields
// that rows have before it gives no field that it does not tell of.
func TestGives(t *testing.T) {
	checked := 0
	for _, pattern := range []string{"command/*.test", "../testdata/cases/*.test"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			for _, c := range readCases(t, f) {
				checked += c.gives(t)
			}
		}
	}
	if checked < 1000 {
		t.Errorf("only %d commands were looked at", checked)
	}
}

func (c *testCase) gives(t *testing.T) (checked int) {
	if len(c.errs) > 0 || c.wrote != nil || c.files != nil || c.apps != nil {
		return 0
	}
	base, set, err := c.knowledge()
	if err != nil {
		return 0
	}
	q, err := spl.Parse(c.search, &spl.Config{Macros: set})
	if err != nil {
		return 0
	}
	if p := q.Pipeline; p.Piped && p.Stages[0].Command == "search" {
		return 0
	}
	stages := q.Stages(base)
	var before []string
	for i, s := range stages {
		after, err := c.fieldsAfter(q.Pipeline.Stages[:i+1], base)
		if err != nil {
			break
		}
		in := engine.SchemaOf(before...).With("_*", "date_*", "punct", "timestartpos", "timeendpos") // which are not shown
		if i == 0 && s.Plan.Generate == nil {
			in = engine.AnyFields
		}
		gives := in
		if s.Plan.Gives != nil {
			gives = s.Plan.Gives(in)
		}
		for _, name := range after {
			if !gives.May(name) {
				t.Errorf("%s:%d: %s gives %s, which it does not tell of", c.file, c.line, s, name)
			}
			if !s.Out.May(name) {
				t.Errorf("%s:%d: there is no %s after %s, it seems, and there is", c.file, c.line, name, s)
			}
		}
		before = slices.Concat(after, c.columns)
		checked++
	}
	return checked
}

// fieldsAfter are the fields that some row has after these commands.
func (c *testCase) fieldsAfter(stages []*parser.Stage, base *knowledge.Base) ([]string, error) {
	front := &parser.Pipeline{Stages: stages}
	p, err := spl.Compile(front.String(), &spl.Config{Knowledge: base})
	if err != nil {
		return nil, err
	}
	rows, _, err := c.rows(p, modes[0])
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var names []string
	for _, r := range rows {
		var row map[string]json.RawMessage
		if err := json.Unmarshal([]byte(r), &row); err != nil {
			return nil, fmt.Errorf("%s: %w", r, err)
		}
		for name := range row {
			if !seen[name] {
				names, seen[name] = append(names, name), true
			}
		}
	}
	slices.Sort(names)
	return names, nil
}

func TestSchema(t *testing.T) {
	s := engine.SchemaOf("a", "b.x", "b.y")
	f := func(s engine.Schema, has, not string) {
		t.Helper()
		if has != "" && !s.May(has) {
			t.Errorf("%+v: may not have %s", s, has)
		}
		if not != "" && s.May(not) {
			t.Errorf("%+v: may have %s", s, not)
		}
	}
	f(s, "a", "c")
	f(s, "b.*", "c*")
	f(s.Rename("b.*", "*"), "x", "b.x")
	f(s.Rename("a", "z"), "z", "a")
	f(s.Rename("nosuch", "a"), "b.x", "a")
	f(s.Without("b.*"), "a", "b.y")
	f(s.Only("b*", "q"), "b.x", "q")
	any := engine.AnyFields
	f(any, "anything", "")
	f(any.Without("x", "y*"), "z", "yes")
	f(any.Without("x").With("x"), "x", "")
	f(any.Only("a", "b*"), "bcd", "c")
	f(any.Without("x").Union(s.Without("a")), "q", "x")
	f(any.Without("a").Union(s), "a", "")
	f(engine.Schema{Fields: batch.FieldsOf("p*")}.Only("p1"), "p1", "p2")
}
