package output

import "strings"

// records writes each row as a block: a line for each field that has a value, its
// name and then the value, wrapped to the terminal, with further values and lines
// under the first. A row without any value names all fields. An empty line stands
// between the blocks.
func (g *terminalGrid) records() {
	names, room := g.record()
	first := true
	var ls, cut []string
	g.each(func(p page) {
		for r := range p.rows {
			if !first {
				g.out.text("\n")
			}
			first = false
			bare := true
			for _, c := range p.cols {
				bare = bare && c.Count(r) == 0
			}
			for i, c := range p.cols {
				if ls = lines(ls[:0], c, r); len(ls) == 0 && !bare {
					continue
				}
				cut = cut[:0]
				for _, l := range ls {
					cut = wrap(cut, l, room)
				}
				g.field(g.names[i], names, cut)
			}
			if !g.out.endRow() {
				return
			}
		}
	})
}

// record is the widths of names and of values in blocks.
func (g *terminalGrid) record() (names, values int) {
	for _, n := range g.names {
		names = max(names, width(n))
	}
	names = min(names, max(narrowest, g.width/2))
	return names, max(narrowest, g.width-names-2)
}

// field writes a field of a block.
func (g *terminalGrid) field(name string, names int, vals []string) {
	g.out.text(g.title(name))
	used := width(name)
	for k, v := range vals {
		if k > 0 {
			g.out.text("\n")
			used = 0
		}
		if v != "" {
			g.out.text(strings.Repeat(" ", max(0, names-used)+2))
			g.out.text(v)
		}
	}
	g.out.text("\n")
}

// tall is about how many lines the blocks take.
func (g *terminalGrid) tall() int {
	_, room := g.record()
	n := 0
	var ls []string
	g.each(func(p page) {
		for r := range p.rows {
			n++
			for _, c := range p.cols {
				ls = lines(ls[:0], c, r)
				for _, l := range ls {
					n += 1 + max(0, width(l)-1)/room
				}
			}
		}
	})
	return n
}
