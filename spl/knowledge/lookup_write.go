package knowledge

import (
	"fmt"
	"slices"
	"strings"

	"spl/eval/batch"
)

// What outputlookup makes of rows and of the table that is there (commands
// outputlookup).

// Gather makes a table of rows, with these columns. It keeps nothing of the batches.
func Gather(fields []string, rows []*batch.Batch) *Table {
	b := &tableBuilder{}
	for _, f := range fields {
		b.column(f)
	}
	for _, in := range rows {
		b.addAll(fields, func(f string) *batch.Column { return in.Col(f) }, in.Rows)
	}
	return b.table()
}

// addAll adds rows, their texts copied.
func (b *tableBuilder) addAll(fields []string, col func(string) *batch.Column, rows int) {
	cols := make([]*batch.Column, len(fields))
	at := make([]int, len(fields))
	for i, f := range fields {
		cols[i], at[i] = col(f), b.column(f)
	}
	for r := range rows {
		for i, c := range cols {
			b.set(at[i], copiedTexts(c.Values(r))...)
		}
		b.rows++
	}
}

// copiedTexts are values that hold on to nothing else; an empty text is no value in a
// table.
func copiedTexts(vals []string) []string {
	if len(vals) == 1 && vals[0] == "" {
		return nil
	}
	out := make([]string, len(vals))
	for i, v := range vals {
		out[i] = strings.Clone(v)
	}
	return out
}

// Append is the table with rows behind its own. Columns that it does not have are
// dropped; a table without any takes those of the rows.
func (t *Table) Append(rows *Table) *Table {
	if len(t.Fields) == 0 {
		return rows
	}
	b := &tableBuilder{}
	b.addAll(t.Fields, t.Col, t.Rows)
	b.addAll(t.Fields, rows.Col, rows.Rows)
	return b.table()
}

// Upsert is a collection with rows added. A row's key is its value of the key field,
// else its _key, else a new one; now, in seconds since the epoch, goes into new keys.
// A row whose key is there takes the place of the one that has it, unless updates are
// not allowed. fields are the columns that the collection may have; none: any.
func (t *Table) Upsert(rows *Table, key string, fields []string, update bool, now int64) *Table {
	if key == "" {
		key = keyField
	}
	fields = slices.Clone(fields)
	if len(fields) == 0 {
		fields = slices.Concat(t.Fields, rows.Fields)
	}
	fields = slices.DeleteFunc(fields, func(f string) bool { return f == keyField })
	var order []keyedRow
	at := map[string]int{}
	put := func(from *Table, row int, k string) {
		i, there := at[k]
		switch {
		case !there:
			at[k] = len(order)
			order = append(order, keyedRow{from, row, k})
		case update:
			order[i] = keyedRow{from, row, k}
		}
	}
	next := 0
	fresh := func() string {
		for {
			k := NewKey(now, next)
			next++
			if _, there := at[k]; !there {
				return k
			}
		}
	}
	for r := range t.Rows {
		k, _ := t.Col(keyField).First(r)
		put(t, r, k)
	}
	for r := range rows.Rows {
		k, ok := rows.Col(key).First(r)
		if !ok {
			k = fresh()
		}
		put(rows, r, k)
	}
	return keyedTable(order, fields)
}

// keyedRow is a row of one of two tables and its key.
type keyedRow struct {
	from *Table
	row  int
	key  string
}

func keyedTable(order []keyedRow, fields []string) *Table {
	b := &tableBuilder{}
	for _, f := range fields {
		b.column(f)
	}
	at := b.column(keyField)
	for _, o := range order {
		for _, f := range fields {
			b.set(b.column(f), copiedTexts(o.from.Col(f).Values(o.row))...)
		}
		b.set(at, strings.Clone(o.key))
		b.rows++
	}
	return b.table()
}

// RemarksOf are the remarks on the table's file, which a search calls by this name.
func (t *Table) RemarksOf(name string) []string {
	var out []string
	for _, r := range t.Remarks {
		out = append(out, fmt.Sprintf("the lookup table '%s', line %d: %s", name, r.Line, r.Text))
	}
	return out
}
