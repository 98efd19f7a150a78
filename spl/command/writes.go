package command

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"spl/eval/batch"
	"spl/eval/timefmt"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
	"spl/spl/spill"
)

// Commands that write files and pass the rows on: outputcsv, outputtext, dump, collect
// and mcollect. Where they may write is the caller's to say; nowhere unless allowed.

var writeGrammar = parser.NewGrammar[argList](parser.ArgTokens, "outputcsv results.csv")

// writeNode is a command that writes.
type writeNode struct {
	c     *Command
	opts  *options
	names []string // what is no option
	// file is the name of the file; more adds to it.
	file string
	more bool
	// begin makes what turns rows into text.
	begin func(n *writeNode, c *engine.Context, table bool) rowWriter
	empty bool // a file is written also when there are no rows
}

// rowWriter turns rows into the text of a file.
type rowWriter interface {
	write(w io.Writer, rows *spill.Rows) error
}

func parseWrite(c *Command, a *parser.Args) (*writeNode, source.Errors) {
	names, o, errs := fieldArgs(c, a, writeGrammar)
	if o.list == nil && len(errs) > 0 {
		return nil, errs
	}
	return &writeNode{c: c, opts: o, names: texts(names)}, errs
}

// needName checks that exactly one name of a file is there.
func (n *writeNode) needName(a *parser.Args) source.Errors {
	if len(n.names) == 1 {
		return checkFile(a, n.names[0])
	}
	return one(source.Errorf(source.Syntax, a.Span(), "`%s` needs the name of one file", n.c.Name).WithHelp("for example: %s results.csv", n.c.Name))
}

// checkFile refuses names that lead out of the folder.
func checkFile(a *parser.Args, name string) source.Errors {
	if name == "" || strings.ContainsAny(name, "/\\\x00") || strings.HasPrefix(name, ".") {
		return one(source.Errorf(source.Syntax, a.Span(), "`%s` is not the name of a file: it must be a plain name, without a folder", name))
	}
	return nil
}

func (n *writeNode) String() string {
	return trimLeadingSpace(strings.TrimRight(n.opts.String()+" "+nameList(n.names), " "))
}

func (n *writeNode) Plan(*Planning) *engine.Plan {
	table := false
	return &engine.Plan{
		Wants:   engine.Order,
		Effects: "writes " + n.file,
		Comes:   func(t bool) { table = t },
		Reads:   func(batch.Fields) batch.Fields { return batch.AllFields },
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			if err := c.MayWrite(n.c.Name, n.file); err != nil {
				return nil, err
			}
			w := n.begin(n, c, table)
			return holdRows(c, n.c.Name, func(rows *spill.Rows, emit engine.Emit) error {
				if rows.Len() > 0 || len(rows.Columns()) > 0 || n.empty || n.clears(c) {
					if err := n.save(c, w, rows); err != nil {
						return err
					}
				}
				return rows.Drain(emit)
			}), nil
		},
	}
}

// clears says whether a file that is there is to be emptied, as there are no rows.
func (n *writeNode) clears(c *engine.Context) bool {
	if n.c.option("override_if_empty") == nil || n.more || !n.opts.bool("override_if_empty", true) || c.Open == nil {
		return false
	}
	f, err := c.Open(n.file)
	if err == nil {
		err = f.Close()
	}
	return err == nil
}

func (n *writeNode) save(c *engine.Context, w rowWriter, rows *spill.Rows) (err error) {
	if c.Dry {
		c.Dropped(n.c.Name, n.file)
		return nil
	}
	f, err := c.Create(n.file, n.more)
	if err != nil {
		return fmt.Errorf("`%s` cannot write %s: %w", n.c.Name, n.file, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return w.write(f, rows)
}

// columnsOf are the columns of rows in order of first appearance; of events in ASCII
// order, and without what only Splunk needs.
func columnsOf(rows *spill.Rows, table bool) []string {
	if table {
		return rows.Columns()
	}
	return rows.Fields()
}

// csvWriter writes a header and a line a row. Values of a multivalue stand on lines of
// their own within the cell.
type csvWriter struct {
	table  bool
	header bool
	only   []string // the fields to write; none: all
}

func (o *csvWriter) write(w io.Writer, rows *spill.Rows) error {
	names := slices.DeleteFunc(columnsOf(rows, o.table), func(n string) bool { return batch.Internal(n) && n != "_time" && n != "_raw" })
	if len(o.only) > 0 {
		names = o.only
	}
	out := csv.NewWriter(w)
	if o.header && len(names) > 0 {
		if err := out.Write(names); err != nil {
			return err
		}
	}
	line := make([]string, len(names))
	err := rows.Each(func(b *batch.Batch) error {
		for r := range b.Rows {
			for i, name := range names {
				line[i] = strings.Join(b.Col(name).Values(r), "\n")
			}
			if err := out.Write(line); err != nil {
				return err
			}
		}
		return nil
	})
	out.Flush()
	return cmp.Or(err, out.Error())
}

// textWriter writes a line a row: _raw.
type textWriter struct{}

func (textWriter) write(w io.Writer, rows *spill.Rows) error {
	return rows.Each(func(b *batch.Batch) error {
		var buf bytes.Buffer
		raw := b.Col("_raw")
		for r := range b.Rows {
			if s, ok := raw.First(r); ok {
				buf.WriteString(s + "\n")
			}
		}
		_, err := w.Write(buf.Bytes())
		return err
	})
}

// stashWriter writes rows as events of a summary index: a time, then the fields.
type stashWriter struct {
	zone    func(float64) string
	addTime bool
	marker  string
	hec     bool
	node    *writeNode
	now     float64
	names   []string
	metrics bool
}

func (o *stashWriter) write(w io.Writer, rows *spill.Rows) error {
	names := columnsOf(rows, true)
	var buf bytes.Buffer
	return rows.Each(func(b *batch.Batch) error {
		buf.Reset()
		for r := range b.Rows {
			switch {
			case o.metrics:
				o.metric(&buf, b, r, names)
			case o.hec:
				o.json(&buf, b, r, names)
			default:
				o.event(&buf, b, r, names)
			}
		}
		_, err := w.Write(buf.Bytes())
		return err
	})
}

func (o *stashWriter) time(b *batch.Batch, row int) float64 {
	if t, ok := b.Col("_time").Number(row); ok {
		return t
	}
	return o.now
}

// event writes 10/19/2024 12:00:00 +0000, a="x", b="y". An event that has a text is
// written as it is.
func (o *stashWriter) event(buf *bytes.Buffer, b *batch.Batch, row int, names []string) {
	if raw, ok := b.Col("_raw").First(row); ok {
		buf.WriteString(raw + "\n")
		return
	}
	var parts []string
	if o.addTime {
		parts = append(parts, o.zone(o.time(b, row)))
	}
	if o.marker != "" {
		parts = append(parts, o.marker)
	}
	for _, name := range names {
		if batch.Internal(name) {
			continue
		}
		for _, v := range b.Col(name).Values(row) {
			parts = append(parts, name+`="`+strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v)+`"`)
		}
	}
	buf.WriteString(strings.Join(parts, ", ") + "\n")
}

// json writes an event as the HTTP event collector takes it.
func (o *stashWriter) json(buf *bytes.Buffer, b *batch.Batch, row int, names []string) {
	event := map[string]any{}
	for _, name := range names {
		if vals := b.Col(name).Values(row); !batch.Internal(name) && len(vals) > 0 {
			event[name] = plainOrList(vals)
		}
	}
	envelope := map[string]any{"time": o.time(b, row), "event": event, "sourcetype": o.node.opts.text("sourcetype", "stash")}
	for _, k := range []string{"index", "host", "source"} {
		if v := o.node.opts.text(k, ""); v != "" {
			envelope[k] = v
		}
	}
	text, _ := json.Marshal(envelope) // it is made of texts and numbers
	buf.Write(append(text, '\n'))
}

func plainOrList(vals []string) any {
	if len(vals) == 1 {
		return vals[0]
	}
	return vals
}

// metric writes a metric as the HTTP event collector takes it. With split=true every
// number that is no dimension is a metric; else metric_name and _value say it.
func (o *stashWriter) metric(buf *bytes.Buffer, b *batch.Batch, row int, names []string) {
	fields := map[string]any{}
	prefix := o.node.opts.text("prefix_field", "")
	front, _ := b.Col(prefix).First(row)
	if front != "" {
		front += "."
	}
	split := o.node.opts.bool("split", false)
	for _, name := range names {
		v, ok := b.Col(name).First(row)
		n, isNumber := batch.ParseNumber(v)
		switch {
		case !ok || name == prefix || batch.Internal(name):
		case split && isNumber && !slices.Contains(o.names, name):
			fields["metric_name:"+front+name] = n
		case name != "metric_name":
			fields[name] = v
		}
	}
	if name, ok := b.Col("metric_name").First(row); ok && !split {
		if n, ok := b.Col("_value").Number(row); ok {
			fields["metric_name:"+front+name] = n
		}
	}
	envelope := map[string]any{"time": o.time(b, row), "event": "metric", "fields": fields, "index": o.node.opts.text("index", "")}
	text, _ := json.Marshal(envelope) // it is made of texts and numbers
	buf.Write(append(text, '\n'))
}

func newStash(n *writeNode, c *engine.Context) *stashWriter {
	layout := timefmt.CompileLayout(n.opts.text("timeformat", "%m/%d/%Y %H:%M:%S %z"))
	return &stashWriter{
		node: n, now: float64(c.Now.Unix()), names: n.names, marker: n.opts.text("marker", ""),
		addTime: n.opts.bool("addtime", true), hec: strings.EqualFold(n.opts.text("output_format", "raw"), "hec"),
		zone: func(t float64) string { return layout.Format(t, c.Zone) },
	}
}
