package input

import (
	"math/bits"

	"spl/spl/input/kernel"
)

// blockScan reads JSON in a way of its own, for speed: 64 bytes at a time, with bit i
// of a word for byte i. It proves the grammar on whole words at a time, and visits
// only keys and brackets one by one. It knows compact JSON alone, as machines write
// it; of anything else (space between tokens, great depth, faults) it says that it
// does not know, and then jsonScan decides. What it accepts, jsonScan accepts, with
// the same values.
type blockScan struct {
	text   string
	b      []byte
	blocks []kernel.Block
	marks  []mark
	nodes  [maxBlockDepth + 2]state
}

// mark is what the proof leaves of 64 bytes for the visit: where keys begin, and
// where containers open and close.
type mark struct{ keys, open, close uint64 }

// maxBlockDepth keeps the open containers in one word.
const maxBlockDepth = 60

// extract is [wanted.extract] for a text that is an object in compact JSON; known is
// false when it is something else, and then nothing was added.
func (s *blockScan) extract(w *wanted, text string, out *found) (known bool) {
	if !s.prove(text) {
		return false
	}
	if w.root.name >= 0 || len(w.root.edges) > 0 {
		s.visit(w, out)
	}
	return true
}

// carried is what the proof knows of the byte before a block. Bit 0 of each is set
// when that byte is of the kind.
type carried struct {
	escaped uint64 // the first byte is escaped
	quoted  uint64 // all ones within a string
	keyRun  uint64 // within a key
	ended   uint64 // a key ended
	scalar  uint64 // within a number or word
	value   uint64 // a value is due: after a colon, or a comma of an array
	key     uint64 // a key is due: after a comma of an object
	opened  uint64 // an object was opened: a key or its end is due
	listed  uint64 // an array was opened: a value or its end is due
	done    uint64 // a string or a container ended
}

// prove checks that the text is one object in compact JSON, and fills in the marks.
func (s *blockScan) prove(text string) bool {
	n := len(text)
	if n < 2 || text[0] != '{' || text[n-1] != '}' {
		return false
	}
	s.text, s.b = text, textBytes(text)
	count := (n + 63) / 64
	if cap(s.blocks) < count {
		s.blocks, s.marks = make([]kernel.Block, count+16), make([]mark, count+16)
	}
	s.blocks, s.marks = s.blocks[:count], s.marks[:count]
	kernel.Classify(s.b, s.blocks)
	var c carried
	nest := nesting{text: text}
	for i := range s.blocks {
		valid := ^uint64(0)
		if rest := n - i*64; rest < 64 {
			valid = 1<<rest - 1
		}
		if !s.proveBlock(i, valid, &c, &nest) {
			return false
		}
	}
	return nest.depth == 0 && nest.end == n-1
}

// nesting is the open containers, innermost in the lowest bit: 1 is an object.
type nesting struct {
	text  string
	stack uint64
	depth int
	end   int    // where the outermost closed; 0 while it is open
	in    uint64 // all ones within an object
}

// proveBlock checks one block.
func (s *blockScan) proveBlock(i int, valid uint64, c *carried, nest *nesting) bool {
	b := &s.blocks[i]
	quote := b.Quote
	if b.Back|c.escaped != 0 {
		var ok bool
		if quote, ok = s.escapes(i, valid, c); !ok {
			return false
		}
	}
	str := prefixXor(quote) ^ c.quoted // from an opening quote to before its closing one
	c.quoted = uint64(int64(str) >> 63)
	opening, closing := quote&str, quote&^str
	open, end := b.Open&^str, b.Close&^str
	colon, comma := b.Colon&^str, b.Comma&^str
	scalar := ^(str | closing | open | end | colon | comma) & valid
	if b.Control&valid != 0 {
		return false
	}

	objects, inObject, ok := nest.follow(i*64, open, end)
	if !ok {
		return false
	}
	lists := open &^ objects
	commaKey, commaValue := comma&inObject, comma&^inObject

	// What the byte before each byte was.
	wasOpened := objects<<1 | c.opened
	wasListed := lists<<1 | c.listed
	keyDue := commaKey<<1 | c.key
	valueDue := (colon|commaValue)<<1 | c.value
	wasScalar := scalar<<1 | c.scalar

	keys := opening & (keyDue | wasOpened)
	// Adding a key's first bit to its run of ones carries to its closing quote.
	sum, keyRun := bits.Add64(str, keys, c.keyRun)
	keyEnds := sum &^ str
	wasKey := keyEnds<<1 | c.ended
	starts := opening&^keys | open | scalar&^wasScalar
	done := closing&^keyEnds | end
	wasDone := done<<1 | c.done

	bad := colon ^ wasKey               // a colon after each key and nowhere else
	bad |= keyDue &^ opening            // {"a":1, must go on with a key
	bad |= wasOpened &^ (opening | end) // { with a key or }
	bad |= wasListed &^ (starts | end)  // [ with a value or ]
	bad |= valueDue &^ starts           // a value where one is due
	bad |= starts &^ (valueDue | wasListed) &^ first(i)
	after := comma | end
	bad |= (wasDone | wasScalar&^scalar) &^ after // after a value, a comma or an end
	bad |= comma &^ (wasDone | wasScalar)
	bad |= end &^ (wasDone | wasScalar | wasOpened | wasListed)
	if bad&valid != 0 {
		return false
	}
	for m := scalar &^ wasScalar; m != 0; m &= m - 1 {
		if !s.scalar(i*64 + bits.TrailingZeros64(m)) {
			return false
		}
	}
	c.keyRun, c.ended, c.scalar = keyRun, keyEnds>>63, scalar>>63
	c.value, c.key = (colon|commaValue)>>63, commaKey>>63
	c.opened, c.listed, c.done = objects>>63, lists>>63, done>>63
	s.marks[i] = mark{keys, open, end}
	return true
}

// first is the place of the outermost value.
func first(block int) uint64 {
	if block == 0 {
		return 1
	}
	return 0
}

// follow goes through the brackets of a block. It gives those that open objects, and
// the places whose innermost container is an object.
func (n *nesting) follow(base int, open, end uint64) (objects, inObject uint64, ok bool) {
	from := uint64(0) // bits below the last bracket, and it
	for m := open | end; m != 0; m &= m - 1 {
		bit := m & -m
		at := base + bits.TrailingZeros64(m)
		inObject |= n.in & (bit - 1) &^ from
		from = bit<<1 - 1
		isObject := uint64(n.text[at]>>5) & 1 // { and } are 0x7b and 0x7d, [ and ] 0x5b and 0x5d
		if open&bit != 0 {
			n.stack = n.stack<<1 | isObject
			n.depth++
			objects |= bit & -isObject
			if n.depth > maxBlockDepth || n.end > 0 {
				return 0, 0, false
			}
		} else {
			if n.depth == 0 || n.stack&1 != isObject {
				return 0, 0, false
			}
			n.stack >>= 1
			if n.depth--; n.depth == 0 {
				n.end = at
			}
		}
		n.in = -(n.stack & 1)
	}
	return objects, inObject | n.in&^from, true
}

// escapes gives the quotes that are not escaped, and checks what the backslashes
// escape.
func (s *blockScan) escapes(i int, valid uint64, c *carried) (quote uint64, ok bool) {
	b := &s.blocks[i]
	escaped := c.escaped
	c.escaped = 0
	for m := b.Back & valid; m != 0; m &= m - 1 {
		bit := m & -m
		if escaped&bit != 0 {
			continue
		}
		scan := jsonScan{text: s.text, b: s.b}
		if scan.escape(i*64+bits.TrailingZeros64(m)+1) < 0 {
			return 0, false
		}
		escaped |= bit << 1
		c.escaped = bit >> 63
	}
	return b.Quote &^ escaped, true
}

// scalar checks the number or word at i.
func (s *blockScan) scalar(i int) bool {
	scan := jsonScan{text: s.text, b: s.b}
	end := scan.scalar(i)
	if end < 0 {
		return false
	}
	switch scan.at(end) {
	case ',', '}', ']':
		return true
	}
	return false
}

// prefixXor gives in each bit the parity of the bits up to it.
func prefixXor(m uint64) uint64 {
	m ^= m << 1
	m ^= m << 2
	m ^= m << 4
	m ^= m << 8
	m ^= m << 16
	return m ^ m<<32
}

// visit goes through the keys of a proved object and takes the wanted values.
func (s *blockScan) visit(w *wanted, out *found) {
	scan := jsonScan{text: s.text, b: s.b, out: out}
	depth := 0
	var here state // where the keys of the innermost container lead from
	next := state{node: w.root}
	for i := range s.marks {
		mk := &s.marks[i]
		for m := mk.keys | mk.open | mk.close; m != 0; m &= m - 1 {
			bit := m & -m
			switch {
			case mk.keys&bit != 0:
				if here.node == nil {
					continue
				}
				at := i*64 + bits.TrailingZeros64(m)
				if !here.mayTake(s.b[at+1]) {
					continue
				}
				next = s.take(&scan, at, here, depth)
			case mk.open&bit != 0:
				s.nodes[depth] = here
				depth++
				here, next = next, state{}
			default:
				depth--
				here = s.nodes[depth]
			}
		}
	}
}

// mayTake says whether a name that begins with c may lead on. An escape or an empty
// name may.
func (st state) mayTake(c byte) bool {
	if c == '\\' || c == '"' {
		return true
	}
	if st.rest != "" {
		return st.rest[0] == c
	}
	return st.node.first[c] != 0
}

// take reads the value of the key at i if it is wanted. If it is an object, it gives
// where the object's keys lead from.
func (s *blockScan) take(scan *jsonScan, i int, here state, depth int) state {
	end, escaped := scan.str(i + 1)
	key := s.text[i+1 : end]
	if escaped {
		key = unquote(key)
	}
	child := here.advance(key)
	if child.node == nil {
		return state{}
	}
	if s.b[end+2] == '{' {
		return child.advance(".")
	}
	scan.value(end+2, child, depth)
	return state{}
}

// extract reads the wanted values of a JSON text, by blocks where that can be.
func (r *reader) extract(w *wanted, text string, out *found) bool {
	if kernel.Fast && len(text) >= 64 {
		s, _ := r.scans.Get().(*blockScan)
		if s == nil {
			s = &blockScan{}
		}
		known := s.extract(w, text, out)
		r.scans.Put(s)
		if known {
			return true
		}
	}
	return w.extract(text, out)
}
