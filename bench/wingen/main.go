// Command wingen writes Windows events for measurements, as XML or as an event log.
package main

import (
	"flag"
	"log"
	"os"

	"spl/bench/winevents"
	"spl/spl/input/evtx/evtxtest"
)

func main() {
	n := flag.Int("n", 100_000, "events")
	seed := flag.Uint64("seed", 1, "equal seeds give equal events")
	binary := flag.Bool("evtx", false, "write an event log (EVTX)")
	flag.Parse()
	g := winevents.New(*seed)
	if !*binary {
		if err := g.Write(os.Stdout, *n); err != nil {
			log.Fatal(err)
		}
		return
	}
	templates := winevents.Templates{}
	records := make([]evtxtest.Record, *n)
	for i := range records {
		records[i] = templates.Record(g.Next())
	}
	if _, err := os.Stdout.Write(evtxtest.File(records)); err != nil {
		log.Fatal(err)
	}
}
