// Package repl is the prompt: a person asks a pile of logs one question after the
// other.
//
// Read [Config] first, which is all that a session may touch, then session.go: a
// [Session] runs searches and keeps their results, with no terminal in sight. loop.go
// puts it behind an editor on a terminal; commands.go lists what begins with a colon.
// The rooms below: edit (the line that is typed), assist (completion and colours),
// show (answers on a screen), page (the pager), cache (what a second search need not
// read again), follow (files that grow), term (keys and widths).
package repl

import (
	"bufio"
	"io"
	"io/fs"
	"time"

	"spl/parser/source"
	"spl/spl"
	"spl/spl/input"
	"spl/spl/knowledge"
	"spl/spl/repl/edit"
	"spl/spl/repl/term"
)

// Config is what a session is given. Nothing else of the world is touched.
type Config struct {
	Disk     Disk
	Operands []string   // files, as on the command line
	Meta     input.Meta // of files that do not say
	// Knowledge is what apps and macros say; its macros can be overridden.
	Knowledge *knowledge.Base
	// Now gives the present, or what is taken for it. Clock is the machine's own, which
	// times are measured with.
	Now, Clock func() time.Time
	Zone       *time.Location
	// Range is the time range to begin with, as modifiers; "" is no bound.
	Earliest, Latest string
	// Run is what runs have in common: workers, memory, where searches may write.
	Run spl.RunOptions
	// WriteFile writes a file that the reader names in :export, :save or :test.
	WriteFile func(name string, data []byte) error
	History   *edit.History
	// Doc is the reference page of a command or function, Topics are all there are.
	Doc    func(name string) (string, bool)
	Topics func() []string
	// Faults shows faults of a search.
	Faults func(w io.Writer, errs source.Errors, width int, colors bool)
	// Pager shows a text with the reader's own pager; nil: with the one built in.
	Pager func(text string) error
	// Tick gives a channel that is sent to as often as asked, until stop.
	Tick func(every time.Duration) (tick <-chan time.Time, stop func())
	// Version is what the greeting shows.
	Version string
}

// Disk is where the files are.
type Disk interface {
	Open(name string) (fs.File, error)
	Stat(name string) (fs.FileInfo, error)
	ReadDir(name string) ([]fs.DirEntry, error)
}

// Terminal is where a session talks to its reader.
type Terminal struct {
	// Keys are those that are pressed; nil when lines are read from Lines, which is how
	// dumb terminals and readers of screens are served.
	Keys    <-chan term.Key
	Lines   *bufio.Reader
	Prompts bool // whether lines are asked for
	Resized <-chan struct{}
	// Interrupts are Ctrl-C that do not come as keys.
	Interrupts <-chan struct{}
	Out        io.Writer
	Size       func() (width, height int)
	Colors     bool
}

// Plain says that nothing may be drawn over or beside.
func (t *Terminal) plain() bool { return t.Keys == nil }

// ticks is the Tick of the real clock.
func ticks(every time.Duration) (<-chan time.Time, func()) {
	t := time.NewTicker(every)
	return t.C, t.Stop
}
