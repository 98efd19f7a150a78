package command

import (
	"regexp"

	"spl/parser"
	"spl/parser/source"
)

// SPL2 is another language: that of data stream processors. What only it can say is
// told as such, and nothing behind it is judged.

var (
	functionCall = regexp.MustCompile(`^\s*([A-Za-z_]\w*)\s*\(`)
	namedDataset = regexp.MustCompile(`^\s*(\$[A-Za-z_]\w*)\s*$`)
	statement    = regexp.MustCompile(`^\s*(\$[A-Za-z_]\w*\s*=)\s*$`)
)

// datasetFunction reports from f(...) and from $name.
func datasetFunction(a *parser.Args) *source.Error {
	if m := functionCall.FindStringSubmatchIndex(a.Text); m != nil {
		return otherLanguage(a, m[2], m[3], "`from %s(...)` reads a dataset function", a.Text[m[2]:m[3]])
	}
	if m := namedDataset.FindStringSubmatchIndex(a.Text); m != nil {
		return otherLanguage(a, m[2], m[3], "`from %s` reads what a statement made", a.Text[m[2]:m[3]])
	}
	return nil
}

// statementName reports $name = | ..., which gives a pipeline a name. (A token of a
// dashboard ends in $ as well.)
func statementName(a *parser.Args) *source.Error {
	if !a.First || a.Depth > 0 {
		return nil
	}
	m := statement.FindStringSubmatchIndex(a.Text)
	if m == nil {
		return nil
	}
	return otherLanguage(a, m[2], m[3], "`%s` gives a pipeline a name", a.Text[m[2]:m[3]])
}

func otherLanguage(a *parser.Args, start, end int, what string, arg string) *source.Error {
	e := source.Errorf(source.Unsupported, source.Span{Start: a.Base + start, End: a.Base + end}, what+", which is SPL2; only SPL is read here", arg).
		WithHelp("a search in SPL begins with terms, or with | from datamodel:..., lookup:... or savedsearch:...")
	e.Ends = true
	return e
}
