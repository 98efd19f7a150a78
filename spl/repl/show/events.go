package show

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"spl/eval/batch"
	"spl/spl/repl/term"
)

const (
	eventLines = 3       // of an event that are shown at the prompt
	maxEvent   = 1 << 20 // bytes of an event that are laid out
)

// Events draws the first events: their time, and their text with what was searched
// for marked. JSON is shown with its inner objects folded.
func (a *Answer) Events(l *Look, in Range) Text {
	var t Text
	a.each(in, func(b *batch.Batch, row int) {
		if l.full(&t) {
			return
		}
		t.Rows++
		lead := ""
		if v, ok := b.Col("_time").First(row); ok {
			lead = timeText(v, l.Zone)
		}
		raw, _ := b.Col("_raw").First(row)
		body, folded := fold(raw, (l.Width-2)*eventLines)
		indent := 2
		if l.Width >= 60 {
			indent = term.Width(lead) + 2
		}
		lines, cut := wrap(body, max(10, l.Width-1-indent), eventLines)
		if folded || cut {
			t.Hidden = "whole events"
		}
		for i, s := range lines {
			s = a.mark(s, l.Colors)
			switch {
			case i == 0 && indent > 2:
				s = l.Colors.Paint(term.Faint, lead) + "  " + s
			case i == 0 && lead != "":
				t.Lines = append(t.Lines, l.Colors.Paint(term.Faint, lead))
				fallthrough
			default:
				s = strings.Repeat(" ", indent) + s
			}
			t.Lines = append(t.Lines, s)
		}
	})
	return t
}

// WholeEvents writes events in full, JSON laid out over lines, for a pager.
func (a *Answer) WholeEvents(l *Look, in Range) Text {
	var t Text
	a.each(in, func(b *batch.Batch, row int) {
		if l.full(&t) {
			return
		}
		t.Rows++
		if v, ok := b.Col("_time").First(row); ok {
			t.Lines = append(t.Lines, l.Colors.Paint(term.Bold, timeText(v, l.Zone)))
		}
		raw, _ := b.Col("_raw").First(row)
		for s := range strings.SplitSeq(pretty(raw), "\n") {
			t.Lines = append(t.Lines, a.mark(term.Safe(strings.TrimRight(s, "\r")), l.Colors))
		}
		t.Lines = append(t.Lines, "")
	})
	return t
}

// pretty lays JSON out over lines; other text stays as it is.
func pretty(raw string) string {
	t := strings.TrimSpace(raw)
	if len(t) > maxEvent || !strings.HasPrefix(t, "{") || !gjson.Valid(t) {
		return raw
	}
	var b strings.Builder
	var out json.RawMessage = []byte(t)
	text, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return raw
	}
	b.Write(text)
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(b.String())
}

// fold writes a JSON object on one line with its inner objects and lists folded where
// it is longer than so many cells; other text is given as it is.
func fold(raw string, room int) (text string, folded bool) {
	t := strings.TrimSpace(raw)
	if len(t) <= room || len(t) > maxEvent || !strings.HasPrefix(t, "{") || !gjson.Valid(t) {
		return t, false
	}
	var b strings.Builder
	b.WriteByte('{')
	gjson.Parse(t).ForEach(func(k, v gjson.Result) bool {
		if b.Len() > 1 {
			b.WriteString(", ")
		}
		b.WriteString(k.String() + ": ")
		switch {
		case v.IsObject() && len(v.Raw) > 40:
			b.WriteString("{…}")
			folded = true
		case v.IsArray() && len(v.Raw) > 40:
			b.WriteString("[…]")
			folded = true
		case v.Type == gjson.String:
			s := v.String()
			if utf8.RuneCountInString(s) > 60 {
				s, folded = string([]rune(s)[:59])+"…", true
			}
			b.WriteString(s)
		default:
			b.WriteString(v.Raw)
		}
		return true
	})
	return b.String() + "}", folded
}

// wrap breaks a text into at most so many lines of some width; cut says that there
// was more.
func wrap(s string, width, most int) (lines []string, cut bool) {
	s = term.Safe(s)
	for s != "" {
		if len(lines) == most-1 || most < 1 {
			last := term.Cut(s, width)
			return append(lines, last), last != s
		}
		used, end := 0, 0
		for _, c := range term.Cells(s, 0) {
			if used+c.Width > width {
				break
			}
			used += c.Width
			end += c.Size
		}
		if end == 0 {
			end = len(s)
		}
		lines = append(lines, s[:end])
		s = s[end:]
	}
	if len(lines) == 0 {
		lines = []string{""}
	}
	return lines, false
}

// mark paints what was searched for.
func (a *Answer) mark(s string, colors term.Palette) string {
	if !colors || len(a.Marked) == 0 {
		return s
	}
	return Mark(s, a.Marked, colors)
}

// Mark paints all places of a text where one of the words stands, in any case of
// ASCII letters. The text has no colours yet.
func Mark(s string, words []string, colors term.Palette) string {
	low := lowered(s)
	var b strings.Builder
	for at := 0; at < len(s); {
		from, to := len(s), len(s)
		for _, w := range words {
			if w == "" {
				continue
			}
			if i := strings.Index(low[at:], lowered(w)); i >= 0 && (at+i < from || at+i == from && at+i+len(w) > to) {
				from, to = at+i, at+i+len(w)
			}
		}
		b.WriteString(s[at:from])
		if from < len(s) {
			b.WriteString(colors.Paint(term.Found, s[from:to]))
		}
		at = max(to, from)
	}
	return b.String()
}

// lowered lowers ASCII letters, and keeps the places of all others.
func lowered(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
