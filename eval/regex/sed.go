package regex

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Sed is a compiled sed expression (02-fields, rex mode=sed). It is safe for
// concurrent use.
type Sed struct {
	commands []sedCommand
}

// A sedCommand is one s or y.
type sedCommand struct {
	re  *Regexp // s
	rep *Template
	nth int // only the match of this number; 0 is all

	letters map[rune]rune // y
}

// ParseSed reads one or more commands with white space or ; between them:
//
//	s/REGEX/REPLACEMENT/FLAGS
//	y/ABC/XYZ/
//
// Any ASCII character but a letter, a digit, white space or a backslash can
// take the place of the slash, and stands for itself after a backslash or in a
// class of the regex. The flags are g for all matches, a number for only the
// match of that number, and i to ignore case; without the first two only the
// first match is replaced. In a replacement \1 to \9 are groups, \0 is the
// match, \n \r \t are the control characters, and a backslash before any other
// character that is no letter is dropped; & stands for itself (choice).
//
// An error of the regex is a *SyntaxError, whose place is that in the regex.
func ParseSed(expr string, opts Options) (*Sed, error) {
	sed := &Sed{}
	rest := strings.TrimLeft(expr, sedSpace)
	for rest != "" {
		n, err := sed.parse(rest, opts)
		if err != nil {
			return nil, err
		}
		rest = strings.TrimLeft(rest[n:], sedSpace)
	}
	if len(sed.commands) == 0 {
		return nil, fmt.Errorf("the sed expression is empty")
	}
	return sed, nil
}

const sedSpace = " \t\r\n;"

// parse reads the command at the start of s and returns its length.
func (sed *Sed) parse(s string, opts Options) (int, error) {
	if s[0] != 's' && s[0] != 'y' || len(s) < 2 {
		return 0, fmt.Errorf("a sed expression starts with s or y, as in s/regex/replacement/g, not with %q", firstRune(s))
	}
	delimiter := s[1]
	if isWord(delimiter) && delimiter != '_' || delimiter == '\\' || delimiter <= ' ' || delimiter >= 0x7f {
		return 0, fmt.Errorf("%q cannot separate the parts of a sed expression", firstRune(s[1:]))
	}
	if s[0] == 'y' {
		return sed.parseLetters(s, delimiter)
	}
	var pattern, rep string
	end, ok := sedPart(s, 2, delimiter, true)
	if ok {
		pattern = s[2:end]
		start := end + 1
		if end, ok = sedPart(s, start, delimiter, false); ok {
			rep = s[start:end]
		}
	}
	if !ok {
		return 0, fmt.Errorf("the sed expression %q is not complete: it has to be s%cregex%creplacement%c", s, delimiter, delimiter, delimiter)
	}
	cmd, n, err := sedFlags(s[end+1:], &opts)
	if err != nil {
		return 0, err
	}
	if cmd.re, err = Compile(pattern, opts); err != nil {
		return 0, err
	}
	cmd.rep = parseTemplate(rep, true)
	sed.commands = append(sed.commands, cmd)
	return end + 1 + n, nil
}

func firstRune(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n]
}

// sedPart finds the delimiter that ends the part that starts at i. In a regex
// it may stand in a class, unless that leaves no delimiter.
func sedPart(s string, i int, delimiter byte, regex bool) (int, bool) {
	start, class := i, -1
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case c == delimiter && class < 0:
			return i, true
		case !regex:
		case c == '[' && class < 0:
			class = i
			if strings.HasPrefix(s[i+1:], "^") {
				i++
			}
			if strings.HasPrefix(s[i+1:], "]") {
				i++
			}
		case c == ']' && class >= 0:
			class = -1
		}
	}
	if class >= 0 {
		return sedPart(s, start, delimiter, false)
	}
	return 0, false
}

// sedFlags reads the flags of an s command and returns their length.
func sedFlags(s string, opts *Options) (sedCommand, int, error) {
	cmd := sedCommand{nth: 1}
	i := 0
	for i < len(s) && !strings.ContainsRune(sedSpace, rune(s[i])) {
		switch c := s[i]; {
		case c == 'g':
			cmd.nth = 0
			i++
		case c == 'i' || c == 'I':
			opts.IgnoreCase = true
			i++
		case c >= '1' && c <= '9':
			start := i
			for i < len(s) && s[i] >= '0' && s[i] <= '9' {
				i++
			}
			n, err := strconv.Atoi(s[start:i])
			if err != nil {
				return cmd, 0, fmt.Errorf("the sed flag %s is too large", s[start:i])
			}
			cmd.nth = n
		default:
			return cmd, 0, fmt.Errorf("%q is not a flag of a sed expression (g, a number or i)", firstRune(s[i:]))
		}
	}
	return cmd, i, nil
}

// parseLetters reads a y command and returns its length.
func (sed *Sed) parseLetters(s string, delimiter byte) (int, error) {
	middle, ok := sedPart(s, 2, delimiter, false)
	end := 0
	if ok {
		end, ok = sedPart(s, middle+1, delimiter, false)
	}
	if !ok {
		return 0, fmt.Errorf("the sed expression %q is not complete: it has to be y%cabc%cxyz%c", s, delimiter, delimiter, delimiter)
	}
	from, to := sedLetters(s[2:middle]), sedLetters(s[middle+1:end])
	if len(from) != len(to) {
		return 0, fmt.Errorf("the two parts of the sed expression %q are not of the same length", s[:end+1])
	}
	letters := make(map[rune]rune, len(from))
	for i, r := range from {
		if _, ok := letters[r]; !ok {
			letters[r] = to[i]
		}
	}
	sed.commands = append(sed.commands, sedCommand{letters: letters})
	return end + 1, nil
}

// sedLetters reads the characters of a part of a y command.
func sedLetters(s string) []rune {
	var out []rune
	escaped := false
	for _, r := range s {
		switch {
		case !escaped && r == '\\':
			escaped = true
			continue
		case escaped && r == 'n':
			r = '\n'
		case escaped && r == 't':
			r = '\t'
		case escaped && r == 'r':
			r = '\r'
		}
		escaped = false
		out = append(out, r)
	}
	return out
}

// Apply runs the commands over s, one after the other. Without a match it
// returns s itself. The error is ErrTimeout, and then s is returned as it was.
func (sed *Sed) Apply(s string) (string, error) {
	out := s
	for i := range sed.commands {
		cmd := &sed.commands[i]
		if cmd.letters != nil {
			out = cmd.transliterate(out)
			continue
		}
		var err error
		if out, err = cmd.re.replace(out, cmd.rep, cmd.nth); err != nil {
			return s, err
		}
	}
	return out, nil
}

// transliterate keeps bytes that are not UTF-8 as they are.
func (cmd *sedCommand) transliterate(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if to, ok := cmd.letters[r]; ok && (r != utf8.RuneError || n > 1) {
			out.WriteRune(to)
		} else {
			out.WriteString(s[i : i+n])
		}
		i += n
	}
	return out.String()
}
