package main

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/spf13/cobra"

	"spl/macros"
	"spl/parser/source"
	"spl/spl"
	"spl/spl/detect"
	"spl/spl/knowledge"
	"spl/spl/lint"
)

func (a *app) checkCommand() *cobra.Command {
	var format, text string
	c := &cobra.Command{
		Use:   "check [flags] PATH...",
		Short: "Read queries, expand their macros and report every fault; run nothing",
		Long: `Reads .spl texts, detection YAML, savedsearches.conf, and NDJSON rows {"name","spl"},
also packed; of a folder all of these below it, and - as one query. Macros that are
defined in the same paths (macros.conf, ESCU macro YAML, rows {"macro","definition",
"args"}) are known to the queries and checked as well.

Without a PATH, the apps of --app and the tables of --lookups are checked themselves:
what in their files is wrong, and what in them has no effect.`,
		Example: "  spl check detections/ -m macros/\n  spl check --app etc/apps/my_app\n  spl check --format json queries.ndjson.gz\n  spl check -q 'error | stast count'",
		RunE: func(c *cobra.Command, args []string) error {
			return a.check(args, format, text, c.Flags().Changed("query"))
		},
	}
	a.flags.addMacros(c.Flags())
	c.Flags().StringVar(&format, "format", "text", "how findings are written: text, or json (an object for each query)")
	c.Flags().StringVarP(&text, "query", "q", "", "check this query")
	c.Flags().IntVar(&a.flags.workers, "workers", 0, "check on `n` cores (0: all)")
	c.Flags().BoolVarP(&a.flags.verbose, "verbose", "v", false, "name the queries without faults as well")
	c.Flags().StringSliceVar(&a.flags.noLint, "no-lint", nil, "switch a warning off by its `code`; all: every one (repeatable)")
	c.Flags().StringSliceVar(&a.flags.lint, "lint", nil, "look for what is a matter of taste too, by its `code`; all: everything (repeatable)")
	c.Flags().BoolVar(&a.flags.strict, "strict", false, "warnings count as errors")
	choices(c, "format", "text", "json")
	return c
}

// item is something to check: a query, or a macro's definition.
type item struct {
	name      string
	detection *detect.Detection
	macro     *macros.Macro
	knowledge bool          // an app, or the folder of lookup tables
	errs      source.Errors // found while reading it
	warnings  []fault
}

// finding is what check says of an item, as JSON shows it.
type finding struct {
	Name     string  `json:"name"`
	OK       bool    `json:"ok"`
	Errors   []fault `json:"errors"`
	Warnings []fault `json:"warnings"`

	errs      source.Errors
	lints     source.Errors // of the warnings, those that lints found
	macro     bool
	knowledge bool
}

func (a *app) check(paths []string, format, text string, one bool) error {
	if err := a.flags.check(); err != nil {
		return err
	}
	if format != "text" && format != "json" {
		return &usageError{fmt.Sprintf("--format: there is no `%s`", format), "choose text or json"}
	}
	if len(paths) == 0 && !one && len(a.flags.apps) == 0 && a.flags.lookups == "" {
		return &usageError{"there is nothing to check: name files or folders", "for example: spl check detections/ -m macros/\nor one query: spl check -q 'error | stats count'"}
	}
	base, err := a.knowledge()
	if err != nil {
		return err
	}
	files, err := a.checkFiles(paths)
	if err != nil {
		return err
	}
	k := &checker{app: a, files: files, set: base.Macros()}
	if a.flags.lookups != "" || len(a.flags.apps) > 0 {
		k.base = base
		if len(paths) == 0 && !one {
			k.first = a.checkKnowledge(base)
		}
	}
	if one {
		f := &source.File{Name: "<query>", Text: text}
		k.first = append(k.first, item{name: f.Name, detection: &detect.Detection{Search: f, Origin: source.Plain(f)}})
	}
	k.define()
	return k.run(&checkReport{app: a, json: format == "json", out: &gate{ctx: a.ctx, w: a.stdout}})
}

// checker checks items on many goroutines and reports them in their order.
type checker struct {
	*app
	files []checkFile
	first []item // before those of the files
	set   *macros.Set
	// base is what there is beside macros, nil where the flags name nothing: that a
	// lookup table is not at hand is then no fault of the query.
	base *knowledge.Base
}

// job is an item on its way through a worker.
type job struct {
	item
	done chan finding
}

func (k *checker) run(r *checkReport) error {
	workers := k.flags.workers
	if workers == 0 {
		workers = k.cores
	}
	jobs := make(chan job, 4*workers)
	order := make(chan job, 16*workers)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := range jobs {
				j.done <- k.check(j.item)
			}
		}()
	}
	go func() {
		defer close(order)
		defer close(jobs)
		k.each(func(it item) bool {
			j := job{it, make(chan finding, 1)}
			select {
			case order <- j:
				jobs <- j
				return true
			case <-stop:
				return false
			case <-k.ctx.Done():
				return false
			}
		})
	}()
	var err error
	for j := range order {
		f := <-j.done
		if err == nil {
			if err = r.add(f); err != nil {
				close(stop)
			}
		}
	}
	wg.Wait()
	if err != nil {
		return err
	}
	return r.end()
}

// each gives all items, in the order of the paths.
func (k *checker) each(emit func(item) bool) {
	for _, it := range k.first {
		if !emit(it) {
			return
		}
	}
	for _, f := range k.files {
		if !k.items(f, emit) {
			return
		}
	}
}

// check checks one item.
func (k *checker) check(it item) (f finding) {
	f = finding{Name: it.name, Errors: []fault{}, Warnings: append([]fault{}, it.warnings...), macro: it.macro != nil, knowledge: it.knowledge}
	errs := it.errs
	switch {
	case len(errs) > 0 || it.knowledge:
	case it.macro != nil:
		errs = k.checkMacro(it.macro)
	default:
		var notices []fault
		errs, f.lints, notices = k.checkQuery(it.detection)
		for _, e := range f.lints {
			f.Warnings = append(f.Warnings, newFault(e))
		}
		f.Warnings = append(f.Warnings, notices...)
	}
	for _, e := range errs {
		f.Errors = append(f.Errors, newFault(e))
	}
	if k.flags.strict {
		f.Errors = append(f.Errors, f.Warnings...)
		f.Warnings = []fault{}
	}
	f.errs, f.OK = errs, len(f.Errors) == 0
	return f
}

func (k *checker) checkQuery(d *detect.Detection) (errs, lints source.Errors, notices []fault) {
	q := &query{text: d.Search.Text, detection: d, config: &spl.Config{Macros: k.set, File: d.Search}}
	tree, err := q.parse()
	if err == nil && k.base != nil {
		q.config.Knowledge = k.base
		_, err = q.compile()
	}
	if err != nil && !errors.As(err, &errs) {
		return source.Errors{placed(d, "internal", err.Error())}, nil, nil
	}
	if tree == nil || tree.Expansion == nil {
		return errs, nil, nil
	}
	if err == nil {
		lints = k.lint(tree, d)
	}
	errs = slices.DeleteFunc(errs, func(e *source.Error) bool {
		if e.Elsewhere {
			notices = append(notices, newFault(e))
		}
		return e.Elsewhere
	})
	for _, n := range tree.Expansion.Notices {
		if k.silent("undefined-macro") {
			break
		}
		file, where := d.Place(n.File, n.Where)
		p := file.Place(where.Start)
		notices = append(notices, fault{Code: "undefined-macro", Message: n.Message, File: file.Name, Line: p.Line, Column: p.Column})
	}
	if n := len(tree.Expansion.Text.String); err == nil && !lint.Fits(tree) {
		notices = append(notices, fault{Code: "not-linted", Message: fmt.Sprintf("the search is %d bytes long with its macros; warnings are looked for in %d at most, and in less where there are many commands (a long list of values belongs in a lookup table)", n, lint.MaxLength), File: d.Search.Name, Line: max(1, d.Search.FirstLine), Column: 1})
	}
	for _, n := range d.Notices {
		notices = append(notices, fault{Code: "not-yaml", Message: n, File: d.Search.Name, Line: d.Search.FirstLine, Column: 1})
	}
	return errs, lints, notices
}

// lint looks at a query without faults.
func (k *checker) lint(q *spl.Query, d *detect.Detection) source.Errors {
	o := &lint.Options{Knowledge: k.base, Off: k.flags.noLint, On: k.flags.lint, Filtered: d.RBA != nil || len(d.Observables) > 0}
	if d.RBA != nil {
		for _, r := range d.RBA.Risk {
			o.Outputs = append(o.Outputs, r.Field)
		}
		for _, t := range d.RBA.Threat {
			o.Outputs = append(o.Outputs, t.Field)
		}
	}
	for _, ob := range d.Observables {
		o.Outputs = append(o.Outputs, ob.Field)
	}
	found := lint.Check(q, o)
	d.Locate(found)
	return found
}

// silent says whether a warning is switched off.
func (k *checker) silent(code string) bool {
	return slices.Contains(k.flags.noLint, code) || slices.Contains(k.flags.noLint, "all")
}

// placed is a fault of the whole search.
func placed(d *detect.Detection, code source.Code, msg string) *source.Error {
	e := source.Errorf(code, source.At(0), "%s", msg)
	e.File, e.Where = d.Place(d.Search, source.At(0))
	return e
}

// checkMacro looks at a definition: whether it can be called, and whether the macros
// it calls are there. What it would do depends on where it is called.
func (k *checker) checkMacro(m *macros.Macro) source.Errors {
	if e := m.Fault(); e != nil {
		return source.Errors{e}
	}
	if m.IsEval || m.Validation != nil {
		return nil // the arguments decide
	}
	d := &detect.Detection{Search: &source.File{Name: m.File.Name, Text: m.Definition.String}, Origin: m.Definition}
	_, errs := macros.Expand(d.Search, k.set, macros.Options{})
	// Macros with an expression cannot be evaluated here, and are no fault.
	errs = slices.DeleteFunc(errs, func(e *source.Error) bool { return e.Code == source.Unsupported })
	d.Locate(errs)
	return errs
}
