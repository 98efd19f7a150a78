package layout

import (
	"strings"
	"unicode/utf8"
)

// writer writes pipelines. The column counts characters.
type writer struct {
	strings.Builder
	column int
	gentle bool
}

func (w *writer) put(s string) {
	w.WriteString(s)
	if i := strings.LastIndexByte(s, '\n'); i >= 0 {
		w.column = utf8.RuneCountInString(s[i+1:])
	} else {
		w.column += utf8.RuneCountInString(s)
	}
}

func (w *writer) line(indent int) { w.put("\n" + strings.Repeat(" ", indent)) }

// pipeline writes a command a line, each from the same column.
func (w *writer) pipeline(p *pipeline, indent int) {
	for i, s := range p.stages {
		if i > 0 {
			w.line(indent)
		}
		bar := i > 0 || p.piped
		if bar {
			w.put("|")
		}
		if len(s.words) == 0 {
			continue
		}
		if bar {
			w.put(" ")
		}
		if w.gentle {
			w.put(s.raw)
			continue
		}
		w.stage(s, indent, bar)
	}
}

// stage writes a command. Lines after the first begin where its arguments do, or four
// columns in where the command's name is long or implied.
func (w *writer) stage(s stage, indent int, bar bool) {
	next := indent + 4
	if bar && len(s.words) > 1 && s.words[0].sub() == nil {
		if n := w.column + utf8.RuneCountInString(s.words[0].text()) + 1; n-indent <= 14 {
			next = n
		}
	}
	depth := 0
	var group []word // from an opening parenthesis to what closes it
	for i, x := range s.words {
		group = append(group, x)
		last := i == len(s.words)-1
		if depth += x.depth(); !last && (depth > 0 || binds(x.text(), s.words[i+1].text())) {
			continue
		}
		depth = 0
		w.group(group, i < len(group), bar && i == len(group), indent, next)
		group = nil
	}
}

// binds says whether a word stays on the line of the one behind it.
func binds(word, next string) bool {
	switch strings.ToLower(word) {
	case "as", "by", "and", "or", "not", "in", "like", "over", "with", "output", "outputnew", "where", "from", "-", "+", "=", "==", "!=", "<", ">", "<=", ">=":
		return true
	}
	switch strings.ToLower(next) {
	case "as", "in", "like", "with", "=", "==", "!=", "<", ">", "<=", ">=":
		return true
	}
	return false
}

// group writes words that belong together: on one line where they fit on one, else broken
// where each comes to the edge, but not between those that bind. first is the group at the
// front of a command, stay the one right behind the command's name.
func (w *writer) group(words []word, first, stay bool, indent, next int) {
	whole := next+1+width(words) <= Width // it fits on a line of its own
	for i := 0; i < len(words); {
		j := i + 1
		for j < len(words) && binds(words[j-1].text(), words[j].text()) && !words[j].kept {
			j++
		}
		if next+width(words[i:j]) > Width {
			j = i + 1
		}
		ahead := width(words[i:j])
		if whole && i == 0 {
			ahead = width(words)
		}
		switch {
		case i == 0 && first:
		case words[i].kept, (i > 0 || !stay) && w.column+1+ahead > Width:
			w.line(next)
		default:
			w.put(" ")
		}
		for k, x := range words[i:j] {
			if k > 0 {
				w.put(" ")
			}
			w.word(x, indent)
		}
		i = j
	}
}

// width is that of words with spaces between.
func width(words []word) int {
	n := -1
	for _, x := range words {
		n += 1 + x.width()
	}
	return n
}

func (w *writer) word(x word, indent int) {
	for _, p := range x.parts {
		if !p.opens() {
			w.put(p.text)
			continue
		}
		w.put("[")
		w.line(indent + 4)
		w.pipeline(p.sub, indent+4)
		w.line(indent)
		w.put("]")
	}
}

// opens says whether a part is a subsearch that is written over several lines: one of
// several commands, or a long one. (White space does not count, since it changes.)
func (p part) opens() bool {
	return p.sub != nil && (len(p.sub.stages) > 1 || p.sub.piped || utf8.RuneCountInString(bare(p.text)) > Width*3/4)
}

// sub is the first subsearch of the word that is written over several lines.
func (x word) sub() *pipeline {
	for _, p := range x.parts {
		if p.sub != nil {
			return p.sub
		}
	}
	return nil
}

func (x word) text() string {
	var b strings.Builder
	for _, p := range x.parts {
		b.WriteString(p.text)
	}
	return b.String()
}

// width is the width of the word's first line.
func (x word) width() int {
	n := 0
	for _, p := range x.parts {
		if p.opens() {
			return n + 1
		}
		if i := strings.IndexByte(p.text, '\n'); i >= 0 {
			return n + utf8.RuneCountInString(p.text[:i])
		}
		n += utf8.RuneCountInString(p.text)
	}
	return n
}

// depth is by how many levels of parentheses the word goes deeper.
func (x word) depth() int {
	n := 0
	for _, p := range x.parts {
		switch p.text {
		case "(":
			n++
		case ")":
			n--
		}
	}
	return n
}
