package eval

import (
	"net/netip"
	"strings"

	"spl/eval/batch"
	"spl/parser"
)

// valueTest says whether one value of a field passes.
type valueTest interface{ test(s string) bool }

// fieldNode tests the values of a field: a row matches when one of its values
// passes or, negated, when one does not. A row without the field never matches
// (search-expression 1.4).
type fieldNode struct {
	field   string
	pattern bool // the field's name has a *
	t       valueTest
	not     bool
}

func newFieldNode(field string, t valueTest, not bool) matchNode {
	return &fieldNode{field, strings.Contains(field, "*"), t, not}
}

func (n *fieldNode) match(b *batch.Batch, rows []int32) []int32 {
	if n.pattern {
		return n.matchAny(b, rows)
	}
	return n.column(b.Col(n.field), rows)
}

// matchAny tests all fields whose names match.
func (n *fieldNode) matchAny(b *batch.Batch, rows []int32) []int32 {
	b.Load()
	var found []int32
	for i, name := range b.Names {
		if batch.MatchName(n.field, name) {
			got := n.column(b.Cols[i], rows)
			found, rows = union(found, got), exclude(rows, got)
		}
	}
	return found
}

func (n *fieldNode) column(c *batch.Column, rows []int32) []int32 {
	if c == nil {
		return nil
	}
	if s, ok := c.IsConstant(); ok {
		if n.t.test(s) != n.not {
			return rows
		}
		return nil
	}
	out := make([]int32, 0, len(rows))
	single := c.Single()
	for _, r := range rows {
		if single {
			if s, _ := c.First(int(r)); n.t.test(s) != n.not {
				out = append(out, r)
			}
			continue
		}
		for _, s := range c.Values(int(r)) {
			if n.t.test(s) != n.not {
				out = append(out, r)
				break
			}
		}
	}
	return out
}

// anyTest passes what one of several tests passes.
type anyTest []valueTest

func (a anyTest) test(s string) bool {
	for _, t := range a {
		if t.test(s) {
			return true
		}
	}
	return false
}

type (
	// existsTest is f=*.
	existsTest struct{}
	// notInternalTest is index=*, which leaves out Splunk's own indexes.
	notInternalTest struct{}
	equalTest       struct{ want string } // ignoring case
	exactTest       struct{ want string } // CASE(x)
	prefixTest      struct{ want string } // x*
	suffixTest      struct{ want string } // *x
	containsTest    struct{ f *foldFinder }
	wildTest        struct{ parts []string } // lower case, at least two
	exactWildTest   struct{ pattern string }
	networkTest     struct {
		net  netip.Prefix
		text string
	}
)

func (existsTest) test(string) bool        { return true }
func (notInternalTest) test(s string) bool { return !strings.HasPrefix(s, "_") }
func (t equalTest) test(s string) bool     { return equalFold(s, t.want) }
func (t exactTest) test(s string) bool     { return s == t.want }
func (t prefixTest) test(s string) bool    { return hasPrefixFold(s, t.want) }
func (t suffixTest) test(s string) bool    { return hasSuffixFold(s, t.want) }
func (t containsTest) test(s string) bool  { return t.f.find(s, 0) >= 0 }
func (t wildTest) test(s string) bool      { return matchWild(t.parts, lower(s)) }
func (t exactWildTest) test(s string) bool { _, ok := batch.MatchStars(t.pattern, s); return ok }

func (t networkTest) test(s string) bool {
	if a, err := netip.ParseAddr(s); err == nil {
		return t.net.Contains(a.Unmap())
	}
	return strings.EqualFold(s, t.text)
}

// newValueTest makes the test of field=value.
func newValueTest(v parser.Value, index bool) valueTest {
	stars := strings.Contains(v.Text, "*")
	switch {
	case v.Case && stars:
		return exactWildTest{v.Text}
	case v.Case:
		return exactTest{v.Text}
	case !stars:
		if p, err := netip.ParsePrefix(v.Text); err == nil {
			return networkTest{p.Masked(), v.Text}
		}
		return equalTest{v.Text}
	}
	parts := strings.Split(v.Text, "*")
	switch {
	case strings.Trim(v.Text, "*") == "":
		if index {
			return notInternalTest{}
		}
		return existsTest{}
	case len(parts) == 2 && parts[1] == "":
		return prefixTest{parts[0]}
	case len(parts) == 2 && parts[0] == "":
		return suffixTest{parts[1]}
	case len(parts) == 3 && parts[0] == "" && parts[2] == "":
		return containsTest{newFoldFinder(parts[1])}
	}
	return wildTest{strings.Split(lower(v.Text), "*")}
}

// matchWild matches the whole of s against parts with anything in between.
func matchWild(parts []string, s string) bool {
	first, last := parts[0], parts[len(parts)-1]
	if len(s) < len(first)+len(last) || !strings.HasPrefix(s, first) || !strings.HasSuffix(s, last) {
		return false
	}
	s = s[len(first) : len(s)-len(last)]
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(s, p)
		if i < 0 {
			return false
		}
		s = s[i+len(p):]
	}
	return true
}

// rangeTest is f<v and its kin: by number when both sides are numbers, else by
// text, byte for byte.
type rangeTest struct {
	op      string
	text    string
	number  float64
	numeric bool
}

func newRangeTest(op, text string) valueTest {
	n, ok := batch.ParseNumber(text)
	return rangeTest{op, text, n, ok}
}

func (t rangeTest) test(s string) bool {
	var c int
	n, ok := 0.0, false
	if t.numeric {
		n, ok = batch.ParseNumber(s)
	}
	switch {
	case ok && n < t.number:
		c = -1
	case ok && n > t.number:
		c = 1
	case !ok:
		c = strings.Compare(s, t.text)
	}
	switch t.op {
	case "<":
		return c < 0
	case "<=":
		return c <= 0
	case ">":
		return c > 0
	}
	return c >= 0
}

// boundTest is earliest= and latest=: from <= t, or t < to.
type boundTest struct {
	at    float64
	upper bool
}

func (t boundTest) test(s string) bool {
	n, ok := batch.ParseNumber(s)
	if t.upper {
		return ok && n < t.at
	}
	return ok && n >= t.at
}
