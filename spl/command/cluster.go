package command

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var clusterCommand = Command{
	Name:    "cluster",
	Kind:    DatasetProcessing,
	Summary: "Groups rows by how alike their texts are.",
	Usage:   "cluster [t=<number>] [field=<field>] [match=termlist|termset|ngramset] [showcount=<bool>] [labelonly=<bool>] [<option>...]",
	Options: []Option{
		{"t", Text, "0.8", "how alike the texts of a cluster are, between 0 and 1"},
		{"delims", Text, "", "the characters between terms; without it all but 0-9, A-Z, a-z and _"},
		{"showcount", Bool, "false", "add the size of the cluster, and give the largest first"},
		{"countfield", Text, "cluster_count", "the field for the size"},
		{"labelfield", Text, "cluster_label", "the field for the number of the cluster"},
		{"field", Text, "_raw", "the field with the text"},
		{"labelonly", Bool, "false", "keep all rows; without it there is one row for each cluster"},
		{"match", Text, "termlist", "compare terms in their places (termlist), sets of terms (termset), or sets of three characters (ngramset)"},
	},
	Parse: parseCluster,
}

var clusterGrammar = parser.NewGrammar[argList](parser.ArgTokens, "cluster t=0.9 showcount=true")

type clusterNode struct {
	opts         *options
	t            float64
	match, field string
}

func parseCluster(c *Command, a *parser.Args) (Node, source.Errors) {
	names, o, errs := fieldArgs(c, a, clusterGrammar)
	if o == nil {
		return nil, errs
	}
	if len(names) > 0 {
		errs = append(errs, source.Errorf(source.Syntax, names[0].Span, "`%s` cannot be read here as an argument of `cluster`", names[0].Text).WithHelp("the field with the text is an option: cluster field=%s", names[0]))
	}
	n := &clusterNode{opts: o, field: o.text("field", "_raw")}
	var err *source.Error
	if n.t, err = o.number(c, "t", 0.8, 0, 1); err != nil {
		errs = append(errs, err)
	}
	if n.match, err = o.word(c, "match", "termlist", "termlist", "termset", "ngramset"); err != nil {
		errs = append(errs, err)
	}
	return n, errs
}

func (n *clusterNode) String() string { return listString(n.opts, nil) }

func (n *clusterNode) Plan(*Planning) *engine.Plan {
	label, count := n.opts.text("labelfield", "cluster_label"), n.opts.text("countfield", "cluster_count")
	return &engine.Plan{
		Gives: engine.Adds(label, count),
		Wants: engine.Order,
		Note:  "a row is compared with the first row of each cluster before it",
		Reads: func(wanted batch.Fields) batch.Fields {
			wanted = wanted.Without(label)
			if n.opts.bool("showcount", false) {
				wanted = wanted.Without(count)
			}
			return wanted.Add(n.field)
		},
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			return holdWhole(c, "cluster", n.run), nil
		},
	}
}

// terms are what a text is compared by.
func (n *clusterNode) terms(text string) []string {
	if n.match == "ngramset" {
		return trigrams(text)
	}
	split := func(r rune) bool {
		return !(r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '_')
	}
	if d := n.opts.text("delims", ""); d != "" {
		split = func(r rune) bool { return strings.ContainsRune(d, r) }
	}
	terms := strings.FieldsFunc(text, split)
	if n.match == "termset" {
		slices.Sort(terms)
		terms = slices.Compact(terms)
	}
	return terms
}

// trigrams are the different texts of three characters in a text; a shorter text is
// one of its own.
func trigrams(text string) []string {
	var starts []int
	for i := range text {
		starts = append(starts, i)
	}
	if len(starts) < 3 {
		return []string{text}
	}
	var out []string
	for k := 0; k+2 < len(starts); k++ {
		_, size := utf8.DecodeRuneInString(text[starts[k+2]:])
		out = append(out, text[starts[k]:starts[k+2]+size])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// alike says how alike two texts are, from 0 to 1: the cosine of their vectors.
//
// Choice: in termlist each place with its term is a dimension, in the sets each term
// is one, all of the same weight. So it is the number of what both have, divided by
// the root of the product of how many each has. Two texts without any term are alike.
func (n *clusterNode) alike(a, b []string) float64 {
	if len(a) == 0 || len(b) == 0 {
		return float64(b2i(len(a) == len(b)))
	}
	same := 0
	if n.match == "termlist" {
		for i := range min(len(a), len(b)) {
			same += int(b2i(a[i] == b[i]))
		}
	} else {
		for i, j := 0, 0; i < len(a) && j < len(b); {
			switch c := strings.Compare(a[i], b[j]); {
			case c < 0:
				i++
			case c > 0:
				j++
			default:
				same++
				i++
				j++
			}
		}
	}
	return float64(same) / math.Sqrt(float64(len(a))*float64(len(b)))
}

// textCluster is a cluster: the row that began it, with its terms, and its size.
type textCluster struct {
	terms []string
	first int32
	size  int
}

// group gives each row the number of its cluster, -1 where it has no text.
//
// Choice: rows are taken in order. A row joins the cluster whose first row is most
// like it, if they are alike enough (the earliest, of the same likeness); if there is
// none it begins one.
func (n *clusterNode) group(c *engine.Context, b *batch.Batch) ([]int, []textCluster, error) {
	var clusters []textCluster
	labels := make([]int, b.Rows)
	known := map[string]int{} // texts that came before
	col := b.Col(n.field)
	compared := 0
	for r := range b.Rows {
		text, ok := oneText(col, r)
		if !ok {
			labels[r] = -1
			continue
		}
		best, seen := known[text]
		if !seen {
			terms := n.terms(text)
			most := 0.0
			best = len(clusters)
			for k := range clusters {
				if compared++; compared%4096 == 0 && c.Err() != nil {
					return nil, nil, c.Err()
				}
				if s := n.alike(terms, clusters[k].terms); s >= n.t && s > most {
					best, most = k, s
				}
			}
			if best == len(clusters) {
				clusters = append(clusters, textCluster{terms: terms, first: int32(r)})
			}
			known[text] = best
			if err := c.Budget.Grow(int64(16*len(terms)+96), "`cluster`"); err != nil {
				return nil, nil, err
			}
		}
		labels[r] = best
		clusters[best].size++
	}
	return labels, clusters, nil
}

func (n *clusterNode) run(c *engine.Context, b *batch.Batch, emit engine.Emit) error {
	labels, clusters, err := n.group(c, b)
	if err != nil {
		return err
	}
	var count, label batch.Builder
	for _, k := range labels {
		if k < 0 {
			count.Null()
			label.Null()
			continue
		}
		count.String(strconv.Itoa(clusters[k].size))
		label.String(strconv.Itoa(k + 1))
	}
	out := b.Clone()
	show := n.opts.bool("showcount", false)
	if show {
		out.Set(n.opts.text("countfield", "cluster_count"), count.Column())
	}
	out.Set(n.opts.text("labelfield", "cluster_label"), label.Column())
	if n.opts.bool("labelonly", false) {
		return emit(out)
	}
	if len(clusters) == 0 {
		return nil
	}
	if show {
		slices.SortStableFunc(clusters, func(x, y textCluster) int { return cmp.Compare(y.size, x.size) })
	}
	rows := make([]int32, len(clusters))
	for i := range clusters {
		rows[i] = clusters[i].first
	}
	out = out.Take(rows)
	return emit(out)
}
