package command

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"spl/eval/batch"
	"spl/eval/regex"
	"spl/parser"
	"spl/parser/source"
)

// What commands share that take options and names in any order.

type (
	// mixed is options and other arguments in any order, with commas or without.
	mixed[T any] struct {
		Args []*mixedArg[T] `parser:"( ','* @@ )* ','*"`
	}
	mixedArg[T any] struct {
		Option *option `parser:"  @@"`
		Other  *T      `parser:"| @@"`
	}
	// argList is options and names.
	argList = mixed[parser.Name]
)

// part gives the options and the other arguments, each in their order.
func (l *mixed[T]) part() (others []*T, opts []*option) {
	for _, x := range l.Args {
		if x.Option != nil {
			opts = append(opts, x.Option)
		} else {
			others = append(others, x.Other)
		}
	}
	return others, opts
}

// fieldArgs reads options and names and checks the options.
func fieldArgs(c *Command, a *parser.Args, g *parser.Grammar[argList]) ([]*parser.Name, *options, source.Errors) {
	tree, err := g.Parse(a)
	if err != nil {
		return nil, &options{}, source.Errors{err}
	}
	names, opts := tree.part()
	o := checkOptions(c, opts)
	return names, o, o.errs
}

// oneField reads options and exactly one field. An empty def means that the field
// must be given.
func oneField(c *Command, a *parser.Args, g *parser.Grammar[argList], def string) (string, *options, source.Errors) {
	names, o, errs := fieldArgs(c, a, g)
	switch {
	case len(errs) > 0:
		return "", o, errs
	case len(names) == 0 && def != "":
		return def, o, nil
	case len(names) == 0:
		return "", o, one(source.Errorf(source.Syntax, source.At(a.Base), "`%s` needs the name of a field", c.Name).WithHelp("Usage: %s", c.Usage))
	case len(names) > 1:
		return "", o, one(source.Errorf(source.Syntax, names[1].Span, "`%s` takes one field, and `%s` is a second", c.Name, names[1].Text).
			WithHelp("a name with spaces stands in double quotes"))
	}
	return names[0].Text, o, nil
}

// rawArg is an argument of a command whose patterns may stand without quotes: an
// option, a text, or a subsearch that stands for a text.
type rawArg struct {
	opt  *option
	text *parser.Name
	sub  *parser.Subsearch
}

// rawArgs cuts arguments at white space outside of double quotes, so that a pattern
// keeps its parentheses and brackets. What has a name and = in front is an option.
func rawArgs(a *parser.Args) ([]rawArg, source.Errors) {
	r := &rawReader{a: a, s: a.Text}
	var out []rawArg
	var errs source.Errors
	for r.skip(true); r.i < len(r.s); r.skip(true) {
		if r.s[r.i] == '[' {
			sub, es := r.subsearch()
			out = append(out, rawArg{sub: sub})
			errs = append(errs, es...)
			continue
		}
		if key := r.key(); key != nil {
			opt := &option{Key: *key}
			if r.i == len(r.s) {
				return out, append(errs, source.Errorf(source.Syntax, source.At(a.Base+r.i), "the value of `%s` is missing", key.Text).WithHelp("write it right behind the =: %s=value", key.Text))
			}
			opt.Value = *r.word(true)
			out = append(out, rawArg{opt: opt})
			continue
		}
		out = append(out, rawArg{text: r.word(false)})
	}
	return out, errs
}

type rawReader struct {
	a *parser.Args
	s string
	i int
}

// skip passes white space, and commas between arguments.
func (r *rawReader) skip(commas bool) {
	for r.i < len(r.s) {
		c, n := utf8.DecodeRuneInString(r.s[r.i:])
		if !unicode.IsSpace(c) && (!commas || c != ',') {
			return
		}
		r.i += n
	}
}

// key reads a name and the = after it, if they stand here.
func (r *rawReader) key() *parser.Name {
	end := r.i
	for end < len(r.s) && (r.s[end] == '_' || r.s[end]|0x20 >= 'a' && r.s[end]|0x20 <= 'z') {
		end++
	}
	eq := &rawReader{s: r.s, i: end}
	eq.skip(false)
	if end == r.i || eq.i == len(r.s) || r.s[eq.i] != '=' {
		return nil
	}
	n := r.name(r.i, end)
	r.i = eq.i + 1
	r.skip(false)
	return n
}

// word reads a text up to white space; in double quotes, for a value also in single
// ones, white space belongs to it.
func (r *rawReader) word(value bool) *parser.Name {
	start := r.i
	first := r.s[start]
	if first == '"' || first == '\'' && value && strings.IndexByte(r.s[start+1:], '\'') >= 0 {
		r.i = quoteEnd(r.s, start, first)
		return r.name(start, r.i)
	}
	for r.i < len(r.s) {
		c, n := utf8.DecodeRuneInString(r.s[r.i:])
		switch {
		case c == '\\':
			_, m := utf8.DecodeRuneInString(r.s[r.i+1:])
			n += m
		case c == '"':
			n = quoteEnd(r.s, r.i, '"') - r.i
		case unicode.IsSpace(c):
			return r.name(start, r.i)
		}
		r.i = min(r.i+n, len(r.s))
	}
	return r.name(start, r.i)
}

// quoteEnd is the position after the quote that closes the one at i.
func quoteEnd(s string, i int, quote byte) int {
	for i++; i < len(s) && s[i] != quote; i++ {
		if s[i] == '\\' {
			i++
		}
	}
	return min(i+1, len(s))
}

func (r *rawReader) name(start, end int) *parser.Name {
	raw := r.s[start:end]
	n := &parser.Name{Text: parser.Unquote(raw), Span: source.Span{Start: r.a.Base + start, End: r.a.Base + end}}
	if len(raw) > 1 && (raw[0] == '"' || raw[0] == '\'') {
		n.Quote = raw[0]
	}
	return n
}

func (r *rawReader) subsearch() (*parser.Subsearch, source.Errors) {
	start, depth := r.i, 0
	for ; r.i < len(r.s); r.i++ {
		switch r.s[r.i] {
		case '\\':
			r.i++
		case '"':
			r.i = quoteEnd(r.s, r.i, '"') - 1
		case '[':
			depth++
		case ']':
			depth--
		}
		if depth == 0 {
			break
		}
	}
	r.i = min(r.i+1, len(r.s))
	return r.a.Insert(r.s[start:r.i], source.Span{Start: r.a.Base + start, End: r.a.Base + r.i})
}

// patternFault is the error of a pattern or sed expression that cannot be read.
func patternFault(at source.Span, err error) *source.Error {
	e := source.Errorf(source.Syntax, at, "%s", err)
	var syntax *regex.SyntaxError
	if errors.As(err, &syntax) {
		e.Help = syntax.Help()
		if syntax.Unsupported {
			e.Code = source.Unsupported
		}
	}
	return e
}

// mapValues applies f to each value of a column of a batch. NULL stays.
func mapValues(b *batch.Batch, c *batch.Column, f func(string) string) *batch.Column {
	if c == nil {
		return nil
	}
	if v, ok := c.IsConstant(); ok {
		return batch.Constant(f(v), b.Rows)
	}
	bl := b.Builder()
	var vals []string
	for r := range b.Rows {
		vals = vals[:0]
		for _, v := range c.Values(r) {
			vals = append(vals, f(v))
		}
		bl.Append(vals...)
	}
	return bl.Column()
}

// splitValues makes of each value any number of values.
func splitValues(b *batch.Batch, c *batch.Column, f func(out []string, v string) []string) *batch.Column {
	if c == nil {
		return nil
	}
	bl := b.Builder()
	var vals []string
	for r := range b.Rows {
		vals = vals[:0]
		for _, v := range c.Values(r) {
			vals = f(vals, v)
		}
		bl.Append(vals...)
	}
	return bl.Column()
}
