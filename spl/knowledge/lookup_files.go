package knowledge

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/tidwall/gjson"

	"spl/parser/source"
)

// store is where a table comes from: a file, a collection, or what outputlookup
// wrote. It is read once, when first asked for.
type store struct {
	name   string
	path   string                        // of its file, as messages show it
	file   bool                          // it can be named by a search, as a file
	open   func() (io.ReadCloser, error) // nil: nothing is stored
	keyed  bool                          // a collection: every row has a key
	absent bool                          // a definition names it, and it is not there (until it is written)

	mu    sync.Mutex
	read  bool
	table *Table
	err   error
}

// get is the table, read if need be.
func (s *store) get() (*Table, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.read {
		s.read = true
		s.table, s.err = s.load()
	}
	return s.table, s.err
}

func (s *store) put(t *Table) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read, s.absent, s.table, s.err = true, false, t, nil
}

// isAbsent says whether there is nothing that could be read.
func (s *store) isAbsent() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.absent
}

func (s *store) load() (*Table, error) {
	if s.open == nil {
		return &Table{}, nil
	}
	t, err := s.parse()
	if err != nil {
		return nil, fmt.Errorf("the lookup table '%s' cannot be read: %w", s.name, err)
	}
	if s.keyed {
		t = t.keyed()
	}
	return t, nil
}

func (s *store) parse() (*Table, error) {
	f, err := s.open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return s.parseFile(f)
}

func (s *store) parseFile(f io.Reader) (*Table, error) {
	text, err := readTable(f)
	if err != nil {
		return nil, err
	}
	if strings.HasSuffix(strings.TrimSuffix(s.name, ".gz"), ".json") {
		return parseJSON(text)
	}
	return parseCSV(text)
}

// readTable reads a file whole, unpacked if its first bytes are those of gzip.
func readTable(f io.Reader) (string, error) {
	in := bufio.NewReader(f)
	var r io.Reader = in
	if magic, _ := in.Peek(2); string(magic) == "\x1f\x8b" {
		z, err := gzip.NewReader(in)
		if err != nil {
			return "", err
		}
		defer z.Close()
		r = z
	}
	var b strings.Builder
	n, err := io.Copy(&b, io.LimitReader(r, maxTableBytes+1))
	if err != nil {
		return "", err
	}
	if n > maxTableBytes {
		return "", errTooLarge
	}
	return b.String(), nil
}

// parseJSON reads the rows of a collection: objects, in an array or a line each.
func parseJSON(text string) (*Table, error) {
	text = strings.TrimSpace(strings.TrimPrefix(text, "\ufeff"))
	b := &tableBuilder{}
	var err error
	add := func(_, o gjson.Result) bool {
		if !o.IsObject() {
			err = fmt.Errorf("row %d is not a JSON object", b.rows+1)
			return false
		}
		o.ForEach(func(k, v gjson.Result) bool {
			b.set(b.column(k.String()), jsonTexts(v)...)
			return true
		})
		if b.rows++; len(b.fields) > maxColumns || len(b.fields)*b.rows > maxCells {
			err = errTooLarge
		}
		return err == nil
	}
	if strings.HasPrefix(text, "[") {
		if !gjson.Valid(text) {
			return nil, errors.New("it is not valid JSON")
		}
		gjson.Parse(text).ForEach(add)
		return b.table(), err
	}
	for n := 1; text != "" && err == nil; n++ {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if !gjson.Valid(line) {
			return nil, fmt.Errorf("line %d is not valid JSON", n)
		}
		add(gjson.Result{}, gjson.Parse(line))
	}
	return b.table(), err
}

// jsonTexts are the values of a field: the elements of an array, anything else as
// its text; null and the empty text are none.
func jsonTexts(v gjson.Result) []string {
	switch {
	case v.Type == gjson.Null:
		return nil
	case v.IsArray():
		var out []string
		v.ForEach(func(_, x gjson.Result) bool {
			if x.IsArray() {
				out = append(out, x.Raw)
			} else {
				out = append(out, jsonTexts(x)...)
			}
			return true
		})
		return out
	case v.Type == gjson.String:
		if v.Str == "" {
			return nil
		}
		return []string{v.Str}
	}
	return []string{v.Raw}
}

// isTableFile says whether a file is a table, by its name.
func isTableFile(name string) bool {
	name = strings.TrimSuffix(name, ".gz")
	return strings.HasSuffix(name, ".csv") || strings.HasSuffix(name, ".json")
}

// maxFiles bounds how many files of a folder are looked at.
const maxFiles = 200_000

// readFolder finds tables and ESCU definitions in a folder and those below it. Of
// two files of one name that in the upper folder wins, then the first in ASCII order.
func (ls *lookups) readFolder(folder fs.FS) source.Errors {
	var errs source.Errors
	depth := map[string]int{}
	files := 0
	err := fs.WalkDir(folder, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			errs = append(errs, fileFault(p, "cannot be read: %s", err))
			return nil //nolint:nilerr // the rest can be read
		}
		if files++; files > maxFiles {
			return fmt.Errorf("it holds more than %d files", maxFiles)
		}
		name, level := d.Name(), strings.Count(p, "/")
		switch {
		case d.IsDir():
		case isTableFile(name):
			if have, ok := depth[name]; !ok || level < have {
				depth[name] = level
				ls.addFile(folder, p, p, d)
			}
		case strings.HasSuffix(name, ".yml") || strings.HasSuffix(name, ".yaml"):
			errs = append(errs, ls.readYAML(folder, p, d)...)
		}
		return nil
	})
	if err != nil {
		errs = append(errs, fileFault("lookups", "the folder cannot be read: %s", err))
	}
	return errs
}

// readApp finds the tables of an app, where no stronger app has one of that name.
func (ls *lookups) readApp(app *App) {
	list, err := fs.ReadDir(app.FS, "lookups")
	if err != nil {
		return // an app need not have any
	}
	for _, d := range list {
		if isTableFile(d.Name()) && ls.stores[d.Name()] == nil {
			p := path.Join("lookups", d.Name())
			ls.addFile(app.FS, p, path.Join(app.Name, p), d)
		}
	}
}

// addFile makes a file a table to be read later. A link is refused, since it may
// lead out of the folder.
func (ls *lookups) addFile(fsys fs.FS, p, shown string, d fs.DirEntry) {
	name := d.Name()
	if !d.Type().IsRegular() {
		ls.refused[name] = "`" + p + "` is not a plain file (links are not followed)"
		return
	}
	delete(ls.refused, name)
	s := &store{name: name, path: shown, file: true, open: func() (io.ReadCloser, error) { return openTable(fsys, p) }}
	ls.stores[name] = s
	if bare := strings.TrimSuffix(name, ".gz"); bare != name && ls.stores[bare] == nil {
		ls.stores[bare] = s
	}
}

func openTable(fsys fs.FS, p string) (io.ReadCloser, error) {
	f, err := fsys.Open(p)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err == nil && (info.Size() > maxTableBytes || info.IsDir()) {
		f.Close()
		return nil, errTooLarge
	}
	return f, nil
}

func fileFault(file, format string, args ...any) *source.Error {
	e := source.Errorf(source.Syntax, source.Span{}, format, args...)
	e.File = &source.File{Name: file}
	return e
}

// lineFault is a fault of a line of a file; 0: of the file.
func lineFault(file string, line int, format string, args ...any) *source.Error {
	e := fileFault(file, format, args...)
	e.File.FirstLine = line
	return e
}
