package macros

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"spl/parser/source"
)

// Set holds macros by name and number of arguments. Its methods that add must not
// run beside others; once filled, it may be read by many goroutines.
type Set struct {
	byKey map[string]*Macro
	// arities are the numbers of arguments with which a name is defined, ascending.
	arities map[string][]int
	// spelled are the names made ready to be compared; nil where that is to be done.
	spelled atomic.Pointer[[]spelling]
}

// NewSet makes an empty set, without even the built-in macros; see [Builtin].
func NewSet() *Set {
	return &Set{byKey: map[string]*Macro{}, arities: map[string][]int{}}
}

// Clone copies the set, so that a test can override a macro for itself alone.
func (s *Set) Clone() *Set {
	out := &Set{byKey: maps.Clone(s.byKey), arities: maps.Clone(s.arities)}
	for name, list := range out.arities {
		out.arities[name] = slices.Clone(list)
	}
	return out
}

// Lookup finds the macro of that name with that number of arguments, or nil.
func (s *Set) Lookup(name string, arity int) *Macro { return s.byKey[key(name, arity)] }

// All gives every macro, by name and number of arguments.
func (s *Set) All() []*Macro {
	return slices.SortedFunc(maps.Values(s.byKey), func(a, b *Macro) int {
		if c := strings.Compare(a.Name, b.Name); c != 0 {
			return c
		}
		return a.Arity - b.Arity
	})
}

// Check gives the fault of every macro that cannot be called.
func (s *Set) Check() source.Errors {
	var errs source.Errors
	for _, m := range s.All() {
		if e := m.Fault(); e != nil {
			errs = append(errs, e)
		}
	}
	return errs
}

// Add puts a whole macro over one of the same name and number of arguments.
// Definition may be nil only for a macro that is never called.
func (s *Set) Add(m *Macro) {
	c := *m
	c.set = setAll
	s.add(&c)
}

// add lays a macro over the one of the same key, setting by setting.
func (s *Set) add(m *Macro) {
	k := m.Key()
	below := s.byKey[k]
	if below == nil {
		list := s.arities[m.Name]
		i, _ := slices.BinarySearch(list, m.Arity)
		s.arities[m.Name] = slices.Insert(list, i, m.Arity)
		s.spelled.Store(nil)
	}
	s.byKey[k] = m.over(below)
}

// Define adds a macro by its signature, name or name(a, b), over all that is there.
// It replaces the whole of a macro of that name and number of arguments, iseval and
// validation too, for it has no way to say them (choice). origin is the name that
// errors show as its file.
func (s *Set) Define(signature, definition, origin string) source.Errors {
	return s.define(&source.File{Name: origin, Text: signature + "=" + definition}, len(signature))
}

// DefineText adds a macro written name=definition or name(a, b)=definition, as on
// the command line; otherwise as [Set.Define].
func (s *Set) DefineText(text, origin string) source.Errors {
	f := &source.File{Name: origin, Text: text}
	eq := strings.IndexByte(text, '=')
	if eq < 0 {
		return source.Errors{faultIn(f, source.Span{Start: 0, End: len(text)}, "a macro is defined by name=definition").
			WithHelp("write name=definition, or name(a,b)=definition with $a$ and $b$ in the definition")}
	}
	return s.define(f, eq)
}

func (s *Set) define(f *source.File, eq int) source.Errors {
	sig := strings.TrimSpace(f.Text[:eq])
	at := source.Span{Start: 0, End: eq}
	name, list, open := strings.Cut(sig, "(")
	m := &Macro{Name: strings.TrimSpace(name), Origin: f.Name, File: f, At: at}
	if open {
		if !strings.HasSuffix(list, ")") {
			return source.Errors{faultIn(f, at, "the list of arguments is never closed").WithHelp("write name(a,b)=definition")}
		}
		m.Args = splitNames(strings.TrimSuffix(list, ")"))
	}
	m.Arity = len(m.Args)
	if !isName(m.Name) {
		return source.Errors{faultIn(f, at, "%q cannot be a macro's name", m.Name).
			WithHelp("a macro's name is made of letters, digits, '_' and '-'")}
	}
	if m.Arity == 1 && isNumber(m.Args[0]) {
		return source.Errors{faultIn(f, at, "the arguments are given by number here").
			WithHelp("write their names instead: %s(a,b)=definition", m.Name)}
	}
	m.Definition = trimmed(f, eq+1, len(f.Text))
	if e := m.Fault(); e != nil {
		return source.Errors{e}
	}
	s.Add(m)
	return nil
}

// trimmed is a range of a file without the white space around it.
func trimmed(f *source.File, start, end int) *source.Text {
	text := f.Text[start:end]
	start += len(text) - len(strings.TrimLeft(text, " \t\r\n"))
	text = strings.Trim(text, " \t\r\n")
	return &source.Text{String: text, Pieces: []source.Piece{{File: f, Src: source.Span{Start: start, End: start + len(text)}}}}
}

func isNumber(s string) bool { _, err := strconv.Atoi(s); return err == nil }

// splitNames reads the names of arguments: a, b.
func splitNames(s string) []string {
	if strings.TrimSpace(s) == "" {
		return nil
	}
	names := strings.Split(s, ",")
	for i, n := range names {
		names[i] = strings.TrimSpace(n)
	}
	return names
}

// faultIn is an error at a place in a file of definitions.
func faultIn(f *source.File, at source.Span, msg string, args ...any) *source.Error {
	e := source.Errorf(source.Syntax, at, msg, args...)
	e.File, e.Where = f, at
	return e
}
