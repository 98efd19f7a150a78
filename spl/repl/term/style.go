package term

import (
	"io"
	"strings"
)

// Style is how a text looks, as the parameters of an SGR sequence; "" is plain.
type Style string

// The styles of the prompt. They are the sixteen colours that every terminal has, so
// that they follow the reader's own theme.
const (
	Plain   Style = ""
	Bold    Style = "1"
	Faint   Style = "2"
	Reverse Style = "7"
	Red     Style = "31"
	Green   Style = "32"
	Yellow  Style = "33"
	Blue    Style = "34"
	Magenta Style = "35"
	Cyan    Style = "36"
	Wrong   Style = "4;31" // underlined: seen without colours, too
	Found   Style = "30;43"
)

// Paint is a text in a style.
func (s Style) Paint(text string) string {
	if s == Plain || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// Palette paints where colours are wanted.
type Palette bool

// Paint is a text in a style, or the text alone where there are no colours.
func (p Palette) Paint(s Style, text string) string {
	if !p {
		return text
	}
	return s.Paint(text)
}

// Strip takes the SGR sequences out of a text.
func Strip(s string) string {
	var b strings.Builder
	for {
		i := strings.Index(s, "\x1b[")
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		s = s[i+2:]
		for j := range len(s) {
			if s[j] >= 0x40 && s[j] <= 0x7e {
				s = s[j+1:]
				break
			}
		}
	}
}

// Raw is a writer for a terminal in raw mode, where a line feed does not return to
// the first column.
type Raw struct{ W io.Writer }

// Write writes p with \n as \r\n. The count is that of p.
func (r Raw) Write(p []byte) (int, error) {
	if _, err := io.WriteString(r.W, strings.ReplaceAll(strings.ReplaceAll(string(p), "\r\n", "\n"), "\n", "\r\n")); err != nil {
		return 0, err
	}
	return len(p), nil
}
