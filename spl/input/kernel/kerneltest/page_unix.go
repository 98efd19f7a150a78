//go:build unix

// Package kerneltest lends memory that tells of reads behind a text.
package kerneltest

import (
	"sync"
	"syscall"
	"testing"
)

// mostText is how long a text may be.
const mostText = 1 << 16

// guarded is memory behind which there is none.
var guarded = sync.OnceValues(func() ([]byte, error) {
	page := syscall.Getpagesize()
	size := (mostText + 4*page) / page * page
	b, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return nil, err
	}
	return b[:size-page], syscall.Mprotect(b[size-page:], syscall.PROT_NONE)
})

// AtPageEnd copies a text to where memory ends, until the next call. Who reads on dies.
func AtPageEnd(t testing.TB, text []byte) []byte {
	t.Helper()
	b, err := guarded()
	if err != nil {
		t.Fatal(err)
	}
	b = b[len(b)-len(text):]
	copy(b, text)
	return b
}
