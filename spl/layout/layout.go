// Package layout writes searches in one layout: a command a line, long lists wrapped and
// aligned, the commands of a subsearch indented. Read [Format] first.
//
// It works on the text as it was typed, so comments and macro calls stay what they are. It
// changes white space alone, and only where that means nothing: [Format] reads the search
// before and after and keeps the text as it was if the two differ.
package layout

import (
	"errors"
	"strings"

	"spl/macros"
	"spl/parser/source"
	"spl/spl"
)

// Width is how many characters a line has at most where it can be broken.
const Width = 100

// Format lays a search out. The result ends without a line end. The error is of type
// [spl.Errors] where the search cannot be read; it is then given back as it is. What is
// merely not known or not supported here, such as a macro that nobody defined, is no fault.
func Format(search string, set *macros.Set) (string, error) {
	before, err := read(search, set)
	if err != nil {
		return search, err
	}
	for _, gentle := range []bool{false, true} {
		out := lay(search, gentle)
		if after, err := read(out, set); err == nil && after == before && bare(out) == bare(search) {
			return out, nil
		}
	}
	return search, nil
}

// read is the search in its printed form. Where something in it is not known it is the text
// without white space, since there is no tree.
func read(search string, set *macros.Set) (string, error) {
	q, err := spl.Parse(search, &spl.Config{Macros: set})
	if err == nil {
		return folded(q.String()), nil
	}
	var errs spl.Errors
	if !errors.As(err, &errs) {
		return "", err
	}
	for _, e := range errs {
		if e.Code == source.Syntax {
			return "", err
		}
	}
	return bare(search), nil
}

// folded is a text with one space for each run of white space outside of quotes, and none
// beside brackets and pipes: templates, as those of foreach, are printed as they were typed.
func folded(s string) string {
	var b strings.Builder
	last, space := byte('|'), false
	for s != "" {
		n := atom(s)
		if isSpace(s[0]) {
			space = true
		} else {
			if space && strings.IndexByte("[|", last) < 0 && strings.IndexByte("]|", s[0]) < 0 {
				b.WriteByte(' ')
			}
			b.WriteString(s[:n])
			last, space = s[n-1], false
		}
		s = s[n:]
	}
	return b.String()
}

// bare is a text without the white space that stands outside of quotes.
func bare(s string) string {
	var b strings.Builder
	for s != "" {
		n := atom(s)
		if !isSpace(s[0]) {
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
	return b.String()
}

// lay lays a text out. gentle breaks it at pipes and changes nothing else.
func lay(text string, gentle bool) string {
	w := &writer{gentle: gentle}
	p, _ := split(text)
	w.pipeline(p, 0)
	return strings.TrimRight(w.String(), " \t\r\n")
}
