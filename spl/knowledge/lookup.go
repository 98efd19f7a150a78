package knowledge

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/agnivade/levenshtein"

	"spl/parser/source"
)

// Lookups (events-and-fields 3.8). Read in this order: lookup_def.go (what a
// definition says), lookup_files.go and lookup_csv.go (where tables come from),
// lookup_index.go (which rows match), lookup_apply.go (what an event gets of them),
// lookup_auto.go (those that props.conf asks for).

// lookups are the tables that searches may name. Tables are read when they are first
// asked for. What changes is under the lock: which tables were read, and those that
// outputlookup wrote.
type lookups struct {
	mu      sync.Mutex
	defs    map[string]*Lookup // definitions, by name
	stores  map[string]*store  // files and collections, by name
	plain   map[string]*Lookup // files that were asked for without a definition
	refused map[string]string  // names of files that are not read, and why not
	later   []*Lookup          // definitions read before all files were known
}

// loadLookups finds the definitions and files of apps and of a folder, which is
// stronger than the apps. It opens no table.
func loadLookups(l *Layers, folder fs.FS) (*lookups, source.Errors) {
	ls := &lookups{defs: map[string]*Lookup{}, stores: map[string]*store{}, plain: map[string]*Lookup{}, refused: map[string]string{}}
	var errs source.Errors
	if folder != nil {
		errs = ls.readFolder(folder)
	}
	for i := range l.apps {
		ls.readApp(&l.apps[i])
	}
	for _, d := range ls.later {
		if ls.defs[d.Name] == nil { // the first of a name wins
			ls.define(d)
		}
	}
	ls.later = nil
	errs = append(errs, ls.readTransforms(l)...)
	ls.readCollections(l)
	return ls, errs
}

// Lookup finds a lookup by the name of its definition or of its file. The error says
// that there is none, and what it may have been meant to be.
func (b *Base) Lookup(name string) (*Lookup, error) {
	none := b == nil || b.lookups == nil
	if c := computedLookups[name]; c != nil && (none || b.lookups.isProgram(name)) {
		return c.lookup(name), nil
	}
	if none {
		return nil, missingLookup(name, "no lookup tables were given")
	}
	return b.lookups.find(name)
}

// isProgram says that no app has a table of a name.
func (ls *lookups) isProgram(name string) bool {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	l := ls.defs[name]
	return ls.stores[name] == nil && (l == nil || l.broken != "")
}

// HasLookup says whether there is a lookup of a name.
func (b *Base) HasLookup(name string) bool {
	_, err := b.Lookup(name)
	return err == nil
}

// missingError is the fault of a lookup that is not there. It is elsewhere when nothing
// says that the name is wrong.
type missingError struct {
	name, help string
	elsewhere  bool
}

func missingLookup(name, help string) error { return &missingError{name: name, help: help} }

// IsElsewhere says of a fault of [Base.Lookup] and its kin that the name may be right and
// the table is only not at hand.
func IsElsewhere(err error) bool {
	var e *missingError
	return errors.As(err, &e) && e.elsewhere
}

// Error is what Splunk says, and what may have been meant.
func (e *missingError) Error() string {
	s := fmt.Sprintf("The lookup table '%s' does not exist or is not available", e.name)
	if e.help != "" {
		s += ": " + e.help
	}
	return s
}

// find is a lookup that can be read.
func (ls *lookups) find(name string) (*Lookup, error) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	l, err := ls.named(name)
	if err == nil && l.store.isAbsent() {
		return nil, &missingError{name, "its file `" + l.File + "` is not there", true}
	}
	return l, err
}

// named is a lookup whose file may be missing. It is called under the lock.
func (ls *lookups) named(name string) (*Lookup, error) {
	if l := ls.defs[name]; l != nil {
		if l.broken != "" {
			return nil, missingLookup(name, l.broken)
		}
		return l, nil
	}
	if l := ls.plain[name]; l != nil {
		return l, nil
	}
	if s := ls.stores[name]; s != nil && s.file {
		l := plainLookup(name)
		l.store = s
		ls.plain[name] = l
		return l, nil
	}
	if why := ls.refused[name]; why != "" {
		return nil, missingLookup(name, why)
	}
	help, near := ls.suggest(name)
	return nil, &missingError{name, help, !near}
}

// suggest says what may have been meant by a name that is none; sure is true when the
// name cannot well be right.
func (ls *lookups) suggest(name string) (help string, sure bool) {
	if strings.ContainsAny(name, `/\`) {
		return "a lookup is named by its definition or its file's name, not by a path", true
	}
	for _, end := range []string{".csv", ".csv.gz"} {
		if ls.stores[name+end] != nil {
			return "did you mean `" + name + end + "`?", true
		}
		if bare := strings.TrimSuffix(name, end); ls.defs[bare] != nil && bare != name {
			return "did you mean `" + bare + "`?", true
		}
	}
	best, least := "", max(2, (len(name)+1)/3+1)
	for _, n := range ls.names() {
		if d := levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(n)); d < least {
			best, least = n, d
		}
	}
	if best == "" {
		return "", false
	}
	return "did you mean `" + best + "`?", least <= 2
}

// names are all names that a search can use, in ASCII order.
func (ls *lookups) names() []string {
	var out []string
	for n := range ls.defs {
		out = append(out, n)
	}
	for n, s := range ls.stores {
		if s.file && ls.defs[n] == nil && !s.isAbsent() {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}

// LookupNames are the names of all lookups, definitions and files, in ASCII order.
func (b *Base) LookupNames() []string {
	if b == nil || b.lookups == nil {
		return nil
	}
	b.lookups.mu.Lock()
	defer b.lookups.mu.Unlock()
	return b.lookups.names()
}

// LookupToWrite finds the lookup that outputlookup names: one that is there, or one of
// a new file. The error says why it cannot be written.
func (b *Base) LookupToWrite(name string) (*Lookup, error) {
	isNew := strings.HasSuffix(strings.TrimSuffix(name, ".gz"), ".csv") && path.Base(name) == name && !strings.Contains(name, `\`)
	fresh := func() *Lookup {
		l := plainLookup(name)
		l.store = &store{name: name, file: true, absent: true}
		return l
	}
	if b == nil || b.lookups == nil {
		if !isNew {
			return nil, missingLookup(name, "no definitions were given, so it must be the name of a file that ends in .csv")
		}
		return fresh(), nil
	}
	ls := b.lookups
	ls.mu.Lock()
	defer ls.mu.Unlock()
	l, err := ls.named(name)
	if err != nil && isNew && ls.refused[name] == "" {
		return fresh(), nil
	}
	return l, err
}

// Exists says whether there is a table to read, be it an empty one.
func (l *Lookup) Exists() bool { return !l.store.isAbsent() }

// StoredAs is the name of the file that outputlookup writes; of a collection, the
// file that it is read from when there is one.
func (l *Lookup) StoredAs() string {
	if l.Collection != "" {
		return l.Collection + ".csv"
	}
	return l.File
}

// StoreLookup puts a table in the place of a lookup's, which may be one of
// [Base.LookupToWrite]. Searches that begin afterwards see it; those under way keep
// the table that they have. It is what outputlookup does for later searches of the
// same process.
func (b *Base) StoreLookup(l *Lookup, t *Table) {
	l.store.put(t)
	if b == nil || b.lookups == nil || !l.store.file {
		return
	}
	ls := b.lookups
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if ls.stores[l.store.name] == nil {
		ls.stores[l.store.name] = l.store
	}
}
