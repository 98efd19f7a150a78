package kernel

import "bytes"

// Form is what a JSON text looks like apart from what its strings and numbers say: the
// bytes outside strings, with one quote for each string and one zero for each run of
// digits. Texts of one form are alike in their grammar: if one is JSON then all are, but
// for what Escaped and Odd say.
type Form struct {
	Bytes  []byte
	Quotes []uint16 // where quotes stand that are not escaped, opening and closing by turns
	// Escaped says that there are backslashes, and Rare that some stand before another
	// byte than the eight usual ones: a u, or one that must not.
	Escaped, Rare bool
	// Odd says that there is more to the text than its form tells: a control character in
	// a string, a string without an end, a number that may begin with a zero too many.
	Odd bool
}

// MaxForm is how long a text may be that has its form read.
const MaxForm = 1<<16 - 1

// formSlack is how much more than a byte of text the kernel may write.
const formSlack = 64

// Read reads the form of a text of at most MaxForm bytes that begins with a brace.
func (f *Form) Read(text []byte) {
	if n := len(text) + formSlack; cap(f.Bytes) < n {
		f.Bytes, f.Quotes = make([]byte, 0, n*2), make([]uint16, 0, n*2)
	}
	if len(text) == 0 || text[0] != '{' || len(text) > MaxForm {
		f.Bytes, f.Quotes, f.Odd = f.Bytes[:0], f.Quotes[:0], true
		return
	}
	readForm(f, text)
}

// Forms says that reading forms is fast on this machine.
var Forms = len(formLevels) > 0

var readForm = best(formLevels, readFormGo)

// readFormGo is Read for texts as it wants them.
func readFormGo(f *Form, text []byte) {
	*f = Form{Bytes: f.Bytes[:0], Quotes: f.Quotes[:0]}
	quoted := false
	var last byte   // the byte before, outside strings
	noMore := false // it is a zero that begins a number
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '\\' {
			// Outside strings it is no JSON, but the next byte still counts as escaped.
			f.Escaped = true
			if !quoted {
				f.Bytes = append(f.Bytes, c)
				last, noMore = c, false
			}
			if i++; i == len(text) {
				break
			}
			c = text[i]
			f.Rare = f.Rare || bytes.IndexByte(escapable, c) < 0
			if quoted {
				f.Odd = f.Odd || c < 0x20
				continue
			}
		} else if c == '"' {
			f.Quotes = append(f.Quotes, uint16(i))
			if quoted = !quoted; quoted {
				last, noMore = 0, false
				continue
			}
		}
		if quoted {
			f.Odd = f.Odd || c < 0x20
			continue
		}
		digit := '0' <= c && c <= '9'
		if digit && '0' <= last && last <= '9' {
			f.Odd = f.Odd || noMore
			noMore = false
			last = c
			continue
		}
		noMore = c == '0' && last != '.'
		last = c
		if digit {
			c = '0'
		}
		f.Bytes = append(f.Bytes, c)
	}
	f.Odd = f.Odd || quoted
}

var escapable = []byte(`"\/bfnrt`)
