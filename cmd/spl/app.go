package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"spl/parser/source"
)

// The exit codes.
const (
	exitOK          = 0
	exitFailed      = 1   // the run failed
	exitTests       = 2   // a test failed
	exitQuery       = 3   // a query does not compile
	exitUsage       = 64  // wrong usage
	exitInterrupted = 130 // Ctrl-C, as shells count it
)

// usageError is a command line that cannot be followed.
type usageError struct{ message, help string }

func (e *usageError) Error() string { return e.message }

// failure is a run that failed, where there is more to say than the error does.
type failure struct{ message, help string }

func (e *failure) Error() string { return e.message }

// errReported ends a command whose faults have been shown.
type errReported struct{ code int }

func (e *errReported) Error() string { return fmt.Sprintf("exit code %d", e.code) }

// app is one run of the program.
type app struct {
	*world
	flags   flags
	remarks source.Errors // what is wrong with the apps
	within  source.Errors // what is wrong within files of macros
	told    bool          // that has been said
}

// run runs the program with arguments, the program's name not among them, and
// gives its exit code.
func run(args []string, w *world) int {
	a := &app{world: w}
	root := a.root()
	root.SetArgs(goFlags(args))
	root.SetIn(w.stdin)
	root.SetOut(w.stdout)
	root.SetErr(w.stderr)
	return a.exitCode(root.ExecuteContext(w.ctx))
}

// exitCode shows the error that a command ended with and gives the code for it.
func (a *app) exitCode(err error) int {
	var done *errReported
	var usage *usageError
	var failed *failure
	var errs source.Errors
	switch {
	case a.ctx.Err() != nil:
		return exitInterrupted
	case err == nil, errors.Is(err, syscall.EPIPE):
		return exitOK // whoever read the results has had enough of them
	case errors.As(err, &done):
		return done.code
	case errors.As(err, &usage):
		a.report().failure("usage", usage.message, usage.help)
		return exitUsage
	case errors.As(err, &failed):
		a.report().failure("run", failed.message, failed.help)
		return exitFailed
	case errors.As(err, &errs):
		r := a.report()
		r.faults(errs)
		r.summary(len(errs), "nothing was run")
		return exitQuery
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	}
	a.report().failure("run", err.Error(), "")
	return exitFailed
}

// report shows faults on the standard error.
func (a *app) report() *report {
	return &report{w: a.stderr, color: a.colors(a.stderrWidth), json: a.flags.errors == "json", width: excerptWidth(a.stderrWidth)}
}

// excerptWidth is the width for a line of source text, on a terminal or elsewhere.
func excerptWidth(terminal int) int {
	if terminal == 0 {
		return sourceWidth
	}
	return max(40, min(terminal-6, 2*sourceWidth))
}

// colors says whether a stream may have colours; width is that of its terminal.
func (a *app) colors(width int) bool {
	switch a.flags.color {
	case "always":
		return true
	case "never":
		return false
	}
	return width > 0 && a.getenv("NO_COLOR") == "" && a.getenv("TERM") != "dumb"
}

// root makes the commands.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "spl [flags] QUERY [FILE...]",
		Short: "Run Splunk searches over log files, without Splunk",
		Long: `Runs a search over log files: plain or packed (gzip, zstd, bzip2, xz), JSON, CSV
or text. FILE is a file, a folder, a pattern, or - for the standard input, which
is read when there is no FILE. name=value says something of the files after it:
sourcetype, source, host, index, format, time_field, time_format, host_field.`,
		Example: `  spl 'error | stats count by host' /var/log/app/
  spl -f detection.yml sourcetype=aws:cloudtrail trail.json.gz
  zcat audit.log.gz | spl '* | head 5' -o json`,
		Args:              cobra.ArbitraryArgs,
		RunE:              a.search,
		SilenceErrors:     true,
		SilenceUsage:      true,
		DisableAutoGenTag: true,
	}
	root.SetFlagErrorFunc(flagError)
	root.SetHelpTemplate(helpTemplate)
	root.SetUsageTemplate(helpTemplate)
	a.flags.addCommon(root.PersistentFlags())
	a.runFlags(root)
	root.AddCommand(a.runCommand(), a.checkCommand(), a.fmtCommand(), a.expandCommand(), a.explainCommand(), a.docCommand(), a.whyCommand(), a.replCommand(), a.testCommand(), a.versionCommand())
	a.completionCommand(root)
	return root
}

// completionCommand has cobra's command for shells say which there are.
func (a *app) completionCommand(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	c, _, err := root.Find([]string{"completion"})
	if err != nil || c == root {
		return
	}
	c.Args = cobra.ArbitraryArgs
	c.RunE = func(c *cobra.Command, args []string) error {
		var shells []string
		for _, s := range c.Commands() {
			shells = append(shells, s.Name())
		}
		help := "choose one of " + strings.Join(shells, ", ")
		if len(args) == 0 {
			return &usageError{"completion is for a shell", help}
		}
		return &usageError{fmt.Sprintf("completion: there is nothing for a shell `%s`", args[0]), help}
	}
}

// helpTemplate shows an example before anything else.
const helpTemplate = `{{with .Short}}{{.}}.

{{end}}{{with .Example}}Examples:
{{.}}

{{end}}Usage:
  {{.UseLine}}{{if and .HasAvailableSubCommands (not .HasParent)}}
  spl COMMAND ...{{end}}

{{with .Long}}{{.}}

{{end}}{{if .HasAvailableSubCommands}}Commands:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}

{{end}}{{if .HasAvailableLocalFlags}}Flags:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}

{{end}}{{if .HasAvailableInheritedFlags}}Flags of every command:
{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}

{{end}}{{if not .HasParent}}Exit codes: 0 fine, 1 the run failed, 2 a test failed, 3 the query does not compile,
64 wrong usage, 130 interrupted. A query that is the name of a command: spl run check.
{{end}}`

// choices completes the value of a flag.
func choices(c *cobra.Command, flag string, values ...string) {
	// The error is for flags that are not there, or are completed twice.
	_ = c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}

// commandNames are what a first word could have been meant for.
func commandNames(root *cobra.Command) []string {
	var names []string
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() && !strings.HasPrefix(c.Name(), "_") {
			names = append(names, c.Name())
		}
	}
	slices.Sort(names)
	return names
}
