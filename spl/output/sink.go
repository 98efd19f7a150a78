package output

import "io"

// flushAt is the size from which the buffer is passed on; keepAt the one above
// which its memory is not kept, so that one huge value does not stay allocated.
const (
	flushAt = 64 << 10
	keepAt  = 4 << 20
)

// sink gathers bytes for the underlying writer. Formats append to buf and call
// endRow after each row, so that rows reach the writer whole. The first error stays.
type sink struct {
	w   io.Writer
	buf []byte
	err error
}

// endRow passes the buffer on when it is large; false says that writing failed and
// further rows are useless.
func (s *sink) endRow() bool {
	if len(s.buf) >= flushAt {
		_ = s.flush()
	}
	return s.err == nil
}

// flush passes the buffer on and gives the first error so far.
func (s *sink) flush() error {
	if s.err == nil && len(s.buf) > 0 {
		n, err := s.w.Write(s.buf)
		if err == nil && n < len(s.buf) {
			err = io.ErrShortWrite
		}
		s.err = err
	}
	s.buf = s.buf[:0]
	if cap(s.buf) > keepAt {
		s.buf = nil
	}
	return s.err
}

// Write lets other libraries print into the buffer.
func (s *sink) Write(p []byte) (int, error) {
	s.buf = append(s.buf, p...)
	if !s.endRow() {
		return 0, s.err
	}
	return len(p), nil
}

// keep notes a fault that is not the writer's.
func (s *sink) keep(err error) {
	if s.err == nil {
		s.err = err
	}
}

// text appends a text.
func (s *sink) text(t string) { s.buf = append(s.buf, t...) }
