package command

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"spl/eval/batch"
	"spl/spl/engine"
)

// geoCell is a cell of the map: the number of its row from the south and of its column
// from the west.
type geoCell struct{ y, x int }

func (c geoCell) key() string { return strconv.Itoa(c.y) + " " + strconv.Itoa(c.x) }

func parseCell(key string) geoCell {
	y, x, _ := strings.Cut(key, " ")
	var c geoCell
	c.y, _ = strconv.Atoi(y)
	c.x, _ = strconv.Atoi(x)
	return c
}

// up is the cell that holds this one so many levels of zoom higher up.
func (c geoCell) up(levels int) geoCell { return geoCell{c.y >> levels, c.x >> levels} }

// cell is the cell of a place at the last zoom. The north pole, and the far east, lie
// in the last cell before them.
func (n *geostatsNode) cell(lat, lon float64) geoCell {
	at := func(degrees, whole, span float64) int {
		span /= math.Pow(2, float64(n.zoom))
		most := math.Ceil(whole/span) - 1
		return int(min(math.Floor((degrees+whole/2)/span), most))
	}
	return geoCell{at(lat, 180, n.binLat), at(lon, 360, n.binLon)}
}

// geoReduce makes the rows of each level of zoom.
type geoReduce struct {
	statsReduce
	node *geostatsNode
}

func (g *geoReduce) Flush(emit engine.Emit) error {
	if g.groups.len() == 0 {
		return nil
	}
	if err := g.limitSeries(); err != nil {
		return err
	}
	for zoom := range g.node.zoom + 1 {
		if err := g.level(zoom, emit); err != nil {
			return err
		}
	}
	return nil
}

// table is these groups under other keys.
func (g *geoReduce) table(by []string, keys func([]string) []string) (*aggregator, error) {
	out, err := newAggregator(g.ctx, g.calls, by, g.settings, false)
	if err != nil {
		return nil, err
	}
	return out, out.regroup(g.aggregator, keys)
}

// limitSeries puts the values of the BY field together that the limit leaves out: the
// lesser ones by the first function over the whole map.
func (g *geoReduce) limitSeries() error {
	n := g.node
	if n.by == "" || n.global == 0 {
		return nil
	}
	whole, err := g.table([]string{n.by}, func(k []string) []string { return k[1:] })
	if err != nil {
		return err
	}
	keep := best(whole, n.global, func(k []string) string { return k[0] })
	if keep == nil {
		return nil
	}
	g.aggregator, err = g.table(n.groupBy(), func(k []string) []string {
		if !keep[k[1]] {
			return []string{k[0], otherKey}
		}
		return k
	})
	return err
}

// best are the so many values with the greatest results of the first function; nil if
// there are no more than that. Choice: of equal ones the first by name.
func best(a *aggregator, most int, name func([]string) string) map[string]bool {
	type scored struct {
		name  string
		score float64
	}
	var all []scored
	for id, key := range a.groups.all() {
		if name(key) != otherKey {
			all = append(all, scored{name(key), a.score(id)})
		}
	}
	if len(all) <= most {
		return nil
	}
	slices.SortFunc(all, func(x, y scored) int {
		return cmp.Or(cmp.Compare(y.score, x.score), compareNatural(x.name, y.name))
	})
	keep := map[string]bool{}
	for _, x := range all[:most] {
		keep[x.name] = true
	}
	return keep
}

// score is a group's result of the first function after the means of its place.
func (a *aggregator) score(id int32) float64 {
	for _, field := range sortedKeys(a.accs[2]) {
		if v := a.accs[2][field].Result(id); len(v) > 0 {
			if x, ok := batch.ParseNumber(v[0]); ok {
				return x
			}
		}
	}
	return math.Inf(-1)
}

// level gives the rows of one level of zoom, from the south-west to the north-east.
func (g *geoReduce) level(zoom int, emit engine.Emit) error {
	n := g.node
	up := func(k []string) string { return parseCell(k[0]).up(n.zoom - zoom).key() }
	cells, err := g.table(n.groupBy()[:1], func(k []string) []string { return []string{up(k)} })
	if err != nil {
		return err
	}
	series := cells
	if n.by != "" {
		if series, err = g.table(n.groupBy(), func(k []string) []string { return []string{up(k), k[1]} }); err != nil {
			return err
		}
		if series, err = g.limitCells(series); err != nil {
			return err
		}
	}
	return emit(g.rows(zoom, cells, series))
}

// limitCells leaves each cell the greatest values of the BY field.
func (g *geoReduce) limitCells(a *aggregator) (*aggregator, error) {
	most := g.node.local
	if most == 0 {
		return a, nil
	}
	type scored struct {
		name  string
		score float64
	}
	by := map[string][]scored{}
	for id, key := range a.groups.all() {
		if key[1] != otherKey {
			by[key[0]] = append(by[key[0]], scored{key[1], a.score(id)})
		}
	}
	drop := map[[2]string]bool{}
	for cell, all := range by {
		slices.SortFunc(all, func(x, y scored) int {
			return cmp.Or(cmp.Compare(y.score, x.score), compareNatural(x.name, y.name))
		})
		for _, x := range all[min(most, len(all)):] {
			drop[[2]string{cell, x.name}] = true
		}
	}
	if len(drop) == 0 {
		return a, nil
	}
	out, err := newAggregator(g.ctx, g.calls, g.node.groupBy(), g.settings, false)
	if err != nil {
		return nil, err
	}
	return out, out.regroup(a, func(k []string) []string {
		if drop[[2]string{k[0], k[1]}] {
			return []string{k[0], otherKey}
		}
		return k
	})
}

// rows are the rows of a level: a row for each cell with columns for the values of the
// BY field, or a row for each value in each cell.
func (g *geoReduce) rows(zoom int, cells, series *aggregator) *batch.Batch {
	n := g.node
	ids := map[string]int32{}
	var order []string
	for id, key := range cells.groups.all() {
		ids[key[0]] = id
		order = append(order, key[0])
	}
	slices.SortFunc(order, func(x, y string) int {
		a, b := parseCell(x), parseCell(y)
		return cmp.Or(cmp.Compare(a.y, b.y), cmp.Compare(a.x, b.x))
	})
	if n.by == "" || n.columns {
		return g.wide(zoom, order, ids, cells, series)
	}
	groups := map[string][]int32{}
	for id, key := range series.groups.all() {
		groups[key[0]] = append(groups[key[0]], id)
	}
	var of []string // the cell of each row
	var at []int32  // its group
	for _, cell := range order {
		slices.SortFunc(groups[cell], func(x, y int32) int {
			return compareColumns(series.groups.value(x, 1), series.groups.value(y, 1))
		})
		for _, id := range groups[cell] {
			of, at = append(of, cell), append(at, id)
		}
	}
	out := g.places(zoom, of, ids, cells)
	names := make([]string, len(at))
	for i, id := range at {
		if names[i] = series.groups.value(id, 1); names[i] == otherKey {
			names[i] = "OTHER"
		}
	}
	out.Set(n.by, batch.Strings(names))
	for i, c := range n.functions {
		for _, field := range sortedKeys(series.accs[i+2]) {
			out.Set(c.column(field), series.results(i+2, field, at))
		}
	}
	return out
}

// results are a call's results for some groups; -1 stands for none.
func (a *aggregator) results(i int, field string, ids []int32) *batch.Column {
	empty := a.calls[i].state(a.ctx, a.settings).Result(0)
	var bl batch.Builder
	bl.Grow(len(ids))
	for _, id := range ids {
		if id < 0 {
			bl.Append(empty...)
			continue
		}
		bl.Append(a.accs[i][field].Result(id)...)
	}
	return bl.Column()
}

// places begins the rows of cells: the name of each, and where its rows lie on average.
func (g *geoReduce) places(zoom int, of []string, ids map[string]int32, cells *aggregator) *batch.Batch {
	names, at := make([]string, len(of)), make([]int32, len(of))
	for i, cell := range of {
		c := parseCell(cell)
		names[i] = "bin_id_zl_" + strconv.Itoa(zoom) + "_y_" + strconv.Itoa(c.y) + "_x_" + strconv.Itoa(c.x)
		at[i] = ids[cell]
	}
	out := batch.New(len(of))
	out.Set("geobin", batch.Strings(names))
	out.Set(g.node.outLat, cells.results(0, "", at))
	out.Set(g.node.outLon, cells.results(1, "", at))
	return out
}

func (g *geoReduce) wide(zoom int, order []string, ids map[string]int32, cells, series *aggregator) *batch.Batch {
	n := g.node
	out := g.places(zoom, order, ids, cells)
	groups := map[[2]string]int32{}
	var values []string
	for id, key := range series.groups.all() {
		value := ""
		if n.by != "" {
			value = key[1]
		}
		groups[[2]string{key[0], value}] = id
		values = append(values, value)
	}
	slices.SortFunc(values, compareColumns)
	for i, c := range n.functions {
		for _, field := range sortedKeys(series.accs[i+2]) {
			for _, v := range slices.Compact(slices.Clone(values)) {
				at := make([]int32, len(order))
				for r, cell := range order {
					id, ok := groups[[2]string{cell, v}]
					if at[r] = id; !ok {
						at[r] = -1
					}
				}
				out.Set(n.columnName(c.column(field), v), series.results(i+2, field, at))
			}
		}
	}
	return out
}

// columnName names a column as chart does: by the value, and with several functions by
// function and value.
func (n *geostatsNode) columnName(function, value string) string {
	switch {
	case n.by == "":
		return function
	case value == otherKey:
		value = "OTHER"
	case value == "" || batch.Internal(value):
		value = "VALUE" + value
	}
	if len(n.functions) > 1 {
		return function + ": " + value
	}
	return value
}
