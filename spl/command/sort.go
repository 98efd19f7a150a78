package command

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var sortCommand = Command{
	Name:    "sort",
	Kind:    DatasetProcessing,
	Summary: "Sorts rows by fields.",
	Usage:   "sort [<n> | limit=<n>] [+|-]<field>... [desc]",
	Options: []Option{{"limit", Int, "10000", "how many rows to give; 0 all"}},
	Parse:   parseSort,
}

type (
	sortKeys struct {
		Keys []*sortKey `parser:"( (?! Word '=':Op) @@ ','* )+"`
	}
	sortKey struct {
		Sign string      `parser:"@( '-':Word | '+':Word )?"`
		Name parser.Name `parser:"@@"`
	}
)

// sortArgs: the number of rows and the first key look alike to the grammar;
// parseSort tells them apart.
type sortArgs struct {
	Before []*option  `parser:"( @@ ','* )*"`
	Keys   []*sortKey `parser:"( (?! Word '=':Op) @@ ','* )*"`
	After  []*option  `parser:"@@*"`
}

var sortGrammar = parser.NewGrammar[sortArgs](parser.NameTokens, "sort - count, + src")

// sortBy is one key: a field, how its values compare, and which way.
type sortBy struct {
	field string
	kind  string // auto, num, str or ip
	desc  bool
}

type sortNode struct {
	limit int // 0: all; negative: not said
	keys  []sortBy
}

func parseSort(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := sortGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	limit := 10000
	if len(tree.Keys) > 1 && tree.Keys[0].Sign == "" {
		if v, err := strconv.Atoi(tree.Keys[0].Name.Text); err == nil && v >= 0 && tree.Keys[0].Name.Bare() {
			limit, tree.Keys = v, tree.Keys[1:]
		}
	}
	o := checkOptions(c, tree.Before, tree.After)
	limit = o.int("limit", limit)
	if len(tree.Keys) == 0 {
		return nil, append(o.errs, source.Errorf(source.Syntax, source.At(a.Base), "`sort` needs a field to sort by").WithHelp("for example: sort - count"))
	}
	return newSort(&sortKeys{tree.Keys}, limit), o.errs
}

// newSort makes sort keys of what was read. A trailing desc or d turns all keys round.
func newSort(t *sortKeys, limit int) *sortNode {
	n := &sortNode{limit: limit}
	turn := false
	for i, k := range t.Keys {
		name := k.Name.Text
		if k.Sign == "" && k.Name.Bare() && i > 0 && i == len(t.Keys)-1 {
			switch strings.ToLower(name) {
			case "d", "desc":
				turn = true
				continue
			case "a", "asc":
				continue
			}
		}
		by := sortBy{field: name, kind: "auto", desc: k.Sign == "-"}
		if k.Sign == "" && k.Name.Bare() && len(name) > 1 && (name[0] == '-' || name[0] == '+') {
			by.desc, name = name[0] == '-', name[1:]
			by.field = name
		}
		if how, field, ok := strings.Cut(name, "("); ok && k.Name.Bare() && strings.HasSuffix(field, ")") {
			// Any other word before a parenthesis is a field that stats made: count(x).
			if how = strings.ToLower(how); slices.Contains([]string{"auto", "num", "str", "ip"}, how) {
				by.kind, by.field = how, parser.Unquote(strings.TrimSpace(field[:len(field)-1]))
			}
		}
		n.keys = append(n.keys, by)
	}
	if turn {
		for i := range n.keys {
			n.keys[i].desc = !n.keys[i].desc
		}
	}
	return n
}

func (n *sortNode) String() string { return strconv.Itoa(n.limit) + " " + n.keysString() }

func (n *sortNode) keysString() string {
	out := make([]string, len(n.keys))
	for i, k := range n.keys {
		out[i] = "+ "
		if k.desc {
			out[i] = "- "
		}
		name := parser.Word(k.field)
		if k.kind != "auto" {
			name = k.kind + "(" + name + ")"
		}
		out[i] += name
	}
	return strings.Join(out, ", ")
}

func (n *sortNode) fields() []string {
	out := make([]string, len(n.keys))
	for i, k := range n.keys {
		out[i] = k.field
	}
	return out
}

func (n *sortNode) Plan(*Planning) *engine.Plan {
	fields := n.fields()
	return &engine.Plan{
		Wants: engine.Places, // ties keep the order that the rows had
		Makes: true,
		Reads: func(wanted batch.Fields) batch.Fields { return wanted.Add(fields...) },
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			return newSorter(n, c), nil
		},
	}
}

// sorter holds all rows, or as many as the limit needs, and sorts them.
type sorter struct {
	node *sortNode
	ctx  *engine.Context
	held []*batch.Batch
	rows int
	size int64
}

func newSorter(n *sortNode, c *engine.Context) *sorter { return &sorter{node: n, ctx: c} }

func (s *sorter) Push(b *batch.Batch, _ engine.Emit) error {
	if b.Lazy != nil {
		b.Load()
	}
	s.held = append(s.held, b)
	s.rows += b.Rows
	n := engine.Size(b)
	s.size += n
	if err := s.ctx.Budget.Grow(n, "`sort`"); err != nil {
		return err
	}
	if s.node.limit > 0 && s.rows > 4*s.node.limit+20000 {
		s.prune()
	}
	return nil
}

// prune throws away rows that cannot be among the first.
func (s *sorter) prune() {
	refs := s.sorted()
	kept := batch.Concat(s.held) // one batch, so that references stay good
	base := make([]int32, len(s.held))
	n := int32(0)
	for i, b := range s.held {
		base[i] = n
		n += int32(b.Rows)
	}
	rows := make([]int32, 0, s.node.limit)
	for _, r := range refs[:min(s.node.limit, len(refs))] {
		rows = append(rows, base[r.Batch]+r.Row)
	}
	kept = kept.Take(rows)
	s.ctx.Budget.Free(s.size)
	s.held, s.rows, s.size = []*batch.Batch{kept}, kept.Rows, engine.Size(kept)
	_ = s.ctx.Budget.Grow(s.size, "`sort`")
}

func (s *sorter) Flush(emit engine.Emit) error {
	refs := s.sorted()
	if s.node.limit > 0 && len(refs) > s.node.limit {
		refs = refs[:s.node.limit]
	}
	return engine.EmitRefs(s.ctx, s.held, refs, emit)
}

// sorted gives the rows in order: by the keys, then by their place.
func (s *sorter) sorted() []engine.Ref {
	refs := make([]engine.Ref, 0, s.rows)
	keys := make([][][]sortValue, len(s.held))
	for i, b := range s.held {
		keys[i] = make([][]sortValue, len(s.node.keys))
		for j, k := range s.node.keys {
			keys[i][j] = sortValues(b.Col(k.field), b.Rows, k.kind)
		}
		for r := range b.Rows {
			refs = append(refs, engine.Ref{Batch: int32(i), Row: int32(r)})
		}
	}
	slices.SortStableFunc(refs, func(x, y engine.Ref) int {
		for j, k := range s.node.keys {
			if c := keys[x.Batch][j][x.Row].compare(keys[y.Batch][j][y.Row], k.desc); c != 0 {
				return c
			}
		}
		return s.held[x.Batch].Place(int(x.Row)).Compare(s.held[y.Batch].Place(int(y.Row)))
	})
	return refs
}

// The classes of values, in the order in which they sort.
const (
	classNumber = iota
	classIP
	classText
	classMissing
)

// sortValue is a value made ready to be compared.
type sortValue struct {
	class  int8
	number float64
	ip     netip.Addr
	text   string
}

func sortValues(c *batch.Column, rows int, kind string) []sortValue {
	out := make([]sortValue, rows)
	for r := range out {
		s, ok := c.First(r)
		if !ok {
			out[r].class = classMissing
			continue
		}
		out[r] = newSortValue(s, kind)
	}
	return out
}

// newSortValue puts a value into its class: with auto, numbers before addresses
// before text; with num, what is no number comes last.
func newSortValue(s, kind string) sortValue {
	if kind == "auto" || kind == "num" {
		if n, ok := batch.ParseNumber(s); ok {
			return sortValue{class: classNumber, number: n}
		}
	}
	if kind == "auto" || kind == "ip" {
		if a, err := netip.ParseAddr(s); err == nil {
			return sortValue{class: classIP, ip: a}
		}
	}
	return sortValue{class: classText, text: s}
}

// compare orders two values; a missing one is last whichever way.
func (v sortValue) compare(w sortValue, desc bool) int {
	if v.class == classMissing || w.class == classMissing {
		return cmp.Compare(v.class, w.class)
	}
	c := cmp.Compare(v.class, w.class)
	if c == 0 {
		switch v.class {
		case classNumber:
			c = cmp.Compare(v.number, w.number)
		case classIP:
			c = v.ip.Compare(w.ip)
		default:
			c = strings.Compare(v.text, w.text)
		}
	}
	if desc {
		return -c
	}
	return c
}

// sortFirst sorts all rows and then lets another operator have them.
type sortFirst struct {
	sort *sorter
	then engine.Operator
}

func (s *sortFirst) Push(b *batch.Batch, emit engine.Emit) error { return s.sort.Push(b, emit) }

func (s *sortFirst) Flush(emit engine.Emit) error {
	err := s.sort.Flush(func(b *batch.Batch) error { return s.then.Push(b, emit) })
	if err != nil {
		return err
	}
	return s.then.Flush(emit)
}
