package input

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"
)

// What is unpacked ahead is what there is, in whatever pieces it comes, and its fault
// comes after it.
func TestAhead(t *testing.T) {
	text := bytes.Repeat([]byte("some text, "), 100_000)
	broken := errors.New("broken")
	for name, r := range map[string]io.Reader{
		"whole": bytes.NewReader(text), "one byte": iotest.OneByteReader(bytes.NewReader(text[:5000])),
		"fault with data": iotest.DataErrReader(bytes.NewReader(text)), "fault": io.MultiReader(bytes.NewReader(text), iotest.ErrReader(broken)),
	} {
		got, err := io.ReadAll(newAhead(r))
		want := text
		if name == "one byte" {
			want = text[:5000]
		}
		if !bytes.Equal(got, want) || name == "fault" && !errors.Is(err, broken) || name != "fault" && err != nil {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// Nothing goes on unpacking when nobody wants more.
func TestAheadEnds(t *testing.T) {
	a := newAhead(endless{})
	if _, err := a.Read(make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	a.end()
	a.end()
	for range a.full { // is closed by the goroutine as it ends
	}
}
