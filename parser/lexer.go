package parser

import (
	"io"
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2/lexer"

	"spl/parser/source"
)

// Mode says how the arguments of a command are cut into tokens. SPL has no one
// set of tokens: `a-b` is one word to search, three tokens to eval.
type Mode int

const (
	// SearchTokens reads the search language: words run to the next space, bracket,
	// comma, quote or comparison.
	SearchTokens Mode = iota
	// ArgTokens reads options and field lists. As SearchTokens, and 'single quotes' quote,
	// and what stands in eval(...) or in option=(...) is read as an expression.
	ArgTokens
	// NameTokens reads lists of field names. As ArgTokens, but a parenthesis is part of
	// a word: count(x) is a field that stats made.
	NameTokens
	// RenameTokens reads pairs of field names. As NameTokens, and a comparison is part of
	// a word: tstats makes fields that end in =.
	RenameTokens
	// EvalTokens reads expressions.
	EvalTokens
)

// The types of token. Grammars name them: 'by':Word, @String, ':Op'.
const (
	tWord      lexer.TokenType = iota + 1 // a bare word
	tIdent                                // a name in an expression
	tNumber                               // a number in an expression
	tString                               // "...", with its quotes
	tQuoted                               // '...', with its quotes
	tOp                                   // an operator, bracket or comma
	tSub                                  // [...], with its brackets
	tDirective                            // TERM(...), CASE(...), PREFIX(...), whole
)

var symbols = map[string]lexer.TokenType{
	"EOF": lexer.EOF, "Word": tWord, "Ident": tIdent, "Number": tNumber, "String": tString,
	"Quoted": tQuoted, "Op": tOp, "Sub": tSub, "Directive": tDirective,
}

// Limits on what a query may ask of the parser. Past them it is refused with an
// error, so that no text can exhaust the stack.
const (
	// MaxDepth is how deep parentheses, and subsearches, may nest.
	MaxDepth = 200
	// MaxLength is the length in bytes of a query after macro expansion.
	MaxLength = 16 << 20
	// MaxTokens is how many words, quoted texts and signs a command may have.
	MaxTokens = 1_000_000
)

// definition lets participle resolve token names; the tokens themselves are cut
// by tokenize, which knows the mode.
type definition struct{}

func (definition) Symbols() map[string]lexer.TokenType { return symbols }

func (definition) Lex(string, io.Reader) (lexer.Lexer, error) { return &tokenList{}, nil }

// tokenList hands tokens to participle.
type tokenList struct {
	tokens []lexer.Token
	next   int
	end    int // where the end of input is reported: after the last token
}

func (l *tokenList) Next() (lexer.Token, error) {
	if l.next == len(l.tokens) {
		return lexer.EOFToken(lexer.Position{Offset: l.end}), nil
	}
	l.next++
	return l.tokens[l.next-1], nil
}

// kept are lists of tokens that are used again: participle copies what it is given.
var kept sync.Pool

// free gives the list back. Nothing may look at it any more.
func (l *tokenList) free() {
	if cap(l.tokens) > 512 {
		return
	}
	clear(l.tokens) // their texts are the search's
	l.tokens = l.tokens[:0]
	kept.Put(&l.tokens)
}

// within says whether a parenthesis is open at an offset.
func (l *tokenList) within(offset int) bool {
	depth := 0
	for _, t := range l.tokens {
		switch {
		case t.Pos.Offset >= offset:
			return depth > 0
		case t.Type == tOp && t.Value == "(":
			depth++
		case t.Type == tOp && t.Value == ")":
			depth--
		}
	}
	return depth > 0
}

// scanner cuts one command's arguments into tokens. Token positions carry only
// offsets, counted from base; lines and columns are found when an error is shown.
type scanner struct {
	text   string
	base   int
	mode   Mode
	pos    int
	tokens []lexer.Token
	// opens holds the offset of each open parenthesis and the mode to go back to.
	opens []open
}

type open struct {
	pos  int
	mode Mode
}

func tokenize(text string, base int, mode Mode) (*tokenList, *source.Error) {
	s := &scanner{text: text, base: base, mode: mode}
	if kept, ok := kept.Get().(*[]lexer.Token); ok {
		s.tokens = *kept
	}
	for s.skipSpace(); s.pos < len(s.text); s.skipSpace() {
		if len(s.tokens) >= MaxTokens {
			return nil, s.fault(s.pos, 1, "the command has more than %d words and signs; what follows here is not read", MaxTokens).
				WithHelp("a long list of values belongs in a lookup table")
		}
		if err := s.token(); err != nil {
			return nil, err
		}
	}
	if n := len(s.opens); n > 0 {
		return nil, s.fault(s.opens[n-1].pos, 1, "this parenthesis is never closed").WithHelp("add a ')' where it ends")
	}
	l := &tokenList{tokens: s.tokens, end: base}
	if n := len(s.tokens); n > 0 {
		l.end = s.tokens[n-1].Pos.Offset + len(s.tokens[n-1].Value)
	}
	return l, nil
}

func (s *scanner) fault(pos, n int, msg string, args ...any) *source.Error {
	return source.Errorf(source.Syntax, source.Span{Start: s.base + pos, End: s.base + pos + n}, msg, args...)
}

func (s *scanner) emit(t lexer.TokenType, end int) {
	s.tokens = append(s.tokens, lexer.Token{Type: t, Value: s.text[s.pos:end], Pos: lexer.Position{Offset: s.base + s.pos}})
	s.pos = end
}

func (s *scanner) skipSpace() {
	for s.pos < len(s.text) {
		n := spaceAt(s.text[s.pos:])
		if n == 0 {
			return
		}
		s.pos += n
	}
}

func (s *scanner) token() *source.Error {
	switch c := s.text[s.pos]; {
	case c == '"':
		end := closingQuote(s.text, s.pos)
		if end < 0 {
			return s.fault(s.pos, 1, "this quote is never closed").WithHelp(`add a '"' where the text ends; a quote inside it is written \"`)
		}
		s.emit(tString, end)
	case c == '[':
		end, open := closingBracket(s.text, s.pos)
		if open >= 0 {
			return s.fault(s.pos, 1, "this bracket is never closed").WithHelp("add a ']' where the subsearch ends")
		}
		s.emit(tSub, end)
	case c == ']':
		return s.fault(s.pos, 1, "']' without a '[' before it").WithHelp("take it out, or add a '[' where the subsearch begins")
	case (c == '(' || c == ')') && s.names():
		s.word()
	case c == '(':
		return s.open()
	case c == ')':
		n := len(s.opens)
		if n == 0 {
			return s.fault(s.pos, 1, "')' without a '(' before it").WithHelp("take it out, or add a '(' where it begins")
		}
		s.mode = s.opens[n-1].mode
		s.opens = s.opens[:n-1]
		s.emit(tOp, s.pos+1)
	case c == ',':
		s.emit(tOp, s.pos+1)
	case s.mode == EvalTokens:
		return s.expression()
	case c == '\'' && (s.mode == ArgTokens || s.names()) && s.singleQuoted():
	case s.mode != RenameTokens && strings.IndexByte("=<>!", c) >= 0 && comparison(s.text[s.pos:]) > 0:
		s.emit(tOp, s.pos+comparison(s.text[s.pos:]))
	default:
		s.word()
	}
	return nil
}

// nameEnd is the offset after the name at pos. A token of a dashboard may be part of
// it: total_$unit$.
func (s *scanner) nameEnd() int {
	i := s.pos + 1
	for i < len(s.text) {
		switch c := s.text[i]; {
		case c == '$' && tokenEnd(s.text, i) > 0:
			i = tokenEnd(s.text, i)
		case (isNameStart(c) || isDigit(c)) && spaceAt(s.text[i:]) == 0 && typographic(s.text[i:]) == 0:
			i++
		default:
			return i
		}
	}
	return i
}

// names says whether a list of names is read.
func (s *scanner) names() bool { return s.mode == NameTokens || s.mode == RenameTokens }

// open reads '('. In a list of arguments it may start an expression.
func (s *scanner) open() *source.Error {
	if len(s.opens) >= MaxDepth {
		return s.fault(s.pos, 1, "parentheses nest more than %d deep here", MaxDepth).
			WithHelp("take out those that hold nothing together, or eval a part into a field of its own first")
	}
	mode := s.mode
	if s.mode == SearchTokens && s.directive() {
		return nil
	}
	if s.mode == ArgTokens && s.opensExpression() {
		s.mode = EvalTokens
	}
	s.opens = append(s.opens, open{s.pos, mode})
	s.emit(tOp, s.pos+1)
	return nil
}

// opensExpression says whether a parenthesis in a list of arguments holds an
// expression: after eval, after '=', and where it follows no word that it could be
// the arguments of.
func (s *scanner) opensExpression() bool {
	if len(s.tokens) == 0 {
		return true
	}
	last := s.tokens[len(s.tokens)-1]
	call := last.Type == tWord && last.Pos.Offset+len(last.Value) == s.base+s.pos
	return !call && !(last.Type == tOp && last.Value == "(") || strings.EqualFold(last.Value, "eval")
}

// directive turns the word TERM, CASE or PREFIX before a parenthesis into one
// token with all that the parentheses hold, which is text and not terms.
func (s *scanner) directive() bool {
	n := len(s.tokens)
	if n == 0 {
		return false
	}
	last := &s.tokens[n-1]
	if last.Type != tWord || last.Value != "TERM" && last.Value != "CASE" && last.Value != "PREFIX" ||
		last.Pos.Offset+len(last.Value) != s.base+s.pos {
		return false
	}
	depth := 0
	for i := s.pos; i < len(s.text); i++ {
		switch s.text[i] {
		case '"':
			if end := closingQuote(s.text, i); end > 0 {
				i = end - 1
			}
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				last.Type = tDirective
				last.Value = s.text[last.Pos.Offset-s.base : i+1]
				s.pos = i + 1
				return true
			}
		}
	}
	return false
}

// singleQuoted reads 'a name' as one token; a lone quote is part of a word.
func (s *scanner) singleQuoted() bool {
	for i := s.pos + 1; i < len(s.text); i++ {
		switch s.text[i] {
		case '\\':
			i++
		case '\'':
			s.emit(tQuoted, i+1)
			return true
		}
	}
	return false
}

// word reads a bare word. After a comparison a word may hold further operators
// (url=/a?b=c); before one it ends at the first.
func (s *scanner) word() {
	value, ends := s.mode == RenameTokens, `()"[],`
	if n := len(s.tokens); n > 0 {
		last := s.tokens[n-1]
		value = value || last.Type == tOp && strings.IndexByte("=<>!", last.Value[0]) >= 0
		if s.mode == ArgTokens && last.Type == tWord && strings.EqualFold(last.Value, "as") && len(s.opens) == 0 {
			ends = `"[],` // a new name may look like a call: AS n(x)
		}
	}
	if s.names() {
		ends = `"[],`
	}
	i := s.pos
	for i < len(s.text) {
		c := s.text[i]
		if c == '\\' && i+1 < len(s.text) && spaceAt(s.text[i+1:]) == 0 {
			i += 2
			continue
		}
		if strings.IndexByte(ends, c) >= 0 || spaceAt(s.text[i:]) > 0 {
			break
		}
		if !value && (c == '=' || c == '<' || c == '>' || c == '!' && i+1 < len(s.text) && s.text[i+1] == '=') {
			break
		}
		i++
	}
	s.emit(tWord, min(max(i, s.pos+1), len(s.text)))
}

// expression reads one token of an expression.
func (s *scanner) expression() *source.Error {
	c := s.text[s.pos]
	switch {
	case c == '\'':
		if !s.singleQuoted() {
			return s.fault(s.pos, 1, "this single quote is never closed").WithHelp("single quotes go around a field name, double quotes around text")
		}
	case isDigit(c) || c == '.' && s.pos+1 < len(s.text) && isDigit(s.text[s.pos+1]) && !s.afterOperand():
		s.emit(tNumber, s.numberEnd())
	case c == '$' && tokenEnd(s.text, s.pos) > 0:
		s.emit(tIdent, tokenEnd(s.text, s.pos))
	case typographic(s.text[s.pos:]) > 0:
		s.emit(tOp, s.pos+typographic(s.text[s.pos:]))
	case isNameStart(c):
		s.emit(tIdent, s.nameEnd())
	case strings.IndexByte("=<>!", c) >= 0 && comparison(s.text[s.pos:]) > 0:
		s.emit(tOp, s.pos+comparison(s.text[s.pos:]))
	default:
		s.emit(tOp, s.pos+1)
	}
	return nil
}

// afterOperand says whether a dot here joins two operands.
func (s *scanner) afterOperand() bool {
	if len(s.tokens) == 0 {
		return false
	}
	last := s.tokens[len(s.tokens)-1]
	if _, level := infix(&last); last.Type == tIdent && (level > 0 || strings.EqualFold(last.Value, "NOT")) {
		return false
	}
	return last.Type != tOp || last.Value == ")"
}

func (s *scanner) numberEnd() int {
	i := s.pos
	if end := hexEnd(s.text, i); end > 0 {
		return end
	}
	digits := func() {
		for i < len(s.text) && isDigit(s.text[i]) {
			i++
		}
	}
	digits()
	if i+1 < len(s.text) && s.text[i] == '.' && isDigit(s.text[i+1]) {
		i++
		digits()
	}
	if i < len(s.text) && (s.text[i] == 'e' || s.text[i] == 'E') {
		j := i + 1
		if j < len(s.text) && (s.text[j] == '-' || s.text[j] == '+') {
			j++
		}
		if j < len(s.text) && isDigit(s.text[j]) {
			i = j
			digits()
		}
	}
	return i
}
