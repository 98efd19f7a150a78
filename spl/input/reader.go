package input

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"slices"
	"sync"
	"unsafe"

	"spl/eval/batch"
)

// reader hands out the parts of all files. A part of a plain file is a range of
// bytes, read by the worker that claimed it; a part of a stream is text that was
// read when it was claimed, since only one can read a stream.
type reader struct {
	src   *source
	ctx   context.Context
	plan  *plan
	notes notices
	rooms rooms
	scans sync.Pool // of *jsonReader

	mu      sync.Mutex
	queue   []*content // files that are open already; see order
	ordered bool
	next    int        // number of the next file to open
	cur     *content   // a plain file
	streams []*content // open and not at their end
	wake    *sync.Cond // when a stream has been read from, or ended
	handed  int        // parts of cur handed out
	number  int        // of the next part
	spans   []timeSpan

	fileLock sync.Mutex // taken after mu, if both are
	open     map[*content]bool
}

// Ordered says that rows come newest first.
func (r *reader) Ordered() bool { return r.ordered }

// Next claims the next part. Streams are unpacked and cut outside the lock, each by
// one at a time; while all that are open are being read, another file is opened.
func (r *reader) Next() (batch.Part, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		if err := r.ctx.Err(); err != nil {
			return nil, err
		}
		p, err := r.try()
		if err != nil {
			return nil, err
		}
		if p != nil {
			p.r, p.number = r, r.number
			r.number++
			return p, nil
		}
	}
}

// try makes one step towards a part: it claims one, or opens or ends a file, or waits.
// It is called with the lock held, and gives it up for a time.
func (r *reader) try() (*part, error) {
	for _, c := range r.streams {
		if !c.busy {
			return r.unpack(c)
		}
	}
	if r.cur == nil && len(r.streams) < runtime.GOMAXPROCS(0) {
		err := r.advance()
		if err == io.EOF && len(r.streams) > 0 { //nolint:errorlint // of our own making
			r.wake.Wait()
			return nil, nil
		}
		if r.cur != nil && r.cur.stream != nil {
			r.streams, r.cur = append(r.streams, r.cur), nil
		}
		return nil, err
	}
	if r.cur == nil {
		r.wake.Wait()
		return nil, nil
	}
	p := r.claim()
	if p == nil {
		r.cur.release()
		r.cur = nil
	}
	return p, nil
}

// unpack reads the next part of a stream; nil at its end.
func (r *reader) unpack(c *content) (*part, error) {
	c.busy = true
	r.mu.Unlock()
	p, err := c.readStream()
	r.mu.Lock()
	c.busy = false
	if p == nil && err == nil {
		r.streams = slices.DeleteFunc(r.streams, func(s *content) bool { return s == c })
		c.release()
	}
	r.wake.Broadcast()
	return p, err
}

// advance goes to the next file that has text.
func (r *reader) advance() error {
	r.handed = 0
	if len(r.queue) > 0 {
		r.cur, r.queue = r.queue[0], r.queue[1:]
		return nil
	}
	if r.next >= len(r.src.files) {
		return io.EOF
	}
	c, err := r.openFile(r.next)
	r.next++
	r.cur = c
	return err
}

// claim takes the next part of the current file, a plain one; nil when there is none.
func (r *reader) claim() *part {
	c := r.cur
	if r.handed >= c.parts {
		return nil
	}
	i := r.handed
	if r.ordered {
		i = c.parts - 1 - i
	}
	r.handed++
	c.use()
	return &part{chunk: chunk{c: c, index: i}}
}

// readStream takes about a part's worth of whole records. Nobody
// else reads the stream meanwhile.
func (c *content) readStream() (*part, error) {
	if c.log {
		return c.logPart()
	}
	want := c.r.src.o.ChunkSize
	looked := 0 // where a newline was looked for
	for {
		if err := c.fill(want); err != nil {
			return nil, err
		}
		if len(c.held) == 0 {
			if s, ok := c.split.(*structuredSplitter); ok {
				s.finish()
			}
			return nil, nil
		}
		var recs []span
		end := len(c.held)
		if c.split != nil {
			recs, end = c.split.split(c.held, c.eof)
		} else if !c.eof {
			end = looked + 1 + bytes.LastIndexByte(c.held[looked:], '\n')
			if end == looked {
				end = 0
			}
		}
		if end > 0 || c.eof {
			return c.handOut(recs, end), nil
		}
		looked = len(c.held)
		want = 2 * len(c.held) // one record is larger than a part
	}
}

// fill reads until held has so many bytes or the stream ends.
func (c *content) fill(want int) error {
	if c.eof || len(c.held) >= want {
		return nil
	}
	if cap(c.held) < want {
		c.held = append(make([]byte, 0, want), c.held...)
	}
	n, err := io.ReadFull(c.stream, c.held[len(c.held):want])
	c.held = c.held[:len(c.held)+n]
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		c.eof = true
		err = nil
	}
	return err
}

// handOut makes a part of the first end bytes of held.
func (c *content) handOut(recs []span, end int) *part {
	text := c.held[:end:end]
	p := &part{chunk: chunk{c: c, index: -1, line: c.line, base: c.offset}, text: viewString(text), recs: recs, whole: c.split != nil}
	c.offset += int64(end)
	c.line += bytes.Count(text, newline)
	// The rest moves to a buffer of its own, since the part keeps this one.
	p.room = c.r.newRoom()
	if c.split != nil && !c.splitsTable() { // it may keep parts of the text
		c.held = append(make([]byte, 0, max(c.r.src.o.ChunkSize, len(c.held)-end)), c.held[end:]...)
	} else {
		rest := append(p.room.text[:0], c.held[end:]...)
		p.room.text, c.held = c.held, rest
	}
	if s, ok := c.split.(*structuredSplitter); ok {
		c.table = s.current()
	} else if c.table == nil && (c.format == "csv" || c.format == "tsv") && len(p.recs) > 0 {
		h := p.recs[0]
		c.table = newTable(p.text[h.start:h.end], c.split.(*recordSplitter).comma)
		p.recs = p.recs[1:]
	}
	p.table = c.table
	c.use()
	return p
}

// splitsTable says that records are those of a table.
func (c *content) splitsTable() bool {
	switch c.split.(type) {
	case *recordSplitter, *structuredSplitter:
		return true
	}
	return false
}

var newline = []byte{'\n'}

// viewString views bytes that will not be written again as a string.
func viewString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// Close ends the reading and gives the notices.
func (r *reader) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.noteDisorder()
	r.notes.give(r.src.o.Notice)
	r.next, r.cur, r.queue, r.streams = len(r.src.files), nil, nil, nil
	r.fileLock.Lock()
	defer r.fileLock.Unlock()
	var errs []error
	for c := range r.open {
		errs = append(errs, c.closer.Close())
		delete(r.open, c)
	}
	return errors.Join(errs...)
}

func (r *reader) closeFile(c *content) {
	r.fileLock.Lock()
	defer r.fileLock.Unlock()
	if r.open[c] {
		c.closer.Close()
		delete(r.open, c)
	}
}
