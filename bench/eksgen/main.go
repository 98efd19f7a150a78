// Command eksgen writes generated Kubernetes audit events to standard output.
//
//	go run ./bench/eksgen -n 1000000 > /tmp/eks.ndjson
package main

import (
	"flag"
	"fmt"
	"os"

	"spl/bench/eks"
)

func main() {
	n := flag.Int("n", 100_000, "how many events")
	seed := flag.Uint64("seed", 1, "equal seeds give equal events")
	flag.Parse()
	if err := eks.New(*seed).Write(os.Stdout, *n); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
