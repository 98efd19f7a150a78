//go:build amd64 && !purego

package kernel

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

// Forms says that reading forms is fast on this machine.
var Forms = Fast && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VL && cpu.X86.HasAVX512VBMI2 && cpu.X86.HasBMI1 && cpu.X86.HasBMI2 &&
	cpu.X86.HasPCLMULQDQ && cpu.X86.HasPOPCNT

//go:noescape
func formAVX512(text *byte, n int, form *byte, quotes *uint16) (formLen, quoteLen int, odd, rare, escaped uint64)

func readForm(f *Form, text []byte) {
	if !Forms {
		readFormGo(f, text)
		return
	}
	n, quotes, odd, rare, escaped := formAVX512(unsafe.SliceData(text), len(text), unsafe.SliceData(f.Bytes), unsafe.SliceData(f.Quotes))
	f.Bytes, f.Quotes = f.Bytes[:n], f.Quotes[:quotes]
	f.Odd, f.Rare, f.Escaped = odd != 0, rare != 0, escaped != 0
}
