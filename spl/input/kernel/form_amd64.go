//go:build amd64 && !purego

package kernel

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

//go:noescape
func formAVX512(text *byte, n int, form *byte, quotes *uint16) (formLen, quoteLen int, odd, rare, escaped uint64)

//go:noescape
func formAVX2(text *byte, n int, form *byte, quotes *uint16) (formLen, quoteLen int, odd, rare, escaped uint64)

// formKernel reads a text of at least a byte.
type formKernel func(text *byte, n int, form *byte, quotes *uint16) (formLen, quoteLen int, odd, rare, escaped uint64)

func (k formKernel) read(f *Form, text []byte) {
	n, quotes, odd, rare, escaped := k(unsafe.SliceData(text), len(text), unsafe.SliceData(f.Bytes), unsafe.SliceData(f.Quotes))
	f.Bytes, f.Quotes = f.Bytes[:n], f.Quotes[:quotes]
	f.Odd, f.Rare, f.Escaped = odd != 0, rare != 0, escaped != 0
}

// formLevels are the kernels that this machine can run, the fastest first.
var formLevels = func() (all []level[func(f *Form, text []byte)]) {
	x := cpu.X86
	if !Fast || !x.HasBMI1 || !x.HasBMI2 || !x.HasPCLMULQDQ || !x.HasPOPCNT {
		return nil
	}
	if x.HasAVX512BW && x.HasAVX512VL && x.HasAVX512VBMI2 {
		all = append(all, level[func(*Form, []byte)]{"AVX-512", formKernel(formAVX512).read})
	}
	return append(all, level[func(*Form, []byte)]{"AVX2", formKernel(formAVX2).read})
}()
