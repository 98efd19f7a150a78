package lint

import (
	"slices"
	"strings"

	"spl/eval/batch"
	"spl/parser/source"
	"spl/spl"
	"spl/spl/command"
)

// What a detection needs beside a search that runs.

var undefinedFilter = Lint{
	Code:    "undefined-macro",
	Summary: "a filter macro that is called and defined nowhere",
	Why: "A detection ends in a macro of its own, name_filter, where exceptions are kept. One that is not defined is taken for `search *`, " +
		"which keeps nothing out. Give --macros the folder where it is, or define it.",
	Bad:  "index=main | `my_rule_filter`",
	Good: "index=main | search *",
}

var missingFilter = Lint{
	Code:    "missing-filter",
	Summary: "a detection that calls no filter macro",
	Why: "Detections of the security content end in a macro name_filter, so that who runs them can add exceptions without changing the search. " +
		"Only detections in YAML are looked at.",
	Bad:  `index=main | stats count BY user`,
	Good: "index=main | stats count BY user | `my_rule_filter`",
	look: func(c *checker) {
		if !c.options.Filtered {
			return
		}
		called := func(name string) bool { return strings.HasSuffix(name, "_filter") }
		for _, call := range c.query.Expansion.Calls {
			if called(call.Macro.Name) {
				return
			}
		}
		last := c.stages[len(c.stages)-1]
		c.add(source.At(last.Span.End), "the detection ends without a filter macro").WithHelp("end it with | `name_of_the_detection_filter`")
	},
}

var riskField = Lint{
	Code:    "risk-field",
	Summary: "a field of the detection's risk or threat objects that its search does not give",
	Why: "The risk of a detection is put on the value of a field of its rows. A search that does not give the field raises no risk. " +
		"Only detections in YAML are looked at.",
	Bad:  `index=main | stats count BY src`,
	Good: `index=main | stats count BY src user`,
	look: func(c *checker) {
		if len(c.stages) != len(c.query.Pipeline.Stages) {
			return
		}
		last := c.stages[len(c.stages)-1]
		for _, f := range c.options.Outputs {
			if f == "" || last.Out.May(f) {
				continue
			}
			e := c.add(source.At(last.Span.End), "the detection puts risk on `%s`, and its search gives no such field", f)
			have := slices.DeleteFunc(slices.Clone(last.Out.Fields.Names), batch.Internal)
			switch near := command.Nearest(f, have); {
			case near != "":
				e.Help = "did you mean `" + near + "`?"
			case len(have) > 0 && len(have) <= 12:
				e.Help = "it gives " + strings.Join(have, ", ")
			}
		}
	},
}

var unusedField = Lint{
	Code:    "unused-field",
	Summary: "a field that eval makes and a later command drops unread",
	Why:     "Nothing behind it reads the field, and it is not among the fields that the search gives. Often a name is misspelt, or a field is missing after BY.",
	Bad:     `index=main | eval who=upper(user) | stats count BY host`,
	Good:    `index=main | eval who=upper(user) | stats count BY host who`,
	look: func(c *checker) {
		wanted := batch.AllFields
		for i := len(c.stages) - 1; i >= 0; i-- {
			s := &c.stages[i]
			if c.from(s, "_filter") {
				wanted = batch.AllFields // who fills the macro in may ask for any
			}
			c.unused(s, wanted)
			if s.Plan.Reads != nil {
				wanted = s.Plan.Reads(wanted)
			}
		}
	},
}

// from says whether a stage comes from a macro whose name ends so.
func (c *checker) from(s *spl.Stage, suffix string) bool {
	_, _, frame := c.query.Expansion.Text.Origin(s.Span)
	return frame != nil && strings.HasSuffix(frame.Macro, suffix)
}

// unused reports what a stage assigns and nobody wants.
func (c *checker) unused(s *spl.Stage, wanted batch.Fields) {
	names, exprs := assigned(s), exprsOf(s)
	later := map[string]int{} // the last expression that reads a name or sets it
	for i, x := range exprs {
		for _, name := range reads(x) {
			later[name] = i
		}
		if i < len(names) {
			later[names[i]] = i
		}
	}
	for i, name := range names {
		used := wanted.Has(name) || strings.Contains(name, "{") || later[name] > i
		if !used && c.own(exprs[i].Where()) {
			c.add(c.word(s, name), "nothing reads `%s` before a later command drops it or sets it anew", name).WithHelp("take it out, or hand it on")
		}
	}
}

var (
	tstatsSummaries = Lint{
		Code:    "tstats-summariesonly",
		Summary: "tstats from a data model that does not say whether to use summaries only",
		Why: "Without summariesonly Splunk searches what is not summarised yet event by event, which may take long; with it, it leaves it out. " +
			"Who writes the search should say which: summariesonly=true or summariesonly=false.",
		Bad:  `| tstats count FROM datamodel=Endpoint.Processes BY Processes.user`,
		Good: `| tstats summariesonly=true count FROM datamodel=Endpoint.Processes BY Processes.user`,
	}
	joinLimits = Lint{
		Code:    "join-limits",
		Summary: "join with a subsearch of events that were not aggregated",
		Why:     "A subsearch of join gives 50,000 rows at most, and what is more is left out in silence. Aggregate in the subsearch, or search for both at once and use stats.",
		Bad:     `index=main | join user [search index=hr]`,
		Good:    `index=main | join user [search index=hr | stats latest(team) AS team BY user]`,
	}
	transactionLimits = Lint{
		Code:    "transaction-limits",
		Summary: "transaction without any bound",
		Why:     "Every transaction stays open to the end, until more than maxopentxn or maxopenevents are, and then some are dropped. Give maxspan, maxpause, startswith or endswith; or use stats.",
		Bad:     `index=main | transaction user`,
		Good:    `index=main | transaction user maxspan=1h`,
	}
)
