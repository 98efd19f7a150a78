package input

import (
	"cmp"
	"slices"
	"strings"

	"spl/spl/input/kernel"
)

// A clause is a part of the filter that rejects a line before it is looked at as
// JSON: at least one of its literals must stand in the line, in any case of letters.
// It errs on the side of letting pass: text in JSON may be written with escapes, so
// that a line that has some, and none of the literals, stays.
type clause struct {
	literals []literal
	// escapes are what may hide a literal in JSON: any backslash, or only \u when no
	// literal has a character that has a short escape.
	escapes *literal
}

// literal is in lower case and ASCII. Two of its bytes are looked for, the first of
// them at offset; of a single byte there is no pair. With ends, one of these bytes must
// come after it.
type literal struct {
	text   string
	ends   string
	pair   kernel.Pair
	offset int
}

// newFilter leaves out the clauses that cannot reject: those with a literal that is
// empty, or has nothing in ASCII, beyond which case would have to be folded by Unicode.
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
	c := clause{escapes: &unicodeEscape}
	for _, t := range texts {
		if longest := longestRun(t); len(longest) > 1 || len(longest) == len(t) {
			t = longest
		}
		if t == "" {
			return c, false
		}
		for i := range len(t) {
			switch {
			case t[i] >= 0x80:
				return c, false
			case hasShortEscape(t[i]):
				c.escapes = &anyEscape
			}
		}
		c.literals = append(c.literals, newLiteral(t))
	}
	return c, len(texts) > 0
}

// longestRun is the longest piece of a text that JSON can hide only with \u. Where the
// text stands, so does its piece; and hardly a line has the one and not the other, while
// many have a backslash.
func longestRun(t string) string {
	best, start := "", 0
	for i := 0; i <= len(t); i++ {
		if i < len(t) && t[i] < 0x80 && !hasShortEscape(t[i]) {
			continue
		}
		if i-start > len(best) {
			best = t[start:i]
		}
		start = i + 1
	}
	return best
}

func hasShortEscape(b byte) bool {
	return b < ' ' || b == '"' || b == '\\' || b == '/' || b == 0x7f
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

// newLiteral takes the two rarest bytes for the pair.
func newLiteral(t string) literal {
	l := literal{text: lowerASCII(t)}
	if len(t) < 2 {
		return l
	}
	first, second := 0, -1 // the rarest and the next
	for i := 1; i < len(t); i++ {
		switch r := rarity(l.text[i]); {
		case r > rarity(l.text[first]):
			first, second = i, first
		case second < 0 || r > rarity(l.text[second]):
			second = i
		}
	}
	return l.with(min(first, second), max(first, second))
}

func rarity(c byte) int {
	if i := strings.IndexByte(common, c); i >= 0 {
		return i
	}
	return len(common)
}

// with is the literal looked for by two of its bytes.
func (l literal) with(i, j int) literal {
	a, b := l.text[i], l.text[j]
	l.offset = i
	l.pair = kernel.Pair{A: a, B: b, FoldA: isLower(a), FoldB: isLower(b), Gap: j - i}
	return l
}

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }

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
var foldedAlike = []literal{asWritten("\u212a"), asWritten("\u017f")}

// What may hide a literal in JSON.
var anyEscape, unicodeEscape = asWritten(`\`), asWritten(`\u`)

// matcher applies a filter to the lines of one text, from front to back. Each
// finder remembers the next place where its text stands, so that all of them
// together go over the text once, however many lines there are.
type matcher struct {
	text    string
	clauses []clauseMatcher
	alike   []finder
	finders []finder // of all clauses
	windows finder   // the beginning of Windows events, in which entities may hide a literal
}

type clauseMatcher struct {
	finders []finder
	escapes finder
	table   bool
}

// begin prepares the matcher for a filter and a text, and says whether there is anything
// to match. In tables a quote is written twice, so literals with quotes must not reject.
// What the matcher had for another text is used again.
func (m *matcher) begin(f []clause, text string, table, ascii bool) bool {
	m.text, m.windows = text, finder{lit: &windowsStart}
	m.clauses, m.alike, m.finders = m.clauses[:0], m.alike[:0], m.finders[:0]
	for i := range f {
		c := &f[i]
		if table && slices.ContainsFunc(c.literals, func(l literal) bool { return strings.Contains(l.text, `"`) }) {
			continue
		}
		from := len(m.finders)
		for j := range c.literals {
			m.finders = append(m.finders, finder{lit: &c.literals[j]})
		}
		m.clauses = append(m.clauses, clauseMatcher{m.finders[from:], exactly(c.escapes), table})
	}
	if !ascii {
		for i := range foldedAlike {
			m.alike = append(m.alike, exactly(&foldedAlike[i]))
		}
	}
	return len(m.clauses) > 0
}

// plain says that nothing is escaped with \u in the text and no Windows event begins.
func (m *matcher) plain() {
	nowhere := func(f *finder) { f.known, f.at = true, len(m.text) }
	nowhere(&m.windows)
	for i := range m.clauses {
		if e := &m.clauses[i].escapes; e.lit == &unicodeEscape {
			nowhere(e)
		}
	}
}

// matches says whether the line from start to end may matter. Lines must be asked
// for in order.
func (m *matcher) matches(start, end int) bool {
	for i := range m.clauses {
		c := &m.clauses[i]
		if !(i == 0 && c.leads(m.text, start, end) || i > 0 && c.matches(m.text[start:end])) && !m.unsure(start, end) {
			return false
		}
	}
	return true
}

// others is matches for a line of plain text that the first clause lets pass.
func (m *matcher) others(start, end int) bool {
	for i := range m.clauses[1:] {
		if !m.clauses[i+1].matches(m.text[start:end]) {
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

// leads is matches for the first clause, whose finders go over the whole text.
func (c *clauseMatcher) leads(text string, start, end int) bool {
	for i := range c.finders {
		f := &c.finders[i]
		if f.next(text, start)+len(f.lit.text) <= end {
			return true
		}
	}
	// A cell of a table may be JSON.
	return c.escapes.next(text, start) < end && (c.table || jsonStart(text[start:end]))
}

// matches looks at one line.
func (c *clauseMatcher) matches(line string) bool {
	for i := range c.finders {
		f := finder{lit: c.finders[i].lit}
		if f.search(line, 0) < len(line) {
			return true
		}
	}
	return (c.table || jsonStart(line)) && strings.Contains(line, c.escapes.lit.text)
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
	lit   *literal
	exact bool
	known bool
	at    int // where it stands next; the end of the text if it does not
}

func exactly(l *literal) finder { return finder{lit: l, exact: true} }

// asWritten is a literal that is looked for exactly.
func asWritten(s string) literal {
	l := literal{text: s}
	if len(s) > 1 {
		l.pair = kernel.Pair{A: s[0], B: s[1], Gap: 1}
	}
	return l
}

// windowsStart is how a Windows event begins.
var windowsStart = newLiteral("<event")

// next is the first place from start on. start must not go back.
func (f *finder) next(text string, start int) int {
	if f.known && f.at >= start {
		return f.at
	}
	f.known = true
	f.at = f.search(text, start)
	return f.at
}

// search goes from one occurrence of the pair to the next.
func (f *finder) search(text string, start int) int {
	lit := f.lit.text
	if len(lit) == 1 {
		return f.searchByte(text, start)
	}
	b := textBytes(text)
	for i := start + f.lit.offset; ; i++ {
		i = f.lit.pair.Index(b, i)
		at := i - f.lit.offset
		if i >= len(b) || len(text)-at < len(lit) {
			return len(text)
		}
		if f.lit.stands(text, at, f.exact) {
			return at
		}
	}
}

// stands says whether the literal is at a place of the text, exactly or in any case of
// letters, with what may come after it.
func (l *literal) stands(text string, at int, exact bool) bool {
	end := at + len(l.text)
	if at < 0 || end > len(text) {
		return false
	}
	found := text[at:end]
	return (found == l.text || !exact && equalLower(found, l.text)) &&
		(l.ends == "" || end < len(text) && strings.IndexByte(l.ends, text[end]) >= 0)
}

func (f *finder) searchByte(text string, start int) int {
	c := f.lit.text[0]
	at := indexByte(text, c, start)
	if !f.exact && isLower(c) {
		at = min(at, indexByte(text, c&^0x20, start))
	}
	return at
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
