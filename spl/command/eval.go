package command

import (
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"spl/eval"
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var evalCommand = Command{
	Name:    "eval",
	Kind:    DistributableStreaming,
	Summary: "Sets fields to the values of expressions.",
	Usage:   "eval <field>=<expression> [, <field>=<expression>]...",
	Parse:   parseEval,
}

type (
	evalTree struct {
		List []*assignTree `parser:"( @@ ( ','+ @@ )* ','* )?"`
	}
	assignTree struct {
		Target target             `parser:"@@"`
		Equals []string           `parser:"@('=':Op | '==':Op)?"`
		Expr   *parser.Expression `parser:"@@?"`
	}
)

// target is the name on the left of '='. Without quotes it may hold what would be
// operators in an expression: low-user, a.b, x{}, {field}.
type target struct {
	Name   string
	Quoted bool
	Span   source.Span
}

// Parse is called by participle. It takes the tokens up to '='.
func (t *target) Parse(lex *lexer.PeekingLexer) error {
	first := lex.Peek()
	if first.EOF() || first.Value == "=" || first.Value == "," || first.Value == ")" {
		return participle.NextMatch
	}
	t.Span = source.Span{Start: first.Pos.Offset, End: first.Pos.Offset}
	for tok := first; !tok.EOF() && tok.Value != "=" && tok.Value != "==" && tok.Value != ","; tok = lex.Peek() {
		if tok != first && tok.Pos.Offset != t.Span.End {
			return nil // a space ends the name
		}
		quoted := tok.Value[0] == '"' || tok.Value[0] == '\''
		if quoted {
			t.Name += parser.Unquote(tok.Value)
		} else {
			t.Name += tok.Value
		}
		t.Quoted = t.Quoted || quoted
		t.Span.End = tok.Pos.Offset + len(tok.Value)
		lex.Next()
	}
	return nil
}

var evalGrammar = parser.NewGrammar[evalTree](parser.EvalTokens, `eval total=a+b, name="x"`)

// assignment sets one field.
type assignment struct {
	field string
	// parts are the pieces of a name with {field} in it: text and field names by
	// turns. Nil: the name is fixed.
	parts []string
	expr  parser.Expr
	run   *eval.Program
}

type evalNode struct{ list []assignment }

func parseEval(_ *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := evalGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	if len(tree.List) == 0 {
		return nil, one(source.Errorf(source.Syntax, source.At(a.Base), "`eval` needs an assignment").WithHelp("for example: eval total=a+b"))
	}
	n := &evalNode{}
	var errs source.Errors
	for _, t := range tree.List {
		s, es := newAssignment(a, t)
		n.list = append(n.list, s)
		errs = append(errs, es...)
		if a.Full(errs) {
			break
		}
	}
	return n, errs
}

func newAssignment(a *parser.Args, t *assignTree) (assignment, source.Errors) {
	s := assignment{field: t.Target.Name}
	switch {
	case len(t.Equals) == 0:
		return s, one(source.Errorf(source.Syntax, source.At(t.Target.Span.End), "'=' is missing after `%s`", t.Target.Name).
			WithHelp("Usage: eval dest_key = expression"))
	case t.Expr == nil:
		return s, one(source.Errorf(source.Syntax, source.At(t.Target.Span.End+1), "an expression is missing after `%s=`", t.Target.Name).WithHelp(`a number, "text", a field or a function of these; nothing is null()`))
	}
	if !t.Target.Quoted && strings.Contains(s.field, "{") && !strings.Contains(s.field, "{}") {
		s.parts = braceParts(s.field)
	}
	s.expr = t.Expr.Expr
	var errs source.Errors
	s.run, errs = compile(a, s.expr)
	if s.run != nil && s.run.Boolean() {
		errs = one(source.Errorf(source.Syntax, s.expr.Where(), "Fields cannot be assigned a boolean result").
			WithHelp(`instead, try if(%s, "true", "false")`, s.expr))
	}
	return s, errs
}

// braceParts cuts pre_{f}_post into "pre_", "f", "_post".
func braceParts(name string) []string {
	var parts []string
	for {
		before, rest, ok := strings.Cut(name, "{")
		field, after, closed := strings.Cut(rest, "}")
		if !ok || !closed {
			return append(parts, name)
		}
		parts = append(parts, before, field)
		name = after
	}
}

func (n *evalNode) String() string {
	out := make([]string, len(n.list))
	for i, s := range n.list {
		name := parser.FieldName(s.field)
		if s.parts != nil {
			name = s.field
		}
		out[i] = name + "=" + s.expr.String()
	}
	return strings.Join(out, ", ")
}

// reads works backwards: what an assignment sets need not come in, what it reads must.
func (n *evalNode) reads(wanted batch.Fields) batch.Fields {
	for _, s := range slices.Backward(n.list) {
		if s.parts != nil {
			for i := 1; i < len(s.parts); i += 2 {
				wanted = wanted.Add(s.parts[i])
			}
		} else if !wanted.Has(s.field) {
			continue
		} else {
			wanted = wanted.Without(s.field)
		}
		wanted = wanted.Add(s.run.Reads()...)
	}
	return wanted
}

func (n *evalNode) gives(s engine.Schema) engine.Schema {
	set := make([]string, len(n.list))
	for i, a := range n.list {
		if a.parts != nil {
			return opens(s.With(set[:i]...))
		}
		set[i] = a.field
	}
	return s.With(set...)
}

// uses are the fields that expressions read, but not those that an assignment before
// them has set.
func (n *evalNode) uses() []string {
	var out []string
	set := map[string]bool{}
	for _, a := range n.list {
		for _, f := range a.run.Reads() {
			if !set[f] {
				out = append(out, f)
			}
		}
		set[a.field] = true
	}
	return out
}

func (n *evalNode) Plan(p *Planning) *engine.Plan {
	for _, x := range n.list {
		p.joiners.forget(x.field)
	}
	return &engine.Plan{
		Gives:     n.gives,
		Uses:      n.uses(),
		Reads:     n.reads,
		Tests:     func() *engine.Tests { return armTests(n.list) },
		Transient: true,
		Draws:     slices.ContainsFunc(n.list, func(s assignment) bool { return s.run.Draws() }),
		Map: engine.Streaming(func(c *engine.Context) (engine.MapFunc, error) {
			evs := make([]*eval.Evaluator, len(n.list))
			for i, s := range n.list {
				var err error
				if evs[i], err = s.run.Bind(c.Eval()); err != nil {
					return nil, err
				}
			}
			return func(b *batch.Batch) (*batch.Batch, error) {
				b = b.Clone()
				for i, s := range n.list {
					evs[i].Start(b)
					s.apply(b, evs[i])
				}
				return b, nil
			}, nil
		}),
	}
}

// apply sets the field in a batch that is ours.
func (s *assignment) apply(b *batch.Batch, ev *eval.Evaluator) {
	if s.parts != nil {
		s.applyDynamic(b, ev)
		return
	}
	b.Set(s.field, ev.Column())
}

// applyDynamic sets fields whose names come from values: {f}=v. A row without a
// value for the name assigns nothing.
func (s *assignment) applyDynamic(b *batch.Batch, ev *eval.Evaluator) {
	values := ev.Column()
	var order []string
	rows := map[string][]int32{}
	for r := range b.Rows {
		if name, ok := s.name(b, r); ok {
			if rows[name] == nil {
				order = append(order, name)
			}
			rows[name] = append(rows[name], int32(r))
		}
	}
	for _, name := range order {
		old := b.Col(name)
		var bl batch.Builder
		next := rows[name]
		for r := range b.Rows {
			if len(next) > 0 && next[0] == int32(r) {
				bl.Append(values.Values(r)...)
				next = next[1:]
			} else {
				bl.Append(old.Values(r)...)
			}
		}
		b.Set(name, bl.Column())
	}
}

func (s *assignment) name(b *batch.Batch, row int) (string, bool) {
	var name strings.Builder
	for i, p := range s.parts {
		if i%2 == 0 {
			name.WriteString(p)
			continue
		}
		v, ok := b.Col(p).First(row)
		if !ok {
			return "", false
		}
		name.WriteString(v)
	}
	return name.String(), true
}
