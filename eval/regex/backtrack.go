package regex

import (
	"errors"
	"math"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/dlclark/regexp2/v2"
)

// A backtracker runs a pattern on regexp2.
type backtracker struct {
	prog *program
	re   *regexp2.Regexp
	// notEmpty matches the same pattern, but only at the place where the
	// search starts and only if it takes something.
	notEmpty func() (*regexp2.Regexp, error)
}

// backtracker compiles the pattern for regexp2.
func (re *Regexp) backtracker() (*backtracker, error) {
	prog, err := translate(re.pattern, engineBack, re.opts.IgnoreCase)
	if err != nil {
		return nil, err
	}
	compiled, err := compileBack(prog.text, re.opts.Timeout)
	if err != nil {
		return nil, &SyntaxError{Pattern: re.pattern, Message: "not supported: " + plain(err), Unsupported: true}
	}
	b := &backtracker{prog: prog, re: compiled}
	b.notEmpty = sync.OnceValues(func() (*regexp2.Regexp, error) {
		return compileBack(`\G(?:`+prog.text+`)(?!\G)`, re.opts.Timeout)
	})
	return b, nil
}

func compileBack(text string, timeout time.Duration) (*regexp2.Regexp, error) {
	re, err := regexp2.Compile(text, regexp2.RE2, regexp2.OptionMaintainCaptureOrder(),
		regexp2.OptionMaxBacktrackingStackSize(maxBacktrack))
	if err != nil {
		return nil, err
	}
	re.MatchTimeout = timeout
	if timeout < 0 {
		re.MatchTimeout = math.MaxInt64
	}
	return re, nil
}

// plain shortens an error of regexp2, which quotes the whole pattern.
func plain(err error) string {
	text := err.Error()
	if i := strings.Index(text, " in `"); i > 0 {
		text = text[:i]
	}
	return strings.TrimPrefix(text, "error parsing regexp: ")
}

// runaway turns any error of a match into ErrTimeout: regexp2 has no other
// than its limits of time and of memory.
func runaway(err error) error {
	if err == nil || errors.Is(err, ErrTimeout) {
		return err
	}
	return ErrTimeout
}

func (b *backtracker) match(s string) (bool, error) {
	ok, err := b.re.MatchString(s)
	return ok, runaway(err)
}

// A subject is a text as regexp2 wants it, with the way back to its bytes.
type subject struct {
	runes []rune
	ascii bool
	// The last rune asked for and its byte, as matches come in order.
	text       string
	rune, byte int
}

func newSubject(s string) *subject {
	runes := []rune(s)
	return &subject{runes: runes, text: s, ascii: len(runes) == len(s) && isASCII(s)}
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// offset gives the byte at which a rune starts.
func (s *subject) offset(r int) int {
	if s.ascii {
		return r
	}
	for s.rune < r {
		_, n := utf8.DecodeRuneInString(s.text[s.byte:])
		s.rune, s.byte = s.rune+1, s.byte+n
	}
	for s.rune > r {
		_, n := utf8.DecodeLastRuneInString(s.text[:s.byte])
		s.rune, s.byte = s.rune-1, s.byte-n
	}
	return s.byte
}

// each finds successive matches; see Regexp.Each.
func (b *backtracker) each(s string, limit int, yield func([]int) bool) error {
	sub, n := newSubject(s), 0
	more := func(loc []int) bool {
		n++
		return yield(loc) && n != limit
	}
	for at := 0; at <= len(sub.runes); {
		loc, end, err := b.find(b.re, sub, at)
		if loc == nil || err != nil || !more(loc) {
			return err
		}
		if loc[0] != loc[1] && end > at {
			at = end
			continue
		}
		// A match of nothing, or one that \K in a lookahead leaves behind.
		at = max(end, at)
		if loc, end, err = b.findSome(sub, at); err != nil {
			return err
		}
		if loc == nil || end <= at {
			at++
			continue
		}
		if !more(loc) {
			return nil
		}
		at = end
	}
	return nil
}

// findSome looks for a match of at least one character at a rune.
func (b *backtracker) findSome(sub *subject, at int) (loc []int, end int, err error) {
	re, err := b.notEmpty()
	if err != nil {
		return nil, 0, runaway(err)
	}
	return b.find(re, sub, at)
}

// find runs one search from a rune on. It returns the offsets in bytes, and
// the rune at which the match ends.
func (b *backtracker) find(re *regexp2.Regexp, sub *subject, at int) (loc []int, end int, err error) {
	err = re.FindRunesMatches(sub.runes, at, func(m regexp2.MatchView) bool {
		engine := make([]int, 2*m.GroupCount())
		for i := range m.GroupCount() {
			start, length, ok := m.GroupRange(i)
			if !ok {
				engine[2*i], engine[2*i+1] = -1, -1
				continue
			}
			engine[2*i], engine[2*i+1] = sub.offset(start), sub.offset(start+length)
			if i == 0 {
				end = start + length
			}
		}
		loc = b.prog.groups(engine)
		return false
	})
	return loc, end, runaway(err)
}
