package knowledge

import (
	"fmt"
	"strings"
	"testing"

	"spl/eval/batch"
	"spl/spl/input"
)

// fiftyStanzas is an app of the size that published ones have.
func fiftyStanzas() map[string]string {
	var p, tr strings.Builder
	for i := range 50 {
		fmt.Fprintf(&p, "[st%d]\nKV_MODE = json\nEXTRACT-a = user (?<user%d>\\w+)\nREPORT-b = t%d\nFIELDALIAS-c = user%d AS user u AS v%d\nEVAL-action%d = if(a=1, \"x\", \"y\")\n", i, i, i, i, i, i)
		fmt.Fprintf(&tr, "[t%d]\nREGEX = (\\w+)=(\\w+)\nFORMAT = f%d::$1\n", i, i)
		fmt.Fprintf(&p, "[source::...log%d]\nEVAL-vendor%d = \"v\"\n", i, i)
	}
	return map[string]string{"props": p.String(), "transforms": tr.String()}
}

// BenchmarkNotNeeded compares a search that needs none of an app's fields with and
// without the app.
func BenchmarkNotNeeded(b *testing.B) {
	var text strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&text, `{"time":%d,"verb":"get","status":%d,"requestURI":"/api/v1/namespaces/%d/pods","user":{"username":"u%d"}}`+"\n", 1700000000+i, i%5, i, i%7)
	}
	src := textSource(text.String(), input.Meta{Sourcetype: "audit"})
	files := fiftyStanzas()
	static := strings.ReplaceAll(files["props"], "KV_MODE = json\n", "")
	for _, c := range []struct {
		name string
		base *Base
	}{
		{"no app", nil},
		{"app", baseOf(b, map[string]string{"props": static, "transforms": files["transforms"]})},
		{"app with KV_MODE", baseOf(b, files)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(text.Len()))
			for b.Loop() {
				in := c.base.Source(src)
				readBatches(b, in, scanOf(batch.FieldsOf("verb", "user.username", "sourcetype"), "verb", "sourcetype"), func(b *batch.Batch) {
					b.Col("verb")
					b.Col("sourcetype")
					b.Col("user.username")
				})
			}
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	app := appOf(fiftyStanzas())
	for b.Loop() {
		if _, errs := Load(app, Options{}); errs != nil {
			b.Fatal(errs)
		}
	}
}
