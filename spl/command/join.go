package command

import (
	"math"
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
	"spl/spl/spill"
)

var joinCommand = Command{
	Name:    "join",
	Kind:    DatasetProcessing,
	Summary: "Puts the fields of a subsearch's rows into the rows that have the same values in the given fields.",
	Usage:   "join [<option>]... [<field-list>] [left=<alias> right=<alias> where <alias>.<field>=<alias>.<field>...] [<subsearch>]",
	Options: []Option{
		{"type", Text, "inner", "inner keeps rows that have a partner; left, or outer, keeps all"},
		{"max", Int, "1", "how many partners a row may have; 0 all"},
		{"overwrite", Bool, "true", "fields of the subsearch replace those of the same name"},
		{"usetime", Bool, "false", "take only partners of an earlier time, or a later one"},
		{"earlier", Bool, "true", "with usetime: earlier ones, else later"},
		{"left", Text, "", "the name of the rows, put before their fields"},
		{"right", Text, "", "the name of the subsearch's rows, put before their fields"},
	},
	Parse: parseJoin,
}

type (
	joinTree struct {
		Before []*joinArg `parser:"( ','* (?! 'where':Word) @@ )* ','*"`
		Where  *joinWhere `parser:"@@?"`
		Sub    *sub       `parser:"@@?"`
		After  []*option  `parser:"( @@ ','* )*"`
	}
	joinArg struct {
		Option *option      `parser:"  @@"`
		Field  *parser.Name `parser:"| @@"`
	}
	joinWhere struct {
		Pairs []*option `parser:"'where':Word ( ( 'AND':Word | ',' )* @@ )*"`
	}
)

var joinGrammar = parser.NewGrammar[joinTree](parser.ArgTokens, "join type=left user [search error | stats count BY user]")

// joinPair is a field of the rows and the field of the subsearch that must be equal.
type joinPair struct{ left, right string }

type joinNode struct {
	opts        *options
	pairs       []joinPair // none: all fields that both have
	left, right string     // aliases; "" without a where clause
	sub         *parser.Pipeline
	dataset     string // inputlookup:x, in the place of the subsearch
}

func parseJoin(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := joinGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &joinNode{}
	var opts []*option
	var errs source.Errors
	var fields []*parser.Name
	for _, x := range tree.Before {
		if x.Option != nil {
			opts = append(opts, x.Option)
		} else {
			fields = append(fields, x.Field)
		}
	}
	n.opts = checkOptions(c, opts, tree.After)
	errs = append(errs, n.opts.errs...)
	switch t := strings.ToLower(n.opts.text("type", "inner")); t {
	case "inner", "left", "outer":
	default:
		errs = append(errs, source.Errorf(source.Syntax, a.Span(), "`join` has no type `%s`", t).WithHelp("its types are inner, left and outer"))
	}
	if tree.Sub == nil && len(fields) > 0 {
		last := fields[len(fields)-1]
		if kind, _, ok := strings.Cut(last.Text, ":"); ok {
			fields = fields[:len(fields)-1]
			errs = append(errs, n.readDataset(a, strings.ToLower(kind), last)...)
		}
	}
	for _, f := range fields {
		n.pairs = append(n.pairs, joinPair{f.Text, f.Text})
	}
	if tree.Where != nil {
		errs = append(errs, n.where(a, tree.Where)...)
	}
	if tree.Sub != nil {
		var es source.Errors
		n.sub, es = tree.Sub.parse(a)
		errs = append(errs, es...)
	} else if n.sub == nil && len(errs) == 0 {
		errs = append(errs, source.Errorf(source.Syntax, source.At(a.Base+len(a.Text)), "`join` needs a subsearch in brackets").
			WithHelp("for example: join user [search error | stats count BY user]"))
	}
	return n, errs
}

// readDataset reads inputlookup:x in the place of a subsearch.
func (n *joinNode) readDataset(a *parser.Args, kind string, name *parser.Name) source.Errors {
	if kind != "inputlookup" {
		return one(source.Errorf(source.Unsupported, name.Span, "`join` cannot read `%s` here", name.Text).WithHelp("write it as a subsearch in brackets"))
	}
	n.dataset = name.Text
	p, errs := a.Subsearch("[inputlookup "+parser.Word(name.Text[len("inputlookup:"):])+"]", name.Span.Start)
	n.sub = p
	return errs
}

// where reads L.a=R.b, in whichever order the sides stand.
func (n *joinNode) where(a *parser.Args, w *joinWhere) source.Errors {
	n.left, n.right = n.opts.text("left", ""), n.opts.text("right", "")
	if n.left == "" || n.right == "" || n.left == n.right {
		return one(source.Errorf(source.Syntax, a.Span(), "`where` of `join` needs left= and right= with two different names").
			WithHelp("for example: join left=L right=R where L.user=R.name [search error]"))
	}
	if len(w.Pairs) == 0 {
		return one(source.Errorf(source.Syntax, a.Span(), "the fields to compare are missing after where").WithHelp("for example: where %s.user=%s.name", n.left, n.right))
	}
	var errs source.Errors
	for _, p := range w.Pairs {
		x, y := p.Key.Text, p.Value.Text
		l, okL := strings.CutPrefix(x, n.left+".")
		r, okR := strings.CutPrefix(y, n.right+".")
		if !okL || !okR {
			l, okL = strings.CutPrefix(y, n.left+".")
			r, okR = strings.CutPrefix(x, n.right+".")
		}
		if !okL || !okR {
			errs = append(errs, source.Errorf(source.Syntax, p.Key.Span.Cover(p.Value.Span), "`%s` does not compare a field of %s with one of %s", p, n.left, n.right).
				WithHelp("for example: where %s.user=%s.name", n.left, n.right))
			continue
		}
		n.pairs = append(n.pairs, joinPair{l, r})
	}
	return errs
}

func (n *joinNode) String() string {
	s := n.opts.String()
	if n.left != "" {
		terms := make([]string, len(n.pairs))
		for i, p := range n.pairs {
			terms[i] = parser.Word(n.left+"."+p.left) + "=" + parser.Word(n.right+"."+p.right)
		}
		s += " where " + strings.Join(terms, " ")
	} else if len(n.pairs) > 0 {
		names := make([]string, len(n.pairs))
		for i, p := range n.pairs {
			names[i] = p.left
		}
		s += " " + nameList(names)
	}
	if n.dataset != "" {
		return trimLeadingSpace(s + " " + n.dataset)
	}
	return trimLeadingSpace(s + " " + inBrackets(n.sub))
}

// Pipelines is part of [HasPipelines].
func (n *joinNode) Pipelines() []*parser.Pipeline { return []*parser.Pipeline{n.sub} }

func (n *joinNode) reads(wanted batch.Fields) batch.Fields {
	if len(n.pairs) == 0 || wanted.All {
		return batch.AllFields
	}
	if n.left != "" {
		if len(wanted.Patterns) > 0 {
			return batch.AllFields
		}
		var out batch.Fields
		for _, name := range wanted.Names {
			if rest, ok := strings.CutPrefix(name, n.left+"."); ok {
				out = out.Add(rest)
			} else if batch.Internal(name) {
				out = out.Add(name)
			}
		}
		wanted = out
	}
	for _, p := range n.pairs {
		wanted = wanted.Add(p.left)
	}
	if n.opts.bool("usetime", false) {
		wanted = wanted.Add("_time")
	}
	return wanted
}

// advice: a subsearch of events soon meets its limits; one that aggregates, or reads a
// lookup table, mostly does not.
func (n *joinNode) advice(p *Planning) []engine.Advice {
	if n.sub == nil || pending(n.sub) || n.opts.given("max") || engine.NewCut(Plans(n.sub, p), batch.AllFields).Table {
		return nil
	}
	return []engine.Advice{{
		Code: "join-limits",
		Text: "the subsearch of `join` gives events as they are, of which 50,000 at most are joined and the rest left out in silence",
		Help: "aggregate in it, as in stats latest(x) BY user; or search both at once and use stats BY user",
	}}
}

func (n *joinNode) Plan(pl *Planning) *engine.Plan {
	p := &engine.Plan{
		Advice: n.advice(pl),
		Gives: func(s engine.Schema) engine.Schema {
			if n.sub == nil || n.left != "" {
				return opens(s)
			}
			return s.Union(Fields(n.sub, pl))
		},
		Note:  "the subsearch runs before the first row",
		Reads: n.reads,
	}
	if len(n.pairs) > 0 {
		// Each row is joined by itself, so the order of rows does not matter.
		p.Reduce = func(c *engine.Context) (engine.Operator, error) { return &joiner{node: n, ctx: c, pairs: n.pairs}, nil }
		return p
	}
	p.Wants = engine.Order
	p.Reduce = func(c *engine.Context) (engine.Operator, error) {
		return holdRows(c, "join", func(rows *spill.Rows, emit engine.Emit) error {
			j := &joiner{node: n, ctx: c}
			if err := j.start(); err != nil {
				return err
			}
			for _, name := range rows.Fields() {
				if !batch.Internal(name) && j.sub.Index(name) >= 0 {
					j.pairs = append(j.pairs, joinPair{name, name})
				}
			}
			j.build()
			return rows.Drain(func(b *batch.Batch) error { return j.Push(b, emit) })
		}), nil
	}
	return p
}

// joiner joins each row with its partners.
type joiner struct {
	node  *joinNode
	ctx   *engine.Context
	pairs []joinPair
	sub   *batch.Batch       // all rows of the subsearch
	rows  map[string][]int32 // by key
	times []float64
}

// start runs the subsearch.
func (j *joiner) start() error {
	if j.sub != nil {
		return nil
	}
	res, err := runSub(j.ctx, j.node.sub, maxAppend)
	if err != nil {
		return err
	}
	j.sub = batch.New(0)
	if len(res.Batches) > 0 {
		j.sub = batch.Concat(res.Batches)
	}
	j.build()
	return j.ctx.Budget.Grow(int64(j.sub.Rows)*64, "`join`")
}

// build sorts the subsearch's rows by the values of the join fields. A row without
// one of them has no partner. Where the two sides have no field in common every row is
// a partner, as published searches count on that join one row of thresholds to all.
func (j *joiner) build() {
	j.rows = map[string][]int32{}
	cols := make([]*batch.Column, len(j.pairs))
	for i, p := range j.pairs {
		cols[i] = j.sub.Col(p.right)
	}
	var key []byte
	for r := range j.sub.Rows {
		var ok bool
		if key, ok = rowKey(key[:0], cols, r); ok {
			j.rows[string(key)] = append(j.rows[string(key)], int32(r))
		}
	}
	if j.node.opts.bool("usetime", false) {
		j.times = seconds(j.sub)
	}
}

// seconds are the times of rows in whole seconds; NaN where there is none.
func seconds(b *batch.Batch) []float64 {
	out := make([]float64, b.Rows)
	c := b.Col("_time")
	for r := range out {
		out[r] = math.NaN()
		if t, ok := c.Number(r); ok {
			out[r] = math.Floor(t)
		}
	}
	return out
}

func (j *joiner) Push(b *batch.Batch, emit engine.Emit) error {
	if err := j.start(); err != nil {
		return err
	}
	if err := j.ctx.Err(); err != nil {
		return err
	}
	for from := 0; from < b.Rows; {
		var left, right []int32
		left, right, from = j.match(b, from)
		if len(left) == 0 {
			continue
		}
		if err := j.give(b, left, right, emit); err != nil {
			return err
		}
	}
	return nil
}

// give emits pairs of rows.
func (j *joiner) give(b *batch.Batch, left, right []int32, emit engine.Emit) error {
	out := b
	if !isWhole(left, b.Rows) {
		out = b.Take(left)
	}
	if j.node.left != "" {
		return emit(j.prefixed(out, right))
	}
	return emit(j.merged(out, right))
}

func isWhole(rows []int32, n int) bool {
	if len(rows) != n {
		return false
	}
	for i, r := range rows {
		if int(r) != i {
			return false
		}
	}
	return true
}

// joinBatch is after how many pairs no further row is looked at before they are given.
const joinBatch = 4096

// match gives pairs of the rows from one on, and the row to go on with; -1 on the right
// where there is no partner.
func (j *joiner) match(b *batch.Batch, from int) (left, right []int32, next int) {
	keep := !strings.EqualFold(j.node.opts.text("type", "inner"), "inner")
	cols := make([]*batch.Column, len(j.pairs))
	for i, p := range j.pairs {
		cols[i] = b.Col(p.left)
	}
	var times []float64
	if j.times != nil {
		times = seconds(b)
	}
	most := j.node.opts.int("max", 1)
	var key []byte
	r := from
	for ; r < b.Rows && len(left) < joinBatch; r++ {
		var ok bool
		found := 0
		if key, ok = rowKey(key[:0], cols, r); ok {
			for _, s := range j.rows[string(key)] {
				if times != nil && !j.inTime(times[r], j.times[s]) {
					continue
				}
				left, right = append(left, int32(r)), append(right, s)
				if found++; found == most {
					break
				}
			}
		}
		if found == 0 && keep {
			left, right = append(left, int32(r)), append(right, -1)
		}
	}
	return left, right, r
}

// inTime says whether a partner is early (or late) enough. Equal seconds are.
func (j *joiner) inTime(row, partner float64) bool {
	if j.node.opts.bool("earlier", true) {
		return partner <= row
	}
	return partner >= row
}

// merged adds the partners' fields: main columns first, then new ones.
func (j *joiner) merged(b *batch.Batch, right []int32) *batch.Batch {
	overwrite := j.node.opts.bool("overwrite", true)
	out := b.Clone()
	for i, name := range j.sub.Names {
		added, have := j.sub.Cols[i].Take(right), out.Col(name)
		if overwrite {
			out.Set(name, coalesce(added, have, out.Rows))
		} else {
			out.Set(name, coalesce(have, added, out.Rows))
		}
	}
	return out
}

// prefixed names all fields by their side. Choice: Splunk's own fields stay those of
// the rows, without a prefix.
func (j *joiner) prefixed(b *batch.Batch, right []int32) *batch.Batch {
	b.Load()
	out := &batch.Batch{Rows: b.Rows, Places: b.Places, From: b.From}
	for i, name := range b.Names {
		if batch.Internal(name) {
			out.Set(name, b.Cols[i])
		} else {
			out.Set(j.node.left+"."+name, b.Cols[i])
		}
	}
	for i, name := range j.sub.Names {
		if !batch.Internal(name) {
			out.Set(j.node.right+"."+name, j.sub.Cols[i].Take(right))
		}
	}
	return out
}

func (*joiner) Flush(engine.Emit) error { return nil }
