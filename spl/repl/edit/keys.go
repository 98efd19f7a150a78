package edit

import (
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"

	"spl/spl/repl/term"
)

// stroke does what a key means to the text. The keys are those of Emacs and of
// readline, which most shells share.
func (e *Editor) stroke(k term.Key) (done bool, err error) {
	switch {
	case k.Name == "":
		e.insert(k.Text)
	case k.Is("paste"):
		e.insert(strings.TrimRight(k.Text, "\n"))
	case k.Is("enter"):
		return e.enter(), nil
	case k.Is("alt-enter"):
		e.insert("\n")
	case k.Is("ctrl-c"):
		return false, ErrInterrupt
	case k.Is("ctrl-d") && e.text == "":
		return false, io.EOF
	case k.Is("tab"):
		e.tab()
	case k.Is("ctrl-r"):
		e.search()
	case k.Is("ctrl-l"):
		io.WriteString(e.Out, "\x1b[H\x1b[2J") //nolint:errcheck // the next write tells
		e.drawn = frame{}
	case k.Is("ctrl-_"):
		if n := len(e.undo); n > 0 {
			e.state, e.undo = e.undo[n-1], e.undo[:n-1]
		}
	default:
		if !e.move(k) {
			e.change(k)
		}
	}
	return false, nil
}

// enter ends the text, or begins a new line of one that is not finished.
func (e *Editor) enter() bool {
	if e.Open != nil && e.Open(e.text) {
		e.insert("\n")
		return false
	}
	e.cursor = len(e.text)
	return true
}

// move moves the cursor.
func (e *Editor) move(k term.Key) bool {
	start, end := e.line()
	switch {
	case k.Is("left", "ctrl-b"):
		e.cursor = e.before(e.cursor)
	case k.Is("right", "ctrl-f"):
		e.cursor = e.after(e.cursor)
	case k.Is("home", "ctrl-a"):
		e.cursor = start
	case k.Is("end", "ctrl-e"):
		e.cursor = end
	case k.Is("alt-<"):
		e.cursor = 0
	case k.Is("alt->"):
		e.cursor = len(e.text)
	case k.Is("alt-b", "ctrl-left", "alt-left"):
		e.cursor = e.wordBefore()
	case k.Is("alt-f", "ctrl-right", "alt-right"):
		e.cursor = e.wordAfter()
	case k.Is("up", "ctrl-p"):
		e.vertical(-1)
	case k.Is("down", "ctrl-n"):
		e.vertical(+1)
	default:
		return false
	}
	return true
}

// change changes the text.
func (e *Editor) change(k term.Key) {
	start, end := e.line()
	cut := func(from, to int) {
		e.kill = e.text[from:to]
		e.remove(from, to)
	}
	switch {
	case k.Is("backspace"):
		e.remove(e.before(e.cursor), e.cursor)
	case k.Is("delete", "ctrl-d"):
		e.remove(e.cursor, e.after(e.cursor))
	case k.Is("ctrl-k"):
		if end == e.cursor && end < len(e.text) {
			end++ // at its end, the line's end itself
		}
		cut(e.cursor, end)
	case k.Is("ctrl-u"):
		cut(start, e.cursor)
	case k.Is("ctrl-w"):
		cut(e.spaceBefore(), e.cursor)
	case k.Is("alt-backspace"):
		cut(e.wordBefore(), e.cursor)
	case k.Is("alt-d"):
		cut(e.cursor, e.wordAfter())
	case k.Is("ctrl-y"):
		e.insert(e.kill)
	case k.Is("ctrl-t"):
		if a := e.before(e.cursor); a < e.cursor && e.cursor < len(e.text) {
			b := e.after(e.cursor)
			e.text = e.text[:a] + e.text[e.cursor:b] + e.text[a:e.cursor] + e.text[b:]
			e.cursor = b
		}
	}
}

// before is the offset of the character before one.
func (e *Editor) before(at int) int {
	start := strings.LastIndexByte(e.text[:max(0, at-1)], '\n') + 1
	last := start
	g := displaywidth.StringGraphemes(e.text[start:at])
	for pos := start; g.Next(); {
		last = pos
		pos += len(g.Value())
	}
	return last
}

// after is the offset after the character at one.
func (e *Editor) after(at int) int {
	g := displaywidth.StringGraphemes(e.text[at:])
	if g.Next() {
		return at + len(g.Value())
	}
	return at
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }

func (e *Editor) wordBefore() int {
	at := strings.TrimRightFunc(e.text[:e.cursor], func(r rune) bool { return !isWord(r) })
	return len(strings.TrimRightFunc(at, isWord))
}

func (e *Editor) wordAfter() int {
	rest := strings.TrimLeftFunc(e.text[e.cursor:], func(r rune) bool { return !isWord(r) })
	return len(e.text) - len(strings.TrimLeftFunc(rest, isWord))
}

func (e *Editor) spaceBefore() int {
	at := strings.TrimRightFunc(e.text[:e.cursor], unicode.IsSpace)
	i := strings.LastIndexFunc(at, unicode.IsSpace)
	if i < 0 {
		return 0
	}
	_, n := utf8.DecodeRuneInString(at[i:])
	return i + n
}

// vertical goes to the row above or below; from the first and the last, through the
// history.
func (e *Editor) vertical(by int) {
	l := e.layOut()
	row := l.row + by
	if row >= 0 && row < len(l.rows) {
		e.cursor = l.offset(row, l.col)
		return
	}
	e.step(-by)
}

// step goes back in the history, or with -1 forward.
func (e *Editor) step(by int) {
	to := e.past + by
	if e.History == nil || to < 0 || to > e.History.Len() {
		return
	}
	if e.past == 0 {
		e.typed = e.text
	}
	e.past = to
	if to == 0 {
		e.set(e.typed)
		return
	}
	e.set(e.History.Back(to))
}
