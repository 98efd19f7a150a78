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
	"spl/spl/spill"
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
	for i := 0; i < len(t.Keys); i++ {
		k := t.Keys[i]
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
		if how, ok := strings.CutSuffix(name, "("); ok && k.Name.Bare() && i+2 < len(t.Keys) && t.Keys[i+2].Name.Text == ")" {
			// num("a b"), or with spaces within the parentheses, is three words.
			if how = strings.ToLower(how); isKind(how) {
				by.kind, by.field = how, t.Keys[i+1].Name.Text
				i += 2
			}
		} else if how, field, ok := strings.Cut(name, "("); ok && k.Name.Bare() && strings.HasSuffix(field, ")") {
			// Any other word before a parenthesis is a field that stats made: count(x).
			if how = strings.ToLower(how); isKind(how) {
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

// isKind says whether a word is a way of comparing.
func isKind(how string) bool { return slices.Contains([]string{"auto", "num", "str", "ip"}, how) }

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

// sorter holds all rows, or as many as the limit needs, and sorts them: by the keys,
// then by their place.
type sorter struct {
	ctx  *engine.Context
	rows *spill.Sorter[*sortedBatch]
}

func newSorter(n *sortNode, c *engine.Context) *sorter {
	s := spill.NewSorter(c.Budget, "`sort`", n.order(), max(0, n.limit))
	s.PerRow = int64(32 + 32*len(n.keys))
	s.Workers = c.Workers
	return &sorter{c, s}
}

func (s *sorter) Push(b *batch.Batch, _ engine.Emit) error { return s.rows.Add(s.ctx, b) }

func (s *sorter) Flush(emit engine.Emit) error { return s.rows.Each(s.ctx, emit) }

// sortedBatch is a batch with its rows' values of the keys made ready.
type sortedBatch struct {
	*batch.Batch
	keys [][]sortValue
}

func (n *sortNode) order() spill.Order[*sortedBatch] {
	return spill.Order[*sortedBatch]{
		Prefix: func(x *sortedBatch, i int) uint64 { return x.keys[0][i].prefix(n.keys[0].desc) },
		Keys: func(p spill.Positioned) *sortedBatch {
			s := &sortedBatch{p.Batch, make([][]sortValue, len(n.keys))}
			for i, k := range n.keys {
				s.keys[i] = sortValues(p.Col(k.field), p.Rows, k.kind)
			}
			return s
		},
		Compare: func(x *sortedBatch, i int, y *sortedBatch, j int) int {
			for at, k := range n.keys {
				if c := x.keys[at][i].compare(y.keys[at][j], k.desc); c != 0 {
					return c
				}
			}
			return x.Place(i).Compare(y.Place(j))
		},
	}
}

// The classes of values, in the order in which they sort.
const (
	classNumber = iota
	classIP
	classText
	classMissing
)

// sortValue is a value made ready to be compared. An address is text: its length, its
// bytes and its zone.
type sortValue struct {
	class  int8
	number float64
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
	if (kind == "auto" || kind == "ip") && strings.ContainsAny(s, ".:") {
		if a, err := netip.ParseAddr(s); err == nil {
			return sortValue{class: classIP, text: string(append([]byte{byte(a.BitLen())}, a.AsSlice()...)) + a.Zone()}
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
		default:
			c = strings.Compare(v.text, w.text)
		}
	}
	if desc {
		return -c
	}
	return c
}

// prefix is a number that compares as values do, as far as it goes.
func (v sortValue) prefix(desc bool) uint64 {
	const missing = uint64(classMissing) << 62
	if v.class == classMissing {
		return missing
	}
	p := batch.OrderedBits(v.number)
	if v.class != classNumber {
		p = prefixOf(v.text)
	}
	p = uint64(v.class)<<62 | p>>2
	if desc {
		p = missing - 1 - p
	}
	return p
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
