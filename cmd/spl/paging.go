package main

import (
	"errors"
	"io"
	"os/exec"
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
		a.onInterrupt()
		defer a.interrupts.Store(nil)
		return a.runPager(pager, text)
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

// runPager runs the reader's own pager over a text, for a caller that takes Ctrl-C: it is
// the pager's while that runs, and no fault where it ends it.
func (a *app) runPager(pager, text string) error {
	err := a.execute(pager, text)
	const bySignal = -1
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() == bySignal {
		return nil
	}
	return err
}
