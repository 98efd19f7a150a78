package spl_test

import (
	"fmt"
	"math"
	"strings"
)

// What is counted stands in the page between two such lines.
const (
	countedFrom = "<!-- counted by make corpus -->\n"
	countedTo   = "<!-- end -->\n"
)

// corpusFiles are the files of the corpus in the order of the page, with the rates that
// were aimed at, in per cent of all texts.
var corpusFiles = []struct {
	name string
	aim  float64
}{
	{"escu", 100}, {"escu-2026-from-total-replay", 100}, {"escu-baselines-macros", 100}, {"escu-history", 99.9},
	{"splunkbase-saved", 99.5}, {"splunkbase-eventtypes", 99.5}, {"splunkbase-eval-expr", 99.8}, {"splunkbase-dashboards", 99}, {"other-public", 97},
}

// rewritten is the page with what was counted.
func rewritten(page string, counts map[string]*tally) string {
	head, rest, _ := strings.Cut(page, countedFrom)
	_, tail, _ := strings.Cut(rest, countedTo)
	return head + countedFrom + corpusTable(counts) + countedTo + tail
}

// corpusTable is a table of the files and one of the kinds of what is left over.
func corpusTable(counts map[string]*tally) string {
	var b strings.Builder
	b.WriteString("\n| file | texts | refused | ours | faulty in itself | not known | other language, no search | free of a fault | aim | of those in SPL |\n|---|---|---|---|---|---|---|---|---|---|\n")
	sums := map[string]int{}
	for _, f := range corpusFiles {
		n := counts[f.name]
		ours, faulty, unknown, foreign := 0, 0, 0, 0
		for _, k := range judgmentKinds {
			c := n.left[k.kind]
			sums[k.kind] += c
			switch {
			case k.kind == "ours":
				ours += c
			case k.kind == "unknown":
				unknown += c
			case k.spl:
				faulty += c
			default:
				foreign += c
			}
		}
		left := ours + faulty + unknown + foreign
		inSPL := n.texts - foreign - n.spl2
		met := ""
		if rate(n.texts-left, n.texts) < f.aim {
			met = ", not met"
		}
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %d | %d | %s %% | %v %%%s | %s %% |\n", f.name, n.texts, left, ours, faulty, unknown, foreign,
			percent(n.texts-left, n.texts), f.aim, met, percent(inSPL-ours-faulty-unknown, inSPL))
	}
	b.WriteString("\n| kind | texts | what is wrong |\n|---|---|---|\n")
	for _, k := range judgmentKinds {
		fmt.Fprintf(&b, "| %s | %d | %s |\n", k.kind, sums[k.kind], k.what)
	}
	spl2 := 0
	for _, n := range counts {
		spl2 += n.spl2
	}
	fmt.Fprintf(&b, "\nAnother %d texts are SPL2, and are named so with code `unsupported`.\n\n", spl2)
	return b.String()
}

func rate(part, of int) float64 {
	if of == 0 {
		return 100
	}
	return 100 * float64(part) / float64(of)
}

// percent is a rate that is not rounded up to 100.
func percent(part, of int) string {
	return strings.TrimSuffix(fmt.Sprintf("%.2f", math.Floor(rate(part, of)*100)/100), ".00")
}
