package command

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"spl/eval/batch"
	"spl/macros"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var savedsearchCommand = Command{
	Name:    "savedsearch",
	Kind:    Generating,
	Summary: "Runs a saved search of an app.",
	Usage:   `savedsearch "<name>" [<token>=<value>]...`,
	Options: []Option{{"nosubstitution", Bool, "false", "leave the $tokens$ of the search as they are"}},
	Parse:   parseSavedsearch,
}

var loadjobCommand = Command{
	Name:    "loadjob",
	Kind:    Generating,
	Summary: "Gives the rows of a saved search of an app, which it runs anew.",
	Usage:   `loadjob <job> | savedsearch="<user>:<app>:<name>" [<option>]...`,
	Options: []Option{
		{"savedsearch", Text, "", "the search, after its user and app"},
		{"events", Bool, "false", "accepted; the rows are those that the search ends with"},
		{"job_delegate", Text, "scheduler", "accepted"},
		{"artifact_offset", Int, "0", "accepted; the search is run anew"},
		{"ignore_running", Bool, "true", "accepted; the search is run anew"},
	},
	Parse: parseLoadjob,
}

// savedTree is names and options in any order.
type savedTree struct {
	Args []*savedArg `parser:"( ','* @@ )* ','*"`
}

type savedArg struct {
	Option *option      `parser:"  @@"`
	Name   *parser.Name `parser:"| @@"`
}

var savedsearchGrammar = parser.NewGrammar[savedTree](parser.ArgTokens, `savedsearch "Failed logins" host=web1`)

// savedNode runs a saved search. What that is comes from the knowledge of a run.
type savedNode struct {
	command string
	name    string
	at      source.Span
	opts    *options // of loadjob
	values  []*option
	raw     bool // tokens stay
}

func parseSavedsearch(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := savedsearchGrammar.Parse(a)
	if err != nil {
		return nil, one(err)
	}
	n := &savedNode{command: c.Name}
	var errs source.Errors
	for _, x := range tree.Args {
		switch {
		case x.Option != nil && strings.EqualFold(x.Option.Key.Text, "nosubstitution"):
			o := checkOptions(c, []*option{x.Option})
			errs = append(errs, o.errs...)
			n.raw = o.bool("nosubstitution", false)
		case x.Option != nil:
			n.values = append(n.values, x.Option)
		case n.name != "":
			errs = append(errs, source.Errorf(source.Syntax, x.Name.Span, "`savedsearch` takes one search, and `%s` comes after its name", x.Name.Text).WithHelp("a name with spaces stands in double quotes"))
		default:
			n.name, n.at = x.Name.Text, x.Name.Span
		}
	}
	if n.name == "" && len(errs) == 0 {
		errs = one(source.Errorf(source.Syntax, source.At(a.Base), "`savedsearch` needs the name of a saved search").WithHelp(`for example: | savedsearch "Failed logins"`))
	}
	return n, errs
}

func parseLoadjob(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := savedsearchGrammar.Parse(a)
	if err != nil {
		return nil, one(err)
	}
	n := &savedNode{command: c.Name}
	var opts []*option
	for _, x := range tree.Args {
		if x.Name != nil {
			if len(tree.Args) > 1 {
				return nil, one(source.Errorf(source.Syntax, x.Name.Span, "`loadjob` takes one job, and nothing else with it"))
			}
			return &jobNode{*x.Name}, nil
		}
		opts = append(opts, x.Option)
		if strings.EqualFold(x.Option.Key.Text, "savedsearch") {
			n.at = x.Option.Value.Span
		}
	}
	n.opts = checkOptions(c, opts)
	if len(n.opts.errs) > 0 {
		return nil, n.opts.errs
	}
	parts := strings.SplitN(n.opts.text("savedsearch", ""), ":", 3)
	if n.name = parts[len(parts)-1]; len(parts) != 3 || n.name == "" {
		return nil, one(source.Errorf(source.Syntax, a.Span(), "`loadjob` needs a saved search as user:app:name").WithHelp(`for example: | loadjob savedsearch="admin:search:Failed logins"`))
	}
	return n, nil
}

func (n *savedNode) String() string {
	if n.opts != nil {
		return trimLeadingSpace(n.opts.String())
	}
	s := parser.Quote(n.name)
	for _, v := range n.values {
		s += " " + parser.Word(v.Key.Text) + "=" + v.Value.String()
	}
	if n.raw {
		s += " nosubstitution=true"
	}
	return s
}

// errCircle is the fault of saved searches that run one another in a circle.
var errCircle = errors.New("it runs itself")

// pipeline reads the saved search; the notes say what the reader should know.
func (n *savedNode) pipeline(p *Planning, whole bool) (pl *parser.Pipeline, notes []string, err error) {
	s := p.Knowledge.SavedSearch(n.name)
	if s == nil {
		return nil, nil, errors.New("no app has it")
	}
	text := s.Search.String
	if !n.raw {
		text = fillTokens(text, func(name string) (string, bool) {
			for _, v := range n.values {
				if v.Key.Text == name || "args."+v.Key.Text == name {
					return v.Value.Text, true
				}
			}
			return "", false
		})
	}
	exp, errs := macros.Expand(&source.File{Name: "savedsearches.conf", Text: text}, p.Knowledge.Macros(), macros.Options{})
	if len(errs) > 0 {
		return nil, nil, errs
	}
	text = strings.TrimSpace(exp.Text.String)
	for _, x := range exp.Notices {
		notes = append(notes, x.Message)
	}
	if whole {
		var note string
		if text, note = rangeOf(text, s.Earliest, s.Latest); note != "" {
			notes = append(notes, note)
		}
	}
	pl, errs = Parser().Parse(text)
	if errs = append(errs, Positions(pl)...); len(errs) > 0 {
		return nil, nil, errs
	}
	if len(pl.Stages) == 0 {
		return nil, nil, errors.New("it is empty")
	}
	return pl, notes, nil
}

// rangeOf puts the time range that was saved with a search into its text. A search
// that says its own, or that does not begin with the command search, is left as it is.
func rangeOf(text, earliest, latest string) (with, note string) {
	bounds := ""
	for _, b := range []struct{ name, value string }{{"earliest", earliest}, {"latest", latest}} {
		v := strings.TrimPrefix(strings.TrimSpace(b.value), "rt")
		if v != "" && v != "now" && v != "0" {
			bounds += b.name + "=" + v + " "
		}
	}
	head, _, _ := strings.Cut(text, "|")
	switch {
	case bounds == "" || strings.Contains(head, "earliest=") || strings.Contains(head, "latest="):
		return text, ""
	case strings.HasPrefix(text, "|"):
		return text, "the time range that was saved with it (" + strings.TrimSpace(bounds) + ") is not used, since it begins with a command"
	}
	front := ""
	if word, rest, ok := strings.Cut(text, " "); ok && strings.EqualFold(word, "search") {
		front, text = "search ", rest
	}
	return front + bounds + text, "it covers the time range that was saved with it (" + strings.TrimSpace(bounds) + "), since the search has none"
}

// inside gives the saved search and the planning of what is in it.
func (n *savedNode) inside(p *Planning) (*parser.Pipeline, *Planning, error) {
	if slices.Contains(p.saved, n.name) {
		return nil, nil, errCircle
	}
	pl, _, err := n.pipeline(p, false)
	inner := *p
	inner.saved = append(slices.Clone(p.saved), n.name)
	return pl, &inner, err
}

// Check is part of [Checker].
func (n *savedNode) Check(p *Planning) source.Errors {
	pl, inner, err := n.inside(p)
	if err == nil {
		if errs := Check(pl, inner); len(errs) > 0 {
			err = errs
		}
	}
	if err == nil {
		return nil
	}
	e := source.Errorf(source.UnknownArgument, n.at, "%s", n.fault(err))
	if near := Nearest(n.name, p.Knowledge.SavedSearches()); near != "" && near != n.name {
		e.Help = "did you mean `" + near + "`?"
	}
	return one(e)
}

// fault words what is wrong with the saved search.
func (n *savedNode) fault(err error) string {
	text := err.Error()
	var errs source.Errors
	if errors.As(err, &errs) && len(errs) > 0 {
		text = errs[0].Message
	}
	return fmt.Sprintf("the saved search `%s` cannot be run: %s", n.name, text)
}

func (n *savedNode) Plan(p *Planning) *engine.Plan {
	plan := &engine.Plan{Gives: engine.MakesAny, Shape: engine.Events, Front: true, Note: "runs the saved search to its end"}
	pl, inner, err := n.inside(p)
	if err == nil && !pending(pl) && engine.NewCut(Plans(pl, inner), batch.AllFields).Table {
		plan.Shape = engine.Table
	}
	plan.Generate = func(c *engine.Context) (batch.Source, error) {
		if err != nil {
			return nil, errors.New(n.fault(err))
		}
		whole := math.IsInf(c.Earliest, -1) && math.IsInf(c.Latest, 1)
		pl, notes, err := n.pipeline(p, whole)
		if err != nil {
			return nil, errors.New(n.fault(err))
		}
		for _, note := range notes {
			c.Notices.Add("saved-search", "saved search "+n.name+": "+note, 1)
		}
		if n.command == "loadjob" {
			c.Notices.Add("saved-search", "saved search "+n.name+" is run anew; Splunk loads the results of its last run", 1)
		}
		return engine.Pulled(func(_ *batch.Scan, emit engine.Emit) error {
			if err := c.Stream(pl, 0, emit); err != nil {
				return fmt.Errorf("saved search `%s`: %w", n.name, err)
			}
			return nil
		}), nil
	}
	return plan
}
