package eval

import (
	"math"
	"net/netip"
	"strings"

	"spl/parser"
)

var conditionalFunctions = []*Function{
	{
		Name: "case", Min: 2, Max: -1, Usage: "case(condition, value, condition, value, ...)",
		Summary: "the value after the first condition that is TRUE; NULL when none is",
		build:   func(c *compiler, x *parser.Call) node { return c.choose(x, yes) },
	},
	{
		Name: "cidrmatch", Min: 2, Max: 2, Usage: `cidrmatch("10.0.0.0/8", ip)`,
		Summary: "whether an IPv4 or IPv6 address lies in a network; FALSE for what is no address",
		build:   buildCIDR,
	},
	{
		Name: "coalesce", Min: 1, Max: -1, Usage: "coalesce(value, value, ...)",
		Summary: "the first value that is not NULL; the empty text is not NULL",
		build:   buildCoalesce, asks: true,
	},
	{
		Name: "false", Min: 0, Max: 0, Usage: "false()", Summary: "the Boolean FALSE",
		build: func(*compiler, *parser.Call) node { return constantTruth(no) },
	},
	{
		Name: "if", Min: 3, Max: 3, Usage: "if(condition, then, else)",
		Summary: "the second argument when the condition is TRUE, else (FALSE or NULL) the third",
		build:   buildIf,
	},
	{
		Name: "ifnull", Min: 2, Max: 2, Usage: "ifnull(value, otherwise)",
		Summary: "the first argument, or the second when that is NULL",
		build:   buildCoalesce, asks: true,
	},
	{
		Name: "in", Min: 2, Max: -1, Usage: "in(value, item, item, ...)",
		Summary: "whether the value equals any of the items; there are no wildcards",
		build:   func(c *compiler, x *parser.Call) node { return c.in(x.Args[0], x.Args[1:]) },
	},
	{
		Name: "like", Min: 2, Max: 2, Usage: `like(text, "pattern%")`,
		Summary: "whether the whole text fits a pattern, in which % is any text and _ any one character",
		build:   func(c *compiler, x *parser.Call) node { return c.like(x.Args[0], x.Args[1]) },
	},
	{
		Name: "lookup", Min: 3, Max: 3, Usage: `lookup("table.csv", json_object("field", value), json_array("output"))`,
		Summary: "looks values up in a table and gives the outputs as a JSON object",
		build:   buildLookup,
	},
	{
		Name: "null", Min: 0, Max: 0, Usage: "null()", Summary: "no value",
		build: func(*compiler, *parser.Call) node { return constantNode(Value{}) },
	},
	{
		Name: "nullif", Min: 2, Max: 2, Usage: "nullif(value, other)",
		Summary: "NULL when both are equal, else the first argument",
		multi:   whole, nulls: true,
		call: func(_ *frame, a []Value) Value {
			if comparisons["="].compare(a[0], a[1]) == yes {
				return Value{}
			}
			return a[0]
		},
	},
	{
		Name: "searchmatch", Min: 1, Max: 1, Usage: `searchmatch("search expression")`,
		Summary: "whether the event fits a search expression, by the rules of the search command",
		build:   buildSearchMatch,
	},
	{
		Name: "true", Min: 0, Max: 0, Usage: "true()", Summary: "the Boolean TRUE",
		build: func(*compiler, *parser.Call) node { return constantTruth(yes) },
	},
	{
		Name: "validate", Min: 2, Max: -1, Usage: "validate(condition, value, condition, value, ...)",
		Summary: "the value after the first condition that is FALSE; NULL when none is",
		build:   func(c *compiler, x *parser.Call) node { return c.choose(x, no) },
	},
}

// constantTruth is true() or false().
func constantTruth(t tri) node {
	n := truthNode(func(*frame) tri { return t })
	n.constant, n.value = true, t.value()
	return n
}

// common is what several branches all yield; NULL goes with anything. TRUE beside NULL
// is nothing for sure: if(condition, true(), null()) may be given to a field.
func common(branches []node) static {
	s, null := isNull, false
	for _, b := range branches {
		switch {
		case b.static == isNull:
			null = true
		case b.static == s:
		case s == isNull:
			s = b.static
		default:
			return anything
		}
	}
	if null && s == isBool {
		return anything
	}
	return s
}

func buildIf(c *compiler, x *parser.Call) node {
	test := c.condition(x.Args[0], "the first argument of `if`").truth
	a, b := c.expr(x.Args[1]), c.expr(x.Args[2])
	then, otherwise := a.run, b.run
	return valueNode(common([]node{a, b}), func(f *frame) Value {
		if test(f) == yes {
			return then(f)
		}
		return otherwise(f)
	})
}

// choose is case and validate: the value after the first condition that is want.
func (c *compiler) choose(x *parser.Call, want tri) node {
	if len(x.Args)%2 != 0 {
		c.fault(x.At, "`%s` takes pairs of a condition and a value, and the last value is missing", strings.ToLower(x.Name)).
			WithHelp(`for example: case(status<400, "fine", true(), "bad")`)
		return c.drop(x)
	}
	var tests []func(*frame) tri
	var values []node
	for i := 0; i < len(x.Args); i += 2 {
		tests = append(tests, c.condition(x.Args[i], "each first argument of a pair of `"+strings.ToLower(x.Name)+"`").truth)
		values = append(values, c.expr(x.Args[i+1]))
	}
	return valueNode(common(values), func(f *frame) Value {
		for i, test := range tests {
			if test(f) == want {
				return values[i].run(f)
			}
		}
		return Value{}
	})
}

func buildCoalesce(c *compiler, x *parser.Call) node {
	var values []node
	for _, a := range x.Args {
		values = append(values, c.expr(a))
	}
	return valueNode(common(values), func(f *frame) Value {
		for i := range values {
			if v := values[i].run(f); v.kind != Null {
				return v
			}
		}
		return Value{}
	})
}

// in is x IN (list). Items that are literals are found by hashing.
func (c *compiler) in(x parser.Expr, list []parser.Expr) node {
	l := c.operand(x)
	var rest []func(*frame) Value
	numbers, texts := map[float64]bool{}, map[string]bool{}
	for _, item := range list {
		n := c.operand(item)
		c.comparable(item.Where(), l, n)
		num, ok := n.value.Number()
		switch {
		case !n.constant || n.value.kind == Bool || n.value.kind == Null:
			rest = append(rest, n.run)
		case ok && !math.IsNaN(num):
			numbers[num] = true
		default:
			texts[n.value.Text()] = true
		}
	}
	known := func(v Value) bool {
		if n, ok := v.Number(); ok {
			return numbers[n] || len(texts) > 0 && texts[v.Text()]
		}
		return v.kind != Bool && len(texts) > 0 && texts[v.Text()]
	}
	run := l.run
	return truthNode(func(f *frame) tri {
		v := run(f)
		if v.kind == Null {
			return unknown
		}
		for i := range v.Count() {
			if known(v.at(i)) {
				return yes
			}
		}
		result := no
		for _, item := range rest {
			switch comparisons["="].compare(v, item(f)) {
			case yes:
				return yes
			case unknown:
				result = unknown
			}
		}
		return result
	})
}

// like is the LIKE operator and function.
func (c *compiler) like(x, pattern parser.Expr) node {
	run := c.expr(x).run
	get, _ := prepared(c, c.expr(pattern), "like", func(s string) (*likePattern, error) { return newLike(s), nil })
	return truthNode(func(f *frame) tri {
		v := run(f)
		p, ok := get(f)
		if !ok || v.kind == Null {
			return unknown
		}
		return anyText(v, p.match)
	})
}

// anyText says whether a test holds for any of a value's texts.
func anyText(v Value, test func(string) bool) tri {
	if v.kind != Multi {
		return triOf(test(v.Text()))
	}
	for _, s := range v.list {
		if test(s) {
			return yes
		}
	}
	return no
}

func buildCIDR(c *compiler, x *parser.Call) node {
	// A network that cannot be read contains nothing (choice).
	get, _ := prepared(c, c.expr(x.Args[0]), "cidr", func(s string) (netip.Prefix, error) { return parseCIDR(s), nil })
	run := c.expr(x.Args[1]).run
	return truthNode(func(f *frame) tri {
		v := run(f)
		network, ok := get(f)
		if !ok || v.kind == Null {
			return unknown
		}
		return anyText(v, func(s string) bool {
			ip, err := netip.ParseAddr(s)
			return err == nil && network.IsValid() && network.Contains(ip.Unmap().WithZone(""))
		})
	})
}

// parseCIDR reads a network; an address by itself is a network of one. What cannot
// be read gives a prefix that is not valid.
func parseCIDR(s string) netip.Prefix {
	if p, err := netip.ParsePrefix(s); err == nil {
		if a := p.Addr(); a.Is4In6() && p.Bits() >= 96 {
			return netip.PrefixFrom(a.Unmap(), p.Bits()-96)
		}
		return p
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Prefix{}
	}
	a = a.Unmap().WithZone("")
	return netip.PrefixFrom(a, a.BitLen())
}

func buildSearchMatch(c *compiler, x *parser.Call) node {
	lit, ok := x.Args[0].(*parser.Literal)
	if !ok {
		c.fault(x.Args[0].Where(), "the argument of `searchmatch` must be text in double quotes").
			WithHelp(`for example: searchmatch("status=404 method=GET")`)
		return c.drop(x)
	}
	i := len(c.prog.searches)
	c.prog.searches = append(c.prog.searches, searchUse{lit.Text, x.At})
	return truthNode(func(f *frame) tri { return triOf(f.searches[i](f.batch, f.row)) })
}

func buildLookup(c *compiler, x *parser.Call) node {
	lit, ok := x.Args[0].(*parser.Literal)
	if !ok {
		c.fault(x.Args[0].Where(), "the first argument of `lookup` must be the name of a table in double quotes")
		return c.drop(x)
	}
	i := len(c.prog.lookups)
	c.prog.lookups = append(c.prog.lookups, lookupUse{lit.Text, x.At})
	match, outputs := c.expr(x.Args[1]).run, c.expr(x.Args[2]).run
	return valueNode(anything, func(f *frame) Value {
		return lookUp(f.lookups[i], match(f).Text(), outputs(f).Text())
	})
}

// lookUp asks a table and writes what it finds as a JSON object: one text for an
// output, or an array where several rows match. A match value that is null, or no
// row, gives NULL.
func lookUp(table LookupFunc, match, outputs string) Value {
	wanted, ok1 := parseJSON(match)
	names, ok2 := parseJSON(outputs)
	if !ok1 || !ok2 || !wanted.IsObject() || !names.IsArray() {
		return Value{}
	}
	var pairs []Pair
	for _, m := range members(wanted) {
		if m.value.Raw == "null" {
			return Value{}
		}
		pairs = append(pairs, Pair{m.key, scalarText(m.value.Raw)})
	}
	var fields []string
	for _, n := range elements(names) {
		fields = append(fields, scalarText(n.Raw))
	}
	rows := table(pairs, fields)
	if len(rows) == 0 {
		return Value{}
	}
	out := []byte("{")
	for i, name := range fields {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(appendJSONText(out, name), ':')
		out = appendOutputs(out, rows, i)
	}
	return Text(string(append(out, '}')))
}

func appendOutputs(out []byte, rows [][]string, i int) []byte {
	cell := func(row []string) string {
		if i < len(row) {
			return row[i]
		}
		return ""
	}
	if len(rows) == 1 {
		return appendJSONText(out, cell(rows[0]))
	}
	out = append(out, '[')
	for n, row := range rows {
		if n > 0 {
			out = append(out, ',')
		}
		out = appendJSONText(out, cell(row))
	}
	return append(out, ']')
}
