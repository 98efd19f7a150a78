package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// rows reads an answer: JSON lines, or one number, which is a row of count. They come
// as texts that compare, in order of those texts, with no other columns than asked.
func rows(answer []byte, columns []string) ([]string, error) {
	text := bytes.TrimSpace(answer)
	if !bytes.HasPrefix(text, []byte("{")) {
		return []string{fmt.Sprintf("count=%s", text)}, nil
	}
	var out []string
	for line := range bytes.Lines(text) {
		var row map[string]any
		d := json.NewDecoder(bytes.NewReader(line))
		d.UseNumber()
		if err := d.Decode(&row); err != nil {
			return nil, err
		}
		var cells []string
		for name, v := range row {
			if columns == nil || slices.Contains(columns, name) {
				cells = append(cells, fmt.Sprintf("%s=%v", name, v))
			}
		}
		slices.Sort(cells)
		out = append(out, strings.Join(cells, " "))
	}
	slices.Sort(out)
	return out, nil
}

// compare says in what an answer differs from spl's; "" in nothing.
func compare(q *query, spl, peer *tool) string {
	a, err := rows(spl.answer, q.columns)
	if err != nil {
		return err.Error()
	}
	b, err := rows(peer.answer, q.columns)
	if err != nil {
		return err.Error()
	}
	if slices.Equal(a, b) {
		return ""
	}
	for i := range max(len(a), len(b)) {
		x, y := "nothing", "nothing"
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		if x != y {
			return fmt.Sprintf("%d rows against %d; spl has %s, %s has %s", len(a), len(b), x, peer.name, y)
		}
	}
	return ""
}
