package command

import (
	"strconv"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var trendlineCommand = Command{
	Name:    "trendline",
	Kind:    CentralizedStreaming,
	Summary: "Gives moving averages of fields.",
	Usage:   "trendline ( sma<n> | ema<n> | wma<n> )(<field>) [AS <new-name>]...",
	Parse:   parseTrendline,
}

type (
	trendTree struct {
		Lines []*trendLine `parser:"( ','* @@ )* ','*"`
	}
	trendLine struct {
		Pos   lexer.Position
		Kind  string       `parser:"@Word '(':Op"`
		Field parser.Name  `parser:"@@ ')':Op"`
		As    *parser.Name `parser:"( 'as':Word @@ )?"`
	}
)

var trendGrammar = parser.NewGrammar[trendTree](parser.ArgTokens, "trendline sma5(count) AS trend")

// trend is one moving average, over the last n numbers of a field.
type trend struct {
	kind  string
	n     int
	field string
	as    string
}

type trendNode struct{ lines []trend }

func parseTrendline(_ *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := trendGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &trendNode{}
	var errs source.Errors
	for _, t := range tree.Lines {
		kind := strings.ToLower(strings.TrimRight(t.Kind, "0123456789"))
		size, err := strconv.Atoi(t.Kind[len(kind):])
		at := source.Span{Start: t.Pos.Offset, End: t.Pos.Offset + len(t.Kind)}
		switch {
		case kind != "sma" && kind != "ema" && kind != "wma":
			errs = append(errs, source.Errorf(source.Syntax, at, "`trendline` knows no `%s`", t.Kind).WithHelp("it has sma<n>, ema<n> and wma<n>, for example: sma5(count)"))
		case err != nil || size < 2 || size > 10000:
			errs = append(errs, source.Errorf(source.Syntax, at, "a moving average is over 2 to 10000 rows").WithHelp("for example: %s5(%s)", kind, t.Field.Text))
		}
		x := trend{kind: kind, n: size, field: t.Field.Text}
		if t.As != nil {
			x.as = t.As.Text
		}
		n.lines = append(n.lines, x)
	}
	if len(tree.Lines) == 0 {
		errs = one(source.Errorf(source.Syntax, source.At(a.Base), "`trendline` needs a moving average").WithHelp("for example: trendline sma5(count) AS trend"))
	}
	return n, errs
}

func (t *trend) call() string { return t.kind + strconv.Itoa(t.n) }

func (n *trendNode) String() string {
	out := make([]string, len(n.lines))
	for i, t := range n.lines {
		out[i] = t.call() + "(" + parser.Word(t.field) + ")"
		if t.as != "" {
			out[i] += " AS " + parser.Word(t.as)
		}
	}
	return strings.Join(out, ", ")
}

func (n *trendNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Gives: func(s engine.Schema) engine.Schema {
			for _, t := range n.lines {
				s = s.With(t.name())
			}
			return s
		},
		Wants: engine.Order,
		Note:  "each row sees those before it",
		Reads: func(wanted batch.Fields) batch.Fields {
			for _, t := range n.lines {
				wanted = wanted.Add(t.field)
			}
			return wanted
		},
		Reduce: func(*engine.Context) (engine.Operator, error) {
			states := make([]trendState, len(n.lines))
			for i := range states {
				states[i].trend = n.lines[i]
			}
			return inOrder(func(b *batch.Batch) (*batch.Batch, error) {
				out := b.Clone()
				for i := range states {
					states[i].run(b, out)
				}
				return out, nil
			}), nil
		},
	}
}

type trendState struct {
	trend
	last []float64
	seen int
	ema  float64
}

func (t *trendState) run(b, out *batch.Batch) {
	c := b.Col(t.field)
	var bl batch.Builder
	bl.Grow(b.Rows)
	for r := range b.Rows {
		v, ok := c.Number(r)
		if !ok {
			bl.Null() // and the row is not counted
			continue
		}
		t.add(v)
		if t.seen < t.n {
			bl.Null()
		} else {
			bl.String(batch.FormatNumber(t.value()))
		}
	}
	out.Set(t.name(), bl.Column())
}

// name is the field that the line is put in.
func (t *trend) name() string {
	if t.as != "" {
		return t.as
	}
	return t.call() + "(" + t.field + ")"
}

// add takes a number in. Choice: ema begins with the first number and is shown from
// the n-th on.
func (t *trendState) add(v float64) {
	t.seen++
	if t.kind == "ema" {
		alpha := 2 / float64(t.n+1)
		if t.ema = alpha*v + (1-alpha)*t.ema; t.seen == 1 {
			t.ema = v
		}
		return
	}
	if t.last = append(t.last, v); len(t.last) > t.n {
		t.last = t.last[1:]
	}
}

func (t *trendState) value() float64 {
	sum := 0.0
	switch t.kind {
	case "ema":
		return t.ema
	case "wma":
		for i, v := range t.last {
			sum += v * float64(i+1)
		}
		return sum / (float64(t.n) * float64(t.n+1) / 2)
	}
	for _, v := range t.last {
		sum += v
	}
	return sum / float64(t.n)
}
