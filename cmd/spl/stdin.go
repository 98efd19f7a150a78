package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"

	"spl/spl/input"
)

// stdinKept is how much of the standard input is held for a second look at it: a
// notice about the events' sourcetype takes one.
const stdinKept = 4 << 20

// spool makes the standard input readable more than once, as far as that is needed.
// A search with subsearches, which read the input again, has all of it held in
// memory; any other reads it as a stream.
type spool struct {
	stdin io.ReadCloser
	whole bool  // hold everything
	limit int64 // in bytes, of what is held; 0: none
	meta  input.Meta

	mu   sync.Mutex
	text string // when held
	held bool
	used bool
	head *head
}

// head notes what is read, while it is little.
type head struct {
	io.ReadCloser
	pieces [][]byte // of one size, so that what is read is copied once
	size   int
	end    bool // there is no more
	over   bool // there was too much
}

const headPiece = 256 << 10

func (h *head) Read(p []byte) (int, error) {
	n, err := h.ReadCloser.Read(p)
	if h.size += n; !h.over && h.size > stdinKept {
		h.pieces, h.over = nil, true
	}
	if !h.over {
		h.keep(p[:n])
		h.end = errors.Is(err, io.EOF)
	}
	return n, err
}

func (h *head) keep(p []byte) {
	for len(p) > 0 {
		last := len(h.pieces) - 1
		if last < 0 || len(h.pieces[last]) == headPiece {
			h.pieces = append(h.pieces, make([]byte, 0, headPiece))
			last++
		}
		n := min(len(p), headPiece-len(h.pieces[last]))
		h.pieces[last] = append(h.pieces[last], p[:n]...)
		p = p[n:]
	}
}

func (h *head) text() string { return string(bytes.Join(h.pieces, nil)) }

// open is the Open of an [input.File].
func (s *spool) open() (io.ReadCloser, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.whole && !s.held:
		if err := s.read(); err != nil {
			return nil, err
		}
	case !s.held && !s.used:
		s.used = true
		widen(s.stdin)
		s.head = &head{ReadCloser: s.stdin}
		// No more than Read and Close: a file that the standard input was redirected
		// from may stand anywhere but at its start.
		return struct{ io.ReadCloser }{s.head}, nil
	case !s.held && s.head.end:
		s.text, s.held = s.head.text(), true
	case !s.held:
		return nil, errors.New("the standard input can be read only once; put the events in a file to search them twice")
	}
	return input.FromText("-", s.text, s.meta).Open()
}

// read takes all of the standard input into memory.
func (s *spool) read() error {
	r := io.Reader(s.stdin)
	if s.limit > 0 {
		r = io.LimitReader(r, s.limit+1)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.limit > 0 && int64(len(text)) > s.limit {
		return fmt.Errorf("a search with a subsearch holds the standard input in memory, and there is more of it than --memory allows; put the events in a file")
	}
	s.text, s.held = string(text), true
	return s.stdin.Close()
}
