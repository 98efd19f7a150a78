package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"spl/spl/detect/page"
	"spl/spl/detect/runner"
)

// human writes for people: a line a test, below it what went wrong, and a sum.
type human struct {
	w io.Writer
	o Options
}

var words = map[runner.Status]string{runner.Passed: "pass", runner.Failed: "FAIL", runner.Errored: "ERROR", runner.Skipped: "skip"}

var colors = map[runner.Status]string{runner.Passed: page.Green, runner.Failed: page.Red, runner.Errored: page.Red, runner.Skipped: page.Faint}

func (h *human) Result(r *runner.Result) error {
	if r.Status == runner.Skipped && !h.o.Verbose {
		return nil
	}
	var b strings.Builder
	h.head(&b, r)
	switch {
	case r.Status == runner.Failed || r.Status == runner.Errored:
		for _, l := range h.o.text(r) {
			h.line(&b, l)
		}
		file, line, _ := place(r)
		if len(r.Faults) == 0 && len(r.Missing) == 0 {
			h.line(&b, h.o.Paint(page.Faint, fmt.Sprintf("(%s:%d)", page.Visible(file), line)))
		}
		b.WriteByte('\n')
	default:
		for _, n := range r.Notes {
			h.line(&b, h.o.Paint(page.Yellow, "note: "+page.Visible(n)))
		}
	}
	_, err := io.WriteString(h.w, b.String())
	return err
}

// head is the line of a test.
func (h *human) head(b *strings.Builder, r *runner.Result) {
	word := fmt.Sprintf("%-6s", words[r.Status])
	tail := ""
	if h.o.Times && r.Status != runner.Skipped {
		tail = " (" + duration(r.Took) + ")"
	}
	if r.Status == runner.Skipped {
		tail = " (" + page.Visible(r.Message) + ")"
	}
	if h.o.Verbose && r.Status == runner.Passed {
		tail = fmt.Sprintf(", %s", page.Count(int64(r.Rows), "row")) + tail
	}
	fmt.Fprintf(b, "%s%s%s\n", h.o.Paint(colors[r.Status], word), h.o.title(r, page.Cells(tail)+6), h.o.Paint(page.Faint, tail))
}

// title is the name of the test; of one that is too long for the line the front of
// its path goes.
func (o *Options) title(r *runner.Result, others int) string {
	t := page.Visible(r.Test.Title())
	room := o.Width - others
	if o.Width <= 0 || page.Cells(t) <= room {
		return t
	}
	if i := strings.LastIndex(r.Test.Unit.Path, "/"); i >= 0 && strings.HasPrefix(t, r.Test.Unit.Path) {
		t = "…" + t[i:]
	}
	return page.Clip(t, max(16, room))
}

const below = "    "

func (h *human) line(b *strings.Builder, l string) {
	if strings.TrimSpace(l) == "" {
		b.WriteByte('\n')
		return
	}
	if h.o.Width > 0 && !strings.Contains(l, "\x1b") {
		// What is written in columns fits already; sentences are broken.
		if page.Cells(l) > h.o.Width-len(below) && l[0] != ' ' && !strings.HasPrefix(l, "found:") && !strings.HasPrefix(l, "+ ") && !strings.HasPrefix(l, "- ") {
			for i, part := range page.Wrap(l, h.o.Width-len(below)-2) {
				if i > 0 {
					part = "  " + part
				}
				fmt.Fprintf(b, "%s%s\n", below, h.paint(part))
			}
			return
		}
	}
	fmt.Fprintf(b, "%s%s\n", below, h.paint(l))
}

// paint colours what was expected and what came.
func (h *human) paint(l string) string {
	switch {
	case strings.HasPrefix(l, "- "):
		return h.o.Paint(page.Red, l)
	case strings.HasPrefix(l, "+ "):
		return h.o.Paint(page.Green, l)
	}
	return l
}

func (h *human) End(t *Totals) error {
	var b strings.Builder
	if len(t.Missing) > 0 {
		h.missing(&b, t.Missing)
	}
	line := t.Line()
	if h.o.Times {
		line += " (" + duration(t.Took) + ")"
	}
	color := page.Green
	if t.Bad() > 0 {
		color = page.Red
	}
	for i, l := range page.Wrap(line, h.o.Width) {
		if i > 0 {
			l = "  " + l
		}
		fmt.Fprintln(&b, h.o.Paint(color, l))
	}
	_, err := io.WriteString(h.w, b.String())
	return err
}

// maxMissing is how many missing files are listed in the sum.
const maxMissing = 20

// missing lists the commands that fetch what is missing, to be pasted.
func (h *human) missing(b *strings.Builder, list []*runner.Missing) {
	head := page.Count(int64(len(list)), "file") + " missing"
	if slices.ContainsFunc(list, func(m *runner.Missing) bool { return m.Fetch != "" }) {
		head += "; to fetch them"
	}
	fmt.Fprintf(b, "%s:\n", head)
	for i, m := range list {
		if i == maxMissing && !h.o.Verbose {
			fmt.Fprintf(b, "  … and %s more (-v lists them all)\n", page.Number(int64(len(list)-i)))
			break
		}
		if m.Fetch == "" {
			fmt.Fprintf(b, "  # %s: %s\n", page.Visible(m.Name), page.Visible(m.Why))
			continue
		}
		fmt.Fprintf(b, "  %s\n", page.Visible(m.Fetch))
	}
	b.WriteByte('\n')
}

// duration is a time as people like it.
func duration(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return "under 1 ms"
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}
