package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"os"
	"slices"
	"strings"
)

// manyRows is from how many on only hashes of rows are kept.
const manyRows = 2000

// rows reads an answer: JSON lines, or one number, which is a row of count. They come
// as texts that compare, in order of those texts, with no other columns than asked.
func rows(file string, columns []string) ([]string, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []string
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		row, err := rowText(bytes.TrimSpace(lines.Bytes()), columns)
		if err != nil {
			return nil, err
		}
		if len(out) >= manyRows {
			row = hashed(row)
		}
		if out = append(out, row); len(out) == manyRows {
			for i := range out {
				out[i] = hashed(out[i])
			}
		}
	}
	slices.Sort(out)
	return out, lines.Err()
}

func hashed(row string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(row))
	return fmt.Sprintf("%x", h.Sum64())
}

func rowText(line []byte, columns []string) (string, error) {
	if !bytes.HasPrefix(line, []byte("{")) {
		return fmt.Sprintf("count=%s", line), nil
	}
	var row map[string]any
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	if err := d.Decode(&row); err != nil {
		return "", err
	}
	var cells []string
	for name, v := range row {
		if columns == nil || slices.Contains(columns, name) {
			cells = append(cells, fmt.Sprintf("%s=%v", name, v))
		}
	}
	slices.Sort(cells)
	return strings.Join(cells, " "), nil
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
