package report

import (
	"fmt"
	"io"
	"strings"

	"spl/spl/detect/cover"
	"spl/spl/detect/mutate"
	"spl/spl/detect/page"
	"spl/spl/detect/runner"
)

// Mutation writes which mutants of each detection live, and the share that was killed.
// It gives the number killed and the number that count.
func Mutation(w io.Writer, outcomes []*mutate.Outcome, o Options) (killed, total int, err error) {
	var b strings.Builder
	untested := 0
	for _, out := range outcomes {
		killed, total = killed+out.Killed, total+out.Total()
		if out.Tests == 0 {
			untested++
			continue
		}
		head := fmt.Sprintf("%s: %s of %s noticed (%s)", page.Visible(out.Unit.Path), page.Number(int64(out.Killed)), page.Count(int64(out.Total()), "change"), share(out.Killed, out.Total()))
		color := page.Green
		if len(out.Lives) > 0 {
			color = page.Yellow
		}
		fmt.Fprintln(&b, o.Paint(color, o.Fit(head, 0)))
		for _, l := range out.Lives {
			living(&b, l, o)
		}
	}
	line := fmt.Sprintf("mutants: %s of %s noticed by a test (%s)", page.Number(int64(killed)), page.Number(int64(total)), share(killed, total))
	if untested > 0 {
		line += fmt.Sprintf("; %s without a test that passes", page.Count(int64(untested), "detection"))
	}
	fmt.Fprintln(&b, line)
	_, err = io.WriteString(w, b.String())
	return killed, total, err
}

func living(b *strings.Builder, l *mutate.Living, o Options) {
	text := page.OneLine(l.What) + " " + string(l.Kind)
	if l.Into != "" {
		text = page.OneLine(l.What) + ": " + page.OneLine(l.Into)
	}
	if l.Macro != "" {
		text += ", in macro `" + l.Macro + "`"
	}
	for i, line := range page.Wrap("no test notices: "+text, max(0, o.Width-4)) {
		if i > 0 {
			line = "  " + line
		}
		fmt.Fprintf(b, "    %s\n", line)
	}
	fmt.Fprintf(b, "      %s\n", o.Paint(page.Faint, page.Visible(l.Place)))
}

func share(n, of int) string {
	if of == 0 {
		return "nothing to change"
	}
	return fmt.Sprintf("%d %%", 100*n/of)
}

// Coverage writes which parts of each detection were never true in a test.
func Coverage(w io.Writer, units []*runner.Unit, c *cover.Coverage, o Options) error {
	var b strings.Builder
	all := map[cover.Kind][2]int{}
	for _, u := range units {
		parts := c.Parts(u)
		if len(parts) == 0 {
			continue
		}
		count := map[cover.Kind][2]int{}
		for _, p := range parts {
			for _, m := range []map[cover.Kind][2]int{count, all} {
				n := m[p.Kind]
				n[1]++
				if p.Rows > 0 {
					n[0]++
				}
				m[p.Kind] = n
			}
		}
		fmt.Fprintf(&b, "%s: %s\n", page.Visible(u.Path), counts(count))
		for _, p := range parts {
			if p.Rows > 0 {
				continue
			}
			from := ""
			if p.From != "" {
				from = ", from macro `" + p.From + "`"
			}
			fmt.Fprintf(&b, "    %s\n", o.Paint(page.Yellow, o.Fit(fmt.Sprintf("never true: %s %s%s", p.Kind, page.OneLine(p.Text), from), 4)))
			fmt.Fprintf(&b, "      %s\n", o.Paint(page.Faint, page.Visible(p.Place)))
		}
	}
	fmt.Fprintf(&b, "true in some test: %s\n", counts(all))
	_, err := io.WriteString(w, b.String())
	return err
}

var plurals = map[cover.Kind]string{cover.Term: "conditions", cover.Branch: "choices of OR", cover.Arm: "arms", cover.Macro: "macros"}

func counts(m map[cover.Kind][2]int) string {
	var out []string
	for _, k := range cover.Kinds {
		if n := m[k]; n[1] > 0 {
			out = append(out, fmt.Sprintf("%d of %d %s", n[0], n[1], plurals[k]))
		}
	}
	if len(out) == 0 {
		return "nothing to cover"
	}
	return strings.Join(out, ", ")
}

// Matrix is what each test gave under each of several sets of macros.
type Matrix struct {
	Sets  []string
	Tests []string
	// Cells are by test, then by set.
	Cells [][]*runner.Result
}

// Write writes the matrix as a table: how many rows came, with a ! where the test did
// not pass, - where no row came, and x where it could not be run. Sets that do not fit
// beside each other come below.
func (m *Matrix) Write(w io.Writer, o Options) error {
	name := 10
	for _, t := range m.Tests {
		name = max(name, page.Cells(page.Visible(t)))
	}
	width := o.Width
	if width <= 0 {
		width = 120
	}
	name = min(name, max(20, width/2))
	var b strings.Builder
	for from := 0; from < len(m.Sets); {
		to, used := from, name
		for to < len(m.Sets) && (to == from || used+2+columnWidth(m.Sets[to]) <= width) {
			used += 2 + columnWidth(m.Sets[to])
			to++
		}
		fmt.Fprint(&b, o.Paint(page.Bold, pad("rows", name)))
		for _, s := range m.Sets[from:to] {
			fmt.Fprint(&b, "  ", o.Paint(page.Bold, pad(page.Clip(s, maxColumn), columnWidth(s))))
		}
		b.WriteByte('\n')
		for i, t := range m.Tests {
			fmt.Fprint(&b, pad(page.Clip(page.Visible(t), name), name))
			for j := from; j < to; j++ {
				text, color := cell(m.Cells[i][j])
				fmt.Fprint(&b, "  ", o.Paint(color, pad(text, columnWidth(m.Sets[j]))))
			}
			b.WriteByte('\n')
		}
		if from = to; from < len(m.Sets) {
			b.WriteByte('\n')
		}
	}
	b.WriteString("rows that came; - none, ! not what the test expects, x could not be run\n")
	lines := strings.Split(b.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	_, err := io.WriteString(w, strings.Join(lines, "\n"))
	return err
}

const maxColumn = 16

func columnWidth(set string) int { return min(maxColumn, max(5, page.Cells(set))) }

func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-page.Cells(s)))
}

func cell(r *runner.Result) (text, color string) {
	switch {
	case r == nil || r.Status == runner.Skipped:
		return "skip", page.Faint
	case r.Status == runner.Errored:
		return "x", page.Red
	}
	text, color = "-", page.Faint
	if r.Rows > 0 {
		text, color = page.Number(int64(r.Rows)), page.Green
	}
	if r.Status == runner.Failed {
		return text + " !", page.Yellow
	}
	return text, color
}
