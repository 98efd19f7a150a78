// Package eval runs the expressions of eval, where and their kin over batches of
// rows, and holds the table of eval functions.
//
// An expression goes through three hands. [Compile] checks a tree from the parser
// and makes a [Program], which is safe to share. [Program.Bind] gives it what the
// run allows (clock, zone, lookups: [Env]) and makes an [Evaluator], which belongs
// to one goroutine. [Evaluator.Start] takes a batch, and then every row yields a
// [Value].
//
// Read value.go first (what an expression yields), then operators.go (what +, = and
// AND make of such values), function.go (how a function is declared) and any one
// of the functions_*.go files, each of which is a family of functions as a table.
package eval

import (
	"slices"

	"spl/parser"
	"spl/parser/source"
)

// codeInternal marks a fault of the caller rather than of the query.
const codeInternal source.Code = "internal"

// Program is an expression that was found to be sound. It does not change, and any
// number of goroutines may bind it.
type Program struct {
	tree     parser.Expr
	root     node
	fields   []string // by slot
	locals   int      // values that mvmap and mvfilter bind
	caches   int      // functions that remember patterns made from data
	searches []searchUse
	lookups  []lookupUse
	draws    bool
}

// searchUse is a call of searchmatch, lookupUse one of lookup.
type searchUse struct {
	text string
	at   source.Span
}

type lookupUse struct {
	table string
	at    source.Span
}

// Compile checks an expression and prepares it. All faults that can be known
// without data are reported together: unknown functions, wrong arguments, patterns
// that cannot be read, text where a condition must stand. The program is nil when
// there is any.
func Compile(x parser.Expr) (*Program, source.Errors) {
	c := &compiler{prog: &Program{}, slots: map[string]int{}, functions: functionIndex()}
	root := c.expr(x)
	if len(c.errs) > 0 {
		return nil, c.errs
	}
	c.prog.tree = x
	c.prog.root = root
	return c.prog, nil
}

// Fields are the names of the fields that the program reads, in the order in which
// they first stand in it. What a searchmatch reads is not among them; see Searches.
func (p *Program) Fields() []string { return slices.Clone(p.fields) }

// Searches are the search expressions given to searchmatch, whose fields only the
// search language knows.
func (p *Program) Searches() []string {
	out := make([]string, len(p.searches))
	for i, s := range p.searches {
		out[i] = s.text
	}
	return out
}

// Boolean says that the result is surely TRUE, FALSE or NULL: right for where, and
// wrong for a field (eval-functions 5.1).
func (p *Program) Boolean() bool { return p.root.static == isBool }

// String prints the expression.
func (p *Program) String() string { return p.tree.String() }

// Draws says whether it draws random numbers, for which rows must carry their places.
func (p *Program) Draws() bool { return p.draws }
