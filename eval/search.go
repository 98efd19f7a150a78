package eval

import (
	"math"
	"net/netip"
	"slices"
	"strings"
	"time"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
)

// Search is a search expression made ready to pick rows. It is immutable; each
// goroutine binds its own [Matcher].
//
// Comparisons are of text and ignore case, * stands for any run of characters,
// ranges are numeric where both sides are numbers, and a multivalue matches when
// one of its values does (search-expression 1.4).
type Search struct {
	expr   parser.SearchExpr
	layout string // timeformat; "" where the search has none
}

// CompileSearch checks a search expression. nil is true of every row.
func CompileSearch(x parser.SearchExpr) (*Search, source.Errors) {
	s := &Search{expr: withEntities(x), layout: timeformat(x)}
	var errs source.Errors
	walkSearch(x, func(x parser.SearchExpr) {
		c, ok := x.(*parser.Compare)
		if !ok {
			return
		}
		if c.Field == "savedsearch" || c.Field == "savedsplunk" {
			errs = append(errs, source.Errorf(source.Unsupported, c.At, "`%s=` cannot put a saved search into a search expression", c.Field).
				WithHelp(`a search can begin with it: | savedsearch "<name>"`))
		}
		if slices.Contains(timeSpans, c.Field) {
			errs = append(errs, source.Errorf(source.Unsupported, c.At, "`%s` is not supported", c.Field).
				WithHelp("give both ends: earliest=-24h latest=now"))
		}
		if bound := timeBounds[c.Field]; bound != nil {
			if parser.HasToken(c.Value.Text) {
				errs = append(errs, source.Errorf(source.Unsupported, c.Value.At, "`%s` is a token of a dashboard, and has no value here", c.Value.Text).WithHelp("write the time in its place"))
				return
			}
			if _, err := bound(c.Value.Text, timeTerms{time.Unix(0, 0), time.UTC, s.layout}); err != nil {
				errs = append(errs, source.Errorf(source.Syntax, c.Value.At, "Invalid value %q for time term '%s'", c.Value.Text, c.Field).
					WithHelp("%s", boundHelp(c.Field, s.layout)))
			}
		}
	})
	return s, errs
}

func walkSearch(x parser.SearchExpr, visit func(parser.SearchExpr)) {
	if x == nil {
		return
	}
	visit(x)
	switch x := x.(type) {
	case *parser.And:
		for _, t := range x.Terms {
			walkSearch(t, visit)
		}
	case *parser.Or:
		for _, t := range x.Terms {
			walkSearch(t, visit)
		}
	case *parser.Not:
		walkSearch(x.Term, visit)
	}
}

// Fields are the names, or patterns, of the fields that the search reads.
func (s *Search) Fields() []string {
	var f []string
	walkSearch(s.expr, func(x parser.SearchExpr) {
		switch x := x.(type) {
		case *parser.Compare:
			switch {
			case timeBounds[x.Field] != nil:
				f = append(f, "_time")
			case x.Field != "timeformat":
				f = append(f, x.Field)
			}
		case *parser.InList:
			f = append(f, x.Field)
		case *parser.Term:
			if x.Text != "*" || x.Case || x.Whole {
				f = append(f, "_raw")
			}
		}
	})
	set := batch.FieldsOf(f...)
	return append(set.Names, set.Patterns...)
}

// Conjuncts are the terms that must all be true for the expression to be.
func Conjuncts(x parser.SearchExpr) []parser.SearchExpr {
	if a, ok := x.(*parser.And); ok {
		var out []parser.SearchExpr
		for _, t := range a.Terms {
			out = append(out, Conjuncts(t)...)
		}
		return out
	}
	if x == nil {
		return nil
	}
	return []parser.SearchExpr{x}
}

// Literals gives texts that an event must hold to match, as [batch.Scan] wants
// them. fromText says whether a field's value stands in the event's text as it is.
func (s *Search) Literals(fromText func(field string) bool) [][]string {
	var out [][]string
	for _, t := range Conjuncts(s.expr) {
		if clause := literals(t, fromText); clause != nil {
			out = append(out, clause)
		}
	}
	return out
}

// literals is a clause that a term implies, nil when it implies none.
func literals(x parser.SearchExpr, fromText func(string) bool) []string {
	switch x := x.(type) {
	case *parser.Compare:
		if x.Op == "=" && !isModifier(x.Field) && fromText(x.Field) {
			return valueLiteral(x.Value)
		}
	case *parser.InList:
		if !fromText(x.Field) || x.List != nil {
			return nil
		}
		var out []string
		for _, v := range x.Values {
			l := valueLiteral(v)
			if l == nil {
				return nil
			}
			out = append(out, l...)
		}
		return out
	case *parser.Term:
		return valueLiteral(x.Value)
	case *parser.Or:
		var out []string
		for _, t := range x.Terms {
			l := literals(t, fromText)
			if l == nil {
				return nil
			}
			out = append(out, l...)
		}
		return out
	case *parser.And:
		var best []string
		for _, t := range x.Terms {
			if l := literals(t, fromText); l != nil && (best == nil || weight(l) > weight(best)) {
				best = l
			}
		}
		return best
	}
	return nil
}

// Names gives names of fields of which a matching event must have one, clause by
// clause. Names that are more than a word are left out.
func (s *Search) Names(fromText func(field string) bool) [][]string {
	var out [][]string
	for _, t := range Conjuncts(s.expr) {
		if clause := fieldNames(t, fromText); clause != nil {
			slices.Sort(clause)
			out = append(out, slices.Compact(clause))
		}
	}
	return out
}

func fieldNames(x parser.SearchExpr, fromText func(string) bool) []string {
	name := func(field string) []string {
		if isModifier(field) || !isWord(field) || !fromText(field) {
			return nil
		}
		return []string{field}
	}
	switch x := x.(type) {
	case *parser.Compare:
		if x.Op == "=" {
			return name(x.Field)
		}
	case *parser.InList:
		return name(x.Field)
	case *parser.Or:
		var out []string
		for _, t := range x.Terms {
			n := fieldNames(t, fromText)
			if n == nil {
				return nil
			}
			out = append(out, n...)
		}
		return out
	case *parser.And:
		for _, t := range x.Terms {
			if n := fieldNames(t, fromText); n != nil {
				return n
			}
		}
	}
	return nil
}

func isWord(s string) bool {
	for i := range len(s) {
		if c := s[i]; c != '_' && (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9' || i == 0) {
			return false
		}
	}
	return s != ""
}

// weight guesses how well a clause rejects: by its shortest text.
func weight(clause []string) int {
	w := math.MaxInt
	for _, l := range clause {
		w = min(w, len(l))
	}
	return w
}

// valueLiteral is the longest piece of a value that must stand in the text.
func valueLiteral(v parser.Value) []string {
	if _, err := netip.ParsePrefix(v.Text); err == nil {
		return nil
	}
	best := ""
	for _, p := range strings.Split(v.Text, "*") {
		if len(p) > len(best) {
			best = p
		}
	}
	if best == "" {
		return nil
	}
	return []string{best}
}

// Matcher picks rows. It belongs to one goroutine.
type Matcher struct {
	node matchNode
	all  []int32
}

// Bind makes the search ready for one goroutine of a run. Only Now and Zone of env
// are looked at.
func (s *Search) Bind(env *Env) *Matcher {
	m := &Matcher{}
	if s.expr != nil {
		m.node = binder{env, timeTerms{env.now(), env.zone(), s.layout}}.terms(s.expr)
	}
	return m
}

// Rows gives the numbers of the rows of a batch that match, ascending. The slice is
// good until the next call.
func (m *Matcher) Rows(b *batch.Batch) []int32 {
	if cap(m.all) < b.Rows {
		m.all = make([]int32, b.Rows)
	}
	m.all = m.all[:b.Rows]
	for i := range m.all {
		m.all[i] = int32(i)
	}
	if m.node == nil {
		return m.all
	}
	return m.node.match(b, m.all)
}

// Match says whether one row matches.
func (m *Matcher) Match(b *batch.Batch, row int) bool {
	return m.node == nil || len(m.node.match(b, []int32{int32(row)})) == 1
}

// matchNode picks, of the given rows, those that match. It may reuse nothing of
// rows but gives a slice that the caller must not change.
type matchNode interface {
	match(b *batch.Batch, rows []int32) []int32
}

type (
	allNode struct{}
	andNode []matchNode
	orNode  []matchNode
	notNode struct{ x matchNode }
)

func (allNode) match(_ *batch.Batch, rows []int32) []int32 { return rows }

func (n andNode) match(b *batch.Batch, rows []int32) []int32 {
	for _, x := range n {
		if len(rows) == 0 {
			return nil
		}
		rows = x.match(b, rows)
	}
	return rows
}

func (n orNode) match(b *batch.Batch, rows []int32) []int32 {
	var found []int32
	left := rows
	for _, x := range n {
		if len(left) == 0 {
			break
		}
		got := x.match(b, left)
		if len(got) == len(rows) {
			return rows
		}
		found = union(found, got)
		left = exclude(left, got)
	}
	return found
}

func (n notNode) match(b *batch.Batch, rows []int32) []int32 {
	return exclude(rows, n.x.match(b, rows))
}

// exclude gives the rows that are not in less; both ascend.
func exclude(rows, less []int32) []int32 {
	if len(less) == 0 {
		return rows
	}
	out := make([]int32, 0, len(rows)-len(less))
	for _, r := range rows {
		if len(less) > 0 && less[0] == r {
			less = less[1:]
			continue
		}
		out = append(out, r)
	}
	return out
}

// union joins two ascending lists without a common row.
func union(a, b []int32) []int32 {
	if len(a) == 0 {
		return b
	}
	if len(b) == 0 {
		return a
	}
	out := make([]int32, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if a[0] < b[0] {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// binder makes the nodes of an expression for one run.
type binder struct {
	env   *Env
	times timeTerms
}

func (n binder) terms(x parser.SearchExpr) matchNode {
	switch x := x.(type) {
	case *parser.And:
		return andNode(n.all(x.Terms))
	case *parser.Or:
		return orNode(n.all(x.Terms))
	case *parser.Not:
		return notNode{n.terms(x.Term)}
	case *parser.Compare:
		return n.compare(x)
	case *parser.InList:
		tests := make([]valueTest, len(x.Values))
		for i, v := range x.Values {
			tests[i] = newValueTest(v, x.Field == "index")
		}
		return newFieldNode(x.Field, anyTest(tests), false)
	case *parser.Term:
		if x.Text == "*" && !x.Case && !x.Whole {
			return allNode{}
		}
		return &termNode{newTermFinder(x.Value)}
	}
	return allNode{}
}

func (n binder) all(terms []parser.SearchExpr) []matchNode {
	out := make([]matchNode, len(terms))
	for i, t := range terms {
		out[i] = n.terms(t)
	}
	return out
}

func (n binder) compare(x *parser.Compare) matchNode {
	if bound := timeBounds[x.Field]; bound != nil {
		v, err := bound(x.Value.Text, n.times)
		if err != nil {
			return notNode{allNode{}}
		}
		field := "_time"
		if strings.HasPrefix(x.Field, "_index") {
			field = "_indextime"
		}
		upper := isUpper(x.Field)
		return newFieldNode(field, boundTest{v, upper}, false)
	}
	switch x.Op {
	case "=", "!=":
		if x.Field == "timeformat" {
			return allNode{}
		}
		return newFieldNode(x.Field, newValueTest(x.Value, x.Field == "index"), x.Op == "!=")
	}
	return newFieldNode(x.Field, newRangeTest(x.Op, x.Value.Text), false)
}
