package input

import (
	"io"
	"sync"
)

// ahead unpacks a stream on a goroutine of its own, a few buffers ahead of whoever
// reads it, so that unpacking never waits for the search: it is what takes the longest,
// and can be done by one only.
type ahead struct {
	full, free chan []byte
	stop       chan struct{}
	once       sync.Once
	cur        []byte // what is left of whole
	whole      []byte
	err        error // of the reader; good once full is closed
}

const (
	aheadBuffers = 3
	aheadSize    = 256 << 10
)

func newAhead(r io.Reader) *ahead {
	a := &ahead{full: make(chan []byte, aheadBuffers), free: make(chan []byte, aheadBuffers), stop: make(chan struct{})}
	for range aheadBuffers {
		a.free <- nil
	}
	go a.unpack(r)
	return a
}

// unpack fills buffers until the stream ends, or nobody wants more.
func (a *ahead) unpack(r io.Reader) {
	defer close(a.full)
	for a.err == nil {
		var b []byte
		select {
		case b = <-a.free:
		case <-a.stop:
			a.err = io.ErrClosedPipe
			return
		}
		if b == nil {
			b = make([]byte, aheadSize)
		}
		n := 0
		for n < len(b) && a.err == nil {
			var k int
			k, a.err = r.Read(b[n:])
			n += k
		}
		a.full <- b[:n] // there is room for all of them
	}
}

// Read is part of [io.Reader].
func (a *ahead) Read(p []byte) (int, error) {
	for len(a.cur) == 0 {
		if a.whole != nil {
			a.free <- a.whole[:cap(a.whole)]
			a.whole = nil
		}
		b, ok := <-a.full
		if !ok {
			return 0, a.err
		}
		a.whole, a.cur = b, b
	}
	n := copy(p, a.cur)
	a.cur = a.cur[n:]
	return n, nil
}

// end lets the goroutine end. Nobody reads any more.
func (a *ahead) end() { a.once.Do(func() { close(a.stop) }) }

// closing ends the unpacking when the file is closed.
type closing struct {
	io.Closer
	a *ahead
}

// Close is part of [io.Closer].
func (c closing) Close() error {
	c.a.end()
	return c.Closer.Close()
}
