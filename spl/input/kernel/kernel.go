// Package kernel holds the few loops over bytes that decide how fast a log is read.
// Each has a form in plain Go, which says what it does; on amd64 with AVX2 it is
// replaced by one in assembly that gives the same, which a fuzz test holds it to.
package kernel

import (
	"bytes"
	"encoding/binary"
)

// Block tells where the bytes of JSON's grammar stand among 64 bytes: bit i is byte i.
type Block struct {
	Quote, Back  uint64 // " and \
	Open, Close  uint64 // { [ and } ]
	Colon, Comma uint64
	Control      uint64 // below 0x20
	High         uint64 // from 0x80
}

// Classify fills in a block for each 64 bytes of text; what is missing at the end
// counts as zero bytes. There must be enough blocks.
func Classify(text []byte, blocks []Block) {
	full := len(text) / 64
	if full > 0 {
		classify(text[:full*64], blocks[:full])
	}
	if rest := text[full*64:]; len(rest) > 0 {
		var last [64]byte
		copy(last[:], rest)
		classify(last[:], blocks[full:full+1])
	}
}

// classifyGo is classify for whole blocks.
func classifyGo(text []byte, blocks []Block) {
	for n := range blocks {
		b := Block{}
		for i, c := range text[n*64 : n*64+64] {
			bit := uint64(1) << i
			switch {
			case c >= 0x80:
				b.High |= bit
			case c < 0x20:
				b.Control |= bit
			case c == '"':
				b.Quote |= bit
			case c == '\\':
				b.Back |= bit
			case c == '{' || c == '[':
				b.Open |= bit
			case c == '}' || c == ']':
				b.Close |= bit
			case c == ':':
				b.Colon |= bit
			case c == ',':
				b.Comma |= bit
			}
		}
		blocks[n] = b
	}
}

// Pair is two bytes to look for at a distance from one another. A letter that is
// folded is found in either case.
type Pair struct {
	A, B         byte
	FoldA, FoldB bool
	Gap          int // from A to B, at least 1
}

func fold(c byte, f bool) (want, or byte) {
	if f {
		return c | 0x20, 0x20
	}
	return c, 0
}

// Index gives the first place from start on where the pair stands; len(text) when
// there is none.
func (p Pair) Index(text []byte, start int) int {
	n := len(text) - p.Gap
	if start >= n {
		return len(text)
	}
	a, fa := fold(p.A, p.FoldA)
	b, fb := fold(p.B, p.FoldB)
	if i := pair(text[start:], p.Gap, a, b, fa, fb); i < n-start {
		return start + i
	}
	return len(text)
}

// pairGo gives the first i with text[i]|fa == a and text[i+gap]|fb == b; some number
// from len(text)-gap on when there is none.
func pairGo(text []byte, gap int, a, b, fa, fb byte) int {
	n := len(text) - gap
	if fa == 0 {
		for i := 0; i < n; i++ {
			k := bytes.IndexByte(text[i:n], a)
			if k < 0 {
				return n
			}
			if i += k; text[i+gap]|fb == b {
				return i
			}
		}
		return n
	}
	for i := range max(n, 0) {
		if text[i]|fa == a && text[i+gap]|fb == b {
			return i
		}
	}
	return n
}

// Plain says that all bytes are below 0x80 and that neither \u nor <e, in whatever
// case, stands in the text. To be quick it also says false of a few other pairs.
func Plain(text []byte) bool {
	n := max(len(text)-1, 0) &^ 63
	if n > 0 && !plain(text, n) {
		return false
	}
	return plainGo(text[n:], max(len(text)-n-1, 0)) && (len(text) == 0 || text[len(text)-1] < 0x80)
}

// plainGo looks at the pairs that begin in the first n bytes; there are n+1.
func plainGo(text []byte, n int) bool {
	for i := range n {
		if text[i] >= 0x80 || oddFirst(text[i]) && oddSecond(text[i+1]) {
			return false
		}
	}
	return true
}

// ASCII says whether all bytes are below 0x80.
func ASCII(text []byte) bool {
	full := len(text) &^ 127
	if full > 0 && !ascii(text[:full]) {
		return false
	}
	return asciiGo(text[full:])
}

// Lines is what one pass over a text tells.
type Lines struct {
	Ends        []uint32 // where newlines stand
	ASCII       bool     // all bytes are below 0x80
	Underscored bool     // an underscore follows a quote somewhere
}

// Read looks at a text of less than 4 GB.
func (l *Lines) Read(text []byte) {
	*l = Lines{Ends: l.Ends[:0], ASCII: true}
	done := l.some(text)
	if done == len(text) {
		return
	}
	n := len(l.Ends)
	l.someGo(text[done:])
	for i := range l.Ends[n:] {
		l.Ends[n+i] += uint32(done)
	}
}

// someGo does all of a text, and some as much as it can be quick with. They say how much
// that is, and add to what is known.
func (l *Lines) someGo(text []byte) (done int) {
	for i := 0; i < len(text); i++ {
		n := bytes.IndexByte(text[i:], '\n')
		if n < 0 {
			break
		}
		i += n
		l.Ends = append(l.Ends, uint32(i))
	}
	l.ASCII = l.ASCII && asciiGo(text)
	l.Underscored = l.Underscored || bytes.Contains(text, []byte(`"_`))
	return len(text)
}

func asciiGo(text []byte) bool {
	const highs = 0x8080808080808080
	for len(text) >= 8 {
		if binary.LittleEndian.Uint64(text)&highs != 0 {
			return false
		}
		text = text[8:]
	}
	for _, c := range text {
		if c >= 0x80 {
			return false
		}
	}
	return true
}
