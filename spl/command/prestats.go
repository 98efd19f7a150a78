package command

import (
	"slices"
	"strings"

	"spl/eval/batch"
	"spl/spl/engine"
)

// The rows of tstats prestats=true, and of sistats and its like: the BY fields by their own names, and a column
// for the state of each call, by which stats, chart and timechart know them. Rows of
// several such commands may be mixed; where a row lacks a call it adds nothing to it.
const prestatsCall = "psrsvd_pre_"

// prestatsColumn is the column of a call's state, for one of the fields that its
// wildcard stands for.
func prestatsColumn(c *call, field string) string {
	switch {
	case c.run != nil:
		return prestatsCall + c.fn.Name + "(eval(" + c.expr.String() + "))"
	case !c.arg:
		return prestatsCall + c.fn.Name
	case c.wild():
		return prestatsCall + c.fn.Name + "(" + field + ")"
	}
	return prestatsCall + c.fn.Name + "(" + c.field + ")"
}

// prestats gives the state of each group, with its BY values under these names.
func (s *statsReduce) prestats(by []string, emit engine.Emit) error {
	return s.sorted(func(a *aggregator, order []int32) error { return a.prestats(by, order, emit) })
}

func (a *aggregator) prestats(by []string, order []int32, emit engine.Emit) error {
	rows := a.page()
	for len(order) > 0 {
		ids := order[:min(rows, len(order))]
		order = order[len(ids):]
		out := batch.New(len(ids))
		for i, name := range by {
			var bl batch.Builder
			for _, id := range ids {
				if v := a.groups.value(id, i); v != nullKey {
					bl.String(v)
				} else {
					bl.Null() // the column of a chart for rows without the field
				}
			}
			out.Set(name, bl.Column())
		}
		for i, c := range a.calls {
			for _, field := range sortedKeys(a.accs[i]) {
				var bl batch.Builder
				bl.Grow(len(ids))
				for _, id := range ids {
					bl.Append(a.accs[i][field].Partial(id)...)
				}
				out.Set(prestatsColumn(c, field), bl.Column())
			}
		}
		if err := emit(out); err != nil {
			return err
		}
	}
	return nil
}

// foldPrestats folds rows in that hold states of calls rather than values. It gives the
// others, and says whether these were all.
func (a *aggregator) foldPrestats(b *batch.Batch, rows, ids []int32) (plain, plainIDs []int32, all bool) {
	var states []*batch.Column
	for _, n := range b.Names {
		if strings.HasPrefix(n, prestatsCall) {
			states = append(states, b.Col(n))
		}
	}
	if len(states) == 0 {
		return rows, ids, false
	}
	var held, heldIDs []int32
	for i, r := range rows {
		if slices.ContainsFunc(states, func(c *batch.Column) bool { return c.Count(int(r)) > 0 }) {
			held, heldIDs = append(held, r), append(heldIDs, ids[i])
		} else {
			plain, plainIDs = append(plain, r), append(plainIDs, ids[i])
		}
	}
	a.foldStates(b, held, heldIDs)
	return plain, plainIDs, len(plain) == 0
}

func (a *aggregator) foldStates(b *batch.Batch, rows, ids []int32) {
	for i, c := range a.calls {
		if c.wild() {
			front := prestatsCall + c.fn.Name + "("
			for _, name := range b.Names {
				field, ok := strings.CutPrefix(name, front)
				if field, ok2 := strings.CutSuffix(field, ")"); ok && ok2 && batch.MatchName(c.field, field) {
					a.mergePrestats(i, field, b.Col(name), rows, ids)
				}
			}
			continue
		}
		a.mergePrestats(i, "", b.Col(prestatsColumn(c, "")), rows, ids)
	}
}

func (a *aggregator) mergePrestats(i int, field string, col *batch.Column, rows, ids []int32) {
	if !col.Any() {
		return
	}
	acc := a.acc(i, field)
	for j, r := range rows {
		if err := acc.Merge(ids[j], col.Values(int(r))); err != nil {
			a.ctx.Notices.Add("prestats", "a row of prestats results cannot be read: "+err.Error(), 1)
		}
	}
}
