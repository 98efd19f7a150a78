package show

// Page shows the rows of an answer bit by bit, as they come.
type Page struct {
	Answer *Answer
	Look   *Look
	// Shown is how many rows were shown.
	Shown int
	// Hidden is what was not shown of them; see [Text].
	Hidden string

	cols []column
}

// Waits says that the answer can be shown only when it is whole.
func (p *Page) Waits() bool {
	return p.Answer.Drawing != nil && p.Look.Charts && !p.Look.Plain
}

// Next shows rows that were not shown yet, up to the n-th, in about so many lines.
func (p *Page) Next(n, lines int) []string {
	a, look := p.Answer, *p.Look
	l := &look
	l.Lines = max(1, lines)
	in := Range{p.Shown, min(n, a.Rows)}
	if in.From >= in.To {
		return nil
	}
	var t Text
	var out []string
	switch f := a.Form(l); {
	case l.Plain && f != AsEvents:
		t = a.Records(l, in)
	case f == AsEvents:
		t = a.Events(l, in)
	case f == AsLines:
		t = a.Chart(l)
	case f == AsBars:
		t = a.Bars(l, in)
		out = t.Head
	case p.cols != nil:
		hidden := p.Hidden
		t = a.draw(p.cols, l, in, cellLines)
		if t.Hidden == "" {
			t.Hidden = hidden
		}
	default:
		t, p.cols = a.fitted(l, in)
		out = t.Head
	}
	p.Shown = in.From + t.Rows
	if t.Hidden != "" {
		p.Hidden = t.Hidden
	}
	return append(out, t.Lines...)
}
