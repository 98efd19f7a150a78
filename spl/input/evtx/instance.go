package evtx

import "encoding/binary"

// value is one of the values of a template's instance.
type value struct {
	kind byte
	at   int // in the chunk
	size int
}

// fragment renders BinXml in the chunk: elements, and instances of templates.
func (r *Reader) fragment(at, end, depth int) bool {
	if depth > maxDepth || at < 0 || at > end || end > len(r.data) {
		return false
	}
	c := &compiler{r: r, at: at, end: end}
	for c.left() > 0 {
		if r.step(1) {
			return false
		}
		token, _ := c.byte()
		switch token &^ moreToken {
		case endOfFile:
			return true
		case fragmentHeader:
			if c.left() < 3 {
				return false
			}
			c.at += 3
		case templateInstance:
			if !r.instance(c, depth) {
				return false
			}
		case openElement:
			c.ops, c.text = nil, nil
			if !c.element(token) {
				return false
			}
			c.flush()
			if !r.run(c.ops, nil, depth) {
				return false
			}
		case piTarget, piData:
			c.text = nil
			if _, ok := c.item(token, false); !ok {
				return false
			}
			r.out = append(r.out, c.text...)
		default:
			return false
		}
	}
	return true
}

// instance renders an instance of a template, whose token was read.
func (r *Reader) instance(c *compiler, depth int) bool {
	if c.left() < 9 {
		return false
	}
	c.at += 5 // a version and the template's number
	at, _ := c.uint32()
	p, end := r.template(at)
	if p == nil || !p.ok {
		return false
	}
	if int(at) == c.at { // it is defined right here
		if c.at = end; end > c.end {
			return false
		}
	}
	n, ok := c.uint32()
	if !ok || int64(n)*4 > int64(c.left()) {
		return false
	}
	if r.step(int(n)) {
		return false
	}
	values := make([]value, n)
	data := c.at + 4*int(n)
	for i := range values {
		size := int(binary.LittleEndian.Uint16(r.data[c.at:]))
		values[i] = value{kind: r.data[c.at+2], at: data, size: size}
		data += size
		c.at += 4
	}
	if data > c.end {
		return false
	}
	c.at = data
	return r.run(p.ops, values, depth)
}

// template finds the template that is defined at a place, and where its definition
// ends.
func (r *Reader) template(at uint32) (*program, int) {
	const header = 24 // the place of the next one, a GUID, the size
	if int64(at)+header > int64(len(r.data)) {
		return nil, 0
	}
	start := int(at) + header
	size := binary.LittleEndian.Uint32(r.data[at+20:])
	if int64(size) > int64(len(r.data)-start) {
		return nil, 0
	}
	end := start + int(size)
	if p := r.templates[at]; p != nil {
		return p, end
	}
	p := &program{}
	r.templates[at] = p
	c := &compiler{r: r, at: start, end: end, depends: true}
	for c.left() > 0 {
		token, _ := c.byte()
		ok := true
		switch token &^ moreToken {
		case endOfFile:
			c.at = c.end
		case fragmentHeader:
			if ok = c.left() >= 3; ok {
				c.at += 3
			}
		case openElement:
			ok = c.element(token)
		case piTarget, piData:
			_, ok = c.item(token, false)
		default:
			ok = false
		}
		if !ok {
			return p, end
		}
	}
	c.flush()
	p.ops, p.ok = join(c.ops), true
	return p, end
}

// join puts neighbouring texts together, where nothing jumps between them.
func join(ops []op) []op {
	target := make([]bool, len(ops)+1)
	for _, o := range ops {
		target[o.end] = o.do == doUnless || o.do == doEach || target[o.end]
	}
	to := make([]int, len(ops)+1) // new places
	var out []op
	for i, o := range ops {
		to[i] = len(out)
		switch last := len(out) - 1; {
		case o.do == doText && o.text == "":
			target[i+1] = target[i+1] || target[i]
		case o.do == doText && last >= 0 && out[last].do == doText && !target[i]:
			out[last].text += o.text
			to[i] = last
		default:
			out = append(out, o)
		}
	}
	to[len(ops)] = len(out)
	for i := range out {
		out[i].end = to[out[i].end]
	}
	return out
}

// run renders a program.
func (r *Reader) run(ops []op, values []value, depth int) bool {
	u := &runner{r: r, ops: ops, values: values, depth: depth}
	return u.run(0, len(ops), nil)
}

type runner struct {
	r      *Reader
	ops    []op
	values []value
	depth  int
}

func (u *runner) get(arg int) value {
	if arg < len(u.values) {
		return u.values[arg]
	}
	return value{}
}

// run renders some of the program. item, if there is one, stands for the array that it
// is an element of.
func (u *runner) run(from, to int, item *value) bool {
	for i := from; i < to; i++ {
		if u.r.step(1) {
			return false
		}
		o := &u.ops[i]
		switch o.do {
		case doText:
			u.r.out = append(u.r.out, o.text...)
		case doValue, doAttr:
			v := u.get(o.arg)
			if item != nil && v.isArray() {
				v = *item
			}
			if !u.r.value(v, u.depth, o.do == doAttr) {
				return false
			}
		case doUnless:
			if u.get(o.arg).kind == nullType {
				i = o.end - 1
			}
		case doEach:
			v := u.get(o.arg)
			if !v.isArray() {
				continue
			}
			items := u.r.split(v)
			if len(items) == 0 {
				items = []value{{}} // an array without elements makes an empty one
			}
			for j := range items {
				if u.r.step(1) || !u.run(i+1, o.end, &items[j]) {
					return false
				}
			}
			i = o.end - 1
		}
	}
	return true
}
