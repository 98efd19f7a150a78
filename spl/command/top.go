package command

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"spl/eval/agg"
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var topCommand = Command{
	Name:    "top",
	Kind:    Transforming,
	Summary: "Gives the most common values of fields, with their count and percentage.",
	Usage:   "top [<n>] [<option>...] <field-list> [BY <field-list>]",
	Options: topOptions,
	Parse:   parseTop,
}

var rareCommand = Command{
	Name:    "rare",
	Kind:    Transforming,
	Summary: "Gives the least common values of fields, with their count and percentage.",
	Usage:   "rare [<n>] [<option>...] <field-list> [BY <field-list>]",
	Options: topOptions,
	Parse:   parseTop,
}

var topOptions = []Option{
	{"limit", Int, "10", "how many values to give, of each BY group; 0: all"},
	{"showcount", Bool, "true", "give the column of counts"},
	{"showperc", Bool, "true", "give the column of percentages"},
	{"countfield", Text, "count", "the name of the column of counts"},
	{"percentfield", Text, "percent", "the name of the column of percentages"},
	{"useother", Bool, "false", "add a row for all other values"},
	{"otherstr", Text, "OTHER", "the value in that row"},
}

type (
	topTree struct {
		Args  []*topArg `parser:"( ','* (?! 'by':Word | 'groupby':Word) @@ )* ','*"`
		By    *byTree   `parser:"@@?"`
		After []*option `parser:"@@*"`
	}
	topArg struct {
		Option *option      `parser:"  @@"`
		Field  *parser.Name `parser:"| @@"`
	}
)

var topGrammar = parser.NewGrammar[topTree](parser.ArgTokens, "top limit=5 src, dest BY user")

// maxTopRows bounds the rows of top and rare (limits.conf, [top] maxresultrows).
const maxTopRows = 50000

// topNode is top and rare. It counts as stats does; by holds the BY fields and the
// fields after them.
type topNode struct {
	rare   bool
	limit  int
	fields []string
	by     []string
	opts   *options
}

func parseTop(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := topGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &topNode{rare: c.Name == "rare", limit: 10}
	var opts []*option
	for _, x := range tree.Args {
		if x.Option != nil {
			opts = append(opts, x.Option)
			continue
		}
		if v, err := strconv.Atoi(x.Field.Text); err == nil && v >= 0 && x.Field.Bare() && len(n.fields) == 0 && !n.limited(opts) {
			n.limit = v
			continue
		}
		n.fields = append(n.fields, x.Field.Text)
	}
	n.opts = checkOptions(c, opts, tree.After)
	errs := n.opts.errs
	n.limit = n.opts.int("limit", n.limit)
	if tree.By != nil {
		n.by = texts(tree.By.Fields)
		errs = append(errs, checkBy(tree.By)...)
	}
	if len(n.fields) == 0 {
		errs = append(errs, source.Errorf(source.Syntax, source.At(a.Base), "`%s` needs a field", c.Name).WithHelp("for example: %s limit=5 src", c.Name))
	}
	return n, append(errs, n.clash(a)...)
}

// clash reports a column of counts or percentages that is named like a field.
func (n *topNode) clash(a *parser.Args) source.Errors {
	var errs source.Errors
	for _, x := range [][3]string{{"showcount", "countfield", "count"}, {"showperc", "percentfield", "percent"}} {
		name := n.opts.text(x[1], x[2])
		if n.opts.bool(x[0], true) && (slices.Contains(n.fields, name) || slices.Contains(n.by, name)) {
			errs = append(errs, source.Errorf(source.Syntax, a.Span(), "The output field '%s' cannot have the same name as a field that is counted", name).
				WithHelp("give it another name, %s=n, or leave it out, %s=false", x[1], x[0]))
		}
	}
	return errs
}

// limited says whether limit= stands before, so that a number is a field.
func (*topNode) limited(opts []*option) bool { return (&options{list: opts}).given("limit") }

func (n *topNode) String() string {
	s := "limit=" + strconv.Itoa(n.limit)
	for _, o := range n.opts.list {
		if !strings.EqualFold(o.Key.Text, "limit") {
			s += " " + o.String()
		}
	}
	s += " " + nameList(n.fields)
	if len(n.by) > 0 {
		s += " BY " + nameList(n.by)
	}
	return s
}

// counting is the call `count`, over groups of all fields.
func counting() []*call {
	count, _ := agg.Find("count")
	return []*call{{fn: count, typed: "count", name: "count"}}
}

func (n *topNode) Plan(*Planning) *engine.Plan {
	by := slices.Concat(n.by, n.fields)
	return &engine.Plan{
		Gives:     engine.Makes(append(slices.Clone(by), n.opts.text("countfield", "count"), n.opts.text("percentfield", "percent"))...),
		Shape:     engine.Table,
		Makes:     true,
		Reads:     func(batch.Fields) batch.Fields { return batch.FieldsOf(by...) },
		Transient: true,
		Drawing:   &engine.Drawing{Bars: n.opts.text("countfield", "count")},
		Map: func(c *engine.Context) (engine.Operator, error) {
			a, err := newAggregator(c, counting(), by, agg.Settings{}, false)
			return &statsMap{a, c.Absorbs()}, err
		},
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			a, err := newAggregator(c, counting(), by, agg.Settings{}, false)
			return &top{statsReduce{aggregator: a}, n}, err
		},
	}
}

type top struct {
	statsReduce
	node *topNode
}

// topRow is a combination of values and how often it came; values is nil for all
// others together.
type topRow struct {
	values []string
	count  int64
}

// topSection are the rows of one BY group, as many of them as can be shown.
type topSection struct {
	by    []string
	rows  []topRow
	total int64
}

func (t *top) Flush(emit engine.Emit) error {
	var now *topSection
	nby := len(t.node.by)
	shown := 0
	end := func() error {
		if now == nil || shown >= maxTopRows {
			return nil
		}
		b := t.section(now, maxTopRows-shown)
		shown += b.Rows
		return emit(b)
	}
	err := t.sorted(func(a *aggregator, order []int32) error {
		for i, id := range order {
			if i%1024 == 0 && t.ctx.Err() != nil {
				return t.ctx.Err()
			}
			key := a.groups.key(id)
			count, _ := strconv.ParseInt(a.accs[0][""].Result(id)[0], 10, 64)
			if now == nil || !slices.Equal(now.by, key[:nby]) {
				if err := end(); err != nil {
					return err
				}
				now = &topSection{by: key[:nby]}
			}
			now.total += count
			now.rows = append(now.rows, topRow{key, count})
			if most := t.most(); len(now.rows) > 2*most+1024 {
				t.rank(now.rows)
				now.rows = now.rows[:most]
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return end()
}

// most is how many rows of a BY group can be shown.
func (t *top) most() int {
	if n := t.node.limit; n > 0 {
		return min(n, maxTopRows)
	}
	return maxTopRows
}

// rank puts rows in the order in which they are shown.
func (t *top) rank(rows []topRow) {
	nby := len(t.node.by)
	slices.SortStableFunc(rows, func(x, y topRow) int {
		c := cmp.Compare(y.count, x.count)
		if t.node.rare {
			c = -c
		}
		if c != 0 {
			return c
		}
		// Choice: of the same count the greater text comes first, in rare too.
		return slices.Compare(y.values[nby:], x.values[nby:])
	})
}

// section gives the rows of one BY group.
func (t *top) section(s *topSection, most int) *batch.Batch {
	t.rank(s.rows)
	rows, rest := s.rows, s.total
	if n := t.node.limit; n > 0 && n < len(rows) {
		rows = rows[:n:n]
		for _, r := range rows {
			rest -= r.count
		}
		if t.node.opts.bool("useother", false) {
			rows = append(rows, topRow{nil, rest})
		}
	}
	if len(rows) > most {
		rows = rows[:most]
	}
	return t.table(s.by, rows, s.total)
}

func (t *top) table(by []string, rows []topRow, total int64) *batch.Batch {
	out := batch.New(len(rows))
	for i, name := range t.node.by {
		out.Set(name, batch.Constant(by[i], len(rows)))
	}
	o := t.node.opts
	for i, name := range t.node.fields {
		vals := make([]string, len(rows))
		for r, x := range rows {
			if vals[r] = o.text("otherstr", "OTHER"); x.values != nil {
				vals[r] = x.values[len(by)+i]
			}
		}
		out.Set(name, batch.Strings(vals))
	}
	counts, percents := make([]string, len(rows)), make([]string, len(rows))
	for r, x := range rows {
		counts[r] = strconv.FormatInt(x.count, 10)
		percents[r] = strconv.FormatFloat(100*float64(x.count)/float64(total), 'f', 6, 64)
	}
	if o.bool("showcount", true) {
		out.Set(o.text("countfield", "count"), batch.Strings(counts))
	}
	if o.bool("showperc", true) {
		out.Set(o.text("percentfield", "percent"), batch.Strings(percents))
	}
	return out
}
