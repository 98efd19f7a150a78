package knowledge

import (
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"spl/eval"
	"spl/eval/batch"
	"spl/eval/timefmt"
	"spl/parser/source"
)

// Lookup is a table as a search names it: a definition with its rules of matching,
// or a file, for which the rules are Splunk's defaults.
type Lookup struct {
	Name       string
	File       string   // the file's name; "" for a collection
	Collection string   // of the KV store; "" for a file
	Fields     []string // fields_list, which a collection needs

	kinds    map[string]matchKind
	fold     bool // case_sensitive_match=false
	max, min int
	fallback string // default_match
	time     *timeRule
	filter   *eval.Search

	store    *store
	computed *computedLookup // nil: it has a table
	broken   string          // why it cannot be used; "" it can
	get      defSettings

	mu      sync.Mutex
	from    *Table            // the stored table that view was made of
	view    *Table            // with fields_list and filter
	indexes map[string]*index // of view
}

// timeRule bounds matches by time: those before the event, the latest first.
type timeRule struct {
	field              string
	layout             *timefmt.Layout
	minOffset, maxDiff float64 // seconds
}

// matchKind says what a cell of a table is compared with an event's value as.
type matchKind uint8

const (
	exactMatch matchKind = iota
	wildcardMatch
	cidrMatch
)

// defaultMax is max_matches where nothing is said, and the most there can be.
const defaultMax = 1000

func plainLookup(file string) *Lookup { return &Lookup{Name: file, File: file, max: defaultMax} }

func (l *Lookup) timed() bool { return l.time != nil }

// Table is the table that searches see: with the columns of fields_list, and only the
// rows that pass the filter. It is read when first asked for.
func (l *Lookup) Table() (*Table, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.current()
}

// current is Table, under the lock.
func (l *Lookup) current() (*Table, error) {
	t, err := l.store.get()
	if err != nil {
		return nil, err
	}
	if l.view != nil && l.from == t {
		return l.view, nil
	}
	l.from, l.view, l.indexes = t, t, map[string]*index{}
	if len(l.Fields) > 0 {
		l.view = t.with(l.Fields)
	}
	if l.filter != nil {
		l.view = l.view.take(passing(l.filter, l.view))
	}
	return l.view, nil
}

// Stored is the table as it is stored, for those who add to it.
func (l *Lookup) Stored() (*Table, error) { return l.store.get() }

// Read reads a file that outputlookup wrote for the lookup.
func (l *Lookup) Read(f io.Reader) (*Table, error) {
	t, err := (&store{name: l.StoredAs()}).parseFile(f)
	if err == nil && l.Collection != "" {
		t = t.keyed()
	}
	return t, err
}

// passing are the rows that a search expression accepts.
func passing(s *eval.Search, t *Table) []int32 {
	m := s.Bind(&eval.Env{})
	out := []int32{}
	for from := 0; from < t.Rows; from += tableBatch {
		for _, b := range t.Batches(from, from+tableBatch) {
			for _, r := range m.Rows(b) {
				out = append(out, r+int32(from))
			}
		}
	}
	return out
}

// defSettings give a definition's defSettings, by key.
type defSettings func(key string) (defSetting, bool)

// defSetting is a value and how to complain about it.
type defSetting struct {
	value string
	fault func(format string, args ...any) *source.Error
}

// newLookup reads a definition. What it says wrongly is reported and taken for not
// said.
func newLookup(name string, get defSettings) (*Lookup, source.Errors) {
	d := &defReader{l: &Lookup{Name: name, max: defaultMax, get: get}, get: get}
	l := d.l
	l.File, l.Collection = d.text("filename"), d.text("collection")
	if l.Collection != "" {
		l.File = ""
	}
	l.Fields = fieldList(d.text("fields_list"))
	d.timeRule()
	if l.timed() {
		l.max = 1
	}
	l.max = min(d.number("max_matches", l.max, 1), defaultMax)
	l.min = min(d.number("min_matches", 0, 0), defaultMax)
	l.fallback = d.text("default_match")
	l.fold = !d.truth("case_sensitive_match", true)
	d.truth("batch_index_query", true) // how Splunk asks its store; the rows are the same
	d.kinds()
	d.filter()
	return l, d.errs
}

type defReader struct {
	l    *Lookup
	get  defSettings
	errs source.Errors
}

func (d *defReader) text(key string) string {
	s, _ := d.get(key)
	return strings.TrimSpace(s.value)
}

func (d *defReader) fault(key, format string, args ...any) {
	s, _ := d.get(key)
	d.errs = append(d.errs, s.fault(format, args...))
}

func (d *defReader) number(key string, def, least int) int {
	text := d.text(key)
	if text == "" {
		return def
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least {
		d.fault(key, "`%s` must be a whole number, %d or more, not `%s`", key, least, text)
		return def
	}
	return n
}

func (d *defReader) truth(key string, def bool) bool {
	switch text := strings.ToLower(d.text(key)); text {
	case "":
		return def
	case "true", "t", "1", "yes", "y":
		return true
	case "false", "f", "0", "no", "n":
		return false
	default:
		d.fault(key, "`%s` must be true or false, not `%s`", key, text)
		return def
	}
}

var matchTypes = regexp.MustCompile(`(?i)^[\s,]*(WILDCARD|CIDR|EXACT)\s*\(([^)]*)\)`)

// kinds reads match_type: WILDCARD(a), CIDR(b).
func (d *defReader) kinds() {
	rest := d.text("match_type")
	for strings.Trim(rest, " ,\t\n") != "" {
		m := matchTypes.FindStringSubmatch(rest)
		if m == nil {
			d.fault("match_type", "`match_type` must be a list of WILDCARD(field), CIDR(field) and EXACT(field), not `%s`", rest)
			return
		}
		rest = rest[len(m[0]):]
		if d.l.kinds == nil {
			d.l.kinds = map[string]matchKind{}
		}
		kind := map[string]matchKind{"WILDCARD": wildcardMatch, "CIDR": cidrMatch, "EXACT": exactMatch}[strings.ToUpper(m[1])]
		d.l.kinds[strings.Trim(strings.TrimSpace(m[2]), `"`)] = kind
	}
}

func (d *defReader) timeRule() {
	field := d.text("time_field")
	if field == "" {
		return
	}
	format := d.text("time_format")
	if format == "" {
		format = "%s.%Q"
	}
	d.l.time = &timeRule{
		field: field, layout: timefmt.CompileLayout(format),
		minOffset: float64(d.number("min_offset_secs", 0, math.MinInt32)),
		maxDiff:   float64(d.number("max_offset_secs", 2000000000, 0)),
	}
}

func (d *defReader) filter() {
	text := d.text("filter")
	if text == "" {
		return
	}
	s, err := eval.SearchText(text)
	if err != nil {
		d.fault("filter", "the filter cannot be read: %s", err)
		return
	}
	d.l.filter = s
}

// fieldList reads names with commas between; spaces around them do not count.
func fieldList(s string) []string {
	var out []string
	for _, f := range strings.Split(s, ",") {
		if f = strings.Trim(strings.TrimSpace(f), `"`); f != "" && !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}

// readTransforms reads the definitions of transforms.conf. One of a name that a
// folder's YAML file has is passed over.
func (ls *lookups) readTransforms(layers *Layers) source.Errors {
	var errs source.Errors
	for _, st := range layers.Conf("transforms").Stanzas {
		isLookup := false
		for _, k := range []string{"filename", "collection", "external_cmd", "external_type"} {
			isLookup = isLookup || st.Key(k) != nil
		}
		if !isLookup || ls.defs[st.Name] != nil {
			continue
		}
		l, es := newLookup(st.Name, func(key string) (defSetting, bool) {
			k := st.Key(key)
			if k == nil {
				return defSetting{}, false
			}
			return defSetting{k.Value.String, func(format string, args ...any) *source.Error {
				return k.Fault(source.Syntax, format, args...)
			}}, true
		})
		errs = append(errs, es...)
		if kind := strings.ToLower(st.Get("external_type", "")); kind == "geo" || kind != "kvstore" && l.Collection == "" && l.File == "" {
			l.broken = "it is not a table but asks a program or a map, which is not supported"
		}
		ls.define(l)
	}
	return errs
}

// readCollections makes each collection without a definition a lookup of its name.
func (ls *lookups) readCollections(layers *Layers) {
	for _, st := range layers.Conf("collections").Stanzas {
		if ls.defs[st.Name] != nil || slices.ContainsFunc(allLookups(ls.defs), func(l *Lookup) bool { return l.Collection == st.Name }) {
			continue
		}
		l := &Lookup{Name: st.Name, Collection: st.Name, max: defaultMax}
		for _, k := range st.Keys {
			if f, ok := strings.CutPrefix(k.Name, "field."); ok {
				l.Fields = append(l.Fields, f)
			}
		}
		ls.define(l)
	}
}

func allLookups(m map[string]*Lookup) []*Lookup {
	var out []*Lookup
	for _, l := range m {
		out = append(out, l)
	}
	return out
}

// define adds a definition and finds its store.
func (ls *lookups) define(l *Lookup) {
	ls.defs[l.Name] = l
	switch {
	case l.broken != "":
	case l.Collection != "":
		l.store = ls.collection(l)
	case strings.ContainsAny(l.File, `/\`) || l.File == "":
		l.broken = "its file `" + l.File + "` must be a file's name, not a path"
	case ls.refused[l.File] != "":
		l.broken = ls.refused[l.File]
	case ls.stores[l.File] == nil && !isTableFile(l.File):
		l.broken = "its file `" + l.File + "` is not a table (CSV)"
	case ls.stores[l.File] == nil:
		l.store = &store{name: l.File, file: true, absent: true}
		ls.stores[l.File] = l.store
	default:
		l.store = ls.stores[l.File]
	}
}

// collection is the store of a collection: a file of its name or of its lookup's, or
// an empty one. Lookups of one collection share it.
func (ls *lookups) collection(l *Lookup) *store {
	key := "collection " + l.Collection
	if s := ls.stores[key]; s != nil {
		return s
	}
	s := &store{name: l.Collection, keyed: true}
	for _, name := range []string{l.Collection, l.Name} {
		for _, end := range []string{".csv", ".json", ".csv.gz", ".json.gz"} {
			if f := ls.stores[name+end]; f != nil && s.open == nil {
				s.name, s.open = f.name, f.open
			}
		}
	}
	ls.stores[key] = s
	return s
}

// folded is a column in lower case, where letters of any case are to be the same.
func folded(c *batch.Column, fold bool) *batch.Column {
	if !fold || c == nil {
		return c
	}
	var b batch.Builder
	b.Grow(c.Len())
	var lower []string
	for r := range c.Len() {
		lower = lower[:0]
		for _, v := range c.Values(r) {
			lower = append(lower, strings.ToLower(v))
		}
		b.Append(lower...)
	}
	return b.Column()
}
