// Package batch holds rows in columns: the form in which everything between the
// reader of a file and the writer of a result passes rows on.
//
// A [Batch] is some 1,000 rows; a [Column] is one field of them. A field has no
// value in a row (NULL), one, or several (a multivalue), and every value is text:
// that is Splunk's event model (an event is a bag of field names, each with a list
// of strings). Numbers are parsed when somebody asks, once a column, and kept.
//
// Batches and columns are never changed after they were handed on. A column may be
// shared by many batches.
package batch

import (
	"math"
	"slices"
	"strings"
	"sync/atomic"
)

// Column is one field over the rows of a batch. The nil Column is legal and NULL
// in every row.
type Column struct {
	rows int
	vals []string // one row after the other
	off  []int32  // row r has vals[off[r]:off[r+1]]; nil: one value a row
	same bool     // every row has exactly vals[0]
	nums atomic.Pointer[[]float64]

	slabs *Slabs // where its memory is; nil: the heap
}

// Strings makes a column with exactly one value in each row. It keeps vals.
func Strings(vals []string) *Column { return &Column{rows: len(vals), vals: vals} }

// Numbers is Strings where it is known which number each value is, by [ParseNumber]. It
// keeps both.
func Numbers(vals []string, nums []float64) *Column {
	c := Strings(vals)
	c.nums.Store(&nums)
	return c
}

// Constant makes a column that has the same one value in all of n rows.
func Constant(val string, n int) *Column {
	return &Column{rows: n, vals: []string{val}, same: true}
}

// Multi makes a column from all values and the offsets of each row's first, with
// one more offset at the end: row r has vals[off[r]:off[r+1]]. It keeps both slices.
func Multi(vals []string, off []int32) *Column {
	return &Column{rows: len(off) - 1, vals: vals, off: off}
}

// Count is the number of values in a row; 0 means NULL.
func (c *Column) Count(row int) int {
	switch {
	case c == nil:
		return 0
	case c.off == nil:
		return 1
	}
	return int(c.off[row+1] - c.off[row])
}

// First is a row's first value, and whether it has any.
func (c *Column) First(row int) (string, bool) {
	switch {
	case c == nil:
		return "", false
	case c.same:
		return c.vals[0], true
	case c.off == nil:
		return c.vals[row], true
	case c.off[row] == c.off[row+1]:
		return "", false
	}
	return c.vals[c.off[row]], true
}

// Values are a row's values. The caller must not change them.
func (c *Column) Values(row int) []string {
	switch {
	case c == nil:
		return nil
	case c.same:
		return c.vals[:1:1]
	case c.off == nil:
		return c.vals[row : row+1 : row+1]
	}
	return c.vals[c.off[row]:c.off[row+1]:c.off[row+1]]
}

// Number is a row's first value as a number, and whether it is one (see
// [ParseNumber]). The whole column is parsed at the first call.
func (c *Column) Number(row int) (float64, bool) {
	if c == nil {
		return 0, false
	}
	if c.same {
		row = 0
	}
	nums := c.numbers()
	i := row
	if c.off != nil {
		if c.off[row] == c.off[row+1] {
			return 0, false
		}
		i = int(c.off[row])
	}
	n := nums[i]
	return n, !isNotANumber(n)
}

// notANumber marks a value that is no number in the cache. It is a NaN with a
// payload of its own, so that the text "nan" can be told from it.
var notANumber = math.Float64frombits(0x7ff8_5bad_5bad_5bad)

func isNotANumber(n float64) bool {
	return math.Float64bits(n) == 0x7ff8_5bad_5bad_5bad
}

// numbers parses all values. Two goroutines that share a column may both do the
// work; they store the same answer.
func (c *Column) numbers() []float64 {
	if p := c.nums.Load(); p != nil {
		return *p
	}
	nums := c.slabs.floats(len(c.vals))
	for _, s := range c.vals {
		n, ok := ParseNumber(s)
		if !ok {
			n = notANumber
		}
		nums = append(nums, n)
	}
	c.nums.Store(&nums)
	return nums
}

// Len is the number of rows.
func (c *Column) Len() int {
	if c == nil {
		return 0
	}
	return c.rows
}

// IsConstant says that all rows share one single value, which it returns.
func (c *Column) IsConstant() (string, bool) {
	if c == nil || !c.same {
		return "", false
	}
	return c.vals[0], true
}

// Single says that every row has exactly one value.
func (c *Column) Single() bool { return c != nil && c.off == nil }

// Any says whether some row has a value.
func (c *Column) Any() bool {
	return c != nil && c.rows > 0 && (c.off == nil || c.off[c.rows] > c.off[0])
}

// Take makes a column of the given rows, in that order; a negative row is NULL.
func (c *Column) Take(rows []int32) *Column { return c.TakeIn(nil, rows) }

// TakeIn is Take with memory of slabs.
func (c *Column) TakeIn(s *Slabs, rows []int32) *Column {
	if c == nil {
		return nil
	}
	if c.same && !hasNegative(rows) {
		return Constant(c.vals[0], len(rows))
	}
	if c.off == nil && !hasNegative(rows) {
		b := s.Builder(len(rows))
		for _, r := range rows {
			b.vals = append(b.vals, c.vals[r])
		}
		b.rows = len(rows)
		return b.Column()
	}
	b := s.Builder(len(rows))
	for _, r := range rows {
		if r < 0 {
			b.Null()
		} else {
			b.Append(c.Values(int(r))...)
		}
	}
	return b.Column()
}

// Slice is the column of the rows from one up to another, which shares its texts.
func (c *Column) Slice(from, to int) *Column {
	switch {
	case c == nil:
		return nil
	case c.same:
		return Constant(c.vals[0], to-from)
	case c.off == nil:
		return Strings(c.vals[from:to:to])
	}
	first, last := c.off[from], c.off[to]
	off := make([]int32, to-from+1)
	for i := range off {
		off[i] = c.off[from+i] - first
	}
	return Multi(c.vals[first:last:last], off)
}

func hasNegative(rows []int32) bool {
	for _, r := range rows {
		if r < 0 {
			return true
		}
	}
	return false
}

// Builder makes a column row by row. Its zero value is ready.
type Builder struct {
	vals []string
	off  []int32 // set only once some row had no value, or several
	rows int
	any  bool

	slabs *Slabs // where room comes from; nil: the heap
}

// Grow makes room for n rows.
func (b *Builder) Grow(n int) {
	if b.vals == nil {
		b.vals = make([]string, 0, n)
	}
}

// Rows is the number of rows so far.
func (b *Builder) Rows() int { return b.rows }

// Null adds a row without a value.
func (b *Builder) Null() { b.Append() }

// String adds a row with one value.
func (b *Builder) String(s string) {
	b.vals = append(b.vals, s)
	b.rows++
	b.any = true
	if b.off != nil {
		b.off = append(b.off, int32(len(b.vals)))
	}
}

// Append adds a row with these values; none is NULL.
func (b *Builder) Append(vals ...string) {
	if len(vals) == 1 {
		b.String(vals[0])
		return
	}
	if b.off == nil {
		b.off = b.slabs.offsets(max(16, cap(b.vals)+1))
		for i := range b.rows + 1 {
			b.off = append(b.off, int32(i))
		}
	}
	b.vals = append(b.vals, vals...)
	b.rows++
	b.any = b.any || len(vals) > 0
	b.off = append(b.off, int32(len(b.vals)))
}

// PadTo adds NULL rows until there are n.
func (b *Builder) PadTo(n int) {
	for b.rows < n {
		b.Null()
	}
}

// Any says whether some row has a value.
func (b *Builder) Any() bool { return b.any }

// Column is the finished column; the builder must not be used again.
func (b *Builder) Column() *Column {
	return &Column{rows: b.rows, vals: b.vals, off: b.off, slabs: b.slabs}
}

// Own is the same column with memory of its own. The values of a column read from a
// file are parts of the text that was read, and keep all of it in memory; see also [Slabs]. Where all
// rows have the same one value, which they do in a field that was searched for, it is
// held once.
func (c *Column) Own() *Column {
	if c == nil {
		return nil
	}
	if c.alike() {
		return Constant(strings.Clone(c.vals[0]), c.rows)
	}
	size := 0
	for _, v := range c.vals {
		size += len(v)
	}
	var arena strings.Builder
	arena.Grow(size)
	for _, v := range c.vals {
		arena.WriteString(v)
	}
	text := arena.String()
	own := &Column{rows: c.rows, vals: make([]string, len(c.vals)), off: slices.Clone(c.off), same: c.same}
	for i, v := range c.vals {
		own.vals[i], text = text[:len(v)], text[len(v):]
	}
	if nums := c.nums.Load(); nums != nil {
		copied := slices.Clone(*nums)
		own.nums.Store(&copied)
	}
	return own
}

// alike says that every row has one value, and all the same.
func (c *Column) alike() bool {
	if c.off != nil || len(c.vals) == 0 {
		return false
	}
	for _, v := range c.vals[1:] {
		if v != c.vals[0] {
			return false
		}
	}
	return true
}

// Size is about how many bytes the column holds in memory, its texts included.
func (c *Column) Size() int64 {
	if c == nil {
		return 0
	}
	n := int64(len(c.vals))*16 + int64(len(c.off))*4
	for _, v := range c.vals {
		n += int64(len(v))
	}
	return n
}

// AppendRow adds a row with the values that a column has in one of its rows.
func (b *Builder) AppendRow(c *Column, row int) {
	switch {
	case c == nil:
		b.Append()
	case c.same:
		b.String(c.vals[0])
	case c.off == nil:
		b.String(c.vals[row])
	default:
		b.Append(c.vals[c.off[row]:c.off[row+1]]...)
	}
}
