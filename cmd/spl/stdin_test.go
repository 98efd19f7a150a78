package main

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"
)

// What was read of the standard input is there for a second look when it was little and
// all of it, in whatever pieces it came; otherwise nothing of it is held.
func TestHead(t *testing.T) {
	text := bytes.Repeat([]byte("some text, "), stdinKept/11)
	for name, r := range map[string]io.Reader{"whole": bytes.NewReader(text), "halves": iotest.HalfReader(bytes.NewReader(text))} {
		h := &head{ReadCloser: io.NopCloser(r)}
		if got, err := io.ReadAll(h); err != nil || !bytes.Equal(got, text) || !h.end || h.text() != string(text) {
			t.Errorf("%s: %d bytes, %v, end %v, %d bytes are held", name, len(got), err, h.end, len(h.text()))
		}
	}
	h := &head{ReadCloser: io.NopCloser(io.MultiReader(bytes.NewReader(text), bytes.NewReader(text)))}
	if got, err := io.ReadAll(h); err != nil || len(got) != 2*len(text) || h.end || h.pieces != nil {
		t.Errorf("too much: %d bytes, %v, end %v, %d pieces are held", len(got), err, h.end, len(h.pieces))
	}
	broken := errors.New("broken")
	h = &head{ReadCloser: io.NopCloser(io.MultiReader(bytes.NewReader(text), iotest.ErrReader(broken)))}
	if _, err := io.ReadAll(h); !errors.Is(err, broken) || h.end {
		t.Errorf("fault: %v, end %v", err, h.end)
	}
}
