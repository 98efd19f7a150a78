package spill

import (
	"fmt"
	"os"
	"sync"
	"sync/atomic"
)

// Folder is where a run may put what does not fit in memory. It is safe for use by
// many goroutines.
type Folder struct {
	dir     string
	most    int64
	used    atomic.Int64
	written atomic.Int64

	mu    sync.Mutex
	files map[*File]bool
}

// NewFolder allows files in dir, of so many bytes together; 0 is no limit.
func NewFolder(dir string, most int64) *Folder {
	return &Folder{dir: dir, most: most, files: map[*File]bool{}}
}

// Written is how many bytes were written since the folder was made.
func (f *Folder) Written() int64 {
	if f == nil {
		return 0
	}
	return f.written.Load()
}

// Close removes all files that are left.
func (f *Folder) Close() {
	if f == nil {
		return
	}
	f.mu.Lock()
	files := f.files
	f.files = map[*File]bool{}
	f.mu.Unlock()
	for x := range files {
		x.remove()
	}
}

// File is a temporary file: it is written from front to end, by many goroutines, and read
// anywhere. Where the system lets a file be removed while it is open, it has no name, so
// that it goes with the process however that ends.
type File struct {
	folder *Folder
	file   *os.File
	name   string // to be removed; "" when it is
	size   atomic.Int64
}

// Create makes a file that nobody else may read.
func (f *Folder) Create() (*File, error) {
	file, err := os.CreateTemp(f.dir, "spl-*.tmp")
	if err != nil {
		return nil, f.failed(err)
	}
	x := &File{folder: f, file: file, name: file.Name()}
	if os.Remove(x.name) == nil {
		x.name = ""
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.files[x] = true
	return x, nil
}

func (f *Folder) failed(err error) error {
	return fmt.Errorf("the rows that do not fit in memory cannot be put into a file (%w); name a folder with more room with --temp, allow more with --memory, or narrow the search", err)
}

// append writes p at the end and says where it begins.
func (x *File) append(p []byte) (at int64, err error) {
	n := int64(len(p))
	if used := x.folder.used.Add(n); x.folder.most > 0 && used > x.folder.most {
		x.folder.used.Add(-n)
		return 0, fmt.Errorf("the rows that do not fit in memory take more than the %s that may be put into files; allow more with --temp-size, or narrow the search", bytes(x.folder.most))
	}
	at = x.size.Add(n) - n
	if _, err := x.file.WriteAt(p, at); err != nil {
		// The place is not given back: others may have begun to write behind it.
		return 0, x.folder.failed(err)
	}
	x.folder.written.Add(n)
	return at, nil
}

// read fills p from a place in the file.
func (x *File) read(p []byte, at int64) error {
	if _, err := x.file.ReadAt(p, at); err != nil {
		return fmt.Errorf("rows that were put into a file cannot be read again: %w", err)
	}
	return nil
}

// Close removes the file.
func (x *File) Close() {
	if x == nil {
		return
	}
	x.folder.mu.Lock()
	have := x.folder.files[x]
	delete(x.folder.files, x)
	x.folder.mu.Unlock()
	if have {
		x.remove()
	}
}

func (x *File) remove() {
	_ = x.file.Close()
	if x.name != "" {
		_ = os.Remove(x.name)
	}
	x.folder.used.Add(-x.size.Load())
}
