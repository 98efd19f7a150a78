package output

import (
	"strings"
	"unicode/utf8"

	"spl/eval/batch"
	"spl/spl/harmless"
)

// markdownGrid writes a GitHub table. Characters that mean something in Markdown
// are escaped, so that a value reads as it is; underscores are not, because field
// names are full of them and inside a word they mean nothing.
type markdownGrid struct{ out *sink }

func newMarkdown(o *Options, out *sink) format {
	return newHolder(o, out, humanTime, &markdownGrid{out})
}

func (g *markdownGrid) start(names []string) {
	if len(names) == 0 {
		return
	}
	g.out.text("|")
	for _, n := range names {
		g.out.text(" ")
		g.value(n)
		g.out.text(" |")
	}
	g.out.text("\n|")
	g.out.text(strings.Repeat(" --- |", len(names)))
	g.out.text("\n")
}

func (g *markdownGrid) page(cols []*batch.Column, rows int) {
	if len(cols) == 0 {
		return
	}
	for r := range rows {
		g.out.text("|")
		for _, c := range cols {
			g.out.text(" ")
			for i, v := range c.Values(r) {
				if i > 0 {
					g.out.text("<br>")
				}
				g.value(v)
			}
			g.out.text(" |")
		}
		g.out.text("\n")
		if !g.out.endRow() {
			return
		}
	}
}

func (g *markdownGrid) end() {}

// value writes a text as one line of Markdown. A backslash is doubled only where
// it would escape what follows, so that Windows paths stay legible.
func (g *markdownGrid) value(v string) {
	v = cell(v)
	for i := range len(v) {
		c := v[i]
		switch {
		case c == '\n':
			g.out.text("<br>")
			continue
		case strings.IndexByte("|*`~[]<&", c) >= 0,
			c == '\\' && i+1 < len(v) && punctuation(v[i+1]):
			g.out.text(`\`)
		}
		g.out.buf = append(g.out.buf, c)
	}
}

// punctuation says whether a backslash before c escapes it.
func punctuation(c byte) bool {
	return c > ' ' && c < 0x7f && !(c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z')
}

// htmlGrid writes a page with one table, which needs nothing else. Each value of a
// multivalue stands on a line of its own; white space is kept.
type htmlGrid struct{ out *sink }

func newHTML(o *Options, out *sink) format {
	return newHolder(o, out, humanTime, &htmlGrid{out})
}

const htmlHead = `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Results</title>
<style>
:root { color-scheme: light dark }
body { font: 14px sans-serif }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { border: 1px solid #8886; padding: 2px 8px; text-align: left; vertical-align: top; white-space: pre-wrap; max-width: 80ch; overflow-wrap: break-word }
th { position: sticky; top: 0; white-space: nowrap; background: #eee; color: #000 }
@media (prefers-color-scheme: dark) { th { background: #333; color: #fff } }
</style>
</head>
<body>
<table>
`

const htmlFoot = `</tbody>
</table>
</body>
</html>
`

func (g *htmlGrid) start(names []string) {
	g.out.text(htmlHead)
	g.out.text("<thead><tr>")
	for _, n := range names {
		g.out.text("<th>")
		g.value(n)
		g.out.text("</th>")
	}
	g.out.text("</tr></thead>\n<tbody>\n")
}

func (g *htmlGrid) page(cols []*batch.Column, rows int) {
	for r := range rows {
		g.out.text("<tr>")
		for _, c := range cols {
			g.out.text("<td>")
			for i, v := range c.Values(r) {
				if i > 0 {
					g.out.text("<br>")
				}
				g.value(v)
			}
			g.out.text("</td>")
		}
		g.out.text("</tr>\n")
		if !g.out.endRow() {
			return
		}
	}
}

func (g *htmlGrid) end() { g.out.text(htmlFoot) }

var htmlEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")

// value writes a text. Control characters, which HTML forbids, are shown as on a
// terminal; bytes that are not UTF-8 become U+FFFD.
func (g *htmlGrid) value(v string) {
	if !harmless.ASCII(v) {
		v = visible(strings.ToValidUTF8(v, string(utf8.RuneError)))
	}
	g.out.text(htmlEscapes.Replace(v))
}
