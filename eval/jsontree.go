package eval

import (
	"github.com/tidwall/gjson"

	"spl/eval/jsontext"
)

// tree is a JSON value that can be changed. Only what a path touches is taken
// apart; everything else stays the text it was.
type tree struct {
	raw  string
	open bool // keys and kids hold the content instead of raw
	kind byte // '{', '[' or 0
	keys []string
	kids []*tree
}

func newTree(raw string) *tree {
	t := &tree{raw: raw}
	if raw != "" && (raw[0] == '{' || raw[0] == '[') {
		t.kind = raw[0]
	}
	return t
}

// expand takes a container apart.
func (t *tree) expand() {
	if t.open || t.kind == 0 {
		return
	}
	t.open = true
	gjson.Parse(t.raw).ForEach(func(k, v gjson.Result) bool {
		if t.kind == '{' {
			t.keys = append(t.keys, jsontext.String(k.Raw))
		}
		t.kids = append(t.kids, newTree(v.Raw))
		return true
	})
}

func (t *tree) append(out []byte) []byte {
	if !t.open {
		return append(out, compactJSON(t.raw)...)
	}
	out = append(out, t.kind)
	for i, kid := range t.kids {
		if i > 0 {
			out = append(out, ',')
		}
		if t.kind == '{' {
			out = append(appendJSONText(out, t.keys[i]), ':')
		}
		out = kid.append(out)
	}
	return append(out, t.kind+2) // the closing bracket, in ASCII
}

// child finds the member with a key, or -1.
func (t *tree) child(key string) int {
	t.expand()
	if t.kind == '{' {
		for i, k := range t.keys {
			if k == key {
				return i
			}
		}
	}
	return -1
}

// set puts a value at a path. Keys that are missing are made; a path through a
// scalar, or to an element that is not there, changes nothing.
func (t *tree) set(steps []step, raw string) {
	if len(steps) == 0 {
		*t = *newTree(raw)
		return
	}
	if st := steps[0]; st.kind == stepKey && t.kind == '{' && t.child(st.key) < 0 {
		if made := build(steps[1:], raw); made != "" {
			t.keys = append(t.keys, st.key)
			t.kids = append(t.kids, newTree(made))
		}
		return
	}
	t.each(steps[0], func(kid *tree) { kid.set(steps[1:], raw) })
}

// build makes the objects that lead to a new value; "" if arrays would be needed.
func build(steps []step, raw string) string {
	if len(steps) == 0 {
		return raw
	}
	if steps[0].kind != stepKey {
		return ""
	}
	inside := build(steps[1:], raw)
	if inside == "" {
		return ""
	}
	out := append(appendJSONText([]byte("{"), steps[0].key), ':')
	return string(append(append(out, inside...), '}'))
}

// each visits what one step leads to.
func (t *tree) each(st step, visit func(*tree)) {
	switch st.kind {
	case stepKey:
		if i := t.child(st.key); i >= 0 {
			visit(t.kids[i])
		}
	case stepIndex:
		if t.expand(); t.kind == '[' && st.index < len(t.kids) {
			visit(t.kids[st.index])
		}
	case stepAll:
		if t.expand(); t.kind == '[' {
			for _, kid := range t.kids {
				visit(kid)
			}
		}
	}
}

// extend puts further elements at the end of the array at a path. What stands there
// and is no array becomes one first. A path that leads nowhere changes nothing.
func (t *tree) extend(steps []step, raws []string) {
	if len(steps) > 0 {
		t.each(steps[0], func(kid *tree) { kid.extend(steps[1:], raws) })
		return
	}
	if t.kind != '[' {
		old := *t
		*t = tree{open: true, kind: '[', kids: []*tree{&old}}
	}
	t.expand()
	for _, raw := range raws {
		t.kids = append(t.kids, newTree(raw))
	}
}

// remove drops a key at the end of a path of keys.
func (t *tree) remove(steps []step) {
	i := t.child(steps[0].key)
	if i < 0 {
		return
	}
	if len(steps) > 1 {
		t.kids[i].remove(steps[1:])
		return
	}
	t.keys = append(t.keys[:i:i], t.keys[i+1:]...)
	t.kids = append(t.kids[:i:i], t.kids[i+1:]...)
}
