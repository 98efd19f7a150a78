package command

import (
	"strings"

	"spl/eval"
	"spl/eval/timefmt"
	"spl/parser"
	"spl/parser/source"
)

var tstatsCommand = Command{
	Name:     "tstats",
	Kind:     Generating,
	Anywhere: true,
	Summary:  "Aggregates the events of a data model, or the index-time fields of all events.",
	Usage:    "tstats [<option>]... <function>[(<field>)] [AS <name>]... [FROM datamodel=<model>[.<dataset>]] [WHERE <search-expression>] [BY <field-list> [span=<span>]]",
	Options: []Option{
		{"prestats", Bool, "false", "give partial results, for stats, chart or timechart to finish"},
		{"append", Bool, "false", "with prestats: add to the rows that came in"},
		{"fillnull_value", Text, "", "the value of BY fields without one; without it such rows count nowhere"},
		{"span", Text, "", "the width of the buckets of _time in BY"},
		{"summariesonly", Bool, "false", "accepted; there are no summaries, events are read"},
		{"allow_old_summaries", Bool, "false", "accepted"},
		{"include_reduced_buckets", Bool, "false", "accepted"},
		{"local", Bool, "false", "accepted"},
		{"chunk_size", Int, "10000000", "accepted"},
		{"use_summary_index_values", Bool, "false", "accepted"},
	},
	Parse: parseTstats,
}

// tstatsNode is tstats. It reads the input itself: what is counted are the events of
// a dataset under the names that their fields have there.
type tstatsNode struct {
	opts  *options
	calls []*call
	model string // "" where there is no FROM
	part  string // the dataset; "" all roots of the model
	where parser.SearchExpr
	test  *eval.Search
	by    []string
	span  timefmt.Span // of _time in BY
	first bool         // no rows come in
}

const tstatsUsage = "tstats count, values(Processes.process) AS process FROM datamodel=Endpoint.Processes WHERE Processes.user=root BY Processes.dest"

var tstatsGrammar = parser.NewGrammar[aggTree](parser.ArgTokens, tstatsUsage)

// fromTree is what stands after FROM.
type fromTree struct {
	Word  *parser.Name   `parser:"@@"`
	Eq    bool           `parser:"@'=':Op?"`
	Parts []*parser.Name `parser:"( (?! Word '=':Op) @@ )*"`
	After []*option      `parser:"( @@ ','* )*"`
}

var fromGrammar = parser.NewGrammar[fromTree](parser.ArgTokens, "FROM datamodel=Endpoint.Processes")

// tstatsBy is what stands after BY: fields, and options among them.
type tstatsBy struct {
	Items []*tstatsByItem `parser:"( ','* @@ )* ','*"`
}

type tstatsByItem struct {
	Option *option      `parser:"  @@"`
	Name   *parser.Name `parser:"| @@"`
}

var tstatsByGrammar = parser.NewGrammar[tstatsBy](parser.ArgTokens, "BY _time, Processes.dest span=1h")

func parseTstats(c *Command, a *parser.Args) (Node, source.Errors) {
	cs := cutClauses(a.Text)
	n := &tstatsNode{first: a.First}
	head := clauseArgs(a, cs[clauseHead])
	head.Text = quotePrefixes(head.Text)
	tree, err := tstatsGrammar.Parse(head)
	if err != nil {
		return nil, source.Errors{err}
	}
	calls, opts, errs := newCalls(head, tree.Items)
	n.calls, opts = calls, append(opts, tree.After...)
	add := func(more []*option, es source.Errors) { opts, errs = append(opts, more...), append(errs, es...) }
	add(n.from(a, cs[clauseFrom]))
	add(n.search(c, a, cs[clauseWhere]))
	add(n.group(a, cs[clauseBy]))
	n.opts = checkOptions(c, opts)
	errs = append(errs, n.opts.errs...)
	errs = append(errs, n.check(head)...)
	return n, errs
}

// The clauses of the arguments, in their order.
const (
	clauseHead = iota
	clauseFrom
	clauseWhere
	clauseBy
)

// clause is a part of the arguments, without the word it begins with.
type clause struct {
	text string
	at   int // offset in the arguments
	word string
}

// cutClauses cuts arguments at FROM, WHERE and BY. A keyword counts outside quotes,
// parentheses and brackets; not after AS; and not where it is the value of a comparison.
func cutClauses(text string) (out [4]clause) {
	depth, at, start := 0, clauseHead, 0
	last := "" // the word or sign before
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '\\':
			i += 2
			last = "\\"
			continue
		case c == '"':
			i = afterQuote(text, i)
			last = `"`
			continue
		case c == '(' || c == '[':
			depth++
		case c == ')' || c == ']':
			depth--
		case isLetter(c):
			end := i
			for end < len(text) && !strings.ContainsRune(" \t\r\n,()[]\"=<>!\\", rune(text[end])) {
				end++
			}
			word := text[i:end]
			if next := clauseOf(word); depth == 0 && next > at && !strings.EqualFold(last, "as") && !(at == clauseWhere && i > 0 && strings.IndexByte("=<>!", text[i-1]) >= 0) && !isOptionName(text[end:]) {
				out[at].text = text[start:i]
				at, start = next, end
				out[at].at, out[at].word = end, word
			}
			i, last = end, word
			continue
		}
		if c > ' ' {
			last = string(c)
		}
		i++
		if !isLetter(c) && c > ' ' && !strings.ContainsRune("()[],=<>!", rune(c)) { // the rest of a word that begins with another sign
			for i < len(text) && !strings.ContainsRune(" \t\r\n,()[]\"=<>!\\", rune(text[i])) {
				i++
			}
		}
	}
	out[at].text = text[min(start, len(text)):]
	return out
}

// isOptionName says whether what follows a word makes it the name of an option.
func isOptionName(rest string) bool {
	rest = strings.TrimLeft(rest, " \t\r\n")
	return rest != "" && rest[0] == '='
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func clauseOf(word string) int {
	switch strings.ToLower(word) {
	case "from":
		return clauseFrom
	case "where":
		return clauseWhere
	case "by", "groupby":
		return clauseBy
	}
	return clauseHead
}

// afterQuote is the offset after the quote that closes the one at start.
func afterQuote(s string, start int) int {
	for i := start + 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(s)
}

// clauseArgs are arguments that hold one clause only.
func clauseArgs(a *parser.Args, c clause) *parser.Args {
	return &parser.Args{Command: a.Command, Text: c.text, Base: a.Base + c.at, Depth: a.Depth, First: a.First, Parser: a.Parser}
}

// from reads FROM.
func (n *tstatsNode) from(a *parser.Args, c clause) ([]*option, source.Errors) {
	if c.word == "" {
		return nil, nil
	}
	in := clauseArgs(a, c)
	tree, err := fromGrammar.Parse(in)
	if err != nil {
		return nil, one(err)
	}
	name, err := datasetName(tree.Parts)
	if err != nil {
		return nil, one(err.WithHelp("conditions follow WHERE, fields to group by follow BY"))
	}
	word, rest, _ := strings.Cut(tree.Word.Text, ":")
	switch {
	case !strings.EqualFold(word, "datamodel"):
		return nil, one(source.Errorf(source.Unsupported, tree.Word.Span, "tstats reads data models, or all events; there is no namespace or job `%s`", tree.Word.Text).
			WithHelp("write FROM datamodel=Model.Dataset, or leave FROM out"))
	case rest+name == "":
		return nil, one(source.Errorf(source.Syntax, tree.Word.Span, "the name of the data model is missing").WithHelp("for example: FROM datamodel=Endpoint.Processes"))
	}
	n.model, n.part, _ = strings.Cut(rest+name, ".")
	return tree.After, nil
}

// search reads WHERE. Options among its terms are options.
func (n *tstatsNode) search(command *Command, a *parser.Args, c clause) ([]*option, source.Errors) {
	if c.word == "" {
		return nil, nil
	}
	at := source.Span{Start: a.Base + c.at - len(c.word), End: a.Base + c.at}
	if strings.TrimSpace(c.text) == "" {
		return nil, one(source.Errorf(source.Syntax, at, "the conditions are missing after %s", strings.ToUpper(c.word)).
			WithHelp("for example: WHERE Processes.process_name=cmd.exe"))
	}
	// The subsearches in it are those of the command.
	text, base := a.Text, a.Base
	a.Text, a.Base = c.text, base+c.at
	x, errs := parser.ParseSearch(a)
	a.Text, a.Base = text, base
	if len(errs) > 0 {
		return nil, errs
	}
	var opts []*option
	n.where, opts = cutOptions(command, x)
	n.test, errs = eval.CompileSearch(n.where)
	return opts, errs
}

// cutOptions takes comparisons that are options of tstats out of the terms that
// must all be true.
func cutOptions(command *Command, x parser.SearchExpr) (parser.SearchExpr, []*option) {
	var opts []*option
	var terms []parser.SearchExpr
	for _, t := range eval.Conjuncts(x) {
		if c, ok := t.(*parser.Compare); ok && c.Op == "=" && command.option(c.Field) != nil {
			opts = append(opts, &option{Key: parser.Name{Text: c.Field, Span: c.At}, Value: parser.Name{Text: c.Value.Text, Span: c.Value.At}})
			continue
		}
		terms = append(terms, t)
	}
	switch {
	case len(opts) == 0:
		return x, nil
	case len(terms) == 0:
		return nil, opts
	case len(terms) == 1:
		return terms[0], opts
	}
	return &parser.And{Terms: terms, At: x.Where()}, opts
}

// group reads BY.
func (n *tstatsNode) group(a *parser.Args, c clause) ([]*option, source.Errors) {
	if c.word == "" {
		return nil, nil
	}
	in := clauseArgs(a, c)
	in.Text = quotePrefixes(in.Text)
	tree, err := tstatsByGrammar.Parse(in)
	if err != nil {
		return nil, one(err)
	}
	by := &byTree{Word: c.word}
	by.Pos.Offset = in.Base - len(c.word)
	var opts []*option
	for _, x := range tree.Items {
		if x.Option != nil {
			opts = append(opts, x.Option)
			continue
		}
		by.Fields = append(by.Fields, x.Name)
	}
	n.by = texts(by.Fields)
	return opts, checkBy(by)
}
