package command

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"spl/eval/agg"
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var statsCommand = Command{
	Name:    "stats",
	Kind:    Transforming,
	Summary: "Aggregates rows, in groups of equal BY values.",
	Usage:   "stats <function>[(<field>)] [AS <name>]... [BY <field-list>]",
	Options: []Option{
		{"allnum", Bool, "false", "no numeric result for a group with a value that is no number"},
		{"delim", Text, " ", "how multivalues are joined where they are made one text"},
		{"partitions", Int, "1", "accepted; the number of workers is the engine's business"},
		{"dedup_splitvals", Bool, "false", "count a row once for equal values of a multivalue BY field"},
	},
	Parse: parseStats,
}

var statsGrammar = parser.NewGrammar[aggTree](parser.ArgTokens, "stats count, values(user) AS users BY src, dest")

// statsNode is stats. Its map part aggregates each worker's share of the rows and
// gives partial rows, one a group; its reduce part merges them.
type statsNode struct {
	calls []*call
	by    []string
	opts  *options
}

func parseStats(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := statsGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &statsNode{}
	var errs source.Errors
	n.calls, n.by, n.opts, errs = newAggregates(c, "stats", a, tree)
	for _, c := range n.calls {
		if slices.Contains(n.by, c.name) && c.as != "" {
			errs = append(errs, source.Errorf(source.Syntax, a.Span(), "The output field '%s' cannot have the same name as a group-by field", c.name))
		}
	}
	return n, errs
}

// checkBy reports a BY that names no field, or a wildcard.
func checkBy(by *byTree) source.Errors {
	if len(by.Fields) == 0 {
		return one(source.Errorf(source.Syntax, source.Span{Start: by.Pos.Offset, End: by.Pos.Offset + len(by.Word)}, "the fields to group by are missing after %s", strings.ToUpper(by.Word)).
			WithHelp("for example: BY src, dest"))
	}
	var errs source.Errors
	for _, f := range by.Fields {
		if isPattern(f.Text) && f.Bare() {
			errs = append(errs, source.Errorf(source.Syntax, f.Span, "a wildcard cannot stand after %s", strings.ToUpper(by.Word)).WithHelp("name each field to group by"))
		}
	}
	return errs
}

func (n *statsNode) String() string {
	parts := make([]string, len(n.calls))
	for i, c := range n.calls {
		parts[i] = c.String()
	}
	s := strings.TrimSpace(n.opts.String() + " " + strings.Join(parts, ", "))
	if len(n.by) > 0 {
		s += " BY " + nameList(n.by)
	}
	return s
}

func (n *statsNode) settings() agg.Settings {
	return agg.Settings{AllNum: n.opts.bool("allnum", false)}
}

func (n *statsNode) Plan(planning *Planning) *engine.Plan {
	if n.opts.given("delim") {
		for _, c := range n.calls {
			planning.joinWith(c.name, n.opts.text("delim", " "))
		}
	}
	p := &engine.Plan{
		Gives:   engine.Makes(append(callNames(n.calls), n.by...)...),
		Shape:   engine.Table,
		Makes:   true,
		Reads:   func(batch.Fields) batch.Fields { return aggReads(n.calls, n.by) },
		Renames: callRenames(n.calls),
		Map: func(c *engine.Context) (engine.Operator, error) {
			a, err := newAggregator(c, n.calls, n.by, n.settings(), n.opts.bool("dedup_splitvals", false))
			return &statsMap{a}, err
		},
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			a, err := newAggregator(c, n.calls, n.by, n.settings(), false)
			return &statsReduce{aggregator: a}, err
		},
	}
	for _, c := range n.calls {
		if c.usesPlace() {
			p.Wants = engine.Places
		}
	}
	return p
}

// statsMap aggregates what comes and gives it as partial rows at the end.
type statsMap struct{ *aggregator }

func (s *statsMap) Push(b *batch.Batch, _ engine.Emit) error { return s.add(b) }

// The columns of partial rows: the BY values, and the state of each call by number
// and field. The version stands in each call's own state.
const (
	partialBy   = "psrsvd_by_"
	partialCall = "psrsvd_fn_"
)

func (s *statsMap) Flush(emit engine.Emit) error {
	if s.groups.len() == 0 {
		return emit(s.partial(0, 0)) // tells which fields a wildcard stood for
	}
	const rows = 1024
	for from := 0; from < s.groups.len(); from += rows {
		if err := emit(s.partial(from, min(from+rows, s.groups.len()))); err != nil {
			return err
		}
	}
	return nil
}

func (a *aggregator) partial(from, to int) *batch.Batch {
	out := batch.New(to - from)
	for i := range a.by {
		vals := make([]string, 0, to-from)
		for g := from; g < to; g++ {
			vals = append(vals, a.groups.value(int32(g), i))
		}
		out.Set(partialBy+strconv.Itoa(i), batch.Strings(vals))
	}
	for i, m := range a.accs {
		for _, field := range sortedKeys(m) {
			var bl batch.Builder
			bl.Grow(to - from)
			for g := from; g < to; g++ {
				bl.Append(m[field].Partial(int32(g))...)
			}
			out.Set(partialCall+strconv.Itoa(i)+"_"+field, bl.Column())
		}
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// statsReduce merges partial rows and gives the result.
type statsReduce struct{ *aggregator }

func (s *statsReduce) Push(b *batch.Batch, _ engine.Emit) error {
	ids, added := s.partialGroups(b)
	for at, name := range b.Names {
		num, field, ok := strings.Cut(strings.TrimPrefix(name, partialCall), "_")
		if !ok || !strings.HasPrefix(name, partialCall) {
			continue
		}
		i, err := strconv.Atoi(num)
		if err != nil || i >= len(s.calls) {
			return fmt.Errorf("stats: a partial result has a column %q", name)
		}
		acc := s.acc(i, field)
		for r, id := range ids {
			if err := acc.Merge(id, b.Cols[at].Values(r)); err != nil {
				return err
			}
		}
	}
	return s.charge(added)
}

func (a *aggregator) partialGroups(b *batch.Batch) (ids []int32, added int64) {
	ids = make([]int32, b.Rows)
	if len(a.by) == 0 {
		if b.Rows > 0 {
			a.groups.only()
		}
		return ids, 0
	}
	values := make([]string, len(a.by))
	for r := range ids {
		for i := range a.by {
			values[i], _ = b.Col(partialBy + strconv.Itoa(i)).First(r)
		}
		id, n := a.groups.id(values)
		ids[r], added = id, added+n
	}
	return ids, added
}

func (s *statsReduce) Flush(emit engine.Emit) error {
	none := s.groups.len() == 0 // there were no rows
	if len(s.by) == 0 {
		s.groups.only()
	}
	const rows = 1024
	order := s.groups.sorted()
	for len(order) > 0 {
		n := min(rows, len(order))
		b := s.result(order[:n])
		if len(s.by) == 0 && none && !anyValue(b) {
			return nil
		}
		if err := emit(b); err != nil {
			return err
		}
		order = order[n:]
	}
	return nil
}

func anyValue(b *batch.Batch) bool {
	for _, c := range b.Cols {
		if c.Count(0) > 0 {
			return true
		}
	}
	return false
}

// result is the rows of some groups: the BY fields, then the calls.
func (a *aggregator) result(ids []int32) *batch.Batch {
	out := batch.New(len(ids))
	for i, name := range a.by {
		vals := make([]string, len(ids))
		for r, id := range ids {
			vals[r] = a.groups.value(id, i)
		}
		out.Set(name, batch.Strings(vals))
	}
	for i, c := range a.calls {
		for _, field := range sortedKeys(a.accs[i]) {
			var bl batch.Builder
			bl.Grow(len(ids))
			agg.Results(a.accs[i][field], ids, &bl)
			out.Set(c.column(field), bl.Column())
		}
	}
	return out
}
