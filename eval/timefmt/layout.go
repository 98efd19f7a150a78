package timefmt

import (
	"strings"
	"time"
	"unicode/utf8"
)

// A Layout is a compiled strftime/strptime layout. It is never changed after
// CompileLayout and may be used by many goroutines at once.
type Layout struct {
	text string
	ops  []op
}

// An op is one directive, or a run of literal text.
type op struct {
	verb   byte   // the directive's letter; verbText for literal text
	digits int    // width of %N and %Q; number of colons of %z; 1 for %Ez
	text   string // literal text, or the directive as written
	// unknown says that the text is the beginning of what looks like a directive.
	unknown bool
}

const (
	verbText  = 0
	verbSpace = ' ' // white space in the layout, %n and %t when parsing
	verbMins  = 'E' // %Ez
)

// composites are the directives that stand for several others.
var composites = map[byte]string{
	'c': "%a %b %e %H:%M:%S %Y",
	'+': "%a %b %e %H:%M:%S %Z %Y",
	'F': "%Y-%m-%d",
	'D': "%m/%d/%y",
	'T': "%H:%M:%S",
	'R': "%H:%M",
	'X': "%H:%M:%S",
	'x': "%m/%d/%Y",
	'v': "%e-%b-%Y",
}

// simple are the directives of one letter that take no modifier.
const simple = "aAbBhCdefgGHIkljmMSpsuUVwWyYzZ"

// CompileLayout reads a layout of % directives (the table "Date and time" of
// eval-functions 5.5). It cannot fail: a directive that is not in the table
// stays in the output as it is written, and has to be met literally in a text
// that is parsed.
func CompileLayout(layout string) *Layout {
	l := &Layout{text: layout}
	l.compile(layout, 0)
	return l
}

// String returns the layout as it was written.
func (l *Layout) String() string { return l.text }

// compile appends the ops of a layout. depth stops the nesting of composites,
// which are one level deep.
func (l *Layout) compile(layout string, depth int) {
	for layout != "" {
		i := strings.IndexByte(layout, '%')
		if i < 0 {
			l.literal(layout)
			return
		}
		l.literal(layout[:i])
		layout = layout[i:]
		n := l.directive(layout, depth)
		layout = layout[n:]
	}
}

// directive appends the directive at the start of s and returns its length.
func (l *Layout) directive(s string, depth int) int {
	if len(s) < 2 || s[1] >= utf8.RuneSelf || isSpace(s[1]) {
		l.literal(s[:1])
		return 1
	}
	c := s[1]
	if text, ok := composites[c]; ok && depth == 0 {
		// %c and %v can be written but not read: the mark makes Parse fail.
		if c == 'c' || c == 'v' {
			l.ops = append(l.ops, op{verb: c, text: s[:2]})
		}
		l.compile(text, depth+1)
		return 2
	}
	switch {
	case c == '%':
		l.literal("%")
		return 2
	case c == 'n':
		l.literal("\n")
		return 2
	case c == 't':
		l.literal("\t")
		return 2
	case c == 'N':
		return l.add('N', 9, s[:2])
	case c == 'Q':
		return l.add('Q', 3, s[:2])
	case c >= '1' && c <= '9' && len(s) > 2 && (s[2] == 'N' || s[2] == 'Q'):
		return l.add(s[2], int(c-'0'), s[:3])
	case strings.HasPrefix(s, "%Ez"):
		return l.add(verbMins, 1, s[:3])
	case c == ':':
		colons := len(s[1:]) - len(strings.TrimLeft(s[1:], ":"))
		if colons <= 3 && len(s) > colons+1 && s[colons+1] == 'z' {
			return l.add('z', colons, s[:colons+2])
		}
	case strings.IndexByte(simple, c) >= 0:
		return l.add(c, 0, s[:2])
	}
	l.ops = append(l.ops, op{verb: verbText, text: s[:2], unknown: true}) // it is copied
	return 2
}

func (l *Layout) add(verb byte, digits int, text string) int {
	l.ops = append(l.ops, op{verb: verb, digits: digits, text: text})
	return len(text)
}

// literal appends text that stands for itself, with every run of white space
// as an op of its own because Parse treats it differently.
func (l *Layout) literal(s string) {
	for s != "" {
		n := strings.IndexFunc(s, isSpaceRune)
		if n != 0 {
			if n < 0 {
				n = len(s)
			}
			l.ops = append(l.ops, op{verb: verbText, text: s[:n]})
			s = s[n:]
			continue
		}
		n = len(s) - len(strings.TrimLeftFunc(s, isSpaceRune))
		l.ops = append(l.ops, op{verb: verbSpace, text: s[:n]})
		s = s[n:]
	}
}

func isSpaceRune(r rune) bool { return r < 0x80 && isSpace(byte(r)) }

func isSpace(c byte) bool { return c == ' ' || (c >= '\t' && c <= '\r') }

func isDigit(c byte) bool { return c-'0' < 10 }

func isLetter(c byte) bool { return (c|0x20)-'a' < 26 }

// Format writes epoch seconds by a layout; see Layout.Format. Compile the
// layout with CompileLayout where it is used more than once.
func Format(epoch float64, layout string, zone *time.Location) string {
	return CompileLayout(layout).Format(epoch, zone)
}

// Parse reads a time by a layout; see Layout.Parse. Compile the layout with
// CompileLayout where it is used more than once.
func Parse(text, layout string, zone *time.Location, now time.Time) (epoch float64, ok bool) {
	return CompileLayout(layout).Parse(text, zone, now)
}
