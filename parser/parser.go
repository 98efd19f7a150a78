// Package parser reads SPL: pipelines, the search language, expressions, and what
// the commands' own small grammars are made of.
//
// Read pipeline.go first: it cuts a query into stages. What follows a command's
// name is that command's affair; it says how to read it with a [Grammar], a
// participle grammar over one of three sets of tokens ([Mode]). The search
// language (search.go) and expressions (expr.go) are grammars of that kind which
// several commands share.
//
// Whatever parses prints back, with String, as text that parses to the same tree.
package parser

import (
	"errors"
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"spl/parser/source"
)

// Grammar is a participle grammar for a command's arguments. It is built when it
// is first used, since a query uses few of the many.
type Grammar[G any] struct {
	mode   Mode
	usage  string
	once   sync.Once
	parser *participle.Parser[G]
}

// lookahead is after how many tokens a choice of the grammar is no longer given up for
// another.
const lookahead = 3

// NewGrammar declares a grammar. G is a participle struct whose tags are written
// parser:"...". usage is a correct example, shown where something else was read.
// Keywords in tags match in any case, except with SearchTokens.
func NewGrammar[G any](mode Mode, usage string) *Grammar[G] {
	return &Grammar[G]{mode: mode, usage: usage}
}

// Parse reads a command's arguments.
func (g *Grammar[G]) Parse(a *Args) (*G, *source.Error) {
	tokens, fault := tokenize(a.Text, a.Base, g.mode)
	if fault != nil {
		return nil, fault
	}
	defer tokens.free()
	g.once.Do(func() {
		opts := []participle.Option{participle.Lexer(definition{}), participle.UseLookahead(lookahead)}
		if g.mode != SearchTokens {
			opts = append(opts, participle.CaseInsensitive("Word", "Ident"))
		}
		g.parser = participle.MustBuild[G](opts...)
	})
	peeking, err := lexer.Upgrade(tokens)
	if err != nil {
		return nil, source.Errorf(source.Syntax, a.Span(), "%s", err)
	}
	tree, err := g.parser.ParseFromLexer(peeking)
	if err != nil {
		return nil, g.explain(err, a, tokens)
	}
	return tree, nil
}

// Unexpected is what a part of a grammar that is read by hand gives for a token that
// cannot stand where it does: the error that tags would give.
func Unexpected(t *lexer.Token) error {
	return &participle.UnexpectedTokenError{Unexpected: *t}
}

// IsWord says whether a token is a bare word of a command's arguments.
func IsWord(t *lexer.Token) bool { return t.Type == tWord }

// IsSign says whether a token is that operator, bracket or comma.
func IsSign(t *lexer.Token, sign string) bool { return isOp(t, sign) }

// fault is an error of ours on its way through participle.
type fault struct{ err *source.Error }

func (f fault) Error() string            { return f.err.Message }
func (f fault) Message() string          { return f.err.Message }
func (f fault) Position() lexer.Position { return lexer.Position{Offset: f.err.Span.Start} }

// faultAt makes an error at a token, or after the last one at the end.
func faultAt(t *lexer.Token, msg string, args ...any) fault {
	n := len(t.Value)
	if t.EOF() {
		n = 0
	}
	return fault{source.Errorf(source.Syntax, source.Span{Start: t.Pos.Offset, End: t.Pos.Offset + n}, msg, args...)}
}

func (f fault) help(format string, args ...any) fault {
	f.err = f.err.WithHelp(format, args...)
	return f
}

// explain turns participle's error, which speaks of grammar, into a reader's words.
func (g *Grammar[G]) explain(err error, a *Args, tokens *tokenList) *source.Error {
	var own fault
	if errors.As(err, &own) {
		if own.err.Help == "" {
			own.err.Help = g.hint(own.err.Span.Start, a, tokens)
		}
		return own.err
	}
	var unexpected *participle.UnexpectedTokenError
	pos := lexer.Position{Offset: tokens.end}
	var perr participle.Error
	if errors.As(err, &perr) {
		pos = perr.Position()
	}
	e := source.Errorf(source.Syntax, source.At(pos.Offset), "`%s` needs more here", a.Command)
	if n := len(tokens.tokens); n > 0 && errors.As(err, &unexpected) && unexpected.Unexpected.EOF() {
		e.Message = "something is missing after `" + shorten(tokens.tokens[n-1].Value) + "`"
	}
	if errors.As(err, &unexpected) && !unexpected.Unexpected.EOF() {
		t := unexpected.Unexpected
		e = faultAt(&t, "`%s` cannot be read here as an argument of `%s`", shorten(t.Value), a.Command).err
	}
	if g.usage != "" {
		e.Help = "for example: " + g.usage
	}
	if g.mode == ArgTokens && unexpected != nil && strings.ContainsAny(unexpected.Unexpected.Value, "=<>!") && tokens.within(e.Span.Start) {
		e.Help = "a condition stands in eval(), as in count(eval(status>=400))"
	}
	if g.mode == ArgTokens && unexpected != nil && unexpected.Unexpected.Value == "(" && !tokens.within(e.Span.Start) {
		if call := callText(a, e.Span.Start); call != "" {
			e.Help = "a field of such a name stands in double quotes: \"" + call + "\"; a value is worked out before, with eval"
		}
	}
	if g.mode == EvalTokens {
		if help := g.hint(e.Span.Start, a, tokens); help != "" {
			e.Help = help
		}
	}
	return e
}

// callText is the call whose parenthesis stands at an offset: the word right before it
// and all up to its end; "" where there is no word, or the text is long.
func callText(a *Args, at int) string {
	i := at - a.Base
	start := strings.LastIndexAny(a.Text[:i], " \t\r\n,=()") + 1
	n := strings.IndexByte(a.Text[i:], ')')
	if start == i || n < 0 || n > 40 || strings.ContainsAny(a.Text[i:i+n], "\"\n") {
		return ""
	}
	return a.Text[start : i+n+1]
}

// hint is help for the token of an expression at an offset.
func (g *Grammar[G]) hint(offset int, a *Args, l *tokenList) string {
	for i := range l.tokens {
		if t := &l.tokens[i]; t.Pos.Offset == offset {
			if plain := plainQuotes(a.Text[offset-a.Base:]); plain != "" {
				return typographicHelp + ": " + plain
			}
			return exprHint(t, l.tokens[:i], l.tokens[i+1:], g.usage != "")
		}
	}
	return ""
}

// shorten keeps an error on one line.
func shorten(s string) string {
	return cutTo(s, 40)
}

// shortLine keeps a help on one line.
func shortLine(s string) string {
	return cutTo(s, 100)
}

func cutTo(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// Name is a field name, a value or a word as it was written, with or without quotes.
type Name struct {
	Text  string // without quotes and escapes
	Quote byte   // '"', '\'' or 0
	Span  source.Span
	raw   string // as written
}

// Parse lets participle read a Name wherever a grammar has a field of this type.
func (n *Name) Parse(lex *lexer.PeekingLexer) error {
	t := lex.Peek()
	switch t.Type {
	case tWord, tIdent, tNumber, tString, tQuoted:
	default:
		return participle.NextMatch
	}
	*n = nameOf(t)
	lex.Next()
	return nil
}

// nameOf is the name that a token is.
func nameOf(t *lexer.Token) Name {
	n := Name{raw: t.Value, Span: tokenSpan(t)}
	if t.Type == tString || t.Type == tQuoted {
		n.Quote = t.Value[0]
	}
	n.Text = n.unquote(false)
	return n
}

// String writes the name as an argument.
func (n *Name) String() string {
	if n.Quote == '"' {
		return Quote(n.Text)
	}
	return Word(n.Text)
}

// searched is the name as the search language reads it, in which \| is a pipe.
func (n *Name) searched() string { return n.unquote(true) }

func (n *Name) unquote(pipe bool) string {
	if n.Quote == 0 { // a single quote is an ordinary character of a search's word
		return unescape(n.raw, '"', pipe)
	}
	return unescape(n.raw[1:len(n.raw)-1], n.Quote, pipe)
}

// Bare says that the name was written without quotes.
func (n *Name) Bare() bool { return n.Quote == 0 }
