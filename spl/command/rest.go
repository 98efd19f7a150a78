package command

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"spl/eval"
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
	"spl/spl/knowledge"
)

var restCommand = Command{
	Name:    "rest",
	Kind:    Generating,
	Summary: "Lists what apps define, as Splunk's REST interface shows it; there is no server to ask.",
	Usage:   "rest <path> [count=<n>] [offset=<n>] [search=<search-expression>]... [f=<field>]... [splunk_server=<name>] [timeout=<n>] [<name>=<value>]...",
	Options: []Option{
		{"count", Int, "0", "the most rows to give, 0 for all"},
		{"offset", Int, "0", "how many rows to leave out at the front"},
		{"search", Text, "", "give only rows that match; may be given several times"},
		{"f", Text, "*", "the fields to give beside those that every row has, * allowed; may be given several times"},
		{"splunk_server", Text, "local", "accepted; there is no server"},
		{"splunk_server_group", Text, "", "accepted; there is no server"},
		{"timeout", Text, "60", "accepted"},
	},
	Parse: parseRest,
}

// restNode is rest.
type restNode struct {
	path   string
	opts   *options
	others []*option // what an endpoint itself would take
	tests  parser.SearchExpr
	filter *eval.Search // of the tests; nil: there are none
}

func parseRest(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := savedsearchGrammar.Parse(a)
	if err != nil {
		return nil, one(err)
	}
	n := &restNode{}
	var own []*option
	var errs source.Errors
	for _, x := range tree.Args {
		switch {
		case x.Option != nil && c.option(x.Option.Key.Text) != nil:
			own = append(own, x.Option)
		case x.Option != nil:
			n.others = append(n.others, x.Option)
		case n.path != "":
			errs = append(errs, source.Errorf(source.Syntax, x.Name.Span, "`rest` takes one path, and `%s` is a second", x.Name.Text))
		default:
			n.path = x.Name.Text
		}
	}
	if n.path == "" && len(errs) == 0 {
		errs = one(source.Errorf(source.Syntax, source.At(a.Base), "`rest` needs a path").WithHelp("for example: | rest /services/saved/searches"))
	}
	n.opts = checkOptions(c, own)
	errs = append(errs, n.opts.errs...)
	errs = append(errs, n.readFilter(a)...)
	if len(errs) == 0 && n.kind() == "data/indexes" {
		return n.indexes(a)
	}
	return n, errs
}

// readFilter reads the tests of search=. What tests no field, the interface looks for
// in every value, which a search of rows does not.
func (n *restNode) readFilter(a *parser.Args) source.Errors {
	var tests []parser.SearchExpr
	for _, x := range n.opts.list {
		if !strings.EqualFold(x.Key.Text, "search") {
			continue
		}
		in := *a
		in.Text, in.First = x.Value.Text, false
		expr, errs := parser.ParseSearch(&in)
		for _, e := range errs {
			e.Span = x.Value.Span
		}
		if len(errs) > 0 {
			return errs
		}
		for _, t := range eval.Conjuncts(expr) {
			if _, ok := t.(*parser.Term); ok {
				return one(source.Errorf(source.Unsupported, x.Value.Span, "a word to look for in all fields is not supported in `search` of `rest`").
					WithHelp("name the field, search=\"title=*word*\", or put a search behind"))
			}
		}
		if expr != nil {
			tests = append(tests, expr)
		}
	}
	if len(tests) == 0 {
		return nil
	}
	var errs source.Errors
	n.tests = &parser.And{Terms: tests, At: a.Span()}
	n.filter, errs = eval.CompileSearch(n.tests)
	return errs
}

func (n *restNode) String() string {
	s := parser.Quote(n.path) + n.opts.String()
	for _, o := range n.others {
		s += " " + parser.Word(o.Key.Text) + "=" + o.Value.String()
	}
	return s
}

// namespace takes the path apart: the app that is asked, "" for all, and the end.
func (n *restNode) namespace() (app, end string) {
	parts := strings.Split(strings.Trim(n.path, "/ "), "/")
	switch {
	case len(parts) > 3 && strings.EqualFold(parts[0], "servicesNS"):
		app, parts = parts[2], parts[3:]
	case strings.EqualFold(parts[0], "services"):
		parts = parts[1:]
	}
	if app == "-" {
		app = ""
	}
	return app, strings.Join(parts, "/")
}

func (n *restNode) kind() string {
	_, end := n.namespace()
	return strings.ToLower(end)
}

// indexes stands for a search: what an index holds is counted.
func (n *restNode) indexes(a *parser.Args) (Node, source.Errors) {
	search := `search * | stats count AS totalEventCount min(_time) AS minTime max(_time) AS maxTime BY index` +
		` | eval minTime=strftime(minTime, "%Y-%m-%dT%H:%M:%S%z"), maxTime=strftime(maxTime, "%Y-%m-%dT%H:%M:%S%z"), disabled=0, datatype="event", splunk_server="local"` +
		` | eval isInternal=if(match(index, "^_"), 1, 0) | rename index AS title` +
		` | table datatype disabled isInternal maxTime minTime splunk_server title totalEventCount`
	if n.tests != nil {
		search += " | search " + n.tests.String()
	}
	if n.opts.given("offset") {
		return nil, one(source.Errorf(source.Unsupported, a.Span(), "`offset` is not supported for indexes"))
	}
	if count, _ := strconv.Atoi(n.opts.text("count", "0")); count > 0 {
		search += fmt.Sprintf(" | head %d", count)
	}
	pl, errs := a.Subsearch("["+search+"]", a.Base-1)
	for _, e := range errs {
		e.Span = a.Span()
	}
	return &restIndexes{restNode: n, search: pl}, errs
}

// restIndexes is rest of the indexes of the input.
type restIndexes struct {
	*restNode
	search *parser.Pipeline
}

func (n *restIndexes) Plan(p *Planning) *engine.Plan {
	return (&standsFor{n.opts, n.search}).Plan(p)
}

func (n *restNode) Plan(p *Planning) *engine.Plan {
	return &engine.Plan{
		Gives: engine.MakesAny,
		Shape: engine.Table,
		Generate: func(c *engine.Context) (batch.Source, error) {
			for _, o := range n.others {
				c.Notices.Add("not-done", "`"+o.Key.Text+"` of `rest` changes nothing here", 1)
			}
			list, kind := n.entities(c, p.Knowledge)
			if len(list) == 0 {
				return engine.Rows(nil), nil
			}
			b := n.rows(list, kind)
			if n.filter != nil {
				b = keepRows(b, n.filter.Bind(c.Eval()).Rows(b))
			}
			if b = n.page(b); b == nil {
				return engine.Rows(nil), nil
			}
			return engine.Rows{n.given(b)}, nil
		},
	}
}

// entities are those that the path names, and their kind. What there is not, a notice
// says.
func (n *restNode) entities(c *engine.Context, k *knowledge.Base) ([]knowledge.Entity, string) {
	tell := func(format string, args ...any) {
		c.Notices.Add("not-done", fmt.Sprintf("`rest` gives no rows of "+n.path+": "+format, args...), 1)
	}
	app, end := n.namespace()
	if e, ok := restServer[end]; ok {
		return []knowledge.Entity{e}, strings.TrimSuffix(end, "/"+e.Title)
	}
	// A last part behind the kind is the title of the one that is asked for.
	for _, titled := range []bool{false, true} {
		kind, title := end, ""
		if titled {
			cut := strings.LastIndexByte(end, '/')
			if cut < 0 {
				break
			}
			kind, title = end[:cut], end[cut+1:]
			if s, err := url.PathUnescape(title); err == nil {
				title = s
			}
		}
		list, known, faults := k.Entities(kind, app)
		if !known {
			continue
		}
		for _, f := range faults {
			c.Notices.Add("app", f.Error(), 1)
		}
		if titled {
			list = slices.DeleteFunc(list, func(e knowledge.Entity) bool { return e.Title != title })
		}
		if len(list) == 0 {
			tell("no app that was given has any")
		}
		return list, kind
	}
	tell("there is no Splunk server to ask, and no app says it")
	return nil, ""
}

// restServer is what is known of the server that there is not.
var restServer = func() map[string]knowledge.Entity {
	info := knowledge.Entity{Title: "server-info", App: "system", Owner: "system", Sharing: "system", Content: []knowledge.Content{
		{Name: "guid", Value: "00000000-0000-0000-0000-000000000000"}, {Name: "isFree", Value: "0"}, {Name: "isTrial", Value: "0"}, {Name: "mode", Value: "normal"},
		{Name: "product_type", Value: "enterprise"}, {Name: "serverName", Value: "local"}, {Name: "version", Value: "9.4.0"},
	}}
	user := knowledge.Entity{Title: "context", App: "system", Owner: "system", Sharing: "system", Content: []knowledge.Content{
		{Name: "roles", Value: "admin"}, {Name: "username", Value: "admin"},
	}}
	return map[string]knowledge.Entity{
		"server/info": info, "server/info/server-info": info,
		"authentication/current-context": user, "authentication/current-context/context": user,
	}
}()

// page leaves out what count and offset say.
func (n *restNode) page(b *batch.Batch) *batch.Batch {
	if b == nil {
		return nil
	}
	from, _ := strconv.Atoi(n.opts.text("offset", "0"))
	count, _ := strconv.Atoi(n.opts.text("count", "0"))
	from = min(max(from, 0), b.Rows)
	to := b.Rows
	if count > 0 && count < to-from {
		to = from + count
	}
	if from == to {
		return nil
	}
	return b.Slice(from, to)
}

// rows gives entities as rows, with columns in ASCII order.
func (n *restNode) rows(list []knowledge.Entity, kind string) *batch.Batch {
	cells := map[string][]string{}
	has := map[string][]bool{}
	set := func(row int, name, value string) {
		if cells[name] == nil {
			cells[name], has[name] = make([]string, len(list)), make([]bool, len(list))
		}
		cells[name][row], has[name][row] = value, true
	}
	app, _ := n.namespace()
	for i, e := range list {
		for _, x := range e.Content {
			set(i, x.Name, x.Value)
		}
		if cells["author"] == nil || !has["author"][i] {
			set(i, "author", e.Owner)
		}
		set(i, "eai:acl.app", e.App)
		set(i, "eai:acl.owner", e.Owner)
		set(i, "eai:acl.sharing", e.Sharing)
		set(i, "eai:appName", app)
		if app == "" {
			set(i, "eai:appName", e.App)
		}
		set(i, "eai:userName", e.Owner)
		set(i, "id", "https://127.0.0.1:8089/servicesNS/"+e.Owner+"/"+url.PathEscape(e.App)+"/"+kind+"/"+url.PathEscape(e.Title))
		set(i, "splunk_server", "local")
		set(i, "title", e.Title)
		set(i, "updated", "1970-01-01T00:00:00+00:00")
	}
	names := make([]string, 0, len(cells))
	for name := range cells {
		names = append(names, name)
	}
	slices.Sort(names)
	b := batch.New(len(list))
	for _, name := range names {
		bl := b.Builder()
		for i, v := range cells[name] {
			if has[name][i] {
				bl.Append(v)
			} else {
				bl.Null()
			}
		}
		b.Set(name, bl.Column())
	}
	return b
}

// restFields are those that every row has, whatever f= asks for.
var restFields = []string{"author", "eai:acl.app", "eai:acl.owner", "eai:acl.sharing", "eai:appName", "eai:userName", "id", "splunk_server", "title", "updated"}

// given leaves out the columns that f= does not ask for.
func (n *restNode) given(b *batch.Batch) *batch.Batch {
	if !n.opts.given("f") {
		return b
	}
	out := batch.New(b.Rows)
	for _, name := range b.Names {
		asked := slices.Contains(restFields, name)
		for _, x := range n.opts.list {
			asked = asked || strings.EqualFold(x.Key.Text, "f") && batch.MatchName(x.Value.Text, name)
		}
		if asked {
			out.Set(name, b.Col(name))
		}
	}
	return out
}
