package lint

import (
	"strings"

	"spl/parser"
	"spl/parser/source"
	"spl/spl"
	"spl/spl/command"
)

// Conditions that do not say what they seem to say.

var wildcardInWhere = Lint{
	Code:    "wildcard-in-where",
	Summary: "a comparison in where or eval with a text that has a * in it",
	Why: "Only the search language knows wildcards. In an expression * is a character like any other, so the comparison is almost never true. " +
		"Write like(field, \"a%\"), match(field, \"^a\"), or use search in the place of where.",
	Bad:  `index=main | where user="admin*"`,
	Good: `index=main | where like(user, "admin%")`,
	look: func(c *checker) {
		c.exprs(func(_ *spl.Stage, x parser.Expr) {
			b, ok := x.(*parser.Binary)
			if !ok || b.Op != "=" && b.Op != "!=" {
				return
			}
			field, text := b.L, literal(b.R)
			if text == nil {
				field, text = b.R, literal(b.L)
			}
			if _, isField := field.(*parser.Field); isField && text != nil && looksWild(text.Text) {
				of, not := "only of", ""
				if b.Op == "!=" {
					of, not = "of all but", "NOT "
				}
				c.add(b.All, "`*` is no wildcard in an expression: this is true %s the text %s itself", of, parser.Quote(text.Text)).
					WithHelp("write %slike(%s, %s)", not, field, parser.Quote(strings.ReplaceAll(text.Text, "*", "%")))
			}
		})
	},
}

var dollarName = Lint{
	Code:    "dollar-name",
	Summary: "a name between dollar signs in an expression, which is read as a field",
	Why: "In an expression $a.b$ is the field a.b, an old form of 'a.b'. A token of a dashboard looks the same; here it was not given a value, and the field is most likely not there. " +
		"Write a field between single quotes, and a value in the place of a token.",
	Bad:  `index=main | where user!=$actor.name$`,
	Good: `index=main | where user!='actor.name'`,
	look: func(c *checker) {
		c.exprs(func(_ *spl.Stage, x parser.Expr) {
			if f, ok := x.(*parser.Field); ok && c.source(f.At) == "$"+f.Name+"$" {
				c.add(f.At, "`$%s$` is the field `%s` here, and no token of a dashboard", f.Name, f.Name).WithHelp("write '%s'", f.Name)
			}
		})
	},
}

func literal(x parser.Expr) *parser.Literal {
	if l, ok := x.(*parser.Literal); ok && !l.Number {
		return l
	}
	return nil
}

// looksWild says whether a text was meant as a pattern: there is a * at its end or start
// and something else; a schedule (*/5 * * * *) and a lone * are texts.
func looksWild(s string) bool {
	rest := strings.Trim(s, "*")
	return rest != s && rest != "" && !strings.Contains(s, "* ") && !strings.Contains(s, " *") && strings.ContainsFunc(rest, func(r rune) bool { return r > ' ' && !strings.ContainsRune("*/.-", r) })
}

var lowercaseOperator = Lint{
	Code:    "lowercase-operator",
	Summary: "or, and or not in lower case between the terms of a search",
	Why: "Operators of the search language are upper case. In lower case they are words that must stand in the event: `a or b` finds events with all three. " +
		"Write OR, AND, NOT, or put the words in quotes where they are meant.",
	Bad:  `index=main error or warning`,
	Good: `index=main (error OR warning)`,
	look: func(c *checker) {
		c.searches(func(x parser.SearchExpr, _ bool) {
			and, ok := x.(*parser.And)
			if !ok {
				return
			}
			for i, t := range and.Terms {
				w, ok := t.(*parser.Term)
				if !ok || c.source(w.At) != w.Text {
					continue
				}
				up := strings.ToUpper(w.Text)
				between := i > 0 && i < len(and.Terms)-1
				if up != w.Text && !c.inSentence(and.Terms, i) && (between && (up == "OR" || up == "AND") || up == "NOT" && i < len(and.Terms)-1) {
					c.add(w.At, "`%s` in lower case is a word to look for, not an operator", w.Text).WithHelp("write %s", up)
				}
			}
		})
	},
}

// inSentence says whether a word stands in running words, such as "has reached or exceeded
// the quota", where it is one of them: two of those around it stand side by side.
func (c *checker) inSentence(terms []parser.SearchExpr, at int) bool {
	plain := func(i int) (word, operator bool) {
		if i < 0 || i >= len(terms) {
			return false, false
		}
		t, ok := terms[i].(*parser.Term)
		if !ok || c.source(t.At) != t.Text || strings.Contains(t.Text, "*") {
			return false, false
		}
		up := strings.ToUpper(t.Text)
		return true, up == "OR" || up == "AND" || up == "NOT"
	}
	for _, step := range []int{-1, 1} {
		last := true // the word before was an operator
		for i := at + step; ; i += step {
			word, operator := plain(i)
			if !word {
				break
			}
			if !operator && !last {
				return true
			}
			last = operator
		}
	}
	return false
}

var missingPipe = Lint{
	Code:    "missing-pipe",
	Summary: "a search that begins with the name of a command that makes rows, without a pipe before it",
	Why: "A search begins with terms to look for unless a pipe stands first. Without it the command's name and its arguments are words that must stand in the event. " +
		"Put a pipe before it, or the word in quotes where it is meant.",
	Bad:  `inputlookup assets.csv`,
	Good: `| inputlookup assets.csv`,
	look: func(c *checker) {
		c.each(c.stages, func(s *spl.Stage, before []spl.Stage) {
			h, ok := s.Node.(command.HasSearch)
			if !ok || len(before) > 0 || s.Typed != "" {
				return
			}
			and, ok := h.SearchExpr().(*parser.And)
			if !ok || len(and.Terms) < 2 {
				return
			}
			w, ok := and.Terms[0].(*parser.Term)
			if !ok || c.source(w.At) != w.Text {
				return
			}
			if cmd, err := command.Find(w.Text); err == nil && cmd.Kind == command.Generating && w.Text != "search" && w.Text != "from" && w.Text != "history" {
				c.add(w.At, "`%s` is a word to look for here, not the command", w.Text).WithHelp("write | %s", w.Text)
			}
		})
	},
}

var typographicQuotes = Lint{
	Code:    "typographic-quotes",
	Summary: "quotes of a word processor in a search",
	Why:     "Only plain quotes quote. Curly ones are characters that must stand in the event. They come in with text that is pasted from a document or a page.",
	Bad:     `index=main user=“root”`,
	Good:    `index=main user="root"`,
	look: func(c *checker) {
		c.searches(func(x parser.SearchExpr, _ bool) {
			var v parser.Value
			switch x := x.(type) {
			case *parser.Term:
				v = x.Value
			case *parser.Compare:
				v = x.Value
			default:
				return
			}
			if r := []rune(v.Text); len(r) > 0 && curly(r[0]) && !strings.HasPrefix(c.source(v.At), `"`) {
				c.add(v.At, "these are typographic quotes, which must stand in the event like any character").WithHelp("write plain ones: %s", parser.Quote(strings.TrimFunc(v.Text, curly)))
			}
		})
	},
}

func curly(r rune) bool { return strings.ContainsRune("“”„‟", r) }

var literalComparison = Lint{
	Code:    "literal-comparison",
	Summary: "a comparison of two texts, neither of which is a field",
	Why: "In where and eval double quotes make a text. A field whose name is not plain stands in single quotes: 'my field'=\"x\". " +
		"Two texts are equal or not whatever the event.",
	Bad:  `index=main | where "user name"="root"`,
	Good: `index=main | where 'user name'="root"`,
	look: func(c *checker) {
		c.exprs(func(_ *spl.Stage, x parser.Expr) {
			b, ok := x.(*parser.Binary)
			if !ok || !comparison(b.Op) {
				return
			}
			l, r := literal(b.L), literal(b.R)
			if l == nil || r == nil && !number(b.R) || !c.own(b.All) || parser.HasToken(c.source(b.All)) || l.Text == "" {
				return
			}
			c.add(l.At, "%s is a text here, not a field: the comparison is the same for every row", parser.Quote(l.Text)).
				WithHelp("a field's name stands in single quotes: %s", parser.QuoteField(l.Text))
		})
	},
}

func number(x parser.Expr) bool {
	l, ok := x.(*parser.Literal)
	return ok && l.Number
}

func comparison(op string) bool {
	switch op {
	case "=", "!=", "<", "<=", ">", ">=":
		return true
	}
	return false
}

var alwaysTrue = Lint{
	Code:    "always-true",
	Summary: "x!=a OR x!=b, which is true of every x",
	Why:     "Whatever x is, it differs from one of the two. What is meant is mostly that it differs from both: x!=a AND x!=b, or NOT x IN (a, b).",
	Bad:     `index=main (user!=root OR user!=admin)`,
	Good:    `index=main NOT user IN (root, admin)`,
	look: func(c *checker) {
		c.searches(func(x parser.SearchExpr, negated bool) {
			if or, ok := x.(*parser.Or); ok && !negated {
				c.differs(or)
			}
		})
		c.exprs(func(_ *spl.Stage, x parser.Expr) {
			b, ok := x.(*parser.Binary)
			if !ok || b.Op != "OR" {
				return
			}
			f, v := unequal(b.L)
			g, w := unequal(b.R)
			if f != "" && f == g && v != w {
				c.sayAlways(b.All, f)
			}
		})
	},
}

// differs looks for two choices that ask one field to differ from two values.
func (c *checker) differs(or *parser.Or) {
	values := map[string]string{}
	for _, t := range or.Terms {
		x, ok := t.(*parser.Compare)
		if not, isNot := t.(*parser.Not); isNot {
			if x, ok = not.Term.(*parser.Compare); ok && x.Op == "=" {
				y := *x
				y.Op = "!="
				x = &y
			}
		}
		if !ok || x.Op != "!=" || strings.Contains(x.Value.Text, "*") || x.Value.Text == "" {
			continue
		}
		if before, met := values[x.Field]; met && !strings.EqualFold(before, x.Value.Text) {
			c.sayAlways(or.At, x.Field)
			return
		}
		values[x.Field] = x.Value.Text
	}
}

func (c *checker) sayAlways(at source.Span, field string) {
	c.add(at, "every `%s` differs from one of these values, so this is always true", field).WithHelp("to differ from both, write AND in the place of OR")
}

// unequal takes field!="text" apart; field is "" for anything else.
func unequal(x parser.Expr) (field, value string) {
	b, ok := x.(*parser.Binary)
	if !ok || b.Op != "!=" {
		return "", ""
	}
	f, isField := b.L.(*parser.Field)
	v, isText := b.R.(*parser.Literal)
	if !isField || !isText {
		return "", ""
	}
	return f.Name, v.Text
}

var leadingWildcard = Lint{
	Code:    "leading-wildcard",
	Summary: "a word to look for that begins with *",
	Why: "An index finds words by how they begin, so a word that begins with * makes Splunk read every event of the time range. " +
		"Name the field, the sourcetype, or more of the word.",
	Bad:      `index=main *failed`,
	Good:     `index=main action=failed`,
	Optional: true,
	look: func(c *checker) {
		c.each(c.stages, func(s *spl.Stage, before []spl.Stage) {
			h, ok := s.Node.(command.HasSearch)
			if !ok || len(before) > 0 || s.Plan.Generate != nil {
				return
			}
			walkSearch(h.SearchExpr(), func(x parser.SearchExpr, negated bool) {
				t, ok := x.(*parser.Term)
				if ok && !negated && strings.HasPrefix(t.Text, "*") && strings.Trim(t.Text, "*") != "" {
					c.add(t.At, "a word that begins with * makes Splunk read every event").WithHelp("name the field or more of the word")
				}
			})
		})
	},
}

var notEqual = Lint{
	Code:    "not-equal",
	Summary: "x!=y in a search, which also drops events without x",
	Why: "x!=y is true of events that have x with another value; NOT x=y also of those without x. " +
		"A filter that excludes something mostly means the second.",
	Bad:      `index=main user!=root`,
	Good:     `index=main NOT user=root`,
	Optional: true,
	look: func(c *checker) {
		c.searches(func(x parser.SearchExpr, negated bool) {
			if cmp, ok := x.(*parser.Compare); ok && cmp.Op == "!=" && !negated && cmp.Value.Text != "*" && cmp.Value.Text != "" {
				c.add(cmp.At, "events without `%s` are left out too", cmp.Field).WithHelp("to keep them, write NOT %s=%s", parser.Word(cmp.Field), cmp.Value)
			}
		})
	},
}

// searches visits the conditions of all commands that have the search language's.
func (c *checker) searches(visit func(x parser.SearchExpr, negated bool)) {
	c.each(c.stages, func(s *spl.Stage, _ []spl.Stage) {
		if h, ok := s.Node.(command.HasSearch); ok {
			walkSearch(h.SearchExpr(), visit)
		}
	})
}
