package input

import (
	"regexp"
	"strings"
	"sync"
)

// shape is a form of text by which a source type shows. The first lines of a file must
// all have it, those that begin with the mark of remarks left out.
type shape struct {
	sourcetype string
	line       *regexp.Regexp
}

// shapes are tried in order. They are the source types that no other text is taken for.
var shapes = sync.OnceValue(func() []shape {
	return []shape{
		{"linux:audit", regexp.MustCompile(`^(?:node=\S+ )?type=[A-Z0-9_\[\]]+ msg=audit\(\d+\.\d+:\d+\):`)},
		{"access_combined", regexp.MustCompile(`^\S+ \S+ \S+ \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "(?:[^"\\]|\\.)*" \d{3} (?:\d+|-) "(?:[^"\\]|\\.)*" "(?:[^"\\]|\\.)*"`)},
		{"access_common", regexp.MustCompile(`^\S+ \S+ \S+ \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "(?:[^"\\]|\\.)*" \d{3} (?:\d+|-)\s*$`)},
		{"syslog", regexp.MustCompile(`^(?:<\d{1,3}>1 \d{4}-\d\d-\d\dT\S+ \S+ \S+ \S+ \S+ (?:-|\[)|(?:<\d{1,3}>)?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ [^\s:\[]+(?:\[\d+\])?: )`)},
	}
})

// shapeLines is how many lines are looked at.
const shapeLines = 5

var (
	winTextFirst = lazyRegexp(`^\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d\d:\d\d(?:\.\d+)?(?: [AP]M)?$`)
	zeekPath     = lazyRegexp(`(?m)^#path\t([a-z0-9_]+)\s*$`)
	w3cFields    = lazyRegexp(`(?m)^#Fields:.*\bcs?-(?:method|uri-stem|ip)\b`)
)

func lazyRegexp(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

// sniffType tells the source type of a text by its beginning; "" when it shows none.
// more says that the text goes on after the head.
func sniffType(head string, more bool) string {
	head = strings.TrimLeft(head, "\r\n")
	if strings.HasPrefix(head, "#") {
		switch m := zeekPath().FindStringSubmatch(head); {
		case strings.HasPrefix(head, `#separator \x09`) && m != nil:
			return "zeek:" + m[1]
		case w3cFields().MatchString(head):
			return "iis"
		}
		return ""
	}
	lines := firstLines(head, more, shapeLines)
	if len(lines) >= 2 && strings.HasPrefix(lines[1], "LogName=") && winTextFirst().MatchString(lines[0]) {
		return "WinEventLog"
	}
	if len(lines) == 0 || jsonStart(lines[0]) && lines[0][0] != '[' || isWindowsLog(head) {
		return ""
	}
	for _, s := range shapes() {
		fits := true
		for _, l := range lines {
			fits = fits && s.line.MatchString(l)
		}
		if fits {
			return s.sourcetype
		}
	}
	return ""
}

// firstLines gives the first whole lines that are not blank.
func firstLines(head string, more bool, n int) []string {
	var lines []string
	for len(lines) < n && head != "" {
		line, rest, whole := strings.Cut(head, "\n")
		if !whole && more && len(lines) > 0 {
			break
		}
		if line = strings.TrimRight(line, "\r"); !blank(line) {
			lines = append(lines, line)
		}
		head = rest
	}
	return lines
}

// zeekTable reads Zeek's logs in columns: the line #fields names them, - is no value,
// and other lines that begin with # are remarks.
var zeekTable = &TableRules{Kind: "tsv", Quote: NoQuote, HeaderMark: "#fields\t", Remark: "#", None: []string{"-", "(empty)"}, Special: "."}
