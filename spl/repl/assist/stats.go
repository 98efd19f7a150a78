package assist

import (
	"cmp"
	"slices"
	"strings"

	"spl/eval/batch"
)

// Stats are what is known of the fields of some rows.
type Stats struct {
	Rows   int
	Table  bool // the columns have an order
	Fields []*Field
	byName map[string]*Field
}

// Field is one field of the rows.
type Field struct {
	Name string
	// Count is in how many rows it has a value, Values how many different ones there
	// are, as far as they were counted.
	Count, Values int
	// Many says that there are more values than were counted.
	Many bool
	// Top are the commonest values, the commonest first.
	Top []Value

	counts map[string]int
}

// Value is a value of a field and in how many rows it stands.
type Value struct {
	Text  string
	Count int
}

const (
	maxValues = 500 // different values counted of a field
	maxValue  = 200 // bytes of a value that is kept
	topValues = 50
)

func newStats() *Stats { return &Stats{byName: map[string]*Field{}} }

// Add counts the rows of a batch.
func (s *Stats) Add(b *batch.Batch) {
	s.Rows += b.Rows
	for i, n := range b.Names {
		c := b.Cols[i]
		if !c.Any() {
			continue
		}
		f := s.byName[n]
		if f == nil {
			f = &Field{Name: n, counts: map[string]int{}}
			s.byName[n] = f
			s.Fields = append(s.Fields, f)
		}
		for r := range b.Rows {
			vals := c.Values(r)
			if len(vals) > 0 {
				f.Count++
			}
			for _, v := range vals {
				f.see(v)
			}
		}
	}
}

// see counts a value.
func (f *Field) see(v string) {
	if len(v) > maxValue {
		f.Many = true
		return
	}
	if _, ok := f.counts[v]; !ok && len(f.counts) >= maxValues {
		f.Many = true
		return
	}
	f.counts[v]++
}

// finish sorts values by how often they occur, and the fields of events likewise.
func (s *Stats) finish() {
	for _, f := range s.Fields {
		f.Values = len(f.counts)
		for v, n := range f.counts {
			f.Top = append(f.Top, Value{v, n})
		}
		slices.SortFunc(f.Top, func(a, b Value) int {
			return cmp.Or(b.Count-a.Count, strings.Compare(a.Text, b.Text))
		})
		f.Top = slices.Clone(f.Top[:min(len(f.Top), topValues)])
		f.counts = nil
	}
	if s.Table {
		return
	}
	slices.SortStableFunc(s.Fields, func(a, b *Field) int {
		return cmp.Or(hidden(a.Name)-hidden(b.Name), b.Count-a.Count, strings.Compare(a.Name, b.Name))
	})
}

// hidden is 1 for the fields that every event has from Splunk, which come last.
func hidden(name string) int {
	switch {
	case strings.HasPrefix(name, "_"), strings.HasPrefix(name, "date_"):
		return 1
	case slices.Contains([]string{"linecount", "splunk_server", "punct", "timestamp"}, name):
		return 1
	}
	return 0
}

// Field finds a field by name; nil where there is none.
func (s *Stats) Field(name string) *Field {
	if s == nil {
		return nil
	}
	return s.byName[name]
}
