package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkColdStart runs the program as a whole, from its start to its end.
func BenchmarkColdStart(b *testing.B) {
	bin := filepath.Join(b.TempDir(), "spl")
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	events, err := os.ReadFile("../../testdata/eks-audit.ndjson")
	if err != nil {
		b.Fatal(err)
	}
	ten := filepath.Join(b.TempDir(), "ten.ndjson")
	if err := os.WriteFile(ten, []byte(strings.Join(strings.SplitAfter(string(events), "\n")[:10], "")), 0o600); err != nil {
		b.Fatal(err)
	}
	for name, args := range map[string][]string{
		"version":             {"version"},
		"seed over 10 events": {"-f", "../../testdata/amazon_eks_kubernetes_pod_scan_detection.yml", "--sourcetype", "aws:cloudwatchlogs:eks", ten},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := exec.Command(bin, args...).Run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
