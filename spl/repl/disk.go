package repl

import (
	"io"
	"io/fs"
	"strings"
	"sync/atomic"

	"spl/spl/input"
)

// disk counts what is read from files, where somebody wants to know.
type disk struct {
	Disk
	read *atomic.Int64
}

// Stdin is no input of a session: that is where it is typed.
func (disk) Stdin() io.ReadCloser { return io.NopCloser(strings.NewReader("")) }

func (d disk) Open(name string) (fs.File, error) {
	f, err := d.Disk.Open(name)
	if err != nil || d.read == nil {
		return f, err
	}
	return input.Counted(f, d.read), nil
}
