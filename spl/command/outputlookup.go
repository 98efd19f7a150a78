package command

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzip"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
	"spl/spl/knowledge"
)

var outputlookupCommand = Command{
	Name:    "outputlookup",
	Kind:    DatasetProcessing,
	Summary: "Writes the rows into a lookup table and passes them on.",
	Usage:   "outputlookup [<option>]... <table>",
	Options: []Option{
		{"append", Bool, "false", "add to the table instead of replacing it"},
		{"create_empty", Bool, "true", "make an empty file where there are no rows and no file"},
		{"override_if_empty", Bool, "true", "empty the table where there are no rows"},
		{"max", Int, "0", "how many rows to write at most; 0 all"},
		{"key_field", Text, "", "the field whose values are the keys of the rows of a collection"},
		{"allow_updates", Bool, "true", "replace rows of a collection that have the same key"},
		{"createinapp", Bool, "true", "accepted; the file goes where the run may write"},
		{"create_context", Text, "app", "accepted; the file goes where the run may write"},
		{"output_format", Text, "splunk_sv_csv", "splunk_mv_csv keeps several values of a field apart"},
	},
	Parse: parseOutputlookup,
}

var outputlookupGrammar = parser.NewGrammar[argList](parser.ArgTokens, "outputlookup append=true assets.csv")

type outputlookupNode struct {
	name *parser.Name
	opts *options
}

func parseOutputlookup(c *Command, a *parser.Args) (Node, source.Errors) {
	name, opts, errs := oneLookup(c, a, outputlookupGrammar)
	if len(errs) > 0 {
		return nil, errs
	}
	for _, o := range opts.list {
		v := strings.ToLower(o.Value.Text)
		switch {
		case strings.EqualFold(o.Key.Text, "output_format") && v != "splunk_sv_csv" && v != "splunk_mv_csv":
			errs = append(errs, source.Errorf(source.Syntax, o.Value.Span, "`output_format` of `outputlookup` must be splunk_sv_csv or splunk_mv_csv, not `%s`", o.Value.Text))
		case strings.EqualFold(o.Key.Text, "create_context") && v != "app" && v != "user" && v != "system":
			errs = append(errs, source.Errorf(source.Syntax, o.Value.Span, "`create_context` of `outputlookup` must be app, user or system, not `%s`", o.Value.Text))
		case strings.EqualFold(o.Key.Text, "max") && opts.int("max", 0) < 0:
			errs = append(errs, source.Errorf(source.Syntax, o.Value.Span, "`max` of `outputlookup` must not be negative"))
		}
	}
	return &outputlookupNode{name, opts}, errs
}

func (n *outputlookupNode) String() string {
	return trimLeadingSpace(n.opts.String() + " " + parser.Word(n.name.Text))
}

// Check is part of [Checker].
func (n *outputlookupNode) Check(p *Planning) source.Errors {
	if _, err := p.Knowledge.LookupToWrite(n.name.Text); err != nil {
		return one(source.Errorf(source.UnknownArgument, n.name.Span, "%s", err).WithHelp("a new table is named as a file that ends in .csv"))
	}
	return nil
}

func (n *outputlookupNode) Plan(p *Planning) *engine.Plan {
	table := false
	return &engine.Plan{
		Wants:   engine.Order,
		Reads:   func(batch.Fields) batch.Fields { return batch.AllFields },
		Comes:   func(t bool) { table = t },
		Effects: "writes the lookup table " + n.name.Text,
		Note:    "the table has the rows in order",
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			l, err := p.Knowledge.LookupToWrite(n.name.Text)
			if err != nil {
				return nil, fmt.Errorf("`outputlookup`: %w", err)
			}
			if err := c.MayWrite("outputlookup", l.StoredAs()); err != nil {
				return nil, err
			}
			return &outputLookup{node: n, ctx: c, base: p.Knowledge, lookup: l, table: table, left: n.opts.int("max", 0)}, nil
		},
	}
}

// outputLookup passes rows on and keeps them; the table is written when the last has
// come, as its columns are those of all rows.
type outputLookup struct {
	node   *outputlookupNode
	ctx    *engine.Context
	base   *knowledge.Base
	lookup *knowledge.Lookup
	table  bool // the rows have their columns in order
	left   int  // rows still to keep, where max is given
	held   []*batch.Batch
	enough bool // nobody behind wants more; the table still does
}

func (o *outputLookup) Push(b *batch.Batch, emit engine.Emit) error {
	b.Load()
	if err := o.hold(b); err != nil {
		return err
	}
	if o.enough {
		return nil
	}
	err := emit(b)
	if err == engine.Enough { //nolint:errorlint // a sentinel passed as it is
		o.enough, err = true, nil
	}
	return err
}

func (o *outputLookup) hold(b *batch.Batch) error {
	if o.node.opts.int("max", 0) > 0 {
		if b = b.First(min(o.left, b.Rows)); b.Rows == 0 {
			return nil
		}
		o.left -= b.Rows
	}
	o.held = append(o.held, b)
	return o.ctx.Budget.Grow(engine.Size(b), "`outputlookup`")
}

func (o *outputLookup) Flush(engine.Emit) error {
	t, err := o.made()
	if err != nil || t == nil {
		return err
	}
	if o.ctx.Dry {
		o.ctx.Dropped("outputlookup", o.lookup.StoredAs())
		return nil
	}
	if err := o.write(t); err != nil {
		return fmt.Errorf("`outputlookup` cannot write `%s`: %w", o.lookup.StoredAs(), err)
	}
	o.base.StoreLookup(o.lookup, t)
	return nil
}

// made is the table as it is to be; nil: it stays as it is.
func (o *outputLookup) made() (*knowledge.Table, error) {
	opts := o.node.opts
	rows := knowledge.Gather(o.columns(), o.held)
	o.held = nil
	add, key := opts.bool("append", false), opts.text("key_field", "")
	old, exists, err := o.stored(add || key != "")
	if err != nil {
		return nil, fmt.Errorf("`outputlookup`: %w", err)
	}
	if rows.Rows == 0 {
		keep := exists && (add || !opts.bool("override_if_empty", true)) || !exists && !opts.bool("create_empty", true)
		if keep {
			return nil, nil
		}
	}
	if o.lookup.Collection == "" {
		if key != "" {
			o.ctx.Notices.Add("outputlookup", "key_field is for collections; of the file "+o.lookup.File+" all rows are written", 1)
		}
		if !add {
			return rows, nil
		}
		return old.Append(rows), nil
	}
	return old.Upsert(rows, key, o.lookup.Fields, opts.bool("allow_updates", true), o.ctx.Now.Unix()), nil
}

// stored is the table as it is, and whether there is one: that of the lookup, else the
// file of its name in the folder that is written to. It is read only if need be.
func (o *outputLookup) stored(read bool) (*knowledge.Table, bool, error) {
	old, exists := &knowledge.Table{}, o.lookup.Exists()
	if exists && read {
		var err error
		if old, err = o.lookup.Stored(); err != nil {
			return nil, true, err
		}
	}
	if exists && (o.lookup.Collection == "" || old.Rows > 0) || o.ctx.Open == nil {
		return old, exists, nil
	}
	f, err := o.ctx.Open(o.lookup.StoredAs())
	if err != nil {
		return old, exists, nil //nolint:nilerr // there is none
	}
	defer f.Close()
	if !read {
		return old, true, nil
	}
	t, err := o.lookup.Read(f)
	return t, true, err
}

// columns are those of all rows: in their order where the rows have one, else in
// ASCII order. Fields that begin with _ are Splunk's own and are not written, but
// for _time and the key of a collection.
func (o *outputLookup) columns() []string {
	var names []string
	if !o.table {
		names = fieldNames(o.held)
	}
	for _, b := range o.held {
		for _, n := range b.Names {
			if o.table && !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	key := o.lookup.Collection != ""
	return slices.DeleteFunc(names, func(n string) bool {
		return batch.Internal(n) && n != "_time" && !(key && n == "_key")
	})
}

func (o *outputLookup) write(t *knowledge.Table) (err error) {
	name := o.lookup.StoredAs()
	f, err := o.ctx.Create(name, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	var w io.Writer = f
	if strings.HasSuffix(name, ".gz") {
		z := gzip.NewWriter(f)
		defer func() { err = errors.Join(err, z.Close()) }()
		w = z
	}
	multi := strings.EqualFold(o.node.opts.text("output_format", ""), "splunk_mv_csv") || o.lookup.Collection != ""
	return t.WriteCSV(w, multi)
}
