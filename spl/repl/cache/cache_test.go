package cache

import (
	"context"
	"io"
	"testing"

	"spl/eval/batch"
	"spl/spl/input"
)

// rows counts those that a scan gives.
func rows(t *testing.T, s batch.Source, scan *batch.Scan) (n int) {
	t.Helper()
	r, err := s.Open(context.Background(), scan)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for {
		p, err := r.Next()
		if err == io.EOF {
			return n
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Each(func(b *batch.Batch) bool { n += b.Rows; return true }); err != nil {
			t.Fatal(err)
		}
	}
}

// A reading from which hints kept events away serves no scan that wants them.
func TestHints(t *testing.T) {
	known := func(string) bool { return false }
	hints := map[string]*batch.Scan{
		"a text":           {Literals: [][]string{{"nowhere"}}},
		"a text of plain":  {Known: known, Plain: [][]string{{"nowhere"}}},
		"a name":           {Known: known, PlainNames: [][]string{{"nowhere"}}},
		"a test of origin": {Known: known, Origins: []batch.Origin{{Fields: []string{"index"}, Text: "index=x", Passes: func(func(string) string) bool { return false }}}},
	}
	for name, hint := range hints {
		hint.Fields = batch.AllFields
		notes := &Notes{To: func(string, string, int) {}}
		in := input.New([]input.File{input.FromText("f", "{\"a\":1}\n{\"a\":2}\n", input.Meta{})}, input.Options{Notice: notes.Add})
		s := New(1<<20).Source(in, "f", 1, notes)
		if n := rows(t, s, hint); n != 0 {
			t.Errorf("%s: %d rows, want none", name, n)
		}
		if n := rows(t, s, &batch.Scan{Known: known, Fields: batch.AllFields}); n != 2 {
			t.Errorf("after %s: %d rows, want 2", name, n)
		}
	}
}
