package command

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var associateCommand = Command{
	Name:    "associate",
	Kind:    Transforming,
	Summary: "Finds values of fields that tell something of the values of other fields.",
	Usage:   "associate [supcnt=<n>] [supfreq=<number>] [improv=<number>] [<field-list>]",
	Options: []Option{
		{"supcnt", Int, "100", "a value must come at least so often"},
		{"supfreq", Text, "0.1", "and in at least this share of the rows"},
		{"improv", Text, "0.5", "the entropy must fall by at least so many bits"},
	},
	Parse: parseAssociate,
}

var associateGrammar = parser.NewGrammar[argList](parser.ArgTokens, "associate supcnt=3 method, status")

type associateNode struct {
	names           []string
	opts            *options
	supfreq, improv float64
}

func parseAssociate(c *Command, a *parser.Args) (Node, source.Errors) {
	names, o, errs := fieldArgs(c, a, associateGrammar)
	if o == nil {
		return nil, errs
	}
	n := &associateNode{names: texts(names), opts: o}
	var err *source.Error
	if n.supfreq, err = o.number(c, "supfreq", 0.1, 0, 1); err != nil {
		errs = append(errs, err)
	}
	if n.improv, err = o.number(c, "improv", 0.5, 0, math.Inf(1)); err != nil {
		errs = append(errs, err)
	}
	if o.int("supcnt", 100) < 0 {
		errs = append(errs, source.Errorf(source.Syntax, a.Span(), "`supcnt` cannot be less than 0"))
	}
	return n, errs
}

func (n *associateNode) String() string { return listString(n.opts, n.names) }

func (n *associateNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Gives: engine.MakesAny,
		Shape: engine.Table,
		Makes: true,
		Reads: func(batch.Fields) batch.Fields { return batch.FieldsOf(patternsOr(n.names)...) },
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			return holdWhole(c, "associate", n.run), nil
		},
	}
}

// tally counts values.
type tally map[string]int64

func (t tally) add(c *batch.Column, row int) {
	for _, v := range c.Values(row) {
		t[v]++
	}
}

func (t tally) total() (n int64) {
	for _, c := range t {
		n += c
	}
	return n
}

// entropy is Shannon's, in bits. Counts are added in order of size, so that the sum
// is the same every time.
func (t tally) entropy() float64 {
	counts := make([]int64, 0, len(t))
	for _, c := range t {
		counts = append(counts, c)
	}
	slices.Sort(counts)
	total := float64(t.total())
	h := 0.0
	for _, c := range counts {
		p := float64(c) / total
		h -= p * math.Log2(p)
	}
	return h
}

// top is the most frequent value; of the same count the first in order.
func (t tally) top() string {
	best := ""
	for i, v := range sortedKeys(t) {
		if i == 0 || t[v] > t[best] {
			best = v
		}
	}
	return best
}

// run compares, for each value that is frequent enough, the entropy of every other
// field with its entropy in the rows that have the value.
//
// Choices: rows that lack a field do not count for its entropy; each value of a
// multivalue field counts; rows come by the reference field, its value, and the
// target field, fields in ASCII order.
func (n *associateNode) run(c *engine.Context, b *batch.Batch, emit engine.Emit) error {
	fields := chosen(b, n.names)
	slices.Sort(fields)
	all := make([]tally, len(fields))
	for i, f := range fields {
		all[i] = tally{}
		col := b.Col(f)
		for r := range b.Rows {
			all[i].add(col, r)
		}
		if err := c.Budget.Grow(int64(len(all[i]))*64, "`associate`"); err != nil {
			return err
		}
	}
	least := max(float64(n.opts.int("supcnt", 100)), n.supfreq*float64(b.Rows), 1)
	var rows [][]string
	for i, f := range fields {
		var values []string
		for v, count := range all[i] {
			if float64(count) >= least {
				values = append(values, v)
			}
		}
		slices.SortFunc(values, func(x, y string) int { return cmp.Or(compareNatural(x, y), strings.Compare(x, y)) })
		for _, v := range values {
			if err := c.Err(); err != nil {
				return err
			}
			rows = append(rows, n.compare(b, fields, all, i, f, v)...)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return emit(rowsTable([]string{"Reference_Key", "Reference_Value", "Target_Key", "Top_Conditional_Value",
		"Unconditional_Entropy", "Conditional_Entropy", "Entropy_Improvement", "Description", "Support"}, rows))
}

// compare gives the rows for one value of a field.
//
// Choice: entropies have three decimals, shares are percentages with two, as in the
// texts that Splunk shows.
func (n *associateNode) compare(b *batch.Batch, fields []string, all []tally, i int, key, value string) [][]string {
	var in []int
	col := b.Col(key)
	for r := range b.Rows {
		if slices.Contains(col.Values(r), value) {
			in = append(in, r)
		}
	}
	var rows [][]string
	for j, target := range fields {
		if j == i {
			continue
		}
		with := tally{}
		tcol := b.Col(target)
		for _, r := range in {
			with.add(tcol, r)
		}
		if len(with) == 0 {
			continue
		}
		before, after := all[j].entropy(), with.entropy()
		if before-after < n.improv {
			continue
		}
		top := with.top()
		share := func(t tally) float64 { return 100 * float64(t[top]) / float64(t.total()) }
		rows = append(rows, []string{
			key, value, target,
			fmt.Sprintf("%s (%.2f%% -> %.2f%%)", top, share(all[j]), share(with)),
			fixed(before, 3), fixed(after, 3), fixed(before-after, 3),
			fmt.Sprintf("When '%s' has the value '%s', the entropy of '%s' decreases from %.3f to %.3f.", key, value, target, before, after),
			fixed(100*float64(len(in))/float64(b.Rows), 2) + "%",
		})
	}
	return rows
}
