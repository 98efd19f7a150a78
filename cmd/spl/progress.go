package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"sync/atomic"
	"time"

	"spl/spl/detect/page"
	"spl/spl/input"
)

// counter counts the bytes that are read from files.
type counter struct {
	read  atomic.Int64
	total int64 // of all files; 0 if that is not known
}

// countingDisk is a disk whose files are counted.
type countingDisk struct {
	disk
	*counter
	stdin io.ReadCloser
}

func (d countingDisk) Stdin() io.ReadCloser { return d.stdin }

// Open gives a file as package os does.
func (d countingDisk) Open(name string) (fs.File, error) {
	f, err := d.disk.Open(name)
	if err != nil {
		return nil, err
	}
	return input.Counted(f, &d.read), nil
}

// counted is a stream that is counted.
type counted struct {
	io.ReadCloser
	*counter
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.read.Add(int64(n))
	return n, err
}

// Stat says nothing: what is read so is a stream.
func (c counted) Stat() (fs.FileInfo, error) {
	if f, ok := c.ReadCloser.(fs.File); ok {
		return f.Stat()
	}
	return nil, fs.ErrInvalid
}

// progressAfter is how long a search may take without a word of it, and how often
// the word changes.
const (
	progressAfter = 500 * time.Millisecond
	progressEvery = 200 * time.Millisecond
)

// progress shows how far reading is, on a line that is written over.
type progress struct {
	w       io.Writer
	count   *counter
	rows    *atomic.Int64
	overLap bool // the line can be written over: it is a terminal

	mu    sync.Mutex
	shown bool
	ended bool
}

// run shows the progress until the context ends.
func (p *progress) run(ctx context.Context) {
	start := time.NewTimer(progressAfter)
	defer start.Stop()
	every := progressEvery
	if !p.overLap {
		every = 5 * time.Second
	}
	begun := progressAfter
	select {
	case <-ctx.Done():
		return
	case <-start.C:
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		p.show(begun)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			begun += every
		}
	}
}

func (p *progress) show(elapsed time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return
	}
	read := p.count.read.Load()
	if total := p.count.total; total > 0 {
		read = min(read, total) // the start of a file is read twice
	}
	text := fmt.Sprintf("%s read", page.Size(read))
	if total := p.count.total; total > 0 {
		text = fmt.Sprintf("%s of %s read", page.Size(read), page.Size(total))
	}
	text += fmt.Sprintf(", %s/s, %s", page.Size(int64(float64(read)/elapsed.Seconds())), plural(int(p.rows.Load()), "row"))
	if !p.overLap {
		fmt.Fprintln(p.w, text)
		return
	}
	p.shown = true
	fmt.Fprintf(p.w, "\r%s\x1b[K", text)
}

// clear takes the line away before something else is written to the terminal.
func (p *progress) clear() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	}
}

// end clears the line for good.
func (p *progress) end() {
	if p == nil {
		return
	}
	p.clear()
	p.mu.Lock()
	p.ended = true
	p.mu.Unlock()
}
