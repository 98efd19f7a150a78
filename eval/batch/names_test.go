package batch

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestIndexOfWideBatch changes a wide batch at random and holds what Index says to
// what looking through the names says.
func TestIndexOfWideBatch(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		name := func() string { return fmt.Sprint("f", r.IntN(400)) }
		b := New(1)
		for i := range 2 * narrowNames {
			b.Names, b.Cols = append(b.Names, fmt.Sprint("f", i%(2*narrowNames-3))), append(b.Cols, nil)
		}
		for step := range 3000 {
			was := fmt.Sprint(seed, " ", step)
			switch r.IntN(40) {
			case 0:
				b.Drop(name())
				was += " drop"
			case 1, 2:
				b.Rename(r.IntN(len(b.Names)), name())
				was += " rename"
			case 3, 4:
				b.Set(name(), nil)
				was += " set"
			case 5:
				b.remember(fmt.Sprint("f", 400+step), nil)
				was += " remember"
			case 6:
				b = b.Clone()
				was += " clone"
			case 7:
				if len(b.Names) > 4*narrowNames {
					b = b.With(slices.Clone(b.Names[:2*narrowNames]), b.Cols[:2*narrowNames])
					was += " with"
				}
			}
			n := name()
			if got, want := b.Index(n), slices.Index(b.Names, n); got != want {
				t.Fatalf("%s: Index(%s) is %d, not %d", was, n, got, want)
			}
		}
	}
}

func TestNameList(t *testing.T) {
	var l NameList
	l.Add("b", "a", "b")
	first := l.Names()
	l.Add("a", "c")
	if got := l.Names(); !slices.Equal(got, []string{"b", "a", "c"}) || len(first) != 2 {
		t.Errorf("%q, before %q", got, first)
	}
}

func BenchmarkIndexWide(b *testing.B) {
	w := New(1)
	for i := range 40000 {
		w.Names, w.Cols = append(w.Names, fmt.Sprint("field", i)), append(w.Cols, nil)
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, n := range w.Names {
			w.Index(n)
		}
	}
}
