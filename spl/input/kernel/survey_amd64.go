//go:build amd64 && !purego

package kernel

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

//go:noescape
func surveyAVX2(text *byte, n, gap int, a, b, fa, fb uint64) (at, lines int, ends, pairs, odd uint64)

//go:noescape
func surveyAVX512(text *byte, n, gap int, a, b, fa, fb uint64) (at, lines int, ends, pairs, odd uint64)

type surveyor func(text *byte, n, gap int, a, b, fa, fb uint64) (at, lines int, ends, pairs, odd uint64)

func (k surveyor) look(text []byte, n int, q query) finding {
	at, lines, ends, pairs, odd := k(unsafe.SliceData(text), n, q.gap, ones*uint64(q.a), ones*uint64(q.b), ones*uint64(q.fa), ones*uint64(q.fb))
	return finding{at, lines, ends, pairs, odd != 0}
}

// surveyLevels are the kernels that this machine can run, the fastest first.
var surveyLevels = func() (all []level[func(text []byte, n int, q query) finding]) {
	if !Fast || !cpu.X86.HasPOPCNT {
		return nil
	}
	if cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW {
		all = append(all, level[func([]byte, int, query) finding]{"AVX-512", surveyor(surveyAVX512).look})
	}
	return append(all, level[func([]byte, int, query) finding]{"AVX2", surveyor(surveyAVX2).look})
}()
