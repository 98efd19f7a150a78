package command

import (
	"slices"
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var renameCommand = Command{
	Name:    "rename",
	Kind:    DistributableStreaming,
	Summary: "Gives fields new names; * stands for any text, the same on both sides.",
	Usage:   "rename <field> AS <new-name> [, <field> AS <new-name>]...",
	Parse:   parseRename,
}

type (
	renameTree struct {
		Pairs []*renamePair `parser:"( ','* @@ )* ','*"`
	}
	renamePair struct {
		Old parser.Name  `parser:"@@"`
		As  []string     `parser:"@( 'as':Word | 'to':Word | '->':Word )?"`
		New *parser.Name `parser:"( (?! 'as':Word) @@ )?"`
	}
)

var renameGrammar = parser.NewGrammar[renameTree](parser.RenameTokens, "rename src_ip AS src, user.* AS *")

type namePair struct{ old, new string }

// renameNode applies its pairs from left to right, each to the result of the one
// before.
type renameNode struct{ pairs []namePair }

func parseRename(_ *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := renameGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &renameNode{}
	var errs source.Errors
	told := false // of this pair, with the one before
	for i, p := range tree.Pairs {
		if told {
			told = false
			continue
		}
		if i+1 < len(tree.Pairs) && len(p.As) == 0 && p.New == nil && strings.EqualFold(tree.Pairs[i+1].Old.Text, "as") {
			told = true
			errs = append(errs, source.Errorf(source.Syntax, p.Old.Span.Cover(tree.Pairs[i+1].Old.Span), "a comma stands between `%s` and AS", p.Old.Text).
				WithHelp("take the comma out: rename %s AS new_name", parser.Word(p.Old.Text)))
			continue
		}
		if i+1 < len(tree.Pairs) && len(p.As) == 0 && p.New != nil && slices.Contains([]string{"=", "==", "<-", "=>"}, p.New.Text) {
			told = true
			errs = append(errs, source.Errorf(source.Syntax, p.New.Span, "`%s` does not give a new name", p.New.Text).
				WithHelp("write rename %s AS %s", parser.Word(p.Old.Text), tree.Pairs[i+1].Old.String()))
			continue
		}
		errs = append(errs, checkPair(p)...)
		if p.New != nil && !n.done(namePair{p.Old.Text, p.New.Text}) {
			n.pairs = append(n.pairs, namePair{p.Old.Text, p.New.Text})
		}
	}
	if len(tree.Pairs) == 0 {
		errs = one(source.Errorf(source.Syntax, source.At(a.Base), "`rename` needs a field and its new name").WithHelp("for example: rename src_ip AS src"))
	}
	return n, errs
}

// done says that a pair has been there, so that there is nothing left for it to do: it
// would find no field, and take away what it gave before. Published searches repeat pairs.
func (n *renameNode) done(p namePair) bool {
	for _, q := range slices.Backward(n.pairs) {
		if q == p {
			return true
		}
		if isPattern(q.old) || q.new == p.old || q.old == p.new {
			return false
		}
	}
	return false
}

func checkPair(p *renamePair) source.Errors {
	switch {
	case len(p.As) == 0:
		return one(source.Errorf(source.Syntax, source.At(p.Old.Span.End), "AS is missing after `%s`", p.Old.Text).
			WithHelp("for example: rename %s AS new_name; a name with spaces stands in double quotes", parser.Word(p.Old.Text)))
	case p.New == nil:
		return one(source.Errorf(source.Syntax, source.At(p.Old.Span.End), "the new name of `%s` is missing after AS", p.Old.Text).WithHelp("for example: rename %s AS new_name", parser.Word(p.Old.Text)))
	case p.New.Text == "":
		return one(source.Errorf(source.Syntax, p.New.Span, "the new name of `%s` is empty", p.Old.Text))
	case strings.Count(p.Old.Text, "*") != strings.Count(p.New.Text, "*"):
		return one(source.Errorf(source.Syntax, p.Old.Span.Cover(p.New.Span), "Wildcard mismatch: '%s' as '%s'", p.Old.Text, p.New.Text).
			WithHelp("both names must have the same number of *"))
	}
	return nil
}

func (n *renameNode) String() string {
	out := make([]string, len(n.pairs))
	for i, p := range n.pairs {
		out[i] = parser.Word(p.old) + " AS " + parser.Word(p.new)
	}
	return strings.Join(out, ", ")
}

// reads works backwards through the pairs: a wanted new name is read under its old
// one. The name itself is read too, for wildcards that leave it alone.
func (n *renameNode) reads(wanted batch.Fields) batch.Fields {
	for _, p := range slices.Backward(n.pairs) {
		wanted = p.reads(wanted)
	}
	return wanted
}

func (p namePair) reads(wanted batch.Fields) batch.Fields {
	if wanted.All {
		return wanted
	}
	if !isPattern(p.old) {
		if !wanted.Has(p.new) {
			return wanted
		}
		return wanted.Without(p.new).Add(p.old)
	}
	out := wanted
	for _, name := range wanted.Names {
		if stars, ok := batch.MatchStars(p.new, name); ok {
			out = out.Add(batch.FillStars(p.old, stars))
		}
	}
	if len(wanted.Patterns) > 0 {
		out = out.Add(p.old)
	}
	return out
}

func (n *renameNode) gives(s engine.Schema) engine.Schema {
	for _, p := range n.pairs {
		s = s.Rename(p.old, p.new)
	}
	return s
}

func (n *renameNode) renames() [][2]string {
	out := make([][2]string, len(n.pairs))
	for i, p := range n.pairs {
		out[i] = [2]string{p.old, p.new}
	}
	return out
}

// uses are the names that the first pair to name them finds.
func (n *renameNode) uses() []string {
	var out, patterns []string
	made := map[string]bool{}
	for _, p := range n.pairs {
		matches := func(pattern string) bool {
			_, ok := batch.MatchStars(pattern, p.old)
			return ok
		}
		if !made[p.old] && !slices.ContainsFunc(patterns, matches) {
			out = append(out, p.old)
		}
		made[p.new] = true
		if isPattern(p.new) {
			patterns = append(patterns, p.new)
		}
	}
	return out
}

func (n *renameNode) Plan(planning *Planning) *engine.Plan {
	for _, p := range n.pairs {
		planning.joiners.rename(p.old, p.new)
	}
	return &engine.Plan{
		Gives:     n.gives,
		Uses:      n.uses(),
		Renames:   n.renames(),
		Reads:     n.reads,
		Transient: true,
		Map: engine.Streaming(func(*engine.Context) (engine.MapFunc, error) {
			return func(b *batch.Batch) (*batch.Batch, error) {
				b = b.Clone()
				for _, p := range n.pairs {
					p.apply(b)
				}
				return b, nil
			}, nil
		}),
	}
}

// apply renames in a batch that is ours.
func (p namePair) apply(b *batch.Batch) {
	if !isPattern(p.old) {
		renameOne(b, p.old, p.new)
		return
	}
	b.Load()
	for _, name := range slices.Sorted(slices.Values(b.Names)) {
		if !batch.MatchName(p.old, name) {
			continue
		}
		stars, _ := batch.MatchStars(p.old, name)
		renameSome(b, name, batch.FillStars(p.new, stars))
	}
}

// renameSome is renameOne for a name that a pattern found: it is that of a field in some
// rows, and the others, which the pattern finds nothing in, keep what has the new name.
func renameSome(b *batch.Batch, old, name string) {
	from, onto := b.Col(old), b.Col(name)
	if old == name || onto == nil {
		renameOne(b, old, name)
		return
	}
	var bl batch.Builder
	for r := range b.Rows {
		if from.Count(r) > 0 {
			bl.AppendRow(from, r)
		} else {
			bl.AppendRow(onto, r)
		}
	}
	b.Set(old, bl.Column())
	renameOne(b, old, name)
}

// renameOne moves a column to its new name, in its old place. Where the old field
// is missing the new one loses its data (documented for rename).
func renameOne(b *batch.Batch, old, name string) {
	if old == name {
		return
	}
	c := b.Col(old)
	if c == nil && b.Col(name) == nil {
		return
	}
	if c != nil {
		b.Drop(name)
		b.Rename(b.Index(old), name)
		hide(b, old)
		return
	}
	b.Set(name, nil)
	b.Drop(old)
}

// hide keeps a renamed field from being read again under its old name.
func hide(b *batch.Batch, name string) {
	if b.Lazy != nil {
		b.Drop(name)
	}
}
