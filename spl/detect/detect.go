// Package detect reads detections: a search, and what its author says of it.
//
// Read [Load] first. Three kinds of file hold detections: the YAML of Splunk's
// security content (ESCU), a savedsearches.conf, and a plain text that is nothing but
// the search. Whatever the kind, the search comes out with every character as it
// stands, and with the place of each: [Detection.Locate] turns the faults of the
// search into places of the file that a reader opens.
//
// Nothing here touches the disk; texts are given.
package detect

import (
	"path"
	"strings"
	"unicode/utf8"

	"spl/parser/source"
)

// MaxFile is how large a file of detections may be, in bytes.
const MaxFile = 16 << 20

// Detection is a search with its description. Texts that the file does not give
// are "".
type Detection struct {
	Name, ID, Version, Date, Author, Status, Type, Description string

	// Search is the search. Its FirstLine and Indent say where it stands in the file
	// it comes from, exactly where that keeps the lines of the search as they are (a
	// block of YAML); Locate is exact everywhere.
	Search *source.File
	// Origin is the search with the place of each character in the whole file.
	Origin *source.Text

	// Techniques are the MITRE ATT&CK techniques, such as T1526.
	Techniques []string
	// Stories are the analytic stories that the detection belongs to.
	Stories []string
	// RiskScore, Message and Observables are the older form of RBA, under tags.
	RiskScore, Message string
	Observables        []Observable
	// RBA says which fields of a row are put at risk; nil where it is not given.
	RBA *RBA
	// Tests are the detection's own.
	Tests []Test
	// ManualTest says why only people can test the detection; "" where that is not so.
	ManualTest string
	// File is the whole file, where the detection is YAML.
	File *source.File
	// Notices are what a reader should know of how the file was read.
	Notices []string
}

// Observable is a field of a row that somebody should look at.
type Observable struct {
	Field, Type string
	Roles       []string // Victim, Attacker and so on
}

// RBA is what a detection says of risk.
type RBA struct {
	Message string
	Risk    []RiskObject
	Threat  []ThreatObject
}

// RiskObject is a field that names somebody or something at risk.
type RiskObject struct{ Field, Type, Score string }

// ThreatObject is a field that names where a threat comes from.
type ThreatObject struct{ Field, Type string }

// Test is a test of a detection: data for which it must give rows.
type Test struct {
	Name string
	At   source.Span // in the file
	Data []TestData
}

// TestData is a file of events, and what they are.
type TestData struct {
	Data, Source, Sourcetype, Index, Host string
	// Updated says that the times of the events are to be moved so that they end now.
	Updated bool
	At      source.Span // of the name of the data, in the file
}

// Split takes the name of a stanza off a path: "a/savedsearches.conf:My search"
// gives "a/savedsearches.conf" and "My search".
func Split(arg string) (file, stanza string) {
	if i := strings.Index(arg, ".conf:"); i >= 0 {
		return arg[:i+len(".conf")], arg[i+len(".conf:"):]
	}
	return arg, ""
}

// Kind says how a file is read, by its name.
type Kind int

// The kinds of file.
const (
	Text Kind = iota // the whole is one search
	YAML
	Conf
)

// KindOf tells the kind of a file by its name: .yml and .yaml, .conf, and the rest.
func KindOf(name string) Kind {
	switch strings.ToLower(path.Ext(name)) {
	case ".yml", ".yaml":
		return YAML
	case ".conf":
		return Conf
	}
	return Text
}

// Load reads the detection of a file with that name and text. stanza names one of
// the searches of a .conf file; it may be "" if there is only one. The error is of
// type [source.Errors], with places in the file.
func Load(name, stanza, text string) (*Detection, error) {
	ds, errs := All(name, text)
	if len(errs) > 0 {
		return nil, errs
	}
	if KindOf(name) == Conf {
		return choose(name, stanza, text, ds)
	}
	return ds[0], nil
}

// All reads every detection of a file, in its order. Where it gives none, it gives
// an error, except for a .conf file without searches.
func All(name, text string) ([]*Detection, source.Errors) {
	f := &source.File{Name: name, Text: strings.TrimPrefix(text, "\ufeff")}
	switch {
	case len(f.Text) > MaxFile:
		return nil, faults(fault(f, source.At(0), "the file has more than %d MB", MaxFile>>20))
	case strings.HasPrefix(f.Text, "\xff\xfe") || strings.HasPrefix(f.Text, "\xfe\xff"):
		return nil, faults(fault(f, source.At(0), "the file is written in UTF-16").WithHelp("save it as UTF-8"))
	}
	switch KindOf(name) {
	case YAML:
		d, errs := readYAML(f)
		if len(errs) > 0 {
			return nil, errs
		}
		return []*Detection{d}, nil
	case Conf:
		return readConf(f)
	}
	return []*Detection{{Name: name, Search: f, Origin: source.Plain(f)}}, nil
}

// Locate moves faults that lie in the detection's search to their places in the
// file, along with the macro calls that led to them.
func (d *Detection) Locate(errs source.Errors) {
	for _, e := range errs {
		e.File, e.Where = d.Place(e.File, e.Where)
		e.Frame = d.frame(e.Frame)
	}
}

// Place is where a span of the search stands in the file. Spans of other files stay
// as they are.
func (d *Detection) Place(f *source.File, s source.Span) (*source.File, source.Span) {
	if f != d.Search {
		return f, s
	}
	at, where, _ := d.Origin.Origin(s)
	if s.Start == s.End && s.Start > 0 && s.Start == len(d.Search.Text) { // after the last character
		at, where, _ = d.Origin.Origin(source.Span{Start: s.Start - 1, End: s.Start})
		where.Start = where.End
	}
	return at, where
}

func (d *Detection) frame(fr *source.Frame) *source.Frame {
	if fr == nil {
		return nil
	}
	out := *fr
	out.File, out.Call = d.Place(fr.File, fr.Call)
	out.Parent = d.frame(fr.Parent)
	return &out
}

// part makes the file of a search whose characters come from elsewhere.
func part(t *source.Text) *source.File {
	f := &source.File{Text: t.String}
	if len(t.Pieces) == 0 {
		return f
	}
	p := t.Pieces[0]
	whole := p.File
	f.Name = whole.Name
	f.FirstLine = whole.Place(p.Src.Start).Line
	_, start := whole.Line(p.Src.Start)
	f.Indent = utf8.RuneCountInString(whole.Text[start:min(p.Src.Start, len(whole.Text))])
	return f
}

func fault(f *source.File, at source.Span, msg string, args ...any) *source.Error {
	e := source.Errorf(source.Syntax, at, msg, args...)
	e.File, e.Where = f, at
	return e
}

func faults(es ...*source.Error) source.Errors { return es }
