package kernel

import (
	"bytes"
	"slices"
	"testing"
)

func FuzzSurvey(f *testing.F) {
	f.Add([]byte("the System:Anonymous user\nand\nanother system:anonymous"), byte('s'), byte('a'), true, true, uint8(6))
	f.Add(bytes.Repeat([]byte("ab c\n"), 60), byte('c'), byte('z'), false, false, uint8(200))
	f.Add(append(bytes.Repeat([]byte("ab c\n"), 60), "ac\\u0041<EVENT\xff"...), byte('a'), byte('c'), false, false, uint8(0))
	f.Add(bytes.Repeat([]byte("ac\n"), 700), byte('a'), byte('c'), false, false, uint8(0))
	f.Fuzz(func(t *testing.T, text []byte, a, b byte, foldA, foldB bool, gap uint8) {
		p := Pair{A: a, B: b, FoldA: foldA, FoldB: foldB, Gap: 1 + int(gap)}
		var want []Hit
		for i := p.Index(text, 0); i < len(text); i = p.Index(text, i+1) {
			want = append(want, Hit{i, bytes.Count(text[:i], []byte{'\n'})})
		}
		var s Survey
		ok := s.Read(text, p)
		switch {
		case ok && !Plain(text):
			t.Fatalf("%q is taken for plain", text)
		case ok && (!slices.Equal(s.Hits, want) || s.Lines != bytes.Count(text, []byte{'\n'})):
			t.Fatalf("%+v in %q: %+v, want %v", p, text, s, want)
		case !ok && Plain(text) && len(want) <= maxHits:
			t.Fatalf("%+v in %q: nothing is told", p, text)
		}
	})
}

// FuzzSurveyKernels holds the kernels to the form in Go.
func FuzzSurveyKernels(f *testing.F) {
	f.Add(bytes.Repeat([]byte("ab c\n"), 60), byte('c'), byte('z'), byte(0), byte(0x20), uint8(200))
	f.Add(append(bytes.Repeat([]byte("ab c\n"), 60), "ac\\u0041<EVENT\xff"...), byte('a'), byte('c'), byte(0), byte(0), uint8(0))
	f.Fuzz(func(t *testing.T, text []byte, a, b, fa, fb byte, gap uint8) {
		q := query{1 + int(gap), a, b, fa & 0x20, fb & 0x20}
		n := max(len(text)-q.gap, 0) &^ 63
		if n == 0 {
			return
		}
		want := surveyGo(text, n, q)
		for _, l := range surveyLevels {
			if got := l.run(text, n, q); got != want {
				t.Fatalf("%s: %+v in %q: %+v, want %+v", l.name, q, text, got, want)
			}
		}
	})
}
