package knowledge

import (
	"slices"
	"strconv"
	"strings"

	"spl/eval/regex"
	"spl/eval/timefmt"
	"spl/parser/source"
	"spl/spl/input"
)

// indexReader reads the index-time settings of stanzas.
type indexReader struct {
	transforms *Conf
	made       map[string]*indexTransform
	errs       source.Errors
	notes      source.Errors
}

// indexKeys are the index-time keys that are applied, and how each is read. What a key
// gives is nil where it says nothing, as an empty value does.
var indexKeys = map[string]func(r *indexReader, k *Key, p *propsStanza) (any, *source.Error){
	"LINE_BREAKER":             readBreaker,
	"SHOULD_LINEMERGE":         readBool,
	"BREAK_ONLY_BEFORE_DATE":   readBool,
	"BREAK_ONLY_BEFORE":        readRegex,
	"MUST_BREAK_AFTER":         readRegex,
	"MUST_NOT_BREAK_AFTER":     readRegex,
	"MUST_NOT_BREAK_BEFORE":    readRegex,
	"MAX_EVENTS":               readCount,
	"TRUNCATE":                 readCount,
	"TIME_PREFIX":              readRegex,
	"TIME_FORMAT":              readLayout,
	"MAX_TIMESTAMP_LOOKAHEAD":  readLookahead,
	"TZ":                       readTZ,
	"DATETIME_CONFIG":          readDatetime,
	"MAX_DAYS_AGO":             readCount,
	"MAX_DAYS_HENCE":           readCount,
	"CHARSET":                  readCharset,
	"INDEXED_EXTRACTIONS":      readExtractions,
	"TIMESTAMP_FIELDS":         readNames,
	"FIELD_NAMES":              readNames,
	"FIELD_DELIMITER":          readDelimiter,
	"FIELD_QUOTE":              readDelimiter,
	"HEADER_FIELD_DELIMITER":   readDelimiter,
	"HEADER_FIELD_QUOTE":       readDelimiter,
	"HEADER_FIELD_LINE_NUMBER": readCount,
	"PREAMBLE_REGEX":           readRegex,
	"FIELD_HEADER_REGEX":       readRegex,
	"MISSING_VALUE_REGEX":      readRegex,
	"HEADER_FIELD_ACCEPTABLE_SPECIAL_CHARACTERS": readPlain,
	"sourcetype": readSourcetype,
}

// read reads a setting; nil: it is none that acts when events are indexed.
func (r *indexReader) read(k *Key, p *propsStanza) *rule {
	out := &rule{name: k.Name, kind: k.Name, text: k.Value.String}
	var fault *source.Error
	if read := indexKeys[k.Name]; read != nil {
		if strings.TrimSpace(out.text) != "" || k.Name == "BREAK_ONLY_BEFORE_DATE" {
			out.value, fault = read(r, k, p)
		}
	} else if kind, class, ok := strings.Cut(k.Name, "-"); ok && class != "" && (kind == sedClass || kind == transformsClass) {
		out.kind, out.class = kind, class
		switch {
		case out.text == "":
		case kind == sedClass:
			out.edit, fault = readSed(k)
		default:
			out.edit = r.readTransforms(k)
		}
	} else {
		return nil
	}
	if fault != nil {
		r.errs = append(r.errs, fault)
	}
	return out
}

func (r *indexReader) note(k *Key, format string, args ...any) {
	r.notes = append(r.notes, k.note(source.Unsupported, format, args...))
}

func readRegex(_ *indexReader, k *Key, _ *propsStanza) (any, *source.Error) {
	re, err := regex.Compile(k.Value.String, regex.Options{})
	if err != nil {
		return nil, k.Fault(source.Syntax, "%s: %s", k.Name, err)
	}
	return re, nil
}

// plainBreakers are ways to write that lines end where lines end.
var plainBreakers = []string{
	`([\r\n]+)`, `([\n\r]+)`, `([\r\n])`, `([\n\r])`, `(\r\n|\n)`, `(\r?\n)`, `(\n)`, `([\n]+)`, `(\n+)`,
	`((?:\r\n|\n)+)`, `((?:\r?\n)+)`, `(\r|\n)+`, `([\r\n]+?)`,
}

func readBreaker(r *indexReader, k *Key, p *propsStanza) (any, *source.Error) {
	if slices.Contains(plainBreakers, strings.TrimSpace(k.Value.String)) {
		return plainLines{}, nil
	}
	v, fault := readRegex(r, k, p)
	if re, ok := v.(*regex.Regexp); ok && re.NumGroups() == 0 {
		return nil, k.Fault(source.Syntax, "LINE_BREAKER has no group: what stands in the first one is what parts two lines").
			WithHelp(`for example: LINE_BREAKER = ([\r\n]+)`)
	}
	return v, fault
}

// plainLines is a LINE_BREAKER that says no more than the default.
type plainLines struct{}

func readBool(_ *indexReader, k *Key, _ *propsStanza) (any, *source.Error) {
	on, fault := boolean(k, false)
	if fault != nil {
		return nil, fault
	}
	return on, nil
}

func readCount(_ *indexReader, k *Key, _ *propsStanza) (any, *source.Error) {
	n, err := strconv.Atoi(strings.TrimSpace(k.Value.String))
	if err != nil || n < 0 {
		return nil, k.Fault(source.Syntax, "%s must be a whole number, 0 or more", k.Name)
	}
	return n, nil
}

func readLookahead(_ *indexReader, k *Key, _ *propsStanza) (any, *source.Error) {
	n, err := strconv.Atoi(strings.TrimSpace(k.Value.String))
	if err != nil || n < -1 {
		return nil, k.Fault(source.Syntax, "%s must be a whole number of characters; 0 or -1: no limit", k.Name)
	}
	if n == 0 {
		n = -1
	}
	return n, nil
}

func readPlain(_ *indexReader, k *Key, _ *propsStanza) (any, *source.Error) {
	return k.Value.String, nil
}

// readNames reads a list with commas between, in quotes or not.
func readNames(_ *indexReader, k *Key, _ *propsStanza) (any, *source.Error) {
	var out []string
	for _, w := range words(k.Value.String, ",") {
		if w = unquoteWord(strings.TrimSpace(w)); w != "" {
			out = append(out, w)
		}
	}
	return out, nil
}

func readLayout(_ *indexReader, k *Key, _ *propsStanza) (any, *source.Error) {
	return timefmt.CompileLayout(strings.TrimSpace(k.Value.String)), nil
}

func readDatetime(r *indexReader, k *Key, _ *propsStanza) (any, *source.Error) {
	switch text := strings.TrimSpace(k.Value.String); {
	case strings.EqualFold(text, "CURRENT"):
		return "now", nil
	case strings.EqualFold(text, "NONE"):
		return "file", nil
	case !strings.HasSuffix(text, "/etc/datetime.xml") && text != "etc/datetime.xml":
		r.note(k, "DATETIME_CONFIG = %s is not applied: only CURRENT and NONE are, and the usual times are recognised", text)
	}
	return nil, nil //nolint:nilnil // the default
}

// extractions are the values of INDEXED_EXTRACTIONS.
var extractions = []string{"csv", "tsv", "psv", "w3c", "json", "hec"}

func readExtractions(_ *indexReader, k *Key, _ *propsStanza) (any, *source.Error) {
	kind := strings.ToLower(strings.TrimSpace(k.Value.String))
	if kind == "none" {
		return nil, nil //nolint:nilnil // the default
	}
	if !slices.Contains(extractions, kind) {
		return nil, k.Fault(source.Syntax, "INDEXED_EXTRACTIONS must be one of %s", strings.Join(extractions, ", "))
	}
	return kind, nil
}

func readSourcetype(r *indexReader, k *Key, p *propsStanza) (any, *source.Error) {
	if p.kind != bySource {
		r.note(k, "sourcetype is not applied here: it acts in a [source::...] stanza")
		return nil, nil //nolint:nilnil // nothing is said
	}
	return strings.TrimSpace(k.Value.String), nil
}

// delimiters are the names of characters that part cells or enclose them.
var delimiters = map[string]rune{
	"space": ' ', "tab": '\t', `\t`: '\t', "fs": 0x1c, "gs": 0x1d, "rs": 0x1e, "us": 0x1f,
	"none": input.NoQuote, "whitespace": input.Whitespace, "ws": input.Whitespace,
}

func readDelimiter(_ *indexReader, k *Key, _ *propsStanza) (any, *source.Error) {
	text := strings.TrimSpace(k.Value.String)
	quote := strings.HasSuffix(k.Name, "_QUOTE")
	name := strings.ToLower(text)
	if c, ok := delimiters[name]; ok && (c != input.Whitespace || quote == (name == "none")) {
		return c, nil
	}
	if hex, ok := strings.CutPrefix(text, `\x`); ok {
		if n, err := strconv.ParseUint(hex, 16, 7); err == nil && n > 0 && len(hex) == 2 {
			return rune(n), nil
		}
	}
	if len(text) == 3 && text[0] == text[2] && (text[0] == '"' || text[0] == '\'') {
		text = text[1:2]
	}
	if len(text) != 1 || text[0] >= 0x80 {
		return nil, k.Fault(source.Syntax, "%s must be one character, or one of space, tab, whitespace, none, fs, gs, rs, us and \\xHH", k.Name)
	}
	return rune(text[0]), nil
}

// readSed reads SEDCMD-class.
func readSed(k *Key) (func(*input.Event), *source.Error) {
	sed, err := regex.ParseSed(strings.TrimSpace(k.Value.String), regex.Options{})
	if err != nil {
		return nil, k.Fault(source.Syntax, "%s: %s", k.Name, err)
	}
	return func(e *input.Event) {
		var err error
		if e.Raw, err = sed.Apply(e.Raw); err != nil {
			e.Slow = true
		}
	}, nil
}
