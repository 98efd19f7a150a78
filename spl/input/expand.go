package input

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
)

// Disk is what [Expand] may ask of the outside: the functions of package os.
type Disk interface {
	Open(name string) (fs.File, error)
	Stat(name string) (fs.FileInfo, error)
	ReadDir(name string) ([]fs.DirEntry, error)
	// Stdin is the standard input. It is read once at most and then closed.
	Stdin() io.ReadCloser
}

// Expand makes the list of files from a command's operands: files, folders (all
// files in them and below, by name; those whose name begins with a dot are left
// out), patterns with * ? [ ] and ** (any number of folders), "-" for the standard
// input, and name=value, which says something about the files after it (see
// [Meta]; the names are source, sourcetype, host, index, format, time_field,
// time_format, host_field and datamodel). base is what is known of all files.
//
// An operand that does not exist, a folder without files and a pattern that fits
// nothing are errors. A file whose name looks like name=value is written ./name=value.
func Expand(disk Disk, base Meta, operands []string) ([]File, error) {
	var files []File
	meta := base
	for _, o := range operands {
		if name, value, ok := strings.Cut(o, "="); ok {
			known, err := meta.set(name, value)
			if err != nil {
				return nil, err
			}
			if known {
				continue
			}
		}
		if o == "-" {
			files = append(files, stdin(disk, meta))
			continue
		}
		names, err := expandOne(disk, o)
		if err != nil {
			return nil, err
		}
		for _, n := range names {
			files = append(files, File{Name: n, Meta: meta, Open: func() (io.ReadCloser, error) { return disk.Open(n) }})
		}
	}
	return files, nil
}

// stdin can be opened once only: what was read is gone.
func stdin(disk Disk, meta Meta) File {
	var used atomic.Bool
	return File{Name: "-", Meta: meta, Open: func() (io.ReadCloser, error) {
		if used.Swap(true) {
			return nil, errors.New("the standard input can be read only once; put the events in a file to search them twice")
		}
		// Hiding all but Read and Close: a file redirected to the standard input
		// may stand anywhere but at its start.
		return struct{ io.ReadCloser }{disk.Stdin()}, nil
	}}
}

func expandOne(disk Disk, operand string) ([]string, error) {
	info, err := disk.Stat(operand)
	switch {
	case err == nil && info.IsDir():
		names, err := walk(disk, operand, nil)
		if err == nil && len(names) == 0 {
			err = fmt.Errorf("%s: there are no files in this folder", operand)
		}
		return names, err
	case err == nil:
		return []string{operand}, nil
	case strings.ContainsAny(operand, "*?["):
		return expandPattern(disk, operand)
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: there is no such file or folder%s", operand, operandHint(operand))
	}
	return nil, err
}

// operandHint helps with a misspelt name=value.
func operandHint(operand string) string {
	name, _, ok := strings.Cut(operand, "=")
	if !ok || strings.ContainsAny(name, `/\. `) {
		return ""
	}
	return " (operands name=value know source, sourcetype, host, index, format, time_field, time_format, host_field and datamodel)"
}

// walk adds the files below a folder, in order of their names.
func walk(disk Disk, dir string, names []string) ([]string, error) {
	entries, err := disk.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		name := filepath.Join(dir, e.Name())
		switch {
		case e.IsDir():
			if names, err = walk(disk, name, names); err != nil {
				return nil, err
			}
		case isRegular(disk, name, e):
			names = append(names, name)
		}
	}
	return names, nil
}

// isRegular says whether an entry is a file, or a link to one. Links to folders are
// not followed: they may lead in a circle.
func isRegular(disk Disk, name string, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.Type().IsRegular()
	}
	info, err := disk.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// expandPattern gives the files that fit a pattern, and the files below the folders
// that do.
func expandPattern(disk Disk, pattern string) ([]string, error) {
	slashed := filepath.ToSlash(pattern)
	segments := strings.Split(slashed, "/")
	for _, s := range segments {
		if _, err := path.Match(s, ""); err != nil {
			return nil, fmt.Errorf("%s: this pattern has a [ without its ]", pattern)
		}
	}
	start := ""
	if segments[0] == "" {
		start, segments = "/", segments[1:]
	}
	var names []string
	if err := matchBelow(disk, start, segments, &names); err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s: no file fits this pattern", pattern)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// matchBelow matches the first segment of a pattern against what is in dir.
func matchBelow(disk Disk, dir string, segments []string, names *[]string) error {
	if len(segments) == 0 {
		return addMatch(disk, dir, names)
	}
	seg, rest := segments[0], segments[1:]
	if seg == "**" {
		if err := matchBelow(disk, dir, rest, names); err != nil {
			return err
		}
	} else if !strings.ContainsAny(seg, "*?[") {
		next := filepath.Join(dir, seg)
		if _, err := disk.Stat(next); err != nil {
			return nil
		}
		return matchBelow(disk, next, rest, names)
	}
	entries, err := disk.ReadDir(orDot(dir))
	if err != nil {
		return nil // not a folder
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") && !strings.HasPrefix(seg, ".") {
			continue
		}
		next := filepath.Join(dir, e.Name())
		switch ok, _ := path.Match(seg, e.Name()); {
		case seg == "**" && e.IsDir():
			err = matchBelow(disk, next, segments, names)
		case seg != "**" && ok:
			err = matchBelow(disk, next, rest, names)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func addMatch(disk Disk, name string, names *[]string) error {
	info, err := disk.Stat(orDot(name))
	if err != nil {
		return nil // a link that leads nowhere
	}
	if !info.IsDir() {
		*names = append(*names, name)
		return nil
	}
	below, err := walk(disk, orDot(name), nil)
	*names = append(*names, below...)
	return err
}

func orDot(dir string) string {
	if dir == "" {
		return "."
	}
	return dir
}
