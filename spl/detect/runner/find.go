package runner

import (
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"spl/spl/detect"
	"spl/spl/detect/testfile"
)

// Disk is what the loader may ask of the outside: the functions of package os.
type Disk interface {
	Open(name string) (fs.File, error)
	Stat(name string) (fs.FileInfo, error)
	ReadDir(name string) ([]fs.DirEntry, error)
	// Real is the absolute path of a file or folder, links followed.
	Real(name string) (string, error)
}

// Found is what lies below some paths.
type Found struct {
	Files  []FoundFile
	Macros []string // files that define macros
	paths  []string
}

// FoundFile is a file that may hold tests. Named says that the user named it, so that
// it must be one.
type FoundFile struct {
	Name  string
	Named bool
}

// Find lists the files of paths that may hold tests or macros, in the order of the
// paths, of a folder all below it by name.
func Find(disk Disk, paths []string) (*Found, error) {
	f := &Found{paths: paths}
	for _, p := range paths {
		info, err := disk.Stat(p)
		switch {
		case err != nil:
			return nil, fmt.Errorf("%s: there is no such file or folder", p)
		case info.IsDir():
			n := len(f.Files)
			if err := f.walk(disk, p); err != nil {
				return nil, err
			}
			if len(f.Files) == n {
				return nil, fmt.Errorf("%s: there are no tests in this folder: neither *.test.yml files nor detections in YAML", p)
			}
		default:
			f.Files = append(f.Files, FoundFile{p, true})
		}
	}
	return f, nil
}

func (f *Found) walk(disk Disk, dir string) error {
	entries, err := disk.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries { // by name
		name := filepath.Join(dir, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), "."):
		case e.IsDir():
			if err := f.walk(disk, name); err != nil {
				return err
			}
		case !e.Type().IsRegular():
		case testfile.Is(name):
			f.Files = append(f.Files, FoundFile{name, false})
		case e.Name() == "macros.conf":
			f.Macros = append(f.Macros, name)
		case detect.KindOf(name) == detect.YAML:
			f.yaml(disk, name)
		}
	}
	return nil
}

// yaml sorts a YAML file by the keys it has: a detection, a macro, or something else,
// which is left out.
func (f *Found) yaml(disk Disk, name string) {
	text, err := readText(disk, name)
	switch {
	case err != nil, hasKey(text, "search"):
		f.Files = append(f.Files, FoundFile{name, false})
	case hasKey(text, "definition"):
		f.Macros = append(f.Macros, name)
	}
}

func hasKey(text, key string) bool {
	return strings.HasPrefix(text, key+":") || strings.Contains(text, "\n"+key+":")
}

func readText(disk Disk, name string) (string, error) {
	file, err := disk.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, detect.MaxFile+1))
	return string(text), err
}
