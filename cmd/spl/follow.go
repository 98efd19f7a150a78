package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"time"

	"spl/eval/batch"
	"spl/spl"
	"spl/spl/input"
	"spl/spl/output"
	"spl/spl/repl/follow"
)

// followEvery is how often files that are followed are looked at.
const followEvery = time.Second

// follow runs the search over files while they grow. On a terminal an answer stands in
// the place of the one before; elsewhere each is written out whole, after an empty line
// where people read it.
func (s *running) follow(ctx context.Context, in spl.Input, options *spl.RunOptions, format string) error {
	for _, o := range s.query.operands {
		if o == "-" {
			return &usageError{"--follow: the standard input cannot be followed", "name the files that grow"}
		}
	}
	f, err := s.program.Follow(ctx, in, options)
	if err != nil {
		return runError(err)
	}
	defer f.Close()
	tail := follow.NewTail(s.files, func(name string) (fs.FileInfo, error) { return s.disk.Stat(name) })
	defer tail.Close()
	tick, stop := s.tick(followEvery)
	defer stop()
	w := &followWriter{s: s, format: format, events: !f.Table(), out: &gate{ctx: s.ctx, w: s.stdout}}
	err = follow.Run(ctx, &follow.Options{
		Search: f, Tail: tail, Tick: tick, Rows: w.rows, Answer: w.answer,
		Input: input.Options{Zone: s.clock.zone, Now: s.clock.now, Notice: s.notices.Add},
		Say:   func(m string) { w.height = 0; s.report().notice("follow", m, 1, false) },
	})
	if err == nil && w.stream != nil {
		err = w.stream.Close()
	}
	if s.ctx.Err() != nil {
		return s.ctx.Err()
	}
	s.tell(f.Notices())
	return runError(err)
}

// followWriter writes what comes while files are followed.
type followWriter struct {
	s      *running
	format string
	events bool
	out    io.Writer
	stream output.Writer // of rows that are written as they come
	height int           // lines of the last answer, on a terminal
	last   []byte        // the last answer
}

func (w *followWriter) writer(to io.Writer) (output.Writer, error) {
	s := w.s
	return output.New(to, output.Options{
		Format: w.format, Zone: s.clock.zone, Terminal: s.stdoutWidth > 0, Width: s.stdoutWidth,
		Color: s.colors(s.stdoutWidth), Fields: s.fields, Limit: s.flags.limit, Events: w.events,
	})
}

// rows writes rows as they come. Formats with a header are begun anew each time, since
// a later row may bring a new column.
func (w *followWriter) rows(bs []*batch.Batch) error {
	flows := w.format == "raw" || w.format == "ndjson"
	if w.stream == nil || !flows {
		var err error
		if w.stream, err = w.writer(w.out); err != nil {
			return err
		}
	}
	for _, b := range bs {
		if err := w.stream.Write(b); err != nil {
			return err
		}
	}
	if !flows && len(bs) > 0 {
		return w.stream.Close()
	}
	return nil
}

// answer writes a whole answer.
func (w *followWriter) answer(r *spl.Result) error {
	var text bytes.Buffer
	out, err := w.writer(&text)
	if err != nil {
		return err
	}
	for _, b := range r.Batches {
		if err := out.Write(b); err != nil {
			return err
		}
	}
	if err := out.Close(); err != nil {
		return err
	}
	switch {
	case bytes.Equal(text.Bytes(), w.last):
		return nil
	case w.s.stdoutWidth > 0:
		return w.over(text.Bytes())
	}
	if w.last != nil && (w.format == "" || w.format == "table") {
		_, _ = io.WriteString(w.out, "\n")
	}
	w.last = bytes.Clone(text.Bytes())
	_, err = w.out.Write(text.Bytes())
	return err
}

// over writes an answer over the one before, as much of it as the terminal is high.
func (w *followWriter) over(text []byte) error {
	w.last = bytes.Clone(text)
	lines := bytes.SplitAfter(text, []byte("\n"))
	if _, h := w.s.terminalSize(); len(lines) > h-1 {
		lines = append(lines[:max(1, h-2)], []byte("…\n"))
	}
	var b bytes.Buffer
	if w.height > 0 {
		fmt.Fprintf(&b, "\x1b[%dA\r", w.height)
	}
	b.WriteString("\x1b[J")
	w.height = 0
	for _, l := range lines {
		b.Write(l)
		w.height += bytes.Count(l, []byte("\n"))
	}
	_, err := w.out.Write(b.Bytes())
	return err
}
