package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"spl/macros"
	"spl/parser/source"
	"spl/spl"
	"spl/spl/detect"
)

// query is a search on the command line, or in the file of -f.
type query struct {
	text      string
	detection *detect.Detection // of -f; nil for a query on the command line
	config    *spl.Config
	operands  []string // the arguments after it
}

// query takes the search from the flags and arguments of a command, and loads the
// macros.
func (a *app) query(args []string) (*query, error) {
	if err := a.flags.check(); err != nil {
		return nil, err
	}
	base, err := a.knowledge()
	if err != nil {
		return nil, err
	}
	q := &query{config: &spl.Config{Knowledge: base}, operands: args}
	if a.flags.file != "" {
		if q.detection, err = a.detection(a.flags.file); err != nil {
			return nil, err
		}
		q.text, q.config.File = q.detection.Search.Text, q.detection.Search
		return q, nil
	}
	if len(args) == 0 {
		return nil, &usageError{"there is no query", "for example: spl 'error | stats count by host' app.log\nor, from a file: spl -f detection.yml app.log; see spl --help"}
	}
	q.text, q.operands = args[0], args[1:]
	return q, nil
}

// overrides loads the macros that the flags name over others. Faults are those after
// which nothing can be run. What is wrong within a file concerns the searches that call
// what it should have defined; others run, and it is told ([app.tellMacros]).
func (a *app) overrides(set *macros.Set) (faults source.Errors, err error) {
	errs := a.foundMacros(set)
	for _, p := range a.flags.macros {
		if _, err := a.disk.Stat(p); err != nil {
			return nil, &failure{"--macros: " + plainError(p, err), ""}
		}
		errs = append(errs, set.Load(a.disk, p, "")...)
	}
	a.within = nil
	for _, e := range errs {
		if e.File != nil && e.File.Text != "" && !a.flags.strict {
			a.within = append(a.within, e)
			continue
		}
		faults = append(faults, e)
	}
	for _, d := range a.flags.define {
		faults = append(faults, set.DefineText(d, "<--macro>")...)
	}
	return faults, nil
}

// tellMacros tells once what is wrong in files of macros.
func (a *app) tellMacros() {
	if a.told {
		return
	}
	a.told = true
	for _, e := range a.within {
		a.report().notice("macros", e.Error()+"; searches that do not call it are run", 1, false)
	}
}

// detection reads the file of -f.
func (a *app) detection(arg string) (*detect.Detection, error) {
	name, stanza := arg, ""
	if _, err := a.disk.Stat(arg); err != nil {
		name, stanza = detect.Split(arg)
	}
	text, err := a.text(name)
	if err != nil {
		return nil, &failure{"-f: " + plainError(name, err), ""}
	}
	return detect.Load(name, stanza, text)
}

var errTooLarge = fmt.Errorf("the file has more than %d MB, too many for a query", detect.MaxFile>>20)

// plainError words an error of the disk.
func plainError(name string, err error) string {
	var p *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return name + ": there is no such file or folder"
	case errors.As(err, &p):
		return fmt.Sprintf("%s: %v", name, p.Err)
	}
	return fmt.Sprintf("%s: %v", name, err)
}

// compile reads and checks the search. Faults have their places in the file that
// the search comes from.
func (q *query) compile() (p *spl.Program, err error) {
	defer guard(&err)
	if err = q.empty(); err == nil {
		p, err = spl.Compile(q.text, q.config)
	}
	return p, q.locate(err)
}

// empty reports a query without a word, which is more likely an unset variable of
// the shell than the wish to see every event.
func (q *query) empty() error {
	if strings.TrimSpace(q.text) != "" {
		return nil
	}
	f := q.config.File
	if f == nil {
		f = &source.File{Name: "<query>", Text: q.text}
	}
	e := source.Errorf(source.Syntax, source.At(0), "the search is empty").WithHelp("* stands for every event")
	e.File = f
	return source.Errors{e}
}

// parse only reads it.
func (q *query) parse() (tree *spl.Query, err error) {
	defer guard(&err)
	if err = q.empty(); err == nil {
		tree, err = spl.Parse(q.text, q.config)
	}
	return tree, q.locate(err)
}

func (q *query) locate(err error) error {
	var errs source.Errors
	if q.detection != nil && errors.As(err, &errs) {
		q.detection.Locate(errs)
	}
	return err
}

// guard turns a panic, which is a fault of the program, into an error.
func guard(err *error) {
	if r := recover(); r != nil {
		*err = &failure{fmt.Sprintf("a fault of spl itself: %v", r), "please report it along with the query"}
	}
}

// misplaced guesses what the query was meant to be, where it is a word that finds
// nothing: the name of a file, or a misspelt command. "" for anything else.
func (a *app) misplaced(q *query, names []string) string {
	word := strings.TrimSpace(q.text)
	if q.detection != nil || word == "" || strings.ContainsAny(word, " \t\n|") {
		return ""
	}
	if info, err := a.disk.Stat(word); err == nil && !info.IsDir() {
		if detect.KindOf(word) != detect.Text || strings.HasSuffix(word, ".spl") {
			return fmt.Sprintf("`%s` is a file, and was searched for as a word; to run the search in it: spl -f %s FILE", word, word)
		}
		return fmt.Sprintf("`%s` is a file, and was searched for as a word; the query comes first: spl '*' %s", word, word)
	}
	if near := nearCommand(word, names); near != "" {
		return fmt.Sprintf("`%s` was searched for as a word; did you mean the command `spl %s`?", word, near)
	}
	return ""
}
