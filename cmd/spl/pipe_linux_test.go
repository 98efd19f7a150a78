package main

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// A pipe becomes as wide as the system lets it, and never narrower; a file is left alone.
func TestWiden(t *testing.T) {
	size := func(f *os.File) int {
		n, err := unix.FcntlInt(f.Fd(), unix.F_GETPIPE_SZ, 0)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	pipe := func() *os.File {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { r.Close(); w.Close() })
		return r
	}
	other := pipe()
	_, _ = unix.FcntlInt(other.Fd(), unix.F_SETPIPE_SZ, widePipe) // refused to who has many pipes
	want := size(other)
	r := pipe()
	widen(counted{r, &counter{}})
	if got := size(r); got != want {
		t.Errorf("the pipe holds %d bytes, want %d", got, want)
	}
	if _, err := unix.FcntlInt(r.Fd(), unix.F_SETPIPE_SZ, 2*widePipe); err == nil {
		if widen(r); size(r) != 2*widePipe {
			t.Errorf("a wide pipe became %d bytes", size(r))
		}
	}
	f, err := os.Open("pipe_linux_test.go")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	widen(f)
}
