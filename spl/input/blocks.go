package input

import (
	"math/bits"

	"spl/eval/jsontext"
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

// prove checks that the text is one object in compact JSON, and fills in the marks.
// It is one long function so that what it knows of the byte before a block stays in
// registers: bit 0 of each carry is set when that byte is of the kind.
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

	var escaped, quoted, keyRun, ended, inScalar, valueNext, keyNext, opened, listed, finished uint64
	nest := nesting{text: text, end: -1}
	first := uint64(1) // the outermost value may stand without anything before it
	marks := s.marks
	for i := range marks {
		b := &s.blocks[i]
		valid := ^uint64(0)
		if rest := n - i*64; rest < 64 {
			valid = 1<<rest - 1
		}
		quote := b.Quote
		if b.Back|escaped != 0 {
			var ok bool
			if quote, escaped, ok = s.escapes(i, valid, escaped); !ok {
				return false
			}
		}
		str := prefixXor(quote) ^ quoted // from an opening quote to before its closing one
		quoted = uint64(int64(str) >> 63)
		opening, closing := quote&str, quote&^str
		open, end := b.Open&^str, b.Close&^str
		colon, comma := b.Colon&^str, b.Comma&^str
		scalar := ^(str | closing | open | end | colon | comma) & valid

		objects, inObject := uint64(0), nest.in
		if open|end != 0 {
			var ok bool
			if objects, inObject, ok = nest.follow(i*64, open, end); !ok {
				return false
			}
		}
		lists := open &^ objects
		commaKey := comma & inObject
		value := colon | comma&^inObject

		// What the byte before each byte was.
		wasOpened := objects<<1 | opened
		wasListed := lists<<1 | listed
		keyDue := commaKey<<1 | keyNext
		valueDue := value<<1 | valueNext
		wasScalar := scalar<<1 | inScalar

		keys := opening & (keyDue | wasOpened)
		// Adding a key's first bit to its run of ones carries to its closing quote.
		sum, run := bits.Add64(str, keys, keyRun)
		keyEnds := sum &^ str
		wasKey := keyEnds<<1 | ended
		begins := scalar &^ wasScalar
		starts := opening&^keys | open | begins
		done := closing&^keyEnds | end
		wasDone := done<<1 | finished
		wasValue := wasDone | wasScalar

		bad := colon ^ wasKey               // a colon after each key and nowhere else
		bad |= keyDue &^ opening            // {"a":1, must go on with a key
		bad |= wasOpened &^ (opening | end) // { with a key or }
		bad |= wasListed &^ (starts | end)  // [ with a value or ]
		bad |= valueDue &^ starts           // a value where one is due
		bad |= starts &^ (valueDue | wasListed | first)
		bad |= wasValue &^ (scalar | comma | end) // after a value, a comma or an end
		bad |= wasDone & scalar
		bad |= comma &^ wasValue
		bad |= end &^ (wasValue | wasOpened | wasListed)
		if (bad|b.Control)&valid != 0 {
			return false
		}
		for m := begins; m != 0; m &= m - 1 {
			if !s.scalar(i*64 + bits.TrailingZeros64(m)) {
				return false
			}
		}
		keyRun, ended, inScalar, first = run, keyEnds>>63, scalar>>63, 0
		valueNext, keyNext = value>>63, commaKey>>63
		opened, listed, finished = objects>>63, lists>>63, done>>63
		marks[i] = mark{keys, open, end}
	}
	return nest.depth == 0 && nest.end == n-1
}

// nesting is the open containers, innermost in the lowest bit: 1 is an object.
type nesting struct {
	text  string
	stack uint64
	depth int
	end   int    // where the outermost closed; -1 while it is open
	in    uint64 // all ones within an object
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
			if n.depth > maxBlockDepth || n.end >= 0 {
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

// escapes gives the quotes that are not escaped and whether the byte after the block
// is, and checks what the backslashes escape.
func (s *blockScan) escapes(i int, valid, before uint64) (quote, after uint64, ok bool) {
	b := &s.blocks[i]
	escaped := before
	for m := b.Back & valid; m != 0; {
		bit := m & -m
		m &^= bit
		if escaped&bit != 0 {
			continue
		}
		escaped |= bit << 1
		after = bit >> 63
		if bit<<1&(b.Quote|b.Back) != 0 {
			continue // the usual escapes
		}
		if jsontext.Escape(s.text, i*64+bits.TrailingZeros64(bit)+1) < 0 {
			return 0, 0, false
		}
	}
	return b.Quote &^ escaped, after, true
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
		m := mk.open | mk.close
		if here.node != nil || m != 0 {
			m |= mk.keys
		}
		for ; m != 0; m &= m - 1 {
			bit := m & -m
			switch {
			case mk.keys&bit != 0:
				if here.node == nil {
					continue
				}
				at := i*64 + bits.TrailingZeros64(m) + 1
				if child, end := s.follow(here, at); child.node != nil {
					next = s.take(&scan, child, end, depth)
				}
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

// follow gives where the key at i, without its quote, leads from here, and where it
// ends. The usual key is all of a label or what stands before a dot or brace in it,
// and is compared with that alone.
func (s *blockScan) follow(here state, i int) (child state, end int) {
	label, to := here.rest, here.node
	if label == "" {
		e := to.first[s.b[i]]
		if e > 0 {
			label, to = to.edges[e-1].label, to.edges[e-1].to
		} else if c := s.b[i]; c != '\\' && c != '"' {
			return state{}, 0
		}
	}
	j := 0
	for j < len(label) && i+j < len(s.b) && s.b[i+j] == label[j] {
		j++
	}
	switch c := s.b[min(i+j, len(s.b)-1)]; {
	case c == '"' && j > 0:
		return state{to, label[j:]}, i + j
	case j < len(label) && c != '\\' && c != '"':
		return state{}, 0
	}
	// It goes on behind the label, is empty or has an escape.
	scan := jsonScan{text: s.text, b: s.b}
	end, escaped := scan.str(i)
	key := s.text[i:end]
	if escaped {
		key = jsontext.Unquote(key)
	}
	return here.advance(key), end
}

// take reads the value of a key that ends at end. If it is an object, it gives where
// the object's keys lead from.
func (s *blockScan) take(scan *jsonScan, child state, end, depth int) state {
	switch i := end + 2; s.b[i] {
	case '{':
		return child.advance(".")
	case '"':
		name := child.name()
		if name < 0 {
			break
		}
		end, escaped := scan.str(i + 1)
		v := s.text[i+1 : end]
		if escaped {
			v = jsontext.Unquote(v)
		}
		scan.out.add(name, v)
	default:
		scan.value(i, child, depth)
	}
	return state{}
}
