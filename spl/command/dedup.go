package command

import (
	"slices"
	"strconv"
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
	"spl/spl/spill"
)

var dedupCommand = Command{
	Name:    "dedup",
	Kind:    DatasetProcessing,
	Summary: "Keeps the first rows of each combination of values.",
	Usage:   "dedup [<n>] <field-list> [keepevents=<bool>] [keepempty=<bool>] [consecutive=<bool>] [sortby <sort-fields>]",
	Options: []Option{
		{"keepevents", Bool, "false", "keep all rows, but remove the fields from repeats"},
		{"keepempty", Bool, "false", "keep rows that lack one of the fields"},
		{"consecutive", Bool, "false", "remove only repeats that follow one another"},
		{"limit", Int, "1", "how many rows to keep of each combination"},
	},
	Parse: parseDedup,
}

type (
	dedupTree struct {
		Args   []*dedupArg `parser:"( ','* (?! 'sortby':Word) @@ )* ','*"`
		Sortby *sortKeys   `parser:"( 'sortby':Word @@ )?"`
		After  []*option   `parser:"@@*"`
	}
	dedupArg struct {
		Option *option      `parser:"  @@"`
		Field  *parser.Name `parser:"| @@"`
	}
)

var dedupGrammar = parser.NewGrammar[dedupTree](parser.NameTokens, "dedup src, dest sortby -_time")

type dedupNode struct {
	n     int
	names []string
	opts  *options
	sort  *sortNode // nil: none
}

func parseDedup(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := dedupGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &dedupNode{n: 1}
	opts := tree.After
	var errs source.Errors
	for i, x := range tree.Args {
		if x.Option != nil {
			opts = append(opts, x.Option)
			continue
		}
		if v, err := strconv.Atoi(x.Field.Text); err == nil && i == 0 && len(tree.Args) > 1 && x.Field.Bare() {
			if n.n = v; v < 1 {
				errs = append(errs, source.Errorf(source.Syntax, x.Field.Span, "`dedup` must keep at least one row of each combination").WithHelp("for example: dedup 1 src, or dedup src alone"))
			}
			continue
		}
		n.names = append(n.names, x.Field.Text)
	}
	n.opts = checkOptions(c, opts)
	errs = append(errs, n.opts.errs...)
	n.n = n.opts.int("limit", n.n)
	if len(n.names) == 0 {
		errs = append(errs, source.Errorf(source.Syntax, source.At(a.Base), "`dedup` needs the names of fields").WithHelp("for example: dedup src, dest"))
	}
	if tree.Sortby != nil {
		n.sort = newSort(tree.Sortby, -1)
	}
	return n, errs
}

func (n *dedupNode) String() string {
	s := strconv.Itoa(n.n) + " " + nameList(n.names)
	for _, o := range n.opts.list {
		if o.Key.Text != "limit" {
			s += " " + o.String()
		}
	}
	if n.sort != nil {
		s += " sortby " + n.sort.keysString()
	}
	return s
}

func (n *dedupNode) Plan(*Planning) *engine.Plan {
	p := &engine.Plan{
		Wants: engine.Order,
		Makes: n.sort != nil,
		Reads: func(wanted batch.Fields) batch.Fields {
			wanted = wanted.Add(n.names...)
			if n.sort != nil {
				wanted = wanted.Add(n.sort.fields()...)
			}
			return wanted
		},
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			d := newDedup(n, c, 0)
			if n.sort == nil {
				return d, nil
			}
			return &sortFirst{sort: newSorter(n.sort, c), then: d}, nil
		},
	}
	if n.thins() {
		p.Thins, p.Transient = true, true
		p.Map = engine.Streaming(func(*engine.Context) (engine.MapFunc, error) {
			t := thinning{names: n.names}
			return func(b *batch.Batch) (*batch.Batch, error) { return t.apply(b), nil }, nil
		})
	}
	return p
}

// dedup counts the combinations it has seen. When they take too much memory it takes no
// new ones: a row with another combination is put aside, into one of several parts by
// the hash of it. In the end each part is gone through by itself, and the rows that are
// kept come together in order.
type dedup struct {
	node                               *dedupNode
	ctx                                *engine.Context
	keepEvents, keepEmpty, consecutive bool
	seen                               batch.Dict
	kept                               []int // rows of each of seen
	share                              *spill.Share
	last                               string
	count                              int // of the last key, for consecutive

	depth int
	at    int64        // the position of the next row
	parts *spill.Parts // nil: all combinations are in memory
}

func newDedup(n *dedupNode, c *engine.Context, depth int) *dedup {
	return &dedup{
		node: n, ctx: c, share: c.Budget.Share("`dedup`"), depth: depth,
		keepEvents: n.opts.bool("keepevents", false), keepEmpty: n.opts.bool("keepempty", false), consecutive: n.opts.bool("consecutive", false),
	}
}

func (d *dedup) Push(b *batch.Batch, emit engine.Emit) error {
	return d.push(spill.Numbered(b, &d.at), func(p spill.Positioned) error { return emit(p.Batch) })
}

// push takes rows with their positions and passes on those that are kept.
func (d *dedup) push(b spill.Positioned, emit func(spill.Positioned) error) error {
	cols := columnsNamed(b.Batch, d.node.names)
	var rows, repeats, aside []int32
	var hashes []uint64
	var key []byte
	for r := range b.Rows {
		var ok bool
		if key, ok = rowKey(key[:0], cols, r); !ok {
			if d.keepEmpty {
				rows = append(rows, int32(r))
			}
			continue
		}
		first, known, err := d.first(key)
		if err != nil {
			return err
		}
		switch {
		case !known:
			aside, hashes = append(aside, int32(r)), append(hashes, spill.Hash(key))
			continue
		case first || d.keepEvents:
			rows = append(rows, int32(r))
		}
		if !first {
			repeats = append(repeats, int32(r))
		}
	}
	if len(aside) > 0 {
		if err := d.parts.Add(b, aside, hashes); err != nil {
			return err
		}
	}
	out := b.Pick(rows)
	if out.Rows == 0 {
		return nil
	}
	if d.keepEvents && len(repeats) > 0 {
		out.Batch = d.blank(out.Batch, rows, repeats)
	}
	if d.parts != nil {
		return d.parts.Keep(out) // others may come before
	}
	return emit(out)
}

// first counts a key and says whether its row is still to be kept; known is false for
// one that there is no room for.
func (d *dedup) first(key []byte) (first, known bool, err error) {
	if d.consecutive {
		if string(key) != d.last {
			d.last, d.count = string(key), 0
		}
		d.count++
		return d.count <= d.node.n, true, nil
	}
	id, known := d.seen.Key(key, d.parts == nil)
	if !known {
		if id < 0 {
			return false, false, nil
		}
		d.kept = append(d.kept, 0)
		full, err := d.share.Take(int64(len(key)) + 64)
		if err != nil {
			return false, false, err
		}
		if full && spill.CanDivide(d.depth) {
			if d.parts, err = d.ctx.Budget.NewParts(d.depth); err != nil {
				return false, false, err
			}
		}
	}
	if d.kept[id] == d.node.n {
		return false, true, nil
	}
	d.kept[id]++
	return true, true, nil
}

// blank removes the fields from the repeats.
func (d *dedup) blank(out *batch.Batch, rows, repeats []int32) *batch.Batch {
	out = out.Clone()
	take := make([]int32, len(rows))
	for i, r := range rows {
		take[i] = int32(i)
		if _, repeat := slices.BinarySearch(repeats, r); repeat {
			take[i] = -1
		}
	}
	for _, n := range d.node.names {
		out.Set(n, out.Col(n).Take(take))
	}
	return out
}

func (d *dedup) Flush(emit engine.Emit) error {
	return d.flush(func(p spill.Positioned) error { return emit(p.Batch) })
}

// flush goes through the rows that were put aside.
func (d *dedup) flush(emit func(spill.Positioned) error) error {
	d.seen, d.kept = batch.Dict{}, nil
	d.share.Empty()
	if d.parts == nil {
		return nil
	}
	if err := d.parts.Next(); err != nil {
		return err
	}
	err := d.parts.Each(func(_ int, r *spill.Run) error {
		part := newDedup(d.node, d.ctx, d.depth+1)
		err := r.Each(func(p spill.Positioned) error {
			if err := d.ctx.Err(); err != nil {
				return err
			}
			return part.push(p, d.parts.Keep)
		})
		if err == nil {
			err = part.flush(d.parts.Keep)
		}
		if err != nil {
			return err
		}
		return d.parts.Next()
	})
	if err != nil {
		return err
	}
	return d.parts.Merged(d.ctx, emit)
}

// rowKey appends a row's values in some columns so that different values give
// different keys. ok is false when one of them is NULL.
func rowKey(key []byte, cols []*batch.Column, row int) (_ []byte, ok bool) {
	for _, c := range cols {
		vals := c.Values(row)
		if len(vals) == 0 {
			return key, false
		}
		for i, v := range vals {
			if i > 0 {
				key = append(key, 1)
			}
			key = appendKey(key, v)
		}
		key = append(key, 0)
	}
	return key, true
}

// appendKey appends a value with the bytes that rowKey uses between values escaped.
func appendKey(key []byte, v string) []byte {
	if strings.IndexByte(v, 0) < 0 && strings.IndexByte(v, 1) < 0 && strings.IndexByte(v, 2) < 0 {
		return append(key, v...)
	}
	for i := range len(v) {
		if v[i] <= 2 {
			key = append(key, 2)
		}
		key = append(key, v[i]+3*b2i(v[i] <= 2))
	}
	return key
}

func b2i(b bool) byte {
	if b {
		return 1
	}
	return 0
}
