package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// form is the events once more, as a file of another kind, written by spl.
type form struct {
	output string // of spl
	search string
}

// forms are by the extension of their files.
var forms = map[string]form{
	"csv": {"csv", `* | table _time verb user.username objectRef.resource responseStatus.code requestURI userAgent`},
	"log": {"raw", `* | eval _raw=mvindex('sourceIPs{}',0)." - ".'user.username'." [".strftime(_time,"%d/%b/%Y:%H:%M:%S %z")."] \"".upper(verb)." ".requestURI.` +
		`" HTTP/1.1\" ".'responseStatus.code'." ".len(_raw)." \"-\" \"".userAgent."\"" | fields _raw`},
}

// fileOf is the file that a query reads.
func (b *bench) fileOf(q *query) string {
	if q.form == "" {
		return b.file
	}
	return filepath.Join(b.dir, fmt.Sprintf("eks-%d.%s", b.events, q.form))
}

// writeForm makes the file of a query that reads another form, unless it is there.
func (b *bench) writeForm(q *query) error {
	name := b.fileOf(q)
	if _, err := os.Stat(name); err == nil {
		return nil
	}
	f, err := os.Create(name + ".part")
	if err != nil {
		return err
	}
	how := forms[q.form]
	c := exec.CommandContext(b.ctx, b.spl, "-o", how.output, "--progress", "never", how.search, b.file)
	c.Stdout, c.Stderr = f, os.Stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("the events as %s: %w", q.form, err)
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
