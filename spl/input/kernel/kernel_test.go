package kernel

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func FuzzClassify(f *testing.F) {
	f.Add([]byte(`{"a":[1,"b\\\"c",{"d":null}],"e":"\u00e9é"}` + "\n"))
	f.Add(bytes.Repeat([]byte{0, 0x1f, 0x20, 0x7f, 0x80, 0xff, '[', '{', ']', '}', ':', ',', '"', '\\', ';', '+'}, 9))
	f.Fuzz(func(t *testing.T, text []byte) {
		n := (len(text) + 63) / 64
		got, want := make([]Block, n), make([]Block, n)
		Classify(text, got)
		padded := append(bytes.Clone(text), make([]byte, n*64-len(text))...)
		classifyGo(padded, want)
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("block %d of %q:\n got %+v\nwant %+v", i, text, got[i], want[i])
			}
		}
	})
}

func FuzzPair(f *testing.F) {
	f.Add([]byte("the System:Anonymous user"), byte('s'), byte('a'), true, true, uint8(7))
	f.Add(bytes.Repeat([]byte("ab c"), 60), byte('c'), byte('z'), false, false, uint8(200))
	f.Fuzz(func(t *testing.T, text []byte, a, b byte, foldA, foldB bool, gap uint8) {
		p := Pair{A: a, B: b, FoldA: foldA, FoldB: foldB, Gap: 1 + int(gap)}
		is := func(c, want byte, fold bool) bool {
			if fold {
				return c|0x20 == want|0x20
			}
			return c == want
		}
		for start := range len(text) + 1 {
			want := len(text)
			for i := start; i+p.Gap < len(text); i++ {
				if is(text[i], a, foldA) && is(text[i+p.Gap], b, foldB) {
					want = i
					break
				}
			}
			if got := p.Index(text, start); got != want {
				t.Fatalf("%+v from %d in %q: %d, want %d", p, start, text, got, want)
			}
		}
	})
}

func FuzzPlain(f *testing.F) {
	f.Add(bytes.Repeat([]byte("a plain text; "), 20), uint8(3), byte('\\'), byte('u'))
	f.Add(bytes.Repeat([]byte(`{"a":"b\n"}`), 20), uint8(127), byte('<'), byte('E'))
	f.Fuzz(func(t *testing.T, text []byte, at uint8, a, b byte) {
		if i := int(at); i+1 < len(text) {
			text[i], text[i+1] = a, b
		}
		want := plainGo(text, max(len(text)-1, 0)) && (len(text) == 0 || text[len(text)-1] < 0x80)
		if got := Plain(text); got != want {
			t.Fatalf("%q is plain: %v, want %v", text, got, want)
		}
		if want && (!asciiGo(text) || bytes.Contains(text, []byte(`\u`)) || bytes.Contains(bytes.ToLower(text), []byte("<e"))) {
			t.Fatalf("%q is not plain", text)
		}
	})
}

func FuzzLines(f *testing.F) {
	f.Add([]byte("a\nb\n\n"), uint8(3))
	f.Add(bytes.Repeat([]byte("\n"), 300), uint8(70))
	for n := range 4 {
		f.Add([]byte(strings.Repeat("x", 61+n)+`"_`+strings.Repeat("x", 70)), uint8(n))
	}
	f.Add(append(bytes.Repeat([]byte("0123456789\n"), 60), 0x80), uint8(1))
	f.Fuzz(func(t *testing.T, text []byte, room uint8) {
		got, want := Lines{Ends: make([]uint32, 0, int(room))}, Lines{ASCII: true}
		got.Read(text)
		want.someGo(text)
		if !slices.Equal(got.Ends, want.Ends) || got.ASCII != want.ASCII || got.Underscored != want.Underscored {
			t.Fatalf("%q: %v, want %v", text, got, want)
		}
	})
}

func BenchmarkLines(b *testing.B) {
	text := bytes.Repeat([]byte(strings.Repeat("x", 1000)+"\n"), 262)
	var l Lines
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		l.Read(text)
	}
}

func TestASCII(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		text := make([]byte, r.IntN(600))
		for i := range text {
			text[i] = byte(r.IntN(0x80))
		}
		if !ASCII(text) {
			t.Fatalf("%q is ASCII", text)
		}
		if len(text) > 0 {
			text[r.IntN(len(text))] = 0x80 | byte(r.IntN(0x80))
			if ASCII(text) {
				t.Fatalf("%q is not ASCII", text)
			}
		}
	}
}

func BenchmarkClassify(b *testing.B) {
	text := bytes.Repeat([]byte(`{"kind":"Event","verb":"list"},`), 33)
	blocks := make([]Block, len(text)/64+1)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Classify(text, blocks)
	}
}

func BenchmarkPair(b *testing.B) {
	text := bytes.Repeat([]byte(`{"kind":"Event","verb":"list"},`), 8000)
	p := Pair{A: 's', B: 'y', Gap: 3, FoldA: true, FoldB: true}
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		p.Index(text, 0)
	}
}
