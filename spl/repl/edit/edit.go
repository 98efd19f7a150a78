// Package edit is the line where a search is typed: several lines high if need be,
// coloured as it is typed, with completion, history and search in it.
//
// Read [Editor] first: it says what an editor is given. keys.go says what each key
// does, draw.go how the text comes onto the screen, menu.go is completion, recall.go
// the search through earlier lines, history.go the file of them. The editor knows no
// SPL: what is coloured, completed and finished is asked of functions.
package edit

import (
	"context"
	"errors"
	"io"
	"strings"

	"spl/spl/repl/term"
)

// ErrInterrupt is what [Editor.Read] gives for Ctrl-C.
var ErrInterrupt = errors.New("interrupted")

// Editor reads texts from a terminal in raw mode. It belongs to one goroutine.
type Editor struct {
	Keys    <-chan term.Key
	Resized <-chan struct{} // the terminal has another size
	Out     io.Writer
	// Size gives the terminal's width and height in cells.
	Size   func() (width, height int)
	Colors term.Palette
	// Prompt stands before the first line, More before the others.
	Prompt, More string
	// Open says whether a text is not finished: Enter then begins a new line. Nil:
	// every text is finished.
	Open func(text string) bool
	// Look says how a text looks; nil plain. It is called after each change.
	Look func(text string, cursor int) Look
	// Complete says what may stand at the cursor; nil nothing.
	Complete func(text string, cursor int) Completion
	History  *History
	// Shortcut gives, for a key that leaves the text, what [Editor.Read] returns for it;
	// the text is then in Kept. Nil: there are none.
	Shortcut func(k term.Key) (string, bool)
	Kept     string

	state
	menu   *menu
	recall *recall
	past   int    // steps back in the history
	typed  string // the text before the first step
	kill   string
	undo   []state
	drawn  frame
	look   Look
	looked string // the text that look is of
	at     int    // and the cursor
	note   string // a word of the editor's own, until the next key
}

// state is what undo brings back.
type state struct {
	text   string
	cursor int // a byte offset
}

// Look is how a text looks.
type Look struct {
	// Spans are the parts with a style, in order and apart from one another.
	Spans []Span
	// Message stands below the text: what is wrong with it, or what is expected.
	Message string
	// Fault says that the message is of a fault.
	Fault bool
}

// Span is a part of a text, in bytes, with a style.
type Span struct {
	Start, End int
	Style      term.Style
}

// Read lets a text be typed, beginning with start, and gives it when it is finished.
// The error is [ErrInterrupt] for Ctrl-C, io.EOF for Ctrl-D in an empty line and when
// no more keys come, or the context's.
func (e *Editor) Read(ctx context.Context, start string) (string, error) {
	e.state = state{start, len(start)}
	e.menu, e.recall, e.past, e.undo, e.drawn, e.note = nil, nil, 0, nil, frame{}, ""
	e.looked = "\x00"
	for {
		e.draw()
		select {
		case <-ctx.Done():
			e.leave()
			return "", ctx.Err()
		case <-e.Resized:
			e.resized()
		case k, ok := <-e.Keys:
			if !ok {
				e.leave()
				return "", io.EOF
			}
			e.note = ""
			if e.Shortcut != nil && e.menu == nil && e.recall == nil {
				if s, ok := e.Shortcut(k); ok {
					e.Kept = e.text
					e.wipe()
					return s, nil
				}
			}
			done, err := e.key(k)
			for !done && err == nil && len(e.Keys) > 0 { // typed ahead: draw once
				if k, ok = <-e.Keys; !ok {
					break
				}
				done, err = e.key(k)
			}
			if done || err != nil {
				e.leave()
				return e.text, err
			}
		}
	}
}

// key does what a key asks for; done says that the text is finished.
func (e *Editor) key(k term.Key) (done bool, err error) {
	if e.recall != nil {
		if taken, run := e.recalling(k); taken {
			return run, nil
		}
	}
	if e.menu != nil && e.choosing(k) {
		return false, nil
	}
	before := e.state
	done, err = e.stroke(k)
	if e.text != before.text && !k.Is("ctrl-_") {
		e.undo = append(e.undo, before)
	}
	return done, err
}

// insert puts a text at the cursor.
func (e *Editor) insert(s string) {
	e.text = e.text[:e.cursor] + s + e.text[e.cursor:]
	e.cursor += len(s)
}

// remove takes the bytes between two offsets out.
func (e *Editor) remove(from, to int) {
	e.text = e.text[:from] + e.text[to:]
	e.cursor = from
}

// set puts another text in the place of the whole.
func (e *Editor) set(s string) { e.state = state{s, len(s)} }

// line gives the bounds of the line with the cursor in it.
func (e *Editor) line() (start, end int) {
	start = strings.LastIndexByte(e.text[:e.cursor], '\n') + 1
	end = len(e.text)
	if i := strings.IndexByte(e.text[e.cursor:], '\n'); i >= 0 {
		end = e.cursor + i
	}
	return start, end
}
