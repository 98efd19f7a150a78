package parser

import (
	"strings"

	"github.com/alecthomas/participle/v2/lexer"

	"spl/parser/source"
)

// The search language, as it is read. OR binds tighter than AND (search-expression
// 1.3); keywords are upper case only; a comma counts as a space:
//
//	search  = ( "AND"? or | ","+ )+
//	or      = not ( "OR" not )*
//	not     = "NOT"* term
//	term    = "(" search? ")" | [subsearch] | directive | compare
//	compare = name ( operator value | "IN" "(" ( value | "," )* ")" )?
//	value   = [subsearch] | directive | "(" search ")" | name
//
// Where a term is missing, reading goes on, so that every such place is reported.
//
// It is read by hand within participle's grammar ([searchTerms] is a Parseable), as
// expressions are. As tags the same grammar took 42 µs and 128 allocations a term
// (BenchmarkMegabyte/terms, on a busy machine), most of it for branches that were thrown
// away; by hand it takes 3 µs and one. FuzzSearch holds it to that grammar.
type searchTree struct {
	Terms *searchTerms `parser:"@@"`
}

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
	return tree.Terms.all, tree.Terms.finish(a)
}

// searchTerms is a search expression that participle lets us read.
type searchTerms struct {
	all SearchExpr
	searchReader
}

// Parse is called by participle.
func (s *searchTerms) Parse(lex *lexer.PeekingLexer) (err error) {
	s.lex = lex
	s.all, err = s.and()
	return err
}

// searchReader reads terms.
type searchReader struct {
	lex  *lexer.PeekingLexer
	errs source.Errors
	subs []waiting
}

// waiting is a subsearch that is read when the whole of the terms around it is; before
// says how many faults were found until then.
type waiting struct {
	sub    *Subsearch
	text   string
	before int
}

// finish reads the subsearches, and gives all faults in their order.
func (r *searchReader) finish(a *Args) source.Errors {
	if len(r.subs) == 0 {
		return r.errs
	}
	var errs source.Errors
	done := 0
	for _, w := range r.subs {
		errs = append(errs, r.errs[done:w.before]...)
		done = w.before
		in, es := a.Insert(w.text, w.sub.At)
		w.sub.Pipeline = in.Pipeline
		errs = append(errs, es...)
	}
	return append(errs, r.errs[done:]...)
}

func (r *searchReader) fail(at source.Span, help, msg string, args ...any) {
	e := source.Errorf(source.Syntax, at, msg, args...)
	e.Help = help
	r.errs = append(r.errs, e)
}

// mark is where reading can go back to.
type mark struct {
	at         lexer.Checkpoint
	errs, subs int
}

func (r *searchReader) mark() mark { return mark{r.lex.MakeCheckpoint(), len(r.errs), len(r.subs)} }

// forget drops what was found since.
func (r *searchReader) forget(m mark) { r.errs, r.subs = r.errs[:m.errs], r.subs[:m.subs] }

func (r *searchReader) back(m mark) {
	r.lex.LoadCheckpoint(m.at)
	r.forget(m)
}

func isWord(t *lexer.Token, word string) bool { return t.Type == tWord && t.Value == word }

// compares says whether a token is a comparison.
func compares(t *lexer.Token) bool {
	return t.Type == tOp && t.Value != "(" && t.Value != ")" && t.Value != ","
}

// startsTerm says whether a term can begin with a token.
func startsTerm(t *lexer.Token) bool {
	return !t.EOF() && !isOp(t, ")") && !isOp(t, ",") && !isWord(t, "AND")
}

// isName says whether a token can be a name or a value.
func isName(t *lexer.Token) bool { return t.Type == tWord || t.Type == tString }

// and reads all terms up to the end or a closing parenthesis.
func (r *searchReader) and() (SearchExpr, error) {
	var terms []SearchExpr
	for first := true; ; first = false {
		t := r.lex.Peek()
		switch {
		case isOp(t, ","):
			r.lex.Next()
			continue
		case isWord(t, "AND"):
			r.lex.Next()
			if !startsTerm(r.lex.Peek()) {
				r.fail(tokenSpan(t), "remove this AND, or write what must be true as well", "AND needs a term on its right")
				continue
			}
			if first {
				r.fail(tokenSpan(t), "AND between terms may be left out", "AND needs a term on its left")
			}
		case !startsTerm(t):
			if len(terms) == 1 {
				return terms[0], nil
			}
			return &And{terms, cover(terms)}, nil
		}
		x, err := r.or()
		if err != nil {
			return nil, err
		}
		terms = append(terms, x)
	}
}

// cover is the span from the first term to the last.
func cover(terms []SearchExpr) source.Span {
	if len(terms) == 0 {
		return source.Span{}
	}
	return terms[0].Where().Cover(terms[len(terms)-1].Where())
}

func (r *searchReader) or() (SearchExpr, error) {
	x, err := r.not()
	if err != nil || !isWord(r.lex.Peek(), "OR") {
		return x, err
	}
	terms := []SearchExpr{x}
	for t := r.lex.Peek(); isWord(t, "OR"); t = r.lex.Peek() {
		r.lex.Next()
		if !startsTerm(r.lex.Peek()) {
			r.fail(tokenSpan(t), "remove this OR, or write the other choice", "OR needs a term on its right")
			continue
		}
		if x, err = r.not(); err != nil {
			return nil, err
		}
		terms = append(terms, x)
	}
	if len(terms) == 1 {
		return terms[0], nil
	}
	return &Or{terms, cover(terms)}, nil
}

func (r *searchReader) not() (SearchExpr, error) {
	first := r.lex.Peek()
	odd := false
	for isWord(r.lex.Peek(), "NOT") {
		r.lex.Next()
		odd = !odd
	}
	t := r.lex.Peek()
	if t == first {
		return r.term()
	}
	if !startsTerm(t) {
		r.fail(tokenSpan(first), `write what must not be true after NOT; the word itself is searched for as "NOT"`, "NOT needs a term on its right")
		return &Everything{source.At(first.Pos.Offset)}, nil
	}
	x, err := r.term()
	if err != nil || !odd {
		return x, err
	}
	return &Not{x, source.Span{Start: first.Pos.Offset, End: x.Where().End}}, nil
}

func (r *searchReader) term() (SearchExpr, error) {
	t := r.lex.Next()
	switch {
	case isOp(t, "("):
		if isOp(r.lex.Peek(), ")") {
			r.lex.Next()
			return &Everything{tokenSpan(t)}, nil
		}
		return r.inner()
	case t.Type == tSub:
		return r.sub(t), nil
	case t.Type == tDirective:
		return &Term{r.value(t)}, nil
	case compares(t) || isWord(t, "OR"):
		r.orphan(t)
		return &Everything{source.At(t.Pos.Offset)}, nil
	case !isName(t):
		return nil, Unexpected(t)
	}
	return r.compare(nameOf(t))
}

// inner reads what stands in parentheses, of which the first is read.
func (r *searchReader) inner() (SearchExpr, error) {
	x, err := r.and()
	if err != nil {
		return nil, err
	}
	if t := r.lex.Next(); !isOp(t, ")") {
		return nil, Unexpected(t)
	}
	return x, nil
}

// orphan reports an operator where a term should be, and passes over its right side.
func (r *searchReader) orphan(t *lexer.Token) {
	if isName(r.lex.Peek()) {
		r.lex.Next()
	}
	if t.Value == "OR" {
		r.fail(tokenSpan(t), `write the first choice before OR; the word itself is searched for as "OR"`, "OR needs a term on its left")
		return
	}
	r.fail(tokenSpan(t), "write a field's name before it, as in status=404", "Comparator '%s' is missing a term on the left hand side", t.Value)
}

func (r *searchReader) sub(t *lexer.Token) *Subsearch {
	s := &Subsearch{At: tokenSpan(t)}
	r.subs = append(r.subs, waiting{s, t.Value, len(r.errs)})
	return s
}

func (r *searchReader) compare(left Name) (SearchExpr, error) {
	t := r.lex.Peek()
	if compares(t) {
		r.lex.Next()
		return r.test(left, t)
	}
	if t.Type == tWord && (t.Value == "IN" || t.Value == "in" || t.Value == "In") {
		if x, err := r.in(left); x != nil || err != nil {
			return x, err
		}
	}
	text := left.searched()
	if field, value, ok := strings.Cut(text, "::"); ok && left.Bare() && field != "" && value != "" {
		return &Compare{Field: field, Op: "=", Value: Value{Text: value, At: left.Span}, At: left.Span}, nil
	}
	return &Term{Value{Text: text, At: left.Span}}, nil
}

// test reads the right side of a comparison.
func (r *searchReader) test(left Name, comparator *lexer.Token) (SearchExpr, error) {
	x := &Compare{Field: left.searched(), Op: comparator.Value}
	if x.Op == "==" {
		x.Op = "="
	}
	t := r.lex.Peek()
	switch {
	case t.Type == tSub:
		r.lex.Next()
		return &InList{Field: x.Field, List: r.sub(t), At: left.Span.Cover(tokenSpan(t))}, nil
	case isOp(t, "("):
		before := r.mark()
		r.lex.Next()
		if isOp(r.lex.Peek(), ")") {
			r.back(before)
			break
		}
		values, err := r.inner()
		if err != nil {
			return nil, err
		}
		return r.spread(x, values), nil
	case t.Type == tDirective || isName(t):
		r.lex.Next()
		x.Value = r.value(t)
		x.At = left.Span.Cover(x.Value.At)
		return x, nil
	}
	r.fail(tokenSpan(comparator), `write the value after it; an empty value is ""`, "Comparator '%s' is missing a term on the right hand side", x.Op)
	return &Everything{left.Span}, nil
}

// spread reads field=(a OR b) as (field=a OR field=b).
func (r *searchReader) spread(x *Compare, e SearchExpr) SearchExpr {
	if t, ok := e.(*Term); ok {
		c := *x
		c.Value, c.At = t.Value, t.At
		return &c
	}
	if whole, ok := Rebuild(e, func(t SearchExpr) SearchExpr { return r.spread(x, t) }); ok {
		return whole
	}
	r.errs = append(r.errs, source.Errorf(source.Syntax, e.Where(), "only values can stand in the parentheses after `%s%s`", x.Field, x.Op).
		WithHelp("for example: %s%s(a OR b)", x.Field, x.Op))
	return e
}

// in reads IN and its list. Where none follows, IN is a word: neither an expression nor
// an error is given, and nothing is read.
func (r *searchReader) in(left Name) (SearchExpr, error) {
	before := r.mark()
	in := r.lex.Next()
	if !isOp(r.lex.Peek(), "(") {
		r.back(before)
		return nil, nil
	}
	r.lex.Next()
	x := &InList{Field: left.searched(), At: left.Span}
	for t := r.lex.Peek(); !isOp(t, ")"); t = r.lex.Peek() {
		ok, err := r.listed(x, t)
		if err != nil {
			return nil, err
		}
		if ok {
			continue
		}
		if r.lex.Cursor()-before.at.Cursor() > lookahead { // it was a list
			return nil, Unexpected(t)
		}
		r.back(before)
		return nil, nil
	}
	r.lex.Next()
	if x.List == nil && len(x.Values) == 0 {
		r.fail(tokenSpan(in), "for example: "+left.String()+" IN (a, b)", "the list after IN is empty")
	}
	return x, nil
}

// listed reads one element of a list, if t begins one.
func (r *searchReader) listed(x *InList, t *lexer.Token) (bool, error) {
	before := r.mark()
	switch {
	case isOp(t, ","):
		r.lex.Next()
	case t.Type == tSub:
		r.lex.Next()
		x.List = r.sub(t)
		x.At = x.At.Cover(x.List.At)
	case isOp(t, "("):
		r.lex.Next()
		if isOp(r.lex.Peek(), ")") {
			r.back(before)
			return false, nil
		}
		if _, err := r.inner(); err != nil {
			return false, err
		}
		r.forget(before)
		r.fail(tokenSpan(t), "write the values one after the other, with commas", "parentheses cannot stand in a list of values")
	case t.Type == tDirective || isName(t):
		r.lex.Next()
		v := r.value(t)
		x.Values = append(x.Values, v)
		x.At = x.At.Cover(v.At)
	default:
		return false, nil
	}
	return true, nil
}

// value is what a token stands for, alone or on the right side of a comparison.
func (r *searchReader) value(t *lexer.Token) Value {
	if t.Type == tDirective {
		v, err := directive(t)
		if err != nil {
			r.errs = append(r.errs, err)
		}
		return v
	}
	n := nameOf(t)
	return Value{Text: n.searched(), At: n.Span}
}

// directive takes TERM(text) or CASE(text) apart. PREFIX(text) is tstats' own, and a fault.
func directive(t *lexer.Token) (Value, *source.Error) {
	name, text, _ := strings.Cut(t.Value, "(")
	v := Value{Text: Unquote(strings.TrimSpace(strings.TrimSuffix(text, ")"))), At: tokenSpan(t)}
	v.Case = name == "CASE"
	v.Whole = !v.Case
	if name != "PREFIX" {
		return v, nil
	}
	begins := v
	begins.Text = strings.TrimSuffix(v.Text, "*") + "*"
	return v, source.Errorf(source.Syntax, v.At, "PREFIX() cannot stand in a search: it is for the functions of `tstats` and its BY").
		WithHelp("for words that begin so, write %s", begins)
}
