package input

import (
	"io"
	"io/fs"
	"sync/atomic"
)

// Counted is a file that adds what is read of it to n. What many can read at a time is
// so still.
func Counted(f fs.File, n *atomic.Int64) fs.File {
	if at, ok := f.(readerAt); ok {
		return countedAt{at, n}
	}
	return counted{f, n}
}

type readerAt interface {
	fs.File
	io.ReaderAt
}

type counted struct {
	fs.File
	n *atomic.Int64
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.File.Read(p)
	c.n.Add(int64(n))
	return n, err
}

type countedAt struct {
	readerAt
	n *atomic.Int64
}

func (c countedAt) Read(p []byte) (int, error) {
	n, err := c.readerAt.Read(p)
	c.n.Add(int64(n))
	return n, err
}

func (c countedAt) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.readerAt.ReadAt(p, off)
	c.n.Add(int64(n))
	return n, err
}
