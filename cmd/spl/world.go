package main

import (
	"context"
	"io"
	"io/fs"
	"os"
	"runtime"
	"time"

	"golang.org/x/term"
)

// world is everything outside the program that it may touch. Nothing else here or
// below reads the environment, the clock or the disk.
type world struct {
	ctx            context.Context
	stdin          io.ReadCloser
	stdout, stderr io.Writer
	// The terminals that the streams are; the widths in cells, 0 for no terminal.
	stdinTerminal            bool
	stdoutWidth, stderrWidth int
	getenv                   func(string) string
	now                      func() time.Time
	zone                     *time.Location // the machine's
	cores                    int
	disk                     disk
	memory                   int64  // of the machine, in bytes; 0 not known
	tempDir                  string // for temporary files
}

func realWorld(ctx context.Context) *world {
	return &world{
		ctx:           ctx,
		stdin:         os.Stdin,
		stdout:        os.Stdout,
		stderr:        os.Stderr,
		stdinTerminal: term.IsTerminal(int(os.Stdin.Fd())),
		stdoutWidth:   terminalWidth(os.Stdout),
		stderrWidth:   terminalWidth(os.Stderr),
		getenv:        os.Getenv,
		now:           time.Now,
		zone:          time.Local,
		cores:         runtime.GOMAXPROCS(0),
		disk:          disk{},
		memory:        machineMemory(),
		tempDir:       os.TempDir(),
	}
}

// terminalWidth is the width of a terminal, 0 for what is none.
func terminalWidth(f *os.File) int {
	fd := int(f.Fd())
	if !term.IsTerminal(fd) {
		return 0
	}
	if w, _, err := term.GetSize(fd); err == nil && w > 0 {
		return w
	}
	return 80
}

// disk is the file system, with paths as the user writes them.
type disk struct{}

// Open, Stat and ReadDir are the functions of package os.
func (disk) Open(name string) (fs.File, error)          { return os.Open(name) }
func (disk) Stat(name string) (fs.FileInfo, error)      { return os.Stat(name) }
func (disk) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(name) }
