// Package macros holds search macros and puts their text in the place of their
// calls.
//
// Read [Expand] first: it takes a query and gives the text that a parser reads, a
// [source.Text] that knows of each byte where it came from. Definitions stand in a
// [Set], which starts from [Builtin] and to which files and single definitions are
// added; what is added later wins. scan.go finds calls, args.go splits and
// substitutes their arguments, expand.go ties them together.
//
// The rules are those of macros.md 2.1 to 2.6. Where Splunk's own are not known,
// this package chose:
//
//   - A backslash before a backtick makes it an ordinary character.
//   - Inside double quotes a backtick is a call only if a closing backtick follows
//     within the same string and what stands between has the form of one. So
//     replace(x, "`", "") is left alone.
//   - Arguments are substituted as text, then the calls in the result are expanded:
//     a call in an argument is expanded where the argument is used.
//   - In a definition, $$ is a literal $, except before $argument$, where the first
//     $ is itself. Definitions without arguments are taken as they are.
//   - Comments leave a call's text and each definition before anything else, not the
//     arguments after substitution.
package macros

import (
	"fmt"
	"strings"

	"spl/parser/source"
)

// Limits of expansion. Past them it ends with an error.
const (
	// MaxDepth is how deep calls may nest (macros.md 2.2).
	MaxDepth = 100
	// MaxLength is the length in bytes of the expanded text.
	MaxLength = 16 << 20
)

// maxWork bounds all the work of one expansion, so that macros which call each
// other a million times and leave nothing behind end soon too. Its unit is a byte
// copied; a piece counts pieceCost, a call callCost.
const (
	maxWork   = 64 << 20
	pieceCost = 64
	callCost  = 4096
	maxErrors = source.MaxFaults + 1 // the last is shown as "there are more"
)

// Macro is one definition. The name alone does not make it: name and name(1) are
// different macros.
type Macro struct {
	Name string
	// Arity is the number of arguments, the n of the stanza's name(n).
	Arity int
	// Args are the arguments' names, in order.
	Args []string
	// Definition is the text that takes the place of a call; its pieces point into
	// the file that defines it. Nil if no layer gives one.
	Definition *source.Text
	// IsEval says that Definition is an expression whose text result takes its place.
	IsEval bool
	// Validation is an expression over the arguments, nil for none.
	Validation *source.Text
	// ErrorMsg is what a call says for which Validation is false.
	ErrorMsg    string
	Description string
	// Origin names the file or layer that defined it last.
	Origin string
	// File and At are where its name stands there.
	File *source.File
	At   source.Span

	set keys
}

// keys are the settings that a definition gives. Those it does not give stay as an
// earlier layer has them (macros.md 2.3, choice).
type keys uint8

const (
	setArgs keys = 1 << iota
	setDefinition
	setIsEval
	setValidation
	setErrorMsg
	setDescription
	setAll keys = 1<<iota - 1
)

// Key is the macro's name as macros.conf writes it: name, or name(2).
func (m *Macro) Key() string { return key(m.Name, m.Arity) }

func key(name string, arity int) string {
	if arity == 0 {
		return name
	}
	return fmt.Sprintf("%s(%d)", name, arity)
}

// Signature shows how the macro is called: name, or name(a, b).
func (m *Macro) Signature() string {
	if m.Arity == 0 {
		return m.Name
	}
	return m.Name + "(" + strings.Join(m.Args, ", ") + ")"
}

// Where is the definition's place for a reader: "file:line", or the layer's name.
func (m *Macro) Where() string {
	if m.File == nil {
		return m.Origin
	}
	return fmt.Sprintf("%s:%d", m.File.Name, m.File.Place(m.At.Start).Line)
}

// Fault says why the macro cannot be called, with the place of the fault in its
// definition; nil if it can. A macro whose args and definition come from different
// layers is judged as a whole, hence not where a file is read.
func (m *Macro) Fault() *source.Error {
	if len(m.Args) != m.Arity {
		e := m.fault("macro `%s` has %s by its name, but args names %s", m.Key(), count(m.Arity, "argument"), count(len(m.Args), ""))
		if m.Arity == 0 {
			return e.WithHelp("name it %s(%d)", m.Name, len(m.Args))
		}
		return e.WithHelp("name each argument once in args, separated by commas: args = first, second")
	}
	seen := map[string]bool{}
	for _, a := range m.Args {
		if !isArgName(a) {
			return m.fault("macro `%s` has an argument named %q", m.Key(), a).
				WithHelp("an argument's name is made of letters, digits, '_' and '-'")
		}
		if seen[a] {
			return m.fault("macro `%s` names its argument `%s` twice", m.Key(), a).WithHelp("give each argument its own name")
		}
		seen[a] = true
	}
	if m.Definition == nil {
		return m.fault("macro `%s` has no definition", m.Key()).WithHelp("add a line: definition = ...")
	}
	return nil
}

func (m *Macro) fault(msg string, args ...any) *source.Error {
	e := source.Errorf(source.Syntax, m.At, msg, args...)
	e.File, e.Where = m.File, m.At
	return e
}

// over gives m where m sets a key and below where it does not.
func (m *Macro) over(below *Macro) *Macro {
	if below == nil || m.set == setAll {
		return m
	}
	out := *m
	out.set |= below.set
	keep := func(k keys) bool { return m.set&k == 0 }
	if keep(setArgs) {
		out.Args = below.Args
	}
	if keep(setDefinition) {
		out.Definition = below.Definition
	}
	if keep(setIsEval) {
		out.IsEval = below.IsEval
	}
	if keep(setValidation) {
		out.Validation = below.Validation
	}
	if keep(setErrorMsg) {
		out.ErrorMsg = below.ErrorMsg
	}
	if keep(setDescription) {
		out.Description = below.Description
	}
	return &out
}

// count writes a number with its noun: "1 argument", "2 arguments", "no argument".
func count(n int, noun string) string {
	if noun == "" {
		return fmt.Sprint(n)
	}
	switch n {
	case 0:
		return "no " + noun
	case 1:
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// isNameByte says what a macro's name is made of. Splunk Web takes letters,
// digits, '_' and '-'; files of published apps also hold dots.
func isNameByte(c byte) bool {
	return c == '_' || c == '-' || c == '.' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func isName(s string) bool {
	for i := range len(s) {
		if !isNameByte(s[i]) {
			return false
		}
	}
	return s != ""
}

func isArgName(s string) bool { return isName(s) }
