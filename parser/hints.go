package parser

import (
	"slices"
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

// plainQuotes is the text in typographic quotes at the start of s in plain ones; "" where
// there is none, or where they are never closed.
func plainQuotes(s string) string {
	start := typographic(s)
	if start == 0 {
		return ""
	}
	for end := start; end < len(s) && s[end] != '\n'; end++ {
		if typographic(s[end:]) > 0 {
			if strings.HasPrefix(s, "‘") || strings.HasPrefix(s, "’") {
				return "'" + s[start:end] + "'"
			}
			return Quote(s[start:end])
		}
	}
	return ""
}

// foreignWords are operators of other languages that are words, with what is written here
// in their place: x is what stands before, tail what follows.
var foreignWords = map[string]func(x string, tail []lexer.Token) string{
	"is": func(x string, tail []lexer.Token) string {
		switch {
		case isWordAt(tail, 0, "null"):
			return "write isnull(" + x + ")"
		case isWordAt(tail, 0, "not") && isWordAt(tail, 1, "null"):
			return "write isnotnull(" + x + ")"
		}
		return "write " + x + "=" + operand(tail, 0, `"text"`)
	},
	"contains": func(x string, tail []lexer.Token) string {
		text := `"%text%"`
		if len(tail) > 0 && tail[0].Type == tString {
			text = `"%` + tail[0].Value[1:len(tail[0].Value)-1] + `%"`
		}
		return "write like(" + x + ", " + text + ")"
	},
	"matches": func(x string, tail []lexer.Token) string {
		return "write match(" + x + ", " + operand(tail, 0, `"pattern"`) + ")"
	},
	"between": func(x string, tail []lexer.Token) string {
		return "write " + x + ">=" + operand(tail, 0, "1") + " AND " + x + "<=" + operand(tail, 2, "2")
	},
	"equals": func(x string, tail []lexer.Token) string {
		return "write " + x + "=" + operand(tail, 0, `"text"`)
	},
	"then":   always("a choice is written if(condition, then, else)"),
	"else":   always("a choice is written if(condition, then, else)"),
	"as":     always("the new name stands before the expression: eval name=expression"),
	"by":     always("BY belongs to stats and its kin; eval and where work on each row"),
	"where":  always("a condition on its own is a command: | where condition"),
	"search": always("commands are separated by pipes: | search"),
}

func always(help string) func(string, []lexer.Token) string {
	return func(string, []lexer.Token) string { return help }
}

// isWordAt says whether a token is a word, in whatever case.
func isWordAt(tokens []lexer.Token, i int, word string) bool {
	return i < len(tokens) && tokens[i].Type == tIdent && strings.EqualFold(tokens[i].Value, word)
}

// operand is a token that is a value, or what stands for one.
func operand(tokens []lexer.Token, i int, otherwise string) string {
	if i < len(tokens) {
		switch tokens[i].Type {
		case tIdent, tNumber, tString, tQuoted:
			return tokens[i].Value
		}
	}
	return otherwise
}

// bracedName is the name of a field, a{}.b, that ends before after begins: its first word
// and what follows without a space.
func bracedName(first lexer.Token, rest ...lexer.Token) string {
	name, end := first.Value, first.Pos.Offset+len(first.Value)
	for _, t := range rest {
		if t.Pos.Offset != end || t.Type != tIdent && t.Type != tNumber && !(t.Type == tOp && strings.Contains("{}.", t.Value)) {
			break
		}
		name += t.Value
		end += len(t.Value)
	}
	return strings.TrimRight(name, ".")
}

// exprHint is help for a token of an expression that cannot be read where it stands; ""
// where there is none. before are the tokens up to it, after those behind it.
func exprHint(t *lexer.Token, before, after []lexer.Token, assigns bool) string {
	if t.Type == tOp {
		var last lexer.Token
		if len(before) > 0 {
			last = before[len(before)-1]
		}
		adjacent := last.Pos.Offset+len(last.Value) == t.Pos.Offset
		switch {
		case t.Value == "{" && last.Type == tIdent && adjacent:
			first := len(before) - 1
			for first >= 2 && before[first-1].Value == "." && before[first-2].Type == tIdent {
				first -= 2
			}
			rest := append(append(slices.Clone(before[first+1:]), *t), after...)
			return "a field name with { } stands in single quotes: '" + bracedName(before[first], rest...) + "'"
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
	n := len(before)
	if _, level := infix(t); level > 0 && t.Type == tIdent {
		return "write a condition before it, or take it out"
	}
	if help := foreignWords[strings.ToLower(t.Value)]; help != nil && t.Type == tIdent {
		return help(operand(before, n-1, "x"), after)
	}
	for i := 1; i < n; i++ {
		if before[i].Value == "-" && before[i-1].Value == "-" {
			return "a comment stands between ``` and ```"
		}
	}
	if n > 0 && before[n-1].Type == tIdent && (t.Type == tIdent || t.Type == tNumber || t.Type == tString || t.Type == tQuoted) && !isTarget(after) {
		return "an operator is missing before it; the arguments of a function stand in parentheses: " + before[n-1].Value + "(" + t.Value + ")"
	}
	if assigns && isTarget(after) {
		return "a comma stands between two assignments: , " + t.Value + "=" + operand(after, 1, "...")
	}
	return "an operator, such as + or AND, is missing before it"
}

// isTarget says whether a token makes an assignment of what stands before it.
func isTarget(after []lexer.Token) bool {
	return len(after) > 0 && after[0].Type == tOp && after[0].Value == "="
}
