package knowledge

import (
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
)

// autoLookup is a lookup that props.conf asks for with LOOKUP-x. It may be used by
// many goroutines at a time.
type autoLookup struct {
	use *LookupUse
	b   *Base
}

// parseAutoLookup reads the value of a LOOKUP-x:
// <table> in [AS field] ... [OUTPUT|OUTPUTNEW out [AS field] ...].
// The table is looked up later, when the first batch comes.
func (b *Base) parseAutoLookup(spec string) (*autoLookup, *source.Error) {
	use, err := parseLookupUse(spec)
	if err != nil {
		return nil, err
	}
	return &autoLookup{use: use, b: b}, nil
}

// reads are the fields of events that the lookup looks at.
func (a *autoLookup) reads() []string { return a.use.Reads(a.b) }

// outputs are the fields of events that the lookup may set; nil when the table
// cannot be read.
func (a *autoLookup) outputs() []string { return a.use.Targets(a.b) }

// apply looks the rows of a batch up. It gives the columns that it sets, whole: rows
// for which it has nothing to say keep the value that the field had. Nil, with the
// fault in err, when the table cannot be read.
func (a *autoLookup) apply(in *batch.Batch) (map[string]*batch.Column, error) {
	run, err := a.b.Enricher(a.use)
	if err != nil {
		return nil, err
	}
	out := map[string]*batch.Column{}
	names, cols := run.Columns(in)
	for i, n := range names {
		out[n] = cols[i]
	}
	return out, nil
}

// parseLookupUse reads the arguments of a lookup as props.conf writes them.
func parseLookupUse(spec string) (*LookupUse, *source.Error) {
	words := lookupWords(spec)
	if len(words) == 0 {
		return nil, source.Errorf(source.Syntax, source.Span{End: len(spec)}, "the name of a lookup is missing")
	}
	u := &LookupUse{Table: words[0].text}
	list := &u.In
	for i := 1; i < len(words); i++ {
		w := words[i]
		switch up := strings.ToUpper(w.text); {
		case !w.quoted && (up == "OUTPUT" || up == "OUTPUTNEW") && list == &u.In:
			u.New = up == "OUTPUTNEW"
			list = &u.Out
		case !w.quoted && up == "AS" && len(*list) > 0 && i+1 < len(words):
			i++
			(*list)[len(*list)-1].Event = words[i].text
		default:
			*list = append(*list, FieldPair{w.text, w.text})
		}
	}
	if len(u.In) == 0 {
		return nil, source.Errorf(source.Syntax, source.Span{End: len(spec)}, "the lookup `%s` needs a field to look up", u.Table).
			WithHelp("for example: %s host AS dest OUTPUT owner", u.Table)
	}
	return u, nil
}

type lookupWord struct {
	text   string
	quoted bool
}

// lookupWords cuts a text at spaces and commas outside quotes.
func lookupWords(s string) []lookupWord {
	var out []lookupWord
	for {
		s = strings.TrimLeft(s, " \t\r\n,")
		if s == "" {
			return out
		}
		if s[0] == '"' {
			if end := quoteEnd(s); end > 0 {
				out = append(out, lookupWord{parser.Unquote(s[:end]), true})
				s = s[end:]
				continue
			}
		}
		end := strings.IndexAny(s, " \t\r\n,")
		if end < 0 {
			end = len(s)
		}
		out = append(out, lookupWord{s[:end], false})
		s = s[end:]
	}
}

// quoteEnd is the offset after the quote that closes the one at the start, or -1.
func quoteEnd(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}
