package command

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"spl/eval"
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var outputcsvCommand = Command{
	Name:    "outputcsv",
	Kind:    DatasetProcessing,
	Summary: "Writes the rows to a CSV file and passes them on.",
	Usage:   "outputcsv [<option>]... <file>",
	Options: []Option{
		{"append", Bool, "false", "add to the file"},
		{"create_empty", Bool, "false", "write a file also when there are no rows"},
		{"override_if_empty", Bool, "true", "without rows, clear a file that is there"},
		{"dispatch", Bool, "false", "accepted; there is one folder"},
		{"usexml", Bool, "false", "accepted; the file is CSV"},
		{"singlefile", Bool, "true", "accepted; there is one file"},
	},
	Parse: func(c *Command, a *parser.Args) (Node, source.Errors) {
		n, errs := parseWrite(c, a)
		if n == nil {
			return nil, errs
		}
		if errs = append(errs, n.needName(a)...); len(errs) > 0 {
			return nil, errs
		}
		n.file, n.more = withEnding(n.names[0], ".csv"), n.opts.bool("append", false)
		n.empty = n.opts.bool("create_empty", false)
		n.begin = func(n *writeNode, _ *engine.Context, table bool) rowWriter {
			return &csvWriter{header: !n.more, table: table}
		}
		return n, nil
	},
}

// withEnding adds an ending to a file's name that has none.
func withEnding(name, ending string) string {
	if strings.Contains(name, ".") {
		return name
	}
	return name + ending
}

var outputtextCommand = Command{
	Name:    "outputtext",
	Kind:    DatasetProcessing,
	Summary: "Writes the text of the events to a file and passes them on.",
	Usage:   "outputtext [usexml=<bool>] <file>",
	Options: []Option{{"usexml", Bool, "true", "accepted; the file is text"}},
	Parse: func(c *Command, a *parser.Args) (Node, source.Errors) {
		n, errs := parseWrite(c, a)
		if n == nil {
			return nil, errs
		}
		if len(n.names) == 0 {
			n.names = []string{"output"}
		}
		if errs = append(errs, n.needName(a)...); len(errs) > 0 {
			return nil, errs
		}
		n.file = withEnding(n.names[0], ".txt")
		n.begin = func(*writeNode, *engine.Context, bool) rowWriter { return textWriter{} }
		return n, nil
	},
}

var dumpCommand = Command{
	Name:    "dump",
	Kind:    DatasetProcessing,
	Summary: "Writes the text of the events, or their fields, to a file and passes them on.",
	Usage:   `dump basefilename=<name> [format=raw|csv|tsv|json|xml] [fields="<list>"] [rollsize=<n>] [maxlocal=<n>] [compress=<n>]`,
	Options: []Option{
		{"basefilename", Text, "", "the name of the file, without its ending"},
		{"format", Text, "raw", "raw, or csv"},
		{"fields", Text, "", "the fields to write"},
		{"rollsize", Int, "63", "accepted; there is one file"},
		{"maxlocal", Int, "1024", "accepted; the file stays where it is"},
		{"compress", Int, "2", "accepted; the file is not compressed"},
	},
	Parse: func(c *Command, a *parser.Args) (Node, source.Errors) {
		n, errs := parseWrite(c, a)
		if n == nil {
			return nil, errs
		}
		name, format := n.opts.text("basefilename", ""), strings.ToLower(n.opts.text("format", "raw"))
		switch {
		case name == "":
			errs = append(errs, source.Errorf(source.Syntax, a.Span(), "`dump` needs basefilename=").WithHelp("for example: dump basefilename=events"))
		case format != "raw" && format != "csv":
			errs = append(errs, source.Errorf(source.Unsupported, a.Span(), "`dump` cannot write `%s`", format).WithHelp("it writes raw and csv"))
		default:
			errs = append(errs, checkFile(a, name)...)
		}
		n.file = name + "." + format
		n.begin = func(n *writeNode, _ *engine.Context, table bool) rowWriter {
			if format == "csv" {
				return &csvWriter{header: true, table: table, only: namesIn(n.opts.text("fields", ""))}
			}
			return textWriter{}
		}
		return n, errs
	},
}

var inputcsvCommand = Command{
	Name:     "inputcsv",
	Kind:     Generating,
	Anywhere: true,
	Summary:  "Reads rows from a CSV file that outputcsv wrote.",
	Usage:    "inputcsv [append=<bool>] [start=<n>] [max=<n>] [events=<bool>] [dispatch=<bool>] <file> [WHERE <search-expression>]",
	Options: []Option{
		{"append", Bool, "false", "put the rows behind those that come in"},
		{"start", Int, "0", "how many rows of the file to pass over"},
		{"max", Int, "1000000000", "how many rows to give at most"},
		{"events", Bool, "false", "the rows are events"},
		{"dispatch", Bool, "false", "accepted; there is one folder"},
		{"strict", Bool, "false", "accepted; a file that does not exist is always an error"},
	},
	Parse: parseInputcsv,
}

type inputcsvNode struct {
	*writeNode
	where parser.SearchExpr
	pass  *eval.Search
	after bool
}

func parseInputcsv(c *Command, a *parser.Args) (Node, source.Errors) {
	head, tail := cutWhere(a)
	w, errs := parseWrite(c, head)
	if w == nil {
		return nil, errs
	}
	n := &inputcsvNode{writeNode: w, after: !a.First}
	if errs = append(errs, w.needName(head)...); len(errs) > 0 {
		return nil, errs
	}
	n.file = withEnding(n.names[0], ".csv")
	if n.after && !n.opts.bool("append", false) {
		errs = append(errs, source.Errorf(source.Unsupported, head.Span(), "`inputcsv` makes rows of its own and must be the first command of a search").
			WithHelp("to put its rows behind those that come in, write append=true"))
	}
	if tail != nil {
		var es source.Errors
		if n.where, es = parser.ParseSearch(tail); len(es) == 0 {
			n.pass, es = eval.CompileSearch(n.where)
		}
		errs = append(errs, es...)
	}
	return n, errs
}

func (n *inputcsvNode) String() string {
	s := n.writeNode.String()
	if n.where != nil {
		s += " where " + n.where.String()
	}
	return s
}

func (n *inputcsvNode) Plan(*Planning) *engine.Plan {
	if n.after {
		return &engine.Plan{Gives: opens, Reduce: func(c *engine.Context) (engine.Operator, error) {
			return &appender{ctx: c, run: emits(func() ([]*batch.Batch, error) { return n.rows(c) })}, nil
		}}
	}
	p := &engine.Plan{Gives: engine.MakesAny, Shape: engine.Table, Generate: func(c *engine.Context) (batch.Source, error) {
		rows, err := n.rows(c)
		return engine.Rows(rows), err
	}}
	if n.opts.bool("events", false) {
		p.Shape = engine.Events
	}
	return p
}

// rows reads the file.
func (n *inputcsvNode) rows(c *engine.Context) ([]*batch.Batch, error) {
	if c.Open == nil {
		return nil, fmt.Errorf("`inputcsv` cannot read %s: there is no folder to read from; give one with --write DIR", n.file)
	}
	f, err := c.Open(n.file)
	if err != nil {
		return nil, fmt.Errorf("`inputcsv` cannot read %s: %w", n.file, err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	header, err := r.Read()
	if err != nil {
		return nil, nilIfEnd(err)
	}
	var out []*batch.Batch
	skip, most := n.opts.int("start", 0), n.opts.int("max", 1_000_000_000)
	for most > 0 {
		if err := c.Err(); err != nil {
			return nil, err
		}
		b, passed, err := readCSV(r, header, &skip, &most)
		if err != nil {
			return nil, fmt.Errorf("`inputcsv` cannot read %s: %w", n.file, err)
		}
		if passed == 0 {
			break
		}
		if n.pass != nil {
			b = keepRows(b, n.pass.Bind(c.Eval()).Rows(b))
		}
		if b == nil || b.Rows == 0 {
			continue
		}
		if err := c.Budget.Grow(engine.Size(b), "`inputcsv`"); err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

func nilIfEnd(err error) error {
	if err == io.EOF { //nolint:errorlint // as it is documented
		return nil
	}
	return err
}

// readCSV reads up to 1,024 lines. An empty cell is NULL.
func readCSV(r *csv.Reader, header []string, skip, most *int) (b *batch.Batch, lines int, err error) {
	cols := make([]batch.Builder, len(header))
	rows := 0
	for lines < 1024 && *most > 0 {
		rec, err := r.Read()
		if err == io.EOF { //nolint:errorlint // as it is documented
			break
		}
		if err != nil {
			return nil, lines, err
		}
		lines++
		if *skip > 0 {
			*skip--
			continue
		}
		*most--
		rows++
		for i := range cols {
			if i < len(rec) && rec[i] != "" {
				cols[i].Append(strings.Split(rec[i], "\n")...)
			} else {
				cols[i].Null()
			}
		}
	}
	b = batch.New(rows)
	for i, name := range header {
		b.Set(name, cols[i].Column())
	}
	return b, lines, nil
}
