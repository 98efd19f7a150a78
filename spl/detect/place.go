package detect

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"spl/parser/source"
)

// valueAt is where the value of a key at the top of a YAML file begins: after its
// opening quote, or on the line after the head of a block. block says that it is a
// block. ok is false where no line begins with the key.
func valueAt(text, key string) (off int, block, ok bool) {
	off, ok = keyAt(text, key)
	if !ok {
		return 0, false, false
	}
	for off < len(text) && strings.IndexByte(" \t\r\n", text[off]) >= 0 {
		off++
	}
	if off == len(text) {
		return off, false, true
	}
	switch text[off] {
	case '|', '>':
		if i := strings.IndexByte(text[off:], '\n'); i >= 0 {
			return off + i + 1, true, true
		}
		return len(text), true, true
	case '\'', '"':
		return off + 1, false, true
	}
	return off, false, true
}

// keyAt is where the text after "key:" begins, on a line that begins so.
func keyAt(text, key string) (int, bool) {
	for start := 0; start < len(text); {
		rest := text[start:]
		if after, ok := strings.CutPrefix(rest, key); ok {
			after = strings.TrimLeft(after, " \t")
			if strings.HasPrefix(after, ":") {
				return len(text) - len(after) + 1, true
			}
		}
		i := strings.IndexByte(rest, '\n')
		if i < 0 {
			break
		}
		start += i + 1
	}
	return 0, false
}

// align follows a value through its file from off on, and says of each character
// where it stands. YAML drops indents, folds line breaks into spaces, doubles quotes
// and escapes characters. Where the value cannot be followed any more, the rest
// points at that spot; lost is then how many bytes those are.
func align(f *source.File, off int, value string) (t *source.Text, lost int) {
	t = &source.Text{String: value}
	text := f.Text
	add := func(i int, src source.Span, fixed bool) {
		t.Pieces = append(t.Pieces, source.Piece{Out: i, File: f, Src: src, Fixed: fixed})
	}
	for i := 0; i < len(value); {
		n := 0
		for i+n < len(value) && off+n < len(text) && value[i+n] == text[off+n] {
			n++
		}
		if n > 0 {
			add(i, source.Span{Start: off, End: off + n}, false)
			i, off = i+n, off+n
			continue
		}
		if off == len(text) {
			add(i, source.At(off), true)
			return t, len(value) - i
		}
		if ch, n := escape(text[off:]); n > 0 && strings.HasPrefix(value[i:], ch) {
			add(i, source.Span{Start: off, End: off + n}, true)
			i, off = i+len(ch), off+n
			continue
		}
		switch c := text[off]; {
		case c == '\n' && value[i] == ' ':
			add(i, source.At(off), true)
			i, off = i+1, off+1
		case strings.IndexByte(" \t\r\n'\\", c) >= 0:
			off++
		default:
			add(i, source.At(off), true)
			return t, len(value) - i
		}
	}
	if len(t.Pieces) == 0 {
		add(0, source.At(min(off, len(text))), false)
	}
	return t, 0
}

// escape reads the escape of a double-quoted text at the start of s: what it stands
// for, and its length; 0 if there is none.
func escape(s string) (string, int) {
	if len(s) < 2 || s[0] != '\\' {
		return "", 0
	}
	if i := strings.IndexByte("0abtnvfre", s[1]); i >= 0 {
		return "\x00\a\b\t\n\v\f\r\x1b"[i : i+1], 2
	}
	digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[s[1]]
	switch {
	case strings.IndexByte(` "/\`, s[1]) >= 0:
		return s[1:2], 2
	case s[1] == 'N':
		return "\u0085", 2
	case s[1] == '_':
		return "\u00a0", 2
	case digits > 0 && len(s) >= 2+digits:
		n, err := strconv.ParseUint(s[2:2+digits], 16, 32)
		if err == nil && n <= utf8.MaxRune {
			return string(rune(n)), 2 + digits
		}
	}
	return "", 0
}
