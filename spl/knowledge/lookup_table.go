package knowledge

import (
	"fmt"
	"slices"
	"strings"

	"spl/eval/batch"
)

// Table is a lookup table in memory. It does not change and may be shared.
type Table struct {
	Fields []string // the columns, in the order of the file
	Rows   int
	// Remarks say what was wrong with the file and was read all the same.
	Remarks []Remark

	cols []*batch.Column // beside Fields
}

// Remark is something odd in a table's file.
type Remark struct {
	Line int // where it first is
	Text string
}

// Has says whether the table has a column.
func (t *Table) Has(field string) bool { return slices.Contains(t.Fields, field) }

// Col is a column; nil, which has no value in any row, where there is none of that
// name. An empty cell is no value.
func (t *Table) Col(field string) *batch.Column {
	if i := slices.Index(t.Fields, field); i >= 0 {
		return t.cols[i]
	}
	return nil
}

// tableBatch is how many rows of a table make a batch.
const tableBatch = 1024

// Batches gives rows of the table from one on, before another, as batches.
func (t *Table) Batches(from, to int) []*batch.Batch {
	var out []*batch.Batch
	for from, to = max(0, from), min(to, t.Rows); from < to; from += tableBatch {
		rows := make([]int32, min(tableBatch, to-from))
		for i := range rows {
			rows[i] = int32(from + i)
		}
		out = append(out, t.batch(rows))
	}
	return out
}

func (t *Table) batch(rows []int32) *batch.Batch {
	b := batch.New(len(rows))
	for i, f := range t.Fields {
		b.Set(f, t.cols[i].Take(rows))
	}
	return b
}

// take is the table with only these rows.
func (t *Table) take(rows []int32) *Table {
	out := &Table{Fields: t.Fields, Rows: len(rows), Remarks: t.Remarks}
	for _, c := range t.cols {
		out.cols = append(out.cols, c.Take(rows))
	}
	return out
}

// with is the table with these columns first, empty where it had none, and those
// beside them that are Splunk's own.
func (t *Table) with(fields []string) *Table {
	out := &Table{Rows: t.Rows, Remarks: t.Remarks}
	for _, f := range fields {
		if !out.Has(f) {
			out.Fields = append(out.Fields, f)
			out.cols = append(out.cols, t.Col(f))
		}
	}
	for i, f := range t.Fields {
		if batch.Internal(f) && !out.Has(f) {
			out.Fields = append(out.Fields, f)
			out.cols = append(out.cols, t.cols[i])
		}
	}
	return out
}

// keyed is the table of a collection, in which every row has a key.
func (t *Table) keyed() *Table {
	if t.Has(keyField) {
		return t
	}
	keys := make([]string, t.Rows)
	for i := range keys {
		keys[i] = NewKey(0, i)
	}
	return &Table{
		Fields: append(slices.Clone(t.Fields), keyField), cols: append(slices.Clone(t.cols), batch.Strings(keys)),
		Rows: t.Rows, Remarks: t.Remarks,
	}
}

// keyField is the hidden column of a collection that tells its rows apart.
const keyField = "_key"

// NewKey makes the key of the n-th row that a collection got in a second since the
// epoch: 24 hexadecimal digits, as Splunk's have.
func NewKey(second int64, n int) string { return fmt.Sprintf("%08x%016x", uint32(second), n+1) }

// tableBuilder gathers a table row by row.
type tableBuilder struct {
	fields []string
	at     map[string]int
	cols   []batch.Builder
	rows   int
}

func (b *tableBuilder) column(name string) int {
	if i, ok := b.at[name]; ok {
		return i
	}
	if b.at == nil {
		b.at = map[string]int{}
	}
	b.at[name] = len(b.fields)
	b.fields = append(b.fields, name)
	b.cols = append(b.cols, batch.Builder{})
	return len(b.fields) - 1
}

// set gives the row under way its values in a column.
func (b *tableBuilder) set(col int, vals ...string) {
	c := &b.cols[col]
	if c.Rows() > b.rows || len(vals) == 0 {
		return
	}
	c.PadTo(b.rows)
	c.Append(vals...)
}

func (b *tableBuilder) table() *Table {
	t := &Table{Fields: b.fields, Rows: b.rows}
	for i := range b.cols {
		if !b.cols[i].Any() {
			t.cols = append(t.cols, nil)
			continue
		}
		b.cols[i].PadTo(b.rows)
		t.cols = append(t.cols, b.cols[i].Column())
	}
	return t
}

// mvValues reads a hidden __mv_ cell: $a$;$b$ is a and b, and $$ within is one $.
// ok is false when it is not of that form.
func mvValues(s string) (vals []string, ok bool) {
	for {
		if len(s) < 2 || s[0] != '$' {
			return nil, false
		}
		var v strings.Builder
		i := 1
		for ; i < len(s); i++ {
			if s[i] == '$' {
				if i+1 >= len(s) || s[i+1] != '$' {
					break
				}
				i++
			}
			v.WriteByte(s[i])
		}
		if i >= len(s) {
			return nil, false
		}
		vals = append(vals, v.String())
		if s = s[i+1:]; s == "" {
			return vals, true
		}
		if s[0] != ';' {
			return nil, false
		}
		s = s[1:]
	}
}

// mvCell writes values as mvValues reads them.
func mvCell(vals []string) string {
	var b strings.Builder
	for i, v := range vals {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteByte('$')
		b.WriteString(strings.ReplaceAll(v, "$", "$$"))
		b.WriteByte('$')
	}
	return b.String()
}
