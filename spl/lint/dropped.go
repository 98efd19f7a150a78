package lint

import (
	"fmt"
	"slices"
	"strings"

	"spl/eval"
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl"
	"spl/spl/command"
)

// Fields that are used where they cannot be.

var droppedFilter = Lint{
	Code:    "dropped-filter",
	Summary: "a filter on a field that a command before it has dropped",
	Why: "An aggregate gives its functions and the fields after BY, and nothing else; table and fields give what they list. " +
		"A filter behind them that asks for another field lets no row through, or, behind NOT, keeps none out. Filter before them, or give the field too.",
	Bad:  `index=main | stats count BY user | where status>400`,
	Good: `index=main | where status>400 | stats count BY user`,
	look: lookDropped,
}

var droppedField = Lint{
	Code:    "dropped-field",
	Summary: "a field that is used after a command has dropped it",
	Why: "The field has no value in any row there, so what is made of it has none either, and a column of it is empty. " +
		"Let the command that drops it give it too: after BY, or as values(field) AS field.",
	Bad:  `index=main | stats count BY user | eval place=upper(city) | table user place count`,
	Good: `index=main | stats count BY user city | eval place=upper(city) | table user place count`,
}

var renamedField = Lint{
	Code:    "renamed-field",
	Summary: "a field that is used by its old name after it was given a new one",
	Why:     "After rename, or AS, the old name stands for nothing. Write the new one.",
	Bad:     `index=main | stats count BY src | rename src AS client | search src=10.0.0.1`,
	Good:    `index=main | stats count BY src | rename src AS client | search client=10.0.0.1`,
}

// use is a field that a stage works with.
type use struct {
	field string
	at    source.Span
	// filter: rows pass or not by it.
	filter bool
}

// lookDropped serves three lints, which differ in what they say.
func lookDropped(c *checker) {
	c.pipeline(nil, c.stages, false)
}

// pipeline looks at the stages of a pipeline. In a subsearch, a list of fields that names
// some that only the search around it has does no harm. outer are the stages before it
// whose rows it works on (appendpipe).
func (c *checker) pipeline(outer, p []spl.Stage, sub bool) {
	told := map[string]bool{}
	all := p
	if len(outer) > 0 {
		all = slices.Concat(outer, p)
	}
	for i := range p {
		s := &p[i]
		before := all[:len(outer)+i]
		for _, u := range c.uses(s) {
			if strings.Contains(u.field, "*") || s.In.May(u.field) || told[u.field] || len(before) == 0 || strings.EqualFold(u.field, "null") {
				continue // (people write null for a value that is none)
			}
			if !u.filter && !c.own(s.NameAt) || sub && s.Plan.Chooses {
				continue // (a macro serves many searches)
			}
			told[u.field] = true
			c.missing(before, s, u)
		}
		for f := range told { // made anew
			if s.Out.May(f) {
				delete(told, f)
			}
		}
		for _, sub := range s.Subs {
			if s.Plan.Pipes {
				c.pipeline(before, sub, true)
			} else {
				c.pipeline(nil, sub, true)
			}
		}
	}
}

// uses are the fields without which the stage does nothing, in the order of the text.
func (c *checker) uses(s *spl.Stage) []use {
	var out []use
	seen := map[string]bool{}
	add := func(field string, at source.Span, filter bool) {
		if !seen[field] {
			seen[field] = true
			out = append(out, use{field, at, filter})
		}
	}
	if exprs := exprsOf(s); exprs != nil {
		names, set := assigned(s), map[string]bool{}
		for i, x := range exprs {
			needs := map[string]bool{}
			for _, f := range eval.Needs(x) {
				needs[f] = true
			}
			parser.Walk(x, func(x parser.Expr) {
				if f, ok := x.(*parser.Field); ok && needs[f.Name] && !set[f.Name] {
					add(f.Name, f.At, s.Plan.Filter != nil)
				}
			})
			if i < len(names) {
				set[names[i]] = true
			}
		}
		return out
	}
	if h, ok := s.Node.(command.HasSearch); ok && s.Plan.Generate == nil {
		walkSearch(h.SearchExpr(), func(x parser.SearchExpr, _ bool) {
			switch x := x.(type) {
			case *parser.Compare:
				if !timeBound(x.Field) {
					add(x.Field, x.At, true)
				}
			case *parser.InList:
				add(x.Field, x.At, true)
			}
		})
		return out
	}
	if s.Plan.Generate != nil || s.Plan.Pipes { // (what its pipeline uses is looked at there)
		return nil
	}
	own := s.Plan.Own()
	for _, f := range own.Names {
		add(f, c.word(s, f), s.Plan.Filter != nil)
	}
	slices.SortStableFunc(out, func(a, b use) int { return a.at.Start - b.at.Start })
	return out
}

// timeBound says whether a field of a search is one of its time range.
func timeBound(f string) bool {
	return f == "earliest" || f == "latest" || f == "_index_earliest" || f == "_index_latest" || f == "timeformat"
}

// missing reports a field that is not there, by the command that dropped it.
func (c *checker) missing(before []spl.Stage, s *spl.Stage, u use) {
	at := culprit(before, u.field)
	if at < 0 {
		return
	}
	by := &before[at]
	line := ""
	if f, where, _ := c.query.Expansion.Text.Origin(by.NameAt); f != nil {
		line = fmt.Sprintf(" (line %d)", f.Place(where.Start).Line)
	}
	if name := newName(by, u.field); name != "" && s.In.May(name) && Find("renamed-field") != nil {
		c.report("renamed-field", u.at, "`%s` is called `%s` here, since `%s`%s", u.field, name, by.Command, line).WithHelp("write %s", parser.Word(name))
		return
	}
	code := "dropped-field"
	if u.filter {
		code = "dropped-filter"
	}
	e := c.report(code, u.at, "there is no `%s` here: `%s`%s does not give it", u.field, by.Command, line)
	have := slices.DeleteFunc(slices.Clone(s.In.Fields.Names), batch.Internal)
	switch near := command.Nearest(u.field, have); {
	case near != "" && near != u.field:
		e.Help = "did you mean `" + near + "`?"
	case len(have) > 0 && len(have) <= 12 && !s.In.Open:
		e.Help = "there are " + strings.Join(have, ", ")
	}
}

// report is add for a lint that another one looks for.
func (c *checker) report(code string, at source.Span, msg string, args ...any) *source.Error {
	l := Find(code)
	e := source.Errorf(source.Code(code), at, msg, args...)
	if wanted(l, c.options.On, append(commentOff(c.query.Expansion.Text), c.options.Off...)) {
		c.found = append(c.found, e)
	}
	return e
}

// culprit is the stage after which a field is not there any more, or which made rows that
// never had it; -1 where that cannot be told.
func culprit(before []spl.Stage, field string) int {
	for i := len(before) - 1; i >= 0; i-- {
		if before[i].In.May(field) && !before[i].Out.May(field) {
			return i
		}
	}
	for i := len(before) - 1; i >= 0; i-- {
		if before[i].Plan.Generate != nil || before[i].In.Open && !before[i].Out.Open {
			return i
		}
	}
	return -1
}

// newName is the name that a stage gives a field, "" if it gives it none.
func newName(s *spl.Stage, field string) string {
	for _, r := range s.Plan.Renames {
		if !strings.Contains(r[0], "*") && r[0] == field {
			return r[1]
		}
		if stars, ok := batch.MatchStars(r[0], field); ok && strings.Contains(r[0], "*") {
			return batch.FillStars(r[1], stars)
		}
	}
	return ""
}

func exprsOf(s *spl.Stage) []parser.Expr {
	if h, ok := s.Node.(command.HasExprs); ok {
		return h.Exprs()
	}
	return nil
}

// assigned are the fields that the stage's expressions are put in, one for each.
func assigned(s *spl.Stage) []string {
	if h, ok := s.Node.(command.HasAssignments); ok {
		return h.Assigned()
	}
	return nil
}

// walkSearch visits the nodes of a search expression; negated tells whether a NOT stands
// around one.
func walkSearch(x parser.SearchExpr, visit func(x parser.SearchExpr, negated bool)) {
	var walk func(x parser.SearchExpr, negated bool)
	walk = func(x parser.SearchExpr, negated bool) {
		if x == nil {
			return
		}
		visit(x, negated)
		switch x := x.(type) {
		case *parser.And:
			for _, t := range x.Terms {
				walk(t, negated)
			}
		case *parser.Or:
			for _, t := range x.Terms {
				walk(t, negated)
			}
		case *parser.Not:
			walk(x.Term, !negated)
		}
	}
	walk(x, false)
}

// reads are the fields of an expression.
func reads(x parser.Expr) []string {
	var out []string
	parser.Walk(x, func(x parser.Expr) {
		if f, ok := x.(*parser.Field); ok {
			out = append(out, f.Name)
		}
	})
	return out
}
