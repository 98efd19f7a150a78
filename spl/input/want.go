package input

// wanted is a set of field names, laid out as a tree of bytes so that a reader of
// JSON can follow it key by key: "user.groups{}" is reached by the key user, a
// nested object, the key groups and an array. Nested names and keys that hold dots
// or braces themselves come out the same, as they do in Splunk (events-and-fields
// 3.6).
type wanted struct {
	root  *node
	names []string
	index map[string]int
}

// node is a point in the tree; edges leave it, each with a different first byte.
type node struct {
	name  int // index of the name that ends here, or -1
	edges []edge
	first [256]uint8 // first byte of a label → edge number + 1
}

type edge struct {
	label string
	to    *node
}

func newNode() *node { return &node{name: -1} }

// newWanted makes the set; names must not repeat. A node has at most 255 edges,
// one a byte, since no label is empty and byte 255 is in no name (UTF-8).
func newWanted(names []string) *wanted {
	w := &wanted{root: newNode(), names: names, index: make(map[string]int, len(names))}
	for i, n := range names {
		w.index[n] = i
		w.root.insert(n, i)
	}
	return w
}

func (n *node) insert(rest string, name int) {
	if rest == "" {
		n.name = name
		return
	}
	at := n.first[rest[0]]
	if at == 0 {
		leaf := newNode()
		leaf.name = name
		if len(n.edges) < 255 {
			n.edges = append(n.edges, edge{rest, leaf})
			n.first[rest[0]] = uint8(len(n.edges))
		}
		return
	}
	e := &n.edges[at-1]
	common := 0
	for common < len(rest) && common < len(e.label) && rest[common] == e.label[common] {
		common++
	}
	if common < len(e.label) {
		mid := newNode()
		mid.edges = []edge{{e.label[common:], e.to}}
		mid.first[e.label[common]] = 1
		e.label, e.to = e.label[:common], mid
	}
	e.to.insert(rest[common:], name)
}

// state is a place in the tree: rest is still to be matched before node is reached.
// A nil node is a dead end.
type state struct {
	node *node
	rest string
}

// advance follows the tree by the bytes of s.
func (st state) advance(s string) state {
	for {
		if st.rest != "" {
			n := min(len(st.rest), len(s))
			if st.rest[:n] != s[:n] {
				return state{}
			}
			st.rest, s = st.rest[n:], s[n:]
		}
		if s == "" {
			return st
		}
		at := st.node.first[s[0]]
		if at == 0 {
			return state{}
		}
		e := &st.node.edges[at-1]
		st = state{e.to, e.label}
	}
}

// name is the index of the wanted name that is exactly here, or -1.
func (st state) name() int {
	if st.rest != "" {
		return -1
	}
	return st.node.name
}

// found collects the values of wanted names in one event.
type found struct {
	vals    [][]string // beside the names
	touched []int
}

func newFound(n int) *found { return &found{vals: make([][]string, n)} }

func (f *found) add(name int, value string) {
	if len(f.vals[name]) == 0 {
		f.touched = append(f.touched, name)
	}
	f.vals[name] = append(f.vals[name], value)
}

// set replaces what was found.
func (f *found) set(name int, values ...string) {
	f.touched = append(f.touched, name)
	f.vals[name] = append(f.vals[name][:0], values...)
}

// first is a name's first value, and whether there is one.
func (f *found) first(name int) (string, bool) {
	if len(f.vals[name]) == 0 {
		return "", false
	}
	return f.vals[name][0], true
}

// reset forgets all values and keeps the room.
func (f *found) reset() {
	for _, i := range f.touched {
		f.vals[i] = f.vals[i][:0]
	}
	f.touched = f.touched[:0]
}
