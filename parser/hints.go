package parser

import (
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// What to do about a token that cannot stand where it stands, told from what people are
// used to from other languages.

// foreign are tokens of other languages: what is written here in their place.
var foreign = map[string]string{
	"&":  "AND is written as a word: a=1 AND b=2",
	"?":  "a choice is written if(condition, then, else)",
	":":  "a choice is written if(condition, then, else)",
	"^":  "a power is written pow(x, 2)",
	";":  "nothing ends a command but the next pipe; take it out",
	"#":  "a comment stands between ``` and ```",
	"@":  "text stands in double quotes, a field's name in single quotes where it is not plain",
	"~":  "a regular expression is asked for with match(field, \"pattern\")",
	"$":  "$name$ is a token of a dashboard or of map; give it a value first",
	"{":  "a field name with { } stands in single quotes: 'a{}.b'",
	"}":  "a field name with { } stands in single quotes: 'a{}.b'",
	"\\": "a backslash stands only within quotes",
	"“":  typographicHelp, "”": typographicHelp, "„": typographicHelp, "‘": typographicHelp, "’": typographicHelp,
}

const typographicHelp = "these are typographic quotes, as a word processor makes them; write plain ones"

// words are operators of other languages that are words.
var foreignWords = map[string]string{
	"is":       "write isnull(x) or isnotnull(x)",
	"contains": "write like(x, \"%text%\") or match(x, \"pattern\")",
	"matches":  "write match(x, \"pattern\")",
	"between":  "write x>=1 AND x<=2",
	"then":     "a choice is written if(condition, then, else)",
	"else":     "a choice is written if(condition, then, else)",
	"equals":   "write x=\"text\"",
	"as":       "the new name stands before the expression: eval name=expression",
	"by":       "BY belongs to stats and its kin; eval and where work on each row",
	"where":    "a condition on its own is a command: | where condition",
	"search":   "commands are separated by pipes: | search",
}

// exprHint is help for a token of an expression that cannot be read where it stands; ""
// where there is none. before are the tokens up to it, next is the one after it.
func exprHint(t *lexer.Token, before []lexer.Token, next *lexer.Token, assigns bool) string {
	if t.Type == tOp {
		var last lexer.Token
		if len(before) > 0 {
			last = before[len(before)-1]
		}
		adjacent := last.Pos.Offset+len(last.Value) == t.Pos.Offset
		switch {
		case t.Value == "{" && last.Type == tIdent && adjacent:
			return "a field name with { } stands in single quotes: '" + last.Value + "{}'"
		case t.Value == "," && !assigns:
			return "one condition stands here; join several with AND or OR"
		case t.Value == ">" && last.Value == "<":
			return "what differs is written !="
		case (t.Value == ">" || t.Value == "<") && last.Value == "=" && adjacent:
			return "write " + t.Value + "="
		case t.Value == "=" && last.Value == "==" && adjacent:
			return "equality is written = or =="
		case t.Value == "*" && last.Value == "/" && adjacent, t.Value == "/" && last.Value == "/" && adjacent:
			return "a comment stands between ``` and ```"
		case t.Value == "*" && last.Value == "*" && adjacent:
			return foreign["^"]
		case t.Value == ")":
			return "write a value before it"
		case t.Value == "=" && len(before) == 0:
			return "write a field's name before it"
		}
		return foreign[t.Value]
	}
	if help := foreignWords[strings.ToLower(t.Value)]; help != "" && t.Type == tIdent {
		return help
	}
	n := len(before)
	for i := 1; i < n; i++ {
		if before[i].Value == "-" && before[i-1].Value == "-" {
			return "a comment stands between ``` and ```"
		}
	}
	if n > 0 && before[n-1].Type == tIdent && (t.Type == tIdent || t.Type == tNumber || t.Type == tString || t.Type == tQuoted) && !isTarget(next) {
		return "an operator is missing before it; the arguments of a function stand in parentheses: " + before[n-1].Value + "(" + t.Value + ")"
	}
	if assigns && isTarget(next) {
		return "a comma stands between two assignments: eval a=1, b=2"
	}
	return "an operator, such as + or AND, is missing before it"
}

// isTarget says whether a token makes an assignment of what stands before it.
func isTarget(next *lexer.Token) bool { return next != nil && next.Type == tOp && next.Value == "=" }
