package main

import (
	"context"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync/atomic"
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

	// interrupts takes Ctrl-C where a command lives on after it; see onInterrupt.
	interrupts atomic.Pointer[chan struct{}]
	// raw puts the terminal of the standard input into raw mode; nil where it is none.
	raw func() (restore func(), err error)
	// terminalSize is the size of the terminal of the standard output.
	terminalSize func() (width, height int)
	// resized is sent to when the terminal has another size.
	resized func() (changes <-chan struct{}, stop func())
	// tick gives a channel that is sent to as often as asked, until stop.
	tick func(every time.Duration) (ticks <-chan time.Time, stop func())
	// execute runs the reader's own pager over a text.
	execute func(command, text string) error
}

// onInterrupt gives Ctrl-C to a command from now on, which otherwise ends the program.
func (w *world) onInterrupt() <-chan struct{} {
	c := make(chan struct{}, 1)
	w.interrupts.Store(&c)
	return c
}

// interrupted says whether a command took Ctrl-C.
func (w *world) interrupted() bool {
	c := w.interrupts.Load()
	if c == nil {
		return false
	}
	select {
	case *c <- struct{}{}:
	default: // it has not dealt with the last one
	}
	return true
}

func realWorld(ctx context.Context) *world {
	w := &world{
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
		terminalSize:  terminalSize,
		resized:       resized,
		execute:       execute,
		tick: func(every time.Duration) (<-chan time.Time, func()) {
			t := time.NewTicker(every)
			return t.C, t.Stop
		},
	}
	if w.stdinTerminal {
		w.raw = func() (func(), error) {
			fd := int(os.Stdin.Fd())
			state, err := term.MakeRaw(fd)
			return func() { _ = term.Restore(fd, state) }, err
		}
	}
	return w
}

func terminalSize() (width, height int) {
	w, h, err := term.GetSize(int(os.Stdout.Fd()))
	if err != nil || w <= 0 || h <= 0 {
		return 80, 24
	}
	return w, h
}

// execute runs a command of the reader's environment, such as their pager, with a
// text as its input.
func execute(command, text string) error {
	c := exec.Command("sh", "-c", command) //nolint:gosec // it is the reader's own
	c.Stdin, c.Stdout, c.Stderr = strings.NewReader(text), os.Stdout, os.Stderr
	return c.Run()
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
