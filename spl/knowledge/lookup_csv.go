package knowledge

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"spl/eval/batch"
)

// Limits on a table, so that no file can exhaust the memory.
const (
	maxTableBytes = 512 << 20 // of text, once unpacked
	maxColumns    = 10_000
	maxCells      = 1 << 28 // rows times columns
)

const mvPrefix = "__mv_"

// csvReader cuts a text into records (RFC 4180). A quote inside a cell that does not
// begin with one is an ordinary character, and so is what follows a closing quote.
type csvReader struct {
	text string
	line int // of the record to come
	open int // the line of a quote that was never closed; 0: none
}

// next reads a record into cells, which it may use again. ok is false at the end.
// Empty lines are passed over.
func (r *csvReader) next(cells []string) (_ []string, line int, ok bool) {
	for strings.HasPrefix(r.text, "\n") || strings.HasPrefix(r.text, "\r\n") {
		r.text = r.text[strings.IndexByte(r.text, '\n')+1:]
		r.line++
	}
	if r.text == "" {
		return nil, r.line, false
	}
	line = r.line
	for cells = cells[:0]; ; {
		v, end := r.cell()
		cells = append(cells, v)
		if end {
			return cells, line, true
		}
	}
}

// cell reads a cell and what ends it: a comma, or the end of the record. Choice: spaces
// before a cell do not count, unless they stand in quotes; published searches of tables
// that have them rely on it.
func (r *csvReader) cell() (v string, end bool) {
	r.text = strings.TrimLeft(r.text, " ")
	quoted := strings.HasPrefix(r.text, `"`)
	if quoted {
		v = r.quoted()
	}
	i := strings.IndexAny(r.text, ",\n")
	rest := r.text
	if i >= 0 {
		rest, end = r.text[:i], r.text[i] == '\n'
		r.text = r.text[i+1:]
	} else {
		r.text, end = "", true
	}
	if end {
		r.line++
		rest = strings.TrimSuffix(rest, "\r")
	}
	if quoted && rest == "" {
		return v, end
	}
	return v + rest, end
}

// quoted reads up to the closing quote and takes it off the text. Quotes within are
// written twice.
func (r *csvReader) quoted() string {
	end, twice := 1, false
	for {
		n := strings.IndexByte(r.text[end:], '"')
		if n < 0 {
			v := r.text[1:]
			r.open = r.line
			r.line += strings.Count(v, "\n")
			r.text = ""
			return undouble(v, twice)
		}
		end += n
		if end+1 >= len(r.text) || r.text[end+1] != '"' {
			break
		}
		end += 2
		twice = true
	}
	v := r.text[1:end]
	r.line += strings.Count(v, "\n")
	r.text = r.text[end+1:]
	return undouble(v, twice)
}

func undouble(v string, twice bool) string {
	if twice {
		return strings.ReplaceAll(v, `""`, `"`)
	}
	return v
}

// parseCSV reads a table. The first record names the columns. A record with more or
// fewer cells than that is read as far as it goes, and remarked on.
func parseCSV(text string) (*Table, error) {
	r := &csvReader{text: strings.TrimPrefix(text, "\ufeff"), line: 1}
	b := &tableBuilder{}
	head, _, ok := r.next(nil)
	if !ok {
		return &Table{}, nil
	}
	if len(head) > maxColumns {
		return nil, fmt.Errorf("it has %d columns; at most %d are read", len(head), maxColumns)
	}
	h := newCSVHeader(b, head)
	var cells []string
	for {
		var line int
		if cells, line, ok = r.next(cells); !ok {
			break
		}
		if len(cells) != h.width {
			h.odd(line, len(cells))
		}
		h.row(b, cells)
		if b.rows++; b.rows > maxCells/len(head) {
			return nil, fmt.Errorf("it has more than %d cells", maxCells)
		}
	}
	t := b.table()
	t.Remarks = h.remarks
	if h.oddRows > 0 {
		t.Remarks = append(t.Remarks, Remark{h.oddLine, h.ragged()})
	}
	if r.open > 0 {
		t.Remarks = append(t.Remarks, Remark{r.open, "a quote is opened and never closed"})
	}
	return t, nil
}

// csvHeader is what the first record of a file says.
type csvHeader struct {
	width    int
	cols     []int // of each cell its column; -1: none
	multi    []int // of each cell, the cell that holds its several values; -1: none
	remarks  []Remark
	oddRows  int
	oddLine  int // of the first
	oddCells int
}

func newCSVHeader(b *tableBuilder, names []string) *csvHeader {
	h := &csvHeader{width: len(names), cols: make([]int, len(names)), multi: make([]int, len(names))}
	at := map[string]int{}
	for i, n := range names {
		// Choice: nor do spaces behind a name.
		n = strings.TrimSpace(n)
		names[i], h.cols[i], h.multi[i] = n, -1, -1
		_, again := at[n]
		switch {
		case n == "" || again:
			h.remarks = append(h.remarks, Remark{1, fmt.Sprintf("column %d is left out: its name %q is empty or that of another", i+1, n)})
		case strings.HasPrefix(n, mvPrefix):
			at[n] = i
		default:
			at[n] = i
			h.cols[i] = b.column(strings.Clone(n))
		}
	}
	for i, n := range names {
		if j, ok := at[mvPrefix+n]; ok && h.cols[i] >= 0 {
			h.multi[i] = j
		}
	}
	return h
}

// ragged words the remark on odd rows.
func (h *csvHeader) ragged() string {
	more := ""
	if h.oddRows > 1 {
		more = fmt.Sprintf(", and %d rows in all do not fit", h.oddRows)
	}
	return fmt.Sprintf("this row has %d of the header's %d cells%s; what is missing is empty, what is too much is left out", h.oddCells, h.width, more)
}

func (h *csvHeader) odd(line, cells int) {
	if h.oddRows++; h.oddRows == 1 {
		h.oddLine, h.oddCells = line, cells
	}
}

// row adds a record. An empty cell is no value.
func (h *csvHeader) row(b *tableBuilder, cells []string) {
	for i, v := range cells {
		if i >= h.width {
			return
		}
		col := h.cols[i]
		if col < 0 {
			continue
		}
		if m := h.multi[i]; m >= 0 && m < len(cells) && cells[m] != "" {
			if vals, ok := mvValues(cells[m]); ok && len(vals) > 1 {
				b.set(col, vals...)
				continue
			}
		}
		if v != "" {
			b.set(col, v)
		}
	}
}

// WriteCSV writes the table as outputlookup does: several values of a cell stand on
// lines of their own in one quoted cell; with multi, in a hidden column __mv_ too,
// so that they can be read back (output_format=splunk_mv_csv).
func (t *Table) WriteCSV(w io.Writer, multi bool) error {
	out := bufio.NewWriter(w)
	names := t.Fields
	cols := t.cols
	if multi {
		for _, f := range t.Fields {
			names = append(names[:len(names):len(names)], mvPrefix+f)
		}
	}
	writeRecord(out, len(names), func(i int) string { return names[i] })
	for r := range t.Rows {
		writeRecord(out, len(names), func(i int) string {
			if i >= len(cols) {
				if c := cols[i-len(cols)]; c.Count(r) > 1 {
					return mvCell(c.Values(r))
				}
				return ""
			}
			return cellText(cols[i], r)
		})
	}
	return out.Flush()
}

func cellText(c *batch.Column, row int) string {
	if c.Count(row) < 2 {
		v, _ := c.First(row)
		return v
	}
	return strings.Join(c.Values(row), "\n")
}

func writeRecord(w *bufio.Writer, n int, cell func(int) string) {
	if n == 0 {
		return
	}
	for i := range n {
		if i > 0 {
			w.WriteByte(',') //nolint:errcheck // Flush tells
		}
		v := cell(i)
		if n == 1 && v == "" || strings.ContainsAny(v, ",\"\r\n") || strings.HasPrefix(v, " ") || i == 0 && strings.HasPrefix(v, "\ufeff") {
			v = `"` + strings.ReplaceAll(v, `"`, `""`) + `"`
		}
		w.WriteString(v) //nolint:errcheck // Flush tells
	}
	w.WriteByte('\n') //nolint:errcheck // Flush tells
}

var errTooLarge = errors.New("it is too large for a lookup table")
