package macros

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/agnivade/levenshtein"
)

// Names that are skipped by their letters are none that would have been nearest.
func TestNearest(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	word := func() string {
		const letters = "abcdeABC_019é"
		b := make([]rune, 1+r.IntN(14))
		for i := range b {
			b[i] = []rune(letters)[r.IntN(13)]
		}
		return string(b)
	}
	s := NewSet()
	for range 400 {
		s.Add(&Macro{Name: word()})
	}
	near := 0
	for range 2000 {
		name := word()
		want, least := "", max(1, min(len(name)/3, 4))+1
		for n := range s.arities {
			if d := levenshtein.ComputeDistance(strings.ToLower(n), strings.ToLower(name)); d < least || d == least && want != "" && n < want {
				want, least = n, d
			}
		}
		if want != "" {
			near++
		}
		if got := s.nearest(name); got != want {
			t.Errorf("the name nearest to %q is %q, want %q", name, got, want)
		}
	}
	if near < 200 {
		t.Errorf("only %d names had one near to them", near)
	}
}

// A name that comes after the first question is seen by the next.
func TestNearestAfterAdding(t *testing.T) {
	s := NewSet()
	s.Add(&Macro{Name: "other"})
	if got := s.nearest("wether"); got == "weather" {
		t.Fatal(got)
	}
	s.Add(&Macro{Name: "weather"})
	if got := s.Clone().nearest("wether"); got != "weather" {
		t.Errorf("%q", got)
	}
}
