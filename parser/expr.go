package parser

import (
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"spl/parser/source"
)

// Expr is a node of an expression of eval and where: [*Literal], [*Field], [*Call],
// [*Unary], [*Binary], [*InExpr] or [*SubExpr].
type Expr interface {
	String() string
	// Where is the span of the expression in the query.
	Where() source.Span
	binding() int
	print(b *strings.Builder)
}

// Literal is a text or a number. A number keeps its spelling in Text, which says
// how precise it is.
type Literal struct {
	Text   string
	Number bool
	At     source.Span
}

// Field is a field's value.
type Field struct {
	Name string
	At   source.Span
}

// Call is a function with its arguments. Name is as it was typed.
type Call struct {
	Name   string
	Args   []Expr
	At     source.Span
	NameAt source.Span
}

// Unary is -x, +x or NOT x; Op is "-", "+" or "NOT".
type Unary struct {
	Op string
	X  Expr
	At source.Span
}

// Binary is an operator between two expressions. Op is one of
// * / % + - . = != < <= > >= LIKE AND OR XOR.
type Binary struct {
	Op   string
	L, R Expr
	At   source.Span // of the operator
	All  source.Span // of everything
}

// InExpr is x IN (a, b).
type InExpr struct {
	X    Expr
	List []Expr
	At   source.Span
}

// SubExpr is a subsearch whose text becomes part of the expression.
type SubExpr struct {
	Pipeline *Pipeline
	Text     string // with its brackets, as written
	At       source.Span
}

// The levels of binding, from loose to tight (eval-functions 5.3).
const (
	levelXor = iota + 1
	levelOr
	levelAnd
	levelNot
	levelCompare
	levelSum
	levelProduct
	levelSign
	levelAtom
)

// infix says how tightly a token holds as an operator between two expressions; 0:
// it is none.
func infix(t *lexer.Token) (op string, level int) {
	switch t.Type {
	case tIdent:
		switch u := strings.ToUpper(t.Value); u {
		case "XOR":
			return u, levelXor
		case "OR":
			return u, levelOr
		case "AND":
			return u, levelAnd
		case "LIKE", "IN":
			return u, levelCompare
		}
	case tOp:
		switch t.Value {
		case "==":
			return "=", levelCompare
		case "=", "!=", "<", ">", "<=", ">=":
			return t.Value, levelCompare
		case "+", "-", ".":
			return t.Value, levelSum
		case "*", "/", "%":
			return t.Value, levelProduct
		}
	}
	return "", 0
}

// Expression lets a participle grammar read an expression: a field of this type is
// filled by precedence climbing, which gives one node a construct and errors that
// know what was going on. Subsearches in it are parsed by [Args.Finish].
type Expression struct{ Expr Expr }

// Parse is called by participle.
func (e *Expression) Parse(lex *lexer.PeekingLexer) error {
	if t := lex.Peek(); t.EOF() || t.Type == tOp && (t.Value == ")" || t.Value == ",") {
		return participle.NextMatch
	}
	p := &climber{lex: lex}
	x, err := p.expr(0)
	if err != nil {
		return *err
	}
	e.Expr = x
	return nil
}

// String prints the expression.
func (e *Expression) String() string { return e.Expr.String() }

type climber struct {
	lex   *lexer.PeekingLexer
	depth int
}

// expr reads an expression whose operators all bind tighter than least.
func (p *climber) expr(least int) (Expr, *fault) {
	if p.depth++; p.depth > MaxDepth {
		f := faultAt(p.lex.Peek(), "the expression nests more than %d deep here", MaxDepth).
			help("eval a part of it into a field of its own first")
		return nil, &f
	}
	defer func() { p.depth-- }()
	left, err := p.prefix()
	for err == nil {
		t := p.lex.Peek()
		op, level := infix(t)
		if level == 0 || level <= least {
			return left, p.checkNotIn(left, t)
		}
		p.lex.Next()
		if op == "IN" {
			left, err = p.in(left)
			continue
		}
		var right Expr
		if right, err = p.expr(level); err == nil {
			left = &Binary{op, left, right, tokenSpan(t), left.Where().Cover(right.Where())}
		}
	}
	return nil, err
}

// checkNotIn reports x NOT IN (...) and its kin, a habit from SQL.
func (p *climber) checkNotIn(x Expr, t *lexer.Token) *fault {
	if t.Type != tIdent || !strings.EqualFold(t.Value, "NOT") {
		return nil
	}
	help := "NOT x IN (1, 2), NOT x LIKE \"a%\""
	p.lex.Next()
	switch next := p.lex.Peek(); {
	case next.Type == tIdent && strings.EqualFold(next.Value, "IN"):
		p.lex.Next()
		if in, err := p.in(x); err == nil {
			help = "NOT " + in.String()
		}
	case next.Type == tIdent && strings.EqualFold(next.Value, "LIKE"):
		p.lex.Next()
		if right, err := p.expr(levelCompare); err == nil {
			help = "NOT " + (&Binary{Op: "LIKE", L: x, R: right}).String()
		}
	}
	f := faultAt(t, "NOT cannot stand between a value and what it is compared with").help("write NOT before the value: %s", shortLine(help))
	return &f
}

func tokenSpan(t *lexer.Token) source.Span {
	return source.Span{Start: t.Pos.Offset, End: t.Pos.Offset + len(t.Value)}
}

func isOp(t *lexer.Token, op string) bool { return t.Type == tOp && t.Value == op }

func (p *climber) in(x Expr) (Expr, *fault) {
	if t := p.lex.Peek(); !isOp(t, "(") {
		f := faultAt(t, "a list in parentheses must follow IN").help(`for example: status IN (404, 500)`)
		return nil, &f
	}
	p.lex.Next()
	list, end, err := p.list()
	return &InExpr{x, list, x.Where().Cover(end)}, err
}

// list reads expressions up to the closing parenthesis.
func (p *climber) list() (list []Expr, end source.Span, err *fault) {
	if t := p.lex.Peek(); isOp(t, ")") {
		p.lex.Next()
		return nil, tokenSpan(t), nil
	}
	for {
		x, err := p.expr(0)
		if err != nil {
			return nil, end, err
		}
		list = append(list, x)
		t := p.lex.Peek()
		switch {
		case isOp(t, ","):
			p.lex.Next()
		case isOp(t, ")"):
			p.lex.Next()
			return list, tokenSpan(t), nil
		default:
			f := faultAt(t, "a comma or ')' must follow here")
			if foreignWords[strings.ToLower(t.Value)] == nil && foreign[t.Value] == "" {
				f = f.help("arguments are separated by commas; text stands in double quotes")
			}
			return nil, end, &f
		}
	}
}

func (p *climber) prefix() (Expr, *fault) {
	t := p.lex.Peek()
	switch t.Type {
	case tNumber:
		p.lex.Next()
		return &Literal{t.Value, true, tokenSpan(t)}, nil
	case tString:
		p.lex.Next()
		return &Literal{Unquote(t.Value), false, tokenSpan(t)}, nil
	case tQuoted:
		p.lex.Next()
		return &Field{Unquote(t.Value), tokenSpan(t)}, nil
	case tSub:
		p.lex.Next()
		return &SubExpr{Text: t.Value, At: tokenSpan(t)}, nil
	case tIdent:
		return p.name(t)
	case tOp:
		return p.operator(t)
	}
	f := missing(t)
	return nil, &f
}

// missing says that a value should stand at a token.
func missing(t *lexer.Token) fault {
	if t.EOF() {
		return faultAt(t, "the expression ends where a value is expected").help("write a number, \"text\" or a field after the last operator, or take that out")
	}
	f := faultAt(t, "`%s` cannot be read here; a value is expected", shorten(t.Value))
	if infixOp, level := infix(t); level > 0 {
		f = faultAt(t, "a value is missing before `%s`", infixOp)
	}
	return f
}

// name reads what starts with a name: NOT, a function call or a field.
func (p *climber) name(t *lexer.Token) (Expr, *fault) {
	p.lex.Next()
	next := p.lex.Peek()
	switch strings.ToUpper(t.Value) {
	case "NOT":
		if _, level := infix(next); !next.EOF() && !isOp(next, ")") && !isOp(next, ",") && (next.Type != tOp || level != levelCompare) {
			return p.unary("NOT", t, levelNot-1)
		}
	case "AND", "OR", "XOR":
		f := missing(t)
		return nil, &f
	}
	if !isOp(next, "(") {
		return &Field{unDollar(t.Value), tokenSpan(t)}, nil
	}
	p.lex.Next()
	args, end, err := p.list()
	return &Call{t.Value, args, tokenSpan(t).Cover(end), tokenSpan(t)}, err
}

func (p *climber) operator(t *lexer.Token) (Expr, *fault) {
	switch t.Value {
	case "(":
		p.lex.Next()
		x, err := p.expr(0)
		if err != nil {
			return nil, err
		}
		if close := p.lex.Peek(); !isOp(close, ")") {
			f := faultAt(close, "an operator or ')' must follow here")
			if isOp(close, ",") {
				f = f.help("a list stands only after IN, or as the arguments of a function")
			}
			return nil, &f
		}
		p.lex.Next()
		return x, nil
	case "-", "+":
		p.lex.Next()
		return p.unary(t.Value, t, levelProduct)
	case "!":
		p.lex.Next()
		return p.unary("NOT", t, levelNot-1)
	}
	f := missing(t)
	return nil, &f
}

func (p *climber) unary(op string, t *lexer.Token, least int) (Expr, *fault) {
	x, err := p.expr(least)
	if err != nil {
		return nil, err
	}
	return &Unary{op, x, tokenSpan(t).Cover(x.Where())}, nil
}

// Finish parses the subsearches that an expression holds.
func (a *Args) Finish(x Expr) source.Errors {
	var errs source.Errors
	Walk(x, func(x Expr) {
		if s, ok := x.(*SubExpr); ok && s.Pipeline == nil {
			in, es := a.Insert(s.Text, s.At)
			s.Pipeline = in.Pipeline
			errs = append(errs, es...)
		}
	})
	return errs
}

// Walk calls visit for an expression and everything in it, outside first.
func Walk(x Expr, visit func(Expr)) {
	visit(x)
	switch x := x.(type) {
	case *Call:
		for _, a := range x.Args {
			Walk(a, visit)
		}
	case *Unary:
		Walk(x.X, visit)
	case *Binary:
		Walk(x.L, visit)
		Walk(x.R, visit)
	case *InExpr:
		Walk(x.X, visit)
		for _, a := range x.List {
			Walk(a, visit)
		}
	}
}

var exprGrammar = NewGrammar[exprOnly](EvalTokens, "")

type exprOnly struct {
	X *Expression `parser:"@@?"`
}

// ParseExpr reads one expression, all of the arguments' text. Its subsearches are
// left to [Args.Finish].
func ParseExpr(a *Args) (Expr, *source.Error) {
	tree, err := exprGrammar.Parse(a)
	if err != nil {
		return nil, err
	}
	if tree.X == nil {
		return nil, source.Errorf(source.Syntax, source.At(a.Base+len(trimRight(a.Text))), "an expression must follow `%s`", a.Command).WithHelp(`for example: %s status>=400 AND user!="root"`, a.Command)
	}
	return tree.X.Expr, nil
}

func trimRight(s string) string { return strings.TrimRight(s, " \t\r\n") }

// Where is the span in the query.
func (x *Literal) Where() source.Span { return x.At }

// Where is the span in the query.
func (x *Field) Where() source.Span { return x.At }

// Where is the span in the query.
func (x *Call) Where() source.Span { return x.At }

// Where is the span in the query.
func (x *Unary) Where() source.Span { return x.At }

// Where is the span in the query.
func (x *Binary) Where() source.Span { return x.All }

// Where is the span in the query.
func (x *InExpr) Where() source.Span { return x.At }

// Where is the span in the query.
func (x *SubExpr) Where() source.Span { return x.At }

func (x *Literal) binding() int { return levelAtom }
func (x *Field) binding() int   { return levelAtom }
func (x *Call) binding() int    { return levelAtom }
func (x *SubExpr) binding() int { return levelAtom }
func (x *InExpr) binding() int  { return levelCompare }
func (x *Unary) binding() int {
	if x.Op == "NOT" {
		return levelNot
	}
	return levelSign
}

func (x *Binary) binding() int {
	_, level := infix(&lexer.Token{Type: tOp, Value: x.Op})
	if level == 0 {
		_, level = infix(&lexer.Token{Type: tIdent, Value: x.Op})
	}
	return level
}

// The printed forms are built in one pass, since an expression may be as long as a
// query and as deep.

func within(b *strings.Builder, x Expr, least int) {
	if x.binding() < least {
		b.WriteByte('(')
		x.print(b)
		b.WriteByte(')')
		return
	}
	x.print(b)
}

func list(b *strings.Builder, xs []Expr) {
	b.WriteByte('(')
	for i, x := range xs {
		if i > 0 {
			b.WriteString(", ")
		}
		x.print(b)
	}
	b.WriteByte(')')
}

func printed(x Expr) string {
	var b strings.Builder
	x.print(&b)
	return b.String()
}

func (x *Literal) String() string { return printed(x) }
func (x *Field) String() string   { return printed(x) }
func (x *Call) String() string    { return printed(x) }
func (x *Unary) String() string   { return printed(x) }
func (x *Binary) String() string  { return printed(x) }
func (x *InExpr) String() string  { return printed(x) }
func (x *SubExpr) String() string { return printed(x) }

func (x *Literal) print(b *strings.Builder) {
	if x.Number {
		b.WriteString(x.Text)
	} else {
		b.WriteString(Quote(x.Text))
	}
}

func (x *Field) print(b *strings.Builder) { b.WriteString(FieldName(x.Name)) }

func (x *Call) print(b *strings.Builder) {
	b.WriteString(x.Name)
	list(b, x.Args)
}

func (x *Unary) print(b *strings.Builder) {
	b.WriteString(x.Op)
	if x.Op == "NOT" {
		b.WriteByte(' ')
		within(b, x.X, levelNot)
		return
	}
	within(b, x.X, levelSign+1)
}

func (x *Binary) print(b *strings.Builder) {
	l := x.binding()
	within(b, x.L, l)
	b.WriteString(" " + x.Op + " ")
	within(b, x.R, l+1)
}

func (x *InExpr) print(b *strings.Builder) {
	within(b, x.X, levelCompare)
	b.WriteString(" IN ")
	list(b, x.List)
}

func (x *SubExpr) print(b *strings.Builder) { b.WriteString("[" + x.Pipeline.String() + "]") }
