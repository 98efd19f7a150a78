package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"spl/spl/detect/runner"
)

// Summary is test_results/summary.yml as Splunk's contentctl writes it, so that what
// reads that file can read ours: counts, then each detection with its tests, failures
// first. Tests of test files are part of their detection.
func Summary(results []*runner.Result) ([]byte, error) {
	s := &summary{}
	for _, r := range results {
		s.add(r)
	}
	return yaml.Marshal(s.document())
}

// summary gathers results by detection.
type summary struct {
	list []*summarised
}

type summarised struct {
	unit    *runner.Unit
	results []*runner.Result
}

func (s *summary) add(r *runner.Result) {
	if n := len(s.list); n == 0 || s.list[n-1].unit != r.Test.Unit {
		s.list = append(s.list, &summarised{unit: r.Test.Unit})
	}
	last := s.list[len(s.list)-1]
	last.results = append(last.results, r)
}

// success says whether nothing failed; skipped whether nothing was run.
func (d *summarised) success() bool {
	return !slices.ContainsFunc(d.results, func(r *runner.Result) bool { return r.Status == runner.Failed || r.Status == runner.Errored })
}

func (d *summarised) skipped() bool {
	return !slices.ContainsFunc(d.results, func(r *runner.Result) bool { return r.Status != runner.Skipped })
}

func (s *summary) document() yaml.MapSlice {
	var tested, skipped []*summarised
	pass, fail := 0, 0
	status := map[string]int{}
	for _, d := range s.list {
		if det := d.unit.Detection; det != nil {
			status[strings.ToLower(det.Status)]++
			if det.ManualTest != "" {
				status["manual"]++
			}
		}
		switch {
		case d.skipped():
			skipped = append(skipped, d)
			continue
		case d.success():
			pass++
		default:
			fail++
		}
		tested = append(tested, d)
	}
	slices.SortStableFunc(tested, func(a, b *summarised) int {
		if a.success() != b.success() {
			if b.success() {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.unit.Name, b.unit.Name)
	})
	slices.SortStableFunc(skipped, func(a, b *summarised) int {
		return cmp.Or(cmp.Compare(min(1, len(b.unit.Tests)), min(1, len(a.unit.Tests))), cmp.Compare(a.unit.Name, b.unit.Name))
	})
	return yaml.MapSlice{
		{Key: "summary", Value: yaml.MapSlice{
			{Key: "mode", Value: "All"},
			{Key: "enable_integration_testing", Value: false},
			{Key: "success", Value: fail == 0},
			{Key: "total_detections", Value: pass + fail + len(skipped)},
			{Key: "total_tested_detections", Value: pass + fail},
			{Key: "total_pass", Value: pass},
			{Key: "total_fail", Value: fail},
			{Key: "total_skipped", Value: len(skipped)},
			{Key: "total_untested", Value: 0},
			{Key: "total_production", Value: status["production"]},
			{Key: "total_experimental", Value: status["experimental"]},
			{Key: "total_deprecated", Value: status["deprecated"]},
			{Key: "total_manual", Value: status["manual"]},
			{Key: "success_rate", Value: percent(pass, pass+fail)},
		}},
		{Key: "tested_detections", Value: entries(tested)},
		{Key: "skipped_detections", Value: entries(skipped)},
		{Key: "untested_detections", Value: []any{}},
		{Key: "percent_complete", Value: percent(len(tested), 0)},
	}
}

// percent is a share in per cent, UKN of nothing.
func percent(n, of int) string {
	if of == 0 {
		return "UKN"
	}
	return fmt.Sprintf("%.1f%%", 100*float64(n)/float64(of))
}

func entries(list []*summarised) []yaml.MapSlice {
	out := []yaml.MapSlice{}
	for _, d := range list {
		search := ""
		if d.unit.Detection != nil {
			search = d.unit.Detection.Search.Text
		}
		tests := []yaml.MapSlice{}
		for _, r := range d.results {
			if len(d.unit.Tests) > 0 || r.Status != runner.Skipped {
				tests = append(tests, entry(r))
			}
		}
		out = append(out, yaml.MapSlice{
			{Key: "name", Value: d.unit.Name},
			{Key: "search", Value: search},
			{Key: "success", Value: d.success()},
			{Key: "tests", Value: tests},
		})
	}
	return out
}

func entry(r *runner.Result) yaml.MapSlice {
	var exception, message, count, run any
	seconds := math.Round(100*r.Took.Seconds()) / 100
	switch r.Status {
	case runner.Passed:
		message = "TEST PASSED"
	case runner.Failed:
		message = "TEST FAILED"
		if r.Rows > 0 {
			exception = r.Message
		}
	case runner.Errored:
		message, exception = "EXCEPTION: "+r.Message, r.Message
	case runner.Skipped:
		message, seconds = "TEST SKIPPED: "+r.Message, 0
	}
	if r.Status == runner.Passed || r.Status == runner.Failed {
		count, run = fmt.Sprint(r.Rows), fmt.Sprintf("%.3f", r.Took.Seconds())
	}
	return yaml.MapSlice{
		{Key: "name", Value: r.Test.Name},
		{Key: "test_type", Value: "unit"},
		{Key: "success", Value: r.Status == runner.Passed || r.Status == runner.Skipped},
		{Key: "message", Value: message},
		{Key: "exception", Value: exception},
		{Key: "status", Value: string(r.Status)},
		{Key: "duration", Value: seconds},
		{Key: "wait_duration", Value: nil},
		{Key: "resultCount", Value: count},
		{Key: "runDuration", Value: run},
	}
}
