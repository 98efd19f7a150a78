// Package page is the pager: long and wide results, a screen at a time.
package page

import (
	"context"
	"fmt"
	"io"
	"strings"

	"spl/spl/repl/show"
	"spl/spl/repl/term"
)

// Pager shows lines on a terminal in raw mode. It belongs to one goroutine.
type Pager struct {
	Keys    <-chan term.Key
	Resized <-chan struct{}
	Out     io.Writer
	Size    func() (width, height int)
	Colors  term.Palette

	// Title stands in the last line.
	Title string
	// Head stands still above the lines. Neither has colours, nor anything else that
	// moves the cursor.
	Head, Lines []string
	// Marked are words that are marked in the lines.
	Marked []string

	top, left int
	widest    int
	query     string // what was looked for last
	asking    bool   // it is being typed
	note      string
}

const (
	enter = "\x1b[?1049h\x1b[?25l"
	leave = "\x1b[?25h\x1b[?1049l"
)

// Run shows the lines until the reader has had enough: q, Escape or Ctrl-C. The error
// is io.EOF when the keys end, or the context's.
func (p *Pager) Run(ctx context.Context) error {
	for _, l := range append(p.Head, p.Lines...) {
		p.widest = max(p.widest, term.Width(l))
	}
	io.WriteString(p.Out, enter)       //nolint:errcheck // a terminal that is gone ends the keys
	defer io.WriteString(p.Out, leave) //nolint:errcheck // as above
	for {
		p.draw()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.Resized:
		case k, ok := <-p.Keys:
			switch {
			case !ok:
				return io.EOF
			case p.asking:
				p.ask(k)
			case k.Text == "q" || k.Text == "Q" || k.Is("escape", "ctrl-c", "ctrl-d"):
				return nil
			default:
				p.note = ""
				p.key(k)
			}
		}
	}
}

// room is how many lines are shown at a time, and how wide they may be.
func (p *Pager) room() (lines, width int) {
	width, height := p.Size()
	return max(1, height-1-len(p.Head)), max(8, width)
}

func (p *Pager) key(k term.Key) {
	rows, width := p.room()
	key := k.Name
	if key == "" {
		key = k.Text
	}
	switch key {
	case "down", "j", "enter", "ctrl-n":
		p.top++
	case "up", "k", "ctrl-p":
		p.top--
	case " ", "f", "pgdown", "ctrl-f":
		p.top += rows
	case "b", "pgup", "ctrl-b":
		p.top -= rows
	case "g", "home", "<":
		p.top, p.left = 0, 0
	case "G", "end", ">":
		p.top = len(p.Lines)
	case "right", "l":
		p.left += width / 2
	case "left", "h":
		p.left -= width / 2
	case "0", "ctrl-a":
		p.left = 0
	case "$", "ctrl-e":
		p.left = p.widest
	case "/":
		p.asking, p.query = true, ""
	case "n":
		p.find(+1, p.top+1)
	case "N":
		p.find(-1, p.top-1)
	}
	p.bound()
}

// bound keeps the view within the lines.
func (p *Pager) bound() {
	rows, width := p.room()
	p.top = max(0, min(p.top, len(p.Lines)-rows))
	p.left = max(0, min(p.left, p.widest-width+1))
}

// ask takes a key of the text to look for.
func (p *Pager) ask(k term.Key) {
	switch {
	case k.Name == "":
		p.query += k.Text
	case k.Is("backspace"):
		if cells := term.Cells(p.query, 0); len(cells) > 0 {
			p.query = p.query[:len(p.query)-cells[len(cells)-1].Size]
		} else {
			p.asking = false
		}
	case k.Is("enter"):
		p.asking = false
		p.find(+1, p.top)
		p.bound()
	case k.Is("escape", "ctrl-c", "ctrl-g"):
		p.asking, p.query = false, ""
	}
}

// find goes to the next line that holds what is looked for, in any case of letters.
func (p *Pager) find(by, from int) {
	if p.query == "" {
		return
	}
	want := strings.ToLower(p.query)
	for i := from; i >= 0 && i < len(p.Lines); i += by {
		at := strings.Index(strings.ToLower(p.Lines[i]), want)
		if at < 0 {
			continue
		}
		p.top = i
		_, width := p.room()
		if x := term.Width(p.Lines[i][:min(at, len(p.Lines[i]))]); x < p.left || x >= p.left+width-1 {
			p.left = max(0, x-width/3)
		}
		return
	}
	p.note = "not found: " + term.Safe(p.query)
}

// draw writes the whole screen.
func (p *Pager) draw() {
	p.bound()
	rows, width := p.room()
	var b strings.Builder
	b.WriteString("\x1b[H")
	for _, h := range p.Head {
		b.WriteString(p.Colors.Paint(term.Bold, p.slice(h, width)) + "\x1b[K\r\n")
	}
	words := p.Marked
	if p.query != "" && !p.asking {
		words = []string{p.query}
	}
	for i := range rows {
		if n := p.top + i; n < len(p.Lines) {
			s := p.slice(p.Lines[n], width)
			if p.Colors && len(words) > 0 {
				s = show.Mark(s, words, p.Colors)
			}
			b.WriteString(s)
		}
		b.WriteString("\x1b[K\r\n")
	}
	b.WriteString(p.Colors.Paint(term.Reverse, term.Cut(p.status(rows, width), width-1)) + "\x1b[K")
	_, _ = io.WriteString(p.Out, b.String()) // as above
}

// slice is the part of a line that is in view.
func (p *Pager) slice(line string, width int) string {
	var b strings.Builder
	x := 0
	for _, c := range term.Cells(line, 0) {
		if x >= p.left && x+c.Width <= p.left+width-1 {
			b.WriteString(c.Text)
		}
		x += c.Width
	}
	return b.String()
}

func (p *Pager) status(rows, width int) string {
	if p.asking {
		return "/" + term.Safe(p.query)
	}
	if p.note != "" {
		return p.note
	}
	at := fmt.Sprintf("lines %d–%d of %d", min(p.top+1, len(p.Lines)), min(p.top+rows, len(p.Lines)), len(p.Lines))
	if p.widest >= width {
		at += fmt.Sprintf(", from column %d of %d (←→)", p.left+1, p.widest)
	}
	if p.Title != "" && width >= 60 {
		at = p.Title + ": " + at
	}
	if keys := "; / finds, q ends"; term.Width(at)+len(keys) < width {
		at += keys
	}
	return at
}
