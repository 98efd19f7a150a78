package command

import (
	"strings"

	"spl/eval/batch"
	"spl/eval/regex"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var regexCommand = Command{
	Name:    "regex",
	Kind:    DistributableStreaming,
	Summary: "Keeps the rows in which a regular expression matches a field.",
	Usage:   `regex [<field>=|<field>!=]"<regex>"`,
	Parse:   parseRegex,
}

// regexNode is read without a participle grammar, as rex is.
type regexNode struct {
	field   string
	not     bool
	pattern string
	sub     *parser.Subsearch
	re      *regex.Regexp
}

const regexHelp = `for example: regex msg="^GET " or regex msg!="^GET "`

func parseRegex(_ *Command, a *parser.Args) (Node, source.Errors) {
	n := &regexNode{field: "_raw"}
	r := &rawReader{a: a, s: a.Text}
	r.skip(false)
	r.condition(n)
	if r.skip(false); r.i == len(r.s) {
		return n, one(source.Errorf(source.Syntax, source.At(a.Base+len(strings.TrimRight(a.Text, " \t\r\n"))), "the pattern of `regex` is missing").WithHelp("%s", regexHelp))
	}
	if r.s[r.i] == '[' && strings.HasSuffix(strings.TrimRight(r.s, " \t\r\n"), "]") && strings.HasPrefix(strings.TrimLeft(r.s[r.i+1:], " \t\r\n"), "|") {
		var errs source.Errors
		n.sub, errs = r.subsearch()
		return n, errs
	}
	text := r.word(false)
	if r.skip(false); r.i < len(r.s) {
		extra := r.word(false)
		return n, one(source.Errorf(source.Syntax, extra.Span, "`regex` takes one pattern, and `%s` is a second", extra.Text).WithHelp("%s", regexHelp))
	}
	n.pattern = text.Text
	var err error
	if n.re, err = regex.Compile(n.pattern, regex.Options{}); err != nil {
		return n, one(patternFault(text.Span, err))
	}
	return n, nil
}

// condition reads a field and = or !=, if they stand here. A quoted text alone, or
// one with signs of a pattern in it, is no field.
func (r *rawReader) condition(n *regexNode) {
	start, end := r.i, r.i
	switch {
	case start == len(r.s):
		return
	case r.s[start] == '"' || r.s[start] == '\'':
		end = quoteEnd(r.s, start, r.s[start])
	default:
		for end < len(r.s) && strings.IndexByte("=! \t\r\n\"()[]\\|^$?*+", r.s[end]) < 0 || strings.HasPrefix(r.s[end:], "{}") {
			end++
		}
	}
	after := &rawReader{s: r.s, i: end}
	after.skip(false)
	rest := r.s[after.i:]
	not := strings.HasPrefix(rest, "!=")
	if end == start || !not && !strings.HasPrefix(rest, "=") {
		return
	}
	n.field, n.not = parser.Unquote(r.s[start:end]), not
	r.i = after.i + 1
	if not {
		r.i++
	}
}

func (n *regexNode) String() string {
	op := "="
	if n.not {
		op = "!="
	}
	if n.sub != nil {
		return parser.Word(n.field) + op + "[" + n.sub.Pipeline.String() + "]"
	}
	return parser.Word(n.field) + op + parser.Quote(n.pattern)
}

func (n *regexNode) Plan(p *Planning) *engine.Plan {
	return &engine.Plan{
		Reads:     func(wanted batch.Fields) batch.Fields { return wanted.Add(n.field) },
		Filter:    n.filter(p),
		Tests:     n.tests,
		Transient: true,
		Map: engine.Streaming(func(c *engine.Context) (engine.MapFunc, error) {
			var rows []int32
			return func(b *batch.Batch) (*batch.Batch, error) {
				col := b.Col(n.field)
				rows = rows[:0]
				for r := range b.Rows {
					if n.keep(col.Values(r), c) {
						rows = append(rows, int32(r))
					}
				}
				return keepRows(b, rows), nil
			}, nil
		}),
	}
}

// tests is the one condition there is.
func (n *regexNode) tests() *engine.Tests {
	op := "matches"
	if n.not {
		op = "does not match"
	}
	return &engine.Tests{Root: &engine.Test{
		Text: n.String(), Field: n.field, Op: op, Values: []engine.TestValue{{Text: n.pattern}},
		Bind: func(c *engine.Context) (func(*batch.Batch) []int32, error) {
			return func(b *batch.Batch) []int32 {
				col := b.Col(n.field)
				var rows []int32
				for r := range b.Rows {
					if n.keep(col.Values(r), c) {
						rows = append(rows, int32(r))
					}
				}
				return rows
			}, nil
		},
	}}
}

// filter tells the reader of events which text those that stay have.
func (n *regexNode) filter(p *Planning) *engine.Filter {
	f := &engine.Filter{Fields: []string{n.field}}
	if text := n.re.Required(); text != "" && !n.not && (n.field == "_raw" || InEventText(n.field) && !p.Knowledge.Computed(n.field)) {
		f.Literals = [][]string{{text}}
	}
	return f
}

// keep says whether a row stays: = where some value matches, != where none does.
//
// Choice: a row without the field stays with != and goes with =. A text on which
// the pattern takes too long does not match.
func (n *regexNode) keep(vals []string, c *engine.Context) bool {
	for _, v := range vals {
		found, err := n.re.MatchString(v)
		if err != nil {
			c.Notices.Add("regex", err.Error(), 1)
		}
		if found {
			return !n.not
		}
	}
	return n.not
}
