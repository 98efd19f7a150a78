// Package lint looks for what is allowed in a search and yet most likely not meant: a
// filter on a field that an aggregate has dropped, a wildcard in where.
//
// Read table.go first: it lists all lints, each with its code, what it finds, and an
// example. A lint rests on what plans tell of fields ([spl.Query.Stages]) and on the
// trees of arguments; none knows a command by its name. It reports what is nearly always
// wrong; what is a matter of taste is Optional and must be asked for.
package lint

import (
	"fmt"
	"slices"
	"strings"

	"spl/parser"
	"spl/parser/source"
	"spl/spl"
	"spl/spl/knowledge"
)

// Lint is one thing to look for.
type Lint struct {
	// Code names it, as in --no-lint CODE.
	Code string
	// Summary is one line: what it finds.
	Summary string
	// Why says what comes of it and what to write instead.
	Why string
	// Bad is a search in which it finds something, Good one with the same intent in which
	// it does not.
	Bad, Good string
	// Optional says that it runs only when it is asked for.
	Optional bool

	// look reports findings; nil where they come from elsewhere (an expansion's notices,
	// the advice of a plan).
	look func(c *checker)
}

// Options say what to look for.
type Options struct {
	// Knowledge as for [spl.Config]; nil nothing.
	Knowledge *knowledge.Base
	// Off are codes that are switched off; "all" is every one.
	Off []string
	// On are codes of optional lints that are wanted; "all" is every one.
	On []string
	// Outputs are fields that the search must give: those that its detection names.
	Outputs []string
	// Filtered says that the search is a detection's, which should end in a filter macro.
	Filtered bool
}

const (
	// MaxLength is the length in bytes of the longest search, macros expanded, that lints
	// look at.
	MaxLength = 1 << 20
	// Each command has a set of all fields that it may meet, so what lints take grows with
	// the length times the commands. A search above shortLength is looked at where that is
	// below maxWork.
	shortLength = 128 << 10
	maxWork     = 256 << 20
)

// Fits says whether lints look at a search: one that is neither longer than [MaxLength]
// nor long and made of very many commands.
func Fits(q *spl.Query) bool {
	text := q.Expansion.Text.String
	if len(text) <= shortLength {
		return true
	}
	commands := 1 + strings.Count(text, "|") + strings.Count(text, "[") // or fewer
	return len(text) <= MaxLength && len(text)*commands <= maxWork
}

// Check looks at a search that was read without faults. What it finds has the lint's
// code, is resolved, and stands in the order of the search.
func Check(q *spl.Query, o *Options) source.Errors {
	if o == nil {
		o = &Options{}
	}
	if q.Expansion == nil || q.Pipeline == nil || len(q.Pipeline.Stages) == 0 {
		return nil
	}
	if !Fits(q) {
		return nil
	}
	c := &checker{query: q, options: o, stages: q.Stages(o.Knowledge), text: q.Expansion.Text.String}
	off := append(commentOff(q.Expansion.Text), o.Off...)
	for _, l := range Table() {
		if l.look == nil || !wanted(l, o.On, off) {
			continue
		}
		c.code = source.Code(l.Code)
		l.look(c)
	}
	c.each(c.stages, func(s *spl.Stage, _ []spl.Stage) {
		for _, a := range s.Plan.Advice {
			if l := Find(a.Code); l != nil && wanted(l, o.On, off) {
				c.code = source.Code(a.Code)
				c.add(s.NameAt, "%s", a.Text).WithHelp("%s", a.Help)
			}
		}
	})
	found := q.Expansion.Text.Resolve(c.found)
	if len(found) > source.MaxFaults {
		found = found[:source.MaxFaults]
		found[len(found)-1].Help = strings.TrimPrefix(found[len(found)-1].Help+"; ", "; ") + fmt.Sprintf("at most %d warnings are given, and there are more", source.MaxFaults)
	}
	return found
}

// Find is the lint of a code, nil for none.
func Find(code string) *Lint {
	for _, l := range Table() {
		if l.Code == code {
			return l
		}
	}
	return nil
}

func wanted(l *Lint, on, off []string) bool {
	has := func(list []string) bool { return slices.Contains(list, l.Code) || slices.Contains(list, "all") }
	return !has(off) && (!l.Optional || has(on))
}

// commentOff are the codes that a comment in the search switches off:
// ```no-lint dropped-field, join-limits``` and ```no-lint``` for all.
func commentOff(t *source.Text) []string {
	var off []string
	seen := map[*source.File]bool{}
	for _, p := range t.Pieces {
		if seen[p.File] {
			continue
		}
		seen[p.File] = true
		for _, c := range comments(p.File.Text) {
			words := strings.FieldsFunc(c, func(r rune) bool { return r == ' ' || r == ',' || r == '\n' || r == '\t' })
			if len(words) == 0 || words[0] != "no-lint" {
				continue
			}
			if len(words) == 1 {
				return []string{"all"}
			}
			off = append(off, words[1:]...)
		}
	}
	return off
}

// comments are the texts between ``` and ```.
func comments(text string) []string {
	var out []string
	parts := strings.Split(text, "```")
	for i := 1; i < len(parts)-1; i += 2 {
		out = append(out, parts[i])
	}
	return out
}

// checker is one look at a search.
type checker struct {
	query   *spl.Query
	options *Options
	stages  []spl.Stage
	text    string // the expanded search
	code    source.Code
	found   source.Errors

	wordsIn *parser.Stage
	words   map[string]int // of wordsIn
}

func (c *checker) add(at source.Span, msg string, args ...any) *source.Error {
	e := source.Errorf(c.code, at, msg, args...)
	c.found = append(c.found, e)
	return e
}

// each visits the stages of all pipelines, outer ones first. before are the stages of
// the same pipeline that come before.
func (c *checker) each(p []spl.Stage, visit func(s *spl.Stage, before []spl.Stage)) {
	for i := range p {
		visit(&p[i], p[:i])
		for _, sub := range p[i].Subs {
			c.each(sub, visit)
		}
	}
}

// exprs visits every node of every expression.
func (c *checker) exprs(visit func(s *spl.Stage, x parser.Expr)) {
	c.each(c.stages, func(s *spl.Stage, _ []spl.Stage) {
		for _, x := range exprsOf(s) {
			parser.Walk(x, func(x parser.Expr) { visit(s, x) })
		}
	})
}

// source is the text of a span.
func (c *checker) source(s source.Span) string {
	if s.Start < 0 || s.End > len(c.text) || s.Start > s.End {
		return ""
	}
	return c.text[s.Start:s.End]
}

// own says whether a span stands in the search itself as it is, and does not come from a
// macro or what was handed to one.
func (c *checker) own(s source.Span) bool {
	_, _, first := c.query.Expansion.Text.Origin(s)
	_, _, last := c.query.Expansion.Text.Origin(source.Span{Start: max(s.Start, s.End-1), End: s.End})
	return first == nil && last == nil
}

// word is the place of a name within a stage, as a word of its own or in quotes; that of
// the command where it does not stand there.
func (c *checker) word(s *spl.Stage, name string) source.Span {
	text := c.source(s.Span)
	if plain := !strings.ContainsAny(name, edges); plain && name != "" {
		if at, ok := c.wordsOf(s, text)[name]; ok {
			return source.Span{Start: s.Span.Start + at, End: s.Span.Start + at + len(name)}
		}
		return s.NameAt
	}
	for at := 0; name != ""; {
		i := strings.Index(text[at:], name)
		if i < 0 {
			return s.NameAt
		}
		at += i
		end := at + len(name)
		if edge(text, at-1) && edge(text, end) {
			return source.Span{Start: s.Span.Start + at, End: s.Span.Start + end}
		}
		at = end
	}
	return s.NameAt
}

// wordsOf are the words of a stage's text, each with the place where it first stands. Those
// of the stage looked at last are kept, since a stage may have as many fields as words.
func (c *checker) wordsOf(s *spl.Stage, text string) map[string]int {
	if c.wordsIn == s.Stage {
		return c.words
	}
	c.wordsIn, c.words = s.Stage, map[string]int{}
	start := 0
	for i := 0; i <= len(text); i++ {
		if !edge(text, i) {
			continue
		}
		if _, met := c.words[text[start:i]]; !met {
			c.words[text[start:i]] = start
		}
		start = i + 1
	}
	return c.words
}

// edges are the characters that end a name.
const edges = " \t\r\n,()[]=<>!\"'|+-*/%."

// edge says whether the byte at i is no part of a name.
func edge(s string, i int) bool {
	return i < 0 || i >= len(s) || strings.IndexByte(edges, s[i]) >= 0
}
