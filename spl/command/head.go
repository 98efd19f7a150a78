package command

import (
	"strconv"

	"spl/eval"
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var headCommand = Command{
	Name:    "head",
	Kind:    CentralizedStreaming,
	Summary: "Keeps the first rows: a number of them, or until an expression is false.",
	Usage:   "head [<n> | (<n>) | limit=<n>] [(<eval-expression>)] [null=<bool>] [keeplast=<bool>]",
	Options: []Option{
		{"limit", Int, "10", "how many rows"},
		{"null", Bool, "false", "go on where the expression is NULL"},
		{"keeplast", Bool, "false", "keep the first row for which the expression is false"},
	},
	Parse: parseHead,
}

type headArg struct {
	N     *parser.Name       `parser:"  @@"`
	Until *parser.Expression `parser:"| '(':Op @@ ')':Op"`
}

var headGrammar = parser.NewGrammar[mixed[headArg]](parser.ArgTokens, "head 10")

type headNode struct {
	n     int // rows; negative: no limit
	until parser.Expr
	run   *eval.Program
	opts  *options
}

func parseHead(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := headGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &headNode{n: 10}
	var errs source.Errors
	limited := false
	args, opts := tree.part()
	for _, x := range args {
		switch {
		case x.Until != nil && !limited && count(x.Until.Expr) >= 0:
			n.n, limited = count(x.Until.Expr), true // head (5)
		case x.Until != nil:
			n.until = x.Until.Expr
		default:
			v, err := strconv.Atoi(x.N.Text)
			if limited {
				errs = append(errs, source.Errorf(source.Syntax, x.N.Span, "`head` takes one number of rows").WithHelp("for example: head 10"))
				continue
			}
			if parser.IsToken(x.N.Text) {
				errs = append(errs, noToken(*x.N))
			} else if err != nil || v < 0 {
				errs = append(errs, source.Errorf(source.Syntax, x.N.Span, "`%s` is not a number of rows", x.N.Text).WithHelp("for example: head 10"))
			}
			n.n, limited = v, true
		}
	}
	n.opts = checkOptions(c, opts)
	errs = append(errs, n.opts.errs...)
	if n.opts.given("limit") {
		n.n, limited = n.opts.int("limit", 10), true
	}
	if n.until != nil {
		if !limited {
			n.n = -1
		}
		var es source.Errors
		n.run, es = compile(a, n.until)
		errs = append(errs, es...)
		if n.run != nil && n.run.NeverBoolean() {
			errs = append(errs, source.Errorf(source.Syntax, n.until.Where(), "`head` needs a condition that is true or false; this is a value").
				WithHelp("for example: head (count>10)"))
		}
	}
	return n, errs
}

// count is the number of rows that stands in parentheses; -1 for a condition.
func count(x parser.Expr) int {
	if l, ok := x.(*parser.Literal); ok && l.Number {
		if v, err := strconv.Atoi(l.Text); err == nil {
			return v
		}
	}
	return -1
}

func (n *headNode) String() string {
	s := ""
	if n.n >= 0 {
		s = strconv.Itoa(n.n)
	}
	if n.until != nil {
		s += " (" + n.until.String() + ")"
	}
	for _, o := range n.opts.list {
		if o.Key.Text != "limit" {
			s += " " + o.String()
		}
	}
	return s
}

func (n *headNode) Plan(*Planning) *engine.Plan {
	p := &engine.Plan{
		Wants: engine.Order,
		Limit: max(n.n, 0),
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			h := &head{left: n.n, null: n.opts.bool("null", false), last: n.opts.bool("keeplast", false)}
			if n.run == nil {
				return h, nil
			}
			var err error
			h.until, err = n.run.Bind(c.Eval())
			return h, err
		},
	}
	if n.run != nil {
		fields := n.run.Reads()
		p.Reads = func(wanted batch.Fields) batch.Fields { return wanted.Add(fields...) }
	}
	return p
}

type head struct {
	left       int // rows still to pass; negative: any number
	until      *eval.Evaluator
	null, last bool
	done       bool
}

func (h *head) Push(b *batch.Batch, emit engine.Emit) error {
	if h.done || h.left == 0 {
		return engine.Enough
	}
	n := b.Rows
	if h.left >= 0 {
		n = min(n, h.left)
	}
	if h.until != nil {
		n = h.stop(b, n)
	}
	if h.left > 0 {
		h.left -= n
	}
	if n > 0 {
		if err := emit(b.First(n)); err != nil {
			return err
		}
	}
	if h.done || h.left == 0 {
		return engine.Enough
	}
	return nil
}

// stop gives the number of rows up to where the expression is no longer true.
func (h *head) stop(b *batch.Batch, n int) int {
	h.until.Start(b)
	for r := range n {
		v := h.until.Value(r)
		if v.True() || h.null && v.IsNull() {
			continue
		}
		h.done = true
		if h.last {
			r++
		}
		return r
	}
	return n
}

func (*head) Flush(engine.Emit) error { return nil }
