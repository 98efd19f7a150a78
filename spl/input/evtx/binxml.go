package evtx

import (
	"encoding/binary"
	"unicode/utf16"
)

// The tokens of BinXml ([MS-EVEN6] 2.2.12). Most may have moreToken set in addition.
const (
	endOfFile = iota
	openElement
	closeStart
	closeEmpty
	endElement
	valueText
	attribute
	cdata
	charRef
	entityRef
	piTarget
	piData
	templateInstance
	substitution
	optionalSubstitution
	fragmentHeader

	moreToken = 0x40
)

const noDependency = 0xffff

// program is a template, or an element that stands by itself, made ready: its texts as
// XML, and between them the places of values.
type program struct {
	ops []op
	ok  bool
}

type op struct {
	do   byte // one of the constants below
	arg  int  // number of a value
	end  int  // index of the op after the part that is skipped or repeated
	text string
}

const (
	doText   = iota
	doValue  // writes value arg
	doAttr   // as doValue, inside an attribute
	doUnless // skips to end when value arg is NULL
	doEach   // repeats up to end for each element of value arg, if that is an array
)

// compiler turns BinXml in a chunk to a program.
type compiler struct {
	r       *Reader
	at, end int
	depends bool // elements begin with a dependency
	ops     []op
	text    []byte // not yet in ops
	depth   int
}

func (c *compiler) left() int { return c.end - c.at }

func (c *compiler) byte() (byte, bool) {
	if c.left() < 1 {
		return 0, false
	}
	c.at++
	return c.r.data[c.at-1], true
}

func (c *compiler) uint16() (int, bool) {
	if c.left() < 2 {
		return 0, false
	}
	c.at += 2
	return int(binary.LittleEndian.Uint16(c.r.data[c.at-2:])), true
}

func (c *compiler) uint32() (uint32, bool) {
	if c.left() < 4 {
		return 0, false
	}
	c.at += 4
	return binary.LittleEndian.Uint32(c.r.data[c.at-4:]), true
}

func (c *compiler) flush() {
	if len(c.text) > 0 {
		c.ops = append(c.ops, op{do: doText, text: string(c.text)})
		c.text = c.text[:0]
	}
}

func (c *compiler) add(o op) int {
	c.flush()
	c.ops = append(c.ops, o)
	return len(c.ops) - 1
}

// name reads a name by its place in the chunk, which may be right here.
func (c *compiler) name() (string, bool) {
	at, ok := c.uint32()
	if !ok || int64(at)+8 > int64(len(c.r.data)) {
		return "", false
	}
	n := int(binary.LittleEndian.Uint16(c.r.data[at+6:]))
	size := 8 + 2*n + 2
	if int64(at)+int64(size) > int64(len(c.r.data)) {
		return "", false
	}
	if int(at) == c.at {
		if size > c.left() {
			return "", false
		}
		c.at += size
	}
	if s, ok := c.r.names[at]; ok {
		return s, true
	}
	if c.r.step(1 + n/4) {
		return "", false
	}
	s := string(appendName(nil, c.r.data[int(at)+8:int(at)+8+2*n]))
	if s == "" {
		return "", false
	}
	c.r.names[at] = s
	return s, true
}

// appendName writes a name; what would end it in XML becomes _.
func appendName(out, text []byte) []byte {
	units := make([]uint16, len(text)/2)
	for i := range units {
		u := binary.LittleEndian.Uint16(text[2*i:])
		if u <= ' ' || u < 0x80 && (u == '<' || u == '>' || u == '&' || u == '"' || u == '\'' || u == '/' || u == '=') {
			u = '_'
		}
		units[i] = u
	}
	return append(out, string(utf16.Decode(units))...)
}

// counted reads a text with its length before it.
func (c *compiler) counted() ([]byte, bool) {
	n, ok := c.uint16()
	if !ok || 2*n > c.left() {
		return nil, false
	}
	c.at += 2 * n
	return c.r.data[c.at-2*n : c.at], !c.r.step(n / 4)
}

// element reads an element, whose first token was read.
func (c *compiler) element(token byte) bool {
	if c.depth++; c.depth > maxDepth {
		return false
	}
	defer func() { c.depth-- }()
	depend, ok := c.start()
	if !ok {
		return false
	}
	skip := -1
	if depend != noDependency {
		skip = c.add(op{do: doUnless, arg: depend})
	}
	name, ok := c.name()
	if !ok {
		return false
	}
	// Which op begins the element: its content may turn out to be one optional value,
	// or one that is an array.
	c.flush()
	first := len(c.ops)
	c.ops = append(c.ops, op{do: doText}, op{do: doText})
	c.text = append(append(c.text, '<'), name...)
	if token&moreToken != 0 && !c.attributes() {
		return false
	}
	only, ok := c.content(name)
	if !ok {
		return false
	}
	c.flush()
	if only != nil {
		if only.optional {
			c.ops[first] = op{do: doUnless, arg: only.arg, end: len(c.ops)}
		}
		c.ops[first+1] = op{do: doEach, arg: only.arg, end: len(c.ops)}
	}
	if skip >= 0 {
		c.ops[skip].end = len(c.ops)
	}
	return true
}

// start reads what stands before an element's name. The dependency is there in
// templates, and some writers leave it out; what follows it tells, since it is the
// size of the rest.
func (c *compiler) start() (depend int, ok bool) {
	at := c.at
	fits := func() bool {
		n, ok := c.uint32()
		return ok && n >= 4 && int64(n) <= int64(c.left())
	}
	with := func() (int, bool) {
		c.at = at
		d, ok := c.uint16()
		return d, ok && fits()
	}
	without := func() (int, bool) {
		c.at = at
		return noDependency, fits()
	}
	tries := []func() (int, bool){with, without}
	if !c.depends {
		tries[0], tries[1] = without, with
	}
	for _, try := range tries {
		if d, ok := try(); ok {
			return d, true
		}
	}
	return 0, false
}

// attributes reads a list of attributes.
func (c *compiler) attributes() bool {
	size, ok := c.uint32()
	if !ok || int64(size) > int64(c.left()) {
		return false
	}
	outer, end := c.end, c.at+int(size)
	c.end = end
	for c.left() > 0 {
		token, _ := c.byte()
		if token&^moreToken != attribute || !c.attribute() {
			return false
		}
	}
	c.end = outer
	return true
}

func (c *compiler) attribute() bool {
	name, ok := c.name()
	if !ok {
		return false
	}
	c.flush()
	first := len(c.ops)
	c.ops = append(c.ops, op{do: doText})
	c.text = append(append(append(c.text, ' '), name...), "='"...)
	n, optional := 0, -1
	for c.left() > 0 && c.r.data[c.at]&^moreToken != attribute {
		token, _ := c.byte()
		n++
		if token == optionalSubstitution && c.left() >= 2 {
			optional = int(binary.LittleEndian.Uint16(c.r.data[c.at:]))
		}
		if _, ok := c.item(token, true); !ok {
			return false
		}
	}
	c.text = append(c.text, '\'')
	c.flush()
	if n == 1 && optional >= 0 {
		c.ops[first] = op{do: doUnless, arg: optional, end: len(c.ops)}
	}
	return true
}

// single is a value that is all there is in an element.
type single struct {
	arg      int
	optional bool
}

// content reads what is between the tags of an element, and its end. only is the
// value that is all of it.
func (c *compiler) content(name string) (only *single, ok bool) {
	token, ok := c.byte()
	switch {
	case !ok:
		return nil, false
	case token == closeEmpty:
		c.text = append(c.text, "/>"...)
		return nil, true
	case token != closeStart:
		return nil, false
	}
	c.text = append(c.text, '>')
	for n := 0; ; n++ {
		if token, ok = c.byte(); !ok {
			return nil, false
		}
		if token == endElement {
			c.text = append(append(append(c.text, "</"...), name...), '>')
			return only, true
		}
		one, ok := c.item(token, false)
		if !ok {
			return nil, false
		}
		only = one
		if n > 0 {
			only = nil
		}
	}
}

// item reads one piece of content, whose token was read.
func (c *compiler) item(token byte, inAttribute bool) (*single, bool) {
	if c.r.step(1) {
		return nil, false
	}
	switch token &^ moreToken {
	case openElement:
		return nil, !inAttribute && c.element(token)
	case valueText:
		if kind, ok := c.byte(); !ok || kind != stringType {
			return nil, false
		}
		text, ok := c.counted()
		c.text = appendUTF16(c.text, text, inAttribute)
		return nil, ok
	case cdata:
		text, ok := c.counted()
		c.text = appendUTF16(c.text, text, inAttribute)
		return nil, ok
	case charRef:
		n, ok := c.uint16()
		c.text = append(appendUint(append(c.text, "&#"...), uint64(n)), ';')
		return nil, ok
	case entityRef:
		name, ok := c.name()
		c.text = append(append(append(c.text, '&'), name...), ';')
		return nil, ok
	case piTarget:
		name, ok := c.name()
		c.text = append(append(c.text, "<?"...), name...)
		if c.left() > 0 && c.r.data[c.at] != piData {
			c.text = append(c.text, "?>"...)
		}
		return nil, ok && !inAttribute
	case piData:
		text, ok := c.counted()
		c.text = append(appendUTF16(append(c.text, ' '), text, false), "?>"...)
		return nil, ok && !inAttribute
	case substitution, optionalSubstitution:
		arg, ok := c.uint16()
		_, ok2 := c.byte() // the type; the value has its own
		do := byte(doValue)
		if inAttribute {
			do = doAttr
		}
		c.add(op{do: do, arg: arg})
		return &single{arg, token&^moreToken == optionalSubstitution}, ok && ok2
	}
	return nil, false
}
