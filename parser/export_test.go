package parser

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Published gives every 200th search of the corpus, where it lies beside the checkout.
func Published(t testing.TB, give func(search string)) {
	t.Helper()
	files, _ := filepath.Glob("../../shared/corpus/spl/*.ndjson.gz")
	for _, path := range files {
		published(t, path, give)
	}
}

func published(t testing.TB, path string, give func(search string)) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 64<<20)
	for i := 0; lines.Scan(); i++ {
		var row struct{ Spl string }
		if i%200 == 0 && json.Unmarshal(lines.Bytes(), &row) == nil && row.Spl != "" && len(row.Spl) < 1<<13 {
			give(row.Spl)
		}
	}
}
