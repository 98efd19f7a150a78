package knowledge

import (
	"slices"
	"time"

	textenc "golang.org/x/text/encoding"

	"spl/eval/regex"
	"spl/eval/timefmt"
	"spl/spl/input"
)

// mergeIndexRules puts the settings of stanzas together, the strongest first; nil when
// they say nothing.
func mergeIndexRules(list []*propsStanza) *input.Rules {
	s := winners(list)
	out := &input.Rules{
		Sourcetype: value[string](s, "sourcetype"),
		Charset:    value[textenc.Encoding](s, "CHARSET"),
		Truncate:   value[int](s, "TRUNCATE"),
		Lines:      s.lines(),
		Time:       s.time(),
		Table:      s.table(),
		Edit:       s.edit(),
	}
	if out.Table != nil && out.Lines != nil && out.Lines.Breaker == nil {
		out.Lines = nil // its records are events
	}
	if out.Sourcetype == "" && out.Charset == nil && out.Truncate == 0 && out.Lines == nil && out.Time == nil && out.Table == nil && out.Edit == nil {
		return nil
	}
	return out
}

// implying are the settings that say that somebody thought of how lines and times are
// found: where they are, Splunk's default of SHOULD_LINEMERGE holds.
var implying = []string{
	"LINE_BREAKER", "BREAK_ONLY_BEFORE", "BREAK_ONLY_BEFORE_DATE", "MUST_BREAK_AFTER", "MUST_NOT_BREAK_AFTER",
	"MUST_NOT_BREAK_BEFORE", "MAX_EVENTS", "TIME_PREFIX", "TIME_FORMAT", "MAX_TIMESTAMP_LOOKAHEAD", "DATETIME_CONFIG",
}

// defaultMaxEvents is MAX_EVENTS where nothing is said, in lines.
const defaultMaxEvents = 256

func (s indexed) lines() *input.LineRules {
	out := &input.LineRules{Breaker: value[*regex.Regexp](s, "LINE_BREAKER")}
	merge, said := false, false
	if r := s["SHOULD_LINEMERGE"]; r != nil {
		merge, said = r.value.(bool)
	}
	if !said {
		merge = slices.ContainsFunc(implying, func(name string) bool { return s[name] != nil && s[name].value != nil })
		out.Implied = true
	}
	if merge {
		m := &input.MergeRules{
			BeforeDate:    true,
			Before:        value[*regex.Regexp](s, "BREAK_ONLY_BEFORE"),
			MustAfter:     value[*regex.Regexp](s, "MUST_BREAK_AFTER"),
			MustNotAfter:  value[*regex.Regexp](s, "MUST_NOT_BREAK_AFTER"),
			MustNotBefore: value[*regex.Regexp](s, "MUST_NOT_BREAK_BEFORE"),
			MaxLines:      defaultMaxEvents,
		}
		if r := s["BREAK_ONLY_BEFORE_DATE"]; r != nil {
			m.BeforeDate = value[bool](s, "BREAK_ONLY_BEFORE_DATE")
		}
		if n := value[int](s, "MAX_EVENTS"); n > 0 {
			m.MaxLines = n
		}
		out.Merge = m
	}
	if out.Breaker == nil && out.Merge == nil {
		return nil
	}
	return out
}

func (s indexed) time() *input.TimeRules {
	out := &input.TimeRules{
		Prefix:    value[*regex.Regexp](s, "TIME_PREFIX"),
		Layout:    value[*timefmt.Layout](s, "TIME_FORMAT"),
		Lookahead: value[int](s, "MAX_TIMESTAMP_LOOKAHEAD"),
		Zone:      value[*time.Location](s, "TZ"),
		Source:    value[string](s, "DATETIME_CONFIG"),
		Oldest:    value[int](s, "MAX_DAYS_AGO"),
		Newest:    value[int](s, "MAX_DAYS_HENCE"),
		Fields:    value[[]string](s, "TIMESTAMP_FIELDS"),
	}
	if out.Prefix == nil && out.Layout == nil && out.Lookahead == 0 && out.Zone == nil && out.Source == "" &&
		out.Oldest == 0 && out.Newest == 0 && len(out.Fields) == 0 {
		return nil
	}
	return out
}

func (s indexed) table() *input.TableRules {
	kind := value[string](s, "INDEXED_EXTRACTIONS")
	if kind == "" {
		return nil
	}
	return &input.TableRules{
		Kind:            kind,
		Delimiter:       value[rune](s, "FIELD_DELIMITER"),
		HeaderDelimiter: value[rune](s, "HEADER_FIELD_DELIMITER"),
		Quote:           value[rune](s, "FIELD_QUOTE"),
		HeaderQuote:     value[rune](s, "HEADER_FIELD_QUOTE"),
		Names:           value[[]string](s, "FIELD_NAMES"),
		HeaderLine:      value[int](s, "HEADER_FIELD_LINE_NUMBER"),
		Preamble:        value[*regex.Regexp](s, "PREAMBLE_REGEX"),
		HeaderPrefix:    value[*regex.Regexp](s, "FIELD_HEADER_REGEX"),
		Missing:         value[*regex.Regexp](s, "MISSING_VALUE_REGEX"),
		Special:         value[string](s, "HEADER_FIELD_ACCEPTABLE_SPECIAL_CHARACTERS"),
	}
}

// edit is what SEDCMD and after it TRANSFORMS do to an event, each in ASCII order of
// its class; nil when there are none.
func (s indexed) edit() func(*input.Event) {
	var edits []func(*input.Event)
	for _, kind := range []string{sedClass, transformsClass} {
		for _, r := range s.class(kind) {
			if r.edit != nil {
				edits = append(edits, r.edit)
			}
		}
	}
	if len(edits) == 0 {
		return nil
	}
	return func(e *input.Event) {
		for _, edit := range edits {
			edit(e)
		}
	}
}
