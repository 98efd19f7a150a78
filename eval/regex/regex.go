// Package regex runs Perl-compatible regular expressions as people write them
// in searches (eval-functions 5.6), and the sed expressions of rex.
//
// A pattern is read and rewritten (translate.go) for one of two engines: the
// standard library's regexp, whose time is linear in the text, wherever the
// pattern means the same there; else regexp2, which backtracks, and which is
// stopped after a time limit. Before the standard library is asked, a walker (walk.go)
// tries a number of steps, which mostly does. Group numbers and names are kept here, so that
// they are PCRE's whatever engine runs.
//
// What is rewritten is also what is known to differ: "$" matches before a final
// newline, \s has the vertical tab, \h \v \R \N \K \Q..\E, possessive
// quantifiers, duplicate names, branch reset, subroutine calls, and so on.
// \d, \w, \s and \b are ASCII. A pattern and a text are characters, not bytes:
// "." takes all of é (choice). A byte that is not UTF-8 is a character of its
// own. A construct that cannot be run faithfully is an error that names it.
//
// Read regex.go for the interface, then translate.go.
package regex

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"
)

// ErrTimeout is returned by a match that ran longer than Options.Timeout or
// needed more memory to backtrack than is allowed. The text may or may not
// match.
var ErrTimeout = errors.New("the regular expression takes too long on this text")

// DefaultTimeout is the time one match may take if Options does not say.
const DefaultTimeout = 250 * time.Millisecond

// maxBacktrack bounds the backtracking stack, in words.
const maxBacktrack = 4 << 20

// Options change how a pattern is compiled. The zero Options work.
type Options struct {
	// Timeout is how long one match may take, to about 100 ms; zero means
	// DefaultTimeout, less than zero no limit.
	Timeout time.Duration
	// IgnoreCase is (?i) for the whole pattern.
	IgnoreCase bool
}

// A Regexp is a compiled pattern. It is safe for concurrent use.
type Regexp struct {
	pattern string
	opts    Options
	prog    *program // for texts that do not end in a newline
	std     *regexp.Regexp
	back    *backtracker

	// walker is the same as std, for what it can do; nil where it cannot. It is made when
	// a text comes: most patterns of an app never see one.
	walker func() *walker
	// onNewline is the program for texts that end in a newline, where prog
	// uses an anchor that the standard library reads differently there.
	onNewline func() (*backtracker, error)
	// onEmpty is the program for all matches of a pattern that can match
	// nothing, where the standard library has other rules.
	onEmpty func() (*backtracker, error)
}

// A SyntaxError says what is wrong with a pattern, or what in it is not
// supported.
type SyntaxError struct {
	Pattern     string
	Offset      int // in bytes, where the fault starts
	Message     string
	Unsupported bool // the pattern may be right, but this package cannot run it
}

// Error says what is wrong in one line, without the pattern.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("regular expression, at character %d: %s", e.Offset+1, e.Message)
}

// Help is what to do about the fault, "" where there is nothing to say.
func (e *SyntaxError) Help() string {
	switch {
	case strings.HasSuffix(e.Message, "nothing to repeat before it"):
		return "any text is .*; the character itself is written with a \\ before it"
	case strings.HasSuffix(e.Message, "a ( without its )"):
		return "add a ), or write \\( where the character is meant"
	case strings.HasSuffix(e.Message, "a ) without its ("):
		return "add a ( where the group begins, or write \\) where the character is meant"
	case strings.HasSuffix(e.Message, "a [ without its ]"):
		return "add a ], or write \\[ where the character is meant"
	case strings.HasPrefix(e.Message, "the name of a group"):
		return "for example: (?<user_name>\\w+)"
	}
	return ""
}

// Compile reads a pattern. The error is a *SyntaxError.
func Compile(pattern string, opts Options) (*Regexp, error) {
	if opts.Timeout == 0 {
		opts.Timeout = DefaultTimeout
	}
	prog, err := translate(pattern, engineStd, opts.IgnoreCase)
	if err != nil {
		return nil, err
	}
	re := &Regexp{pattern: pattern, opts: opts, prog: prog}
	if prog.needs == "" {
		re.std, _ = regexp.Compile(prog.text) // a limit of its own: use the other
	}
	if re.std == nil {
		re.back, err = re.backtracker()
		if err != nil {
			return nil, err
		}
		re.prog = re.back.prog
		return re, nil
	}
	re.walker = sync.OnceValue(func() *walker { return newWalker(prog.text) })
	lazy := sync.OnceValues(re.backtracker)
	if prog.endNewline {
		re.onNewline = lazy
	}
	if prog.mayBeEmpty() {
		re.onEmpty = lazy
	}
	return re, nil
}

// String returns the pattern as it was written.
func (re *Regexp) String() string { return re.pattern }

// Names returns the name of each group, "" for one without; element 0 is the
// whole match. A name occurs twice if the pattern has it twice.
func (re *Regexp) Names() []string { return re.prog.names }

// NumGroups returns the number of groups without the whole match.
func (re *Regexp) NumGroups() int { return len(re.prog.names) - 1 }

// Backtracks reports whether the pattern needs the engine that can time out,
// and which construct needs it.
func (re *Regexp) Backtracks() (why string, yes bool) {
	return re.prog.needs, re.std == nil
}

// engineFor picks the engine for one text: a nil backtracker means std.
func (re *Regexp) engineFor(s string) (*backtracker, error) {
	if re.std == nil {
		return re.back, nil
	}
	if re.onNewline != nil && strings.HasSuffix(s, "\n") {
		return re.onNewline()
	}
	return nil, nil
}

// MatchString reports whether s contains a match. The error is ErrTimeout.
func (re *Regexp) MatchString(s string) (bool, error) {
	if re.prog.literal.ok {
		return re.prog.literal.match(s), nil
	}
	if !re.mayMatch(s) {
		return false, nil
	}
	back, err := re.engineFor(s)
	if err != nil {
		return false, err
	}
	if back == nil {
		return re.match(s), nil
	}
	return back.match(s)
}

// mayMatch is a quick test that a text without a match mostly fails.
func (re *Regexp) mayMatch(s string) bool {
	if re.prog.required == "" {
		return true
	}
	if re.std != nil {
		if w := re.walker(); w != nil && (w.begins || w.prefix != "") {
			return true // the match itself is as quick
		}
	}
	return strings.Contains(s, re.prog.required)
}

// match says whether there is a match in a text that the standard library would do for.
func (re *Regexp) match(s string) bool {
	if w := re.walker(); w != nil {
		if how := w.matches(s); how != tooLong {
			return how == match
		}
	}
	return re.std.MatchString(s)
}

// first finds the first match in such a text.
func (re *Regexp) first(s string, room []int) []int {
	if w := re.walker(); w != nil {
		left := worth(s)
		if loc, how := w.find(s, 0, room, &left); how != tooLong {
			return loc
		}
	}
	return re.std.FindStringSubmatchIndex(s)
}

// all gives the matches in such a text one after another, -1: all; none is of nothing,
// unless it is the only one asked for.
func (re *Regexp) all(s string, limit int, yield func(loc []int) bool) {
	done := 0
	if w := re.walker(); w != nil {
		for left, from := worth(s), 0; done != limit; done++ {
			loc, how := w.find(s, from, nil, &left)
			if how == tooLong {
				break
			}
			if how == nothing || !yield(loc) {
				return
			}
			if from = loc[1]; loc[0] == from { // what comes behind nothing has rules of its own
				done++
				break
			}
		}
		if done == limit {
			return
		}
	}
	for i, loc := range re.std.FindAllStringSubmatchIndex(s, limit) {
		if i >= done && !yield(loc) {
			return
		}
	}
}

// FindSubmatchIndex returns the offsets in bytes of the first match and its
// groups: two for the whole match, then two for each group, -1 for a group
// that took no part. No match is nil. The error is ErrTimeout.
func (re *Regexp) FindSubmatchIndex(s string) ([]int, error) { return re.FindSubmatchIndexIn(s, nil) }

// FindSubmatchIndexIn is FindSubmatchIndex with room for the offsets, which it may use.
func (re *Regexp) FindSubmatchIndexIn(s string, room []int) ([]int, error) {
	if !re.mayMatch(s) {
		return nil, nil
	}
	back, err := re.engineFor(s)
	if err != nil {
		return nil, err
	}
	if back == nil {
		return re.prog.groups(re.first(s, room)), nil
	}
	var found []int
	err = back.each(s, 1, func(loc []int) bool {
		found = loc
		return false
	})
	return found, err
}

// FindSubmatch returns the texts of the first match and its groups, and which
// of the groups took part. No match is nil, nil. The error is ErrTimeout.
func (re *Regexp) FindSubmatch(s string) (groups []string, taken []bool, err error) {
	loc, err := re.FindSubmatchIndex(s)
	if loc == nil || err != nil {
		return nil, nil, err
	}
	groups = make([]string, len(loc)/2)
	taken = make([]bool, len(loc)/2)
	for i := range groups {
		if loc[2*i] >= 0 {
			groups[i], taken[i] = s[loc[2*i]:loc[2*i+1]], true
		}
	}
	return groups, taken, nil
}

// Each calls yield with the offsets (see FindSubmatchIndex) of successive
// matches until it returns false, or limit matches were found; limit 0 means
// all. yield may keep loc. After a match of nothing a match of something is
// tried at the same place, and then the next character, as PCRE's global
// replacement does. The error is ErrTimeout; matches found before it have been
// passed on.
func (re *Regexp) Each(s string, limit int, yield func(loc []int) bool) error {
	if !re.mayMatch(s) {
		return nil
	}
	back, err := re.engineFor(s)
	if back == nil && err == nil && re.onEmpty != nil && limit != 1 {
		back, err = re.onEmpty()
	}
	if err != nil {
		return err
	}
	if back != nil {
		return back.each(s, limit, yield)
	}
	if limit <= 0 {
		limit = -1
	}
	re.all(s, limit, func(loc []int) bool { return yield(re.prog.groups(loc)) })
	return nil
}
