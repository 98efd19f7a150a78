package knowledge

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	"spl/eval"
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/input"
)

// ingestEval is one assignment of INGEST_EVAL.
type ingestEval struct {
	name    string
	replace bool // :=
	prog    *eval.Program
	pool    sync.Pool // of *eval.Evaluator
}

var ingestName = regexp.MustCompile(`^\s*(?:"([^"]+)"|'([^']+)'|([^\s:=,]+))\s*(:?=)`)

// readIngestEval reads name=expression or name:=expression, with commas between.
// Expressions see the event as the assignment before left it, and no search-time field.
func readIngestEval(k *Key) (func(*input.Event), *source.Error) {
	var list []*ingestEval
	text := k.Value.String
	for at := 0; at < len(text); {
		m := ingestName.FindStringSubmatchIndex(text[at:])
		if m == nil {
			return nil, k.Fault(source.Syntax, "INGEST_EVAL cannot be read from %q on", text[at:]).WithHelp(`for example: INGEST_EVAL = queue=if(match(_raw, "DEBUG"), "nullQueue", queue)`)
		}
		a := &ingestEval{replace: text[at+m[8]] == ':'}
		for g := 2; g < 8; g += 2 {
			if m[g] >= 0 {
				a.name = text[at+m[g] : at+m[g+1]]
			}
		}
		start := at + m[1]
		end := start + topComma(text[start:])
		x, fault := parser.ParseExpr(&parser.Args{Command: "INGEST_EVAL", Text: text[start:end], Base: start, Parser: noCommands()})
		var errs source.Errors
		if fault != nil {
			errs = source.Errors{fault}
		} else {
			a.prog, errs = eval.Compile(x)
		}
		if len(errs) > 0 {
			return nil, k.Value.Resolve(errs)[0]
		}
		if _, err := a.evaluator(); err != nil {
			return nil, k.Fault(source.Unsupported, "INGEST_EVAL: %s", err)
		}
		list = append(list, a)
		at = end + 1
	}
	return func(e *input.Event) {
		for _, a := range list {
			a.apply(e)
		}
	}, nil
}

// topComma is where the first comma stands that is in no brackets and no quotes, or
// the length.
func topComma(s string) int {
	depth, quote := 0, byte(0)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == '\\' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '(' || c == '[':
			depth++
		case c == ')' || c == ']':
			depth--
		case c == ',' && depth <= 0:
			return i
		}
	}
	return len(s)
}

func (a *ingestEval) evaluator() (*eval.Evaluator, error) {
	if e, ok := a.pool.Get().(*eval.Evaluator); ok {
		return e, nil
	}
	env := &eval.Env{}
	env.SearchMatch = env.MatchText
	return a.prog.Bind(env)
}

func (a *ingestEval) apply(e *input.Event) {
	ev, err := a.evaluator()
	if err != nil {
		return
	}
	defer a.pool.Put(ev)
	b := batch.New(1)
	b.Lazy = ingestLoader{e}
	ev.Start(b)
	vals := ev.Column().Values(0)
	first := ""
	if len(vals) > 0 {
		first = vals[0]
	}
	if a.name == "_time" {
		if t, err := strconv.ParseFloat(first, 64); err == nil {
			e.Time = t
		}
		return
	}
	for _, key := range []string{a.name, "metadata:" + a.name, "_metadata:" + a.name} {
		if d := destinations[strings.ToLower(key)]; d != nil {
			if len(vals) > 0 {
				d(e, &first)
			}
			return
		}
	}
	switch {
	case a.replace:
		e.Set(a.name, vals...)
	case len(vals) > 0:
		e.Add(a.name, vals...)
	}
}

// ingestLoader gives the fields that an event has when it is indexed.
type ingestLoader struct{ e *input.Event }

func (l ingestLoader) Load(name string) *batch.Column {
	e := l.e
	switch name {
	case "_raw":
		return batch.Strings([]string{e.Raw})
	case "_time":
		return batch.Strings([]string{strconv.FormatFloat(e.Time, 'f', -1, 64)})
	case "host":
		return batch.Strings([]string{e.Host})
	case "source":
		return batch.Strings([]string{e.Source})
	case "sourcetype":
		return batch.Strings([]string{e.Sourcetype})
	case "index":
		return batch.Strings([]string{e.Index})
	case "queue":
		return batch.Strings([]string{destinations["queue"](e, nil)})
	}
	vals := e.Values(name)
	if len(vals) == 0 {
		return nil
	}
	var b batch.Builder
	b.Append(vals...)
	return b.Column()
}

func (l ingestLoader) Names() []string                { return nil }
func (l ingestLoader) Take(rows []int32) batch.Loader { return l }
