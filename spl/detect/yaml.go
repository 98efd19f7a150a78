package detect

import (
	"strings"

	"spl/parser/source"
	"spl/spl/detect/yamldoc"
)

// FromYAML is a detection that is the text of one key of a YAML file.
func FromYAML(f *source.File, key, text string) *Detection {
	off, _, _ := valueAt(f.Text, key)
	origin, _ := align(f, off, text)
	return &Detection{Origin: origin, Search: part(origin), File: f}
}

// readYAML reads a detection of the security content.
func readYAML(f *source.File) (*Detection, source.Errors) {
	root, err := yamldoc.Parse(f, "a detection", "a detection has lines name: ... and search: ...")
	if err != nil {
		if d := readLoose(f); d != nil {
			return d, nil
		}
		return nil, faults(err)
	}
	m := yamldoc.Map(root)
	n := m["search"]
	if n == nil {
		e := fault(f, source.At(0), "the file has no search")
		if m["definition"] != nil {
			return nil, faults(e.WithHelp("it defines a macro; give it with --macros"))
		}
		return nil, faults(e.WithHelp("a detection has a line search: with the search after it"))
	}
	text, ok := yamldoc.Scalar(n)
	if !ok || strings.TrimSpace(text) == "" {
		if d := readLoose(f); d != nil {
			return d, nil
		}
		off, _, _ := valueAt(f.Text, "search")
		return nil, faults(fault(f, source.At(off), "the search of this file is empty or not a text").
			WithHelp("write search: |- and the search below it, each line indented by two spaces"))
	}
	off, _, _ := valueAt(f.Text, "search")
	origin, _ := align(f, off, text)
	d := describe(f, m)
	d.Origin, d.Search, d.File = origin, part(origin), f
	return d, nil
}
