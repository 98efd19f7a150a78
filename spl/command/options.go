package command

import (
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"

	"spl/parser"
	"spl/parser/source"
)

// Option is a name=value argument that a command takes.
type Option struct {
	Name    string
	Type    Type
	Default string // as a reader would write it; "" none
	Summary string
}

// Type says what an option's value must be.
type Type string

// The types of option values.
const (
	Bool Type = "bool"
	Int  Type = "int"
	Text Type = "text"
)

// option is how a grammar reads one: a word and '=' before a value.
type option struct {
	Key   parser.Name // "="
	Value parser.Name
}

// Parse is called by participle. Most arguments are no options, and to find that out by
// tags takes eight allocations each; the errors are those of the tags.
func (o *option) Parse(lex *lexer.PeekingLexer) error {
	if err := o.Key.Parse(lex); err != nil {
		return err
	}
	if t := lex.Peek(); !parser.IsSign(t, "=") {
		return parser.Unexpected(t)
	}
	lex.Next()
	if err := o.Value.Parse(lex); err != nil {
		return parser.Unexpected(lex.Peek())
	}
	return nil
}

func (o *option) String() string { return o.Key.Text + "=" + o.Value.String() }

// options are a command's options as given, checked against its table entry.
type options struct {
	list []*option
	errs source.Errors
}

// checkOptions reports options that the command does not take and values of the
// wrong type, each at its place.
func checkOptions(c *Command, lists ...[]*option) *options {
	o := &options{}
	for _, l := range lists {
		o.list = append(o.list, l...)
	}
	for _, x := range o.list {
		def := c.option(x.Key.Text)
		if def == nil {
			o.errs = append(o.errs, unknownOption(c, x.Key))
			continue
		}
		if parser.HasToken(x.Value.Text) && def.Type != Text {
			o.errs = append(o.errs, noToken(x.Value))
			continue
		}
		if !def.Type.accepts(x.Value.Text) {
			o.errs = append(o.errs, source.Errorf(source.Syntax, x.Value.Span, "`%s` of `%s` must be %s, not `%s`", def.Name, c.Name, def.Type.words(), x.Value.Text).
				WithHelp("for example: %s=%s", def.Name, def.example()))
		}
	}
	return o
}

// tokenFaults looks for $tokens$ of a dashboard in arguments that cannot be read. What
// is wrong may follow from that they have no value here, and is not reported then.
func tokenFaults(a *parser.Args, errs source.Errors) source.Errors {
	if !slices.ContainsFunc(errs, func(e *source.Error) bool { return e.Code == source.Syntax && inside(a, e) }) {
		return errs
	}
	tokens := a.Tokens()
	for _, e := range errs {
		if inside(a, e) && parser.HasToken(a.Source(e.Span)) && len(tokens) == 0 {
			tokens = append(tokens, e.Span)
		}
	}
	if len(tokens) == 0 {
		return errs
	}
	errs = slices.DeleteFunc(errs, func(e *source.Error) bool { return e.Code == source.Syntax && inside(a, e) })
	return append(errs, noToken(parser.Name{Text: a.Source(tokens[0]), Span: tokens[0]}))
}

// inside says whether a fault lies in the arguments, and not in what they stand for.
func inside(a *parser.Args, e *source.Error) bool {
	return e.Span.Start >= a.Base && e.Span.End <= a.Base+len(a.Text) && e.Span.Start <= e.Span.End
}

// noToken reports a $token$ where a value is needed.
func noToken(n parser.Name) *source.Error {
	return source.Errorf(source.Unsupported, n.Span, "`%s` is a token of a dashboard, and has no value here", n.Text).WithHelp("write the value in its place")
}

func unknownOption(c *Command, key parser.Name) *source.Error {
	err := source.Errorf(source.UnknownArgument, key.Span, "`%s` has no option `%s`", c.Name, key.Text)
	var have []string
	for _, d := range c.Options {
		have = append(have, d.Name)
	}
	switch near := Nearest(key.Text, have); {
	case near != "":
		err.Help = "did you mean `" + near + "`?"
	case len(takers(key.Text)) > 0:
		err.Help = "`" + strings.ToLower(key.Text) + "` is an option of " + strings.Join(takers(key.Text), ", ")
		if len(have) > 0 {
			err.Help += "; those of `" + c.Name + "` are " + strings.Join(have, ", ")
		}
	case len(have) > 0:
		err.Help = "its options are " + strings.Join(have, ", ")
	default:
		err.Help = "it takes no options; see `spl doc " + c.Name + "`"
	}
	return err
}

// takers are the commands that have an option, the first few of them.
func takers(option string) []string {
	var out []string
	for _, c := range Table() {
		if c.option(option) != nil {
			if out = append(out, c.Name); len(out) == 6 {
				out[4] += " and others"
				return out[:5]
			}
		}
	}
	return out
}

func (c *Command) option(name string) *Option {
	for i := range c.Options {
		if strings.EqualFold(c.Options[i].Name, name) {
			return &c.Options[i]
		}
	}
	return nil
}

func (t Type) accepts(s string) bool {
	switch t {
	case Bool:
		_, ok := parseBool(s)
		return ok
	case Int:
		_, err := strconv.Atoi(s)
		return err == nil
	}
	return true
}

func (t Type) words() string {
	switch t {
	case Bool:
		return "true or false"
	case Int:
		return "a whole number"
	}
	return "text"
}

// example is a value that the option can have.
func (o *Option) example() string {
	if o.Default != "" && o.Type.accepts(o.Default) {
		return o.Default
	}
	if o.Type == Bool {
		return "true"
	}
	return "10"
}

// parseBool reads a Boolean option: t, true, 1 or f, false, 0 in any case.
func parseBool(s string) (value, ok bool) {
	switch strings.ToLower(s) {
	case "t", "true", "1":
		return true, true
	case "f", "false", "0":
		return false, true
	}
	return false, false
}

// text is an option's value; def when it is not given. The last one given counts.
func (o *options) text(name, def string) string {
	for _, x := range o.list {
		if strings.EqualFold(x.Key.Text, name) {
			def = x.Value.Text
		}
	}
	return def
}

func (o *options) given(name string) bool {
	for _, x := range o.list {
		if strings.EqualFold(x.Key.Text, name) {
			return true
		}
	}
	return false
}

func (o *options) bool(name string, def bool) bool {
	if v, ok := parseBool(o.text(name, "")); ok {
		return v
	}
	return def
}

func (o *options) int(name string, def int) int {
	if v, err := strconv.Atoi(o.text(name, "")); err == nil {
		return v
	}
	return def
}

// String prints the options, a space before each.
func (o *options) String() string {
	var b strings.Builder
	for _, x := range o.list {
		b.WriteByte(' ')
		b.WriteString(x.String())
	}
	return b.String()
}

// nameList prints names with commas between.
func nameList(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = parser.Word(n)
	}
	return strings.Join(out, ", ")
}

// texts are the names' texts.
func texts(names []*parser.Name) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = n.Text
	}
	return out
}

type noArgs struct {
	Extra []*parser.Name `parser:"@@*"`
}

var noGrammar = parser.NewGrammar[noArgs](parser.ArgTokens, "")

// noArguments checks that a command that takes no arguments has none.
func noArguments(a *parser.Args) source.Errors {
	tree, err := noGrammar.Parse(a)
	if err == nil && len(tree.Extra) > 0 {
		err = source.Errorf(source.Syntax, tree.Extra[0].Span, "`%s` takes no arguments", a.Command)
	}
	return one(err)
}

// one makes a list of faults of a fault that may be nil.
func one(err *source.Error) source.Errors {
	if err == nil {
		return nil
	}
	return source.Errors{err}
}
