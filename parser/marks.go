package parser

import (
	"strings"

	"spl/parser/source"
)

// MarkKind says what a part of a query is to an eye, without the query having to be
// right or whole.
type MarkKind int

// The kinds of mark.
const (
	WordMark    MarkKind = iota // a bare word: a term, a field, a number, a function
	CommandMark                 // a command's name
	PipeMark                    // |
	StringMark                  // "..."
	NameMark                    // '...', a name in single quotes
	OpMark                      // an operator, a comma, a parenthesis
	BracketMark                 // [ or ]
	MacroMark                   // `...`
	CommentMark                 // ```...```
)

// Mark is a part of a query.
type Mark struct {
	Kind MarkKind
	Span source.Span
	// Command is the command whose arguments the part belongs to, in lower case; of a
	// [CommandMark] the command itself. Search is what a query begins with unless it
	// says otherwise.
	Command string
	// Depth is how many subsearches stand around it.
	Depth int
}

// Left is what a query leaves open at its end: the offsets of the innermost things
// that were begun and not ended, -1 for none.
type Left struct {
	Quote, Bracket, Paren, Macro, Comment int
	// Pipe says that the last thing is a pipe, so that a command must follow.
	Pipe bool
}

// Open says whether anything is left open.
func (l Left) Open() bool {
	return l.Quote >= 0 || l.Bracket >= 0 || l.Paren >= 0 || l.Macro >= 0 || l.Comment >= 0 || l.Pipe
}

// Marks cuts a query that is still being typed into parts, macros not expanded, for
// colours and completion. No text is a fault; gaps between marks are white space.
func Marks(text string) ([]Mark, Left) {
	m := &marker{text: text, left: Left{-1, -1, -1, -1, -1, false}}
	m.frames = []markFrame{{start: true, open: -1}}
	for m.pos < len(text) {
		m.next()
	}
	if n := len(m.frames); n > 1 {
		m.left.Bracket = m.frames[n-1].open
	}
	if p := m.frame().parens; len(p) > 0 {
		m.left.Paren = p[len(p)-1]
	}
	for i := len(m.marks) - 1; i >= 0 && !m.left.Pipe; i-- {
		if m.marks[i].Kind != CommentMark {
			m.left.Pipe = m.marks[i].Kind == PipeMark
			break
		}
	}
	return m.marks, m.left
}

// markFrame is a pipeline: the query, or a subsearch in it.
type markFrame struct {
	command string
	start   bool // its first stage begins here
	piped   bool // a command's name must stand here
	open    int  // where its bracket stands
	parens  []int
	value   bool // the last token was a comparison
}

type marker struct {
	text   string
	pos    int
	marks  []Mark
	left   Left
	frames []markFrame
}

func (m *marker) frame() *markFrame { return &m.frames[len(m.frames)-1] }

func (m *marker) mark(k MarkKind, end int) {
	f := m.frame()
	m.marks = append(m.marks, Mark{k, source.Span{Start: m.pos, End: end}, f.command, len(m.frames) - 1})
	m.pos = end
	f.value = false
}

// term marks what begins an implied search where a pipeline begins with it.
func (m *marker) term(k MarkKind, end int) {
	f := m.frame()
	if f.start {
		f.command, f.start = "search", false
	}
	m.mark(k, end)
}

func (m *marker) next() {
	t, f := m.text, m.frame()
	if n := spaceAt(t[m.pos:]); n > 0 {
		m.pos += n
		return
	}
	switch c := t[m.pos]; {
	case strings.HasPrefix(t[m.pos:], "```"):
		end := strings.Index(t[m.pos+3:], "```")
		if end < 0 {
			m.left.Comment = m.pos
			end = len(t) - m.pos - 6
		}
		m.mark(CommentMark, m.pos+end+6)
	case c == '`':
		m.macro()
	case c == '"':
		end := closingQuote(t, m.pos)
		if end < 0 {
			m.left.Quote = m.pos
			end = len(t)
		}
		m.term(StringMark, end)
	case c == '|':
		f.start, f.piped, f.parens = false, true, nil
		m.mark(PipeMark, m.pos+1)
	case c == '[':
		m.term(BracketMark, m.pos+1)
		m.frames = append(m.frames, markFrame{start: true, open: m.pos - 1})
	case c == ']' && len(m.frames) > 1:
		m.frames = m.frames[:len(m.frames)-1]
		m.mark(BracketMark, m.pos+1)
	case (f.piped || f.start) && m.command():
	case c == '(':
		f.parens = append(f.parens, m.pos)
		m.term(OpMark, m.pos+1)
	case c == ')':
		if n := len(f.parens); n > 0 {
			f.parens = f.parens[:n-1]
		}
		m.term(OpMark, m.pos+1)
	case strings.IndexByte("=<>!", c) >= 0 && comparison(t[m.pos:]) > 0:
		m.term(OpMark, m.pos+comparison(t[m.pos:]))
		f.value = true
	case c == ',' || c == ']':
		m.term(OpMark, m.pos+1)
	case c == '\'' && f.command != "search" && !f.start:
		end := strings.IndexByte(t[m.pos+1:], '\'')
		if end < 0 {
			m.word()
			return
		}
		m.term(NameMark, m.pos+end+2)
	default:
		m.word()
	}
}

// macro marks a call. What it stands for may be a command or terms.
func (m *marker) macro() {
	end := strings.IndexByte(m.text[m.pos+1:], '`')
	if end < 0 {
		m.left.Macro = m.pos
		end = len(m.text) - m.pos - 2
	}
	f := m.frame()
	f.piped = false
	m.term(MacroMark, m.pos+end+2)
}

// command marks a command's name, if one stands here.
func (m *marker) command() bool {
	f := m.frame()
	rest := m.text[m.pos:]
	n := commandEnd(rest)
	if n == 0 {
		f.piped = false
		return false
	}
	name := strings.ToLower(rest[:n])
	// A pipeline that begins without a pipe begins with a search; in a subsearch other
	// commands may stand there, which only the table of commands can tell.
	if !f.piped && (name != "search" || !isCommandWord(rest)) {
		return false
	}
	f.command, f.start, f.piped = name, false, false
	m.mark(CommandMark, m.pos+n)
	return true
}

// word marks a bare word. Those of a search and of other commands end at the same
// characters, but for values, which run on over operators.
func (m *marker) word() {
	t, f := m.text, m.frame()
	i := m.pos
	for i < len(t) {
		c := t[i]
		if c == '\\' && i+1 < len(t) && spaceAt(t[i+1:]) == 0 {
			i += 2
			continue
		}
		if strings.IndexByte("()\"[],|`", c) >= 0 || spaceAt(t[i:]) > 0 {
			break
		}
		if !f.value && (strings.IndexByte("=<>", c) >= 0 || c == '!' && i+1 < len(t) && t[i+1] == '=') {
			break
		}
		i++
	}
	m.term(WordMark, min(max(i, m.pos+1), len(t)))
}
