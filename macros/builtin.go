package macros

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed builtin.conf
var builtinConf string

// builtinName is what errors show as the file of the built-in macros.
const builtinName = "<built-in macros>"

// loadBuiltin reads builtin.conf once. A test says that it is free of faults.
var loadBuiltin = sync.OnceValue(func() *Set {
	s := NewSet()
	_ = s.LoadConf(builtinName, builtinConf) // a test loads it and looks at the faults
	return s
})

// Builtin gives a new set with the macros that published searches call and take as
// given; builtin.conf lists them. Anything added to the set overrides them.
func Builtin() *Set { return loadBuiltin().Clone() }

// standIn is the definition of a macro that nobody defined but whose name says what
// it would be: the filter of a detection lets everything through, the index
// restriction of a data model restricts nothing (macros.md 2.4). "" for other names.
func standIn(name string, arity int) string {
	switch {
	case arity != 0:
		return ""
	case strings.HasSuffix(name, "_filter"):
		return "search *"
	case strings.HasPrefix(name, "cim_") && strings.HasSuffix(name, "_indexes"):
		return "()"
	}
	return ""
}
