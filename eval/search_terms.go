package eval

import (
	"strings"
	"unicode/utf8"

	"spl/eval/batch"
	"spl/parser"
)

// termNode looks for a word or phrase in the event's text.
type termNode struct{ f *termFinder }

func (n *termNode) match(b *batch.Batch, rows []int32) []int32 {
	c := b.Col("_raw")
	if c == nil {
		return nil // after a transforming command nothing matches
	}
	out := make([]int32, 0, len(rows))
	for _, r := range rows {
		if s, ok := c.First(int(r)); ok && n.f.match(s) {
			out = append(out, r)
		}
	}
	return out
}

// Breakers cut an event's text into the tokens that Splunk would index
// (search-expression 1.5). A term matches whole tokens: at each end either its own
// edge is a breaker, or what stands beside it in the text is.
var majorBreaker, minorBreaker [256]bool

func init() {
	for _, c := range []byte(" \t\r\n[]<>(){}|!;,'\"*&?+") {
		majorBreaker[c] = true
	}
	for _, c := range []byte("/:=@.-$#%\\_") {
		minorBreaker[c] = true
	}
}

// longBreakers are major breakers of several characters.
var longBreakers = []string{"%21", "%26", "%2526", "%3B", "%7C", "%20", "%2B", "%3D", "--", "%2520", "%5D", "%5B", "%3A", "%0A", "%2C", "%28", "%29"}

func isBreaker(c byte) bool { return majorBreaker[c] || minorBreaker[c] }

// termFinder finds a term in an event's text.
type termFinder struct {
	parts       []*foldFinder
	left, right bool // the edge must fall on a breaker
	whole       bool // TERM(): on a major breaker
}

func newTermFinder(v parser.Value) *termFinder {
	parts := strings.Split(v.Text, "*")
	f := &termFinder{left: parts[0] != "", right: parts[len(parts)-1] != "", whole: v.Whole}
	for _, p := range parts {
		if p != "" {
			ff := newFoldFinder(p)
			ff.exact = v.Case
			f.parts = append(f.parts, ff)
		}
	}
	return f
}

// match looks for the parts one after the other. What a * stands for holds no
// major breaker, so it stays within one token.
func (f *termFinder) match(s string) bool {
	if len(f.parts) == 0 {
		return true
	}
	for at := f.parts[0].find(s, 0); at >= 0; at = f.parts[0].find(s, at+1) {
		if f.left && !f.leftEdge(s, at) {
			continue
		}
		if f.rest(s, at+f.parts[0].size, f.parts[1:]) {
			return true
		}
	}
	return false
}

func (f *termFinder) rest(s string, end int, parts []*foldFinder) bool {
	if len(parts) == 0 {
		return !f.right || f.rightEdge(s, end)
	}
	limit := end
	for limit < len(s) && !majorBreaker[s[limit]] && !startsWithLong(s[limit:]) {
		limit++
	}
	for at := parts[0].find(s, end); at >= 0 && at <= limit; at = parts[0].find(s, at+1) {
		if f.rest(s, at+parts[0].size, parts[1:]) {
			return true
		}
		if len(parts) > 1 {
			return false // the first place leaves the most room for what follows
		}
	}
	return false
}

func (f *termFinder) leftEdge(s string, at int) bool {
	if at == 0 {
		return true
	}
	if f.whole {
		return majorBreaker[s[at-1]] || endsWithLong(s[:at])
	}
	return isBreaker(s[at]) || isBreaker(s[at-1]) || endsWithLong(s[:at])
}

func (f *termFinder) rightEdge(s string, end int) bool {
	if end == len(s) {
		return true
	}
	if f.whole {
		return majorBreaker[s[end]] || startsWithLong(s[end:])
	}
	return isBreaker(s[end-1]) || isBreaker(s[end])
}

func endsWithLong(s string) bool {
	if n := len(s); n < 3 || s[n-3] != '%' && s[n-1] != '-' && (n < 5 || s[n-5] != '%') {
		return false // every word of the text is asked
	}
	for _, l := range longBreakers {
		if strings.HasSuffix(s, l) {
			return true
		}
	}
	return false
}

func startsWithLong(s string) bool {
	if s == "" || s[0] != '%' && s[0] != '-' {
		return false
	}
	for _, l := range longBreakers {
		if strings.HasPrefix(s, l) {
			return true
		}
	}
	return false
}

// foldFinder finds a text in others, ignoring case.
type foldFinder struct {
	text  string // lower case
	size  int
	ascii bool
	exact bool // do not ignore case; orig is looked for
	orig  string
}

func newFoldFinder(s string) *foldFinder {
	return &foldFinder{text: lower(s), size: len(s), ascii: isASCII(s), orig: s}
}

// find gives the offset at or after from at which the text stands in s, or -1.
func (f *foldFinder) find(s string, from int) int {
	if from > len(s) {
		return -1
	}
	if f.exact {
		if i := strings.Index(s[from:], f.orig); i >= 0 {
			return from + i
		}
		return -1
	}
	if f.ascii {
		return f.findASCII(s, from)
	}
	for i := from; i+f.size <= len(s); i++ {
		if utf8.RuneStart(s[i]) && strings.EqualFold(s[i:i+f.size], f.orig) {
			return i
		}
	}
	return -1
}

// findASCII walks from one candidate for the first character to the next, in
// either case.
func (f *foldFinder) findASCII(s string, from int) int {
	if f.size == 0 {
		return from
	}
	lo := f.text[0]
	up := lo
	if lo >= 'a' && lo <= 'z' {
		up = lo - 32
	}
	nextLo, nextUp := from-1, from-1
	last := len(s) - f.size
	for i := from; i <= last; i++ {
		nextLo = nextByte(s, lo, i, nextLo)
		i2 := nextLo
		if up != lo {
			nextUp = nextByte(s, up, i, nextUp)
			i2 = min(nextLo, nextUp)
		}
		if i = i2; i > last {
			return -1
		}
		if equalLower(s[i:i+f.size], f.text) {
			return i
		}
	}
	return -1
}

// nextByte is the offset of c at or after i; have is the last answer. len(s) means
// that there is none.
func nextByte(s string, c byte, i, have int) int {
	if have >= i {
		return have
	}
	if n := strings.IndexByte(s[i:], c); n >= 0 {
		return i + n
	}
	return len(s)
}

// equalLower says whether s in lower case is want. Both are as long; want is ASCII.
func equalLower(s, want string) bool {
	for i := range len(want) {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c += 32
		}
		if c != want[i] {
			return false
		}
	}
	return true
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func lower(s string) string { return strings.ToLower(s) }

// equalFold is strings.EqualFold, quick to see that lengths differ.
func equalFold(s, want string) bool {
	if len(s) != len(want) && isASCII(want) && isASCII(s) {
		return false
	}
	return s == want || strings.EqualFold(s, want)
}

func hasPrefixFold(s, want string) bool {
	return len(s) >= len(want) && strings.EqualFold(s[:len(want)], want) || !isASCII(want) && strings.HasPrefix(lower(s), lower(want))
}

func hasSuffixFold(s, want string) bool {
	return len(s) >= len(want) && strings.EqualFold(s[len(s)-len(want):], want) || !isASCII(want) && strings.HasSuffix(lower(s), lower(want))
}
