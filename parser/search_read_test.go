package parser

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/alecthomas/participle/v2/lexer"

	"spl/parser/source"
)

// The grammar of the search language as participle's tags say it.
type (
	taggedSearchTree struct {
		Terms []*taggedAndTree `parser:"@@+"`
	}
	taggedAndTree struct {
		Commas []string      `parser:"  @(',':Op)+"`
		And    *taggedWordAt `parser:"| ( @@"`
		Right  *taggedOrTree `parser:"    @@? )"`
		Term   *taggedOrTree `parser:"| @@"`
	}
	// taggedWordAt is the keyword AND.
	taggedWordAt struct {
		Pos  lexer.Position
		Word string `parser:"@'AND':Word"`
	}
	taggedOrTree struct {
		First *taggedNotTree   `parser:"@@"`
		Rest  []*taggedOrRight `parser:"@@*"`
	}
	taggedOrRight struct {
		Pos  lexer.Position
		Term *taggedNotTree `parser:"'OR':Word @@?"`
	}
	taggedNotTree struct {
		Pos    lexer.Position
		Nots   []string        `parser:"( @('NOT':Word)+"`
		Negate *taggedTermTree `parser:"  @@? )"`
		Term   *taggedTermTree `parser:"| @@"`
	}
	taggedTermTree struct {
		Pos    lexer.Position
		Open   bool               `parser:"(  @'(':Op"`
		Inner  *taggedSearchTree  `parser:"   @@? ')':Op )"`
		Sub    string             `parser:"| @Sub"`
		Direct string             `parser:"| @Directive"`
		Orphan *taggedOrphanTree  `parser:"| @@"`
		Field  *taggedCompareTree `parser:"| (?! 'AND':Word) @@"`
		EndPos lexer.Position
	}
	// taggedOrphanTree is an operator where a term should be.
	taggedOrphanTree struct {
		Pos   lexer.Position
		Op    string `parser:"@( '=':Op | '!=':Op | '<':Op | '>':Op | '<=':Op | '>=':Op | '==':Op | 'OR':Word )"`
		Value *Name  `parser:"@@?"`
	}
	taggedCompareTree struct {
		Left *Name           `parser:"@@"`
		Tail *taggedTailTree `parser:"@@?"`
	}
	taggedTailTree struct {
		Pos   lexer.Position
		Op    string             `parser:"( @( '=':Op | '!=':Op | '<':Op | '>':Op | '<=':Op | '>=':Op | '==':Op )"`
		Value *taggedValueTree   `parser:"  @@? )"`
		In    bool               `parser:"| ( @( 'IN':Word | 'in':Word | 'In':Word ) '(':Op"`
		List  []*taggedValueTree `parser:"    ( @@ | ',':Op )* ')':Op )"`
	}
	taggedValueTree struct {
		Pos    lexer.Position
		Sub    string            `parser:"  @Sub"`
		Direct string            `parser:"| @Directive"`
		Paren  *taggedSearchTree `parser:"| '(':Op @@ ')':Op"`
		Name   *Name             `parser:"| @@"`
	}
)

var taggedGrammar = NewGrammar[taggedSearchTree](SearchTokens, "")

// parseTagged reads a search expression; nil stands for an empty one, which is
// true of every event.
func parseTagged(a *Args) (SearchExpr, source.Errors) {
	if blank(a.Text) {
		return nil, nil
	}
	tree, err := taggedGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	b := &taggedBuilder{args: a}
	x := b.and(tree)
	return x, b.errs
}

// taggedBuilder makes the tree that others see out of the one that participle read.
type taggedBuilder struct {
	args *Args
	errs source.Errors
}

func (b *taggedBuilder) fail(pos lexer.Position, n int, help, msg string, args ...any) {
	e := source.Errorf(source.Syntax, source.Span{Start: pos.Offset, End: pos.Offset + n}, msg, args...)
	e.Help = help
	b.errs = append(b.errs, e)
}

func (b *taggedBuilder) and(t *taggedSearchTree) SearchExpr {
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

func (b *taggedBuilder) or(t *taggedOrTree) SearchExpr {
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

func (b *taggedBuilder) not(t *taggedNotTree) SearchExpr {
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

func (b *taggedBuilder) term(t *taggedTermTree) SearchExpr {
	at := source.Span{Start: t.Pos.Offset, End: t.Pos.Offset + len(t.Sub) + len(t.Direct)}
	switch {
	case t.Open && t.Inner == nil:
		return &Everything{source.Span{Start: at.Start, End: at.Start + 1}}
	case t.Open:
		return b.and(t.Inner)
	case t.Sub != "":
		return b.sub(t.Sub, at)
	case t.Direct != "":
		return &Term{b.direct(t.Direct, t.Pos)}
	case t.Orphan != nil:
		b.orphan(t.Orphan)
		return &Everything{at}
	}
	return b.compare(t.Field)
}

func (b *taggedBuilder) orphan(t *taggedOrphanTree) {
	if t.Op == "OR" {
		b.fail(t.Pos, 2, `write the first choice before OR; the word itself is searched for as "OR"`, "OR needs a term on its left")
		return
	}
	b.fail(t.Pos, len(t.Op), "write a field's name before it, as in status=404", "Comparator '%s' is missing a term on the left hand side", t.Op)
}

func (b *taggedBuilder) sub(text string, at source.Span) *Subsearch {
	s, errs := b.args.Insert(text, at)
	b.errs = append(b.errs, errs...)
	return s
}

func (b *taggedBuilder) compare(t *taggedCompareTree) SearchExpr {
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
func (b *taggedBuilder) spread(x *Compare, e SearchExpr) SearchExpr {
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

func (b *taggedBuilder) in(left *Name, t *taggedTailTree) SearchExpr {
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

func (b *taggedBuilder) value(v *taggedValueTree) Value {
	if v.Direct != "" {
		return b.direct(v.Direct, v.Pos)
	}
	return Value{Text: v.Name.searched(), At: v.Name.Span}
}

func (b *taggedBuilder) direct(text string, pos lexer.Position) Value {
	v, err := directive(&lexer.Token{Value: text, Pos: pos})
	if err != nil {
		b.errs = append(b.errs, err)
	}
	return v
}

// searchOnly is the parser of a language whose one command is search.
var searchOnly = &Parser{Lookup: func(name string) (Syntax, *source.Error) {
	if name != "search" {
		return nil, source.Errorf(source.UnknownCommand, source.Span{}, "unknown")
	}
	return searchSyntax{}, nil
}}

type searchSyntax struct{}

func (searchSyntax) ParseArgs(a *Args) (Node, source.Errors) {
	x, errs := ParseSearch(a)
	if x == nil {
		return &Everything{}, errs
	}
	return x, errs
}

// inDetail prints an expression with the place of every node.
func inDetail(x SearchExpr) string {
	if x == nil {
		return "nil"
	}
	var in []string
	add := func(xs ...SearchExpr) {
		for _, x := range xs {
			in = append(in, inDetail(x))
		}
	}
	switch x := x.(type) {
	case *And:
		add(x.Terms...)
	case *Or:
		add(x.Terms...)
	case *Not:
		add(x.Term)
	case *Compare:
		in = append(in, fmt.Sprintf("%q %s %+v", x.Field, x.Op, x.Value))
	case *InList:
		in = append(in, fmt.Sprintf("%q %+v", x.Field, x.Values))
		if x.List != nil {
			add(x.List)
		}
	case *Term:
		in = append(in, fmt.Sprintf("%+v", x.Value))
	case *Subsearch:
		in = append(in, x.Pipeline.String())
	}
	return fmt.Sprintf("%T%v(%s)", x, x.Where(), strings.Join(in, ", "))
}

// sameAsTagged reads a text by hand and by the grammar of tags, and compares.
func sameAsTagged(t *testing.T, text string) {
	t.Helper()
	read := func(f func(*Args) (SearchExpr, source.Errors)) string {
		a := &Args{Command: "search", Text: text, Base: 7, Parser: searchOnly}
		x, errs := f(a)
		out := inDetail(x)
		for _, e := range errs {
			out += fmt.Sprintf("\n%v %s (%s)", e.Span, e.Message, e.Help)
		}
		for _, s := range a.inserts {
			out += fmt.Sprintf("\ninsert %v", s.At)
		}
		return out
	}
	if got, want := read(ParseSearch), read(parseTagged); got != want {
		t.Errorf("%q is read as\n%s\nand by the grammar of tags as\n%s", text, got, want)
	}
}

// pieces are what texts are made of that come near to the edges of the language.
var pieces = strings.Fields(`a b=c AND OR NOT IN in In ( ) ( ) , = != < >= == "x" "AND" [search,y] [x=] TERM(a) CASE("b") PREFIX(a=) x:y f::v () ! \( * (( )) x= =y IN( x(y) "`)

func TestSearchAsTagged(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 20_000 {
		var b strings.Builder
		for range 1 + r.IntN(14) {
			b.WriteString(strings.ReplaceAll(pieces[r.IntN(len(pieces))], ",y", " y"))
			if r.IntN(4) > 0 {
				b.WriteByte(' ')
			}
		}
		sameAsTagged(t, b.String())
		if t.Failed() {
			return
		}
	}
}

// What is read by hand is what the grammar of tags reads, faults and places included.
func FuzzSearch(f *testing.F) {
	for _, s := range []string{
		`a b=c OR NOT (x IN (a, "b c") [search y])`, `x IN (a=b)`, `x IN (a, b=c)`, `x IN (a,())`, `x=() y=(a OR NOT b) z=[search q]`,
		`AND a OR`, `NOT`, `NOT AND x`, `OR x`, `= y z!=`, `x IN ()`, `x IN ((a) b)`, `f::v "f::v"`, `, ,`, `x in (1) y In(2) z iN (3)`, `PREFIX(x) f=PREFIX("y z") OR g IN (PREFIX(a=))`,
	} {
		f.Add(s)
	}
	Published(f, func(text string) {
		terms, _, _ := strings.Cut(text, "|")
		f.Add(terms)
	})
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) < 1<<12 {
			sameAsTagged(t, text)
		}
	})
}
