package command

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var cofilterCommand = Command{
	Name:    "cofilter",
	Kind:    Transforming,
	Summary: "Gives how many users each two items have in common.",
	Usage:   "cofilter <user-field> <item-field>",
	Parse:   parseCofilter,
}

var cofilterGrammar = parser.NewGrammar[argList](parser.ArgTokens, "cofilter user item")

type cofilterNode struct {
	names []string
	opts  *options
}

func parseCofilter(c *Command, a *parser.Args) (Node, source.Errors) {
	names, o, errs := fieldArgs(c, a, cofilterGrammar)
	if o == nil {
		return nil, errs
	}
	if len(names) != 2 && len(errs) == 0 {
		errs = append(errs, source.Errorf(source.Syntax, a.Span(), "`cofilter` needs two fields, not %d", len(names)).WithHelp("first that of the users, then that of the items, for example: cofilter user item"))
	}
	return &cofilterNode{texts(names), o}, errs
}

func (n *cofilterNode) String() string { return listString(n.opts, n.names) }

func (n *cofilterNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Gives: engine.MakesAny,
		Shape: engine.Table,
		Wants: engine.Order, // items come in the order in which they were met
		Makes: true,
		Reads: func(batch.Fields) batch.Fields { return batch.FieldsOf(n.names...) },
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			return &cofilter{ctx: c, user: n.names[0], item: n.names[1], users: map[string]int{}, items: map[string]int{}}, nil
		},
	}
}

// cofilter gathers the items of each user.
type cofilter struct {
	ctx          *engine.Context
	user, item   string
	users, items map[string]int
	names        []string       // of items, as met
	has          []map[int]bool // of each user, the items
}

func (x *cofilter) Push(b *batch.Batch, _ engine.Emit) error {
	if err := x.ctx.Err(); err != nil {
		return err
	}
	users, items := b.Col(x.user), b.Col(x.item)
	for r := range b.Rows {
		for _, u := range users.Values(r) {
			for _, i := range items.Values(r) {
				if err := x.add(u, i); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (x *cofilter) add(user, item string) error {
	grown := int64(0)
	u, ok := x.users[user]
	if !ok {
		u = len(x.has)
		x.users[strings.Clone(user)] = u
		x.has = append(x.has, map[int]bool{})
		grown += int64(len(user)) + 128
	}
	i, ok := x.items[item]
	if !ok {
		i = len(x.names)
		item = strings.Clone(item)
		x.items[item] = i
		x.names = append(x.names, item)
		grown += int64(2*len(item)) + 64
	}
	if !x.has[u][i] {
		x.has[u][i] = true
		grown += 24
	}
	if grown == 0 {
		return nil
	}
	return x.ctx.Budget.Grow(grown, "`cofilter`")
}

func (x *cofilter) Flush(emit engine.Emit) error {
	count := make([]int, len(x.names))
	pairs := map[[2]int]int{}
	for _, has := range x.has {
		if err := x.ctx.Err(); err != nil {
			return err
		}
		list := make([]int, 0, len(has))
		for i := range has {
			list = append(list, i)
			count[i]++
		}
		slices.Sort(list)
		before := len(pairs)
		for k, i := range list {
			for _, j := range list[k+1:] {
				pairs[[2]int{i, j}]++
			}
		}
		if err := x.ctx.Budget.Grow(int64(len(pairs)-before)*64, "`cofilter`"); err != nil {
			return err
		}
	}
	if len(pairs) == 0 {
		return nil
	}
	keys := make([][2]int, 0, len(pairs))
	for k := range pairs {
		keys = append(keys, k)
	}
	// Choice: pairs come by the first item, then by the second, items in the order in
	// which they were met.
	slices.SortFunc(keys, func(a, b [2]int) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	rows := make([][]string, len(keys))
	for r, k := range keys {
		rows[r] = []string{x.names[k[0]], strconv.Itoa(count[k[0]]), x.names[k[1]], strconv.Itoa(count[k[1]]), strconv.Itoa(pairs[k])}
	}
	return emit(rowsTable([]string{"Item 1", "Item 1 user count", "Item 2", "Item 2 user count", "Pair count"}, rows))
}
