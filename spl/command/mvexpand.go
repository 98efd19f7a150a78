package command

import (
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var mvexpandCommand = Command{
	Name:    "mvexpand",
	Kind:    DistributableStreaming,
	Summary: "Makes a row of each value of a field.",
	Usage:   "mvexpand <field> [limit=<int>]",
	Options: []Option{{"limit", Int, "0", "how many values of a row to take; 0 all"}},
	Parse:   parseMvexpand,
}

var mvexpandGrammar = parser.NewGrammar[argList](parser.NameTokens, "mvexpand user")

type mvexpandNode struct {
	field string
	limit int
}

func parseMvexpand(c *Command, a *parser.Args) (Node, source.Errors) {
	field, o, errs := oneField(c, a, mvexpandGrammar, "")
	return &mvexpandNode{field, max(o.int("limit", 0), 0)}, errs
}

func (n *mvexpandNode) String() string {
	s := parser.Word(n.field)
	if n.limit > 0 {
		o := option{Key: parser.Name{Text: "limit"}, Value: number(n.limit)}
		s += " " + o.String()
	}
	return s
}

func (n *mvexpandNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Reads:     func(wanted batch.Fields) batch.Fields { return wanted.Add(n.field) },
		Transient: true,
		Map: func(c *engine.Context) (engine.Operator, error) {
			return &mvexpand{node: n, ctx: c}, nil
		},
	}
}

// mvexpand emits the rows in batches of the usual size, since one row may become
// many.
type mvexpand struct {
	node *mvexpandNode
	ctx  *engine.Context
	subs subPlaces
	rows []int32
	bl   batch.Builder
}

// expandedRows is how many rows a batch holds that is made of fewer.
const expandedRows = 1024

func (m *mvexpand) Push(b *batch.Batch, emit engine.Emit) error {
	col := b.Col(m.node.field)
	if col.Single() || !col.Any() {
		return emit(m.subs.number(b))
	}
	m.bl = b.Slabs.Builder(expandedRows)
	for r := range b.Rows {
		vals := col.Values(r)
		if m.node.limit > 0 && len(vals) > m.node.limit {
			vals = vals[:m.node.limit]
		}
		if len(vals) == 0 { // a row without the field stays as it is
			m.rows = append(m.rows, int32(r))
			m.bl.Null()
		}
		for _, v := range vals {
			m.rows = append(m.rows, int32(r))
			m.bl.String(v)
			if len(m.rows) >= expandedRows {
				if err := m.emit(b, emit); err != nil {
					return err
				}
			}
		}
	}
	return m.emit(b, emit)
}

func (m *mvexpand) emit(b *batch.Batch, emit engine.Emit) error {
	if len(m.rows) == 0 {
		return nil
	}
	if err := m.ctx.Err(); err != nil {
		return err
	}
	others := b.Clone()
	i := others.Index(m.node.field)
	others.Cols[i] = nil // it keeps its place
	out := others.Take(m.rows)
	out.Cols[i] = m.bl.Column()
	m.rows, m.bl = m.rows[:0], b.Slabs.Builder(expandedRows)
	return emit(m.subs.number(out))
}

func (*mvexpand) Flush(engine.Emit) error { return nil }

// subPlaces gives rows that were made of one their order among themselves. All rows
// of an event come through one worker, one after the other.
type subPlaces struct {
	last batch.Place
	any  bool
}

// number gives the batch with places that ascend.
func (s *subPlaces) number(b *batch.Batch) *batch.Batch {
	if b.Places == nil && (!s.any || b.Rows == 0 || !sameEvent(s.last, b.Place(0))) {
		if b.Rows > 0 {
			s.last, s.any = b.Place(b.Rows-1), true
		}
		return b // each row has a position of its own
	}
	out := b.Clone()
	out.Places = make([]batch.Place, b.Rows)
	for r := range b.Rows {
		p := b.Place(r)
		if s.any && sameEvent(s.last, p) {
			p.Sub = s.last.Sub + 1
		} else {
			p.Sub = 0
		}
		out.Places[r], s.last, s.any = p, p, true
	}
	return out
}

func sameEvent(a, b batch.Place) bool { return a.Time == b.Time && a.Seq == b.Seq }
