package parser

import (
	"strings"

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

// Rebuild makes an And, an Or or a Not anew, with f's answer for each of its terms. It
// says false of anything else, and gives it as it is.
func Rebuild(x SearchExpr, f func(SearchExpr) SearchExpr) (SearchExpr, bool) {
	each := func(terms []SearchExpr) []SearchExpr {
		out := make([]SearchExpr, len(terms))
		for i, t := range terms {
			out[i] = f(t)
		}
		return out
	}
	switch x := x.(type) {
	case *And:
		return &And{each(x.Terms), x.At}, true
	case *Or:
		return &Or{each(x.Terms), x.At}, true
	case *Not:
		return &Not{f(x.Term), x.At}, true
	}
	return x, false
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
