package parser

import (
	"strings"

	"github.com/alecthomas/participle/v2/lexer"

	"spl/parser/source"
)

// SearchExpr is a node of a search expression: [*And], [*Or], [*Not], [*Compare],
// [*InList], [*Term], [*Everything] or [*Subsearch].
type SearchExpr interface {
	String() string
	// Where is the span of the expression in the query.
	Where() source.Span
	// binding is how tightly the printed form holds together.
	binding() int
}

// And is true when all its terms are. It is what stands between two terms with
// nothing in between; OR binds tighter.
type And struct {
	Terms []SearchExpr
	At    source.Span
}

// Or is true when one of its terms is.
type Or struct {
	Terms []SearchExpr
	At    source.Span
}

// Not is true when its term is false.
type Not struct {
	Term SearchExpr
	At   source.Span
}

// Everything is (): true of every event.
type Everything struct{ At source.Span }

// Value is the right-hand side of a comparison.
type Value struct {
	Text string // without quotes and escapes; * is a wildcard
	// Case and Whole stand for CASE(text) and TERM(text).
	Case  bool
	Whole bool
	At    source.Span
}

// Compare is field=value and its kin. Op is one of = != < <= > >=.
type Compare struct {
	Field string
	Op    string
	Value Value
	At    source.Span
}

// InList is field IN (values), or field IN ([subsearch]).
type InList struct {
	Field  string
	Values []Value
	List   *Subsearch
	At     source.Span
}

// Term is a word or a phrase looked for in the event's text.
type Term struct{ Value }

// Subsearch is a pipeline in brackets. In a search expression and in an expression
// its rows become text; to other commands it is a pipeline to run.
type Subsearch struct {
	Pipeline *Pipeline
	At       source.Span
}

// The grammar, as participle reads it. OR binds tighter than AND (search-expression
// 1.3); keywords are upper case only; a comma counts as a space. Where a term is
// missing the grammar goes on, so that build can report every such place.
type (
	searchTree struct {
		Terms []*andTree `parser:"@@+"`
	}
	andTree struct {
		Commas []string `parser:"  @(',':Op)+"`
		And    *wordAt  `parser:"| ( @@"`
		Right  *orTree  `parser:"    @@? )"`
		Term   *orTree  `parser:"| @@"`
	}
	// wordAt is the keyword AND.
	wordAt struct {
		Pos  lexer.Position
		Word string `parser:"@'AND':Word"`
	}
	orTree struct {
		First *notTree   `parser:"@@"`
		Rest  []*orRight `parser:"@@*"`
	}
	orRight struct {
		Pos  lexer.Position
		Term *notTree `parser:"'OR':Word @@?"`
	}
	notTree struct {
		Pos    lexer.Position
		Nots   []string  `parser:"( @('NOT':Word)+"`
		Negate *termTree `parser:"  @@? )"`
		Term   *termTree `parser:"| @@"`
	}
	termTree struct {
		Pos    lexer.Position
		Open   bool         `parser:"(  @'(':Op"`
		Inner  *searchTree  `parser:"   @@? ')':Op )"`
		Sub    string       `parser:"| @Sub"`
		Direct string       `parser:"| @Directive"`
		Orphan *orphanTree  `parser:"| @@"`
		Field  *compareTree `parser:"| (?! 'AND':Word) @@"`
		EndPos lexer.Position
	}
	// orphanTree is an operator where a term should be.
	orphanTree struct {
		Pos   lexer.Position
		Op    string `parser:"@( '=':Op | '!=':Op | '<':Op | '>':Op | '<=':Op | '>=':Op | '==':Op | 'OR':Word )"`
		Value *Name  `parser:"@@?"`
	}
	compareTree struct {
		Left *Name     `parser:"@@"`
		Tail *tailTree `parser:"@@?"`
	}
	tailTree struct {
		Pos   lexer.Position
		Op    string       `parser:"( @( '=':Op | '!=':Op | '<':Op | '>':Op | '<=':Op | '>=':Op | '==':Op )"`
		Value *valueTree   `parser:"  @@? )"`
		In    bool         `parser:"| ( @( 'IN':Word | 'in':Word | 'In':Word ) '(':Op"`
		List  []*valueTree `parser:"    ( @@ | ',':Op )* ')':Op )"`
	}
	valueTree struct {
		Pos    lexer.Position
		Sub    string      `parser:"  @Sub"`
		Direct string      `parser:"| @Directive"`
		Paren  *searchTree `parser:"| '(':Op @@ ')':Op"`
		Name   *Name       `parser:"| @@"`
	}
)

var searchGrammar = NewGrammar[searchTree](SearchTokens, "")

// ParseSearch reads a search expression; nil stands for an empty one, which is
// true of every event.
func ParseSearch(a *Args) (SearchExpr, source.Errors) {
	if blank(a.Text) {
		return nil, nil
	}
	tree, err := searchGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	b := &searchBuilder{args: a}
	x := b.and(tree)
	return x, b.errs
}

// searchBuilder makes the tree that others see out of the one that participle read.
type searchBuilder struct {
	args *Args
	errs source.Errors
}

func (b *searchBuilder) fail(pos lexer.Position, n int, help, msg string, args ...any) {
	e := source.Errorf(source.Syntax, source.Span{Start: pos.Offset, End: pos.Offset + n}, msg, args...)
	e.Help = help
	b.errs = append(b.errs, e)
}

func (b *searchBuilder) and(t *searchTree) SearchExpr {
	var terms []SearchExpr
	for i, a := range t.Terms {
		term := a.Term
		if a.And != nil {
			if term = a.Right; term == nil {
				b.fail(a.And.Pos, 3, "remove this AND, or write what must be true as well", "AND needs a term on its right")
				continue
			}
			if i == 0 {
				b.fail(a.And.Pos, 3, "AND between terms may be left out", "AND needs a term on its left")
			}
		}
		if term != nil {
			terms = append(terms, b.or(term))
		}
	}
	if len(terms) == 1 {
		return terms[0]
	}
	x := &And{Terms: terms}
	if len(terms) > 0 {
		x.At = terms[0].Where().Cover(terms[len(terms)-1].Where())
	}
	return x
}

func (b *searchBuilder) or(t *orTree) SearchExpr {
	terms := []SearchExpr{b.not(t.First)}
	for _, r := range t.Rest {
		if r.Term == nil {
			b.fail(r.Pos, 2, "remove this OR, or write the other choice", "OR needs a term on its right")
			continue
		}
		terms = append(terms, b.not(r.Term))
	}
	if len(terms) == 1 {
		return terms[0]
	}
	return &Or{terms, terms[0].Where().Cover(terms[len(terms)-1].Where())}
}

func (b *searchBuilder) not(t *notTree) SearchExpr {
	if len(t.Nots) == 0 {
		return b.term(t.Term)
	}
	if t.Negate == nil {
		b.fail(t.Pos, 3, `write what must not be true after NOT; the word itself is searched for as "NOT"`, "NOT needs a term on its right")
		return &Everything{source.At(t.Pos.Offset)}
	}
	x := b.term(t.Negate)
	if len(t.Nots)%2 == 0 {
		return x
	}
	return &Not{x, source.Span{Start: t.Pos.Offset, End: x.Where().End}}
}

func (b *searchBuilder) term(t *termTree) SearchExpr {
	at := source.Span{Start: t.Pos.Offset, End: t.Pos.Offset + len(t.Sub) + len(t.Direct)}
	switch {
	case t.Open && t.Inner == nil:
		return &Everything{source.Span{Start: at.Start, End: at.Start + 1}}
	case t.Open:
		return b.and(t.Inner)
	case t.Sub != "":
		return b.sub(t.Sub, at)
	case t.Direct != "":
		return &Term{directive(t.Direct, at)}
	case t.Orphan != nil:
		b.orphan(t.Orphan)
		return &Everything{at}
	}
	return b.compare(t.Field)
}

func (b *searchBuilder) orphan(t *orphanTree) {
	if t.Op == "OR" {
		b.fail(t.Pos, 2, `write the first choice before OR; the word itself is searched for as "OR"`, "OR needs a term on its left")
		return
	}
	b.fail(t.Pos, len(t.Op), "write a field's name before it, as in status=404", "Comparator '%s' is missing a term on the left hand side", t.Op)
}

func (b *searchBuilder) sub(text string, at source.Span) *Subsearch {
	s, errs := b.args.Insert(text, at)
	b.errs = append(b.errs, errs...)
	return s
}

func (b *searchBuilder) compare(t *compareTree) SearchExpr {
	left := t.Left
	if t.Tail == nil {
		if field, value, ok := strings.Cut(left.searched(), "::"); ok && left.Bare() && field != "" && value != "" {
			return &Compare{Field: field, Op: "=", Value: Value{Text: value, At: left.Span}, At: left.Span}
		}
		return &Term{Value{Text: left.searched(), At: left.Span}}
	}
	if t.Tail.In {
		return b.in(left, t.Tail)
	}
	op := t.Tail.Op
	if op == "==" {
		op = "="
	}
	v := t.Tail.Value
	if v == nil {
		b.fail(t.Tail.Pos, len(t.Tail.Op), `write the value after it; an empty value is ""`, "Comparator '%s' is missing a term on the right hand side", op)
		return &Everything{left.Span}
	}
	x := &Compare{Field: left.searched(), Op: op}
	switch {
	case v.Sub != "":
		at := source.Span{Start: v.Pos.Offset, End: v.Pos.Offset + len(v.Sub)}
		return &InList{Field: left.searched(), List: b.sub(v.Sub, at), At: left.Span.Cover(at)}
	case v.Paren != nil:
		return b.spread(x, b.and(v.Paren))
	}
	x.Value = b.value(v)
	x.At = left.Span.Cover(x.Value.At)
	return x
}

// spread reads field=(a OR b) as (field=a OR field=b).
func (b *searchBuilder) spread(x *Compare, e SearchExpr) SearchExpr {
	each := func(terms []SearchExpr) []SearchExpr {
		out := make([]SearchExpr, len(terms))
		for i, t := range terms {
			out[i] = b.spread(x, t)
		}
		return out
	}
	switch e := e.(type) {
	case *Term:
		c := *x
		c.Value, c.At = e.Value, e.At
		return &c
	case *And:
		return &And{each(e.Terms), e.At}
	case *Or:
		return &Or{each(e.Terms), e.At}
	case *Not:
		return &Not{b.spread(x, e.Term), e.At}
	}
	b.errs = append(b.errs, source.Errorf(source.Syntax, e.Where(), "only values can stand in the parentheses after `%s%s`", x.Field, x.Op).
		WithHelp("for example: %s%s(a OR b)", x.Field, x.Op))
	return e
}

func (b *searchBuilder) in(left *Name, t *tailTree) SearchExpr {
	x := &InList{Field: left.searched(), At: left.Span}
	for _, v := range t.List {
		switch {
		case v.Sub != "":
			at := source.Span{Start: v.Pos.Offset, End: v.Pos.Offset + len(v.Sub)}
			x.List = b.sub(v.Sub, at)
			x.At = x.At.Cover(at)
		case v.Paren != nil:
			b.fail(v.Pos, 1, "write the values one after the other, with commas", "parentheses cannot stand in a list of values")
		default:
			x.Values = append(x.Values, b.value(v))
			x.At = x.At.Cover(x.Values[len(x.Values)-1].At)
		}
	}
	if x.List == nil && len(x.Values) == 0 {
		b.fail(t.Pos, 2, "for example: "+left.String()+" IN (a, b)", "the list after IN is empty")
	}
	return x
}

func (b *searchBuilder) value(v *valueTree) Value {
	if v.Direct != "" {
		return directive(v.Direct, source.Span{Start: v.Pos.Offset, End: v.Pos.Offset + len(v.Direct)})
	}
	return Value{Text: v.Name.searched(), At: v.Name.Span}
}

// directive takes TERM(text) or CASE(text) apart.
func directive(s string, at source.Span) Value {
	v := Value{Text: Unquote(strings.TrimSpace(s[5 : len(s)-1])), At: at}
	v.Case = strings.HasPrefix(s, "CASE")
	v.Whole = !v.Case
	return v
}

// How tightly each kind of expression holds together, for printing.
const (
	bindAnd = iota
	bindOr
	bindNot
	bindTerm
)

func (x *And) binding() int {
	if len(x.Terms) == 0 {
		return bindTerm
	}
	return bindAnd
}
func (x *Or) binding() int         { return bindOr }
func (x *Not) binding() int        { return bindNot }
func (x *Everything) binding() int { return bindTerm }
func (x *Compare) binding() int    { return bindTerm }
func (x *InList) binding() int     { return bindTerm }
func (x *Term) binding() int       { return bindTerm }
func (x *Subsearch) binding() int  { return bindTerm }

// Where is the span in the query.
func (x *And) Where() source.Span { return x.At }

// Where is the span in the query.
func (x *Or) Where() source.Span { return x.At }

// Where is the span in the query.
func (x *Not) Where() source.Span { return x.At }

// Where is the span in the query.
func (x *Everything) Where() source.Span { return x.At }

// Where is the span in the query.
func (x *Compare) Where() source.Span { return x.At }

// Where is the span in the query.
func (x *InList) Where() source.Span { return x.At }

// Where is the span in the query.
func (x *Term) Where() source.Span { return x.At }

// Where is the span in the query.
func (x *Subsearch) Where() source.Span { return x.At }

func joinTerms(terms []SearchExpr, sep string, least int) string {
	var b strings.Builder
	for i, t := range terms {
		if i > 0 {
			b.WriteString(sep)
		}
		b.WriteString(bracketed(t, least))
	}
	return b.String()
}

func bracketed(x SearchExpr, least int) string {
	if x.binding() < least {
		return "(" + x.String() + ")"
	}
	return x.String()
}

func (x *And) String() string {
	if len(x.Terms) == 0 {
		return "()"
	}
	return joinTerms(x.Terms, " ", bindOr)
}

func (x *Or) String() string       { return joinTerms(x.Terms, " OR ", bindNot) }
func (x *Not) String() string      { return "NOT " + bracketed(x.Term, bindTerm) }
func (*Everything) String() string { return "()" }

func (x *Compare) String() string {
	return searchWord(x.Field) + x.Op + x.Value.String()
}

func (x *InList) String() string {
	if x.List != nil && len(x.Values) == 0 {
		return searchWord(x.Field) + " IN (" + x.List.String() + ")"
	}
	var vals []string
	for _, v := range x.Values {
		vals = append(vals, v.String())
	}
	if x.List != nil {
		vals = append(vals, x.List.String())
	}
	return searchWord(x.Field) + " IN (" + strings.Join(vals, ", ") + ")"
}

func (x *Subsearch) String() string { return "[" + x.Pipeline.String() + "]" }

// String writes the word or phrase so that it is not read as a field's test.
func (x *Term) String() string {
	if strings.Contains(x.Text, "::") && !x.Case && !x.Whole {
		return Quote(x.Text)
	}
	return x.Value.String()
}

// String writes the value as it can stand in a search.
func (v Value) String() string {
	switch {
	case v.Case:
		return "CASE(" + directiveText(v.Text) + ")"
	case v.Whole:
		return "TERM(" + directiveText(v.Text) + ")"
	}
	return searchWord(v.Text)
}

func directiveText(s string) string {
	if strings.ContainsAny(s, "()\"\\") || strings.TrimSpace(s) != s || s == "" {
		return Quote(s)
	}
	return s
}

// searchWord writes a word bare where the search language reads it back as itself.
func searchWord(s string) string {
	if strings.Contains(s, "'") && !strings.ContainsAny(s, " \t\r\n()[]\",|=<>!`\\") && isPlainASCII(s) {
		return s
	}
	return Word(s)
}
