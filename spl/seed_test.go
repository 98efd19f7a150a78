package spl_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"spl/spl"
	"spl/spl/input"
)

// TestSeed runs the published detection, not a character changed, over the events
// in testdata. The expected rows were worked out by hand from the events.
func TestSeed(t *testing.T) {
	search, err := os.ReadFile("../testdata/amazon_eks_kubernetes_pod_scan_detection.spl")
	if err != nil {
		t.Fatal(err)
	}
	events, err := os.ReadFile("../testdata/eks-audit.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	p, err := spl.Compile(string(search), nil)
	if err != nil {
		t.Fatal(err)
	}
	in := input.New([]input.File{input.FromText("prod", string(events), input.Meta{Sourcetype: "aws:cloudwatchlogs:eks"})}, input.Options{})
	rows, err := p.Run(context.Background(), in, nil)
	if err != nil {
		t.Fatal(err)
	}
	columns := []string{
		"src_ip", "cluster_name", "user.username", "user.groups{}", "count", "firstTime", "lastTime",
		"values(responseStatus.reason)", "values(responseStatus.code)", "values(userAgent)", "values(verb)", "values(requestURI)",
	}
	want := [][]string{
		{"10.0.0.5", "prod", "system:anonymous", "system:public", "1", "2026-03-14T09:01:10", "2026-03-14T09:01:10", "Forbidden", "403", "python-requests/2.31.0", "list", "/api/v1/pods"},
		{"10.0.0.5", "prod", "system:anonymous", "system:unauthenticated", "1", "2026-03-14T09:01:10", "2026-03-14T09:01:10", "Forbidden", "403", "python-requests/2.31.0", "list", "/api/v1/pods"},
		{"192.0.2.60", "prod", "system:anonymous", "system:unauthenticated", "1", "2026-03-14T09:02:30", "2026-03-14T09:02:30", "Forbidden", "403", "Go-http-client/1.1", "list", "/api/v1/pods"},
		{"192.0.2.61", "prod", "system:anonymous", "system:unauthenticated", "1", "2026-03-14T09:03:00", "2026-03-14T09:03:00", "Forbidden", "403", "masscan/1.3|masscan/1.3 (retry)", "list", "/api/v1/pods"},
		{"198.51.100.20", "prod", "system:anonymous", "system:public", "1", "2026-03-14T09:01:10", "2026-03-14T09:01:10", "Forbidden", "403", "python-requests/2.31.0", "list", "/api/v1/pods"},
		{"198.51.100.20", "prod", "system:anonymous", "system:unauthenticated", "1", "2026-03-14T09:01:10", "2026-03-14T09:01:10", "Forbidden", "403", "python-requests/2.31.0", "list", "/api/v1/pods"},
		{"203.0.113.7", "prod", "System:Anonymous", "system:unauthenticated", "1", "2026-03-14T09:01:30", "2026-03-14T09:01:30", "Unauthorized", "401", "curl/8.4.0", "LIST", "/api/v1/pods"},
		{"203.0.113.7", "prod", "system:anonymous", "system:unauthenticated", "2", "2026-03-14T09:00:02", "2026-03-14T09:00:02", "Forbidden", "403", "curl/8.4.0|kube-hunter/0.6.8", "list", "/api/v1/pods"},
	}
	n := 0
	for row := range rows.All() {
		if n == len(want) {
			t.Fatalf("more rows than %d", n)
		}
		for i, c := range columns {
			if got := join(row.Values(c)); got != want[n][i] {
				t.Errorf("row %d: %s = %q, want %q", n+1, c, got, want[n][i])
			}
		}
		n++
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if n != len(want) {
		t.Errorf("%d rows, want %d", n, len(want))
	}
	if got := rows.Fields(); !slices.Equal(got, columns) {
		t.Errorf("columns %q, want %q", got, columns)
	}
}

func join(vals []string) string { return strings.Join(vals, "|") }
