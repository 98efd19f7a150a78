package main

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"spl/parser/source"
	"spl/spl"
	"spl/spl/input"
	"spl/spl/repl"
	"spl/spl/repl/edit"
	"spl/spl/repl/term"
)

func (a *app) replCommand() *cobra.Command {
	plain := false
	c := &cobra.Command{
		Use:   "repl [flags] [FILE...]",
		Short: "Ask files one question after the other, at a prompt",
		Long: `Opens files at a prompt: Tab completes commands, functions, macros, fields and their
values; results are kept as $1, $2, ...; a second search over the same files is
quicker. :help says more. What was typed is kept in $XDG_STATE_HOME/spl/history.`,
		Example: "  spl repl /var/log/app/\n  spl repl sourcetype=aws:cloudtrail trail.json.gz",
		RunE:    func(_ *cobra.Command, args []string) error { return a.repl(args, plain) },
	}
	fs := c.Flags()
	fs.SortFlags = false
	fs.BoolVar(&plain, "plain", false, "no drawing and no colours, each value on a line with its name: for readers of screens")
	fs.StringVar(&a.flags.write, "write", "", "let outputlookup, outputcsv and collect write, into `folder` and nowhere else")
	a.flags.addMeta(fs)
	a.flags.addPlan(fs)
	a.flags.addMemory(fs)
	a.flags.addPlaces(fs)
	a.flags.addMacros(fs)
	choices(c, "input-format", input.Formats...)
	a.completions(c)
	c.ValidArgsFunction = nil // files
	return c
}

// What is pasted comes marked as such, so that its line ends run nothing.
const markPastes, unmarkPastes = "\x1b[?2004h", "\x1b[?2004l"

// repl opens the prompt.
func (a *app) repl(args []string, plain bool) error {
	if err := a.flags.check(); err != nil {
		return err
	}
	c, done, err := a.session(args)
	if err != nil {
		return err
	}
	defer done()
	t := &repl.Terminal{Out: a.stdout, Size: a.terminalSize, Colors: a.colors(a.stdoutWidth)}
	if t.Size == nil || a.stdoutWidth == 0 {
		t.Size = func() (int, int) { return 80, 24 }
	}
	if plain || a.raw == nil || a.stdoutWidth == 0 || a.getenv("TERM") == "dumb" {
		return a.replLines(c, t, plain)
	}
	restore, err := a.raw()
	if err != nil {
		return &failure{"the terminal cannot be prepared: " + err.Error(), "spl repl --plain does without"}
	}
	defer restore()
	// Ctrl-C is a key here and a signal only while a pager runs; it may be noticed after
	// the pager has ended by it.
	a.onInterrupt()
	defer a.interrupts.Store(nil)
	_, _ = io.WriteString(a.stdout, markPastes)
	defer io.WriteString(a.stdout, unmarkPastes) //nolint:errcheck // nobody is left to tell
	var stop func()
	t.Resized, stop = a.resized()
	defer stop()
	keys, alone := a.lend()
	t.Keys = term.Keys(keys)
	if pager := a.getenv("PAGER"); pager != "" && a.execute != nil {
		c.Pager = func(text string) error {
			return alone(func() error {
				_, _ = io.WriteString(a.stdout, unmarkPastes)
				restore()
				err := a.runPager(pager, text)
				_, failed := a.raw()
				_, _ = io.WriteString(a.stdout, markPastes)
				return errors.Join(err, failed)
			})
		}
	}
	return repl.Run(a.ctx, *c, t)
}

// replLines is the prompt without drawing: for scripts, and for terminals and readers that
// want none.
func (a *app) replLines(c *repl.Config, t *repl.Terminal, plain bool) error {
	t.Lines, t.Prompts = bufio.NewReader(a.stdin), a.stdinTerminal
	t.Colors = t.Colors && !plain
	if a.stdinTerminal {
		t.Interrupts = a.onInterrupt()
	}
	err := repl.Run(a.ctx, *c, t)
	if errors.Is(err, repl.ErrLine) {
		return &errReported{exitFailed}
	}
	return err
}

// session gathers what a session may touch.
func (a *app) session(args []string) (*repl.Config, func(), error) {
	base, err := a.knowledge()
	if err != nil {
		return nil, nil, err
	}
	clock, err := a.flags.clock(a.world)
	if err != nil {
		return nil, nil, err
	}
	memory, err := a.flags.takes(a.world)
	if err != nil {
		return nil, nil, err
	}
	c := &repl.Config{
		Disk: a.disk, Operands: args, Meta: a.flags.meta, Knowledge: base, Now: a.now, Clock: a.now, Zone: clock.zone,
		Earliest: a.flags.earliest, Latest: a.flags.latest, Version: shortVersion(), Topics: topics, Faults: a.faults,
		WriteFile: func(name string, data []byte) error { return plain(os.WriteFile(name, data, 0o644)) }, //nolint:gosec // named by the reader
		Doc: func(name string) (string, bool) {
			var b strings.Builder
			ok := topic(&b, strings.TrimSuffix(strings.ToLower(name), "()"))
			return b.String(), ok
		},
	}
	if a.flags.now != "" {
		c.Now = func() time.Time { return clock.now }
	}
	memory.bound(&c.Run)
	c.Run.Workers = a.flags.workers
	if a.flags.write != "" {
		c.Run.Create, c.Run.Open = spl.Folder(a.flags.write)
	}
	done, err := a.flags.openPlaces(&c.Run)
	if err != nil {
		return nil, nil, err
	}
	c.History = a.history()
	return c, done, nil
}

// faults shows faults of a search at the prompt.
func (a *app) faults(w io.Writer, errs source.Errors, width int, colors bool) {
	(&report{w: w, color: colors, width: excerptWidth(width)}).faults(errs)
}

// plain words an error of the disk.
func plain(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return errors.New(plainError(p.Path, err))
	}
	return err
}

// maxHistoryFile is the size above which the file of the history is cut to its newest
// half.
const maxHistoryFile = 4 << 20

// history opens the file of what was typed in earlier sessions. Without a folder for
// it, or where it cannot be read, the history is that of the session alone.
func (a *app) history() *edit.History {
	dir, _ := os.Getwd()
	file := a.historyFile()
	if file == "" {
		return edit.NewHistory(nil, dir, a.now, nil)
	}
	text, err := os.ReadFile(file)
	if err == nil && len(text) > maxHistoryFile {
		text = text[len(text)/2:]
		text = text[strings.IndexByte(string(text), '\n')+1:]
		replace(file, text)
	}
	return edit.NewHistory(strings.NewReader(string(text)), dir, a.now, func(line []byte) error {
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return err
		}
		f, err := os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		_, err = f.Write(line)
		return errors.Join(err, f.Close())
	})
}

// replace writes a file anew, whole or not at all.
func replace(file string, text []byte) {
	part := file + ".new"
	if os.WriteFile(part, text, 0o600) == nil {
		_ = os.Rename(part, file)
	}
}

// historyFile is where the history is kept; "" nowhere.
func (a *app) historyFile() string {
	state := a.getenv("XDG_STATE_HOME")
	if home := a.getenv("HOME"); state == "" && home != "" {
		state = filepath.Join(home, ".local", "state")
	}
	if state == "" || !filepath.IsAbs(state) {
		return ""
	}
	return filepath.Join(state, "spl", "history")
}

// shortVersion is the version for the greeting; "" for a build without one.
func shortVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "(devel)" && !strings.HasPrefix(info.Main.Version, "v0.0.0") {
		return info.Main.Version
	}
	return ""
}
