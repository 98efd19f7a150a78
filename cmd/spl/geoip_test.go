package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spl/spl/geo/mmdbtest"
)

func TestGeoIP(t *testing.T) {
	file := filepath.Join(t.TempDir(), "places.mmdb")
	name := func(s string) map[string]any { return map[string]any{"names": map[string]any{"en": s}} }
	data := mmdbtest.Database(map[string]map[string]any{
		"203.0.113.0/24": {"city": name("Cologne"), "country": name("Germany"), "location": map[string]any{"latitude": 50.9333, "longitude": 6.95}},
	})
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	const events = `{"_time":2,"src":"203.0.113.7"}
{"_time":1,"src":"10.0.0.1"}
`
	f := func(code int, want string, args ...string) {
		t.Helper()
		w, out, errs := pretend(events)
		if got := run(args, w); got != code || !strings.Contains(out.String()+errs.String(), want) {
			t.Errorf("%q: exit code %d, want %d; %s%s", args, got, code, out, errs)
		}
	}
	const search = "* | iplocation prefix=s_ src | table src s_*"
	f(exitOK, `{"src":"203.0.113.7","s_City":"Cologne","s_Country":"Germany","s_Region":"","s_lat":"50.93330","s_lon":"6.95000"}
{"src":"10.0.0.1","s_City":"","s_Country":"","s_Region":"","s_lat":"","s_lon":""}
`, "-o", "ndjson", "--geoip", file, search, "-")
	f(exitOK, "give one in MaxMind's format with --geoip FILE.mmdb", search, "-")
	f(exitFailed, "there is no such file", "--geoip", file+"x", search, "-")
	f(exitFailed, "is a folder", "--geoip", filepath.Dir(file), search, "-")
	f(exitFailed, "is no database of locations", "--geoip", "geoip_test.go", search, "-")
}
