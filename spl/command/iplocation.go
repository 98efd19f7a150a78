package command

import (
	"net/netip"
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var iplocationCommand = Command{
	Name:    "iplocation",
	Kind:    DistributableStreaming,
	Summary: "Adds where IP addresses are: City, Country, Region, lat, lon.",
	Usage:   "iplocation [prefix=<text>] [allfields=<bool>] [lang=<code>] <ip-field>",
	Options: []Option{
		{"prefix", Text, "", "what to put in front of the names"},
		{"allfields", Bool, "false", "add Continent, MetroCode and Timezone too"},
		{"lang", Text, "en", "the language of the names"},
	},
	Parse: parseIplocation,
}

var iplocationGrammar = parser.NewGrammar[argList](parser.ArgTokens, "iplocation prefix=src_ src")

type iplocationNode struct {
	field, prefix, lang string
	all                 bool
}

func parseIplocation(c *Command, a *parser.Args) (Node, source.Errors) {
	field, o, errs := oneField(c, a, iplocationGrammar, "")
	return &iplocationNode{field, o.text("prefix", ""), o.text("lang", "en"), o.bool("allfields", false)}, errs
}

func (n *iplocationNode) String() string {
	s := "lang=" + parser.Word(n.lang)
	if n.prefix != "" {
		s += " prefix=" + parser.Quote(n.prefix)
	}
	if n.all {
		s += " allfields=true"
	}
	return s + " " + parser.Word(n.field)
}

// names are the fields that are set, in the order of values.
func (n *iplocationNode) names() []string {
	out := []string{"City", "Country", "Region", "lat", "lon"}
	if n.all {
		out = append(out, "Continent", "MetroCode", "Timezone")
	}
	for i := range out {
		out[i] = n.prefix + out[i]
	}
	return out
}

func (n *iplocationNode) values(l engine.Location) []string {
	out := []string{l.City, l.Country, l.Region, l.Lat, l.Lon}
	if n.all {
		out = append(out, l.Continent, l.MetroCode, l.Timezone)
	}
	return out
}

// maxKnown is how many addresses each worker remembers the location of.
const maxKnown = 4096

func (n *iplocationNode) Plan(*Planning) *engine.Plan {
	return &engine.Plan{
		Gives: engine.Adds(n.names()...),
		Reads: func(wanted batch.Fields) batch.Fields { return wanted.Add(n.field) },
		Map: engine.Streaming(func(c *engine.Context) (engine.MapFunc, error) {
			if c.Locate == nil {
				c.Notices.Add("no-locations", "iplocation has no database of locations, so its fields are empty; give one in MaxMind's format with --geoip FILE.mmdb", 1)
			}
			known := map[string]engine.Location{}
			find := func(v string) engine.Location {
				at, ok := known[v]
				if !ok {
					if len(known) == maxKnown {
						clear(known)
					}
					at = locate(c, v, n.lang)
					known[strings.Clone(v)] = at
				}
				return at
			}
			return func(b *batch.Batch) (*batch.Batch, error) { return n.apply(b, find), nil }, nil
		}),
	}
}

// apply sets the fields of the rows that have the address field. Where an address
// has no known location they are empty texts.
//
// Choice: a row without the field keeps what it has; of a multivalue the first value
// counts.
func (n *iplocationNode) apply(b *batch.Batch, find func(string) engine.Location) *batch.Batch {
	col := b.Col(n.field)
	names := n.names()
	cols := make([]batch.Builder, len(names))
	old := make([]*batch.Column, len(names))
	for i := range names {
		cols[i] = b.Builder()
		old[i] = b.Col(names[i])
	}
	for r := range b.Rows {
		v, ok := col.First(r)
		vals := n.values(find(v))
		for i := range names {
			if ok {
				cols[i].String(vals[i])
			} else {
				cols[i].Append(old[i].Values(r)...)
			}
		}
	}
	out := b.Clone()
	for i := range names {
		out.Set(names[i], cols[i].Column())
	}
	return out
}

func locate(c *engine.Context, v, lang string) engine.Location {
	if c.Locate == nil {
		return engine.Location{}
	}
	ip, err := netip.ParseAddr(strings.TrimSpace(v))
	if err != nil {
		return engine.Location{}
	}
	l, _ := c.Locate(ip.Unmap(), lang)
	return l
}
