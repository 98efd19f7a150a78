package batch

import (
	"slices"
	"sync/atomic"
)

// nameIndex finds the columns of a wide batch by name. Most batches have a few dozen
// columns, and looking through their names is quickest; but a line of JSON may have
// tens of thousands, and whoever then asks for each of them would look through them
// all each time.
//
// A batch that nobody changes may be read by several goroutines at once: positions
// that were made are changed only by who changes the batch.
type nameIndex struct {
	looks atomic.Int32 // how often the names were looked through
	at    atomic.Pointer[positions]
}

// positions are where the first n names of a batch stand.
type positions struct {
	of map[string]int32
	n  int
}

const (
	narrowNames = 64 // so many names are simply looked through
	freeLooks   = 16 // so many looks cost as much as making the positions
)

// find is the position of a name, or -1.
func (x *nameIndex) find(names []string, name string) int {
	if p := x.at.Load(); p != nil {
		if i, ok := p.of[name]; ok {
			return int(i)
		}
		if len(names)-p.n <= narrowNames {
			return after(p.n, slices.Index(names[p.n:], name))
		}
	}
	if x.looks.Add(1) <= freeLooks {
		return slices.Index(names, name)
	}
	p := &positions{make(map[string]int32, len(names)+len(names)/4), len(names)}
	for i := len(names) - 1; i >= 0; i-- { // of two with one name the first is found
		p.of[names[i]] = int32(i)
	}
	x.at.Store(p)
	return x.find(names, name)
}

// after is a position in a list that begins n places on, or -1.
func after(n, i int) int {
	if i < 0 {
		return i
	}
	return n + i
}

// appended follows a name put at the end of names. It makes positions longer that are
// there already, so that a batch that grows column by column makes them once.
func (x *nameIndex) appended(names []string) {
	p := x.at.Load()
	if p == nil || p.n != len(names)-1 {
		return
	}
	name := names[p.n]
	if _, ok := p.of[name]; !ok {
		p.of[name] = int32(p.n)
	}
	p.n++
}

// renamed follows a name that stands in the place of another.
func (x *nameIndex) renamed(names []string, i int, old string) {
	p := x.at.Load()
	if p == nil {
		return
	}
	if j, ok := p.of[names[i]]; i >= p.n || int(p.of[old]) != i || ok && int(j) != i {
		x.forget() // two columns with one name: rare enough to look anew
		return
	}
	delete(p.of, old)
	p.of[names[i]] = int32(i)
}

// forget drops the positions.
func (x *nameIndex) forget() {
	x.at.Store(nil)
	x.looks.Store(0)
}

// NameList is names in the order in which they first appeared, each once.
type NameList struct {
	names []string
	have  map[string]bool
}

// Add puts those names at the end that are not there yet.
func (l *NameList) Add(names ...string) {
	for _, n := range names {
		if l.have[n] {
			continue
		}
		if l.have == nil {
			l.have = map[string]bool{}
		}
		l.have[n] = true
		l.names = append(l.names, n)
	}
}

// Names is the list, which must not be changed.
func (l *NameList) Names() []string { return l.names[:len(l.names):len(l.names)] }
