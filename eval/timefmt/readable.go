package timefmt

import (
	"fmt"
	"slices"
	"strings"
)

// unreadable are the directives that strftime writes and strptime does not read.
const unreadable = "cvCgGuUVwW"

// CanParse says what stands in the way of reading times by the layout: a directive that
// is unknown, or is there for writing alone, or nothing that says when. Nil: nothing.
func (l *Layout) CanParse() error {
	for _, o := range l.ops {
		switch {
		case o.unknown:
			return fmt.Errorf("`%s` is no directive of time formats", o.text)
		case o.verb == verbMins || o.verb != verbText && strings.IndexByte(unreadable, o.verb) >= 0:
			return fmt.Errorf("`%s` can be written, but not read", o.text)
		}
	}
	has := func(verbs string) bool {
		return slices.ContainsFunc(l.ops, func(o op) bool { return o.verb != verbText && strings.IndexByte(verbs, o.verb) >= 0 })
	}
	switch {
	case has("sdej"):
		return nil
	case has("YymbhB"):
		return fmt.Errorf("`%s` names no day", l.text)
	case has("HkIl"):
		return nil // of today
	}
	return fmt.Errorf("`%s` says neither a day nor an hour", l.text)
}
