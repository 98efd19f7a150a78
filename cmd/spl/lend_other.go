//go:build !unix

package main

import "io"

// lend gives keys of the standard input, and runs a function beside their reader.
func (a *app) lend() (keys io.Reader, alone func(f func() error) error) {
	return a.stdin, func(f func() error) error { return f() }
}
