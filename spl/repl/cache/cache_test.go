package cache

import (
	"context"
	"io"
	"strings"
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

// Where there is no room for all readings, the one that was used longest ago goes.
func TestOldestGoes(t *testing.T) {
	text := strings.Repeat("{\"a\":1}\n", 500)
	notes := &Notes{To: func(string, string, int) {}}
	in := func() batch.Source {
		return input.New([]input.File{input.FromText("f", text, input.Meta{})}, input.Options{Notice: notes.Add})
	}
	hinted := func(word string) *batch.Scan {
		return &batch.Scan{Known: func(string) bool { return false }, Fields: batch.AllFields, Literals: [][]string{{word}}}
	}
	one := New(1 << 30)
	rows(t, one.Source(in(), "f", 1, notes), hinted("a"))
	size := one.Kept()
	c := New(2*size + size/2) // room for two
	for _, word := range []string{"a", "1", "a", "{"} {
		rows(t, c.Source(in(), "f", 1, notes), hinted(word))
	}
	if got := c.Kept(); got != 2*size {
		t.Errorf("%d bytes are kept, want %d", got, 2*size)
	}
	for word, want := range map[string]bool{"a": true, "1": false, "{": true} {
		if got := c.find("f", hinted(word)) != nil; got != want {
			t.Errorf("the reading for %q is kept: %v, want %v", word, got, want)
		}
	}
}
