package spl_test

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"sync/atomic"
	"testing"
	"time"

	"spl/bench/eks"
	"spl/spl"
	"spl/spl/input"
)

// countingFile counts what is read of a text.
type countingFile struct {
	*bytes.Reader
	read *atomic.Int64
}

func (f countingFile) ReadAt(p []byte, at int64) (int, error) {
	n, err := f.Reader.ReadAt(p, at)
	f.read.Add(int64(n))
	return n, err
}

func (f countingFile) Close() error               { return nil }
func (f countingFile) Stat() (fs.FileInfo, error) { return countingInfo{f.Size()}, nil }

type countingInfo struct{ size int64 }

func (countingInfo) Name() string       { return "" }
func (i countingInfo) Size() int64      { return i.size }
func (countingInfo) Mode() fs.FileMode  { return 0o444 }
func (countingInfo) ModTime() time.Time { return time.Time{} }
func (countingInfo) IsDir() bool        { return false }
func (countingInfo) Sys() any           { return nil }

// The newest events of a log in order of time are read from its end, and little else.
func TestHeadReadsLittle(t *testing.T) {
	var buf bytes.Buffer
	if err := eks.New(1).Write(&buf, 30_000); err != nil {
		t.Fatal(err)
	}
	p, err := spl.Compile(`* | head 100`, nil)
	if err != nil {
		t.Fatal(err)
	}
	var read atomic.Int64
	file := input.File{Name: "log", Open: func() (io.ReadCloser, error) {
		return countingFile{bytes.NewReader(buf.Bytes()), &read}, nil
	}}
	rows, err := p.Run(context.Background(), input.New([]input.File{file}, input.Options{}), &spl.RunOptions{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for b := rows.NextBatch(); b != nil; b = rows.NextBatch() {
		n += b.Rows
	}
	if err := rows.Err(); err != nil || n != 100 {
		t.Fatalf("%d rows, %v", n, err)
	}
	t.Logf("%d of %d bytes were read", read.Load(), buf.Len())
	if read.Load() > 6<<20 {
		t.Errorf("%d of %d bytes were read", read.Load(), buf.Len())
	}
}
