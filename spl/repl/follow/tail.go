package follow

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"spl/spl/input"
)

// Tail knows how far files were read. It belongs to one goroutine.
type Tail struct {
	expand func() ([]input.File, error)
	stat   func(name string) (fs.FileInfo, error)
	names  []input.File // as they were found last
	files  map[string]*tail
	done   []*tail // whose last bits were given, and are read by the next time
	rank   int
}

// NewTail follows the files that expand gives, which is asked again each time, since
// new ones may come. They are opened as their Open says, and must then be files of
// the disk; stat is that of the disk.
func NewTail(expand func() ([]input.File, error), stat func(name string) (fs.FileInfo, error)) *Tail {
	return &Tail{expand: expand, stat: stat, files: map[string]*tail{}}
}

// Close closes the files.
func (t *Tail) Close() {
	t.letGo()
	for _, f := range t.files {
		f.file.Close()
	}
}

func (t *Tail) letGo() {
	for _, f := range t.done {
		f.file.Close()
	}
	t.done = nil
}

// Poll gives what was added to the files since the last time, as files to read. An
// unfinished line waits until it is finished, or has not grown between two looks. They
// must be read before the next look. The
// error is one of the first look at a file; later ones are waited out.
func (t *Tail) Poll(say func(string)) ([]input.File, error) {
	t.letGo()
	names, err := t.expand()
	switch {
	case err == nil:
		t.names = names
	case t.names == nil:
		return nil, err
	}
	var out []input.File
	for _, n := range t.names {
		known := t.files[n.Name] != nil
		bits, err := t.look(n, say)
		out = append(out, bits...)
		switch {
		case err == nil || errors.Is(err, fs.ErrNotExist):
		case !known:
			return nil, err
		default:
			say(fmt.Sprintf("%s: %v", n.Name, err))
		}
	}
	return out, nil
}

// look looks at one file.
func (t *Tail) look(n input.File, say func(string)) (out []input.File, err error) {
	if f := t.files[n.Name]; f != nil {
		info, err := t.stat(n.Name)
		switch {
		case err != nil, // moved away, with none in its place yet
			os.SameFile(f.info, info) && info.Size() >= f.at:
			return f.more(false)
		case os.SameFile(f.info, info):
			say(n.Name + " was cut short; what it holds now is read from its start")
		default:
			say(n.Name + " was replaced; the new file is read from its start")
			if out, err = f.more(true); err != nil {
				return out, err
			}
		}
		t.done = append(t.done, f)
		delete(t.files, n.Name)
	}
	f, err := t.open(n, say)
	if err != nil {
		return out, err
	}
	more, err := f.more(false)
	return append(out, more...), err
}

// open begins to follow a file.
func (t *Tail) open(n input.File, say func(string)) (*tail, error) {
	r, err := n.Open()
	if err != nil {
		return nil, err
	}
	file, ok := r.(diskFile)
	if !ok {
		r.Close()
		return nil, fmt.Errorf("%s cannot be followed: it is no file on disk", n.Name)
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return nil, err
	}
	t.rank++
	n.Rank = t.rank
	f := &tail{File: n, file: file, info: info}
	t.files[n.Name] = f
	return f, f.tell(say)
}

type diskFile interface {
	fs.File
	io.ReaderAt
}
