package assist

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"math"
	"time"
	"unicode/utf8"

	"spl/eval/batch"
	"spl/spl/engine"
	"spl/spl/input"
)

// How much of the data is looked at. It is little enough to be read before a first
// question can be typed, however large the files are.
const (
	sampleHead   = 256 << 10 // of the start of a file
	samplePiece  = 64 << 10  // of each place further on
	samplePlaces = 4
	sampleFiles  = 24
	sampleTotal  = 2 << 20
	sampleEvents = 2000
	sampleMemory = 64 << 20
)

// Sample is some events of the data.
type Sample struct {
	Rows  engine.Rows
	Stats *Stats
	Now   time.Time
	Zone  *time.Location
	// Whole says that the sample is all there is.
	Whole bool
}

// Take reads a sample: the start of files and a few places further on in large ones.
// Of many files, some are taken, spread over all. Files that cannot be read are left
// out. o.Notice is not told anything.
func Take(ctx context.Context, files []input.File, o input.Options) *Sample {
	s := &Sample{Stats: newStats(), Now: o.Now, Zone: o.Zone, Whole: true}
	o.Notice = nil
	var texts []input.File
	total := 0
	step := max(1, (len(files)+sampleFiles-1)/sampleFiles)
	for i := 0; i < len(files) && total < sampleTotal; i += step {
		pieces, whole := excerpts(files[i], min(sampleHead, (sampleTotal-total)/min(4, len(files)-i)))
		s.Whole = s.Whole && whole && step == 1
		for _, p := range pieces {
			total += len(p)
			texts = append(texts, input.FromText(files[i].Name, p, files[i].Meta))
		}
	}
	s.Whole = s.Whole && total < sampleTotal
	s.read(ctx, input.New(texts, o))
	s.Stats.finish()
	return s
}

// read reads the events of the excerpts.
func (s *Sample) read(ctx context.Context, in batch.Source) {
	r, err := in.Open(ctx, &batch.Scan{Fields: batch.AllFields, Earliest: math.Inf(-1), Latest: math.Inf(1)})
	if err != nil {
		return
	}
	defer r.Close()
	for s.Stats.Rows < sampleEvents {
		part, err := r.Next()
		if err != nil {
			s.Whole = s.Whole && errors.Is(err, io.EOF)
			return
		}
		_ = part.Each(func(b *batch.Batch) bool {
			b.Load()
			b.Own()
			s.Rows = append(s.Rows, b)
			s.Stats.Add(b)
			return s.Stats.Rows < sampleEvents && ctx.Err() == nil
		})
	}
	s.Whole = false
}

// excerpts gives pieces of a file's text, each of whole lines, and whether they are
// all of it.
func excerpts(f input.File, most int) (pieces []string, whole bool) {
	file, err := f.Open()
	if err != nil {
		return nil, false
	}
	defer file.Close()
	head := make([]byte, most)
	n, err := io.ReadFull(file, head)
	head = head[:n]
	if err != nil {
		return []string{string(head)}, errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	}
	if !lines(head) {
		return []string{string(head)}, false // packed, or not in lines: the reader copes with a cut end
	}
	pieces = []string{wholeLines(head, false)}
	at, ok := file.(io.ReaderAt)
	st, hasSize := file.(interface{ Stat() (fs.FileInfo, error) })
	if !ok || !hasSize {
		return pieces, false
	}
	info, err := st.Stat()
	if err != nil {
		return pieces, false
	}
	for i := range samplePlaces {
		from := int64(most) + (info.Size()-int64(most)-samplePiece)*int64(i+1)/samplePlaces
		if from <= int64(most) {
			continue
		}
		buf := make([]byte, samplePiece)
		n, _ := at.ReadAt(buf, from)
		if t := wholeLines(buf[:n], true); t != "" {
			pieces = append(pieces, t)
		}
	}
	return pieces, false
}

// lines says whether a text is one of lines that can be read each alone: JSON objects
// or words, and no table, array or document.
func lines(head []byte) bool {
	t := bytes.TrimLeft(head, " \t\r\n\ufeff")
	if len(t) == 0 || bytes.IndexByte(head, 0) >= 0 || t[0] == '[' || t[0] == '<' {
		return false
	}
	first, rest, ok := bytes.Cut(t, []byte("\n"))
	if !ok || !utf8.Valid(first) {
		return false
	}
	if t[0] == '{' {
		return bytes.HasSuffix(bytes.TrimRight(first, "\r "), []byte("}")) && bytes.HasPrefix(rest, []byte("{"))
	}
	return bytes.Count(first, []byte(",")) < 3 // else it may be the header of a table
}

// wholeLines leaves out the beginning, where that was cut, and the end that was cut.
func wholeLines(b []byte, cut bool) string {
	if cut {
		b = b[bytes.IndexByte(b, '\n')+1:]
	}
	return string(b[:bytes.LastIndexByte(b, '\n')+1])
}
