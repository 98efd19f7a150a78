package input

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"

	"spl/eval/batch"
	"spl/eval/timefmt"
	"spl/spl/input/evtx"
)

// content is an opened file, of which is known how it is packed and written.
type content struct {
	r       *reader
	number  int
	rank    int // number, unless the file says otherwise
	name    string
	meta    Meta
	format  string // of meta, or told by the name (csv, tsv)
	closer  io.Closer
	layout  *timefmt.Layout // of meta.TimeFormat
	rules   *Rules          // of the origin of its events
	typed   bool            // the sourcetype was named
	untyped *filter         // for parts where nothing is known of their sourcetype
	sniffed string          // the sourcetype that the content shows, if it does
	wrapped bool            // events bring their origin, or are several a line
	time    float64         // for events without one

	// A plain file is read by many at a time: bytes from start to size.
	at          io.ReaderAt
	start, size int64
	unit        int64 // how much a part is
	parts       int   // how many
	log         bool  // it is a Windows event log; see log.go

	// Anything else is a stream, read by one at a time.
	stream io.Reader
	busy   bool     // somebody reads it; under the reader's lock
	split  splitter // nil for lines
	held   []byte   // read but not yet handed out
	offset int64    // of held in the unpacked text
	line   int      // of the first byte of held, from 1
	eof    bool
	table  *table // of csv and tsv, once the header was read

	first, rest *extractor

	mu    sync.Mutex
	users int   // parts being read, and the reader while it hands out more
	lines []int // how many newlines the parts of a plain file have; -1 unknown
}

const (
	seqShift = 40
	seqMask  = 1<<seqShift - 1
)

// seq is the place in the input of what stands at an offset.
func (c *content) seq(offset int64) int64 { return int64(c.rank)<<seqShift | offset&seqMask }

// openFile opens a file and looks at its head. It gives nil for a file without
// text, which has been noted.
func (r *reader) openFile(number int) (*content, error) {
	f := r.src.files[number]
	file, err := f.Open()
	if err != nil {
		return nil, err
	}
	c := &content{r: r, number: number, name: f.Name, meta: f.Meta, format: f.Meta.Format, closer: file, line: 1, users: 1, unit: int64(r.src.o.ChunkSize)}
	if c.rank = number; f.Rank > 0 {
		c.rank = f.Rank - 1
	}
	if c.meta.TimeFormat != "" {
		c.layout = timefmt.CompileLayout(c.meta.TimeFormat)
	}
	c.time = timefmt.Epoch(r.src.o.Now)
	if s, ok := file.(interface{ Stat() (fs.FileInfo, error) }); ok {
		info, err := s.Stat()
		if err == nil && info.IsDir() {
			file.Close()
			return nil, fmt.Errorf("%s: is a folder", f.Name)
		}
		if err == nil && !info.ModTime().IsZero() {
			c.time = timefmt.Epoch(info.ModTime())
		}
		if at, ok := file.(io.ReaderAt); ok && err == nil && info.Mode().IsRegular() {
			c.at, c.size = at, info.Size()
		}
	}
	c.rule()
	if err := c.tell(file); err != nil {
		file.Close()
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	}
	if c.stream == nil && c.at == nil {
		file.Close()
		return nil, nil
	}
	c.untyped = c.untypedFilter()
	c.first = newExtractor(c, r.plan.first, r.plan.early)
	if r.plan.exact {
		c.rest = newExtractor(c, r.plan.rest, r.plan.late)
	}
	r.fileLock.Lock()
	r.open[c] = true
	r.fileLock.Unlock()
	return c, nil
}

// tell unpacks the file and finds out how it is written. What cannot be read is
// noted, and leaves neither a stream nor a plain file.
func (c *content) tell(file io.Reader) error {
	head, err := readHead(file)
	if err != nil && err != io.EOF {
		return err
	}
	stream := io.MultiReader(strings.NewReader(string(head)), file)
	if err == io.EOF {
		stream = strings.NewReader(string(head))
	}
	packed := false
	for range 4 { // packed in packed, and so on
		unpacked, err := unpacker(head, stream)
		if err != nil {
			c.damaged(err)
			return nil
		}
		if unpacked == nil {
			break
		}
		c.at, packed = nil, true
		unpacked = &forgiving{r: unpacked, c: c}
		head, _ = readHead(unpacked)
		stream = io.MultiReader(strings.NewReader(string(head)), unpacked)
	}
	if c.format == "" && evtx.IsFile(head) {
		return c.openLog(head, stream)
	}
	enc, mark := encodingOf(head)
	if enc == utf16Little || enc == utf16Big {
		_, _ = io.CopyN(io.Discard, stream, int64(mark)) // these bytes were seen
		c.at = nil
		text := newUTF16Reader(stream, enc)
		head, _ = readHead(text)
		stream, mark = io.MultiReader(strings.NewReader(string(head)), text), 0
	}
	if c.rules.Charset != nil && enc == utf8Plain {
		c.at = nil
		text := c.decoded(stream)
		head, _ = readHead(text)
		stream = io.MultiReader(strings.NewReader(string(head)), text)
	}
	if kind := binaryKind(head); kind != "" {
		c.at = nil
		c.r.notes.file(NoticeBinaryFile, c, "looks like "+kind+"; left out")
		return nil
	}
	head = head[mark:]
	c.tellFormat(string(head), len(head)+mark == headSize)
	if _, windows := c.split.(*windowsSplitter); c.at != nil && (c.split == nil || windows) {
		c.start = max(int64(mark), min(c.r.src.files[c.number].From, c.size))
		c.cut()
		return nil
	}
	c.at = nil
	_, _ = io.CopyN(io.Discard, stream, int64(mark))
	if packed {
		a := newAhead(stream)
		stream, c.closer = a, closing{c.closer, a}
	}
	c.stream, c.offset = stream, int64(mark)
	return nil
}

// cut divides a plain file into parts.
func (c *content) cut() {
	c.parts = int(max(c.size-c.start+c.unit-1, 0) / c.unit)
	c.lines = make([]int, c.parts)
	for i := range c.lines {
		c.lines[i] = -1
	}
}

func (c *content) damaged(err error) {
	c.at, c.stream = nil, nil
	c.r.notes.file(NoticeTruncated, c, "cannot be unpacked: "+err.Error())
}

// forgiving turns a damaged end into an end, and notes it: what was unpacked
// before counts.
type forgiving struct {
	r io.Reader
	c *content
	n int64
	e bool
}

func (f *forgiving) Read(p []byte) (int, error) {
	if f.e {
		return 0, io.EOF
	}
	n, err := f.r.Read(p)
	f.n += int64(n)
	if err != nil && err != io.EOF {
		f.c.r.notes.file(NoticeTruncated, f.c, fmt.Sprintf("is damaged or cut off after %d bytes of text: %v", f.n, err))
		err = io.EOF
	}
	f.e = err != nil
	return n, err
}

// tellFormat decides how the text is cut into events.
func (c *content) tellFormat(head string, more bool) {
	if c.format == "" {
		switch name := strings.ToLower(c.name); {
		case hasExtension(name, ".csv"):
			c.format = "csv"
		case hasExtension(name, ".tsv"):
			c.format = "tsv"
		}
	}
	if c.format == "" {
		c.sniffed = sniffType(head, more)
	}
	zeek := strings.HasPrefix(c.sniffed, "zeek:")
	if zeek {
		c.format = zeekTable.Kind
	}
	c.ruleByContent(head)
	if zeek && (c.rules.Lines == nil && c.rules.Table == nil) {
		c.split = newStructuredSplitter(zeekTable, func() {
			c.r.notes.file(NoticeNoHeader, c, "no line #fields names its columns; its lines were left out")
		})
		return
	}
	if c.splitByRules(head, more) {
		return
	}
	switch c.format {
	case "csv":
		c.split = &recordSplitter{comma: ',', quote: '"'}
	case "tsv":
		c.split = &recordSplitter{comma: '\t', quote: '"'}
	case "json-array":
		c.split = newValueSplitter(head)
	case "", "hec", "splunk", "cloudwatch":
		if more && c.format == "" && recordsOpen(strings.TrimLeft(head, " \t\r\n")) > 0 {
			c.split = &recordsSplitter{}
		} else if spread(head, more) {
			c.split = newValueSplitter(head)
		} else if isWindowsLog(head) {
			c.split = &windowsSplitter{}
		}
	}
}

// hasExtension looks through the endings of packed files.
func hasExtension(name, ext string) bool {
	for _, packed := range []string{".gz", ".zst", ".bz2", ".xz"} {
		name = strings.TrimSuffix(name, packed)
	}
	return strings.HasSuffix(name, ext)
}

// use and release count those who need the file open.
func (c *content) use() {
	c.mu.Lock()
	c.users++
	c.mu.Unlock()
}

func (c *content) release() {
	c.mu.Lock()
	c.users--
	last := c.users == 0
	c.mu.Unlock()
	if last {
		c.r.closeFile(c)
	}
}

// Lines says whether a file is plain text in lines, so that what is added to it can
// be read by itself; see [File.From]. The error is that of opening it.
func Lines(f File, o Options) (bool, error) {
	o.Notice = nil
	r, err := New([]File{f}, o).Open(context.Background(), &batch.Scan{})
	if err != nil {
		return false, err
	}
	defer r.Close()
	c, err := r.(*reader).openFile(0)
	return c != nil && c.at != nil, err
}
