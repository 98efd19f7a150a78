package command

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"spl/eval"
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
	"spl/spl/input"
	"spl/spl/knowledge"
)

var extractCommand = Command{
	Name:    "extract",
	Aliases: []string{"kv"},
	Kind:    DistributableStreaming,
	Summary: "Extracts key=value pairs from the text of events, or fields as transforms of an app say.",
	Usage:   `extract [<transform>]... [pairdelim="<characters>"] [kvdelim="<characters>"] [limit=<int>] [maxchars=<int>] [mv_add=<bool>] [clean_keys=<bool>]`,
	Options: []Option{
		{"pairdelim", Text, "", "characters that stand between pairs"},
		{"kvdelim", Text, "", "characters that stand between a key and its value"},
		{"limit", Int, "50", "how many pairs of an event to take; 0: all"},
		{"maxchars", Int, "10240", "how much of an event to look at"},
		{"mv_add", Bool, "false", "add to a field that is there instead of leaving it alone"},
		{"clean_keys", Bool, "true", "make names of letters, digits and _ only"},
		{"auto", Bool, "true", "accepted; without delimiters the usual ones are used"},
		{"reload", Bool, "false", "accepted; there is nothing to reload"},
		{"segment", Bool, "false", "accepted; there are no segments"},
	},
	Parse: parseExtract,
}

var extractGrammar = parser.NewGrammar[argList](parser.ArgTokens, `extract pairdelim=";" kvdelim="="`)

type extractNode struct {
	names             []*parser.Name // of transforms; none: pairs are extracted
	opts              *options
	pairs, kv         string // the delimiters; both "": the usual ones
	limit, chars      int
	add, clean, plain bool
}

func parseExtract(c *Command, a *parser.Args) (Node, source.Errors) {
	names, o, errs := fieldArgs(c, a, extractGrammar)
	n := &extractNode{names: names, opts: o, limit: unlimited(o.int("limit", 50)), chars: o.int("maxchars", 10240), add: o.bool("mv_add", false), clean: o.bool("clean_keys", true)}
	n.pairs, n.kv = delimiters(o.text("pairdelim", "")), delimiters(o.text("kvdelim", ""))
	n.plain = n.pairs == "" && n.kv == ""
	if n.pairs == "" {
		n.pairs = " \t\r\n,;|&"
	}
	if n.kv == "" {
		n.kv = "="
	}
	return n, errs
}

// unlimited makes of 0 a limit that is never reached.
func unlimited(n int) int {
	if n < 1 {
		return -1
	}
	return n
}

// delimiters are the characters of an option; a backslash before one is dropped.
func delimiters(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
			switch s[i] {
			case 't':
				out.WriteByte('\t')
				continue
			case 'n':
				out.WriteByte('\n')
				continue
			case 'r':
				out.WriteByte('\r')
				continue
			}
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

func (n *extractNode) String() string {
	return strings.TrimSpace(n.opts.String() + " " + nameList(texts(n.names)))
}

// Check reports transforms that no app has.
func (n *extractNode) Check(p *Planning) source.Errors {
	var errs source.Errors
	for _, x := range n.names {
		if _, err := p.Knowledge.Transform(x.Text); err != nil {
			errs = append(errs, source.Errorf(source.Unsupported, x.Span, "`extract`: %s", err).
				WithHelp("an app with the transform is given with --app; rex extracts fields with a regular expression, and `extract` alone takes key=value pairs"))
		}
	}
	return errs
}

// byTransforms extracts as stanzas of transforms.conf say, one after another.
func (n *extractNode) byTransforms(p *Planning) *engine.Plan {
	var transforms []*knowledge.Transform
	var missing error // where nothing was checked before
	for _, x := range n.names {
		t, err := p.Knowledge.Transform(x.Text)
		if err != nil {
			missing = fmt.Errorf("`extract`: %w", err)
			continue
		}
		transforms = append(transforms, t)
	}
	return &engine.Plan{
		Gives: opens,
		Reads: func(wanted batch.Fields) batch.Fields {
			for _, t := range transforms {
				wanted = wanted.Add(t.From)
			}
			return wanted
		},
		Map: engine.Streaming(func(c *engine.Context) (engine.MapFunc, error) {
			if missing != nil {
				return nil, missing
			}
			return func(b *batch.Batch) (*batch.Batch, error) {
				for _, t := range transforms {
					from := b.Col(t.From)
					b = n.set(b, t.Add, func(r int, emit func(key, value string)) {
						v, ok := from.First(r)
						if !ok {
							return
						}
						if err := t.Each(cut(v, n.chars), emit); err != nil {
							c.Notices.Add("regex", err.Error(), 1)
						}
					})
				}
				return b, nil
			}, nil
		}),
	}
}

func (n *extractNode) Plan(p *Planning) *engine.Plan {
	if len(n.names) > 0 {
		return n.byTransforms(p)
	}
	return &engine.Plan{
		Gives: opens,
		Reads: func(wanted batch.Fields) batch.Fields { return wanted.Add("_raw") },
		Map: engine.Streaming(func(*engine.Context) (engine.MapFunc, error) {
			return func(b *batch.Batch) (*batch.Batch, error) { return n.apply(b), nil }, nil
		}),
	}
}

// apply adds the fields. One that is there already stays as it is, unless mv_add
// says to add to it; the same goes for a key that occurs again.
func (n *extractNode) apply(b *batch.Batch) *batch.Batch {
	raw := b.Col("_raw")
	return n.set(b, n.add, func(r int, emit func(key, value string)) {
		v, _ := raw.First(r)
		n.each(cut(v, n.chars), emit)
	})
}

// set adds the pairs that each gives of a row.
func (n *extractNode) set(b *batch.Batch, add bool, each func(row int, emit func(key, value string))) *batch.Batch {
	f := newFieldBuilders(b)
	cols := map[string]*batch.Column{}
	for r := range b.Rows {
		left := n.limit
		each(r, func(key, value string) {
			if left == 0 {
				return
			}
			old, known := cols[key]
			if !known {
				old = b.Col(key)
				cols[key] = old
			}
			have := old.Values(r)
			switch {
			case add && !f.has(key):
				f.add(key, have...)
				f.add(key, value)
			case add:
				f.add(key, value)
			case len(have) == 0 && !f.has(key):
				f.add(key, value)
			default:
				return
			}
			left--
		})
		f.next()
	}
	return f.apply(b)
}

// cut is at most n bytes of a text, whole characters only; n < 1: all.
func cut(s string, n int) string {
	if n < 1 || len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n]
}

// each gives the pairs of a text. A JSON text gives its leaves where no delimiters
// were asked for.
func (n *extractNode) each(text string, emit func(key, value string)) {
	if n.plain {
		if !eval.Leaves(text, func(name []byte, value string) { emit(string(name), value) }) {
			input.Pairs(text, emit)
		}
		return
	}
	for text != "" {
		var pair string
		pair, text = untilAny(text, n.pairs)
		at := strings.IndexAny(pair, n.kv)
		if at < 0 {
			continue
		}
		key := strings.Trim(pair[:at], " \t\r\n\"")
		if n.clean {
			key = input.CleanName(key)
		}
		value := strings.TrimSpace(strings.TrimLeft(pair[at:], n.kv))
		if len(value) > 1 && value[0] == '"' && value[len(value)-1] == '"' {
			value = value[1 : len(value)-1]
		}
		if key != "" && value != "" {
			emit(key, value)
		}
	}
}

// untilAny cuts a text at the first of some characters that does not stand in double
// quotes.
func untilAny(s, chars string) (before, after string) {
	quoted := false
	for i, c := range s {
		switch {
		case c == '"' && !strings.ContainsRune(chars, '"'):
			quoted = !quoted && strings.IndexByte(s[i+1:], '"') >= 0
		case !quoted && strings.ContainsRune(chars, c):
			_, n := utf8.DecodeRuneInString(s[i:])
			return s[:i], s[i+n:]
		}
	}
	return s, ""
}
