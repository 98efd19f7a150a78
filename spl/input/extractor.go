package input

import (
	"slices"
	"strings"

	"spl/eval/batch"
	"spl/eval/jsontext"
)

// extractor is a list of fields to read of the events of one file, made ready.
type extractor struct {
	names     []string
	want      *wanted // the names, and after them what else is needed
	standard  []int   // of the names, those that every event has
	timed     bool    // the time is read, too
	timeAt    []int   // of want, the keys that may hold the time, in order
	timeField int     // of want; -1
	stampAt   []int   // of want, the fields of TIMESTAMP_FIELDS
	hostField int     // of want; -1
	inText    bool    // events of plain text must be looked at
	extra     bool    // cells beyond a table's header are wanted
}

func newExtractor(c *content, names []string, timed bool) *extractor {
	x := &extractor{names: names, timed: timed, timeField: -1, hostField: -1}
	all := slices.Clone(names)
	at := func(n string) int {
		i := slices.Index(all, n)
		if i < 0 {
			i = len(all)
			all = append(all, n)
		}
		return i
	}
	for i, n := range names {
		if isComputed(n) {
			x.standard = append(x.standard, i)
		}
		x.inText = x.inText || !isMetadata(n)
		x.extra = x.extra || strings.HasPrefix(n, extraField)
	}
	if f := c.meta.HostField; f != "" && slices.Contains(names, "host") {
		x.hostField, x.inText = at(f), true
	}
	if timed {
		for _, k := range timeKeys {
			x.timeAt = append(x.timeAt, at(k))
		}
		if f := c.meta.TimeField; f != "" {
			x.timeField, x.inText = at(f), true
		}
		for _, f := range c.rules.stampFields() {
			x.stampAt, x.inText = append(x.stampAt, at(f)), true
		}
	}
	x.want = newWanted(all)
	return x
}

// timeOnly says whether a wanted field is there only because it may hold the time.
func (x *extractor) timeOnly(i int) bool {
	return i >= len(x.names) && i != x.timeField && i != x.hostField
}

// header gives for each column of a table its place among the wanted, or -1, up to the
// last that is wanted.
func (x *extractor) header(t *table) []int {
	if t == nil {
		return nil
	}
	at := make([]int, len(t.names))
	for i, n := range t.names {
		if j, ok := x.want.index[n]; ok {
			at[i] = j
		} else {
			at[i] = -1
		}
	}
	for len(at) > 0 && at[len(at)-1] < 0 { // what is behind the last need not be taken apart
		at = at[:len(at)-1]
	}
	return at
}

// cell is the place among the wanted of a cell of a table, if it is one of them.
func (x *extractor) cell(i int, header []int, t *table) (at int, ok bool) {
	if i < len(header) {
		return header[i], header[i] >= 0
	}
	at, ok = x.want.index[t.name(i)]
	return at, ok
}

// isMetadata names the fields that say where an event comes from.
func isMetadata(name string) bool {
	return name == "host" || name == "source" || name == "sourcetype" || name == "index"
}

// isTimed says whether a field follows from the time.
func isTimed(name string) bool {
	return name == "_indextime" || strings.HasPrefix(name, "date_") || name == "timestartpos" || name == "timeendpos"
}

func isTimedGroup(names []string) bool { return slices.ContainsFunc(names, isTimed) }

// isComputed names the fields that every event has, or may have, without saying so.
func isComputed(name string) bool {
	switch name {
	case "linecount", "splunk_server", "punct", "_datamodel":
		return true
	}
	return isMetadata(name) || isTimed(name)
}

// listed are the computed fields that appear without being asked for by name.
var listed = []string{"host", "index", "linecount", "source", "sourcetype", "splunk_server"}

// narrow are those that a name or a narrower pattern than * asks for: date_*, say.
var narrow = []string{
	"date_hour", "date_mday", "date_minute", "date_month", "date_second", "date_wday", "date_year", "date_zone",
	"punct", "timeendpos", "timestartpos",
}

// byPattern are the names of narrow that a pattern of the search means, * aside.
func byPattern(f batch.Fields) (names []string) {
	for _, p := range f.Patterns {
		for _, n := range narrow {
			if p != "*" && batch.MatchName(p, n) && !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	return names
}

// Names are the names of all fields that the rows have.
func (l *loader) Names() []string {
	l.readAll()
	names := []string{"_raw", "_time"}
	for n, c := range l.cols {
		if c != nil && c.Len() > 0 {
			names = append(names, n)
		}
	}
	return names
}

// readAll reads every field of every row. What was read before stays as it is.
func (l *loader) readAll() {
	if l.all {
		return
	}
	l.all = true
	var missing []string
	for _, n := range slices.Concat(listed, byPattern(l.c.r.plan.scan.Fields)) {
		if _, ok := l.cols[n]; !ok {
			missing = append(missing, n)
		}
	}
	if l.c.meta.DataModel != "" && l.cols["_datamodel"] == nil {
		missing = append(missing, "_datamodel")
	}
	l.group(newExtractor(l.c, missing, !l.timed))
	f := fullReader{l: l, at: map[string]int{}}
	f.json = l.c.r.takeJSON()
	defer l.c.r.scans.Put(f.json)
	f.windows = windowsAll{part: map[string]int8{}, emit: func(k, v string) { f.add(f.index([]byte(k)), v) }}
	for i := range l.rows {
		f.row(&l.rows[i])
	}
	var computed []string // that some event has itself
	for n, i := range f.at {
		_, have := l.cols[n]
		switch {
		case have || n == "_raw" || n == "_time":
		case isComputed(n):
			computed = append(computed, n)
		default:
			f.builders[i].PadTo(len(l.rows))
			l.cols[n] = f.builders[i].Column()
		}
	}
	if len(computed) > 0 {
		l.group(newExtractor(l.c, computed, false))
	}
}

// fullReader builds the columns of all fields. Names come in the order of their
// first appearance.
type fullReader struct {
	l        *loader
	at       map[string]int
	builders []batch.Builder
	names    []string
	vals     [][]string // of the current row
	touched  []int
	n        int // rows done
	windows  windowsAll
	json     *jsonReader
	numbers  map[*jsontext.Reading][]int // of the names of readings
	of       *jsontext.Reading           // the last one
	ofNames  []int                       // the numbers of its names
}

// known adds a value of a JSON text that was read by an earlier one.
func (f *fullReader) known(r *jsontext.Reading, name int, v string) {
	if f.of != r {
		ids, ok := f.numbers[r]
		if !ok {
			for _, n := range r.Names {
				ids = append(ids, f.index([]byte(n)))
			}
			if f.numbers == nil {
				f.numbers = map[*jsontext.Reading][]int{}
			}
			f.numbers[r] = ids
		}
		f.of, f.ofNames = r, ids
	}
	f.add(f.ofNames[name], v)
}

func (f *fullReader) index(name []byte) int {
	i, ok := f.at[string(name)]
	if !ok {
		i = len(f.names)
		f.names = append(f.names, string(name))
		f.at[f.names[i]] = i
		f.builders = append(f.builders, batch.Builder{})
		f.vals = append(f.vals, nil)
	}
	return i
}

func (f *fullReader) add(i int, v string) {
	if len(f.vals[i]) == 0 {
		f.touched = append(f.touched, i)
	}
	f.vals[i] = append(f.vals[i], v)
}

func (f *fullReader) row(r *row) {
	switch r.kind {
	case jsonKind:
		if !r.broken && !f.json.flatten(r.body, f.known) {
			flatten(r.body, func(name []byte, v string) { f.add(f.index(name), v) })
		}
	case textKind:
		pairs(r.body, func(k, v string) {
			if i := f.index([]byte(k)); len(f.vals[i]) == 0 && !isMetadata(k) {
				f.add(i, v)
			}
		})
	case windowsKind:
		f.windows.read(r.body)
	case windowsTextKind:
		windowsText(r.body, func(k, v string) {
			if i := f.index([]byte(k)); !isMetadata(k) {
				f.add(i, v)
			}
		})
	case tableKind:
		f.l.table.each(r.body, func(name, v string) { f.add(f.index([]byte(name)), v) })
	}
	if r.env != nil {
		for _, e := range r.env.fields {
			i := f.index([]byte(e.name))
			f.vals[i] = f.vals[i][:0]
			for _, v := range e.values {
				f.add(i, v)
			}
		}
	}
	for _, i := range f.touched {
		b := &f.builders[i]
		if b.Rows() > f.n || len(f.vals[i]) == 0 {
			continue // touched twice
		}
		b.PadTo(f.n)
		b.Append(f.vals[i]...)
		f.vals[i] = f.vals[i][:0]
	}
	f.touched = f.touched[:0]
	f.n++
}
