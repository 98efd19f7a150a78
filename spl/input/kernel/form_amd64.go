//go:build amd64 && !purego

package kernel

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

// Forms says that reading forms is fast on this machine.
var Forms = len(formKernels()) > 0

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

// formKernels are those that this machine can run, by name.
func formKernels() map[string]func(f *Form, text []byte) {
	all := map[string]func(*Form, []byte){}
	x := cpu.X86
	if !Fast || !x.HasBMI1 || !x.HasBMI2 || !x.HasPCLMULQDQ || !x.HasPOPCNT {
		return all
	}
	all["AVX2"] = formKernel(formAVX2).read
	if x.HasAVX512BW && x.HasAVX512VL && x.HasAVX512VBMI2 {
		all["AVX-512"] = formKernel(formAVX512).read
	}
	return all
}

var readForm = func() func(f *Form, text []byte) {
	for _, name := range []string{"AVX-512", "AVX2"} {
		if k := formKernels()[name]; k != nil {
			return k
		}
	}
	return readFormGo
}()
