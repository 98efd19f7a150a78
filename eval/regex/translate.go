package regex

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// engine is what a pattern is rewritten for.
type engine uint8

const (
	engineStd  engine = iota // the standard library's regexp
	engineBack               // regexp2 in its RE2 mode
)

const (
	maxDepth   = 200     // nested groups and classes
	maxText    = 1 << 18 // bytes of a rewritten pattern; subroutine calls multiply
	maxPattern = 1 << 17 // bytes of a pattern
)

// anyChar and noChar match every character and none, in both engines.
const (
	anyChar = `(?s:.)`
	noChar  = `[^\x00-` + "\U0010FFFF" + `]`
)

// A translator reads a PCRE pattern and writes it for one engine. It reads
// every pattern twice: first to learn which groups there are (a reference can
// stand before its group), then for good.
type translator struct {
	pattern string
	pos     int
	engine  engine
	known   *groupTable // of the first reading; nil during it
	groups  groupTable
	out     []byte
	needs   string

	flags      flags
	depth      int
	muted      int         // more than 0 inside of (?(DEFINE)…)
	calls      []int       // the subroutine calls being written
	open       []int       // the groups being read
	reset      *resetGroup // the innermost (?| being read, or nil
	endNewline bool

	// The last thing that a quantifier can follow.
	atom       int // where it starts in out, or -1
	atomKind   atomKind
	literals   literalTracker
	startsWith bool // the pattern starts with \A outside of any alternative
}

type atomKind uint8

const (
	atomSingle atomKind = iota // one character, class or group
	atomAssert                 // takes no characters
	atomRepeat                 // has a quantifier already
)

// flags are the options that (?imsxnU) switch.
type flags struct {
	ignoreCase, dotAll, multiline, extended, swapGreed, noCapture bool
	moreExtended                                                  bool // xx: also in classes
}

// A groupTable is what is known of the groups of a pattern.
type groupTable struct {
	last    int      // the number given last
	names   []string // by number
	byName  map[string][]int
	numbers []int         // engine group to number
	engine  map[int][]int // number to engine groups
	body    map[int]span  // number to its text, and the flags before it
}

type span struct {
	start int
	flags flags
}

// translate rewrites a pattern. The error is a *SyntaxError.
func translate(pattern string, to engine, ignoreCase bool) (*program, error) {
	if len(pattern) > maxPattern {
		return nil, &SyntaxError{Pattern: pattern, Message: "the pattern is too long"}
	}
	if !utf8.ValidString(pattern) {
		return nil, &SyntaxError{Pattern: pattern, Message: "the pattern is not valid UTF-8"}
	}
	first := newTranslator(pattern, to, ignoreCase, nil)
	if err := first.run(); err != nil {
		return nil, err
	}
	t := newTranslator(pattern, to, ignoreCase, &first.groups)
	if err := t.run(); err != nil {
		return nil, err
	}
	return t.program(), nil
}

func newTranslator(pattern string, to engine, ignoreCase bool, known *groupTable) *translator {
	return &translator{
		pattern: pattern, engine: to, known: known, atom: -1,
		flags:    flags{ignoreCase: ignoreCase},
		literals: literalTracker{whole: true, fold: ignoreCase},
		groups: groupTable{
			names: []string{""}, byName: map[string][]int{}, numbers: []int{0},
			engine: map[int][]int{0: {0}}, body: map[int]span{},
		},
	}
}

func (t *translator) program() *program {
	p := &program{
		text: string(t.out), names: t.groups.names, numbers: t.groups.numbers,
		needs: t.needs, endNewline: t.endNewline, anchored: t.startsWith, straight: true,
	}
	for i, n := range p.numbers {
		p.straight = p.straight && i == n
	}
	p.straight = p.straight && len(p.numbers) == len(p.names)
	p.literal = t.literals.literal()
	p.required = t.literals.longest()
	return p
}

// fault is how the translator stops; it is caught in run.
type fault struct{ err *SyntaxError }

func (t *translator) fail(at int, format string, args ...any) {
	panic(fault{&SyntaxError{Pattern: t.pattern, Offset: at, Message: fmt.Sprintf(format, args...)}})
}

func (t *translator) unsupported(at int, construct string) {
	panic(fault{&SyntaxError{
		Pattern: t.pattern, Offset: at, Unsupported: true,
		Message: construct + " is not supported",
	}})
}

func (t *translator) run() (err error) {
	defer func() {
		if r := recover(); r != nil {
			f, ok := r.(fault)
			if !ok {
				panic(r)
			}
			err = f.err
		}
	}()
	t.startVerbs()
	if t.flags.ignoreCase {
		t.emit("(?i)")
	}
	t.alternatives()
	if t.pos < len(t.pattern) {
		t.fail(t.pos, "a ) without its (")
	}
	return nil
}

func (t *translator) emit(s string) {
	if len(t.out)+len(s) > maxText {
		t.fail(t.pos, "the pattern is too large")
	}
	t.out = append(t.out, s...)
}

// need notes that only regexp2 can do something.
func (t *translator) need(construct string) {
	if t.needs == "" {
		t.needs = construct
	}
}

func (t *translator) rest() string { return t.pattern[t.pos:] }

// take consumes s if it is next.
func (t *translator) take(s string) bool {
	if !strings.HasPrefix(t.rest(), s) {
		return false
	}
	t.pos += len(s)
	return true
}

// next consumes one character.
func (t *translator) next() rune {
	r, n := utf8.DecodeRuneInString(t.rest())
	t.pos += n
	return r
}

// startVerbs reads the settings that can stand before a pattern.
func (t *translator) startVerbs() {
	for strings.HasPrefix(t.rest(), "(*") {
		end := strings.IndexByte(t.rest(), ')')
		if end < 0 {
			return
		}
		name, _, _ := strings.Cut(t.rest()[2:end], "=")
		switch name {
		case "UTF", "UTF8", "LF", "NO_START_OPT", "NO_AUTO_POSSESS", "NO_JIT", "NO_DOTSTAR_ANCHOR",
			"LIMIT_MATCH", "LIMIT_DEPTH", "LIMIT_RECURSION", "LIMIT_HEAP", "BSR_UNICODE":
			t.pos += end + 1
		default:
			return // the verb is met again, as an item
		}
	}
}

// alternatives reads items up to the ) of the group, or the end. The flags
// that it sets last until then, in the alternatives that follow too.
func (t *translator) alternatives() {
	if t.depth++; t.depth > maxDepth {
		t.fail(t.pos, "groups are nested too deep")
	}
	outer := t.flags
	t.atom = -1
	for t.pos < len(t.pattern) && t.pattern[t.pos] != ')' {
		t.item()
	}
	t.flags = outer
	t.depth--
}

// item reads one item with its quantifiers, or a |.
func (t *translator) item() {
	at := t.pos
	switch c := t.next(); c {
	case '|':
		t.emit("|")
		t.literals.alternative(t.depth)
		t.nextBranch()
		if t.depth == 1 {
			t.startsWith = false
		}
		t.atom = -1
	case '(':
		t.group(at)
	case '[':
		t.class(at)
	case '\\':
		t.escape(at)
	case '.':
		t.dot()
	case '^':
		t.caret()
	case '$':
		t.dollar()
	case '*', '+', '?':
		t.quantifier(at, c)
	case '{':
		if !t.counted(at) {
			t.literal('{')
		}
	case '#', ' ', '\t', '\n', '\v', '\f', '\r':
		if !t.flags.extended {
			t.literal(c)
		} else if c == '#' {
			t.comment()
		}
	default:
		t.literal(c)
	}
}

// comment skips to the end of the line.
func (t *translator) comment() {
	if n := strings.IndexByte(t.rest(), '\n'); n >= 0 {
		t.pos += n + 1
		return
	}
	t.pos = len(t.pattern)
}

// start notes that an atom begins, and breaks a run of literal text.
func (t *translator) start(kind atomKind) {
	t.atom, t.atomKind = len(t.out), kind
	t.literals.stop()
}

// literal writes a character that stands for itself.
func (t *translator) literal(r rune) {
	t.atom, t.atomKind = len(t.out), atomSingle
	t.emit(quote(r))
	t.literals.add(r, t.depth, t.flags.ignoreCase)
}

// quote writes a character so that both engines take it as itself.
func quote(r rune) string {
	switch {
	case r >= 0x80:
		return string(r)
	case r < ' ' || r == 0x7f:
		return fmt.Sprintf(`\x%02x`, r)
	case isWord(byte(r)) || strings.ContainsRune(` "'%,:;<=>@_~!`+"`/", r):
		return string(r)
	}
	return `\` + string(r)
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

func (t *translator) dot() {
	t.start(atomSingle)
	if t.flags.dotAll {
		t.emit(anyChar)
		return
	}
	t.emit(`[^\n]`)
}

// caret writes ^. With (?m) PCRE does not match it after a final newline.
func (t *translator) caret() {
	first := len(t.out) == 0 || string(t.out) == "(?i)"
	t.start(atomAssert)
	if !t.flags.multiline {
		t.emit(`\A`)
		if first && t.depth == 1 {
			t.startsWith = true
		}
		t.literals.anchorStart(first)
		return
	}
	t.endNewline = true
	if t.engine == engineBack {
		t.emit(`(?:\A|(?<=\n)(?!\z))`)
		return
	}
	t.emit(`(?m:^)`)
}

// dollar writes $, which matches before a final newline too. The standard
// library has no way to say that, so it gets only texts that end otherwise.
func (t *translator) dollar() {
	t.start(atomAssert)
	switch {
	case t.flags.multiline && t.engine == engineBack:
		t.emit(`(?=\n|\z)`)
	case t.flags.multiline:
		t.emit(`(?m:$)`)
	default:
		t.endOrNewline()
	}
	t.literals.anchorEnd(t.depth, !t.flags.multiline)
}

func (t *translator) endOrNewline() {
	t.endNewline = true
	if t.engine == engineBack {
		t.emit(`(?=\n?\z)`)
		return
	}
	t.emit(`\z`)
}
