package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"spl/macros"
	"spl/parser/source"
	"spl/spl/detect"
	"spl/spl/layout"
)

func (a *app) fmtCommand() *cobra.Command {
	f := &formatter{app: a}
	c := &cobra.Command{
		Use:   "fmt [flags] [PATH...]",
		Short: "Write searches in one layout: a command a line, long lists wrapped and aligned",
		Long: `Lays out .spl texts, the search of detection YAML, and the searches of a
savedsearches.conf; of a folder all of these below it; without PATH, or for -, a query on
standard input. Only white space changes: comments and macro calls stay as they are, and the
search reads as before. A search with faults stays as it is, and they are reported.`,
		Example: "  spl fmt detection.yml\n  spl fmt -w detections/\n  echo 'error | stats count by user' | spl fmt",
		RunE:    func(_ *cobra.Command, args []string) error { return f.run(args) },
	}
	a.flags.addMacros(c.Flags())
	c.Flags().BoolVarP(&f.write, "write", "w", false, "write the result back into each file")
	c.Flags().BoolVarP(&f.diff, "diff", "d", false, "show what would change, as a diff")
	return c
}

// formatter lays out files.
type formatter struct {
	*app
	write, diff bool
	set         *macros.Set
	bad         int
}

func (f *formatter) run(paths []string) error {
	base, err := f.knowledge()
	if err != nil {
		return err
	}
	f.set = base.Macros()
	if len(paths) == 0 {
		paths = []string{"-"}
	}
	files, err := f.checkFiles(paths)
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := f.file(file); err != nil {
			return err
		}
	}
	if f.bad > 0 {
		return &errReported{exitQuery}
	}
	return nil
}

func (f *formatter) file(c checkFile) error {
	if c.folder && kind(c.name) == ".ndjson" {
		return nil
	}
	name := c.name
	if name == "-" {
		name = "<stdin>"
	} else if packedName(name) {
		return &failure{name + ": a packed file cannot be laid out", "unpack it first"}
	}
	text, err := f.text(c.name)
	if err != nil {
		return &failure{plainError(name, err), ""}
	}
	if name != "<stdin>" && !layable(name, text) {
		return &failure{name + ": this is no file of searches, but of data", "searches stand in .spl and other texts, in detection YAML and in savedsearches.conf"}
	}
	if c.folder && detect.KindOf(name) == detect.YAML && !hasKey(text, "search:") {
		return nil // some other YAML
	}
	out, errs := layout.File(name, text, f.set)
	if len(errs) > 0 {
		f.fail(errs)
	}
	switch {
	case f.diff:
		_, err = f.texts().Write(diff.Diff(name, []byte(text), name+" laid out", []byte(out)))
	case !f.write || name == "<stdin>":
		_, err = io.WriteString(f.texts(), out)
	case out != text:
		err = replaceFile(name, out)
	}
	return err
}

// layable says whether a file may hold searches. A log would be taken for a search of
// many words, and written over.
func layable(name, text string) bool {
	switch kind(name) {
	case ".ndjson", ".jsonl", ".json", ".csv", ".tsv", ".log", ".xml", ".evtx":
		return false
	}
	return utf8.ValidString(text) && strings.IndexByte(text, 0) < 0
}

func (f *formatter) fail(errs source.Errors) {
	f.bad++
	rep := &report{w: f.stderr, json: f.flags.errors == "json", color: f.colors(f.stderrWidth), width: excerptWidth(f.stderrWidth)}
	rep.faults(errs)
}

func packedName(name string) bool {
	for _, p := range packed {
		if strings.HasSuffix(name, p) {
			return true
		}
	}
	return false
}

// replaceFile puts a text in the place of a file, whole or not at all.
func replaceFile(name, text string) error {
	name, err := filepath.EvalSymlinks(name) // a link stays one
	if err != nil {
		return err
	}
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	t, err := os.CreateTemp(filepath.Dir(name), ".spl-fmt-*")
	if err != nil {
		return err
	}
	_, err = t.WriteString(text)
	if err2 := t.Close(); err == nil {
		err = err2
	}
	if err == nil {
		err = os.Chmod(t.Name(), info.Mode().Perm())
	}
	if err == nil {
		err = os.Rename(t.Name(), name)
	}
	if err != nil {
		_ = os.Remove(t.Name())
	}
	return err
}
