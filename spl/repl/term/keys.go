// Package term knows terminals: what keys their bytes stand for, how wide a text is
// on them, and the few escape sequences that the prompt needs.
//
// Nothing here opens a terminal. Bytes come from an [io.Reader] and go to an
// [io.Writer], so that tests can be both.
package term

import (
	"bytes"
	"io"
	"time"
	"unicode/utf8"
)

// Key is one stroke: a character, or a key by its name, or a text that was pasted.
type Key struct {
	// Name is the name of a key that is no character: "enter", "tab", "up", "ctrl-r",
	// "alt-b", "paste"; "" for a character.
	Name string
	// Text is the character, or what was pasted, line ends as \n.
	Text string
}

// Is says whether the key is one of those named.
func (k Key) Is(names ...string) bool {
	for _, n := range names {
		if k.Name != "" && k.Name == n {
			return true
		}
	}
	return false
}

// maxPaste bounds a pasted text; more is cut off, and never taken for keys.
const maxPaste = 4 << 20

// escapeWait is how long the rest of an escape sequence may take. After it, an
// escape is the key of that name.
const escapeWait = 40 * time.Millisecond

// Keys reads keys from r until it ends, and gives them in order. The channel is
// closed at the end of r. The goroutine that reads ends with r.
func Keys(r io.Reader) <-chan Key {
	raw := make(chan []byte)
	go func() {
		defer close(raw)
		for {
			buf := make([]byte, 4096)
			n, err := r.Read(buf)
			if n > 0 {
				raw <- buf[:n]
			}
			if err != nil {
				return
			}
		}
	}()
	keys := make(chan Key, 64)
	go func() {
		defer close(keys)
		var held []byte
		for {
			var late <-chan time.Time
			if len(held) > 0 {
				late = time.After(escapeWait)
			}
			select {
			case b, ok := <-raw:
				if !ok {
					give(keys, held, true)
					return
				}
				held = give(keys, bounded(append(held, b...)), false)
			case <-late:
				if !bytes.HasPrefix(held, pasteBegin) {
					held = give(keys, held, true)
				} else {
					held = give(keys, held, false)
				}
			}
		}
	}()
	return keys
}

// give sends the keys at the start of b and returns the rest, which is the
// beginning of one. With all, nothing more will come.
func give(keys chan<- Key, b []byte, all bool) []byte {
	for len(b) > 0 {
		k, n := decode(b, all)
		if n == 0 {
			return b
		}
		if k != (Key{}) {
			keys <- k
		}
		b = b[n:]
	}
	return nil
}

var pasteBegin, pasteEnd = []byte("\x1b[200~"), []byte("\x1b[201~")

// decode reads the key at the start of b; n is 0 when more bytes are needed. A key
// that is not known is the zero Key.
func decode(b []byte, all bool) (k Key, n int) {
	c := b[0]
	switch {
	case c == 0x1b:
		return escape(b, all)
	case c < 0x20 || c == 0x7f:
		return Key{Name: control(c)}, 1
	case !utf8.FullRune(b) && !all:
		return Key{}, 0
	}
	r, n := utf8.DecodeRune(b)
	if r == utf8.RuneError && n == 1 {
		return Key{}, 1
	}
	return Key{Text: string(b[:n])}, n
}

func control(c byte) string {
	switch c {
	case '\r', '\n':
		return "enter"
	case '\t':
		return "tab"
	case 0x7f, 0x08:
		return "backspace"
	case 0x00:
		return "ctrl-space"
	case 0x1f:
		return "ctrl-_"
	case 0x1b, 0x1c, 0x1d, 0x1e:
		return "ctrl-other"
	}
	return "ctrl-" + string(rune('a'+c-1))
}

// escape reads what begins with ESC.
func escape(b []byte, all bool) (Key, int) {
	if len(b) == 1 {
		if all {
			return Key{Name: "escape"}, 1
		}
		return Key{}, 0
	}
	switch b[1] {
	case '[':
		if bytes.HasPrefix(b, pasteBegin) {
			return paste(b, all)
		}
		return sequence(b, all)
	case 'O':
		if len(b) < 3 {
			return partial(all, len(b))
		}
		return Key{Name: finals[b[2]]}, 3
	case 0x1b:
		return Key{Name: "escape"}, 1
	}
	k, n := decode(b[1:], all)
	switch {
	case n == 0:
		return Key{}, 0
	case k.Text != "":
		return Key{Name: "alt-" + k.Text}, n + 1
	case k.Name != "":
		return Key{Name: "alt-" + k.Name}, n + 1
	}
	return Key{}, n + 1
}

func partial(all bool, n int) (Key, int) {
	if all {
		return Key{Name: "escape"}, n
	}
	return Key{}, 0
}

// sequence reads ESC [ parameters final.
func sequence(b []byte, all bool) (Key, int) {
	i := 2
	for i < len(b) && (b[i] < 0x40 || b[i] > 0x7e || i == 2 && b[i] == '[') {
		i++
	}
	if i == len(b) {
		return partial(all, len(b))
	}
	params, final := string(b[2:i]), b[i]
	name := finals[final]
	if final == '~' {
		base, mod := params, ""
		if j := bytes.IndexByte(b[2:i], ';'); j >= 0 {
			base, mod = params[:j], params[j+1:]
		}
		return Key{Name: modified(tildes[base], mod)}, i + 1
	}
	if j := bytes.IndexByte(b[2:i], ';'); j >= 0 && name != "" {
		return Key{Name: modified(name, params[j+1:])}, i + 1
	}
	return Key{Name: name}, i + 1
}

// modified is a key with what was held down with it, as xterm numbers it.
func modified(name, mod string) string {
	switch {
	case name == "" || mod == "" || mod == "1":
		return name
	case mod == "2":
		return "shift-" + name
	case mod == "3" || mod == "4":
		return "alt-" + name
	}
	return "ctrl-" + name
}

var finals = map[byte]string{
	'A': "up", 'B': "down", 'C': "right", 'D': "left", 'H': "home", 'F': "end", 'Z': "shift-tab", 'M': "enter",
}

var tildes = map[string]string{
	"1": "home", "7": "home", "4": "end", "8": "end", "3": "delete", "5": "pgup", "6": "pgdown", "2": "insert",
}

// bounded leaves out what a paste has beyond maxPaste, but for its last bytes, which may
// be the beginning of its end.
func bounded(b []byte) []byte {
	most := len(pasteBegin) + maxPaste
	if len(b) <= most+len(pasteEnd) || !bytes.HasPrefix(b, pasteBegin) {
		return b
	}
	rest := b[most:]
	if bytes.Contains(b[:most], pasteEnd) {
		return b
	}
	if i := bytes.Index(rest, pasteEnd); i >= 0 {
		rest = rest[i:]
	} else {
		rest = rest[len(rest)-len(pasteEnd)+1:]
	}
	return append(b[:most], rest...)
}

// paste reads a bracketed paste, whose text may hold anything.
func paste(b []byte, all bool) (Key, int) {
	body := b[len(pasteBegin):]
	end := bytes.Index(body, pasteEnd)
	n := len(pasteBegin) + end + len(pasteEnd)
	if end < 0 {
		if !all {
			return Key{}, 0
		}
		end, n = len(body), len(b)
	}
	text := bytes.ReplaceAll(body[:min(end, maxPaste)], []byte("\r\n"), []byte("\n"))
	text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
	return Key{Name: "paste", Text: string(bytes.ToValidUTF8(text, []byte("\uFFFD")))}, n
}
