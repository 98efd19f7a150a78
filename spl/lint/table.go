package lint

// Table lists all lints, in the order of their pages.
func Table() []*Lint { return table }

// It is filled here, since lints look others up in it.
func init() {
	table = []*Lint{
		&droppedFilter, &droppedField, &renamedField, &wildcardInWhere, &dollarName, &lowercaseOperator, &missingPipe, &typographicQuotes, &oddSpace,
		&literalComparison, &alwaysTrue, &unusedField, &undefinedFilter, &missingFilter, &riskField,
		&tstatsSummaries, &joinLimits, &transactionLimits, &leadingWildcard, &notEqual,
	}
}

var table []*Lint
