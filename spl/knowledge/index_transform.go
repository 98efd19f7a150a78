package knowledge

import (
	"strconv"
	"strings"

	"spl/eval/regex"
	"spl/parser/source"
	"spl/spl/input"
)

// indexTransform is a stanza of transforms.conf as a TRANSFORMS setting applies it;
// apply is nil when it cannot be.
type indexTransform struct{ apply func(*input.Event) }

// readTransforms reads TRANSFORMS-class: names of stanzas, applied in their order.
func (r *indexReader) readTransforms(k *Key) func(*input.Event) {
	var list []func(*input.Event)
	for _, w := range words(k.Value.String, ", \t\r\n") {
		name := unquoteWord(w)
		t := r.made[name]
		if t == nil {
			t = &indexTransform{}
			r.made[name] = t
			st := r.transforms.Stanza(name)
			if st == nil {
				r.errs = append(r.errs, k.Fault(source.UnknownArgument, "%s: transforms.conf has no stanza %q", k.Name, name))
				continue
			}
			var fault *source.Error
			if t.apply, fault = r.transform(st); fault != nil {
				r.errs = append(r.errs, fault)
			}
		}
		if t.apply != nil {
			list = append(list, t.apply)
		}
	}
	if len(list) == 0 {
		return nil
	}
	return func(e *input.Event) {
		for _, apply := range list {
			apply(e)
		}
	}
}

// ignoredTransformKeys are those that change nothing of the events of a file.
var ignoredTransformKeys = []string{"CLONE_SOURCETYPE", "STOP_PROCESSING_IF", "METRIC-SCHEMA-MEASURES", "METRIC-SCHEMA-BLACKLIST-DIMS"}

// transform reads a stanza.
func (r *indexReader) transform(st *Stanza) (func(*input.Event), *source.Error) {
	for _, name := range ignoredTransformKeys {
		if k := st.Key(name); k != nil {
			r.note(k, "%s is not applied", name)
		}
	}
	if k := st.Key("INGEST_EVAL"); k != nil && k.Value.String != "" {
		return readIngestEval(k)
	}
	k := st.Key("REGEX")
	if k == nil || k.Value.String == "" {
		return nil, stanzaFault(st, "a transform of TRANSFORMS needs REGEX or INGEST_EVAL")
	}
	re, err := regex.Compile(k.Value.String, regex.Options{})
	if err != nil {
		return nil, k.Fault(source.Syntax, "[%s] REGEX: %s", st.Name, err)
	}
	t := &regexTransform{re: re, from: st.Get("SOURCE_KEY", "_raw"), lookahead: 4096, fallback: st.Get("DEFAULT_VALUE", "")}
	if k := st.Key("LOOKAHEAD"); k != nil {
		n, err := strconv.Atoi(strings.TrimSpace(k.Value.String))
		if err != nil || n < 0 {
			return nil, k.Fault(source.Syntax, "LOOKAHEAD must be a whole number of characters")
		}
		t.lookahead = n
	}
	var fault *source.Error
	flag := func(name string) bool {
		on, e := boolean(st.Key(name), false)
		if e != nil {
			fault = e
		}
		return on
	}
	t.repeat = flag("REPEAT_MATCH")
	meta := flag("WRITE_META")
	if fault != nil {
		return nil, fault
	}
	return t.destined(r, st, meta)
}

// destined reads where a transform writes and what.
func (t *regexTransform) destined(r *indexReader, st *Stanza, meta bool) (func(*input.Event), *source.Error) {
	dest := strings.TrimSpace(st.Get("DEST_KEY", ""))
	format := st.Key("FORMAT")
	text := st.Name + "::$1"
	if format != nil && format.Value.String != "" {
		text = format.Value.String
	}
	if dest == "" && meta {
		dest = "_meta"
	}
	if dest == "_meta" {
		return t.fields(st, format)
	}
	if dest == "" {
		return nil, stanzaFault(st, "a transform of TRANSFORMS needs DEST_KEY or WRITE_META = true: it writes nowhere")
	}
	t.dest = destinations[strings.ToLower(dest)]
	if t.dest == nil {
		r.note(st.Key("DEST_KEY"), "DEST_KEY = %s is not applied: only _raw, _meta, queue, MetaData:Host, MetaData:Source, MetaData:Sourcetype and _MetaData:Index are", dest)
		return nil, nil //nolint:nilnil // no fault, and nothing to do
	}
	t.text = readFormatText(text)
	if fault := t.groups(st, format, t.text); fault != nil {
		return nil, fault
	}
	return t.apply, nil
}

func (t *regexTransform) groups(st *Stanza, format *Key, text formatText) *source.Error {
	for _, p := range text {
		if p.group > t.re.NumGroups() && format != nil {
			return format.Fault(source.Syntax, "[%s] FORMAT: $%d is beyond the %d groups of REGEX", st.Name, p.group, t.re.NumGroups())
		}
	}
	return nil
}

// destination is a part of an event: it gives what is there, and puts something there.
type destination func(e *input.Event, to *string) (was string)

// plainPart is a destination that is a text; FORMAT may write its name before it.
func plainPart(prefix string, at func(*input.Event) *string) destination {
	return func(e *input.Event, to *string) string {
		p := at(e)
		was := prefix + *p
		if to != nil {
			*p = strings.TrimPrefix(*to, prefix)
		}
		return was
	}
}

var destinations = map[string]destination{
	"_raw":                plainPart("", func(e *input.Event) *string { return &e.Raw }),
	"metadata:host":       plainPart("host::", func(e *input.Event) *string { return &e.Host }),
	"metadata:source":     plainPart("source::", func(e *input.Event) *string { return &e.Source }),
	"metadata:sourcetype": plainPart("sourcetype::", func(e *input.Event) *string { return &e.Sourcetype }),
	"_metadata:index":     plainPart("", func(e *input.Event) *string { return &e.Index }),
	"queue": func(e *input.Event, to *string) string {
		was := "indexQueue"
		if e.Drop {
			was = "nullQueue"
		}
		if to != nil {
			e.Drop = strings.EqualFold(*to, "nullQueue")
		}
		return was
	},
}

// regexTransform writes where its expression fits.
type regexTransform struct {
	re        *regex.Regexp
	from      string
	lookahead int
	repeat    bool
	fallback  string
	dest      destination
	text      formatText
	pairs     *regexStep // of _meta
}

// subject is the text that the expression is applied to.
func (t *regexTransform) subject(e *input.Event) string {
	if d := destinations[strings.ToLower(t.from)]; d != nil {
		return d(e, nil)
	}
	name := strings.TrimPrefix(strings.TrimPrefix(t.from, "fields:"), "field:")
	return strings.Join(e.Values(name), " ")
}

func (t *regexTransform) clipped(e *input.Event) string {
	s := t.subject(e)
	if t.lookahead > 0 && len(s) > t.lookahead {
		s = s[:t.lookahead]
	}
	return s
}

func (t *regexTransform) apply(e *input.Event) {
	s := t.clipped(e)
	loc, err := t.re.FindSubmatchIndex(s)
	switch {
	case err != nil:
		e.Slow = true
	case loc != nil:
		text := t.text.filled(s, loc, t.dest(e, nil))
		t.dest(e, &text)
	case t.fallback != "":
		t.dest(e, &t.fallback)
	}
}

// filled puts the groups in; group 0 is what the destination held before.
func (f formatText) filled(s string, loc []int, before string) string {
	var b strings.Builder
	for _, p := range f {
		switch {
		case p.group < 0:
			b.WriteString(p.text)
		case p.group == 0:
			b.WriteString(before)
		default:
			v, _ := group(s, loc, p.group)
			b.WriteString(v)
		}
	}
	return b.String()
}

// fields reads a transform that adds fields to the event.
func (t *regexTransform) fields(st *Stanza, format *Key) (func(*input.Event), *source.Error) {
	x := &regexStep{re: t.re, clean: true, limit: 1}
	if t.repeat {
		x.limit = 0
	}
	t.pairs = x
	if format == nil || format.Value.String == "" {
		if len(x.named()) > 0 || len(x.pairs) > 0 {
			return t.add(x.groups), nil
		}
		x.format = []formatPair{{formatText{{st.Name, -1}}, readFormatText("$1")}}
		return t.add(x.formatted), nil
	}
	text := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(format.Value.String), "$0"))
	pairs, err := readFormat(text, t.re.NumGroups())
	if err != nil {
		return nil, format.Fault(source.Syntax, "[%s] FORMAT: %s", st.Name, err).WithHelp("for example: FORMAT = user::$1 src::$2")
	}
	x.format = pairs
	return t.add(x.formatted), nil
}

// add adds the fields that a step finds.
func (t *regexTransform) add(run func(text string, emit func(name, value string)) error) func(*input.Event) {
	return func(e *input.Event) {
		if err := run(t.clipped(e), func(name, value string) { e.Add(name, value) }); err != nil {
			e.Slow = true
		}
	}
}
