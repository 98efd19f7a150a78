// Package command holds SPL's commands: one file each, and the table that lists
// them.
//
// Read table.go for what there is, then head.go for what a command looks like: its
// argument grammar, what it prints back, its plan (facts and operators) beside each
// other, with head.md, its manual page, and head.test, its cases. A new command is
// one file and one line in the table; everything else (help, completion,
// suggestions, docs, explain) reads the table.
package command

import (
	"bytes"
	"embed"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/agnivade/levenshtein"

	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
	"spl/spl/knowledge"
)

// Kind is a command's type in Splunk's terms.
type Kind string

// The types of command, in Splunk's words.
const (
	DistributableStreaming Kind = "distributable streaming"
	CentralizedStreaming   Kind = "centralized streaming"
	Transforming           Kind = "transforming"
	Generating             Kind = "generating"
	Orchestrating          Kind = "orchestrating"
	DatasetProcessing      Kind = "dataset processing"
)

// Command is one entry of the table.
type Command struct {
	Name    string
	Aliases []string
	Kind    Kind
	// Anywhere says that the command may stand first, where it makes rows of its own,
	// and later too.
	Anywhere bool
	// Summary is one line: what the command does to rows.
	Summary string
	// Usage is the form of its arguments.
	Usage string
	// Options are the name=value arguments it takes.
	Options []Option
	// Declined says why the command is recognised but not run; "" where it is.
	Declined string
	// Parse reads the arguments.
	Parse func(c *Command, a *parser.Args) (Node, source.Errors)
}

// Node is a command with its arguments, parsed and checked.
type Node interface {
	parser.Node
	// Plan states the command's facts and gives its operators, for one run.
	Plan(p *Planning) *engine.Plan
}

// Planning is what is known of a run before it starts.
type Planning struct {
	Now  time.Time
	Zone *time.Location
	// Knowledge is what apps say about events; nil nothing.
	Knowledge *knowledge.Base
	// Jobs gives the results of an earlier search by its id, nil for one that is not
	// known. Nil: none are kept.
	Jobs func(id string) *engine.Result

	joiners joiners
	// saved are the saved searches that the commands stand in, the outermost first.
	saved []string
}

// Manual is the command's page, in Markdown.
func (c *Command) Manual() string {
	text, err := pages.ReadFile(c.Name + ".md")
	if err != nil {
		return ""
	}
	return string(text)
}

//go:embed *.md
var pages embed.FS

// Find looks a command up by its name or another name of it, in lower case. For an
// unknown name the error suggests the nearest one.
func Find(name string) (*Command, *source.Error) {
	if c := byName()[name]; c != nil {
		return c, nil
	}
	err := source.Errorf(source.UnknownCommand, source.Span{}, "Unknown search command '%s'", name)
	err.Help = noCommandHelp(name)
	return nil, err
}

// byName are the commands of the table by each of their names.
var byName = sync.OnceValue(func() map[string]*Command {
	all := map[string]*Command{}
	for _, c := range Table() {
		for _, name := range append([]string{c.Name}, c.Aliases...) {
			if all[name] == nil {
				all[name] = c
			}
		}
	}
	return all
})

// noCommandHelp is help for a name that is no command's.
func noCommandHelp(name string) string {
	switch name {
	case "index", "source", "sourcetype", "host", "eventtype", "earliest", "latest":
		return "a search that does not stand first begins with its name: | search " + name + "=..."
	case "by", "as", "or", "and", "not", "in", "over":
		return "`" + name + "` goes on with the command before it; take the pipe out"
	case "select", "having", "group", "limit", "order":
		return "that is SQL; see spl doc stats, where, sort and head"
	}
	if near := Nearest(name, names()); near != "" {
		return "did you mean `" + near + "`?"
	}
	return "spl doc lists all commands"
}

func names() []string {
	var out []string
	for _, c := range Table() {
		out = append(out, c.Name)
		out = append(out, c.Aliases...)
	}
	return out
}

// Nearest is the candidate most like a mistyped word, or "" when none is near.
func Nearest(word string, candidates []string) string {
	if len(word) > 100 {
		return "" // no name is as long
	}
	best, least := "", math.MaxInt
	for _, c := range candidates {
		d := 2 * levenshtein.ComputeDistance(strings.ToLower(word), strings.ToLower(c))
		if sameLetters(word, c) {
			d = 1 // letters changed places: the commonest slip
		}
		if d < least {
			best, least = c, d
		}
	}
	if least > 2*max(1, (len(word)+1)/3) {
		return ""
	}
	return best
}

// sameLetters says whether two words have the same letters, in whatever order.
func sameLetters(a, b string) bool {
	letters := func(s string) []byte {
		out := []byte(strings.ToLower(s))
		slices.Sort(out)
		return out
	}
	return len(a) == len(b) && bytes.Equal(letters(a), letters(b))
}

// syntax lets the parser read a command's arguments.
type syntax struct{ c *Command }

func (s syntax) ParseArgs(a *parser.Args) (parser.Node, source.Errors) {
	if s.c.Declined != "" {
		return nil, source.Errors{source.Errorf(source.Unsupported, source.Span{Start: a.Base - len(a.Command), End: a.Base}, "`%s` is not supported: %s", s.c.Name, s.c.Declined)}
	}
	n, errs := s.c.Parse(s.c, a)
	return n, tokenFaults(a, errs)
}

// Parser reads queries with the commands of the table.
func Parser() *parser.Parser {
	return &parser.Parser{Lookup: func(name string) (parser.Syntax, *source.Error) {
		c, err := Find(name)
		if err != nil {
			return nil, err
		}
		return syntax{c}, nil
	}}
}

// Plans makes the plan of each stage of a pipeline.
func Plans(p *parser.Pipeline, planning *Planning) []*engine.Plan {
	out := make([]*engine.Plan, len(p.Stages))
	for i, s := range p.Stages {
		out[i] = s.Node.(Node).Plan(planning)
		if out[i].Name == "" {
			out[i].Name = s.String()
		}
		out[i].At = s.Span
	}
	// Nothing is lost without a command that does nothing, and one that makes rows may
	// stand behind it: | localop | rest
	for p.Piped && len(out) > 1 && idle(out[0]) {
		out = out[1:]
	}
	return out
}

func idle(p *engine.Plan) bool {
	return p.Map == nil && p.Reduce == nil && p.Generate == nil && !p.Front
}
