package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"spl/eval"
	"spl/eval/agg"
	"spl/spl/command"
	"spl/spl/lint"
)

func (a *app) docCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "doc [COMMAND|FUNCTION]",
		Short:   "Show the reference of commands and functions",
		Example: "  spl doc\n  spl doc stats\n  spl doc strftime",
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return topics(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			var b strings.Builder
			if len(args) == 0 {
				contents(&b)
			}
			for i, name := range args {
				if i > 0 {
					b.WriteByte('\n')
				}
				if !topic(&b, strings.TrimSuffix(strings.ToLower(name), "()")) {
					return unknownTopic(name)
				}
			}
			return a.paged(b.String())
		},
	}
}

// topics are all names that have a page.
func topics() []string {
	var names []string
	for _, c := range command.Table() {
		names = append(append(names, c.Name), c.Aliases...)
	}
	for _, f := range eval.Functions() {
		names = append(append(names, f.Name), f.Aliases...)
	}
	for _, f := range agg.Functions() {
		names = append(append(names, f.Name), f.Aliases...)
	}
	for _, l := range lint.Table() {
		names = append(names, l.Code)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func unknownTopic(name string) error {
	help := "spl doc lists them all"
	if near := command.Nearest(name, topics()); near != "" {
		help = "did you mean `" + near + "`? " + help
	}
	return &usageError{fmt.Sprintf("there is no command, function or lint `%s`", name), help}
}

// contents lists everything with a line for each.
func contents(b *strings.Builder) {
	b.WriteString("Commands\n")
	for _, c := range command.Table() {
		entry(b, c.Name, c.Summary, c.Declined)
	}
	family := ""
	for _, f := range eval.Functions() {
		if f.Family != family {
			family = f.Family
			fmt.Fprintf(b, "\nFunctions of eval and where: %s\n", family)
		}
		entry(b, f.Name, f.Summary, f.Declined)
	}
	b.WriteString("\nFunctions of stats and its kin\n")
	for _, f := range agg.Functions() {
		entry(b, f.Name, f.Summary, "")
	}
	b.WriteString("\nLints of spl check\n")
	for _, l := range lint.Table() {
		entry(b, l.Code, l.Summary, "")
	}
	b.WriteString("\nspl doc NAME shows more.\n")
}

func entry(b *strings.Builder, name, summary, declined string) {
	if declined != "" {
		summary = "(not supported) " + declined
	}
	fmt.Fprintf(b, "  %-18s %s\n", name, summary)
}

// topic writes the page of a name; false if it has none. A name may be that of a
// command, of a function and of an aggregate at the same time.
func topic(b *strings.Builder, name string) bool {
	start := b.Len()
	next := func() {
		if b.Len() > start {
			b.WriteByte('\n')
		}
	}
	if c, err := command.Find(name); err == nil {
		commandPage(b, c)
	}
	for _, f := range eval.Functions() {
		if strings.EqualFold(f.Name, name) || slices.Contains(f.Aliases, name) {
			next()
			functionPage(b, f)
		}
	}
	for _, f := range agg.Functions() {
		bare := strings.TrimRight(name, "0123456789.") + "<N>"
		if f.Name == name || f.Name == bare || slices.Contains(f.Aliases, name) || slices.Contains(f.Aliases, bare) {
			next()
			aggregatePage(b, f)
		}
	}
	if l := lint.Find(name); l != nil {
		next()
		lintPage(b, l)
	}
	return b.Len() > start
}

func lintPage(b *strings.Builder, l *lint.Lint) {
	fmt.Fprintf(b, "%s: lint of spl check", l.Code)
	if l.Optional {
		fmt.Fprintf(b, ", with --lint %s", l.Code)
	}
	fmt.Fprintf(b, "\n\n%s\n\n%s\n\nBad:  %s\nGood: %s\n", l.Summary, l.Why, l.Bad, l.Good)
}

func commandPage(b *strings.Builder, c *command.Command) {
	fmt.Fprintf(b, "%s: command, %s", c.Name, c.Kind)
	if len(c.Aliases) > 0 {
		fmt.Fprintf(b, "; also %s", strings.Join(c.Aliases, ", "))
	}
	b.WriteString("\n\n")
	if c.Declined != "" {
		fmt.Fprintf(b, "Not supported: %s\n\n", c.Declined)
	}
	fmt.Fprintf(b, "    %s\n\n%s\n", c.Usage, c.Summary)
	manual := body(c)
	if len(c.Options) > 0 && !strings.Contains(manual, "| option") {
		b.WriteString("\nOptions\n")
		for _, o := range c.Options {
			def := ""
			if o.Default != "" {
				def = " (default: " + o.Default + ")"
			}
			fmt.Fprintf(b, "  %-18s %s%s\n", o.Name+"=<"+string(o.Type)+">", o.Summary, def)
		}
	}
	if manual != "" {
		fmt.Fprintf(b, "\n%s\n", manual)
	}
}

// body is a command's manual page without its heading and its line of usage, which
// come from the table.
func body(c *command.Command) string {
	var out []string
	example := false // in a case that is run as a test too
	for l := range strings.SplitSeq(c.Manual(), "\n") {
		switch {
		case strings.HasPrefix(l, "```"):
			example = l != "```"
			continue
		case example && strings.HasPrefix(l, "in: "):
			continue
		case example:
			l = strings.TrimRight("    "+strings.TrimPrefix(strings.TrimPrefix(l, "spl: "), "out:"), " ")
		}
		if l == "# "+c.Name || strings.TrimSpace(l) == c.Usage || l == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, l)
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

func functionPage(b *strings.Builder, f *eval.Function) {
	fmt.Fprintf(b, "%s: function of eval and where (%s)", f.Name, strings.ToLower(f.Family))
	if len(f.Aliases) > 0 {
		fmt.Fprintf(b, "; also %s", strings.Join(f.Aliases, ", "))
	}
	fmt.Fprintf(b, "\n\n    %s\n\n%s\n", f.Usage, f.Summary)
	if f.Declined != "" {
		fmt.Fprintf(b, "\nNot supported: %s\n", f.Declined)
	}
}

func aggregatePage(b *strings.Builder, f *agg.Function) {
	fmt.Fprintf(b, "%s: function of stats and its kin (%s)", f.Name, f.Family)
	if len(f.Aliases) > 0 {
		fmt.Fprintf(b, "; also %s", strings.Join(f.Aliases, ", "))
	}
	fmt.Fprintf(b, "\n\n    %s(<field>)\n\n%s\n", f.Name, f.Summary)
}
