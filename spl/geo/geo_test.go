package geo

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/oschwald/maxminddb-golang/v2"

	"spl/spl/engine"
	"spl/spl/geo/mmdbtest"
)

func names(en, de string) map[string]any {
	m := map[string]any{"en": en}
	if de != "" {
		m["de"] = de
	}
	return map[string]any{"names": m}
}

func TestLocate(t *testing.T) {
	file := filepath.Join(t.TempDir(), "places.mmdb")
	data := mmdbtest.Database(map[string]map[string]any{
		"203.0.113.0/24": {
			"city": names("Cologne", "Köln"), "country": names("Germany", "Deutschland"), "continent": names("Europe", "Europa"),
			"subdivisions": []any{names("North Rhine-Westphalia", "")},
			"location":     map[string]any{"latitude": 50.9333, "longitude": 6.95, "time_zone": "Europe/Berlin"},
		},
		"198.51.100.0/25": {"country": names("United States", ""), "location": map[string]any{"latitude": -1.5, "longitude": 0.0, "metro_code": uint16(807)}},
		"2001:db8::/32":   {"country": names("Nowhere", "")},
	})
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.reader.Verify(); err != nil {
		t.Error(err)
	}
	f := func(ip, lang string, want engine.Location, found bool) {
		t.Helper()
		at, ok := db.Locate(netip.MustParseAddr(ip), lang)
		if at != want || ok != found {
			t.Errorf("%s in %s: %+v %v, want %+v %v", ip, lang, at, ok, want, found)
		}
	}
	cologne := engine.Location{City: "Cologne", Country: "Germany", Region: "North Rhine-Westphalia", Lat: "50.93330", Lon: "6.95000", Continent: "Europe", Timezone: "Europe/Berlin"}
	f("203.0.113.7", "en", cologne, true)
	f("203.0.113.7", "fr", cologne, true)
	cologne.City, cologne.Country, cologne.Continent = "Köln", "Deutschland", "Europa"
	f("203.0.113.255", "de", cologne, true)
	f("198.51.100.1", "en", engine.Location{Country: "United States", Lat: "-1.50000", Lon: "0.00000", MetroCode: "807"}, true)
	f("198.51.100.128", "en", engine.Location{}, false)
	f("10.0.0.1", "en", engine.Location{}, false)
	f("2001:db8::5", "en", engine.Location{Country: "Nowhere"}, true)
	f("2001:db9::5", "en", engine.Location{}, false)
}

func TestNoDatabase(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.mmdb")
	if _, err := Open(file); err == nil {
		t.Error("a missing file was opened")
	}
	if err := os.WriteFile(file, []byte("no database"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(file); err == nil {
		t.Error("a text was opened")
	}
}

// What a database says wrongly is as what it does not say.
func FuzzLocate(f *testing.F) {
	f.Add(mmdbtest.Database(map[string]map[string]any{"203.0.113.0/24": {"city": names("Cologne", "")}}))
	f.Fuzz(func(_ *testing.T, data []byte) {
		r, err := maxminddb.OpenBytes(data)
		if err != nil {
			return
		}
		(&DB{r}).Locate(netip.MustParseAddr("203.0.113.7"), "en")
	})
}
