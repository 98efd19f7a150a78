package spl

import (
	"io"
	"os"
)

// Folder lets the commands of a search that write files (outputcsv, outputlookup,
// collect) write into a folder, and inputcsv read from it: it gives what
// [RunOptions] wants. No name leads out of the folder.
func Folder(dir string) (create func(name string, more bool) (io.WriteCloser, error), open func(name string) (io.ReadCloser, error)) {
	create = func(name string, more bool) (io.WriteCloser, error) {
		root, err := os.OpenRoot(dir)
		if err != nil {
			return nil, err
		}
		defer root.Close()
		mode := os.O_CREATE | os.O_WRONLY | os.O_TRUNC
		if more {
			mode = os.O_CREATE | os.O_WRONLY | os.O_APPEND
		}
		return root.OpenFile(name, mode, 0o644)
	}
	open = func(name string) (io.ReadCloser, error) {
		root, err := os.OpenRoot(dir)
		if err != nil {
			return nil, err
		}
		defer root.Close()
		return root.Open(name)
	}
	return create, open
}
