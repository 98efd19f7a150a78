// Package conf reads Splunk's .conf files: macros.conf, savedsearches.conf,
// props.conf, transforms.conf. It knows their form and nothing of their meaning.
//
// Read [Parse] first. What a file may look like:
//
//	# a comment: the first character of the line that is not white space is '#'
//	[stanza name]
//	key = value, up to the end of the line
//	long = a value goes on \
//	       where a line ends with a backslash; the line break is part of it
//
// Every value is a [source.Text] over the whole file, so that an error anywhere in
// it, on whichever of its lines, can be shown at its place in the file.
package conf

import (
	"fmt"
	"strings"

	"spl/parser/source"
)

// DefaultStanza is the stanza of the keys that stand before any stanza.
const DefaultStanza = "default"

// File is a .conf file that was read.
type File struct {
	// Source is the text as the file has it, without a byte order mark.
	Source *source.File
	// Stanzas stand in the order in which their names first occur.
	Stanzas []*Stanza

	byName map[string]*Stanza
}

// Stanza is one [name] with its keys. Where the name occurs several times in the
// file, the keys of all are here.
type Stanza struct {
	Name string
	// Line is the line of the first header, from 1; for keys before any header, the
	// line of the first of them.
	Line int
	// At is the first header's name in the file.
	At source.Span
	// Keys stand in the order in which they first occur, each once: the last value
	// in the file wins.
	Keys []Key

	index map[string]int
}

// Key is a setting.
type Key struct {
	Name  string
	Line  int         // of the value that won, from 1
	At    source.Span // the key's name in the file
	Value *source.Text
}

// Stanza finds a stanza by its exact name; nil if there is none.
func (f *File) Stanza(name string) *Stanza { return f.byName[name] }

// Key finds a setting by its exact name; nil if there is none.
func (s *Stanza) Key(name string) *Key {
	if s == nil {
		return nil
	}
	if i, ok := s.index[name]; ok {
		return &s.Keys[i]
	}
	return nil
}

// Get is the text of a setting, "" if there is none. It may be called on nil.
func (s *Stanza) Get(name string) string {
	if k := s.Key(name); k != nil {
		return k.Value.String
	}
	return ""
}

// Parse reads a .conf file. name is what errors show as the file. A line that
// cannot be read is reported and skipped; the File holds the rest, so it is never
// nil. The errors have their places resolved.
//
// A backslash continues a line only as its very last character (choice), also
// where it is doubled; it does not continue a comment or a header. Keys and
// stanza names keep their case.
func Parse(name, text string) (*File, source.Errors) {
	f := &File{
		Source: &source.File{Name: name, Text: strings.TrimPrefix(text, "\ufeff")},
		byName: map[string]*Stanza{},
	}
	r := &reader{file: f, text: f.Source.Text}
	for r.pos < len(r.text) {
		r.line++
		start, end := r.nextLine()
		r.read(start, end)
	}
	return f, r.errs
}

// reader walks over the lines of one file.
type reader struct {
	file    *File
	text    string
	pos     int // start of the next line
	line    int // number of the line last taken
	current *Stanza
	spaced  bool // the line before ended with a backslash and white space
	errs    source.Errors
}

// nextLine takes a line: the offsets of its text, without its line end.
func (r *reader) nextLine() (start, end int) {
	start, end = r.pos, len(r.text)
	if i := strings.IndexByte(r.text[start:], '\n'); i >= 0 {
		end = start + i
		r.pos = end + 1
	} else {
		r.pos = end
	}
	if end > start && r.text[end-1] == '\r' {
		end--
	}
	return start, end
}

const space = " \t\v\f\r"

// trim moves the ends of a range inwards over white space.
func (r *reader) trim(start, end int) (int, int) {
	for start < end && strings.IndexByte(space, r.text[start]) >= 0 {
		start++
	}
	for start < end && strings.IndexByte(space, r.text[end-1]) >= 0 {
		end--
	}
	return start, end
}

func (r *reader) read(start, end int) {
	spaced := r.spaced
	s, e := r.trim(start, end)
	r.spaced = e < end && e > s && r.text[e-1] == '\\'
	if s == e || r.text[s] == '#' {
		r.spaced = false
		return
	}
	if r.text[s] == '[' {
		r.header(s, e)
		return
	}
	eq := strings.IndexByte(r.text[s:e], '=')
	if eq <= 0 {
		r.malformed(s, e, eq == 0, spaced)
		r.skipContinuation(end)
		return
	}
	r.setting(s, s+eq, end)
}

func (r *reader) fault(start, end int, msg string, args ...any) *source.Error {
	at := source.Span{Start: start, End: end}
	e := source.Errorf(source.Syntax, at, msg, args...)
	e.File, e.Where = r.file.Source, at
	r.errs = append(r.errs, e)
	return e
}

func (r *reader) malformed(s, e int, noKey, spaced bool) {
	if noKey {
		r.fault(s, e, "this line has no key before '='").WithHelp("write: key = value")
		return
	}
	err := r.fault(s, e, "this line is neither a [stanza] nor key = value")
	if spaced {
		err.Help = "the line above ends with spaces after its backslash: remove them, and this line is part of its value"
		return
	}
	err.Help = "write: key = value; to continue the value above, end its line with a backslash; a comment starts with '#'"
}

// header reads [name]. What stands between the first and the last bracket of the
// line is the name, for names may hold brackets.
func (r *reader) header(s, e int) {
	nameEnd := strings.LastIndexByte(r.text[s:e], ']') + s
	switch {
	case nameEnd < s:
		nameEnd = e
		r.fault(s, e, "this stanza's name is never closed").WithHelp("add a ']' after the name")
	case nameEnd+1 < e:
		r.fault(nameEnd+1, e, "text after a stanza's name is not read").WithHelp("put it on a line of its own")
	}
	if ns, ne := r.trim(s+1, nameEnd); ns == ne {
		r.fault(s, e, "this stanza has no name").WithHelp("write the name between the brackets")
	}
	r.current = r.stanza(r.text[s+1:nameEnd], source.Span{Start: s + 1, End: nameEnd})
}

func (r *reader) stanza(name string, at source.Span) *Stanza {
	st := r.file.byName[name]
	if st == nil {
		st = &Stanza{Name: name, Line: r.line, At: at, index: map[string]int{}}
		r.file.byName[name] = st
		r.file.Stanzas = append(r.file.Stanzas, st)
	}
	return st
}

// skipContinuation passes over the lines that continue a line that was not read.
func (r *reader) skipContinuation(end int) {
	for continues(r.text, end) && r.pos < len(r.text) {
		r.line++
		_, end = r.nextLine()
	}
}

func continues(text string, end int) bool { return end > 0 && text[end-1] == '\\' }

// setting reads key = value, with the lines that continue it. s is where the key
// starts, eq where the '=' stands, end the end of the line.
func (r *reader) setting(s, eq, end int) {
	_, keyEnd := r.trim(s, eq)
	key := Key{Name: r.text[s:keyEnd], Line: r.line, At: source.Span{Start: s, End: keyEnd}}
	var v value
	start := eq + 1
	for continues(r.text, end) && end > start {
		v.add(start, end-1)
		v.newline(r, end-1)
		if r.pos >= len(r.text) {
			start = end
			break
		}
		r.line++
		start, end = r.nextLine()
	}
	v.add(start, end)
	key.Value = v.text(r, eq+1)
	if r.current == nil {
		r.current = r.stanza(DefaultStanza, source.At(s))
	}
	r.current.set(key)
}

func (s *Stanza) set(k Key) {
	if i, ok := s.index[k.Name]; ok {
		s.Keys[i] = k
		return
	}
	s.index[k.Name] = len(s.Keys)
	s.Keys = append(s.Keys, k)
}

// value collects the ranges of the file that a value is made of.
type value struct {
	parts []source.Span
	size  int
}

func (v *value) add(start, end int) {
	if start < end {
		v.parts = append(v.parts, source.Span{Start: start, End: end})
		v.size += end - start
	}
}

// newline adds the line break that follows the backslash at off.
func (v *value) newline(r *reader, off int) {
	if i := strings.IndexByte(r.text[off:min(len(r.text), off+3)], '\n'); i >= 0 {
		v.add(off+i, off+i+1)
	}
}

// text joins the parts, without the white space around the whole. empty is where
// an error about a value without text points.
func (v *value) text(r *reader, empty int) *source.Text {
	for len(v.parts) > 0 {
		p := &v.parts[0]
		if p.Start = p.End - len(strings.TrimLeft(r.text[p.Start:p.End], space+"\n")); p.Start < p.End {
			break
		}
		v.parts = v.parts[1:]
	}
	for n := len(v.parts) - 1; n >= 0; n-- {
		p := &v.parts[n]
		if p.End = p.Start + len(strings.TrimRight(r.text[p.Start:p.End], space+"\n")); p.Start < p.End {
			break
		}
		v.parts = v.parts[:n]
	}
	if len(v.parts) == 0 {
		return &source.Text{Pieces: []source.Piece{{File: r.file.Source, Src: source.At(empty)}}}
	}
	var b strings.Builder
	b.Grow(v.size)
	t := &source.Text{Pieces: make([]source.Piece, 0, len(v.parts))}
	for _, p := range v.parts {
		t.Pieces = append(t.Pieces, source.Piece{Out: b.Len(), File: r.file.Source, Src: p})
		b.WriteString(r.text[p.Start:p.End])
	}
	t.String = b.String()
	return t
}

// Place writes the stanza's place for a reader, "file:line".
func (f *File) Place(s *Stanza) string { return fmt.Sprintf("%s:%d", f.Source.Name, s.Line) }
