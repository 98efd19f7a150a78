package repl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"spl/spl/input"
	"spl/spl/repl/assist"
	"spl/spl/repl/edit"
	"spl/spl/repl/page"
	"spl/spl/repl/show"
	"spl/spl/repl/term"
)

const (
	prompt = "spl> "
	more   = "...> "
)

// loop is a session on a terminal.
type loop struct {
	*Session
	t    *Terminal
	keys *keyboard
	ed   *edit.Editor
	// failed: a line did.
	failed bool
}

// ErrLine is what Run gives where lines were read that nobody typed, and one of them failed.
var ErrLine = errors.New("a line failed")

// Run talks to the reader of a terminal until they leave. The error is that of files
// that are not there, the context's, or [ErrLine].
func Run(ctx context.Context, c Config, t *Terminal) error {
	ctx, end := context.WithCancel(ctx)
	defer end()
	var out io.Writer = t.Out
	if !t.plain() {
		out = term.Raw{W: t.Out}
	}
	l := &loop{Session: New(c, out, t.Size), t: t}
	l.colors, l.plain = term.Palette(t.Colors), t.plain()
	files, err := l.files(nil)
	if err != nil {
		return err
	}
	l.greet(files)
	learning := make(chan struct{})
	o := l.inputOptions()
	go func() {
		defer close(learning)
		l.learn(ctx, files, o, 0)
	}()
	defer func() { end(); <-learning }()
	l.assist.Wait = func() {
		select {
		case <-learning:
		case <-time.After(assist.Patience):
		}
	}
	if l.plain {
		return l.readLines(ctx)
	}
	l.keys = newKeyboard(t.Keys, ctx.Done())
	l.view = func(title string, x show.Text, words []string) error {
		p := &page.Pager{Keys: l.keys.out, Resized: t.Resized, Out: t.Out, Size: t.Size, Colors: l.colors, Title: title, Head: x.Head, Lines: x.Lines, Marked: words}
		l.keys.onStop(nil)
		return p.Run(ctx)
	}
	l.ed = &edit.Editor{
		Keys: l.keys.out, Resized: t.Resized, Out: t.Out, Size: t.Size, Colors: l.colors,
		Prompt: prompt, More: more, Open: l.assist.Open, Look: l.assist.Look, Complete: l.assist.Complete,
		History: c.History, Shortcut: l.shortcut,
	}
	return l.edit(ctx)
}

// greet shows the first screen: what is open, and where help is.
func (l *loop) greet(files []input.File) {
	name := strings.TrimSpace("spl " + l.Version)
	if len(files) == 0 {
		l.tell(l.colors.Paint(term.Bold, name) + ": no files are open; :open FILE... opens some, :help helps")
		return
	}
	l.tell(l.colors.Paint(term.Bold, name) + ": " + l.opened(files) + "; :help helps")
}

// edit reads searches from the editor and runs them.
func (l *loop) edit(ctx context.Context) error {
	start := ""
	for !l.quit {
		text, err := l.ed.Read(ctx, start)
		start = ""
		switch {
		case errors.Is(err, edit.ErrInterrupt):
			continue
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if text == openPager {
			l.say(l.pageResult(ctx, ""))
			start = l.ed.Kept
			continue
		}
		l.do(ctx, text)
	}
	return nil
}

// openPager is what the editor gives for Ctrl-O.
const openPager = "\x0f"

// shortcut leaves the editor for keys that are not of the text.
func (l *loop) shortcut(k term.Key) (string, bool) {
	if k.Is("ctrl-o") {
		return openPager, true
	}
	return "", false
}

// do runs a line, which Ctrl-C stops.
func (l *loop) do(ctx context.Context, text string) {
	inner, stop := context.WithCancel(ctx)
	defer stop()
	if l.keys != nil {
		l.keys.onStop(stop)
		defer l.keys.onStop(nil)
	}
	if err := l.History.Add(strings.TrimSpace(text)); err != nil {
		l.printf("notice: the history cannot be written: %v", err)
		l.History.Forget()
	}
	err := l.guard(func() error { return l.Do(inner, text) })
	l.failed = l.failed || err != nil
	if ctx.Err() == nil && !errors.Is(err, context.Canceled) {
		l.say(err)
	}
}

// guard turns a panic, which is a fault of the program, into an error: the session
// goes on.
func (l *loop) guard(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = sayf("please report it along with the search", "a fault of spl itself: %v", r)
		}
	}()
	return f()
}

// say shows an error.
func (l *loop) say(err error) {
	if err == nil || errors.Is(err, errShown) {
		return
	}
	l.tell(l.colors.Paint(term.Red, oneLine(err.Error())))
	var s *said
	if errors.As(err, &s) && s.help != "" {
		l.tell("  help: " + oneLine(s.help))
	}
}

// readLines is the session without an editor: for dumb terminals, for readers of
// screens, and for scripts. Nothing is written over.
func (l *loop) readLines(ctx context.Context) error {
	lines := l.lines(ctx)
	text := ""
	for !l.quit {
		if l.t.Prompts {
			lead := prompt
			if text != "" {
				lead = more
			}
			_, _ = fmt.Fprint(l.out, lead)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-l.t.Interrupts:
			text = ""
			l.println("")
			continue
		case s, ok := <-lines:
			if !ok {
				if l.t.Prompts {
					l.println("")
				}
				if text != "" { // what is left open is a fault to be told
					l.interruptible(ctx, text)
				}
				return l.outcome()
			}
			text += s
		}
		if l.assist.Open(text) {
			text += "\n"
			continue
		}
		l.interruptible(ctx, text)
		text = ""
	}
	return l.outcome()
}

// lines are those that come in, until they end.
func (l *loop) lines(ctx context.Context) <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for {
			s, err := l.t.Lines.ReadString('\n')
			if s != "" {
				select {
				case lines <- strings.TrimRight(s, "\r\n"):
				case <-ctx.Done():
					return
				}
			}
			if err != nil {
				return
			}
		}
	}()
	return lines
}

// outcome is what a script ends with: every line is run, and who started it hears that one
// failed. Somebody who typed the lines has seen it.
func (l *loop) outcome() error {
	if l.failed && !l.t.Prompts {
		return ErrLine
	}
	return nil
}

// interruptible runs a line, which an interrupt stops.
func (l *loop) interruptible(ctx context.Context, text string) {
	inner, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		select {
		case <-l.t.Interrupts:
			stop()
		case <-inner.Done():
		}
	}()
	l.do(inner, text)
}
