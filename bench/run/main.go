// Command run times whole commands: spl beside the tools that somebody would use in
// its place, where they are there, on generated audit events. It checks that they
// agree, and writes a table of medians and ratios.
//
//	go run ./bench/run -events 1000000 -o bench/RESULTS.md
//
// DuckDB is built from the module in bench/peers (-duckdb names a program built
// before), ClickHouse is installed by npm from bench/peers/chdb (-chdb names a folder
// where it was before); the others are looked for on PATH. Tools take turns, so that a machine
// that slows down slows all of them; a ratio is the median of the rounds' ratios.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"spl/bench/eks"
)

func main() {
	var b bench
	flag.IntVar(&b.events, "events", 1_000_000, "how many events")
	flag.IntVar(&b.runs, "runs", 5, "rounds")
	flag.StringVar(&b.dir, "dir", filepath.Join(os.TempDir(), "spl-bench"), "where the events are kept")
	flag.StringVar(&b.duckdb, "duckdb", "", "a program that runs the SQL it is given with DuckDB; built from bench/peers where empty")
	chdb := flag.String("chdb", "", "a folder in whose node_modules is chdb; installed where empty")
	flag.StringVar(&b.only, "only", "", "names of queries, with commas")
	flag.StringVar(&b.peers, "peers", "", "names of tools beside spl, with commas: duckdb, clickhouse, rg -i, jq, ...")
	flag.BoolVar(&b.slow, "slow", true, "with tools that take many times as long")
	out := flag.String("o", "", "where the table goes; standard output")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	b.ctx = ctx
	if err := b.run(*chdb, *out); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run measures and writes the table. What it wrote beside that is gone when it ends,
// also by an interruption.
func (b *bench) run(chdb, out string) error {
	b.busy()
	if err := b.prepare(); err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(b.answers) }()
	if b.wantsPeer("clickhouse") {
		b.findChdb(chdb)
	}
	var table strings.Builder
	b.head(&table)
	for i := range queries {
		if q := &queries[i]; b.wants(q.name) {
			b.row(&table, q)
		}
		if err := b.ctx.Err(); err != nil {
			return errors.New("interrupted")
		}
	}
	b.foot(&table)
	if out == "" {
		fmt.Print(table.String())
	} else if err := os.WriteFile(out, []byte(table.String()), 0o644); err != nil {
		return err
	}
	if b.differ > 0 {
		return fmt.Errorf("%d answers differ", b.differ)
	}
	return nil
}

// bench is a comparison under way.
type bench struct {
	events, runs             int
	dir, duckdb, only, peers string
	root                     string   // of the repository
	chdb                     []string // how ClickHouse is asked; nil: it is not there
	ctx                      context.Context
	answers                  string // a folder
	load                     string // of the machine at the start
	slow                     bool
	spl, seed, file, lookups string
	differ                   int
	size                     int64
}

func (b *bench) wants(name string) bool {
	return b.only == "" || strings.Contains(","+b.only+",", ","+name+",")
}

// wantsPeer says whether a tool is to be measured. It is looked for by its whole name, or
// by that of the program.
func (b *bench) wantsPeer(name string) bool {
	first, _, _ := strings.Cut(name, " ")
	list := "," + b.peers + ","
	return b.peers == "" || strings.Contains(list, ","+name+",") || strings.Contains(list, ","+first+",")
}

// busy notes the load of the machine, and warns where others use it, too.
func (b *bench) busy() {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return
	}
	var load float64
	b.load, _, _ = strings.Cut(string(text), " ")
	if _, err := fmt.Sscan(b.load, &load); err == nil && load > 0.3*float64(runtime.NumCPU()) {
		fmt.Fprintf(os.Stderr, "bench: the machine is busy (load %s, %d processors); what is measured will be too slow\n", b.load, runtime.NumCPU())
	}
}

// findChdb finds ClickHouse, a package of node, or installs it.
func (b *bench) findChdb(dir string) {
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			fmt.Fprintf(os.Stderr, "bench: without ClickHouse: there is no %s\n", program)
			return
		}
	}
	from := filepath.Join(b.root, "bench", "peers", "chdb")
	if dir == "" {
		dir = filepath.Join(b.dir, "chdb")
		if err := install(b.ctx, from, dir); err != nil {
			fmt.Fprintln(os.Stderr, "bench: without ClickHouse:", err)
			return
		}
	}
	ask := []string{"env", "NODE_PATH=" + filepath.Join(dir, "node_modules"), "node", filepath.Join(from, "query.js")}
	if firstLine(append(slices.Clip(ask), "SELECT 1 AS one")...) == "" {
		fmt.Fprintln(os.Stderr, "bench: without ClickHouse: chdb of", dir, "does not run")
		return
	}
	b.chdb = ask
}

// install has npm put the package of a folder into another.
func install(ctx context.Context, from, to string) error {
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	for _, name := range []string{"package.json", "package-lock.json"} {
		text, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, name), text, 0o644); err != nil {
			return err
		}
	}
	c := exec.CommandContext(ctx, "npm", "install", "--no-audit", "--no-fund")
	c.Dir = to
	if text, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("npm install: %w\n%.500s", err, text)
	}
	return nil
}

// prepare builds the programs and the events.
func (b *bench) prepare() error {
	root, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return fmt.Errorf("it runs within the repository: %w", err)
	}
	dir := strings.TrimSpace(string(root))
	b.root = dir
	if err := os.MkdirAll(b.dir, 0o755); err != nil {
		return err
	}
	if b.answers, err = os.MkdirTemp(b.dir, "answers-*"); err != nil {
		return err
	}
	b.seed = filepath.Join(dir, "testdata", "amazon_eks_kubernetes_pod_scan_detection.spl")
	b.spl = filepath.Join(b.dir, "spl")
	if err := build(dir, b.spl, "./cmd/spl"); err != nil {
		return err
	}
	if b.duckdb == "" && b.wantsPeer("duckdb") {
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
