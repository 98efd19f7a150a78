package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

func (b *bench) head(w *strings.Builder) {
	fmt.Fprintf(w, "# Measured\n\nWritten by `go run ./bench/run` on %s. Whole commands on %d generated audit events, %.2f GB in the page cache; medians of %d rounds in which the tools take turns.\n\n",
		time.Now().UTC().Format("2006-01-02"), b.events, float64(b.size)/1e9, b.runs)
	fmt.Fprintf(w, "* machine: %s, %d processors, load %s at the start\n* versions: %s\n", cpuModel(), runtime.NumCPU(), b.load, strings.Join(b.versions(), "; "))
	w.WriteString("* wall time (median and least) and processor time in seconds, the most memory in MB; a ratio is spl's wall time (in brackets: processor time) to the tool's, and met or not where there is a goal\n\n")
	w.WriteString("| query | tool | wall | least | cpu | MB | ratio | goal | answers |\n|---|---|---|---|---|---|---|---|---|\n")
}

func (b *bench) row(w *strings.Builder, q *query) {
	all := b.measure(q)
	if len(all) == 0 || all[0].name != "spl" {
		return
	}
	spl := all[0]
	defer func() {
		for _, t := range all {
			_ = os.Remove(t.answer)
		}
	}()
	for _, t := range all {
		name, rate, goal, same := "", "", "", ""
		if t == spl {
			name = fmt.Sprintf("**%s** %s", q.name, q.what)
		} else {
			r := ratio(spl.wall, t.wall)
			rate = fmt.Sprintf("%.3f (%.3f)", r, ratio(spl.cpu, t.cpu))
			if most, ok := q.targets[t.name]; ok {
				goal = fmt.Sprintf("%.2f, %s", most, map[bool]string{true: "met", false: "**not met**"}[r <= most])
			}
			if t.check {
				same = "equal"
				if diff := compare(q, spl, t); diff != "" {
					same = "**differ**"
					b.differ++
					fmt.Fprintf(os.Stderr, "bench: %s: %s\n", q.name, diff)
				}
			}
		}
		fmt.Fprintf(w, "| %s | %s | %.3f | %.3f | %.3f | %d | %s | %s | %s |\n", name, strings.ReplaceAll(t.name, "|", `\|`), median(t.wall), slices.Min(t.wall), median(t.cpu), t.peak>>20, rate, goal, same)
	}
}

func (b *bench) foot(w *strings.Builder) {
	w.WriteString("\nA tool whose answers are not compared does less than the query asks for: it takes one case of letters, or leaves out times and distinct values. DuckDB and ClickHouse answer in the quicker of their forms (`bench/run/queries.go`). jq runs once. What `csv` and `access` read is written by spl, from the same events: a table of seven columns, and lines of an access log.\n")
}

// versions says what was measured.
func (b *bench) versions() []string {
	out := []string{"spl of " + firstLine("git", "rev-parse", "--short", "HEAD"), runtime.Version()}
	if b.duckdb != "" {
		v := firstLine(b.duckdb, "SELECT version() AS v")
		out = append(out, "DuckDB "+strings.Trim(strings.TrimPrefix(v, `{"v":`), `"}`))
	}
	if b.chdb != nil {
		v := firstLine(append(slices.Clip(b.chdb), "SELECT version() AS v")...)
		out = append(out, "ClickHouse "+strings.Trim(strings.TrimPrefix(v, `{"v":`), `"}`)+" (chdb, in node)")
	}
	for _, c := range [][]string{{"jq", "--version"}, {"rg", "--version"}, {"wc", "--version"}} {
		if v := firstLine(c...); v != "" {
			out = append(out, v)
		}
	}
	return out
}

func firstLine(command ...string) string {
	text, err := exec.Command(command[0], command[1:]...).Output()
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return line
}

func cpuModel() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.Trim(name, " \t:\n")
		}
	}
	return runtime.GOARCH
}
