package batch

import (
	"slices"
	"strings"
)

// Fields is a set of field names, as a plan speaks of them: all of them, or the
// named ones and those that match the patterns.
type Fields struct {
	All      bool
	Names    []string // sorted, no repeats
	Patterns []string // with *, never matching a name that begins with _ unless they do
}

// AllFields is the set of every field.
var AllFields = Fields{All: true}

// FieldsOf makes a set of names; those with a * are patterns.
func FieldsOf(names ...string) Fields { return Fields{}.Add(names...) }

// Add is the set with further names or patterns.
func (f Fields) Add(names ...string) Fields {
	if f.All {
		return f
	}
	out := Fields{Names: slices.Clone(f.Names), Patterns: slices.Clone(f.Patterns)}
	for _, n := range names {
		if strings.Contains(n, "*") {
			out.Patterns = append(out.Patterns, n)
		} else {
			out.Names = append(out.Names, n)
		}
	}
	slices.Sort(out.Names)
	out.Names = slices.Compact(out.Names)
	slices.Sort(out.Patterns)
	out.Patterns = slices.Compact(out.Patterns)
	return out
}

// Union is the set of what either has.
func (f Fields) Union(g Fields) Fields {
	if f.All || g.All {
		return AllFields
	}
	return f.Add(g.Names...).Add(g.Patterns...)
}

// Without is the set less these exact names. A pattern is not narrowed.
func (f Fields) Without(names ...string) Fields {
	if f.All {
		return f
	}
	out := Fields{Patterns: f.Patterns}
	if len(names) > 8 { // a search may have as many names as it has words
		names = slices.Sorted(slices.Values(names))
	}
	for _, n := range f.Names {
		_, gone := slices.BinarySearch(names, n)
		if len(names) <= 8 {
			gone = slices.Contains(names, n)
		}
		if !gone {
			out.Names = append(out.Names, n)
		}
	}
	return out
}

// Has says whether a name belongs to the set.
func (f Fields) Has(name string) bool {
	if f.All {
		return true
	}
	if _, ok := slices.BinarySearch(f.Names, name); ok {
		return true
	}
	for _, p := range f.Patterns {
		if MatchName(p, name) {
			return true
		}
	}
	return false
}

// Exact gives the names when the set is a list of names and nothing more.
func (f Fields) Exact() ([]string, bool) { return f.Names, !f.All && len(f.Patterns) == 0 }

// MatchName says whether a field name matches a pattern with *. Splunk's own
// fields, which begin with _, match only a pattern that does so too.
func MatchName(pattern, name string) bool {
	if Internal(name) && !Internal(pattern) {
		return false
	}
	_, ok := MatchStars(pattern, name)
	return ok
}

// MatchStars matches the whole of s against a pattern with *, and gives the text
// that each * stands for: as little as possible, from left to right.
func MatchStars(pattern, s string) (stars []string, ok bool) {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return nil, pattern == s
	}
	first, last := parts[0], parts[len(parts)-1]
	if len(s) < len(first)+len(last) || !strings.HasPrefix(s, first) || !strings.HasSuffix(s, last) {
		return nil, false
	}
	rest := s[len(first) : len(s)-len(last)]
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(rest, p)
		if i < 0 {
			return nil, false
		}
		stars = append(stars, rest[:i])
		rest = rest[i+len(p):]
	}
	return append(stars, rest), true
}

// FillStars writes a pattern with a text in the place of each *.
func FillStars(pattern string, stars []string) string {
	var out strings.Builder
	for i, part := range strings.Split(pattern, "*") {
		if i > 0 && i <= len(stars) {
			out.WriteString(stars[i-1])
		}
		out.WriteString(part)
	}
	return out.String()
}
