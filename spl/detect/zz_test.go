package detect

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
	yp "github.com/goccy/go-yaml/parser"
)

func TestZZ(t *testing.T) {
	files, _ := filepath.Glob("/work/shared/escu/detections/*.yml")
	more, _ := filepath.Glob("/work/shared/escu/detections/*/*.yml")
	files = append(files, more...)
	out := map[string]string{}
	start := time.Now()
	for _, f := range files {
		b, _ := os.ReadFile(f)
		tree, err := yp.ParseBytes(b, 0)
		if err != nil {
			t.Error(f, err)
			continue
		}
		m, ok := tree.Docs[0].Body.(*ast.MappingNode)
		if !ok {
			t.Error(f, "no map")
			continue
		}
		for _, v := range m.Values {
			if v.Key.String() == "search" {
				switch n := v.Value.(type) {
				case *ast.StringNode:
					out[filepath.Base(f)] = n.Value
				case *ast.LiteralNode:
					out[filepath.Base(f)] = n.Value.Value
				default:
					t.Errorf("%s %T", f, n)
				}
			}
		}
	}
	t.Log(len(files), len(out), time.Since(start))
	j, _ := json.Marshal(out)
	os.WriteFile("/tmp/yt/goccy.json", []byte(strings.TrimSpace(string(j))), 0o644)
}
