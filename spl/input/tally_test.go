package input

import (
	"math/rand/v2"
	"testing"
)

// What is read in any order, and again, counts once; what was read side by side is
// remembered as one stretch.
func TestStretches(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 1))
		var parts []stretch
		for at := int64(0); len(parts) < 1000; {
			n := 1 + r.Int64N(5)
			parts = append(parts, stretch{at, at + n})
			at += n
		}
		// Each part comes near its place, some come twice.
		var in []stretch
		for i := range parts {
			in = append(in, parts[i])
			if j := r.IntN(len(in)); r.IntN(4) == 0 {
				in = append(in, in[j])
			}
			if n := len(in); n > 3 {
				j := n - 1 - r.IntN(3)
				in[n-1], in[j] = in[j], in[n-1]
			}
		}
		if seed%2 == 1 { // from the last to the first
			for i, j := 0, len(in)-1; i < j; i, j = i+1, j-1 {
				in[i], in[j] = in[j], in[i]
			}
		}
		var s stretches
		have := map[stretch]bool{}
		for _, x := range in {
			if again := s.add(x); again != have[x] {
				t.Fatalf("seed %d: %v was there: %v, want %v", seed, x, again, have[x])
			}
			have[x] = true
			for i := range len(s) - 1 {
				if s[i].to >= s[i+1].from {
					t.Fatalf("seed %d: %v", seed, s)
				}
			}
			if len(s) > 300 {
				t.Fatalf("seed %d: %d stretches", seed, len(s))
			}
		}
		if len(have) == len(parts) && len(s) != 1 {
			t.Errorf("seed %d: all was read, and is %v", seed, s)
		}
	}
}
