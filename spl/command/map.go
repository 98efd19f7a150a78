package command

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var mapCommand = Command{
	Name:    "map",
	Kind:    DatasetProcessing,
	Summary: "Runs a search for each row, with the row's values in it, and gives the rows of all.",
	Usage:   `map ( [<subsearch>] | search="<search>" ) [maxsearches=<n>]`,
	Options: []Option{
		{"search", Text, "", "the search to run; $field$ stands for the row's value"},
		{"maxsearches", Int, "10", "how many rows at most a search is run for"},
	},
	Parse: parseMap,
}

type mapTree struct {
	Args []*mapArg `parser:"( @@ ','* )*"`
}

type mapArg struct {
	Option *option      `parser:"  @@"`
	Sub    *sub         `parser:"| @@"`
	Name   *parser.Name `parser:"| @@"`
}

var mapGrammar = parser.NewGrammar[mapTree](parser.ArgTokens, `map search="search user=$user$" maxsearches=20`)

// mapNode keeps the search as text: what it says is known when a row's values
// stand in it.
type mapNode struct {
	search   string
	brackets bool
	opts     *options
}

func parseMap(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := mapGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &mapNode{}
	var opts []*option
	var errs source.Errors
	for _, x := range tree.Args {
		switch {
		case x.Option != nil:
			opts = append(opts, x.Option)
		case x.Sub != nil:
			n.search, n.brackets = x.Sub.Text[1:len(x.Sub.Text)-1], true
		default:
			errs = append(errs, mapSaved(x.Name))
		}
	}
	n.opts = checkOptions(c, opts)
	errs = append(errs, n.opts.errs...)
	if !n.brackets {
		n.search = n.opts.text("search", "")
	}
	if strings.TrimSpace(n.search) == "" && len(errs) == 0 {
		errs = append(errs, source.Errorf(source.Syntax, source.At(a.Base+len(a.Text)), "`map` needs a search").WithHelp(`for example: map search="search user=$user$"`))
	}
	if len(errs) == 0 {
		errs = n.check(a)
	}
	return n, errs
}

func mapSaved(n *parser.Name) *source.Error {
	return source.Errorf(source.Unsupported, n.Span, "`map` cannot run the saved search `%s`, only the text of one", n.Text).
		WithHelp(`write the search itself: map search="..."`)
}

func (n *mapNode) String() string {
	s := ""
	if n.brackets {
		s = " [" + n.search + "]"
	}
	for _, o := range n.opts.list {
		if strings.EqualFold(o.Key.Text, "search") {
			s += " search=" + parser.Quote(o.Value.Text)
		} else {
			s += " " + o.String()
		}
	}
	return trimLeadingSpace(s)
}

// trial reads the search with a word in the place of all values.
func (n *mapNode) trial(word string) (*parser.Pipeline, source.Errors) {
	p, errs := Parser().Parse(n.whole(fillTokens(n.search, func(string) (string, bool) { return word, true })))
	return p, append(errs, Positions(p)...)
}

// check reports what is wrong with the search whatever the values are.
func (n *mapNode) check(a *parser.Args) source.Errors {
	const word = "zqz"
	_, errs := n.trial(word)
	errs = slices.DeleteFunc(errs, func(e *source.Error) bool { return strings.Contains(e.Message+e.Help, word) })
	if len(errs) == 0 {
		return nil
	}
	if _, again := n.trial("1"); len(again) == 0 {
		return nil
	}
	return one(source.Errorf(errs[0].Code, a.Span(), "the search of `map` cannot be read: %s", errs[0].Message).WithHelp("%s", errs[0].Help))
}

// shape is that of the rows of the search, as far as it can be known without values.
func (n *mapNode) shape(planning *Planning) engine.Shape {
	p, errs := n.trial("1")
	if len(errs) == 0 && len(p.Stages) > 0 && !pending(p) && engine.NewCut(Plans(p, planning), batch.AllFields).Table {
		return engine.Table
	}
	return engine.Events
}

// whole puts a pipe before a command that stands first.
func (n *mapNode) whole(text string) string {
	text = strings.TrimSpace(text)
	end := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
	if end <= 0 {
		return text
	}
	c, err := Find(strings.ToLower(text[:end]))
	if err != nil || c.Name == "search" || !n.brackets && c.Kind != Generating {
		return text
	}
	return "| " + text
}

func (n *mapNode) Plan(p *Planning) *engine.Plan {
	return &engine.Plan{
		Gives: engine.MakesAny,
		Wants: engine.Order,
		Makes: true,
		Shape: n.shape(p),
		Note:  "a search runs for each row",
		Reads: func(batch.Fields) batch.Fields { return batch.FieldsOf(tokens(n.search)...) },
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			return &mapper{ctx: c, node: n, planning: p, most: max(0, n.opts.int("maxsearches", 10))}, nil
		},
	}
}

// token finds the next $name$ or $$name$$ in a text: its place, and the name. The
// second form is what is left of a macro's or dashboard's escape.
func token(s string) (from, to int, name string) {
	for at := 0; at < len(s); {
		i := strings.IndexByte(s[at:], '$')
		if i < 0 {
			break
		}
		i += at
		marks := 1
		if strings.HasPrefix(s[i:], "$$") {
			marks = 2
		}
		mark := s[i : i+marks]
		j := strings.Index(s[i+marks:], mark)
		if j < 0 {
			break
		}
		name = s[i+marks : i+marks+j]
		if isToken(name) {
			return i, i + marks + j + marks, name
		}
		at = i + marks
	}
	return -1, -1, ""
}

// isToken says whether a text between dollars can be a field's name.
func isToken(s string) bool {
	return s != "" && !strings.ContainsAny(s, " \t\r\n\"|$=[]")
}

// tokens are the names of all fields that a text asks for.
func tokens(s string) []string {
	var out []string
	for {
		_, to, name := token(s)
		if to < 0 {
			return out
		}
		out = append(out, name)
		s = s[to:]
	}
}

// mapper runs the searches.
type mapper struct {
	ctx      *engine.Context
	node     *mapNode
	planning *Planning
	most     int
	serial   int
	missed   int
}

func (o *mapper) Push(b *batch.Batch, emit engine.Emit) error {
	for r := range b.Rows {
		if o.serial == o.most {
			o.missed += b.Rows - r
			return nil
		}
		o.serial++
		if err := o.one(b, r, emit); err != nil {
			return err
		}
	}
	return nil
}

func (o *mapper) one(b *batch.Batch, row int, emit engine.Emit) error {
	text := o.fill(b, row)
	p, errs := Parser().Parse(text)
	if errs = append(errs, Positions(p)...); len(errs) == 0 {
		errs = Check(p, o.planning)
	}
	if len(errs) > 0 {
		// A value may hold quotes and brackets, and bad data stops no search.
		o.ctx.Notices.Add("map", fmt.Sprintf("map made a search that cannot be read, and left out the row: %s: %s", shortened(text), errs[0].Message), 1)
		return nil
	}
	var failed error
	err := o.ctx.Stream(p, 0, func(b *batch.Batch) error {
		failed = emit(b)
		return failed
	})
	if failed != nil {
		return failed
	}
	if err != nil {
		return fmt.Errorf("`map`: %w", err)
	}
	return nil
}

// fillTokens puts values in the place of the tokens of a text; one without a value
// stays as it is.
func fillTokens(text string, value func(name string) (string, bool)) string {
	var out strings.Builder
	for {
		from, to, name := token(text)
		if to < 0 {
			break
		}
		out.WriteString(text[:from])
		if v, ok := value(name); ok {
			out.WriteString(v)
		} else {
			out.WriteString(text[from:to])
		}
		text = text[to:]
	}
	return out.String() + text
}

// fill puts the row's values into the search. Several values stand with spaces
// between.
func (o *mapper) fill(b *batch.Batch, row int) string {
	return o.node.whole(fillTokens(o.node.search, func(name string) (string, bool) {
		if vals := b.Col(name).Values(row); len(vals) > 0 {
			return strings.Join(vals, " "), true
		}
		return strconv.Itoa(o.serial), name == "_serial_id"
	}))
}

func shortened(s string) string {
	if r := []rune(s); len(r) > 120 {
		return string(r[:119]) + "…"
	}
	return s
}

func (o *mapper) Flush(engine.Emit) error {
	if o.missed > 0 {
		o.ctx.Notices.Add("map-limit", fmt.Sprintf("map ran %d searches and left out further rows; allow more with maxsearches", o.most), o.missed)
	}
	return nil
}
