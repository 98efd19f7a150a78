package input

import (
	"slices"
	"strconv"
	"strings"

	"spl/eval/batch"
)

// loader gives the fields of some rows. It reads the rows' texts as seldom as it
// can: once for the fields of the first filter, and once for the others that the
// search will ask for, of the rows that are left by then.
type loader struct {
	c      *content
	chunk  chunk
	table  *table
	rows   []row
	cols   map[string]*batch.Column // read, by name; nil when no row has it
	given  map[string]bool          // of cols, those handed out
	all    bool                     // every field was read
	single int                      // how many fields were read one by one
	timed  bool                     // the rows have their times
	slabs  *batch.Slabs             // room for columns that nobody keeps; nil when somebody may
}

// singleReads is how many fields are read one by one, as commands do that learn names
// from the events: whoever asks for so many will ask for more, and to read all costs
// no more than to read these.
const singleReads = 8

func newLoader(p *part, rows []row) *loader {
	l := &loader{c: p.c, chunk: p.chunk, table: p.table, rows: rows, cols: map[string]*batch.Column{}, given: map[string]bool{}}
	if p.room != nil && p.r.plan.scan.Transient {
		l.slabs = &p.room.slabs
	}
	return l
}

// batch makes the batch of the loader's rows.
func (l *loader) batch() *batch.Batch {
	b := batch.New(len(l.rows))
	b.Lazy, b.Slabs = l, l.slabs
	if l.c.r.plan.places {
		b.Places = make([]batch.Place, len(l.rows))
		for i := range l.rows {
			b.Places[i] = batch.Place{Time: l.rows[i].time, Seq: l.rows[i].seq}
		}
	}
	return b
}

// Take is the loader of some of the rows. Columns that were handed out are the
// batch's affair.
func (l *loader) Take(rows []int32) batch.Loader { return l.take(rows) }

func (l *loader) take(rows []int32) *loader {
	t := *l
	t.rows = make([]row, len(rows))
	for i, r := range rows {
		t.rows[i] = l.rows[r]
	}
	t.cols, t.given = make(map[string]*batch.Column, len(l.cols)), map[string]bool{}
	for n, c := range l.cols {
		if !l.given[n] {
			t.cols[n] = c.TakeIn(l.slabs, rows)
		} else {
			t.all = false
		}
	}
	return &t
}

// within keeps the rows between two times.
func (l *loader) within(earliest, latest float64) *loader {
	var keep []int32
	for i := range l.rows {
		if t := l.rows[i].time; earliest <= t && t < latest {
			keep = append(keep, int32(i))
		}
	}
	if len(keep) == len(l.rows) {
		return l
	}
	return l.take(keep)
}

// Load gives the column of a field.
func (l *loader) Load(name string) *batch.Column {
	c := l.load(name)
	l.given[name] = true
	return c
}

func (l *loader) load(name string) *batch.Column {
	switch name {
	case "_raw":
		return l.raw()
	case "_time":
		// The command fields passes it on, wanted or not. Rows that are kept may be
		// asked by a later search.
		if scan := l.c.r.plan.scan; scan.Transient && !scan.Fields.Has("_time") {
			return nil
		}
		return l.time()
	}
	if c, ok := l.cols[name]; ok {
		return c
	}
	plan := l.c.r.plan
	switch {
	case l.all && !isComputed(name):
		return nil
	case slices.Contains(plan.first, name) && !l.read(plan.first):
		l.group(l.c.first)
	case l.c.rest != nil && slices.Contains(plan.rest, name) && !l.read(plan.rest):
		l.group(l.c.rest)
	case !plan.exact && plan.scan.Fields.Has(name):
		l.readAll()
	case l.single == singleReads:
		l.readAll()
	}
	if _, ok := l.cols[name]; !ok {
		l.single++
		l.group(newExtractor(l.c, []string{name}, isTimed(name) && !l.timed))
	}
	return l.cols[name]
}

// Preload is part of [batch.Preloader]. The fields are read together with those that
// the search will ask for next.
func (l *loader) Preload(names []string) {
	if l.all {
		return
	}
	var want []string
	add := func(names []string) {
		for _, n := range names {
			if _, have := l.cols[n]; !have && n != "_raw" && n != "_time" && !slices.Contains(want, n) {
				want = append(want, n)
			}
		}
	}
	if add(names); len(want) == 0 {
		return
	}
	plan, timed := l.c.r.plan, false
	if len(plan.first) > 0 && !l.read(plan.first) {
		add(plan.first)
		timed = l.c.first.timed
	} else if l.c.rest != nil && !l.read(plan.rest) {
		add(plan.rest)
		timed = l.c.rest.timed
	}
	l.group(newExtractor(l.c, want, (timed || isTimedGroup(want)) && !l.timed))
}

// read says whether a group was read before: some of it was, and handed out.
func (l *loader) read(names []string) bool {
	for _, n := range names {
		if _, ok := l.cols[n]; ok {
			return true
		}
	}
	return false
}

func (l *loader) raw() *batch.Column {
	b := l.slabs.Builder(len(l.rows))
	for i := range l.rows {
		b.String(l.rows[i].raw)
	}
	return b.Column()
}

func (l *loader) time() *batch.Column {
	if !l.timed && l.c.rest != nil && l.c.rest.timed && !l.read(l.c.r.plan.rest) {
		l.group(l.c.rest)
	}
	l.needTimes()
	var text []byte // of all values
	ends, nums := make([]int, len(l.rows)), make([]float64, len(l.rows))
	exact := true
	for i := range l.rows {
		t := l.rows[i].time
		text = appendTime(text, t)
		ends[i] = len(text)
		n, ok := timeNumber(t)
		nums[i], exact = n, exact && ok
	}
	all, from := viewString(text), 0
	vals := make([]string, len(l.rows))
	for i, end := range ends {
		vals[i], from = all[from:end], end
	}
	if !exact {
		return batch.Strings(vals)
	}
	return batch.Numbers(vals, nums)
}

func (l *loader) needTimes() {
	if !l.timed {
		l.group(newExtractor(l.c, nil, true))
	}
}

// group reads fields of all rows in one pass.
func (l *loader) group(x *extractor) {
	if isTimedGroup(x.names) && !x.timed {
		l.needTimes()
	}
	builders := make([]batch.Builder, len(x.names))
	for i := range builders {
		builders[i] = l.slabs.Builder(len(l.rows))
	}
	out := newFound(len(x.want.names))
	header := x.header(l.table)
	json := l.c.r.takeJSON()
	defer l.c.r.scans.Put(json)
	var windows *windowsWant
	for i := range l.rows {
		r := &l.rows[i]
		if r.kind == windowsKind && windows == nil {
			windows = newWindowsWant(x, out)
		}
		l.fields(r, x, header, json, windows, out)
		if x.timed && !l.timed {
			l.setTime(r, x, out)
		}
		for _, s := range x.standard {
			l.standard(r, s, x, out)
		}
		for j := range builders {
			if v := out.vals[j]; len(v) == 1 {
				builders[j].String(v[0])
			} else {
				builders[j].Append(v...)
			}
		}
		out.reset()
	}
	l.timed = l.timed || x.timed
	for j, n := range x.names {
		if _, ok := l.cols[n]; !ok {
			l.cols[n] = finish(&builders[j], isComputed(n))
		}
	}
}

// finish makes the column; nil when it is empty, a constant when it is metadata
// that is the same in all rows.
func finish(b *batch.Builder, fold bool) *batch.Column {
	if !b.Any() {
		return nil
	}
	c := b.Column()
	if !fold || !c.Single() || c.Len() == 0 {
		return c
	}
	v, _ := c.First(0)
	for i := 1; i < c.Len(); i++ {
		if w, _ := c.First(i); w != v {
			return c
		}
	}
	return batch.Constant(v, c.Len())
}

// fields finds the wanted fields of a row, in its text and in its envelope.
func (l *loader) fields(r *row, x *extractor, header []int, json *jsonReader, windows *windowsWant, out *found) {
	switch r.kind {
	case jsonKind:
		if !r.broken && !json.extract(x.want, r.body, out) {
			l.breaks(r)
		}
	case textKind:
		if !x.inText {
			break
		}
		pairs(r.body, func(k, v string) {
			if i, ok := x.want.index[k]; ok && !isMetadata(k) && len(out.vals[i]) == 0 {
				out.add(i, v)
			}
		})
	case windowsTextKind:
		if !x.inText {
			break
		}
		windowsText(r.body, func(k, v string) {
			if i, ok := x.want.index[k]; ok && !isMetadata(k) && !x.timeOnly(i) {
				out.add(i, v)
			}
		})
	case windowsKind:
		windows.read(r.body)
	case tableKind:
		l.cells(r.body, x, header, out)
	}
	if r.env != nil {
		for _, f := range r.env.fields {
			if i, ok := x.want.index[f.name]; ok {
				out.set(i, f.values...)
			}
		}
	}
}

// cells reads fields of a record of a table, up to the last that is wanted.
func (l *loader) cells(rec string, x *extractor, header []int, out *found) {
	for i, more := 0, true; more && (i < len(header) || x.extra); i++ {
		var v string
		v, rec, more = l.table.style.next(rec)
		at, wanted := x.cell(i, header, l.table)
		if wanted && v != "" && !l.table.isNone(v) {
			out.add(at, v)
		}
	}
}

// breaks notes that a row's text is not JSON.
func (l *loader) breaks(r *row) {
	r.broken = true
	l.c.r.notes.event(NoticeBrokenJSON, l.chunk, r.seq, int(r.line))
}

// standard puts in a field that every event has.
func (l *loader) standard(r *row, i int, x *extractor, out *found) {
	name := x.names[i]
	own, has := out.first(i)
	switch name {
	case "host":
		if x.hostField >= 0 {
			if h, ok := out.first(x.hostField); ok {
				out.set(i, firstOf(r.env.meta(name), h))
				return
			}
		}
		out.set(i, firstOf(r.env.meta(name), l.c.meta.Host, own, l.c.r.src.o.Host))
	case "source":
		group := ""
		if r.env != nil {
			group = r.env.group
		}
		if r.kind == windowsKind && l.c.meta.Sourcetype == "" && l.c.meta.Source == "" && group == "" {
			if channel := windowsChannel(r.body); channel != "" {
				group = "XmlWinEventLog:" + channel
			}
		}
		out.set(i, firstOf(r.env.meta(name), l.c.meta.Source, own, group, l.c.name))
	case "sourcetype":
		out.set(i, firstOf(r.env.meta(name), l.c.meta.Sourcetype, own, l.sourcetype(r)))
	case "index":
		out.set(i, firstOf(r.env.meta(name), l.c.meta.Index, own, "main"))
	default:
		if !has {
			if v, ok := l.computed(r, name); ok {
				out.set(i, v)
			}
		}
	}
}

// meta is what an envelope says about the origin of an event.
func (e *envelope) meta(name string) string {
	if e == nil {
		return ""
	}
	switch name {
	case "host":
		return e.host
	case "source":
		return e.source
	case "sourcetype":
		return e.sourcetype
	}
	return e.index
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// sourcetype is the default, by names that Splunk knows.
func (l *loader) sourcetype(r *row) string {
	switch r.kind {
	case tableKind:
		return l.c.tableType()
	case jsonKind:
		return "_json"
	case windowsKind:
		return "XmlWinEventLog"
	case windowsTextKind:
		return "WinEventLog"
	}
	return firstOf(l.c.sniffed, "generic_single_line")
}

// computed is a field that follows from the others.
func (l *loader) computed(r *row, name string) (string, bool) {
	switch name {
	case "linecount":
		return strconv.Itoa(1 + strings.Count(r.raw, "\n")), true
	case "splunk_server":
		return "local", true
	case "punct":
		return punct(r.raw), true
	case "_indextime":
		t, _, _ := strings.Cut(timeText(r.time), ".")
		return t, true
	case "_datamodel":
		return l.c.meta.DataModel, l.c.meta.DataModel != ""
	}
	return datePart(name, r, l.zoneOf(r), l.c.r.src.o.Now)
}
