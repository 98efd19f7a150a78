package command

import (
	"math"
	"strings"

	"spl/eval/agg"
	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var geostatsCommand = Command{
	Name:    "geostats",
	Kind:    Transforming,
	Summary: "Aggregates rows in cells of a map, at several levels of zoom.",
	Usage:   "geostats [<option>...] <function>[(<field>)] [AS <name>]... [BY <field>]",
	Options: []Option{
		{"latfield", Text, "lat", "the field of the latitude"},
		{"longfield", Text, "lon", "the field of the longitude"},
		{"outputlatfield", Text, "latitude", "the field for the mean latitude of a cell"},
		{"outputlongfield", Text, "longitude", "the field for the mean longitude of a cell"},
		{"binspanlat", Text, "22.5", "the height of a cell at zoom 0, in degrees"},
		{"binspanlong", Text, "45.0", "the width of a cell at zoom 0, in degrees"},
		{"maxzoomlevel", Int, "9", "the last level of zoom; each has cells of half the height and width"},
		{"globallimit", Int, "10", "so many values of the BY field have columns of their own; 0: all"},
		{"locallimit", Int, "10", "so many of them in each cell; 0: all"},
		{"translatetoxy", Bool, "true", "a column for each value of the BY field; false: a row for each"},
	},
	Parse: parseGeostats,
}

var geostatsGrammar = parser.NewGrammar[aggTree](parser.ArgTokens, "geostats latfield=lat longfield=lon count BY user")

// maxZoom bounds the levels of zoom; cells are numbered by 32-bit numbers.
const maxZoom = 20

type geostatsNode struct {
	calls          []*call // the means of latitude and longitude, then the functions
	by             string
	opts           *options
	lat, lon       string
	binLat, binLon float64
	zoom           int
	global, local  int
	columns        bool // a column for each value of the BY field
	outLat, outLon string
	functions      []*call
}

func parseGeostats(c *Command, a *parser.Args) (Node, source.Errors) {
	tree, err := geostatsGrammar.Parse(a)
	if err != nil {
		return nil, source.Errors{err}
	}
	n := &geostatsNode{}
	var by []string
	var errs source.Errors
	n.functions, by, n.opts, errs = newAggregates(c, "geostats", a, tree)
	if len(by) > 1 {
		errs = append(errs, source.Errorf(source.Syntax, tree.By.Fields[1].Span, "`geostats` has one field after BY, and `%s` is a second", by[1]).
			WithHelp("join two with eval to split by both"))
	}
	if len(by) > 0 {
		n.by = by[0]
	}
	o := n.opts
	n.lat, n.lon = o.text("latfield", "lat"), o.text("longfield", "lon")
	n.outLat, n.outLon = o.text("outputlatfield", "latitude"), o.text("outputlongfield", "longitude")
	n.global, n.local = max(0, o.int("globallimit", 10)), max(0, o.int("locallimit", 10))
	n.columns = o.bool("translatetoxy", true)
	n.binLat, n.binLon, n.zoom = 22.5, 45, o.int("maxzoomlevel", 9)
	for _, x := range o.list {
		var to *float64
		switch strings.ToLower(x.Key.Text) {
		case "binspanlat":
			to = &n.binLat
		case "binspanlong":
			to = &n.binLon
		case "maxzoomlevel":
			if n.zoom < 0 || n.zoom > maxZoom {
				errs = append(errs, source.Errorf(source.Syntax, x.Value.Span, "`maxzoomlevel` of `geostats` is from 0 to %d, not %s", maxZoom, x.Value.Text))
			}
		}
		if to == nil {
			continue
		}
		v, ok := batch.ParseNumber(x.Value.Text)
		if *to = v; !ok || !(v >= 1e-3 && v <= 360) {
			errs = append(errs, source.Errorf(source.Syntax, x.Value.Span, "`%s` of `geostats` must be a number of degrees, not `%s`", x.Key.Text, x.Value.Text))
		}
	}
	n.calls = append([]*call{meanOf(n.lat), meanOf(n.lon)}, n.functions...)
	return n, errs
}

// meanOf is the call avg(field).
func meanOf(field string) *call {
	mean, _ := agg.Find("avg")
	return &call{fn: mean, typed: "avg", field: field, arg: true, name: "avg(" + field + ")"}
}

func (n *geostatsNode) String() string {
	parts := make([]string, len(n.functions))
	for i, c := range n.functions {
		parts[i] = c.String()
	}
	s := strings.TrimSpace(n.opts.String() + " " + strings.Join(parts, ", "))
	if n.by != "" {
		s += " BY " + parser.Word(n.by)
	}
	return s
}

// The field by which rows are grouped: the number of the cell at the last zoom. No
// event has such a name.
const geoCellField = "_\x00cell"

func (n *geostatsNode) groupBy() []string {
	if n.by == "" {
		return []string{geoCellField}
	}
	return []string{geoCellField, n.by}
}

func (n *geostatsNode) Plan(*Planning) *engine.Plan {
	reads := aggReads(n.calls, append(n.groupBy()[1:], n.lat, n.lon))
	p := &engine.Plan{
		Wants: placesFor(n.calls),
		Gives: engine.MakesAny,
		Shape: engine.Table,
		Makes: true,
		Reads: func(batch.Fields) batch.Fields { return reads },
		Map: func(c *engine.Context) (engine.Operator, error) {
			a, err := newAggregator(c, n.calls, n.groupBy(), agg.Settings{}, false)
			return &geoMap{statsMap{aggregator: a}, n}, err
		},
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			a, err := newAggregator(c, n.calls, n.groupBy(), agg.Settings{}, false)
			a.keep()
			return &geoReduce{statsReduce{aggregator: a}, n}, err
		},
	}
	return p
}

// geoMap puts rows into cells of the last zoom.
type geoMap struct {
	statsMap
	node *geostatsNode
}

func (m *geoMap) Push(b *batch.Batch, emit engine.Emit) error {
	out := b.Clone()
	lat, lon := b.Col(m.node.lat), b.Col(m.node.lon)
	var bl batch.Builder
	bl.Grow(b.Rows)
	for r := range b.Rows {
		y, ok := lat.Number(r)
		x, ok2 := lon.Number(r)
		if !ok || !ok2 || math.Abs(y) > 90 || math.Abs(x) > 180 {
			bl.Null() // and the row is in no cell
			continue
		}
		bl.String(m.node.cell(y, x).key())
	}
	out.Set(geoCellField, bl.Column())
	return m.statsMap.Push(out, emit)
}
