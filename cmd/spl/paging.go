package main

import (
	"errors"
	"io"
	"strings"

	"spl/spl/repl/page"
	"spl/spl/repl/term"
)

// paged writes a text, in a pager where it is higher than the terminal: the reader's
// own if PAGER names one, else the one built in.
func (a *app) paged(text string) error {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if a.raw == nil || a.stdoutWidth == 0 || a.getenv("TERM") == "dumb" {
		_, err := io.WriteString(a.stdout, text)
		return err
	}
	if _, height := a.terminalSize(); len(lines) < height {
		_, err := io.WriteString(a.stdout, text)
		return err
	}
	if pager := a.getenv("PAGER"); pager != "" && a.execute != nil {
		return a.execute(pager, text)
	}
	restore, err := a.raw()
	if err != nil {
		_, err = io.WriteString(a.stdout, text)
		return err
	}
	defer restore()
	resized, stop := a.resized()
	defer stop()
	p := &page.Pager{
		Keys: term.Keys(a.stdin), Resized: resized, Out: a.stdout, Size: a.terminalSize,
		Colors: term.Palette(a.colors(a.stdoutWidth)), Lines: lines,
	}
	if err := p.Run(a.ctx); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}
