package edit

import (
	"fmt"
	"strings"

	"spl/spl/repl/term"
)

// Completion is what may stand at a place in the text.
type Completion struct {
	// From and To are the part of the text that an item takes the place of.
	From, To int
	Items    []Item
	// Empty says why there is no item, if there is something to say.
	Empty string
}

// Item is one thing that may stand there.
type Item struct {
	Text  string // what is put in
	Show  string // what the menu shows; "" is Text
	Note  string // a word on it, beside it
	After string // what is put in behind it once it is chosen: a space, a bracket
}

func (i Item) shown() string {
	if i.Show != "" {
		return term.Safe(i.Show)
	}
	return term.Safe(i.Text)
}

// menu is a completion under way.
type menu struct {
	Completion
	at    int // the chosen item; -1 none
	first int // the first that is shown
	start state
}

// tab completes as far as there is only one way to go on, and shows the ways where
// there are several.
func (e *Editor) tab() {
	if e.Complete == nil {
		return
	}
	c := e.Complete(e.text, e.cursor)
	switch len(c.Items) {
	case 0:
		e.note = c.Empty
		return
	case 1:
		e.put(c, c.Items[0].Text+c.Items[0].After)
		return
	}
	m := &menu{Completion: c, at: -1}
	if p := common(c.Items); len(p) > c.To-c.From && strings.HasPrefix(strings.ToLower(p), strings.ToLower(e.text[c.From:c.To])) {
		e.put(c, p)
		m.To = c.From + len(p)
	}
	m.start = e.state
	e.menu = m
}

// put replaces the part that a completion is of.
func (e *Editor) put(c Completion, s string) {
	rest := e.text[c.To:]
	if n := len(s); n > 0 && strings.HasPrefix(rest, s[n-1:]) && strings.ContainsAny(s[n-1:], "( =\"`") {
		s = s[:n-1] // it is there already
		defer func() { e.cursor++ }()
	}
	e.text = e.text[:c.From] + s + rest
	e.cursor = c.From + len(s)
}

// common is what all items begin with.
func common(items []Item) string {
	p := items[0].Text
	for _, i := range items[1:] {
		n := 0
		for n < len(p) && n < len(i.Text) && p[n] == i.Text[n] {
			n++
		}
		p = p[:n]
	}
	return strings.ToValidUTF8(p, "")
}

// choosing handles a key while the menu is open; false leaves it to the text.
func (e *Editor) choosing(k term.Key) bool {
	m := e.menu
	n := len(m.Items)
	switch {
	case k.Is("tab", "down", "ctrl-n"):
		m.at = (m.at + 1) % n
	case k.Is("shift-tab", "up", "ctrl-p"):
		m.at = (max(m.at, 0) + n - 1) % n
	case k.Is("pgdown"):
		m.at = min(n-1, max(m.at, 0)+8)
	case k.Is("pgup"):
		m.at = max(0, m.at-8)
	case k.Is("escape", "ctrl-c", "ctrl-g"):
		e.state, e.menu = m.start, nil
		return true
	case k.Is("enter") && m.at >= 0:
		e.choose(m.Items[m.at].After)
		e.menu = nil
		return true
	default:
		e.menu = nil
		return false
	}
	e.choose("")
	return true
}

// choose puts the chosen item into the text.
func (e *Editor) choose(after string) {
	m := e.menu
	e.state = m.start
	e.put(m.Completion, m.Items[m.at].Text+after)
}

// lines draws the menu in at most so many lines of some width.
func (m *menu) lines(colors term.Palette, width, most int) []string {
	most = max(1, most)
	if m.at >= 0 {
		m.first = min(m.first, m.at)
		m.first = max(m.first, m.at-most+1)
	}
	m.first = min(m.first, max(0, len(m.Items)-most)) // the terminal may have grown
	end := min(len(m.Items), m.first+most)
	widest := 0
	for _, i := range m.Items[m.first:end] {
		widest = max(widest, term.Width(i.shown()))
	}
	widest = min(widest, max(8, width*2/3))
	var out []string
	for n := m.first; n < end; n++ {
		i := m.Items[n]
		name := term.Pad(i.shown(), widest)
		note := term.Cut(term.Safe(i.Note), max(0, width-widest-4))
		mark, style := "  ", term.Cyan
		if n == m.at {
			mark, style = "> ", term.Reverse
		}
		out = append(out, mark+colors.Paint(style, name)+"  "+colors.Paint(term.Faint, note))
	}
	if more := len(m.Items) - end; more > 0 && len(out) == most && most > 1 {
		out[len(out)-1] = colors.Paint(term.Faint, fmt.Sprintf("  … %d more: Tab and arrows go on", more+1))
		if m.at == end-1 {
			m.first++
			return m.lines(colors, width, most)
		}
	}
	return out
}
