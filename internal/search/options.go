package search

import (
	"github.com/reevehq/reeve/internal/match"
	"github.com/reevehq/reeve/internal/semgrep"
)

// matching says what the options of a rule take for the same.
func matching(o *semgrep.Options) match.Options {
	return match.Options{
		NoConstants: !o.ConstantPropagation, NoDeep: !o.ImplicitDeepExprstmt, NoVardef: !o.VardefAssign, Symbolic: o.SymbolicPropagation,
		NoArrow: !o.ArrowIsFunction, NoLet: !o.LetIsVar, NoAttribute: !o.AttrExpr, DecoratorsInOrder: o.DecoratorsOrderMatters,
		NoLast: !o.ImplicitReturn, NoChains: !o.ACMatching, AnyOrder: o.CommutativeBoolop, Symmetric: o.SymmetricEq || o.CommutativeCompop,
		NoMore: !o.ImplicitEllipsis, NoMoreAttributes: !o.XMLAttrsImplicitEllipsis, Singletons: !o.XMLSingletonLooseMatching,
	}
}
