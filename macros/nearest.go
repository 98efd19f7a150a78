package macros

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// spelling is a name made ready to be compared with many.
type spelling struct {
	name    string
	low     string
	length  int // in characters
	letters letters
}

// letters counts the characters of a name, in 32 bins.
type letters [32]uint8

// spell makes a name ready.
func spell(name string) spelling {
	s := spelling{name: name, low: strings.ToLower(name)}
	for _, r := range s.low {
		s.length++
		if n := &s.letters[bin(r)]; *n < 255 {
			*n++
		}
	}
	return s
}

// bin is where a character is counted: ASCII letters have a bin each.
func bin(r rune) rune {
	if r >= 'a' && r <= 'z' {
		return r - 'a'
	}
	return 26 + r%6
}

// apart is a number of changes without which one name cannot become the other: each
// adds a character, takes one away, or does both. It costs a twentieth of the distance.
func (l *letters) apart(m *letters) int {
	more, less := 0, 0
	for i := range l {
		if d := int(l[i]) - int(m[i]); d > 0 {
			more += d
		} else {
			less -= d
		}
	}
	return max(more, less)
}

// spellings are the set's names, made ready when one is first missing: a folder of
// queries may ask for thousands of names that are not among ten thousand.
func (s *Set) spellings() []spelling {
	if list := s.spelled.Load(); list != nil {
		return *list
	}
	list := make([]spelling, 0, len(s.arities))
	for n := range s.arities {
		list = append(list, spell(n))
	}
	s.spelled.Store(&list)
	return list
}

// nearest is the name most like the given one, "" if none is near.
func (s *Set) nearest(name string) string {
	if len(name) > 200 {
		return ""
	}
	best, least := "", max(1, min(len(name)/3, 4))+1
	asked := spell(name)
	for _, n := range s.spellings() { // in any order: of names as near, the first in ASCII order counts
		if d := n.length - asked.length; d > least || -d > least || asked.letters.apart(&n.letters) > least {
			continue
		}
		d := levenshtein.ComputeDistance(n.low, asked.low)
		if d < least || d == least && best != "" && n.name < best {
			best, least = n.name, d
		}
	}
	return best
}
