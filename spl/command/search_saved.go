package command

import (
	"errors"
	"slices"

	"spl/eval"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

// savedTerms is a search with savedsearch="<name>" among its terms: the saved search's
// own expression stands in the place of each. What that is comes from the knowledge of
// a run, so that until then only the rest is compiled.
type savedTerms struct {
	expr  parser.SearchExpr
	first bool
}

// isSavedTerm says whether a term is to be replaced by a saved search.
func isSavedTerm(x parser.SearchExpr) (*parser.Compare, bool) {
	c, ok := x.(*parser.Compare)
	return c, ok && c.Op == "=" && (c.Field == "savedsearch" || c.Field == "savedsplunk")
}

// replaceSaved gives an expression with f's answers in the place of its saved searches,
// and says whether there were any.
func replaceSaved(x parser.SearchExpr, f func(*parser.Compare) parser.SearchExpr) (parser.SearchExpr, bool) {
	if c, ok := isSavedTerm(x); ok {
		return f(c), true
	}
	any := false
	out, _ := parser.Rebuild(x, func(x parser.SearchExpr) parser.SearchExpr {
		in, found := replaceSaved(x, f)
		any = any || found
		return in
	})
	return out, any
}

// newSavedTerms gives the node of an expression that has saved searches in it, nil for
// one that has none.
func newSavedTerms(x parser.SearchExpr, first bool) (Node, source.Errors) {
	if x == nil {
		return nil, nil
	}
	rest, any := replaceSaved(x, func(c *parser.Compare) parser.SearchExpr { return &parser.Everything{At: c.At} })
	if !any {
		return nil, nil
	}
	_, errs := eval.CompileSearch(rest)
	return &savedTerms{x, first}, errs
}

func (n *savedTerms) String() string { return n.expr.String() }

// standsAlone is part of [standsAlone]: without apps there is no saved search, which is
// told as well.
func (n *savedTerms) standsAlone() {}

// SearchExpr is part of [HasSearch].
func (n *savedTerms) SearchExpr() parser.SearchExpr { return n.expr }

// resolve is the search with its saved searches in it.
func (n *savedTerms) resolve(p *Planning) (*searchNode, source.Errors) {
	var errs source.Errors
	expr, _ := replaceSaved(n.expr, func(c *parser.Compare) parser.SearchExpr {
		x, err := savedExpr(c.Value.Text, p)
		if err != nil {
			e := source.Errorf(source.UnknownArgument, c.Value.At, "%s", (&savedNode{name: c.Value.Text}).fault(err))
			if near := Nearest(c.Value.Text, p.Knowledge.SavedSearches()); near != "" && near != c.Value.Text {
				e.Help = "did you mean `" + near + "`?"
			}
			errs = append(errs, e)
			return c
		}
		return x
	})
	if len(errs) > 0 {
		return nil, errs
	}
	run, errs := eval.CompileSearch(expr)
	return &searchNode{expr, run, n.first}, errs
}

// savedExpr is the expression of a saved search that is a search and nothing more.
func savedExpr(name string, p *Planning) (parser.SearchExpr, error) {
	if slices.Contains(p.saved, name) {
		return nil, errCircle
	}
	pl, _, err := (&savedNode{name: name}).pipeline(p, false)
	if err != nil {
		return nil, err
	}
	if len(pl.Stages) > 1 || len(pl.Stages[0].Inserts) > 0 {
		return nil, errors.New("it is more than a search expression, and cannot be a part of one")
	}
	switch s := pl.Stages[0].Node.(type) {
	case *searchNode:
		if s.expr == nil {
			return &parser.Everything{}, nil
		}
		return s.expr, nil
	case *savedTerms:
		inner := *p
		inner.saved = append(slices.Clone(p.saved), name)
		in, errs := s.resolve(&inner)
		if len(errs) > 0 {
			return nil, errs
		}
		return in.expr, nil
	}
	return nil, errors.New("it is more than a search expression, and cannot be a part of one")
}

// Check is part of [Checker].
func (n *savedTerms) Check(p *Planning) source.Errors {
	_, errs := n.resolve(p)
	return errs
}

func (n *savedTerms) Plan(p *Planning) *engine.Plan {
	s, errs := n.resolve(p)
	if len(errs) > 0 {
		return &engine.Plan{Map: engine.Streaming(func(*engine.Context) (engine.MapFunc, error) { return nil, errs })}
	}
	return s.Plan(p)
}
