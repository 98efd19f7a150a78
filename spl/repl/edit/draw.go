package edit

import (
	"fmt"
	"io"
	"strings"

	"spl/spl/repl/term"
)

// layout is the text cut into rows of the screen.
type layout struct {
	rows     []row
	row, col int // of the cursor
	cursor   int // its offset
}

type row struct {
	lead  string // what stands before it
	start int    // offset of its first byte
	end   int
	cells []term.Cell
	width int // of all, lead included
}

// frame is what was drawn last.
type frame struct {
	widths []int // of its rows
	row    int   // of the cursor
}

// layOut cuts the text into rows. The last column stays free, so that no terminal
// wraps a line by itself.
func (e *Editor) layOut() layout {
	width, _ := e.Size()
	width = max(8, width) - 1
	l := layout{cursor: e.cursor}
	start := 0
	for i, line := range strings.Split(e.text, "\n") {
		lead := e.More
		if i == 0 {
			lead = e.Prompt
		}
		if term.Width(lead) > width/2 {
			lead = ""
		}
		l.line(line, start, lead, width)
		start += len(line) + 1
	}
	return l
}

// line adds the rows of a line.
func (l *layout) line(line string, start int, lead string, width int) {
	r := row{lead: lead, start: start, width: term.Width(lead)}
	at := start
	for _, c := range term.Cells(line, 0) {
		if r.width+c.Width > width && len(r.cells) > 0 {
			l.close(r, at, false)
			r = row{start: at}
		}
		r.cells = append(r.cells, c)
		r.width += c.Width
		at += c.Size
	}
	l.close(r, at, true)
}

// close ends a row, and notes the cursor if it stands there.
func (l *layout) close(r row, end int, last bool) {
	r.end = end
	if l.cursor >= r.start && (l.cursor < end || last && l.cursor == end) {
		l.row, l.col = len(l.rows), term.Width(r.lead)
		for i, at := 0, r.start; at < l.cursor && i < len(r.cells); i++ {
			at += r.cells[i].Size
			l.col += r.cells[i].Width
		}
	}
	l.rows = append(l.rows, r)
}

// offset is the place in the text of a column of a row.
func (l *layout) offset(n, col int) int {
	r := l.rows[n]
	at, x := r.start, term.Width(r.lead)
	for _, c := range r.cells {
		if x+c.Width > col {
			break
		}
		x += c.Width
		at += c.Size
	}
	if at == r.end && n+1 < len(l.rows) && l.rows[n+1].start == r.end && len(r.cells) > 0 {
		at -= r.cells[len(r.cells)-1].Size // the end of a row that goes on is the next row's start
	}
	return at
}

// draw writes the text and what stands below it over what was drawn before.
func (e *Editor) draw() {
	width, height := e.Size()
	if e.looked != e.text || e.at != e.cursor {
		e.looked, e.at, e.look = e.text, e.cursor, Look{}
		if e.Look != nil {
			e.look = e.Look(e.text, e.cursor)
		}
	}
	l := e.layOut()
	below := e.below(width, height)
	room := max(1, height-len(below))
	top := 0
	if len(l.rows) > room {
		top = min(max(0, l.row-room/2), len(l.rows)-room)
	}
	shown := l.rows[top:min(len(l.rows), top+room)]
	var b strings.Builder
	b.WriteString("\x1b[?25l")
	b.WriteString(e.drawn.home())
	e.drawn = frame{row: l.row - top}
	for i, r := range shown {
		if i > 0 {
			b.WriteString("\r\n")
		}
		e.paint(&b, r)
		e.drawn.widths = append(e.drawn.widths, r.width)
	}
	for _, s := range below {
		b.WriteString("\r\n" + s)
		e.drawn.widths = append(e.drawn.widths, term.Width(term.Strip(s)))
	}
	up(&b, len(e.drawn.widths)-1-e.drawn.row)
	b.WriteByte('\r')
	if l.col > 0 {
		fmt.Fprintf(&b, "\x1b[%dC", l.col)
	}
	b.WriteString("\x1b[?25h")
	_, _ = io.WriteString(e.Out, b.String()) // a terminal that is gone ends the keys
}

// home goes to where the frame began and clears it.
func (f frame) home() string {
	var b strings.Builder
	up(&b, f.row)
	b.WriteString("\r\x1b[J")
	return b.String()
}

func up(b *strings.Builder, n int) {
	if n > 0 {
		fmt.Fprintf(b, "\x1b[%dA", n)
	}
}

// resized takes into account that the terminal has broken the rows anew.
func (e *Editor) resized() {
	width, _ := e.Size()
	rows := 0
	for _, w := range e.drawn.widths[:min(e.drawn.row, len(e.drawn.widths))] {
		rows += max(1, (w+width-1)/max(1, width))
	}
	e.drawn.row = rows
}

// paint writes a row with its styles.
func (e *Editor) paint(b *strings.Builder, r row) {
	b.WriteString(e.Colors.Paint(term.Bold, r.lead))
	at := r.start
	spans := e.look.Spans
	style, run := term.Plain, strings.Builder{}
	flush := func() {
		b.WriteString(e.Colors.Paint(style, run.String()))
		run.Reset()
	}
	for _, c := range r.cells {
		for len(spans) > 0 && spans[0].End <= at {
			spans = spans[1:]
		}
		s := term.Plain
		if len(spans) > 0 && spans[0].Start <= at {
			s = spans[0].Style
		}
		if s != style {
			flush()
			style = s
		}
		run.WriteString(c.Text)
		at += c.Size
	}
	flush()
}

// below are the lines under the text: the menu, the search, or what is wrong.
func (e *Editor) below(width, height int) []string {
	switch {
	case e.recall != nil:
		return []string{e.Colors.Paint(term.Cyan, term.Cut(e.recall.title(), width-1))}
	case e.menu != nil:
		return e.menu.lines(e.Colors, width-1, min(10, max(1, height-2)))
	case e.note != "":
		return []string{e.Colors.Paint(term.Faint, term.Cut(term.Safe(e.note), width-1))}
	case e.look.Message == "" || height < 3:
		return nil
	}
	style := term.Faint
	if e.look.Fault {
		style = term.Red
	}
	return []string{e.Colors.Paint(style, term.Cut(term.Safe(e.look.Message), width-1))}
}

// wipe takes away what was drawn.
func (e *Editor) wipe() {
	_, _ = io.WriteString(e.Out, e.drawn.home())
	e.drawn = frame{}
}

// leave draws the text for the last time, without what stood below, and goes to the
// line after it.
func (e *Editor) leave() {
	e.menu, e.recall, e.note = nil, nil, ""
	e.look.Message = ""
	_, height := e.Size()
	if l := e.layOut(); len(l.rows) <= height {
		e.cursor = len(e.text)
	}
	e.at = e.cursor
	e.draw()
	var b strings.Builder
	if n := len(e.drawn.widths) - 1 - e.drawn.row; n > 0 {
		fmt.Fprintf(&b, "\x1b[%dB", n)
	}
	b.WriteString("\r\n")
	_, _ = io.WriteString(e.Out, b.String())
	e.drawn = frame{}
}
