package eval

import (
	"errors"
	"strings"

	"spl/eval/regex"
	"spl/parser"
	"spl/parser/source"
)

var regexFunctions = []*Function{
	{
		Name: "match", Min: 2, Max: 2, Usage: `match(text, "regular expression")`,
		Summary: "whether a regular expression matches anywhere in the text",
		build:   buildMatch,
	},
	{
		Name: "mvfind", Min: 2, Max: 2, Usage: `mvfind(field, "regular expression")`,
		Summary: "the index, from 0, of the first value that a regular expression matches",
		build:   buildFind,
	},
	{
		Name: "replace", Min: 3, Max: 3, Usage: `replace(text, "regular expression", "replacement")`,
		Summary: `the text with every match replaced; \1 in the replacement is the first group`,
		build:   buildReplace,
	},
}

// pattern prepares a regular expression. One that is written in the query is
// checked at once; one from the data that cannot be read gives NULL and a notice.
func (c *compiler) pattern(x parser.Expr) func(*frame) (*regex.Regexp, bool) {
	get, err := prepared(c, c.expr(x), "regex", func(s string) (*regex.Regexp, error) { return regex.Compile(s, regex.Options{}) })
	if err != nil {
		e := c.fault(x.Where(), "%s", err)
		var syntax *regex.SyntaxError
		if errors.As(err, &syntax) {
			e.Help = syntax.Help()
			if syntax.Unsupported {
				e.Code = source.Unsupported
			}
		}
	}
	return get
}

// matches runs a pattern; when it takes too long the answer is no, with a notice.
func (f *frame) matches(re *regex.Regexp, s string) (found, ok bool) {
	found, err := re.MatchString(s)
	if err != nil {
		f.notice("regex", "%s", err)
	}
	return found, err == nil
}

func buildMatch(c *compiler, x *parser.Call) node {
	run := c.expr(x.Args[0]).run
	get := c.pattern(x.Args[1])
	return truthNode(func(f *frame) tri {
		v := run(f)
		re, ok := get(f)
		if !ok || v.kind == Null {
			return unknown
		}
		result := no
		for i := range v.Count() {
			found, ok := f.matches(re, v.at(i).Text())
			if found {
				return yes
			}
			if !ok {
				result = unknown
			}
		}
		return result
	})
}

func buildFind(c *compiler, x *parser.Call) node {
	run := c.expr(x.Args[0]).run
	get := c.pattern(x.Args[1])
	return valueNode(isNumber, func(f *frame) Value {
		v := run(f)
		re, ok := get(f)
		if !ok {
			return Value{}
		}
		for i := range v.Count() {
			if found, _ := f.matches(re, v.at(i).Text()); found {
				return Num(float64(i))
			}
		}
		return Value{}
	})
}

func buildReplace(c *compiler, x *parser.Call) node {
	run := c.expr(x.Args[0]).run
	get := c.pattern(x.Args[1])
	template, _ := prepared(c, c.expr(x.Args[2]), "regex", newReplacement)
	return valueNode(anything, func(f *frame) Value {
		v := run(f)
		re, ok1 := get(f)
		rep, ok2 := template(f)
		if !ok1 || !ok2 || v.kind == Null {
			return Value{}
		}
		if v.kind != Multi {
			return f.replace(re, rep, v)
		}
		out := make([]string, 0, len(v.list))
		for i := range v.list {
			out = append(out, f.replace(re, rep, v.at(i)).Values()...)
		}
		return List(out)
	})
}

// replacement is a template with what is needed to guess how long its output is.
type replacement struct {
	template *regex.Template
	length   int
	groups   int // references to groups, at most
}

func newReplacement(s string) (*replacement, error) {
	return &replacement{regex.ParseTemplate(s), len(s), strings.Count(s, `\`)}, nil
}

// guessSafely is the length of text and replacement together up to which a
// replacement cannot make too much, whatever its groups hold.
const guessSafely = 1 << 12

func (f *frame) replace(re *regex.Regexp, rep *replacement, v Value) Value {
	s := v.Text()
	if len(s)+rep.length > guessSafely && !f.affordable(re, rep, s) {
		return Value{}
	}
	out, err := re.Replace(s, rep.template)
	if err != nil {
		f.notice("regex", "%s", err)
		return Value{}
	}
	if out == s {
		return Text(s)
	}
	if !f.spend(len(out)) {
		return Value{}
	}
	return Text(out)
}

// affordable says whether a replacement stays within what the row may make. Groups
// of lookaheads may overlap, so that only counting tells; it is done where the
// texts are large enough for it to matter.
func (f *frame) affordable(re *regex.Regexp, rep *replacement, s string) bool {
	if rep.groups == 0 && (len(s)+1)*(rep.length+1) <= f.left {
		return true
	}
	if _, backtracks := re.Backtracks(); !backtracks && (len(s)+1)*(rep.length+1) <= f.left {
		return true // without lookaheads a match holds its groups, and matches do not overlap
	}
	size := len(s)
	err := re.Each(s, 0, func(loc []int) bool {
		longest := 0
		for i := 0; i+1 < len(loc); i += 2 {
			longest = max(longest, loc[i+1]-loc[i])
		}
		size += rep.length + rep.groups*longest
		return size <= f.left
	})
	if err != nil || size <= f.left {
		return true // Replace itself tells of the error
	}
	return f.spend(size)
}
