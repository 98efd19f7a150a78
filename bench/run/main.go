// Command run times whole commands: spl beside the tools that somebody would use in
// its place, where they are there, on generated audit events. It checks that they
// agree, and writes a table of medians and ratios.
//
//	go run ./bench/run -events 1000000 -o bench/RESULTS.md
//
// DuckDB is built from the module in bench/peers (-duckdb names a program built
// before); the others are looked for on PATH. Tools take turns, so that a machine
// that slows down slows all of them; a ratio is the median of the rounds' ratios.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"spl/bench/eks"
)

func main() {
	var b bench
	flag.IntVar(&b.events, "events", 1_000_000, "how many events")
	flag.IntVar(&b.runs, "runs", 5, "rounds")
	flag.StringVar(&b.dir, "dir", filepath.Join(os.TempDir(), "spl-bench"), "where the events are kept")
	flag.StringVar(&b.duckdb, "duckdb", "", "a program that runs the SQL it is given with DuckDB; built from bench/peers where empty")
	flag.StringVar(&b.only, "only", "", "names of queries, with commas")
	flag.BoolVar(&b.slow, "slow", true, "with tools that take many times as long")
	out := flag.String("o", "", "where the table goes; standard output")
	flag.Parse()
	if err := b.prepare(); err != nil {
		fail(err)
	}
	var table strings.Builder
	b.head(&table)
	for i := range queries {
		if q := &queries[i]; b.wants(q.name) {
			b.row(&table, q)
		}
	}
	b.foot(&table)
	if *out == "" {
		fmt.Print(table.String())
	} else if err := os.WriteFile(*out, []byte(table.String()), 0o644); err != nil {
		fail(err)
	}
	if b.differ > 0 {
		fail(fmt.Errorf("%d answers differ", b.differ))
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "bench:", err)
	os.Exit(1)
}

// bench is a comparison under way.
type bench struct {
	events, runs             int
	dir, duckdb, only        string
	slow                     bool
	spl, seed, file, lookups string
	differ                   int
	size                     int64
}

func (b *bench) wants(name string) bool {
	return b.only == "" || strings.Contains(","+b.only+",", ","+name+",")
}

// prepare builds the programs and the events.
func (b *bench) prepare() error {
	root, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return fmt.Errorf("it runs within the repository: %w", err)
	}
	dir := strings.TrimSpace(string(root))
	if err := os.MkdirAll(b.dir, 0o755); err != nil {
		return err
	}
	b.seed = filepath.Join(dir, "testdata", "amazon_eks_kubernetes_pod_scan_detection.spl")
	b.spl = filepath.Join(b.dir, "spl")
	if err := build(dir, b.spl, "./cmd/spl"); err != nil {
		return err
	}
	if b.duckdb == "" {
		b.duckdb = filepath.Join(b.dir, "duckdb")
		if err := build(filepath.Join(dir, "bench", "peers"), b.duckdb, "./duckdb"); err != nil {
			fmt.Fprintln(os.Stderr, "bench: without DuckDB:", err)
			b.duckdb = ""
		}
	}
	b.lookups = filepath.Join(b.dir, "lookups")
	if err := os.MkdirAll(b.lookups, 0o755); err != nil {
		return err
	}
	codes := "code,meaning\n200,ok\n201,created\n403,forbidden\n404,not found\n"
	if err := os.WriteFile(filepath.Join(b.lookups, "codes.csv"), []byte(codes), 0o644); err != nil {
		return err
	}
	return b.write()
}

func build(dir, to, pkg string) error {
	c := exec.Command("go", "build", "-o", to, pkg)
	c.Dir = dir
	if text, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", pkg, err, text)
	}
	return nil
}

// write makes the events, unless they are there.
func (b *bench) write() error {
	b.file = filepath.Join(b.dir, fmt.Sprintf("eks-%d.ndjson", b.events))
	if _, err := os.Stat(b.file); err != nil {
		f, err := os.Create(b.file)
		if err != nil {
			return err
		}
		if err := eks.New(1).Write(f, b.events); err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	info, err := os.Stat(b.file)
	if err == nil {
		b.size = info.Size()
	}
	return err
}
