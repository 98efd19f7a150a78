package command

import "spl/parser"

// What a command's arguments hold that others look into without knowing the command.

// HasExprs is a command with expressions, in their order.
type HasExprs interface{ Exprs() []parser.Expr }

// HasSearch is a command with a search expression; nil is one that takes everything.
type HasSearch interface{ SearchExpr() parser.SearchExpr }

// Exprs is part of [HasExprs].
func (n *whereNode) Exprs() []parser.Expr { return []parser.Expr{n.expr} }

// Exprs is part of [HasExprs].
func (n *fieldformatNode) Exprs() []parser.Expr { return []parser.Expr{n.expr} }

// Exprs is part of [HasExprs].
func (n *evalNode) Exprs() []parser.Expr {
	out := make([]parser.Expr, len(n.list))
	for i, a := range n.list {
		out[i] = a.expr
	}
	return out
}

// SearchExpr is part of [HasSearch].
func (n *searchNode) SearchExpr() parser.SearchExpr { return n.expr }

// SearchExpr is part of [HasSearch].
func (n *tstatsNode) SearchExpr() parser.SearchExpr { return n.where }

// HasAssignments is a command whose expressions are put in fields, one for each.
type HasAssignments interface{ Assigned() []string }

// Assigned is part of [HasAssignments].
func (n *evalNode) Assigned() []string {
	out := make([]string, len(n.list))
	for i, a := range n.list {
		out[i] = a.field
	}
	return out
}
