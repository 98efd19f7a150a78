package knowledge

import (
	"regexp"
	"strings"

	"spl/eval"
	"spl/eval/batch"
	"spl/eval/regex"
	"spl/parser"
	"spl/parser/source"
)

// calculation is a step that gives the events of a dataset a field or several. The
// steps run one after the other: each sees what those before it gave
// (events-and-fields 3.9).
type calculation struct {
	fields []fieldJSON // what it gives
	reads  []string
	// One of these is set.
	unknown string // the field whose missing values become "unknown"
	eval    *eval.Program
	rex     *regex.Regexp
	lookup  *LookupUse
	// missing says what the step would need that is not here; it gives nothing.
	missing string
}

// Unknown is what the calculations of the Common Information Model put in the place
// of missing values.
const Unknown = "unknown"

// fillsUnknown is the form of such a calculation.
var fillsUnknown = regexp.MustCompile(`(?i)^if\(isnull\(([A-Za-z_][A-Za-z0-9_]*)\)(?:OR|\|\|)([A-Za-z_][A-Za-z0-9_]*)="","unknown",([A-Za-z_][A-Za-z0-9_]*)\)$`)

func (c *calculation) gives(field string) bool {
	for _, f := range c.fields {
		if f.Name == field {
			return true
		}
	}
	return false
}

// calculation makes a calculation ready.
func (r *modelReader) calculation(j *calcJSON) (*calculation, *source.Error) {
	c := &calculation{fields: append(j.Outputs[:len(j.Outputs):len(j.Outputs)], j.LookupOutputs...)}
	if len(c.fields) == 0 {
		return nil, r.fail(r.place(j.Expression), "a calculation of data model `%s` gives no field", r.model.Name)
	}
	switch strings.ToLower(j.Type) {
	case "eval":
		return c, r.eval(c, j)
	case "rex":
		re, err := regex.Compile(j.Expression, regex.Options{})
		if err != nil {
			return nil, r.fail(r.place(j.Expression), "the pattern %s cannot be read: %s", j.Expression, err)
		}
		c.rex, c.reads = re, []string{j.InputField}
	case "lookup":
		c.lookup = &LookupUse{Table: j.Lookup}
		for _, in := range j.Inputs {
			c.lookup.In = append(c.lookup.In, FieldPair{Table: in.Lookup, Event: in.Input})
			c.reads = append(c.reads, in.Input)
		}
		for _, f := range c.fields {
			c.lookup.Out = append(c.lookup.Out, FieldPair{Table: f.Name, Event: f.Name})
		}
	default: // GeoIP
		c.missing = "the " + j.Type + " calculation of `" + c.fields[0].Name + "` needs a database of places"
	}
	return c, nil
}

func (r *modelReader) eval(c *calculation, j *calcJSON) *source.Error {
	squeezed := strings.Join(strings.Fields(j.Expression), "")
	if m := fillsUnknown.FindStringSubmatch(squeezed); m != nil && m[1] == m[2] && m[1] == m[3] && c.fields[0].Name == m[1] {
		c.unknown, c.reads = m[1], []string{m[1]}
		return nil
	}
	x, fault := parser.ParseExpr(&parser.Args{Command: "eval", Text: j.Expression, Parser: &parser.Parser{Lookup: func(string) (parser.Syntax, *source.Error) {
		return nil, source.Errorf(source.Unsupported, source.Span{}, "a subsearch cannot stand in a calculation")
	}}})
	errs := source.Errors{fault}
	if fault == nil {
		c.eval, errs = eval.Compile(x)
	}
	if len(errs) > 0 {
		return r.fail(r.place(j.Expression), "the calculation %s cannot be read: %s", j.Expression, errs[0].Message).WithHelp("%s", errs[0].Help)
	}
	c.reads = c.eval.Reads()
	return nil
}

// calculator runs calculations for one goroutine.
type calculator struct {
	base       *Base
	env        *eval.Env
	notice     func(code, message string)
	evaluators map[*calculation]*eval.Evaluator
	enrichers  map[*calculation]*Enricher
}

// run gives the columns of a calculation over a batch that has the fields it reads.
func (k *calculator) run(c *calculation, in *batch.Batch) map[string]*batch.Column {
	switch {
	case c.unknown != "":
		return map[string]*batch.Column{c.unknown: fillUnknown(in.Col(c.unknown), in.Rows)}
	case c.eval != nil:
		ev := k.evaluators[c]
		if ev == nil {
			var err error
			if ev, err = c.eval.Bind(k.env); err != nil {
				k.notice("data-model", "a calculation of a data model cannot run: "+err.Error())
				return nil
			}
			k.evaluators[c] = ev
		}
		ev.Start(in)
		return map[string]*batch.Column{c.fields[0].Name: ev.Column()}
	case c.rex != nil:
		return k.rex(c, in)
	case c.lookup != nil:
		return k.lookup(c, in)
	}
	k.notice("data-model", c.missing)
	return nil
}

func (k *calculator) rex(c *calculation, in *batch.Batch) map[string]*batch.Column {
	col := in.Col(c.reads[0])
	builders := map[string]*batch.Builder{}
	for _, f := range c.fields {
		builders[f.Name] = &batch.Builder{}
	}
	for r := range in.Rows {
		text, ok := col.First(r)
		if !ok {
			continue
		}
		groups, taken, err := c.rex.FindSubmatch(text)
		if err != nil {
			k.notice("data-model", "a pattern of a data model takes too long: "+err.Error())
			continue
		}
		for i, name := range c.rex.Names() {
			if b := builders[name]; b != nil && i < len(taken) && taken[i] && b.Rows() <= r {
				b.PadTo(r)
				b.String(groups[i])
			}
		}
	}
	out := map[string]*batch.Column{}
	for name, b := range builders {
		b.PadTo(in.Rows)
		out[name] = b.Column()
	}
	return out
}

func (k *calculator) lookup(c *calculation, in *batch.Batch) map[string]*batch.Column {
	run := k.enrichers[c]
	if run == nil {
		var err error
		if run, err = k.base.Enricher(c.lookup); err != nil {
			k.notice("data-model", "a lookup of a data model cannot run: "+err.Error())
			return nil
		}
		k.enrichers[c] = run
	}
	out := map[string]*batch.Column{}
	names, cols := run.Columns(in)
	for i, n := range names {
		out[n] = cols[i]
	}
	return out
}

// fillUnknown puts the word unknown where a column has no value or an empty one.
func fillUnknown(c *batch.Column, rows int) *batch.Column {
	if !c.Any() {
		return batch.Constant(Unknown, rows)
	}
	full := true
	for r := 0; r < rows && full; r++ {
		v, ok := c.First(r)
		full = ok && v != ""
	}
	if full {
		return c
	}
	var b batch.Builder
	b.Grow(rows)
	for r := range rows {
		if vals := c.Values(r); len(vals) > 1 || len(vals) == 1 && vals[0] != "" {
			b.Append(vals...)
		} else {
			b.String(Unknown)
		}
	}
	return b.Column()
}
