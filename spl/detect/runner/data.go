package runner

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path"
	"path/filepath"
	"strings"

	"spl/spl/input"
)

// Mapping says that the files whose name begins with Prefix lie in a folder. An empty
// prefix stands for every name.
type Mapping struct{ Prefix, Dir string }

// ParseMapping reads PREFIX=DIR, or DIR alone. A URL may hold an = itself: the last
// one counts.
func ParseMapping(s string) (Mapping, error) {
	m := Mapping{Dir: s}
	if i := strings.LastIndexByte(s, '='); i >= 0 {
		m.Prefix, m.Dir = s[:i], s[i+1:]
	}
	if m.Dir == "" {
		return m, fmt.Errorf("`%s` names no folder", s)
	}
	return m, nil
}

// allow notes the folders that tests may read from: the current one, those of the
// paths, the repositories that these lie in, and those of --data.
func (l *Loader) allow(paths []string) {
	add := func(name string) {
		if real, err := l.Disk.Real(name); err == nil {
			l.roots = append(l.roots, real)
		}
	}
	add(".")
	for _, m := range l.Data {
		add(m.Dir)
	}
	for _, p := range paths {
		if info, err := l.Disk.Stat(p); err == nil && !info.IsDir() {
			p = filepath.Dir(p)
		}
		add(p)
		if repo := l.repository(p); repo != "" {
			l.roots = append(l.roots, repo)
		}
	}
}

// repository is the folder above a path that holds .git; "" none.
func (l *Loader) repository(p string) string {
	dir, err := l.Disk.Real(p)
	if err != nil {
		return ""
	}
	for {
		if _, err := l.Disk.Stat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}

// within finds a file that a test names, counted from a folder. why is set where
// there is none that may be read.
func (l *Loader) within(dir, name string) (file, why string) {
	file = name
	if !filepath.IsAbs(name) {
		file = filepath.Join(dir, name)
	}
	real, err := l.Disk.Real(file)
	if err != nil {
		return file, "there is no such file"
	}
	for _, root := range l.roots {
		if rel, err := filepath.Rel(root, real); err == nil && filepath.IsLocal(rel) {
			return file, ""
		}
	}
	return file, "it lies outside of the folders that tests may read; allow its folder with --data"
}

// packed are the endings that a file may have more than its name says.
var packed = []string{"", ".gz", ".zst", ".xz", ".bz2"}

// data finds the data of a test: a file counted from the folder of the test, or in
// one of the folders of --data.
func (l *Loader) data(dir, name string, m *Missing) Input {
	remote := strings.Contains(name, "://")
	if !remote {
		for _, from := range []string{dir, "."} {
			file, why := l.within(from, filepath.FromSlash(name))
			if why == "" {
				return l.open(file, name, m)
			}
			m.Why, m.Help = why, "the path counts from the folder of this file; --data names another folder to look in"
			if why != "there is no such file" {
				m.Help = "" // the reason says it
				return Input{Missing: m}
			}
		}
	}
	for _, mp := range l.Data {
		rest, ok := strings.CutPrefix(name, mp.Prefix)
		if !ok {
			continue
		}
		if mp.Prefix == "" && remote {
			rest = urlPath(name)
		}
		if file, weak := l.below(mp.Dir, rest); file != "" {
			in := l.open(file, name, m)
			in.weak = weak
			return in
		}
		m.Why = "it is not in " + mp.Dir
	}
	if remote {
		m.fetch(l.Data)
	}
	return Input{Missing: m}
}

func urlPath(s string) string {
	if u, err := url.Parse(s); err == nil {
		return u.Path
	}
	return s
}

// below looks for a file in a folder by its path, then by the last parts of it. weak
// says that it was found by its name alone.
func (l *Loader) below(dir, rest string) (file string, weak bool) {
	if un, err := url.PathUnescape(rest); err == nil {
		rest = un
	}
	rest = strings.TrimPrefix(path.Clean("/"+rest), "/")
	for parts := strings.Split(rest, "/"); len(parts) > 0; parts = parts[1:] {
		for _, end := range packed {
			name := filepath.Join(dir, filepath.FromSlash(path.Join(parts...)+end))
			if info, err := l.Disk.Stat(name); err != nil || !info.Mode().IsRegular() {
				continue
			}
			if _, why := l.within("", name); why == "" {
				return name, len(parts) == 1 && strings.Contains(rest, "/")
			}
		}
	}
	return "", false
}

// lfs is how a file begins that git keeps elsewhere.
const lfs = "version https://git-lfs.github.com/spec/"

func (l *Loader) open(file, name string, m *Missing) Input {
	f, err := l.Disk.Open(file)
	if err != nil {
		m.Why = unreadable(file, err)[0].Message
		return Input{Missing: m}
	}
	head := make([]byte, len(lfs))
	n, _ := io.ReadFull(f, head)
	f.Close()
	if string(head[:n]) == lfs {
		m.Why = "the file in " + filepath.Dir(file) + " is a pointer of Git LFS, not the data"
		m.Fetch = fmt.Sprintf("git -C %s lfs pull --include=%s", Quoted(filepath.Dir(file)), Quoted(filepath.Base(file)))
		return Input{Missing: m}
	}
	return Input{File: input.File{Name: name, Open: func() (io.ReadCloser, error) {
		return l.Disk.Open(file)
	}}, path: file, named: m}
}

// fetch says how the data of a URL is got.
func (m *Missing) fetch(data []Mapping) {
	rest := strings.TrimPrefix(urlPath(m.Name), "/")
	if i := strings.Index(rest, "datasets/"); i >= 0 {
		rest = rest[i:]
	}
	dir := "attack_data"
	if len(data) > 0 {
		dir = data[0].Dir
	} else {
		m.Why = "no --data says where a copy of it lies"
	}
	m.Fetch = fmt.Sprintf("curl -fsSL --create-dirs -o %s %s", Quoted(filepath.ToSlash(filepath.Join(dir, filepath.FromSlash(rest)))), Quoted(m.Name))
}

// Quoted quotes a word for a shell, where that is needed.
func Quoted(s string) string {
	safe := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-:+,@", r)
	}
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !safe(r) }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// ambiguous takes files away that were found by their name alone and would stand for
// the data of different tests.
func (l *Loader) ambiguous(s *Suite) {
	names := map[string]string{}
	twice := map[string]bool{}
	each := func(visit func(*Input)) {
		for _, u := range s.Units {
			for _, t := range u.Tests {
				for i := range t.Inputs {
					if in := &t.Inputs[i]; in.weak {
						visit(in)
					}
				}
			}
		}
	}
	each(func(in *Input) {
		if have, ok := names[in.path]; ok && have != in.File.Name {
			twice[in.path] = true
		}
		names[in.path] = in.File.Name
	})
	each(func(in *Input) {
		if twice[in.path] {
			m := in.named
			m.fetch(l.Data)
			m.Why = in.path + " could be this file and others of the same name; keep the last two parts of its path"
			in.Missing = m
		}
	})
}

func jsonText(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}
