package eval

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

func topSplit(s string, sep byte) []string {
	var out []string
	d, st, q := 0, 0, byte(0)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\\' : i++
		case q != 0: if c == q { q = 0 }
		case c == '"' || c == '\'': q = c
		case c == '(' || c == '[': d++
		case c == ')' || c == ']': d--
		case c == sep && d <= 0:
			out = append(out, s[st:i]); st = i+1
		}
	}
	return append(out, s[st:])
}

func TestZZ(t *testing.T) {
	var texts []string
	for _, root := range []string{"/work/shared/escu/detections", "/work/shared/corpus/spl"} {
		filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() { return nil }
			b, _ := os.ReadFile(p)
			s := string(b)
			if strings.HasSuffix(p, ".yml") {
				i := strings.Index(s, "\nsearch:")
				if i < 0 { return nil }
				s = s[i+8:]
				lines := strings.Split(s, "\n")
				var keep []string
				for j, l := range lines { if j > 0 && l != "" && l[0] != ' ' { break }; keep = append(keep, l) }
				s = strings.Join(keep, "\n")
				s = strings.TrimPrefix(strings.TrimSpace(s), "|-")
			}
			texts = append(texts, s)
			return nil
		})
	}
	n, bad := 0, map[string]int{}
	ex := map[string]string{}
	note := func(k, e string) { bad[k]++; if ex[k] == "" { ex[k] = e } }
	try := func(expr string) {
		if strings.Contains(expr, "`") || strings.Contains(expr, "[") { return }
		n++
		x, errs := parse(expr)
		if len(errs) > 0 { note("parse", expr); return }
		_, errs = Compile(x)
		for _, e := range errs { note(e.Message, expr) }
	}
	for _, s := range texts {
		for _, st := range topSplit(s, '|') {
			st = strings.TrimSpace(st)
			l := strings.ToLower(st)
			switch {
			case strings.HasPrefix(l, "where "): try(st[6:])
			case strings.HasPrefix(l, "eval "):
				for _, a := range topSplit(st[5:], ',') {
					parts := topSplit(a, '=')
					if len(parts) < 2 { continue }
					try(a[len(parts[0])+1:])
				}
			}
		}
	}
	var ks []string
	for k := range bad { ks = append(ks, k) }
	sort.Slice(ks, func(i, j int) bool { return bad[ks[i]] > bad[ks[j]] })
	fmt.Println(len(texts), "texts", n, "exprs")
	for i, k := range ks { if i < 60 { fmt.Printf("%d\t%s\n\t\t%.260s\n", bad[k], k, ex[k]) } }
}
