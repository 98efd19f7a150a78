package command

import (
	"strconv"
	"strings"

	"spl/eval/batch"
	"spl/eval/regex"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var rexCommand = Command{
	Name:    "rex",
	Kind:    DistributableStreaming,
	Summary: "Extracts fields with the named groups of a regular expression, or edits a field with a sed expression.",
	Usage:   `rex [field=<field>] ("<regex>" [max_match=<int>] [offset_field=<field>] | mode=sed "<sed-expression>")`,
	Options: []Option{
		{"field", Text, "_raw", "the field to look at"},
		{"max_match", Int, "1", "how many matches to take of a row; 0 all"},
		{"offset_field", Text, "", "a field to tell where the groups matched: name=first-last&..., from 0"},
		{"mode", Text, "", "sed: the argument is a sed expression, s/regex/replacement/flags or y/abc/xyz/"},
	},
	Parse: parseRex,
}

// rexNode is read without a participle grammar: a pattern may stand without quotes,
// and is then text and not tokens.
type rexNode struct {
	opts    *options
	pattern string
	sub     *parser.Subsearch // stands for the pattern until it has run
	field   string
	re      *regex.Regexp
	sed     *regex.Sed
	groups  []rexGroup
}

// rexGroup is a field and the numbers of its groups; a name may occur in several
// branches of a pattern.
type rexGroup struct {
	name    string
	numbers []int
}

func parseRex(c *Command, a *parser.Args) (Node, source.Errors) {
	args, errs := rawArgs(a)
	n := &rexNode{}
	var opts []*option
	var text *parser.Name
	for _, x := range args {
		switch {
		case x.opt != nil:
			opts = append(opts, x.opt)
		case x.sub != nil:
			n.sub = x.sub
		case text != nil:
			errs = append(errs, source.Errorf(source.Syntax, x.text.Span, "`rex` takes one pattern, and `%s` is a second", x.text.Text).
				WithHelp(`a pattern with spaces stands in double quotes: rex field=msg "user (?<user>\w+)"`))
		default:
			text = x.text
		}
	}
	n.opts = checkOptions(c, opts)
	errs = append(errs, n.opts.errs...)
	n.field = n.opts.text("field", "_raw")
	switch {
	case len(errs) > 0 || n.sub != nil:
		return n, errs
	case text == nil:
		return n, one(source.Errorf(source.Syntax, source.At(a.Base+len(strings.TrimRight(a.Text, " \t\r\n"))), "the pattern of `rex` is missing").
			WithHelp(`for example: rex field=msg "user (?<user>\w+)"`))
	}
	n.pattern = text.Text
	return n, n.compile(text.Span)
}

func (n *rexNode) compile(at source.Span) source.Errors {
	var err error
	switch mode := n.opts.text("mode", ""); {
	case strings.EqualFold(mode, "sed"):
		if n.sed, err = regex.ParseSed(n.pattern, regex.Options{}); err != nil {
			e := patternFault(at, err)
			if e.Help == "" {
				e.Help = `for example: mode=sed "s/\d+/#/g"`
			}
			return one(e)
		}
		return nil
	case mode != "":
		return one(source.Errorf(source.Syntax, at, "`rex` has no mode `%s`", mode).WithHelp("the one mode is mode=sed"))
	}
	if n.re, err = regex.Compile(n.pattern, regex.Options{}); err != nil {
		return one(patternFault(at, err))
	}
	for i, name := range n.re.Names() {
		if name != "" {
			n.addGroup(name, i)
		}
	}
	if len(n.groups) == 0 {
		return one(source.Errorf(source.Syntax, at, "The regex '%s' does not extract anything. It should specify at least one named group. Format: (?<name>...).", n.pattern).
			WithHelp("for example: rex field=msg \"user (?<user>\\w+)\"; to keep rows that match, use regex"))
	}
	return nil
}

func (n *rexNode) addGroup(name string, number int) {
	for i := range n.groups {
		if n.groups[i].name == name {
			n.groups[i].numbers = append(n.groups[i].numbers, number)
			return
		}
	}
	n.groups = append(n.groups, rexGroup{name, []int{number}})
}

func (n *rexNode) String() string {
	s := strings.TrimPrefix(n.opts.String(), " ")
	if s != "" {
		s += " "
	}
	if n.sub != nil {
		return s + "[" + n.sub.Pipeline.String() + "]"
	}
	return s + parser.Quote(n.pattern)
}

func (n *rexNode) gives(s engine.Schema) engine.Schema {
	for _, g := range n.groups {
		s = s.With(g.name)
	}
	return s.With(n.opts.text("offset_field", n.field))
}

func (n *rexNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Gives:     n.gives,
		Reads:     func(wanted batch.Fields) batch.Fields { return wanted.Add(n.field) },
		Transient: true,
		Map: engine.Streaming(func(c *engine.Context) (engine.MapFunc, error) {
			if n.sed != nil {
				return func(b *batch.Batch) (*batch.Batch, error) { return n.edit(b, c), nil }, nil
			}
			x := newRex(n, c)
			return func(b *batch.Batch) (*batch.Batch, error) { return x.extract(b), nil }, nil
		}),
	}
}

// edit applies the sed expression to each value. A field that is missing stays so.
func (n *rexNode) edit(b *batch.Batch, c *engine.Context) *batch.Batch {
	col := b.Col(n.field)
	if !col.Any() {
		return b
	}
	out := b.Clone()
	out.Set(n.field, mapValues(b, col, func(v string) string {
		s, err := n.sed.Apply(v)
		if err != nil {
			c.Notices.Add("regex", err.Error(), 1)
		}
		return s
	}))
	return out
}

// rex extracts fields, for one worker. Its texts are parts of the texts it reads.
type rex struct {
	node   *rexNode
	ctx    *engine.Context
	most   int // matches of a row; 0: all
	offset string
	cols   []rexColumn // beside node.groups
	where  []string    // offsets of the current row
	room   []int       // for the offsets of a match
	spans  batch.Builder

	oldSpans *batch.Column
}

// rexColumn builds the column of a group. Until a row has not one match it is a
// plain list of texts.
type rexColumn struct {
	bl  batch.Builder
	old *batch.Column
	row []string // values of the current row
}

func newRex(n *rexNode, c *engine.Context) *rex {
	return &rex{node: n, ctx: c, most: n.opts.int("max_match", 1), offset: n.opts.text("offset_field", ""), cols: make([]rexColumn, len(n.groups))}
}

func (x *rex) extract(b *batch.Batch) *batch.Batch {
	src := b.Col(x.node.field)
	out := b.Clone()
	for i, g := range x.node.groups {
		x.cols[i] = rexColumn{bl: b.Builder(), old: b.Col(g.name), row: x.cols[i].row}
	}
	if x.offset != "" {
		x.spans, x.oldSpans = b.Builder(), b.Col(x.offset)
	}
	for r := range b.Rows {
		if x.most == 1 && src.Count(r) == 1 {
			v, _ := src.First(r)
			x.first(v, r)
			continue
		}
		x.many(src.Values(r), r)
	}
	for i, g := range x.node.groups {
		out.Set(g.name, x.cols[i].bl.Column())
	}
	if x.offset != "" {
		out.Set(x.offset, x.spans.Column())
	}
	return out
}

// first takes the first match of a text.
func (x *rex) first(v string, row int) {
	loc, err := x.node.re.FindSubmatchIndexIn(v, x.room)
	if err != nil {
		x.late(err)
	}
	if loc != nil {
		x.room = loc
	}
	x.where = x.where[:0]
	for i := range x.cols {
		c := &x.cols[i]
		if at := x.group(i, loc); at >= 0 {
			c.bl.String(v[loc[at]:loc[at+1]])
			x.note(i, loc, at)
		} else {
			c.bl.Append(c.old.Values(row)...)
		}
	}
	x.place(len(loc) > 0, row)
}

// group is the place in loc of the first group of a name that took part; -1: none.
func (x *rex) group(i int, loc []int) int {
	if loc == nil {
		return -1
	}
	for _, number := range x.node.groups[i].numbers {
		if loc[2*number] >= 0 {
			return 2 * number
		}
	}
	return -1
}

// many takes as many matches as are wanted, of all values together.
//
// Choice: of a multivalue each value is looked at, until there are enough matches.
func (x *rex) many(vals []string, row int) {
	for i := range x.cols {
		x.cols[i].row = x.cols[i].row[:0]
	}
	x.where = x.where[:0]
	left, found := x.most, false // left goes below 0 where all are wanted
	for _, v := range vals {
		err := x.node.re.Each(v, max(left, 0), func(loc []int) bool {
			found = true
			for i := range x.cols {
				if at := x.group(i, loc); at >= 0 {
					x.cols[i].row = append(x.cols[i].row, v[loc[at]:loc[at+1]])
					x.note(i, loc, at)
				}
			}
			left--
			return left != 0
		})
		if err != nil {
			x.late(err)
		}
		if left == 0 && x.most > 0 {
			break
		}
	}
	for i := range x.cols {
		c := &x.cols[i]
		if len(c.row) > 0 {
			c.bl.Append(c.row...)
		} else {
			c.bl.Append(c.old.Values(row)...)
		}
	}
	x.place(found, row)
}

func (x *rex) late(err error) { x.ctx.Notices.Add("regex", err.Error(), 1) }

// note remembers where a group matched: the first and the last byte, from 0.
//
// Choice: bytes and not characters; an empty match ends before it starts.
func (x *rex) note(i int, loc []int, at int) {
	if x.offset != "" {
		x.where = append(x.where, x.node.groups[i].name+"="+strconv.Itoa(loc[at])+"-"+strconv.Itoa(loc[at+1]-1))
	}
}

func (x *rex) place(found bool, row int) {
	switch {
	case x.offset == "":
	case found:
		x.spans.String(strings.Join(x.where, "&"))
	default:
		x.spans.Append(x.oldSpans.Values(row)...)
	}
}
