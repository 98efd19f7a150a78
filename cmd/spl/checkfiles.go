package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"spl/macros"
	"spl/parser/conf"
	"spl/parser/source"
	"spl/spl/detect"
)

// checkFile is a file to look for queries in.
type checkFile struct {
	name   string
	folder bool // it was found in a folder and may be something else
}

// packed are the endings of packed files, which say nothing of what is in them.
var packed = []string{".gz", ".zst"}

// kind is the ending of a file's name, packing aside.
func kind(name string) string {
	for _, p := range packed {
		name = strings.TrimSuffix(name, p)
	}
	return strings.ToLower(filepath.Ext(name))
}

func holdsQueries(name string) bool {
	switch kind(name) {
	case ".spl", ".yml", ".yaml", ".conf", ".ndjson":
		return true
	}
	return false
}

// checkFiles lists the files of the paths: of folders those that may hold queries.
func (a *app) checkFiles(paths []string) ([]checkFile, error) {
	var files []checkFile
	for _, p := range paths {
		if p == "-" {
			files = append(files, checkFile{name: p})
			continue
		}
		info, err := a.disk.Stat(p)
		if err != nil {
			return nil, &failure{plainError(p, err), ""}
		}
		if !info.IsDir() {
			files = append(files, checkFile{name: p})
			continue
		}
		n := len(files)
		err = filepath.WalkDir(p, func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case name != p && strings.HasPrefix(d.Name(), "."):
				if d.IsDir() {
					return fs.SkipDir
				}
			case d.Type().IsRegular() && holdsQueries(name):
				files = append(files, checkFile{name, true})
			}
			return nil
		})
		if err != nil {
			return nil, &failure{plainError(p, err), ""}
		}
		if len(files) == n {
			return nil, &failure{p + ": there is nothing to check in this folder", "queries are looked for in .spl, .yml, .yaml, .conf and .ndjson files"}
		}
	}
	return files, nil
}

// open opens a file and unpacks it.
func (a *app) open(name string) (io.ReadCloser, error) {
	var file io.ReadCloser = a.stdin
	if name != "-" {
		f, err := a.disk.Open(name)
		if err != nil {
			return nil, err
		}
		file = f
	}
	r := bufio.NewReaderSize(file, 64<<10)
	magic, _ := r.Peek(4)
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(r)
		return unpacked{z, file}, err
	case bytes.Equal(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return unpacked{nil, file}, err
		}
		return unpacked{z, file}, nil
	}
	return unpacked{r, file}, nil
}

type unpacked struct {
	io.Reader
	io.Closer
}

// text reads a whole file.
func (a *app) text(name string) (string, error) {
	r, err := a.open(name)
	if err != nil {
		return "", err
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, detect.MaxFile+1))
	if err == nil && len(text) > detect.MaxFile {
		err = errTooLarge
	}
	return string(text), err
}

// define adds the macros of all files to the set, before any query is checked.
// Faults are reported when the files are read again.
func (k *checker) define() {
	for _, f := range k.files {
		switch kind(f.name) {
		case ".conf":
			if text, err := k.text(f.name); err == nil && strings.Contains(text, "definition") {
				for _, m := range confMacros(f.name, text) {
					k.set.Add(m)
				}
			}
		case ".yml", ".yaml":
			if text, err := k.text(f.name); err == nil && isMacro(text) {
				_ = k.set.LoadYAML(f.name, text) // its faults are told when the file is checked
			}
		case ".ndjson":
			_ = k.rows(f.name, func(_ int, line []byte) bool {
				if bytes.Contains(line, []byte(`"definition"`)) {
					if m := readRow(f.name, line).macro; m != nil {
						k.set.Add(m)
					}
				}
				return true
			})
		}
	}
}

// isMacro says whether a YAML file defines a macro.
func isMacro(text string) bool {
	return hasKey(text, "definition:") && !hasKey(text, "search:")
}

func hasKey(text, key string) bool {
	return strings.HasPrefix(text, key) || strings.Contains(text, "\n"+key)
}

// confMacros are the macros of a .conf file, by themselves.
func confMacros(name, text string) []*macros.Macro {
	set := macros.NewSet()
	_ = set.LoadConf(name, text)
	file, _ := conf.Parse(name, text)
	var out []*macros.Macro
	for _, m := range set.All() {
		if st := file.Stanza(m.Key()); st.Key("definition") != nil {
			out = append(out, m)
		}
	}
	return out
}

// items gives what there is to check in a file; false when no more is wanted.
func (k *checker) items(f checkFile, emit func(item) bool) bool {
	if kind(f.name) == ".ndjson" {
		more := true
		err := k.rows(f.name, func(n int, line []byte) bool {
			more = emit(readRow(fmt.Sprintf("%s:%d", f.name, n), line).item)
			return more
		})
		if err != nil && more {
			return emit(unreadable(f.name, err))
		}
		return more
	}
	text, err := k.text(f.name)
	if err != nil {
		return emit(unreadable(f.name, err))
	}
	for _, it := range textItems(f, text) {
		if !emit(it) {
			return false
		}
	}
	return true
}

func unreadable(name string, err error) item {
	e := source.Errorf(source.Syntax, source.At(0), "the file cannot be read: %v", cause(err))
	e.File = &source.File{Name: name}
	return item{name: name, errs: source.Errors{e}}
}

func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// textItems gives the queries and macros of a file that is read whole.
func textItems(f checkFile, text string) []item {
	name := f.name
	for _, p := range packed {
		name = strings.TrimSuffix(name, p)
	}
	yaml := detect.KindOf(name) == detect.YAML
	switch {
	case yaml && isMacro(text):
		set := macros.NewSet()
		if errs := set.LoadYAML(f.name, text); len(errs) > 0 {
			return []item{{name: f.name, errs: errs}}
		}
		return []item{{name: set.All()[0].Key(), macro: set.All()[0]}}
	case yaml && f.folder && !hasKey(text, "search:"):
		return nil // some other YAML
	}
	ds, errs := detect.All(name, text)
	if len(errs) > 0 {
		return []item{{name: f.name, errs: errs}}
	}
	var items []item
	for _, d := range ds {
		if d.Name == "" || detect.KindOf(name) == detect.Text {
			d.Name = f.name
		}
		d.Search.Name = f.name
		items = append(items, item{name: d.Name, detection: d})
	}
	if detect.KindOf(name) == detect.Conf {
		for _, m := range confMacros(f.name, text) {
			items = append(items, item{name: m.Key(), macro: m})
		}
	}
	if len(items) == 0 && !f.folder {
		e := source.Errorf(source.Syntax, source.At(0), "the file has neither a search nor a macro")
		e.File = &source.File{Name: f.name}
		items = append(items, item{name: f.name, errs: source.Errors{e}})
	}
	return items
}

// rows gives the lines of an NDJSON file, numbered from 1, the empty ones left out.
func (k *checker) rows(name string, emit func(n int, line []byte) bool) error {
	r, err := k.open(name)
	if err != nil {
		return err
	}
	defer r.Close()
	lines := bufio.NewReaderSize(r, 64<<10)
	for n := 1; ; n++ {
		line, err := readLine(lines)
		if n == 1 {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		if line = bytes.TrimSpace(line); len(line) > 0 && !emit(n, line) {
			return nil
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// readLine reads a line of any length up to the largest query.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > detect.MaxFile {
			return nil, errTooLarge
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}

// row is an NDJSON row: a query, or a macro.
type row struct {
	item
	Name       *string         `json:"name"`
	SPL        *string         `json:"spl"`
	Macro      *string         `json:"macro"`
	Definition *string         `json:"definition"`
	Args       json.RawMessage `json:"args"`
	IsEval     any             `json:"iseval"`
}

// readRow reads a row. at is its place, "file:line", by which faults call it; their
// lines and columns count in the row's query.
func readRow(at string, line []byte) row {
	var r row
	if err := json.Unmarshal(line, &r); err != nil {
		return badRow(at, "this line is not JSON: "+err.Error(), `a query is {"name": "...", "spl": "..."}`)
	}
	r.name = at
	if r.Name != nil {
		r.name = *r.Name
	}
	switch {
	case r.SPL != nil:
		f := &source.File{Name: at, Text: *r.SPL}
		r.detection = &detect.Detection{Name: r.name, Search: f, Origin: source.Plain(f)}
	case r.Definition != nil:
		m, errs := r.define(at)
		r.macro, r.errs = m, errs
		if r.Name == nil && m != nil {
			r.name = m.Key()
		}
	default:
		return badRow(at, "this row has no query", `a query is {"name": "...", "spl": "..."}`)
	}
	return r
}

func badRow(at, msg, help string) row {
	e := source.Errorf(source.Syntax, source.At(0), "%s", msg).WithHelp("%s", help)
	e.File = &source.File{Name: at}
	return row{item: item{name: at, errs: source.Errors{e}}}
}

// define makes the macro of a row. Its name may be that of a stanza, name(2), and
// its arguments a list or a text with commas.
func (r *row) define(at string) (*macros.Macro, source.Errors) {
	name := r.name
	if r.Macro != nil {
		name = *r.Macro
	}
	name, _, _ = strings.Cut(name, "(")
	var args []string
	if json.Unmarshal(r.Args, &args) != nil {
		var list string
		_ = json.Unmarshal(r.Args, &list) // absent, or null: none
		for a := range strings.SplitSeq(list, ",") {
			if a = strings.TrimSpace(a); a != "" {
				args = append(args, a)
			}
		}
	}
	f := &source.File{Name: at, Text: *r.Definition}
	m := &macros.Macro{Name: name, Arity: len(args), Args: args, Definition: source.Plain(f), Origin: at, File: f}
	switch strings.ToLower(fmt.Sprint(r.IsEval)) {
	case "1", "true", "t", "yes":
		m.IsEval = true
	}
	if e := m.Fault(); e != nil {
		return nil, source.Errors{e}
	}
	return m, nil
}
