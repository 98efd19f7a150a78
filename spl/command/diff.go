package command

import (
	"strings"

	"github.com/pmezard/go-difflib/difflib"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var diffCommand = Command{
	Name:    "diff",
	Kind:    CentralizedStreaming,
	Summary: "Compares a field of two rows line by line.",
	Usage:   "diff [position1=<n>] [position2=<n>] [attribute=<field>] [diffheader=<bool>] [context=<bool>] [maxlen=<n>]",
	Options: []Option{
		{"position1", Int, "1", "the number of the first row, from 1"},
		{"position2", Int, "2", "the number of the second row, greater than that"},
		{"attribute", Text, "_raw", "the field to compare"},
		{"diffheader", Bool, "false", "begin with the names of what is compared"},
		{"context", Bool, "false", "write a context diff rather than a unified one"},
		{"maxlen", Int, "100000", "how many bytes of each row are compared; 0: all"},
	},
	Parse: parseDiff,
}

var diffGrammar = parser.NewGrammar[argList](parser.ArgTokens, "diff position1=1 position2=2")

type diffNode struct {
	opts          *options
	first, second int
	field         string
}

func parseDiff(c *Command, a *parser.Args) (Node, source.Errors) {
	names, o, errs := fieldArgs(c, a, diffGrammar)
	for _, x := range names {
		errs = append(errs, source.Errorf(source.Syntax, x.Span, "`%s` cannot be read here as an argument of `diff`", x.Text).WithHelp("for example: diff position1=1 position2=3"))
	}
	n := &diffNode{opts: o, first: o.int("position1", 1), second: o.int("position2", 2), field: o.text("attribute", "_raw")}
	switch {
	case len(errs) > 0:
	case n.first < 1:
		errs = one(source.Errorf(source.Syntax, a.Span(), "`position1` of `diff` counts from 1"))
	case n.second <= n.first:
		errs = one(source.Errorf(source.Syntax, a.Span(), "`position2` of `diff` must be greater than `position1`, which is %d", n.first))
	}
	return n, errs
}

func (n *diffNode) String() string { return strings.TrimSpace(n.opts.String()) }

func (n *diffNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Gives: engine.Makes("_raw"),
		Shape: engine.Events,
		Wants: engine.Order,
		Makes: true,
		Limit: n.second,
		Reads: func(batch.Fields) batch.Fields { return batch.FieldsOf(n.field) },
		Note:  "sees no more rows than the two that it compares, and those before them",
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			return &differ{node: n, ctx: c}, nil
		},
	}
}

// differ waits for the two rows.
type differ struct {
	node  *diffNode
	ctx   *engine.Context
	seen  int
	texts [2]string
}

func (d *differ) Push(b *batch.Batch, _ engine.Emit) error {
	col := b.Col(d.node.field)
	for i, want := range []int{d.node.first, d.node.second} {
		if r := want - 1 - d.seen; r >= 0 && r < b.Rows {
			d.texts[i] = strings.Join(col.Values(r), "\n")
		}
	}
	if d.seen += b.Rows; d.seen >= d.node.second {
		return engine.Enough
	}
	return nil
}

func (d *differ) Flush(emit engine.Emit) error {
	n := d.node
	if d.seen < n.second {
		d.ctx.Notices.Add("diff", "diff has nothing to compare: there are fewer rows than its positions ask for", 1)
		return nil
	}
	out := batch.New(1)
	out.Set("_raw", batch.Constant(n.compare(d.texts[0], d.texts[1]), 1))
	return emit(out)
}

// compare writes the difference of two texts. Choice: three lines of context, as patch
// expects them, and a sentence where there is no difference.
func (n *diffNode) compare(a, b string) string {
	most := n.opts.int("maxlen", 100000)
	a, b = cut(a, most), cut(b, most)
	if a == b {
		return "Results are the same"
	}
	d := difflib.UnifiedDiff{A: linesOf(a), B: linesOf(b), Context: 3, FromFile: "position1", ToFile: "position2"}
	var text string
	var err error
	if n.opts.bool("context", false) {
		text, err = difflib.GetContextDiffString(difflib.ContextDiff(d))
	} else {
		text, err = difflib.GetUnifiedDiffString(d)
	}
	if err != nil { // it writes to memory
		return ""
	}
	if !n.opts.bool("diffheader", false) {
		for range 2 { // the lines with the names
			_, text, _ = strings.Cut(text, "\n")
		}
	}
	return strings.TrimSuffix(text, "\n")
}

// linesOf cuts a text into lines, each with its end.
func linesOf(s string) []string {
	lines := strings.SplitAfter(s, "\n")
	if last := len(lines) - 1; lines[last] == "" {
		return lines[:last]
	}
	lines[len(lines)-1] += "\n"
	return lines
}
