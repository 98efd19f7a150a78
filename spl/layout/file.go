package layout

import (
	"errors"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"spl/macros"
	"spl/parser/source"
	"spl/spl"
	"spl/spl/detect"
)

// File lays out the searches of a file, whose name tells its kind: the search of a
// detection's YAML, those of a savedsearches.conf, or the whole text. Nothing else of the
// file changes; a search that cannot be put back safely stays as it is. Faults of searches
// are reported with their places in the file; the other searches are laid out all the same.
// A file whose lines all end as those of Windows do keeps that.
func File(name, text string, set *macros.Set) (string, source.Errors) {
	if n := strings.Count(text, "\r\n"); n > 0 && n == strings.Count(text, "\n") {
		out, errs := file(name, strings.ReplaceAll(text, "\r\n", "\n"), set)
		return strings.ReplaceAll(out, "\n", "\r\n"), errs
	}
	return file(name, text, set)
}

func file(name, text string, set *macros.Set) (string, source.Errors) {
	switch detect.KindOf(name) {
	case detect.YAML:
		return yamlFile(name, text, set)
	case detect.Conf:
		return confFile(name, text, set)
	}
	out, err := Format(text, set)
	var errs source.Errors
	if err != nil {
		if !errors.As(err, &errs) {
			errs = source.Errors{source.Errorf(source.Syntax, source.At(0), "%s", err)}
		}
		for _, e := range errs { // which were read as "<query>"
			if e.File != nil && e.File.Name == "<query>" {
				e.File = &source.File{Name: name, Text: text}
			}
		}
		return text, errs
	}
	return out + "\n", nil
}

// search lays out a detection's search.
func search(d *detect.Detection, set *macros.Set) (string, source.Errors) {
	out, err := Format(d.Search.Text, set)
	if err == nil {
		return out, nil
	}
	_, err = spl.Parse(d.Search.Text, &spl.Config{File: d.Search, Macros: set})
	var errs source.Errors
	errors.As(err, &errs)
	d.Locate(errs)
	return "", errs
}

var (
	yamlKey   = regexp.MustCompile(`(?m)^search[ \t]*:.*$`)
	yamlBlock = regexp.MustCompile(`^search[ \t]*:[ \t]*\|[-+]?[ \t]*\r?$`)
)

func yamlFile(name, text string, set *macros.Set) (string, source.Errors) {
	d, err := detect.Load(name, "", text)
	if err != nil {
		var errs source.Errors
		errors.As(err, &errs)
		return text, errs
	}
	laid, errs := search(d, set)
	if len(errs) > 0 || laid == strings.TrimSpace(d.Search.Text) || strings.ContainsFunc(laid, escaped) {
		return text, errs
	}
	at := yamlKey.FindStringIndex(text)
	if at == nil {
		return text, nil
	}
	end := at[1]
	for end < len(text) { // up to the next line that is no part of the value
		line := text[end+1:]
		if i := strings.IndexByte(line, '\n'); i >= 0 {
			line = line[:i]
		}
		if line != "" && line[0] != ' ' && line[0] != '\t' && line[0] != '\r' {
			break
		}
		end = min(len(text), end+1+len(line))
	}
	value := strings.TrimRight(text[at[0]:end], " \t\r\n")
	head, indent := "search: |-", "  "
	if key := text[at[0]:at[1]]; yamlBlock.MatchString(key) {
		head, indent = strings.TrimRight(key, " \t\r"), strings.Repeat(" ", max(1, d.Search.Indent))
	}
	var b strings.Builder
	b.WriteString(head)
	for l := range strings.SplitSeq(laid, "\n") {
		b.WriteByte('\n')
		if l != "" {
			b.WriteString(indent + l)
		}
	}
	out := text[:at[0]] + b.String() + text[at[0]+len(value):]
	if again, err := detect.Load(name, "", out); err != nil || strings.TrimSpace(again.Search.Text) != laid || !alike(d, again) {
		return text, nil
	}
	return out, nil
}

// escaped says of a character that YAML can only have as an escape, in quotes: a block, in
// which layouts are written, would be another text or none.
func escaped(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r <= 0x9f || r == 0x2028 || r == 0x2029 || r == 0xfeff || r == 0xfffe || r == 0xffff || r == utf8.RuneError
}

// alike says whether two detections differ in their searches alone.
func alike(a, b *detect.Detection) bool {
	x, y := *a, *b
	x.Search, x.Origin, x.File, y.Search, y.Origin, y.File = nil, nil, nil, nil, nil, nil
	for _, d := range []*detect.Detection{&x, &y} { // places move
		d.Tests = slices.Clone(d.Tests)
		for i := range d.Tests {
			d.Tests[i].At = source.Span{}
			d.Tests[i].Data = slices.Clone(d.Tests[i].Data)
			for j := range d.Tests[i].Data {
				d.Tests[i].Data[j].At = source.Span{}
			}
		}
	}
	return reflect.DeepEqual(x, y)
}

func confFile(name, text string, set *macros.Set) (string, source.Errors) {
	ds, errs := detect.All(name, text)
	if len(errs) > 0 {
		return text, errs
	}
	out := text
	for i := len(ds) - 1; i >= 0; i-- { // from the end, so that places stay right
		laid, es := search(ds[i], set)
		errs = append(es, errs...)
		if len(es) > 0 {
			continue
		}
		pieces := ds[i].Origin.Pieces
		if len(pieces) == 0 || laid == strings.TrimSpace(ds[i].Search.Text) {
			continue
		}
		start, end := pieces[0].Src.Start, pieces[len(pieces)-1].Src.End
		next := out[:start] + strings.ReplaceAll(laid, "\n", " \\\n") + out[end:]
		again, es := detect.All(name, next)
		if len(es) > 0 || len(again) != len(ds) {
			continue
		}
		if re, err := Format(again[i].Search.Text, set); err == nil && re == laid && bare(again[i].Search.Text) == bare(ds[i].Search.Text) {
			out = next
		}
	}
	return out, errs
}
