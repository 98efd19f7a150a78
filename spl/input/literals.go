package input

import (
	"cmp"
	"slices"
	"strings"
)

// A clause is a part of the filter that rejects a line before it is looked at as
// JSON: at least one of its literals must stand in the line, in any case of letters.
// It errs on the side of letting pass: text in JSON may be written with escapes, so
// that a line that has some, and none of the literals, stays.
type clause struct {
	literals []literal
	// escapes are what may hide a literal in JSON: any backslash, or only \u when no
	// literal has a character that has a short escape.
	escapes string
}

// literal is in lower case and ASCII. rare is its byte that is rarest in logs.
type literal struct {
	text string
	rare int
}

// newFilter leaves out the clauses that cannot reject: those with an empty literal,
// or with one that is not ASCII, whose case would have to be folded by Unicode.
func newFilter(cnf [][]string) []clause {
	var f []clause
	for _, texts := range cnf {
		if c, ok := newClause(texts); ok {
			f = append(f, c)
		}
	}
	// The clause with the longest literals first: it is likely to reject the most.
	slices.SortStableFunc(f, func(a, b clause) int { return cmp.Compare(b.shortest(), a.shortest()) })
	return f
}

func newClause(texts []string) (clause, bool) {
	c := clause{escapes: `\u`}
	for _, t := range texts {
		if t == "" {
			return c, false
		}
		for i := range len(t) {
			switch b := t[i]; {
			case b >= 0x80:
				return c, false
			case b < ' ' || b == '"' || b == '\\' || b == '/' || b == 0x7f:
				c.escapes = `\`
			}
		}
		c.literals = append(c.literals, newLiteral(t))
	}
	return c, len(texts) > 0
}

func (c clause) shortest() int {
	n := len(c.literals[0].text)
	for _, l := range c.literals {
		n = min(n, len(l.text))
	}
	return n
}

// common lists bytes from the most to the least frequent in logs; what is not in it
// is rarer still.
const common = "\"e,:0taso1rni2cl3d5p4-mu67.89/gvyfbhk_w{}xj \\qz[]"

func newLiteral(t string) literal {
	t = lowerASCII(t)
	l := literal{text: t}
	best := -1
	for i := range len(t) {
		rank := strings.IndexByte(common, t[i])
		if rank < 0 {
			rank = len(common)
		}
		if rank > best {
			best, l.rare = rank, i
		}
	}
	return l
}

func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		b[i] = lower(c)
	}
	return string(b)
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c |= 0x20
	}
	return c
}

// foldedAlike are the characters beyond ASCII that Unicode folds to k and s. A line
// that has one of them is let pass.
var foldedAlike = []string{"\u212a", "\u017f"}

// matcher applies a filter to the lines of one text, from front to back. Each
// finder remembers the next place where its text stands, so that all of them
// together go over the text once, however many lines there are.
type matcher struct {
	text    string
	clauses []clauseMatcher
	alike   []finder
	windows finder // the beginning of Windows events, in which entities may hide a literal
}

type clauseMatcher struct {
	finders []finder
	escapes finder
	table   bool
}

// newMatcher prepares a filter. In tables a quote is written twice, so literals
// with quotes must not reject.
func newMatcher(f []clause, text string, table bool) *matcher {
	m := &matcher{text: text, windows: finder{lit: literal{text: "<event"}}}
	for _, c := range f {
		if table && slices.ContainsFunc(c.literals, func(l literal) bool { return strings.Contains(l.text, `"`) }) {
			continue
		}
		cm := clauseMatcher{escapes: exactly(c.escapes), table: table}
		for _, l := range c.literals {
			cm.finders = append(cm.finders, finder{lit: l})
		}
		m.clauses = append(m.clauses, cm)
	}
	for _, s := range foldedAlike {
		m.alike = append(m.alike, exactly(s))
	}
	if len(m.clauses) == 0 {
		return nil
	}
	return m
}

// matches says whether the line from start to end may matter. Lines must be asked
// for in order.
func (m *matcher) matches(start, end int) bool {
	for i := range m.clauses {
		if !m.clauses[i].matches(m.text, start, end) && !m.unsure(start, end) {
			return false
		}
	}
	return true
}

func (m *matcher) unsure(start, end int) bool {
	for i := range m.alike {
		if m.alike[i].next(m.text, start) < end {
			return true
		}
	}
	return m.windows.next(m.text, start) < end && strings.IndexByte(m.text[start:end], '&') >= 0
}

func (c *clauseMatcher) matches(text string, start, end int) bool {
	for i := range c.finders {
		f := &c.finders[i]
		if f.next(text, start)+len(f.lit.text) <= end {
			return true
		}
	}
	// A cell of a table may be JSON.
	return c.escapes.next(text, start) < end && (c.table || jsonStart(text[start:end]))
}

// jsonStart says whether a line can be JSON.
func jsonStart(s string) bool {
	for i := range len(s) {
		if s[i] > ' ' {
			return s[i] == '{' || s[i] == '['
		}
	}
	return false
}

// jump gives the start of the next line, from start on, that the first clause may
// let pass; the end of the text when there is none.
func (m *matcher) jump(start int) int {
	at := min(m.clauses[0].escapes.next(m.text, start), m.windows.next(m.text, start))
	for i := range m.clauses[0].finders {
		at = min(at, m.clauses[0].finders[i].next(m.text, start))
	}
	for i := range m.alike {
		at = min(at, m.alike[i].next(m.text, start))
	}
	if at >= len(m.text) {
		return at
	}
	if n := strings.LastIndexByte(m.text[start:at], '\n'); n >= 0 {
		return start + n + 1
	}
	return start
}

// finder looks for one text, in any case of letters or exactly.
type finder struct {
	lit   literal
	exact bool
	known bool
	at    int // where it stands next; the end of the text if it does not
	// Where the rare byte stands next, in lower and in upper case.
	low, high int
}

func exactly(s string) finder { return finder{lit: literal{text: s}, exact: true} }

// next is the first place from start on. start must not go back.
func (f *finder) next(text string, start int) int {
	if f.known && f.at >= start {
		return f.at
	}
	f.known = true
	if f.exact {
		f.at = indexFrom(text, f.lit.text, start)
	} else {
		f.at = f.search(text, start)
	}
	return f.at
}

func indexFrom(text, s string, start int) int {
	if i := strings.Index(text[start:], s); i >= 0 {
		return start + i
	}
	return len(text)
}

// search goes from one occurrence of the rare byte to the next.
func (f *finder) search(text string, start int) int {
	lit := f.lit.text
	c := lit[f.lit.rare]
	upper := c
	if 'a' <= c && c <= 'z' {
		upper = c &^ 0x20
	}
	for i := start + f.lit.rare; i < len(text); i++ {
		if f.low < i {
			f.low = indexByte(text, c, i)
		}
		if f.high < i {
			f.high = f.low
			if upper != c {
				f.high = indexByte(text, upper, i)
			}
		}
		if i = min(f.low, f.high); i >= len(text) {
			break
		}
		if at := i - f.lit.rare; len(text)-at >= len(lit) && equalLower(text[at:at+len(lit)], lit) {
			return at
		}
	}
	return len(text)
}

func indexByte(text string, c byte, from int) int {
	if i := strings.IndexByte(text[from:], c); i >= 0 {
		return from + i
	}
	return len(text)
}

// equalLower compares s, in any case of letters, with a text in lower case.
func equalLower(s, lit string) bool {
	for i := range len(lit) {
		if lower(s[i]) != lit[i] {
			return false
		}
	}
	return true
}
