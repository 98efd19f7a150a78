package command

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"spl/eval/batch"
	"spl/parser"
	"spl/parser/source"
	"spl/spl/engine"
)

var kmeansCommand = Command{
	Name:    "kmeans",
	Kind:    DatasetProcessing,
	Summary: "Groups rows by their numbers around k means.",
	Usage:   "kmeans [k=<n> | k=<n>-<n>] [<option>...] [<field-list>]",
	Options: []Option{
		{"k", Text, "2", "how many clusters; for a range, a row for each number of clusters"},
		{"reps", Int, "10", "how often to begin anew; the best answer counts"},
		{"maxiters", Int, "10000", "the most rounds of one try"},
		{"t", Text, "0", "a try ends when its distortion falls by no more than this"},
		{"cnumfield", Text, "CLUSTERNUM", "the field for the number of the cluster"},
		{"cfield", Text, "CLUSTERNUM", "another name of cnumfield"},
		{"distype", Text, "sqeuclidean", "sqeuclidean (l2, l2norm, sq), cityblock (l1, l1norm, cb) or cosine (cos)"},
		{"dt", Text, "sqeuclidean", "another name of distype"},
		{"showcentroid", Bool, "true", "add the means of the row's cluster, as centroid_<field>"},
	},
	Parse: parseKmeans,
}

// maxMeans and maxMeansRange are Splunk's maxkvalue and maxkrange.
const (
	maxMeans      = 1000
	maxMeansRange = 100
)

var kmeansGrammar = parser.NewGrammar[argList](parser.ArgTokens, "kmeans k=4 bytes, duration")

type kmeansNode struct {
	names    []string
	opts     *options
	from, to int
	isRange  bool
	dist     string
	t        float64
}

func parseKmeans(c *Command, a *parser.Args) (Node, source.Errors) {
	list, o, errs := fieldArgs(c, a, kmeansGrammar)
	if o == nil {
		return nil, errs
	}
	n := &kmeansNode{names: texts(list), opts: o}
	low, high, isRange := strings.Cut(o.text("k", "2"), "-")
	n.isRange = isRange
	n.from, n.to = meansCount(low), meansCount(low)
	if isRange {
		n.to = meansCount(high)
	}
	if n.from < 2 || n.to > maxMeans || n.to < n.from || n.to-n.from > maxMeansRange {
		errs = append(errs, source.Errorf(source.Syntax, a.Span(), "`k` of `kmeans` must be a whole number from 2 to %d, or a range of them, not `%s`", maxMeans, o.text("k", "2")).WithHelp("for example: kmeans k=4 bytes, or k=2-6"))
	}
	key := "distype"
	if o.given("dt") {
		key = "dt"
	}
	var err *source.Error
	n.dist, err = o.word(c, key, "sqeuclidean", "sqeuclidean", "sqeuclid", "sq", "l2", "l2norm", "cityblock", "cb", "l1", "l1norm", "cosine", "cos")
	if err != nil {
		errs = append(errs, err)
	}
	if n.t, err = o.number(c, "t", 0, 0, math.Inf(1)); err != nil {
		errs = append(errs, err)
	}
	for _, k := range []string{"reps", "maxiters"} {
		if o.int(k, 1) < 1 {
			errs = append(errs, source.Errorf(source.Syntax, a.Span(), "`%s` of `kmeans` must be at least 1", k))
		}
	}
	return n, errs
}

func meansCount(s string) int {
	v, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return v
}

func (n *kmeansNode) String() string { return listString(n.opts, n.names) }

// label is the field for the number of the cluster.
func (n *kmeansNode) label() string {
	return n.opts.text("cnumfield", n.opts.text("cfield", "CLUSTERNUM"))
}

func (n *kmeansNode) Plan(*Planning) *engine.Plan {
	p := &engine.Plan{
		Gives: opens,
		Wants: engine.Order,
		Makes: true,
		Reads: func(wanted batch.Fields) batch.Fields { return wanted.Add(patternsOr(n.names)...) },
		Reduce: func(c *engine.Context) (engine.Operator, error) {
			return holdWhole(c, "kmeans", n.run), nil
		},
	}
	if n.isRange {
		p.Shape = engine.Table
	}
	return p
}

// points are the rows that have a number in each field, and their numbers.
//
// Choice: without a list of fields those count that are not internal and have a number
// in every row.
func (n *kmeansNode) points(c *engine.Context, b *batch.Batch) (fields []string, rows []int32, at [][]float64, err error) {
	for _, f := range chosen(b, n.names) {
		col, numbers := b.Col(f), 0
		for r := range b.Rows {
			_, ok := finite(col, r)
			numbers += int(b2i(ok))
		}
		if numbers == b.Rows || len(n.names) > 0 {
			fields = append(fields, f)
		}
	}
	if len(fields) == 0 {
		return nil, nil, nil, nil
	}
	err = c.Budget.Grow(int64(b.Rows)*int64(8*len(fields)+48), "`kmeans`")
	if err != nil {
		return nil, nil, nil, err
	}
	for r := range b.Rows {
		x := make([]float64, len(fields))
		ok := true
		for i, f := range fields {
			var is bool
			x[i], is = finite(b.Col(f), r)
			ok = ok && is
		}
		if ok {
			rows, at = append(rows, int32(r)), append(at, x)
		}
	}
	return fields, rows, at, nil
}

func (n *kmeansNode) run(c *engine.Context, b *batch.Batch, emit engine.Emit) error {
	fields, rows, at, err := n.points(c, b)
	if err != nil || len(rows) == 0 {
		return err
	}
	if n.isRange {
		return n.compare(c, at, emit)
	}
	m, err := n.best(c, at, n.from)
	if err != nil {
		return err
	}
	// Rows of a cluster come beside one another, clusters in the order of their numbers.
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return m.of[i] - m.of[j] })
	take := make([]int32, len(rows))
	var label batch.Builder
	centers := make([]batch.Builder, len(fields))
	for i, k := range order {
		take[i] = rows[k]
		label.String(strconv.Itoa(m.of[k] + 1))
		for f := range fields {
			centers[f].String(batch.FormatNumber(m.centers[m.of[k]][f]))
		}
	}
	out := b.Take(take).Clone()
	out.Set(n.label(), label.Column())
	if n.opts.bool("showcentroid", true) {
		for f, name := range fields {
			out.Set("centroid_"+name, centers[f].Column())
		}
	}
	return emit(out)
}

// compare gives a row for each number of clusters: the sizes of the clusters and the
// distortion.
func (n *kmeansNode) compare(c *engine.Context, at [][]float64, emit engine.Emit) error {
	var ks, distortion, sizes batch.Builder
	for k := n.from; k <= n.to; k++ {
		m, err := n.best(c, at, k)
		if err != nil {
			return err
		}
		size := make([]int, len(m.centers))
		for _, i := range m.of {
			size[i]++
		}
		text := make([]string, len(size))
		for i, s := range size {
			text[i] = strconv.Itoa(s)
		}
		ks.String(strconv.Itoa(k))
		distortion.String(batch.FormatNumber(m.distortion))
		sizes.Append(text...)
	}
	out := batch.New(n.to - n.from + 1)
	out.Set("k", ks.Column())
	out.Set("distortion", distortion.Column())
	out.Set("size", sizes.Column())
	return emit(out)
}

// means is one answer.
type means struct {
	of         []int // of each point, its cluster
	centers    [][]float64
	distortion float64 // the sum of the distances of points from their centers
}

// best tries several times and keeps the answer with the least distortion.
//
// Choices: the random numbers that choose where a try begins are always the same
// ones, so that a search gives the same answer each time; centers begin at points
// chosen as k-means++ does; clusters are numbered from 1 in the order of their first
// rows; where there are fewer different points than k, there are fewer clusters.
func (n *kmeansNode) best(c *engine.Context, at [][]float64, k int) (*means, error) {
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // not for secrets
	var best *means
	for range n.opts.int("reps", 10) {
		m, err := n.try(c, at, n.seeds(at, k, random))
		if err != nil {
			return nil, err
		}
		if best == nil || m.distortion < best.distortion {
			best = m
		}
	}
	best.renumber()
	return best, nil
}

// seeds chooses points, each with a chance that grows with its distance from those
// chosen before.
func (n *kmeansNode) seeds(at [][]float64, k int, random *rand.Rand) [][]float64 {
	out := [][]float64{at[random.IntN(len(at))]}
	far := make([]float64, len(at))
	for i := range far {
		far[i] = math.Inf(1)
	}
	for len(out) < k {
		sum := 0.0
		for i, x := range at {
			far[i] = min(far[i], n.distance(x, out[len(out)-1]))
			sum += far[i]
		}
		if !(sum > 0) {
			break
		}
		left := random.Float64() * sum
		next := -1
		for i, f := range far {
			if f > 0 {
				next = i
				if left -= f; left < 0 {
					break
				}
			}
		}
		out = append(out, at[next])
	}
	return out
}

// try moves each center to the mean of the points that are nearest to it, until
// none changes.
func (n *kmeansNode) try(c *engine.Context, at, seeds [][]float64) (*means, error) {
	m := &means{of: make([]int, len(at)), distortion: math.Inf(1)}
	for _, s := range seeds {
		m.centers = append(m.centers, slices.Clone(s))
	}
	for range n.opts.int("maxiters", 10000) {
		sum, changed := 0.0, false
		for i, x := range at {
			if i%4096 == 0 && c.Err() != nil {
				return nil, c.Err()
			}
			k, d := n.nearest(x, m.centers)
			changed = changed || k != m.of[i]
			m.of[i] = k
			sum += d
		}
		fell := m.distortion - sum
		m.distortion = sum
		m.move(at)
		if !changed && !math.IsInf(fell, 1) || fell <= n.t {
			break
		}
	}
	m.distortion = 0
	for i, x := range at {
		m.distortion += n.distance(x, m.centers[m.of[i]])
	}
	return m, nil
}

func (n *kmeansNode) nearest(x []float64, centers [][]float64) (int, float64) {
	best, least := 0, math.Inf(1)
	for k, c := range centers {
		if d := n.distance(x, c); d < least {
			best, least = k, d
		}
	}
	return best, least
}

// move puts each center at the mean of its points; one without points stays.
func (m *means) move(at [][]float64) {
	sums := make([][]float64, len(m.centers))
	counts := make([]int, len(m.centers))
	for i, x := range at {
		k := m.of[i]
		if sums[k] == nil {
			sums[k] = make([]float64, len(x))
		}
		counts[k]++
		for f, v := range x {
			sums[k][f] += v
		}
	}
	for k, s := range sums {
		for f, v := range s {
			m.centers[k][f] = v / float64(counts[k])
		}
	}
}

// renumber numbers the clusters in the order of their first points, and drops those
// without any.
func (m *means) renumber() {
	number := map[int]int{}
	var centers [][]float64
	for i, k := range m.of {
		if _, ok := number[k]; !ok {
			number[k] = len(centers)
			centers = append(centers, m.centers[k])
		}
		m.of[i] = number[k]
	}
	m.centers = centers
}

func (n *kmeansNode) distance(x, y []float64) float64 {
	sum := 0.0
	switch n.dist {
	case "cityblock", "cb", "l1", "l1norm":
		for i := range x {
			sum += math.Abs(x[i] - y[i])
		}
	case "cosine", "cos":
		dot, xx, yy := 0.0, 0.0, 0.0
		for i := range x {
			dot, xx, yy = dot+x[i]*y[i], xx+x[i]*x[i], yy+y[i]*y[i]
		}
		if xx == 0 || yy == 0 {
			return float64(b2i(xx != yy))
		}
		return max(0, 1-dot/math.Sqrt(xx*yy))
	default:
		for i := range x {
			sum += (x[i] - y[i]) * (x[i] - y[i])
		}
	}
	return sum
}
