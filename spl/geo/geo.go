// Package geo finds where IP addresses are, in a database that the user has: a file in
// MaxMind's format, such as GeoLite2-City.mmdb. None comes with spl.
package geo

import (
	"fmt"
	"net/netip"
	"strconv"

	"github.com/oschwald/maxminddb-golang/v2"

	"spl/spl/engine"
)

// DB is an open database. It is safe for concurrent use until it is closed.
type DB struct{ reader *maxminddb.Reader }

// Open opens a database file.
func Open(path string) (*DB, error) {
	r, err := maxminddb.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s is no database of locations: %w", path, err)
	}
	return &DB{r}, nil
}

// Close lets the file go.
func (d *DB) Close() error { return d.reader.Close() }

// Locate gives what the database has about an address, with names in a language, or in
// English where it has none in that one. ok is false for an address that is not in it.
// What a database has no room for (a city in one of countries) stays empty.
func (d *DB) Locate(ip netip.Addr, lang string) (at engine.Location, ok bool) {
	r := d.reader.Lookup(ip)
	if !r.Found() {
		return at, false
	}
	name := func(path ...any) string {
		for _, l := range []string{lang, "en"} {
			if s := text(r, append(path, "names", l)...); s != "" {
				return s
			}
		}
		return ""
	}
	at.City = name("city")
	at.Country = name("country")
	at.Region = name("subdivisions", 0)
	at.Continent = name("continent")
	at.Timezone = text(r, "location", "time_zone")
	at.MetroCode = whole(r, "location", "metro_code")
	at.Lat, at.Lon = degrees(r, "location", "latitude"), degrees(r, "location", "longitude")
	return at, true
}

func text(r maxminddb.Result, path ...any) string {
	var s string
	if r.DecodePath(&s, path...) != nil {
		return ""
	}
	return s
}

func whole(r maxminddb.Result, path ...any) string {
	var n *uint64
	if r.DecodePath(&n, path...) != nil || n == nil {
		return ""
	}
	return strconv.FormatUint(*n, 10)
}

// degrees has five decimals, as Splunk shows them.
func degrees(r maxminddb.Result, path ...any) string {
	var v *float64
	if r.DecodePath(&v, path...) != nil || v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'f', 5, 64)
}
