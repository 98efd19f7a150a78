//go:build amd64 && !purego

package kernel

import (
	"slices"
	"unsafe"

	"golang.org/x/sys/cpu"
)

// Fast says that there are kernels for this machine. Without them, a reader does
// better not to build on blocks.
var Fast = cpu.X86.HasAVX2

//go:noescape
func classifyAVX2(text *byte, blocks int, out *Block)

//go:noescape
func pairAVX2(text *byte, n, gap int, a, b, fa, fb uint64) int

//go:noescape
func plainAVX2(text *byte, n int) bool

//go:noescape
func asciiAVX2(text *byte, n int) bool

//go:noescape
func linesAVX2(text *byte, n int, out *uint32, room int) (done, count int, high, underscored bool)

func (l *Lines) some(text []byte) (done int) {
	if !Fast {
		return l.someGo(text)
	}
	// The kernel looks at the byte after each block.
	for whole := (len(text) - 1) &^ 63; done < whole; {
		l.Ends = slices.Grow(l.Ends, max(64, (whole-done)/256))
		n := len(l.Ends)
		read, count, high, underscored := linesAVX2(&text[done], whole-done, unsafe.SliceData(l.Ends[n:cap(l.Ends)]), cap(l.Ends)-n)
		l.Ends = l.Ends[:n+count]
		for i := range l.Ends[n:] {
			l.Ends[n+i] += uint32(done)
		}
		done += read
		l.ASCII, l.Underscored = l.ASCII && !high, l.Underscored || underscored
	}
	return done
}

func classify(text []byte, blocks []Block) {
	if !Fast {
		classifyGo(text, blocks)
		return
	}
	classifyAVX2(unsafe.SliceData(text), len(blocks), unsafe.SliceData(blocks))
}

const ones = 0x0101010101010101

func pair(text []byte, gap int, a, b, fa, fb byte) int {
	// The kernel looks at 64 places at a time, and reads no further than the text.
	whole := (len(text) - gap) &^ 63
	if !Fast || whole <= 0 {
		return pairGo(text, gap, a, b, fa, fb)
	}
	i := pairAVX2(unsafe.SliceData(text), whole, gap, ones*uint64(a), ones*uint64(b), ones*uint64(fa), ones*uint64(fb))
	if i < whole {
		return i
	}
	return whole + pairGo(text[whole:], gap, a, b, fa, fb)
}

func plain(text []byte, n int) bool {
	if !Fast {
		return plainGo(text, n)
	}
	return plainAVX2(unsafe.SliceData(text), n)
}

func ascii(text []byte) bool {
	if !Fast {
		return asciiGo(text)
	}
	return asciiAVX2(unsafe.SliceData(text), len(text))
}
