package assist

import (
	"regexp"
	"strings"

	"spl/parser"
	"spl/spl/command"
)

// place is where the cursor stands in a search.
type place struct {
	kind    placeKind
	from    int    // where the word under the cursor begins
	word    string // it, up to the cursor, without an opening quote
	quote   byte   // that opening quote
	command string // whose arguments it is in
	key     string // of key=value, where the cursor is in the value
	before  string // the stages before the one with the cursor
	first   bool   // the stage is the first of the search
}

type placeKind int

const (
	inNothing placeKind = iota
	inCommand           // a command's name
	inMacro             // a macro's name
	inValue             // a value
	inWord              // an argument
	inText              // a text in quotes that is no value
)

// locate finds the place of the cursor.
func locate(text string, cursor int) place {
	head := text[:cursor]
	marks, left := parser.Marks(head)
	p := place{kind: inWord, from: cursor, command: "search", first: true}
	start := 0 // of the pipeline with the cursor in it
	if left.Bracket >= 0 {
		start = left.Bracket + 1
	}
	pipe := -1
	for _, m := range marks {
		if m.Kind == parser.PipeMark && m.Span.Start >= start && (left.Bracket < 0 && m.Depth == 0 || left.Bracket >= 0) {
			pipe = m.Span.Start
		}
	}
	if pipe >= 0 {
		p.before, p.first = strings.TrimSpace(head[start:pipe]), false
	}
	if len(marks) == 0 {
		return p
	}
	n := len(marks) - 1
	last := marks[n]
	p.command = last.Command
	touching := last.Span.End == cursor
	switch {
	case left.Comment >= 0:
		p.kind = inNothing
	case left.Macro >= 0:
		p.kind, p.from, p.word = inMacro, left.Macro+1, head[left.Macro+1:]
	case last.Kind == parser.PipeMark:
		p.kind = inCommand
	case last.Kind == parser.BracketMark && head[last.Span.Start] == '[':
		p.kind, p.command = inCommand, "search"
	case touching && last.Kind == parser.CommandMark:
		p.kind, p.from, p.word = inCommand, last.Span.Start, head[last.Span.Start:]
	case left.Quote >= 0:
		p.kind, p.quote, p.from, p.word = inText, '"', left.Quote, head[left.Quote+1:]
		p.value(marks[:n], head)
	case touching && last.Kind == parser.WordMark:
		p.from, p.word = last.Span.Start, head[last.Span.Start:]
		if p.command != "search" && strings.HasPrefix(p.word, "'") {
			p.quote, p.word = '\'', p.word[1:]
		}
		p.value(marks[:n], head)
	case touching && (last.Kind == parser.StringMark || last.Kind == parser.NameMark || last.Kind == parser.MacroMark):
		p.kind = inNothing
	default:
		p.value(marks, head)
	}
	return p
}

// value makes the place that of a value, where the marks before it end in name=.
func (p *place) value(marks []parser.Mark, head string) {
	n := len(marks)
	if n < 2 || marks[n-1].Kind != parser.OpMark || strings.IndexByte("=<>!", head[marks[n-1].Span.Start]) < 0 {
		return
	}
	key := marks[n-2]
	text := head[key.Span.Start:key.Span.End]
	switch key.Kind {
	case parser.WordMark:
		p.kind, p.key = inValue, text
	case parser.StringMark, parser.NameMark:
		p.kind, p.key = inValue, strings.Trim(text, `"'`)
	}
}

// takes is what a command takes as arguments, as the form of its arguments says.
type takes struct {
	functions   bool // aggregates
	expressions bool
	fields      bool
	tables      bool // lookup tables
	models      bool
	saved       bool     // saved searches
	jobs        bool     // earlier results
	keywords    []string // BY, AS, ...
	choices     map[string][]string
}

var (
	keywordPattern = regexp.MustCompile(`\b[A-Z]{2,}[A-Z-]*\b`)
	choicePattern  = regexp.MustCompile(`([a-z_]+)=([a-z0-9_]+(?:\|[a-z0-9_]+)+)`)
)

// takesOf reads a command's usage. The table of commands is the only place that says
// what a command takes; its usage is written in a fixed set of words.
func takesOf(c *command.Command) takes {
	u := c.Usage
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(u, w) {
				return true
			}
		}
		return false
	}
	t := takes{
		functions:   has("<function>"),
		expressions: has("expression>"),
		fields:      has("field", "<dimension>", "<column>", "<row", "<function>", "expression>", "<metric>"),
		tables:      has("<table>"),
		models:      has("<model>"),
		saved:       has(`"<name>"`),
		jobs:        has("<job>"),
		keywords:    keywordPattern.FindAllString(strings.NewReplacer("HH:MM:SS", "").Replace(u), -1),
		choices:     map[string][]string{},
	}
	for _, m := range choicePattern.FindAllStringSubmatch(u, -1) {
		t.choices[m[1]] = strings.Split(m[2], "|")
	}
	return t
}
