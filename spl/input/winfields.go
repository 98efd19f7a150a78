package input

// windowsWant is a windowsSink that keeps the wanted fields of one event after the
// other. Most names of an event are not wanted, which a mask tells for next to nothing.
type windowsWant struct {
	x    *extractor
	out  *found
	mask [256]uint64 // by first byte: the lengths of wanted names, mod 64
	part []int8      // of each wanted name: the part that has it; 0 none yet
	left int         // wanted names that were not found
	n    int
}

func newWindowsWant(x *extractor, out *found) *windowsWant {
	w := &windowsWant{x: x, out: out, part: make([]int8, len(x.want.names))}
	for i, name := range x.want.names {
		if name == "" || isMetadata(name) || x.timeOnly(i) {
			continue
		}
		w.mask[name[0]] |= 1 << (len(name) & 63)
		w.n++
	}
	return w
}

// read finds the fields of an event.
func (w *windowsWant) read(text string) {
	if w.n == 0 {
		return
	}
	clear(w.part)
	w.left = w.n
	s := windowsScan{text: text, sink: w}
	s.run()
}

func (w *windowsWant) field(part int, name, value string, coded bool) {
	if name == "" || w.mask[name[0]]>>(len(name)&63)&1 == 0 {
		return
	}
	i, ok := w.x.want.index[name]
	if !ok || isMetadata(name) || w.x.timeOnly(i) {
		return
	}
	switch has := int(w.part[i]); {
	case has == 0:
		w.part[i] = int8(part) + 1
		w.left--
	case has != part+1:
		return
	}
	if coded {
		value = unescapeXML(value)
	}
	w.out.add(i, value)
}

// done: what System has, no later part gives.
func (w *windowsWant) done() bool { return w.left == 0 }

// windowsAll is a windowsSink that gives every field, each from the first part that
// has it.
type windowsAll struct {
	part map[string]int8
	emit func(name, value string)
}

func (a *windowsAll) read(text string) {
	clear(a.part)
	s := windowsScan{text: text, sink: a}
	s.run()
}

func (a *windowsAll) field(part int, name, value string, coded bool) {
	if name == "" || isMetadata(name) {
		return
	}
	switch has, ok := a.part[name]; {
	case !ok:
		a.part[name] = int8(part)
	case int(has) != part:
		return
	}
	if coded {
		value = unescapeXML(value)
	}
	a.emit(name, value)
}

func (a *windowsAll) done() bool { return false }
