//go:build unix

package main

import (
	"errors"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// lendWait is how long a look for keys takes, and so how long a pager may have to wait
// for the terminal.
const lendWait = 100 * time.Millisecond

// lendable is a terminal's input of which another program can have the keys for a while:
// who waits in a read of it would take some of them away.
type lendable struct {
	file *os.File
	mu   sync.Mutex
}

// lend gives keys of the standard input, and runs a function that has them for itself.
func (a *app) lend() (keys io.Reader, alone func(f func() error) error) {
	file, ok := a.stdin.(*os.File)
	if !ok {
		return a.stdin, func(f func() error) error { return f() }
	}
	l := &lendable{file: file}
	return l, func(f func() error) error {
		l.mu.Lock()
		defer l.mu.Unlock()
		return f()
	}
}

// Read is part of [io.Reader].
func (l *lendable) Read(p []byte) (int, error) {
	for {
		if n, err, done := l.try(p); done {
			return n, err
		}
	}
}

// try reads if there is something to be read.
func (l *lendable) try(p []byte) (n int, err error, done bool) { //nolint:revive // done says whether the others count
	l.mu.Lock()
	defer l.mu.Unlock()
	fd := int(l.file.Fd())
	var set unix.FdSet
	set.Set(fd)
	wait := unix.NsecToTimeval(int64(lendWait))
	ready, err := unix.Select(fd+1, &set, nil, nil, &wait)
	switch {
	case errors.Is(err, unix.EINTR), err == nil && ready == 0:
		return 0, nil, false
	case err != nil:
		return 0, err, true
	}
	n, err = l.file.Read(p)
	return n, err, true
}
