package input

import (
	"bytes"
	"compress/bzip2"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// headSize is how much of a file is looked at to tell what it is.
const headSize = 64 << 10

// readHead reads up to headSize bytes, fewer only at the end or an error.
func readHead(r io.Reader) ([]byte, error) {
	head := make([]byte, headSize)
	n, err := io.ReadFull(r, head)
	if err == io.ErrUnexpectedEOF {
		err = io.EOF
	}
	return head[:n], err
}

// unpacker gives the reader for packed content, or nil when it is not packed.
func unpacker(head []byte, r io.Reader) (io.Reader, error) {
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b, 8}):
		return gzip.NewReader(r)
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		// One goroutine's worth: the parts are read by many already.
		d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, err
		}
		return d.IOReadCloser(), nil
	case len(head) > 10 && bytes.HasPrefix(head, []byte("BZh")) && bytes.Equal(head[4:10], []byte{0x31, 0x41, 0x59, 0x26, 0x53, 0x59}):
		return bzip2.NewReader(r), nil
	case bytes.HasPrefix(head, []byte{0xfd, '7', 'z', 'X', 'Z', 0}):
		return xz.NewReader(r)
	}
	return nil, nil
}

// magics are beginnings of files that hold no log text.
var magics = []struct {
	at   int
	text string
	what string
}{
	{0, "ElfFile\x00", "a Windows event log (EVTX), not in the format that was named"},
	{257, "ustar", "a tar archive; unpack it first"},
	{0, "PK\x03\x04", "a zip archive; unpack it first"},
	{0, "7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it first"},
	{0, "Rar!\x1a\x07", "a rar archive; unpack it first"},
	{0, "PAR1", "a Parquet file"},
	{0, "SQLite format 3\x00", "an SQLite database"},
	{0, "\x7fELF", "a program"},
	{0, "MZ\x90\x00", "a program"},
	{0, "%PDF-", "a PDF document"},
	{0, "\x89PNG\r\n", "a picture"},
	{0, "\xff\xd8\xff", "a picture"},
	{0, "GIF8", "a picture"},
	{0, "\xd4\xc3\xb2\xa1", "a network capture"},
	{0, "\xa1\xb2\xc3\xd4", "a network capture"},
	{0, "\x0a\x0d\x0d\x0a", "a network capture"},
	{0, "Obj\x01", "an Avro file"},
}

// binaryKind says what a file without text looks like; "" means it is text. Text
// may hold some NULs and control characters, and some bytes that are not UTF-8.
func binaryKind(head []byte) string {
	for _, m := range magics {
		if len(head) >= m.at+len(m.text) && string(head[m.at:m.at+len(m.text)]) == m.text {
			return m.what
		}
	}
	head = head[:min(len(head), 8<<10)]
	odd := 0
	for i := 0; i < len(head); {
		r, n := utf8.DecodeRune(head[i:])
		if r < 0x1c && r != '\t' && r != '\n' && r != '\r' && r != '\f' && r != 0x1b || r == utf8.RuneError && n == 1 {
			odd++
		}
		i += n
	}
	if odd*10 > len(head)*3 {
		return "binary data"
	}
	return ""
}

// encoding is how characters are written in a file.
type encoding int

const (
	utf8Plain encoding = iota
	utf8Mark           // with a byte order mark
	utf16Little
	utf16Big
)

// mark is the length of the byte order mark, if there is one.
func encodingOf(head []byte) (e encoding, mark int) {
	switch {
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		return utf8Mark, 3
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return utf16Little, 2
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return utf16Big, 2
	}
	// Without a mark, text in UTF-16 shows as a NUL in every other byte.
	head = head[:min(len(head), 8<<10)]
	var nul [2]int
	for i, c := range head {
		if c == 0 {
			nul[i&1]++
		}
	}
	half := len(head) / 2
	switch {
	case half > 2 && nul[1]*10 > half*8 && nul[0]*10 < half:
		return utf16Little, 0
	case half > 2 && nul[0]*10 > half*8 && nul[1]*10 < half:
		return utf16Big, 0
	}
	return utf8Plain, 0
}

// utf16Reader turns UTF-16 into UTF-8. Half of a surrogate pair becomes U+FFFD, and
// so does a single byte at the end.
type utf16Reader struct {
	r     io.Reader
	order binary.ByteOrder
	in    []byte
	held  []byte // bytes read but not decoded: less than one character
	out   []byte
	err   error
}

func newUTF16Reader(r io.Reader, e encoding) *utf16Reader {
	var order binary.ByteOrder = binary.LittleEndian
	if e == utf16Big {
		order = binary.BigEndian
	}
	return &utf16Reader{r: r, order: order, in: make([]byte, 32<<10)}
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.out) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		n := copy(u.in, u.held)
		m, err := u.r.Read(u.in[n:])
		u.err = err
		u.held = u.decode(u.in[:n+m])
	}
	n := copy(p, u.out)
	u.out = u.out[n:]
	return n, nil
}

// decode appends to out and gives back the bytes that need more after them.
func (u *utf16Reader) decode(b []byte) []byte {
	for len(b) >= 2 {
		r := rune(u.order.Uint16(b))
		if !utf16.IsSurrogate(r) {
			u.out, b = utf8.AppendRune(u.out, r), b[2:]
			continue
		}
		if len(b) < 4 && u.err == nil {
			break
		}
		pair := rune(utf8.RuneError)
		if len(b) >= 4 {
			pair = utf16.DecodeRune(r, rune(u.order.Uint16(b[2:])))
		}
		u.out, b = utf8.AppendRune(u.out, pair), b[2:]
		if pair != utf8.RuneError {
			b = b[2:]
		}
	}
	if u.err != nil && len(b) > 0 {
		u.out, b = utf8.AppendRune(u.out, utf8.RuneError), nil
	}
	return b
}
