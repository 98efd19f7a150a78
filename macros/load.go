package macros

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"spl/parser/conf"
	"spl/parser/source"
)

// maxFile is how large a file of definitions may be, in bytes.
const maxFile = 16 << 20

// Load adds what a file or folder defines. A file is a macros.conf (told by the
// suffix .conf) or an ESCU macro in YAML (.yml, .yaml). Of a folder and the folders
// in it, all files named macros.conf are read and all YAML files that have a
// definition; others are passed over, as is what has a name with a dot before it.
// They are read in the order of their paths and later ones win, so an app's local
// stands over its default.
//
// name is what errors show in the place of p; "" for p itself. A file that cannot
// be read is reported with the faults of the others, which are loaded all the same.
func (s *Set) Load(fsys fs.FS, p, name string) source.Errors {
	if name == "" {
		name = p
	}
	info, err := fs.Stat(fsys, p)
	if err != nil {
		return source.Errors{unreadable(name, err)}
	}
	if !info.IsDir() {
		return s.loadFile(fsys, p, name, false)
	}
	var errs source.Errors
	walk := func(file string, d fs.DirEntry, err error) error {
		shown := path.Join(name, strings.TrimPrefix(file, p))
		switch {
		case err != nil:
			errs = append(errs, unreadable(shown, err))
			return nil
		case file != p && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
		case !d.IsDir() && (d.Name() == "macros.conf" || isYAML(file)) && isRegular(fsys, file):
			errs = append(errs, s.loadFile(fsys, file, shown, true)...)
		}
		return nil
	}
	if err := fs.WalkDir(fsys, p, walk); err != nil {
		errs = append(errs, unreadable(name, err))
	}
	return errs
}

func isYAML(p string) bool {
	ext := strings.ToLower(path.Ext(p))
	return ext == ".yml" || ext == ".yaml"
}

func isRegular(fsys fs.FS, p string) bool {
	info, err := fs.Stat(fsys, p)
	return err != nil || info.Mode().IsRegular() // an error shows when the file is opened
}

func unreadable(name string, err error) *source.Error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return faultIn(&source.File{Name: name}, source.At(0), "the file cannot be read: %s", err)
}

func (s *Set) loadFile(fsys fs.FS, p, name string, inFolder bool) source.Errors {
	f, err := fsys.Open(p)
	if err != nil {
		return source.Errors{unreadable(name, err)}
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return source.Errors{unreadable(name, err)}
	}
	if len(text) > maxFile {
		return source.Errors{faultIn(&source.File{Name: name}, source.At(0), "the file has more than %d bytes", maxFile)}
	}
	if isYAML(p) {
		return s.loadYAML(name, string(text), inFolder)
	}
	return s.LoadConf(name, string(text))
}

// LoadConf adds the macros of a macros.conf. A stanza that is there already is
// overridden setting by setting: one with only a definition keeps the args of the
// layer below.
func (s *Set) LoadConf(name, text string) source.Errors {
	file, errs := conf.Parse(name, text)
	defaults := file.Stanza(conf.DefaultStanza)
	for _, st := range file.Stanzas {
		if st == defaults {
			continue
		}
		m, err := fromStanza(file.Source, st)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		for _, from := range []*conf.Stanza{defaults, st} {
			errs = append(errs, m.read(from)...)
		}
		s.add(m)
	}
	return errs
}

// fromStanza reads a stanza's name.
func fromStanza(f *source.File, st *conf.Stanza) (*Macro, *source.Error) {
	m := &Macro{Name: st.Name, Origin: f.Name, File: f, At: st.At}
	name, number, open := strings.Cut(st.Name, "(")
	if open {
		n, err := strconv.Atoi(strings.TrimSuffix(number, ")"))
		if number == ")" {
			n, err = 0, nil
		}
		if err != nil || n < 0 || !strings.HasSuffix(number, ")") {
			return nil, faultIn(f, st.At, "%q is not a macro's name", st.Name).
				WithHelp("after the name stands the number of its arguments: [name(2)]; their names go in args = first, second")
		}
		m.Name, m.Arity = name, n
	}
	if !isName(m.Name) {
		return nil, faultIn(f, st.At, "%q cannot be a macro's name", m.Name).
			WithHelp("a macro's name is made of letters, digits, '_' and '-'")
	}
	return m, nil
}

// read takes over the settings of a stanza. Keys that macros.conf does not know are
// other programs' affair.
func (m *Macro) read(st *conf.Stanza) source.Errors {
	if st == nil {
		return nil
	}
	var errs source.Errors
	for i := range st.Keys {
		k := &st.Keys[i]
		switch k.Name {
		case "args":
			m.Args, m.set = splitNames(k.Value.String), m.set|setArgs
		case "definition":
			m.Definition, m.set = k.Value, m.set|setDefinition
		case "validation":
			m.Validation, m.set = k.Value, m.set|setValidation
			if k.Value.String == "" {
				m.Validation = nil
			}
		case "errormsg":
			m.ErrorMsg, m.set = k.Value.String, m.set|setErrorMsg
		case "description":
			m.Description, m.set = k.Value.String, m.set|setDescription
		case "iseval":
			on, ok := truth(k.Value.String)
			if !ok {
				errs = append(errs, faultIn(m.File, k.At, "iseval is %q, neither true nor false", k.Value.String).WithHelp("write 1 or 0"))
				continue
			}
			m.IsEval, m.set = on, m.set|setIsEval
		}
	}
	return errs
}

// truth reads a boolean as .conf files write it.
func truth(s string) (on, ok bool) {
	switch strings.ToLower(s) {
	case "1", "true", "t", "yes", "y":
		return true, true
	case "0", "false", "f", "no", "n", "":
		return false, true
	}
	return false, false
}
