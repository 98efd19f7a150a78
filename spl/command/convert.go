package command

import (
	"slices"
	"strconv"
	"strings"

	"spl/eval/batch"
	"spl/eval/timefmt"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
	"spl/spl/spill"
)

var convertCommand = Command{
	Name:    "convert",
	Kind:    DistributableStreaming,
	Summary: "Converts values of fields: times to text, text to numbers.",
	Usage:   "convert [timeformat=<format>] <function>(<field>) [AS <name>]...",
	Options: []Option{{"timeformat", Text, defaultTimeFormat, "how ctime writes and mktime reads times"}},
	Parse:   parseConvert,
}

const defaultTimeFormat = "%m/%d/%Y %H:%M:%S"

type convertCall struct {
	Func  parser.Name  `parser:"@@"`
	Field *parser.Name `parser:"'(':Op @@ ')':Op"`
	As    []string     `parser:"@'as':Word?"`
	Name  *parser.Name `parser:"( (?! 'as':Word) (?! Word '(':Op) (?! Word '=':Op) @@ )?"`
}

var convertGrammar = parser.NewGrammar[mixed[convertCall]](parser.ArgTokens, `convert timeformat="%Y-%m-%dT%H:%M:%S" ctime(firstTime)`)

// conversion turns one value into another; ok is false where it cannot.
type conversion func(v string, t *timeConversion) (out string, ok bool)

// timeConversion is what the conversions of times need.
type timeConversion struct {
	layout *timefmt.Layout
	env    *Planning
}

// converter says what a convert function does, and what becomes of a value that it
// cannot convert.
type converter struct {
	convert conversion
	remove  bool // such a value is removed; else it stays
	whole   bool // one such value, and the field is left alone everywhere
}

var converters = map[string]converter{
	"ctime":   {convert: ctime},
	"mktime":  {convert: mktime, remove: true},
	"dur2sec": {convert: dur2sec, remove: true},
	"mstime":  {convert: mstime, remove: true},
	"memk":    {convert: memk, remove: true},
	"num":     {convert: toNumber, remove: true},
	"auto":    {convert: toNumber, whole: true},
	"rmcomma": {convert: rmcomma},
	"rmunit":  {convert: rmunit},
	"none":    {},
}

type convertItem struct {
	converter
	name, field, as string
}

type convertNode struct {
	format string
	items  []convertItem
}

func parseConvert(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := convertGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &convertNode{}
	var errs source.Errors
	calls, opts := tree.part()
	for _, x := range calls {
		it, es := newConvertItem(x)
		n.items = append(n.items, it)
		errs = append(errs, es...)
	}
	o := checkOptions(c, opts)
	n.format = o.text("timeformat", defaultTimeFormat)
	errs = append(errs, o.errs...)
	if len(n.items) == 0 && len(errs) == 0 {
		errs = one(source.Errorf(source.Syntax, source.At(a.Base), "`convert` needs a function and a field").WithHelp(`for example: convert ctime(_time) AS time`))
	}
	return n, errs
}

func newConvertItem(t *convertCall) (convertItem, source.Errors) {
	name := strings.ToLower(t.Func.Text)
	it := convertItem{name: name, field: t.Field.Text, as: t.Field.Text}
	c, ok := converters[name]
	if !ok {
		err := source.Errorf(source.UnknownFunction, t.Func.Span, "`convert` has no function `%s`", t.Func.Text)
		if near := Nearest(name, sortedKeys(converters)); near != "" {
			err.Help = "did you mean `" + near + "`?"
		} else {
			err.Help = "its functions are " + strings.Join(sortedKeys(converters), ", ")
		}
		return it, source.Errors{err}
	}
	it.converter = c
	switch {
	case len(t.As) > 0 && t.Name == nil:
		return it, one(source.Errorf(source.Syntax, source.At(t.Field.Span.End+1), "the new name is missing after AS").WithHelp("for example: AS new_name"))
	case len(t.As) == 0 && t.Name != nil:
		return it, one(source.Errorf(source.Syntax, t.Name.Span, "AS is missing before `%s`", t.Name.Text))
	case t.Name != nil:
		it.as = t.Name.Text
		if strings.Count(it.field, "*") != strings.Count(it.as, "*") {
			return it, one(source.Errorf(source.Syntax, t.Field.Span.Cover(t.Name.Span), "Wildcard mismatch: '%s' as '%s'", it.field, it.as))
		}
	}
	return it, nil
}

func (n *convertNode) String() string {
	s := "timeformat=" + parser.Quote(n.format)
	for _, it := range n.items {
		s += " " + it.name + "(" + parser.Word(it.field) + ")"
		if it.as != it.field {
			s += " AS " + parser.Word(it.as)
		}
	}
	return s
}

func (n *convertNode) reads(wanted batch.Fields) batch.Fields {
	for _, it := range n.items {
		if it.as == it.field {
			continue
		}
		if isPattern(it.field) {
			wanted = wanted.Add(it.field)
		} else if wanted.Has(it.as) {
			wanted = wanted.Without(it.as).Add(it.field)
		}
	}
	return wanted
}

func (n *convertNode) gives(s engine.Schema) engine.Schema {
	for _, it := range n.items {
		switch {
		case it.as == it.field:
		case isPattern(it.as):
			s = opens(s)
		default:
			s = s.With(it.as)
		}
	}
	return s
}

func (n *convertNode) uses() []string {
	out := make([]string, len(n.items))
	for i, it := range n.items {
		out[i] = it.field
	}
	return out
}

func (n *convertNode) Plan(p *Planning) *engine.Plan {
	plan := &engine.Plan{Reads: n.reads, Gives: n.gives, Uses: n.uses()}
	t := &timeConversion{timefmt.CompileLayout(n.format), p}
	if !slices.ContainsFunc(n.items, func(it convertItem) bool { return it.whole }) {
		plan.Transient = true
		plan.Map = engine.Streaming(func(*engine.Context) (engine.MapFunc, error) {
			return func(b *batch.Batch) (*batch.Batch, error) { return n.apply(b, t, nil), nil }, nil
		})
		return plan
	}
	plan.Wants = engine.Order
	plan.Note = "auto() has to see all values of a field before it converts one"
	plan.Reduce = func(c *engine.Context) (engine.Operator, error) {
		skip := map[string]bool{}
		rows := holdRows(c, "convert", func(rows *spill.Rows, emit engine.Emit) error {
			return rows.Drain(func(b *batch.Batch) error { return emit(n.apply(b, t, skip)) })
		})
		rows.see = func(b *batch.Batch) { n.unconvertible(b, t, skip) }
		return rows, nil
	}
	return plan
}

// unconvertible adds to skip the fields that auto() must leave alone.
func (n *convertNode) unconvertible(b *batch.Batch, t *timeConversion, skip map[string]bool) {
	b.Load()
	for _, it := range n.items {
		if !it.whole {
			continue
		}
		for i, name := range b.Names {
			if skip[name] || name != it.field && !(isPattern(it.field) && batch.MatchName(it.field, name)) {
				continue
			}
			for r := range b.Rows {
				for _, v := range b.Cols[i].Values(r) {
					if _, ok := it.convert(v, t); !ok {
						skip[name] = true
					}
				}
			}
		}
	}
}

func (n *convertNode) apply(b *batch.Batch, t *timeConversion, skip map[string]bool) *batch.Batch {
	out := b.Clone()
	none := map[string]bool{}
	for _, it := range n.items {
		if it.convert == nil {
			for _, name := range it.names(out) {
				none[name] = true
			}
		}
	}
	for _, it := range n.items {
		if it.convert == nil {
			continue
		}
		for _, name := range it.names(out) {
			if skip[name] && it.whole || none[name] {
				continue
			}
			to := it.as
			if isPattern(to) {
				stars, _ := batch.MatchStars(it.field, name)
				to = batch.FillStars(to, stars)
			}
			if c := out.Col(name); c != nil {
				out.Set(to, it.column(b, c, t))
			}
		}
	}
	return out
}

func (it *convertItem) names(b *batch.Batch) []string {
	if isPattern(it.field) {
		b.Load()
	}
	return expand(it.field, slices.Clone(b.Names))
}

func (it *convertItem) column(b *batch.Batch, c *batch.Column, t *timeConversion) *batch.Column {
	bl := b.Builder()
	var vals []string
	for r := range b.Rows {
		vals = vals[:0]
		for _, v := range c.Values(r) {
			out, ok := it.convert(v, t)
			switch {
			case ok:
				vals = append(vals, out)
			case !it.remove:
				vals = append(vals, v)
			}
		}
		bl.Append(vals...)
	}
	return bl.Column()
}

func ctime(v string, t *timeConversion) (string, bool) {
	n, ok := batch.ParseNumber(v)
	if !ok {
		return "", false
	}
	return t.layout.Format(n, t.env.Zone), true
}

func mktime(v string, t *timeConversion) (string, bool) {
	n, ok := t.layout.Parse(v, t.env.Zone, t.env.Now)
	return batch.FormatNumber(n), ok
}

// dur2sec reads [D+]HH:MM:SS.
func dur2sec(v string, _ *timeConversion) (string, bool) {
	days, rest, ok := strings.Cut(v, "+")
	total := 0.0
	if ok {
		d, good := batch.ParseNumber(days)
		if !good {
			return "", false
		}
		total = d * 86400
	} else {
		rest = v
	}
	parts := strings.Split(rest, ":")
	if len(parts) != 3 {
		return "", false
	}
	n, ok := sexagesimal(parts)
	return batch.FormatNumber(total + n), ok
}

// mstime reads [MM:]SS.SSS.
func mstime(v string, _ *timeConversion) (string, bool) {
	parts := strings.Split(v, ":")
	if len(parts) > 2 {
		return "", false
	}
	n, ok := sexagesimal(parts)
	return batch.FormatNumber(n), ok
}

func sexagesimal(parts []string) (float64, bool) {
	total := 0.0
	for _, p := range parts {
		n, ok := batch.ParseNumber(p)
		if !ok || n < 0 {
			return 0, false
		}
		total = total*60 + n
	}
	return total, true
}

// memk reads a size with k, m or g behind it and gives kilobytes.
func memk(v string, _ *timeConversion) (string, bool) {
	if v == "" {
		return "", false
	}
	factor := 1.0
	switch v[len(v)-1] | 0x20 {
	case 'k':
		v = v[:len(v)-1]
	case 'm':
		v, factor = v[:len(v)-1], 1024
	case 'g':
		v, factor = v[:len(v)-1], 1024*1024
	}
	n, ok := batch.ParseNumber(v)
	return batch.FormatNumber(n * factor), ok
}

func toNumber(v string, _ *timeConversion) (string, bool) {
	n, ok := batch.ParseNumber(v)
	return batch.FormatNumber(n), ok
}

func rmcomma(v string, _ *timeConversion) (string, bool) {
	return strings.ReplaceAll(v, ",", ""), true
}

// rmunit keeps the number that a text begins with.
func rmunit(v string, _ *timeConversion) (string, bool) {
	for end := len(v); end > 0; end-- {
		if c := v[end-1]; c < '0' || c > '9' {
			continue
		}
		if _, ok := batch.ParseNumber(v[:end]); ok {
			return v[:end], true
		}
	}
	return strconv.Quote(v), false
}
