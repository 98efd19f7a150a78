package eval

import (
	"strconv"
	"strings"

	"github.com/tidwall/gjson"
)

// step is one part of a path into JSON or XML: a key, {3}, {} or {@attribute}.
type step struct {
	kind  stepKind
	key   string
	index int
}

type stepKind uint8

const (
	stepKey stepKind = iota
	stepIndex
	stepAll
	stepAttribute
)

// parsePath reads a path such as a.b{}.c{0}. Keys stand between dots; with quotes
// set, a key in single quotes may hold dots. ok is false for what is no path.
func parsePath(s string, quotes bool) (steps []step, ok bool) {
	if s == "" {
		return nil, false
	}
	for {
		var name string
		if quotes && strings.HasPrefix(s, "'") && strings.IndexByte(s[1:], '\'') >= 0 {
			name, s, _ = strings.Cut(s[1:], "'")
		} else {
			end := strings.IndexAny(s, ".{")
			if end < 0 {
				end = len(s)
			}
			name, s = s[:end], s[end:]
		}
		if name != "" {
			steps = append(steps, step{kind: stepKey, key: name})
		} else if !strings.HasPrefix(s, "{") {
			return nil, false
		}
		for strings.HasPrefix(s, "{") {
			inside, rest, closed := strings.Cut(s[1:], "}")
			st, good := bracketStep(inside)
			if !closed || !good {
				return nil, false
			}
			steps = append(steps, st)
			s = rest
		}
		if s == "" {
			return steps, true
		}
		if s[0] != '.' {
			return nil, false
		}
		s = s[1:]
	}
}

func bracketStep(s string) (step, bool) {
	if s == "" {
		return step{kind: stepAll}, true
	}
	if strings.HasPrefix(s, "@") {
		return step{kind: stepAttribute, key: s[1:]}, true
	}
	n, err := strconv.Atoi(s)
	return step{kind: stepIndex, index: n}, err == nil && n >= 0
}

// walkJSON visits everything at a path. What is not there is passed over. look, if it is
// set, is shown each key on the way, in quotes, with the one that it was compared with.
func walkJSON(j gjson.Result, steps []step, look func(quoted, key string), visit func(gjson.Result)) {
	if len(steps) == 0 {
		visit(j)
		return
	}
	st, rest := steps[0], steps[1:]
	switch st.kind {
	case stepKey:
		var shown func(string)
		if look != nil {
			shown = func(quoted string) { look(quoted, st.key) }
		}
		if v, ok := findKey(j, st.key, shown); ok {
			walkJSON(v, rest, look, visit)
		}
	case stepIndex:
		i := 0
		if j.IsArray() {
			j.ForEach(func(_, v gjson.Result) bool {
				if i == st.index {
					walkJSON(v, rest, look, visit)
				}
				i++
				return i <= st.index
			})
		}
	case stepAll:
		for _, v := range elements(j) {
			walkJSON(v, rest, look, visit)
		}
	}
}

// manyHits says whether a path can lead to several places.
func manyHits(steps []step) bool {
	for _, s := range steps {
		if s.kind == stepAll {
			return true
		}
	}
	return false
}

// trimDocument takes away what may stand around JSON or XML.
func trimDocument(text string) string {
	if isBare(text) {
		return text
	}
	return strings.Trim(text, " \t\r\n\ufeff")
}

// isBare says that nothing stands around an object. Trimming costs more than one would
// think.
func isBare(text string) bool {
	return text != "" && text[0] == '{' && text[len(text)-1] == '}'
}
