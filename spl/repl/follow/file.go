package follow

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"spl/spl/input"
)

// tail is a file that is followed.
type tail struct {
	input.File
	file diskFile
	info fs.FileInfo
	at   int64 // what was read
	seen int64 // the size when it was looked at last
	form form
	head []byte // a table's header
}

// form is how a file can be read.
type form int

const (
	unknown form = iota // it has been empty so far
	inLines
	inTable // a header and lines
	asOne   // what cannot be read bit by bit
)

// tell finds out how the file can be read.
func (f *tail) tell(say func(string)) error {
	if f.info.Size() == 0 {
		return nil
	}
	lines, err := input.Lines(f.bit(0, f.info.Size()), input.Options{})
	if err != nil {
		return err
	}
	ext := strings.ToLower(filepath.Ext(f.Name))
	switch table := f.Meta.Format == "csv" || f.Meta.Format == "tsv" || f.Meta.Format == "" && (ext == ".csv" || ext == ".tsv"); {
	case lines:
		f.form = inLines
	case table:
		f.form = inTable
	default:
		f.form = asOne
		say(f.Name + " cannot be read bit by bit: what it holds now is searched, and what is added later is not")
	}
	return nil
}

// more gives what was added; with all, also a line that is not finished.
func (f *tail) more(all bool) ([]input.File, error) {
	info, err := f.file.Stat()
	if err != nil {
		return nil, err
	}
	size := info.Size()
	settled := size == f.seen
	f.seen = size
	if f.form == unknown && size > 0 {
		f.info = info
		if err := f.tell(func(string) {}); err != nil {
			return nil, err
		}
	}
	if size <= f.at || f.form == asOne && f.at > 0 {
		return nil, nil
	}
	to := size
	if f.form != asOne && !all && !settled {
		if to, err = lineEnd(f.file, f.at, size); err != nil || to == f.at {
			return nil, err
		}
	}
	if f.form == inTable {
		return f.table(to)
	}
	bit := f.bit(f.at, to)
	f.at = to
	return []input.File{bit}, nil
}

// maxRecord is how long a record of a table is waited for.
const maxRecord = 1 << 20

// table gives further records of a table under its header.
func (f *tail) table(to int64) ([]input.File, error) {
	text := make([]byte, to-f.at)
	n, err := f.file.ReadAt(text, f.at)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	text = text[:n]
	if bytes.Count(text, []byte(`"`))%2 == 1 && len(text) < maxRecord {
		return nil, nil // a record with a line's end in it is not whole yet
	}
	f.at = to
	if f.head == nil {
		head, _, _ := bytes.Cut(text, []byte("\n"))
		f.head = append(bytes.Clone(head), '\n')
	} else {
		text = append(bytes.Clone(f.head), text...)
	}
	return []input.File{{Name: f.Name, Meta: f.Meta, Rank: f.Rank, Open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(text)), nil
	}}}, nil
}

// bit is the file from one offset to another.
func (f *tail) bit(from, to int64) input.File {
	out := f.File
	out.From = from
	out.Open = func() (io.ReadCloser, error) {
		return &section{io.NewSectionReader(f.file, 0, to), cut{f.info, to}}, nil
	}
	return out
}

// section is the beginning of a file that stays open for what comes after.
type section struct {
	*io.SectionReader
	info fs.FileInfo
}

func (s *section) Close() error               { return nil }
func (s *section) Stat() (fs.FileInfo, error) { return s.info, nil }

// cut is what is said of it.
type cut struct {
	fs.FileInfo
	size int64
}

// Size is that of the part.
func (c cut) Size() int64 { return c.size }

// lineEnd is the offset after the last line's end between two offsets; from where
// there is none.
func lineEnd(r io.ReaderAt, from, to int64) (int64, error) {
	const step = 64 << 10
	buf := make([]byte, step)
	for end := to; end > from; {
		start := max(from, end-step)
		n, err := r.ReadAt(buf[:end-start], start)
		if err != nil && !errors.Is(err, io.EOF) {
			return from, err
		}
		if i := bytes.LastIndexByte(buf[:n], '\n'); i >= 0 {
			return start + int64(i) + 1, nil
		}
		end = start
	}
	return from, nil
}
