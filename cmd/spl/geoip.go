package main

import (
	"os"

	"github.com/spf13/pflag"

	"spl/spl"
	"spl/spl/geo"
)

func (f *flags) addPlaces(fs *pflag.FlagSet) {
	fs.StringVar(&f.geoip, "geoip", "", "where IP addresses are, for iplocation: a `file` in MaxMind's format, such as GeoLite2-City.mmdb")
}

// openPlaces opens the database of --geoip, if there is one, for a run. The function
// that it gives lets the file go.
func (f *flags) openPlaces(o *spl.RunOptions) (done func(), err error) {
	if f.geoip == "" {
		return func() {}, nil
	}
	if info, err := os.Stat(f.geoip); err != nil {
		return nil, &failure{"--geoip: " + plainError(f.geoip, err), "give a .mmdb file; MaxMind offers GeoLite2-City.mmdb"}
	} else if info.IsDir() {
		return nil, &failure{"--geoip: " + f.geoip + " is a folder", "give the .mmdb file in it"}
	}
	db, err := geo.Open(f.geoip)
	if err != nil {
		return nil, &failure{"--geoip: " + err.Error(), "give a .mmdb file; MaxMind offers GeoLite2-City.mmdb"}
	}
	o.Locate = db.Locate
	return func() { _ = db.Close() }, nil
}
