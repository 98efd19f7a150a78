package batch

import (
	"cmp"
	"slices"
	"strings"
)

// Place is a row's position in the order of a search: newest first, and of equal
// times the later in the input first. It travels with rows that are handled out of
// order, so that whoever cares (first, list, sort's ties, head) can put them right.
type Place struct {
	Time float64 // seconds since the epoch
	Seq  int64   // position in the input, ascending as it was written
	Sub  int32   // of several rows made of one: their order, from 0
}

// Compare is negative when p comes before q in the order of a search.
func (p Place) Compare(q Place) int {
	if p.Time != q.Time {
		return cmp.Compare(q.Time, p.Time)
	}
	if p.Seq != q.Seq {
		return cmp.Compare(q.Seq, p.Seq)
	}
	return cmp.Compare(p.Sub, q.Sub)
}

// Loader fills in columns of a batch that nobody has asked for until now: the
// fields of events that still lie as raw text. It belongs to one batch, and like
// the batch is used by one goroutine at a time.
type Loader interface {
	// Load gives the column of a field, or nil when no row has it. It may read
	// others along with it and hold them ready.
	Load(name string) *Column
	// Names are all field names that the rows have, in no order. It reads everything.
	Names() []string
	// Take is the loader for a selection of the rows.
	Take(rows []int32) Loader
}

// Batch is a run of rows with the same columns. Fields that no row has need no
// column. Names keep the order in which columns are shown.
type Batch struct {
	Rows  int
	Names []string
	Cols  []*Column // beside Names

	// Places holds each row's position in the search order; nil when the rows come
	// in order and From+row is their position.
	Places []Place
	From   int64

	// Lazy gives the columns that are not here yet; nil when all are. A name in
	// Dropped is not asked of it.
	Lazy    Loader
	Dropped map[string]bool

	// Slabs are where columns that go on with the rows may take their memory; see
	// [Batch.Builder].
	Slabs *Slabs

	roomy bool // Names and Cols are nobody else's, with room for more
	index nameIndex
}

// New makes a batch of n rows without columns.
func New(n int) *Batch { return &Batch{Rows: n} }

// Index is the position of a column that is present, or -1.
func (b *Batch) Index(name string) int {
	if len(b.Names) <= narrowNames {
		return slices.Index(b.Names, name)
	}
	return b.index.find(b.Names, name)
}

// Col is the column of a field, read from the events if need be; nil, which is
// NULL in every row, when the rows lack it.
func (b *Batch) Col(name string) *Column {
	if i := b.Index(name); i >= 0 {
		return b.Cols[i]
	}
	if b.Lazy == nil || b.Dropped[name] {
		return nil
	}
	c := b.Lazy.Load(name)
	b.remember(name, c)
	return c
}

// remember adds a column that was read, which does not change what the batch holds.
// Others may have the same lists of names and columns, up to here.
func (b *Batch) remember(name string, c *Column) {
	if !b.roomy {
		b.roomy = true
		b.Names = append(make([]string, 0, len(b.Names)+columnRoom), b.Names...)
		b.Cols = append(make([]*Column, 0, len(b.Cols)+columnRoom), b.Cols...)
	}
	b.Names, b.Cols = append(b.Names, name), append(b.Cols, c)
	b.index.appended(b.Names)
}

// columnRoom is for how many columns there is room when the first is read.
const columnRoom = 4

// Preloader is a [Loader] that reads several fields more quickly together.
type Preloader interface {
	// Preload holds fields ready that will be asked for, as far as they are not yet.
	Preload(names []string)
}

// Preload says which fields will be asked for, all of them or some.
func (b *Batch) Preload(names []string) {
	if p, ok := b.Lazy.(Preloader); ok {
		p.Preload(names)
	}
}

// Load reads everything that is still missing, in ASCII order of names, so that
// Names is complete and Lazy is nil.
func (b *Batch) Load() {
	if b.Lazy == nil {
		return
	}
	names := b.Lazy.Names()
	slices.Sort(names)
	for _, n := range names {
		b.Col(n)
	}
	b.Lazy, b.Dropped = nil, nil
}

// Keep reads the named fields and forgets the rest, except those that keep accepts
// among the columns already here.
func (b *Batch) Keep(names []string) {
	for _, n := range names {
		b.Col(n)
	}
	b.Lazy, b.Dropped = nil, nil
}

// Place is a row's position in the search order.
func (b *Batch) Place(row int) Place {
	if b.Places != nil {
		return b.Places[row]
	}
	return Place{Seq: -(b.From + int64(row))}
}

// Own gives all columns texts of their own, so that the batch can be held without
// holding what it was read from. The batch must not yet be handed on.
func (b *Batch) Own() {
	b.Cols, b.Slabs = slices.Clone(b.Cols), nil
	for i, c := range b.Cols {
		b.Cols[i] = c.Own()
	}
}

// Clone copies the batch but not its columns, so that columns can be set.
func (b *Batch) Clone() *Batch {
	return b.With(
		append(make([]string, 0, len(b.Names)+1), b.Names...),
		append(make([]*Column, 0, len(b.Cols)+1), b.Cols...))
}

// With is a batch of the same rows with other columns, which become its own. What
// can be read into the batch is the same.
func (b *Batch) With(names []string, cols []*Column) *Batch {
	return &Batch{
		Rows: b.Rows, Names: names, Cols: cols, Places: b.Places, From: b.From,
		Lazy: b.Lazy, Dropped: b.Dropped, Slabs: b.Slabs, roomy: true,
	}
}

// Set puts a column into a batch that is not yet handed on: in the place of one
// with the same name, else at the end. A nil column is NULL in every row but keeps
// its place.
func (b *Batch) Set(name string, c *Column) {
	if i := b.Index(name); i >= 0 {
		b.Cols[i] = c
		return
	}
	b.Names = append(b.Names, name)
	b.Cols = append(b.Cols, c)
	b.index.appended(b.Names)
}

// Rename gives the column at a position another name, in a batch that is not yet
// handed on and whose names are its own.
func (b *Batch) Rename(i int, name string) {
	old := b.Names[i]
	b.Names[i] = name
	b.index.renamed(b.Names, i, old)
}

// Drop removes a column from a batch that is not yet handed on.
func (b *Batch) Drop(name string) {
	if i := b.Index(name); i >= 0 {
		b.Names = slices.Delete(b.Names, i, i+1)
		b.Cols = slices.Delete(b.Cols, i, i+1)
		b.index.forget()
	}
	if b.Lazy != nil {
		d := make(map[string]bool, len(b.Dropped)+1)
		for k := range b.Dropped {
			d[k] = true
		}
		d[name] = true
		b.Dropped = d
	}
}

// Take makes a batch of the given rows, in that order. A row may come several times.
func (b *Batch) Take(rows []int32) *Batch {
	out := &Batch{Rows: len(rows), Names: slices.Clone(b.Names), Cols: make([]*Column, len(b.Cols)), Dropped: b.Dropped, Slabs: b.Slabs}
	for i, c := range b.Cols {
		out.Cols[i] = c.TakeIn(b.Slabs, rows)
	}
	out.Places = make([]Place, len(rows))
	for i, r := range rows {
		out.Places[i] = b.Place(int(r))
	}
	if b.Lazy != nil {
		out.Lazy = b.Lazy.Take(rows)
	}
	return out
}

// First is the batch cut to its first n rows.
func (b *Batch) First(n int) *Batch { return b.Slice(0, n) }

// Slice is the batch of the rows from one up to another.
func (b *Batch) Slice(from, to int) *Batch {
	if from == 0 && to == b.Rows {
		return b
	}
	if b.Lazy != nil {
		rows := make([]int32, to-from)
		for i := range rows {
			rows[i] = int32(from + i)
		}
		return b.Take(rows)
	}
	out := &Batch{Rows: to - from, From: b.From + int64(from), Names: slices.Clone(b.Names), Cols: make([]*Column, len(b.Cols))}
	for i, c := range b.Cols {
		out.Cols[i] = c.Slice(from, to)
	}
	if b.Places != nil {
		out.Places = b.Places[from:to:to]
	}
	return out
}

// Internal says whether a field is one of Splunk's own, hidden from wildcards.
func Internal(name string) bool { return strings.HasPrefix(name, "_") }

// Concat joins batches into one. Columns are the union, in order of first appearance.
func Concat(bs []*Batch) *Batch {
	if len(bs) == 1 {
		return bs[0]
	}
	out := &Batch{}
	at := map[string]int{}
	for _, b := range bs {
		b.Load()
		for _, n := range b.Names {
			if _, ok := at[n]; !ok {
				at[n] = len(out.Names)
				out.Names = append(out.Names, n)
			}
		}
		out.Rows += b.Rows
	}
	builders := make([]Builder, len(out.Names))
	out.Places = make([]Place, 0, out.Rows)
	done := 0
	for _, b := range bs {
		for i, n := range b.Names {
			bl := &builders[at[n]]
			bl.PadTo(done)
			c := b.Cols[i]
			for r := range b.Rows {
				bl.Append(c.Values(r)...)
			}
		}
		for r := range b.Rows {
			out.Places = append(out.Places, b.Place(r))
		}
		done += b.Rows
	}
	for i := range builders {
		builders[i].PadTo(done)
		out.Cols = append(out.Cols, builders[i].Column())
	}
	return out
}
