package command

import (
	"slices"
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var setCommand = Command{
	Name:    "set",
	Kind:    Generating,
	Summary: "Gives the rows of either of two subsearches, of both, or of just one.",
	Usage:   "set union|intersect|diff [<subsearch>] [<subsearch>]",
	Parse:   parseSet,
}

type setTree struct {
	Kind *parser.Name `parser:"@@?"`
	Subs []*sub       `parser:"( ','* @@ )* ','*"`
}

var setGrammar = parser.NewGrammar[setTree](parser.ArgTokens, "| set diff [search error | table user] [search warning | table user]")

type setNode struct {
	kind string
	subs []*parser.Pipeline
}

func parseSet(_ *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := setGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &setNode{}
	var errs source.Errors
	if tree.Kind != nil {
		n.kind = strings.ToLower(tree.Kind.Text)
	}
	switch n.kind {
	case "union", "intersect", "diff":
	case "":
		errs = append(errs, source.Errorf(source.Syntax, source.At(a.Base), "`set` needs union, intersect or diff").WithHelp("for example: | set diff [search error | table user] [search warning | table user]"))
	default:
		errs = append(errs, source.Errorf(source.UnknownArgument, tree.Kind.Span, "`set` knows no `%s`", tree.Kind.Text).WithHelp("it knows union, intersect and diff"))
	}
	for _, s := range tree.Subs {
		p, es := s.parse(a)
		n.subs = append(n.subs, p)
		errs = append(errs, es...)
	}
	if len(tree.Subs) != 2 && len(errs) == 0 {
		errs = append(errs, source.Errorf(source.Syntax, source.At(a.Base), "`set` takes two subsearches; here are %d", len(tree.Subs)))
	}
	return n, errs
}

func (n *setNode) String() string {
	return n.kind + " " + inBrackets(n.subs[0]) + " " + inBrackets(n.subs[1])
}

// Pipelines is part of [HasPipelines].
func (n *setNode) Pipelines() []*parser.Pipeline { return n.subs }

func (n *setNode) Plan(p *Planning) *engine.Plan {
	return &engine.Plan{
		Gives: withSubs(n.subs, p),
		Shape: shapeOf(n.subs, p),
		Generate: func(c *engine.Context) (batch.Source, error) {
			var sides [2]*rowSet
			for i := range sides {
				res, err := runSub(c, n.subs[i], maxAppend)
				if err != nil {
					return nil, err
				}
				sides[i] = newRowSet(res.Batches)
				if err := c.Budget.Grow(sides[i].size, "`set`"); err != nil {
					return nil, err
				}
			}
			return n.combine(sides[0], sides[1]), nil
		},
	}
}

func (n *setNode) combine(a, b *rowSet) engine.Rows {
	switch n.kind {
	case "union":
		return append(a.rows(nil, false), b.rows(a, false)...)
	case "intersect":
		return a.rows(b, true)
	}
	return append(a.rows(b, false), b.rows(a, false)...)
}

// rowSet is rows without repeats.
type rowSet struct {
	batches []*batch.Batch
	first   [][]int32 // of each batch, the rows that are no repeat
	keys    [][]string
	have    map[string]bool
	size    int64
}

// newRowSet compares rows by all fields. Choice: Splunk's own fields do not count.
func newRowSet(bs []*batch.Batch) *rowSet {
	s := &rowSet{batches: bs, have: map[string]bool{}}
	for _, b := range bs {
		names := slices.DeleteFunc(slices.Sorted(slices.Values(b.Names)), batch.Internal)
		var first []int32
		var keys []string
		var key []byte
		for r := range b.Rows {
			key = key[:0]
			for _, name := range names {
				vals := b.Col(name).Values(r)
				if len(vals) == 0 {
					continue
				}
				key = append(appendKey(key, name), 0)
				for _, v := range vals {
					key = append(appendKey(key, v), 1)
				}
			}
			if !s.have[string(key)] {
				k := string(key)
				s.have[k] = true
				s.size += int64(len(k)) + 64
				first, keys = append(first, int32(r)), append(keys, k)
			}
		}
		s.first, s.keys = append(s.first, first), append(s.keys, keys)
	}
	return s
}

// rows are those that the other set has, or has not; with no other set, all.
func (s *rowSet) rows(other *rowSet, in bool) engine.Rows {
	out := engine.Rows{}
	for i, b := range s.batches {
		var rows []int32
		for j, r := range s.first[i] {
			if other == nil || other.have[s.keys[i][j]] == in {
				rows = append(rows, r)
			}
		}
		if len(rows) > 0 {
			out = append(out, b.Take(rows))
		}
	}
	return out
}
