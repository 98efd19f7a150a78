package main

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// widePipe is how much a pipe may hold before its writer waits: the most that Linux
// gives to anybody, sixteen times what a pipe begins with.
const widePipe = 1 << 20

// widen lets more be written to a pipe before it is read, so that reader and writer
// wait less often for one another. Where that is refused, it stays as it is.
func widen(r io.Reader) {
	if c, ok := r.(counted); ok {
		r = c.ReadCloser
	}
	f, ok := r.(*os.File)
	if !ok {
		return
	}
	if size, err := unix.FcntlInt(f.Fd(), unix.F_GETPIPE_SZ, 0); err == nil && size < widePipe {
		_, _ = unix.FcntlInt(f.Fd(), unix.F_SETPIPE_SZ, widePipe)
	}
}
