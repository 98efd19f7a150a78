package command

import (
	"slices"
	"strconv"
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
	"spl/spl/input"
)

var multikvCommand = Command{
	Name:    "multikv",
	Kind:    DistributableStreaming,
	Summary: "Makes a row of each line of events that are tables of text.",
	Usage:   "multikv [copyattrs=<bool>] [forceheader=<int>] [multitable=<bool>] [noheader=<bool>] [rmorig=<bool>] [fields <field-list>] [filter <text-list>]",
	Options: []Option{
		{"copyattrs", Bool, "true", "give the new rows the fields of the event"},
		{"forceheader", Int, "0", "the line, from 1, that has the names of the columns"},
		{"multitable", Bool, "true", "an empty line begins another table"},
		{"noheader", Bool, "false", "there is no line of names; columns are Column_1, Column_2"},
		{"rmorig", Bool, "true", "drop the event that rows were made of"},
		{"conf", Text, "", "not supported: there is no multikv.conf"},
	},
	Parse: parseMultikv,
}

type (
	multikvTree struct {
		Args []*multikvArg `parser:"( ','* @@ )* ','*"`
	}
	multikvArg struct {
		Option *option      `parser:"  @@"`
		Word   *parser.Name `parser:"| @@"`
	}
)

var multikvGrammar = parser.NewGrammar[multikvTree](parser.ArgTokens, "multikv fields pctIdle filter cpu")

type multikvNode struct {
	opts   *options
	fields []string // none: all
	filter []string
}

func parseMultikv(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := multikvGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &multikvNode{}
	var opts []*option
	var errs source.Errors
	list := (*[]string)(nil)
	for _, x := range tree.Args {
		switch {
		case x.Option != nil:
			opts = append(opts, x.Option)
			if strings.EqualFold(x.Option.Key.Text, "conf") {
				errs = append(errs, source.Errorf(source.Unsupported, x.Option.Key.Span, "`multikv` cannot use conf=%s: there is no multikv.conf here", x.Option.Value.Text))
			}
		case x.Word.Bare() && strings.EqualFold(x.Word.Text, "fields"):
			list = &n.fields
		case x.Word.Bare() && strings.EqualFold(x.Word.Text, "filter"):
			list = &n.filter
		case list == nil:
			errs = append(errs, source.Errorf(source.Syntax, x.Word.Span, "`%s` cannot be read here as an argument of `multikv`", x.Word.Text).WithHelp("fields stand after the word fields: multikv fields %s", x.Word))
		default:
			*list = append(*list, x.Word.Text)
		}
	}
	n.opts = checkOptions(c, opts)
	return n, append(errs, n.opts.errs...)
}

func (n *multikvNode) String() string {
	s := n.opts.String()
	if len(n.fields) > 0 {
		s += " fields " + quotedList(n.fields)
	}
	if len(n.filter) > 0 {
		s += " filter " + quotedList(n.filter)
	}
	return strings.TrimPrefix(s, " ")
}

func quotedList(list []string) string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = parser.Quote(x)
	}
	return strings.Join(out, " ")
}

func (n *multikvNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Gives: opens,
		Reads: func(wanted batch.Fields) batch.Fields { return wanted.Add("_raw") },
		Map: func(c *engine.Context) (engine.Operator, error) {
			return &multikv{
				node: n, ctx: c,
				copies: n.opts.bool("copyattrs", true), header: n.opts.int("forceheader", 0),
				several: n.opts.bool("multitable", true), bare: n.opts.bool("noheader", false),
				keep: !n.opts.bool("rmorig", true),
			}, nil
		},
	}
}

type multikv struct {
	node                        *multikvNode
	ctx                         *engine.Context
	copies, several, bare, keep bool
	header                      int
	subs                        subPlaces

	rows []int32
	made []bool // beside rows: made of a line
	raw  []string
	out  *fieldBuilders
}

func (m *multikv) Push(b *batch.Batch, emit engine.Emit) error {
	raw := b.Col("_raw")
	m.start()
	for r := range b.Rows {
		text, _ := raw.First(r)
		n := len(m.rows)
		m.table(int32(r), text)
		if len(m.rows) == n || m.keep {
			m.row(int32(r), text, false)
		}
		if len(m.rows) >= expandedRows {
			if err := m.emit(b, emit); err != nil {
				return err
			}
			m.start()
		}
	}
	return m.emit(b, emit)
}

func (m *multikv) start() {
	m.rows, m.made, m.raw, m.out = nil, nil, nil, &fieldBuilders{}
}

func (*multikv) Flush(engine.Emit) error { return nil }

func (m *multikv) row(r int32, text string, made bool) {
	m.rows, m.made, m.raw = append(m.rows, r), append(m.made, made), append(m.raw, text)
	m.out.next()
}

// table makes rows of the lines of a text. An event whose lines are no table, a line
// of at least two names and one of values, stays as it is.
func (m *multikv) table(r int32, text string) {
	var head []column
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(line, " \t\r")
		switch {
		case line == "":
			if m.several && m.header == 0 {
				head = nil
			}
			continue
		case m.header > i+1:
			continue
		case head == nil && m.bare:
			head = numbered(line)
		case head == nil:
			if head = columns(line); len(head) < 2 {
				head = nil
			}
			continue
		}
		if m.passes(line) {
			m.line(r, head, line)
		}
	}
}

func (m *multikv) passes(line string) bool {
	if len(m.node.filter) == 0 {
		return true
	}
	return slices.ContainsFunc(m.node.filter, func(t string) bool { return strings.Contains(line, t) })
}

// column is the name of a column and where it stands in its line.
type column struct {
	name       string
	start, end int
}

func columns(line string) []column {
	var out []column
	for _, w := range words(line) {
		name := input.CleanName(line[w[0]:w[1]])
		if name == "" {
			name = "Column_" + strconv.Itoa(len(out)+1)
		}
		out = append(out, column{name, w[0], w[1]})
	}
	return out
}

func numbered(line string) []column {
	var out []column
	for i, w := range words(line) {
		out = append(out, column{"Column_" + strconv.Itoa(i+1), w[0], w[1]})
	}
	return out
}

// words are the places of the words of a line.
func words(line string) [][2]int {
	var out [][2]int
	start := -1
	for i := 0; i <= len(line); i++ {
		space := i == len(line) || line[i] == ' ' || line[i] == '\t'
		switch {
		case space && start >= 0:
			out = append(out, [2]int{start, i})
			start = -1
		case !space && start < 0:
			start = i
		}
	}
	return out
}

// line makes a row of a line. Words belong to the names in their order; where there
// are fewer words than names, to the name that they stand under; where there are
// more, the last name takes the rest.
func (m *multikv) line(r int32, head []column, line string) {
	list := words(line)
	for i, w := range list {
		at := i
		if len(list) < len(head) {
			if at = under(head, w); at < 0 {
				at = i
			}
		}
		if at >= len(head) {
			break
		}
		end := w[1]
		if at == len(head)-1 {
			end = len(line)
		}
		name := head[at].name
		if (len(m.node.fields) == 0 || slices.Contains(m.node.fields, name)) && !m.out.has(name) {
			m.out.add(name, line[w[0]:end])
		}
	}
	m.row(r, line, true)
}

func under(head []column, w [2]int) int {
	return slices.IndexFunc(head, func(c column) bool { return w[0] < c.end && c.start < w[1] })
}

func (m *multikv) emit(b *batch.Batch, emit engine.Emit) error {
	if len(m.rows) == 0 {
		return nil
	}
	if err := m.ctx.Err(); err != nil {
		return err
	}
	out := b.Take(m.rows)
	if !m.copies {
		out = m.without(out)
	}
	out.Set("_raw", batch.Strings(m.raw))
	m.out.rows = out.Rows
	return emit(m.subs.number(m.out.apply(out)))
}

// without takes the event's fields, but for its time, from the rows made of lines.
func (m *multikv) without(b *batch.Batch) *batch.Batch {
	b.Load()
	take := make([]int32, b.Rows)
	for i := range take {
		take[i] = int32(i)
		if m.made[i] {
			take[i] = -1
		}
	}
	out := b.Clone()
	for i, name := range out.Names {
		if !batch.Internal(name) {
			out.Cols[i] = out.Cols[i].Take(take)
		}
	}
	return out
}
