package input

import (
	"io"
	"slices"
	"strings"

	"spl/eval/batch"
	"spl/eval/timefmt"
)

// noRules is what holds where nothing is said.
var noRules = &Rules{}

// rule finds the index-time rules of a file by what is known of its events before
// its content is.
func (c *content) rule() {
	c.rules = noRules
	ruling := c.r.src.ruling
	if ruling == nil {
		return
	}
	find := func(sourcetype string) *Rules {
		if r := ruling.Of(firstOf(c.meta.Source, c.name), firstOf(c.meta.Host, c.r.src.o.Host), sourcetype); r != nil {
			return r
		}
		return noRules
	}
	c.rules = find(c.meta.Sourcetype)
	if c.meta.Sourcetype == "" && c.rules.Sourcetype != "" {
		c.meta.Sourcetype = c.rules.Sourcetype
		c.rules = find(c.meta.Sourcetype)
	}
	c.typed = c.meta.Sourcetype != ""
}

// ruleByContent finds the rules of a file whose sourcetype nobody named, by that of
// its first event. It leaves what the source and the host say where the events bring
// their own origin with them.
func (c *content) ruleByContent(head string) {
	if c.r.src.ruling == nil {
		return
	}
	rows := c.probe(head)
	c.wrapped = len(rows) != 1 || rows[0].env != nil
	if c.typed || c.wrapped {
		return
	}
	c.ruleByType(c.firstType(rows[0]))
}

// ruleByType finds the rules of a file whose sourcetype nobody named.
func (c *content) ruleByType(sourcetype string) {
	if c.r.src.ruling == nil || c.typed {
		return
	}
	if r := c.r.src.ruling.Of(firstOf(c.meta.Source, c.name), firstOf(c.meta.Host, c.r.src.o.Host), sourcetype); r != nil {
		c.rules = r
	}
}

// firstType is the sourcetype that the events of a file will have.
func (c *content) firstType(r row) string {
	if c.format == "csv" || c.format == "tsv" {
		return c.tableType()
	}
	l := &loader{c: c}
	return l.sourcetype(&r)
}

// probe gives the events of the first line of a file.
func (c *content) probe(head string) []row {
	head = strings.TrimLeft(head, " \t\r\n")
	line, _, _ := strings.Cut(head, "\n")
	r := &reader{src: c.r.src, ctx: c.r.ctx, plan: c.r.plan}
	pc := &content{r: r, name: c.name, meta: c.meta, format: c.format, rules: noRules}
	p := &part{chunk: chunk{c: pc, index: -1}, r: r}
	return p.appendRows(nil, record{text: strings.TrimRight(line, "\r")})
}

// decoded reads a stream written in the charset that the rules name.
func (c *content) decoded(stream io.Reader) io.Reader {
	return c.rules.Charset.NewDecoder().Reader(stream)
}

// ruleRows puts the rules of each row's origin with it, and makes the changes that
// they ask for.
func (p *part) ruleRows(rows []row) []row {
	ruling := p.r.src.ruling
	if ruling == nil || len(rows) == 0 {
		return rows
	}
	edits := false
	for i := range rows {
		r := &rows[i]
		r.rules = p.c.rules
		switch e := r.env; {
		case e == nil:
		case e.indexed:
			r.rules = nil // it was all done when it was indexed
			continue
		case e.host != "" || e.source != "" || e.sourcetype != "" || e.group != "":
			m := &p.c.meta
			r.rules = ruling.Of(firstOf(e.source, m.Source, e.group, p.c.name), firstOf(e.host, m.Host, p.r.src.o.Host), firstOf(e.sourcetype, m.Sourcetype))
		}
		if r.rules == noRules {
			r.rules = nil
		}
		edits = edits || r.rules != nil && r.rules.Edit != nil
	}
	if edits {
		return p.edit(rows)
	}
	return rows
}

// edit lets the rules change rows, whose times are read before.
func (p *part) edit(rows []row) []row {
	l := newLoader(p, rows)
	l.group(newExtractor(p.c, []string{"host", "source", "sourcetype", "index"}, true))
	text := func(name string, row int) string {
		s, _ := l.cols[name].First(row)
		return s
	}
	out := rows[:0]
	for i := range rows {
		r := rows[i]
		if r.rules == nil || r.rules.Edit == nil {
			out = append(out, r)
			continue
		}
		r.timed = true
		e := Event{
			Raw: r.raw, Time: r.time,
			Host: text("host", i), Source: text("source", i), Sourcetype: text("sourcetype", i), Index: text("index", i),
		}
		was := e
		r.rules.Edit(&e)
		if e.Slow {
			p.r.notes.event(NoticeSlowRegex, p.chunk, r.seq, int(r.line))
		}
		if e.Drop {
			continue
		}
		out = append(out, p.edited(r, was, e))
	}
	return out
}

// edited is a row with what an edit changed.
func (p *part) edited(r row, was, e Event) row {
	r.time = e.Time
	if e.Raw != was.Raw {
		s := shaper{p: p}
		s.bare(e.Raw, r.env)
		n := s.rows[0]
		r.raw, r.body, r.kind, r.broken = n.raw, n.body, n.kind, false
	}
	if e.Host == was.Host && e.Source == was.Source && e.Sourcetype == was.Sourcetype && e.Index == was.Index && len(e.fields) == 0 {
		return r
	}
	env := envelope{}
	if r.env != nil {
		env = *r.env
		env.fields = env.fields[:len(env.fields):len(env.fields)]
	}
	change := func(to *string, was, is string) {
		if was != is {
			*to = is
		}
	}
	change(&env.host, was.Host, e.Host)
	change(&env.source, was.Source, e.Source)
	change(&env.sourcetype, was.Sourcetype, e.Sourcetype)
	change(&env.index, was.Index, e.Index)
	env.fields = append(env.fields, e.fields...)
	r.env = &env
	return r
}

// filter is what rejects events of this part by their text.
func (p *part) filter() *filter {
	c, known := p.c, p.r.plan.scan.Known
	_, windows := c.split.(*windowsSplitter)
	if known == nil || p.table != nil || windows || c.log || c.meta.DataModel != "" || known(firstOf(c.meta.Sourcetype, c.sniffed)) {
		return c.r.plan.filter
	}
	return c.untyped
}

// untypedFilter is what rejects events of this file where nothing is known of their source
// type: where the search is for another origin than they have by themselves, also those
// that do not name one.
func (c *content) untypedFilter() *filter {
	p := c.r.plan
	failed := ""
	var clauses []clause
	for i := range p.scan.Origins {
		if o := &p.scan.Origins[i]; p.scan.Known != nil && !c.r.src.o.Plain && !c.mayPass(o) {
			failed += o.Text + "\x00"
			clauses = append(clauses, originClause(o))
		}
	}
	if len(clauses) == 0 {
		return p.plain
	}
	made, _ := p.byOrigin.LoadOrStore(failed, &filter{clauses: slices.Concat(p.plain.clauses, clauses)})
	return made.(*filter)
}

// mayPass says whether an event of this file that does not name its origin may pass.
func (c *content) mayPass(o *batch.Origin) bool {
	types := []string{c.meta.Sourcetype}
	if types[0] == "" {
		types = []string{"_json", "XmlWinEventLog", "WinEventLog", firstOf(c.sniffed, "generic_single_line")}
	}
	return slices.ContainsFunc(types, func(sourcetype string) bool {
		return o.Passes(func(field string) string {
			switch field {
			case "sourcetype":
				return sourcetype
			case "index":
				return firstOf(c.meta.Index, "main")
			}
			return firstOf(c.meta.Source, c.name)
		})
	})
}

// originClause is what an event holds that names its origin: the key of a field in JSON,
// or what else it is taken from.
func originClause(o *batch.Origin) clause {
	c := clause{escapes: &unicodeEscape}
	for _, f := range o.Fields {
		c.literals = append(c.literals, nameLiterals(`"`+f)...) // no "resource"
		if f == "source" {
			c.literals = append(c.literals, newLiteral("loggroup"))
		}
	}
	c.literals = append(c.literals, windowsStart)
	return c
}

// filters says whether a text that does not hold the search's words can be passed over
// unread: not where rules may put them there.
func (c *content) filters() bool {
	return c.rules.Edit == nil && (c.r.src.ruling == nil || !c.wrapped || !c.r.src.ruling.Edits)
}

// splitByRules decides how the text is cut into events where the rules say so. What
// the user said of the file is stronger, and events that come in envelopes are cut
// already.
func (c *content) splitByRules(head string, more bool) bool {
	rules := c.rules
	if rules == noRules || c.meta.Format != "" && c.meta.Format != "text" && c.meta.Format != "json" || c.wrapped {
		return false
	}
	if t := rules.Table; t != nil && c.meta.Format == "" {
		switch {
		case t.isTable():
			c.split = newStructuredSplitter(t, func() {
				c.r.notes.file(NoticeNoHeader, c, "no line is the header that the settings of its sourcetype describe; its lines were left out")
			})
			c.format = t.Kind
			return true
		case t.Kind == "hec":
			c.format = "hec"
		case c.format != "":
			c.format = "json"
		}
	}
	if rules.Lines == nil || rules.Lines.Implied && rules.Lines.Breaker == nil && (spread(head, more) || isWindowsLog(head)) {
		return false
	}
	if c.meta.Format == "" && (c.format == "csv" || c.format == "tsv") {
		c.format = "" // the rules know better than the file's name
	}
	s := &lineSplitter{merge: rules.Lines.Merge, truncate: rules.Truncate}
	if re := rules.Lines.Breaker; re != nil {
		s.breaker = newBreaker(re)
	}
	s.date = c.hasDate
	s.failed = func() {
		c.r.notes.file(NoticeSlowRegex, c, "a regular expression of LINE_BREAKER or its kin took too long, so that lines may not be cut as it says")
	}
	s.cut = c.noteCut
	c.split = s
	return true
}

// hasDate says whether a line has a timestamp, by the rules of the file.
func (c *content) hasDate(line string) bool {
	o := &c.r.src.o
	t := c.rules.Time
	if t == nil {
		_, _, _, ok := timefmt.Recognise(line, o.Zone, o.Now)
		return ok
	}
	if t.Source != "" {
		return false
	}
	zone := o.Zone
	if t.Zone != nil {
		zone = t.Zone
	}
	_, _, _, ok := t.find(line, zone, o.Now)
	return ok
}

func (c *content) noteCut() {
	c.r.notes.file(NoticeCutLine, c, "lines longer than TRUNCATE were cut off")
}

// cutLine is a line as TRUNCATE leaves it.
func (p *part) cutLine(line string) string {
	cut := truncated(line, p.c.rules.Truncate)
	if len(cut) < len(line) {
		p.c.noteCut()
	}
	return cut
}

// tableType is the sourcetype of a table's events.
func (c *content) tableType() string {
	if c.sniffed != "" {
		return c.sniffed
	}
	if c.format == "" {
		return "csv"
	}
	return c.format
}

// stampFields are the fields of the time, by the names that they have in the events.
func (r *Rules) stampFields() []string {
	if r == nil || r.Time == nil {
		return nil
	}
	if !r.Table.isTable() {
		return r.Time.Fields
	}
	var out []string
	for _, f := range r.Time.Fields {
		out = append(out, cleanHeader(f, r.Table.Special))
	}
	return out
}

// truncated cuts a text at so many bytes, at the end of a character; 0: not at all.
func truncated(s string, most int) string {
	if most <= 0 || len(s) <= most {
		return s
	}
	for most > 0 && s[most]&0xc0 == 0x80 {
		most--
	}
	return s[:most]
}
