package main

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"spl/macros"
	"spl/spl/input"
	"spl/spl/repl/assist"
)

// completions has the shell complete the query of a command, its files, and the
// values of flags that name macros and fields.
func (a *app) completions(c *cobra.Command) {
	c.ValidArgsFunction = a.completeArg
	for name, f := range map[string]cobra.CompletionFunc{"fields": a.completeFields, "macro": a.completeMacro} {
		if c.Flags().Lookup(name) != nil {
			// The error is for flags that are completed twice.
			_ = c.RegisterFlagCompletionFunc(name, f)
		}
	}
}

// completeArg completes the query, which comes first unless a file holds it, and then
// files and what can be said of them.
func (a *app) completeArg(_ *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 || a.flags.file != "" {
		var out []string
		for _, n := range []string{"sourcetype=", "source=", "host=", "index=", "format="} {
			if word != "" && strings.HasPrefix(n, word) {
				out = append(out, n)
			}
		}
		if len(out) > 0 {
			return out, cobra.ShellCompDirectiveNoSpace
		}
		return nil, cobra.ShellCompDirectiveDefault
	}
	h := &assist.Assistant{}
	if base, err := a.knowledge(); err == nil {
		h.Knowledge, h.Macros = base, base.Macros()
	}
	c := h.Complete(word, len(word))
	var out []string
	for _, i := range c.Items {
		text := word[:c.From] + i.Text + strings.TrimRight(i.After, " ")
		out = append(out, text+"\t"+strings.Join(strings.Fields(i.Note), " "))
	}
	return out, cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
}

// completeMacro completes the name of a macro to be overridden.
func (a *app) completeMacro(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	base, err := a.knowledge()
	if err != nil || strings.Contains(word, "=") {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var out []string
	for _, m := range base.Macros().All() {
		if strings.HasPrefix(m.Name, word) {
			out = append(out, strings.ReplaceAll(m.Signature(), ", ", ",")+"=\t"+definition(m))
		}
	}
	return out, cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
}

func definition(m *macros.Macro) string {
	if m.Definition == nil {
		return ""
	}
	return strings.Join(strings.Fields(m.Definition.String), " ")
}

// completeFields completes a list of fields with those of the files that were named.
func (a *app) completeFields(_ *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	if a.flags.file == "" && len(args) > 0 {
		args = args[1:]
	}
	args = slices.DeleteFunc(slices.Clone(args), func(s string) bool { return s == "-" })
	files, err := input.Expand(stdinless{a.disk}, a.flags.meta, args)
	if err != nil || len(files) == 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	ctx, cancel := context.WithTimeout(a.ctx, time.Second)
	defer cancel()
	sample := assist.Take(ctx, files, input.Options{Zone: a.zone, Now: a.now()})
	done, last := "", word
	if i := strings.LastIndexByte(word, ','); i >= 0 {
		done, last = word[:i+1], word[i+1:]
	}
	var out []string
	for _, f := range sample.Stats.Fields {
		if strings.HasPrefix(f.Name, last) {
			out = append(out, done+f.Name+"\t"+strings.TrimSpace(f.Note(sample.Stats.Rows)))
		}
	}
	return out, cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
}

// stdinless is a disk for those who must not read the standard input.
type stdinless struct{ disk }

// Stdin is empty.
func (stdinless) Stdin() io.ReadCloser { return io.NopCloser(strings.NewReader("")) }
