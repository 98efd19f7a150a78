package input

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"spl/eval/regex"
)

// splitAll runs a splitter over a text that comes in pieces.
func splitAll(t *rapid.T, s splitter, text string, pieces func() int) []string {
	var out []string
	from, to := 0, 0
	for {
		to = min(to+pieces(), len(text))
		recs, end := s.split([]byte(text[from:to]), to == len(text))
		for i := 0; i < len(recs); {
			n := i + 1
			for n < len(recs) && recs[n].more {
				n++
			}
			out = append(out, joined(text[from:to], recs[i:n]))
			i = n
		}
		if end < 0 || end > to-from {
			t.Fatalf("end %d of %d", end, to-from)
		}
		from += end
		if to == len(text) {
			return out
		}
	}
}

func newTestSplitter(pattern string, merge *MergeRules, block int) *lineSplitter {
	s := &lineSplitter{merge: merge, failed: func() {}, cut: func() {}, date: func(l string) bool { return strings.HasPrefix(l, "1") }}
	if pattern != "" {
		re, err := regex.Compile(pattern, regex.Options{})
		if err != nil {
			panic(err)
		}
		s.breaker = newBreaker(re)
		s.breaker.block, s.breaker.reach = block, 8
	}
	return s
}

var breakPatterns = []string{
	"", `([\r\n]+)`, `([\r\n]+)1`, `(\n)(?=1)`, `(\r?\n)b+`, `a([\r\n]*)b`, `()1`, `1|(\n)b`, `(?<=b)(\s+)`, `([\n\r]+)(?:1|b)`,
}

var breakText = rapid.StringOfN(rapid.SampledFrom([]rune("1ab \n\r")), 0, 120, -1)

// The events do not depend on how the text comes in.
func TestLinesInAnyPieces(t *testing.T) {
	one, _ := regex.Compile("^1", regex.Options{})
	b, _ := regex.Compile("b$", regex.Options{})
	rapid.Check(t, func(t *rapid.T) {
		text := breakText.Draw(t, "text")
		pattern := rapid.SampledFrom(breakPatterns).Draw(t, "pattern")
		var merge *MergeRules
		if rapid.Bool().Draw(t, "merge") {
			merge = &MergeRules{MaxLines: rapid.IntRange(0, 4).Draw(t, "most"), BeforeDate: rapid.Bool().Draw(t, "date")}
			for _, to := range []**regex.Regexp{&merge.Before, &merge.MustAfter, &merge.MustNotAfter, &merge.MustNotBefore} {
				*to = rapid.SampledFrom([]*regex.Regexp{nil, one, b}).Draw(t, "rule")
			}
		}
		block := rapid.IntRange(1, 40).Draw(t, "block")
		want := splitAll(t, newTestSplitter(pattern, merge, block), text, func() int { return len(text) })
		got := splitAll(t, newTestSplitter(pattern, merge, block), text, func() int { return rapid.IntRange(1, 30).Draw(t, "piece") })
		if !slices.Equal(got, want) {
			t.Fatalf("%q by %q:\n in pieces %q\n whole %q", text, pattern, got, want)
		}
		// No character but those of breaks is lost.
		if pattern == "" || strings.HasPrefix(pattern, `([`) {
			clean := strings.NewReplacer("\n", "", "\r", "", " ", "")
			if a, b := clean.Replace(strings.Join(got, "")), clean.Replace(text); a != b {
				t.Fatalf("%q: events hold %q", text, a)
			}
		}
	})
}

// Where an expression can only match at newlines, looking there alone finds the same.
func TestLinesAtNewlines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := breakText.Draw(t, "text")
		pattern := rapid.SampledFrom([]string{`([\r\n]+)1`, `(\n)(?=1)`, `(\r?\n)b+`, `([\n\r]+)(?:1|b)`}).Draw(t, "pattern")
		s := newTestSplitter(pattern, nil, 1000)
		if s.breaker.anchored == nil {
			t.Fatalf("%q is not known to begin with newlines", pattern)
		}
		whole := func() int { return len(text) }
		got := splitAll(t, s, text, whole)
		slow := newTestSplitter(pattern, nil, 1000)
		slow.breaker.anchored = nil
		if want := splitAll(t, slow, text, whole); !slices.Equal(got, want) {
			t.Fatalf("%q by %q: %q, not %q", text, pattern, got, want)
		}
	})
}

func TestTopBranch(t *testing.T) {
	for pattern, want := range map[string]bool{`a|b`: true, `(a|b)`: false, `[|]`: false, `\|`: false, `(a)|b`: true, `[\]|]`: false} {
		if topBranch(pattern) != want {
			t.Errorf("%q: %v", pattern, !want)
		}
	}
}
