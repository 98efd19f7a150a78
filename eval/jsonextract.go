package eval

import (
	"encoding/binary"
	"strings"
)

// pathReaders are those of an evaluator, by the paths that they are for.
type pathReaders struct {
	readers map[string]*pathReader
	key     []byte
}

// maxPathReaders is how many there are at a time. The paths may come with the data.
const maxPathReaders = 16

// pathKind says how a path is written. A nil one leads nowhere.
type pathKind struct {
	name  byte
	parse func(path string) []step
}

var (
	noPath      = &pathKind{name: 'n'}
	pathOfSteps = &pathKind{'p', func(path string) []step {
		steps, _ := parsePath(path, false)
		return steps
	}}
	pathOfSpath = &pathKind{'s', func(path string) []step {
		steps, _ := parsePath(path, true)
		return steps
	}}
	exactKey = &pathKind{'k', func(key string) []step { return []step{{kind: stepKey, key: key}} }}
)

// pathReader gives the reader for some paths.
func (f *frame) pathReader(kind *pathKind, paths []Value) *pathReader {
	p := &f.paths
	p.key = append(p.key[:0], kind.name)
	for _, path := range paths {
		s := path.Text()
		p.key = append(binary.AppendUvarint(p.key, uint64(len(s))), s...)
	}
	if r := p.readers[string(p.key)]; r != nil {
		return r
	}
	if p.readers == nil || len(p.readers) >= maxPathReaders {
		p.readers = map[string]*pathReader{}
	}
	steps := make([][]step, len(paths))
	for i, path := range paths {
		steps[i] = kind.parse(strings.Clone(path.Text())) // it may be a piece of a buffer that is used again
	}
	r := newPathReader(steps...)
	p.readers[string(p.key)] = r
	return r
}

func spathFunction(f *frame, a []Value) Value {
	r := f.pathReader(pathOfSpath, a[1:])
	if r.paths[0] == nil {
		return Value{}
	}
	finder := Finder{steps: r.paths[0], json: r}
	return List(finder.Find(a[0].Text()))
}

func jsonExtract(f *frame, a []Value) Value { return f.extract(pathOfSteps, a) }

func jsonExtractExact(f *frame, a []Value) Value { return f.extract(exactKey, a) }

// extract finds one thing, or an array of several, in which what is missing is
// null. Without any path it is the whole.
func (f *frame) extract(kind *pathKind, a []Value) Value {
	if len(a) == 1 {
		j, ok := parseJSON(a[0].Text())
		if !ok {
			return Value{}
		}
		return native(j.Raw)
	}
	r := f.pathReader(kind, a[1:])
	switch {
	case !r.read(a[0].Text()):
		return Value{}
	case len(r.paths) > 1:
		out := []byte("[")
		for i := range r.paths {
			if i > 0 {
				out = append(out, ',')
			}
			out = r.appendHits(out, i)
		}
		return Text(string(append(out, ']')))
	case len(r.hits[0]) == 0:
		return Value{}
	case !manyHits(r.paths[0]):
		return native(r.hits[0][0])
	}
	return Text(string(r.appendHits(nil, 0)))
}

// appendHits writes what was found at a path: null, one thing, or where the path may
// lead to several an array.
func (p *pathReader) appendHits(out []byte, path int) []byte {
	hits := p.hits[path]
	switch {
	case len(hits) == 0:
		return append(out, "null"...)
	case !manyHits(p.paths[path]):
		return append(out, compactJSON(hits[0])...)
	}
	out = append(out, '[')
	for i, h := range hits {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, compactJSON(h)...)
	}
	return append(out, ']')
}
