package command

import (
	"strings"

	"spl/eval/batch"
)

// The rows of tstats prestats=true: the BY fields by their own names, and a column
// for the state of each call, by which stats, chart and timechart know them. Rows of
// several such commands may be mixed; where a row lacks a call it adds nothing to it.
const prestatsCall = "psrsvd_pre_"

// prestatsColumn is the column of a call's state.
func prestatsColumn(c *call) string {
	if !c.arg {
		return prestatsCall + c.fn.Name
	}
	return prestatsCall + c.fn.Name + "(" + c.field + ")"
}

// isPrestats says whether a batch has such rows.
func isPrestats(b *batch.Batch) bool {
	for _, n := range b.Names {
		if strings.HasPrefix(n, prestatsCall) {
			return true
		}
	}
	return false
}

// foldPrestats folds rows in that hold states of calls rather than values.
func (a *aggregator) foldPrestats(b *batch.Batch, rows, ids []int32) {
	for i, c := range a.calls {
		col := b.Col(prestatsColumn(c))
		if c.run != nil || c.wild() || col == nil {
			continue
		}
		acc := a.acc(i, "")
		for j, r := range rows {
			if err := acc.Merge(ids[j], col.Values(int(r))); err != nil {
				a.ctx.Notices.Add("prestats", "a row of prestats results cannot be read: "+err.Error(), 1)
			}
		}
	}
}
