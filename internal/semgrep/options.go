package semgrep

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Options switch parts of the matching on and off. DefaultOptions says what holds where a rule is silent.
type Options struct {
	// ConstantPropagation lets literals match variables that hold them; SymbolicPropagation lets expressions match variables that hold them.
	ConstantPropagation, SymbolicPropagation bool

	// TaintUnifyMvars binds metavariables of one name in sources and sinks to the same code.
	TaintUnifyMvars bool
	// TaintAssumeSafe… name what carries no taint: results of calls, of indexing, of comparisons, truth values, numbers.
	TaintAssumeSafeFunctions, TaintAssumeSafeIndexes, TaintAssumeSafeComparisons, TaintAssumeSafeBooleans, TaintAssumeSafeNumbers bool
	// TaintOnlyPropagateThroughAssignments leaves assignments as the only way that taint goes by itself.
	TaintOnlyPropagateThroughAssignments bool
	// TaintFocusOn is "sink" or "source": where a finding is reported.
	TaintFocusOn string

	// ACMatching takes && || | & ^ as associative, the bitwise also as commutative; CommutativeBoolop also && and ||;
	// CommutativeCompop and SymmetricEq take == and != as symmetric.
	ACMatching, CommutativeBoolop, CommutativeCompop, SymmetricEq bool
	// VardefAssign lets assignments match definitions with a value, FlddefAssign those of fields.
	VardefAssign, FlddefAssign bool
	// AttrExpr lets expressions match attributes (f(a) matches @f(a)).
	AttrExpr bool
	// ArrowIsFunction lets function patterns match arrow functions; LetIsVar takes let and const as var.
	ArrowIsFunction, LetIsVar bool
	// GoDeeperExpr and GoDeeperStmt let "..." reach into expressions and statements.
	GoDeeperExpr, GoDeeperStmt bool
	// ImplicitDeepExprstmt lets an expression as statement match inside the statement's expression; ImplicitEllipsis
	// lets bodies hold more than the pattern says; ImplicitReturn lets return match a function's last expression.
	ImplicitDeepExprstmt, ImplicitEllipsis, ImplicitReturn bool
	// DecoratorsOrderMatters matches decorators in order.
	DecoratorsOrderMatters bool

	// XMLSingletonLooseMatching lets <a/> match <a></a>; XMLAttrsImplicitEllipsis allows more attributes than the pattern
	// says; XMLChildrenOrdered matches children in order.
	XMLSingletonLooseMatching, XMLAttrsImplicitEllipsis, XMLChildrenOrdered bool

	// CPPParsingPref is "as_fundef" or "as_vardef_with_ctor": how C++ patterns that may be either are read; "" for no preference.
	CPPParsingPref string

	// GenericEngine is "spacegrep" or "aliengrep".
	GenericEngine string
	// GenericEllipsisMaxSpan is how many line ends "..." may span in generic texts.
	GenericEllipsisMaxSpan int
	// GenericCommentStyle is "c", "cpp" or "shell": what is passed over in generic texts; "" for nothing.
	GenericCommentStyle string
	// GenericMultiline and GenericCaseless are for aliengrep: patterns may span lines, letters match in either case.
	GenericMultiline, GenericCaseless bool

	// Interfile asks for flow through several files and functions.
	Interfile bool
}

// DefaultOptions gives the options of a rule that says none.
func DefaultOptions() Options {
	return Options{
		ConstantPropagation: true, ACMatching: true, VardefAssign: true, FlddefAssign: false, AttrExpr: true,
		ArrowIsFunction: true, LetIsVar: true, GoDeeperExpr: true, GoDeeperStmt: true,
		ImplicitDeepExprstmt: true, ImplicitEllipsis: true, ImplicitReturn: true,
		XMLSingletonLooseMatching: true, XMLAttrsImplicitEllipsis: true,
		GenericEngine: "spacegrep", GenericEllipsisMaxSpan: 10, GenericMultiline: true, TaintFocusOn: "sink",
	}
}

// flag gives the switch of a name, or nil.
func (o *Options) flag(name string) *bool {
	return map[string]*bool{
		"constant_propagation": &o.ConstantPropagation, "symbolic_propagation": &o.SymbolicPropagation,
		"taint_unify_mvars":                        &o.TaintUnifyMvars,
		"taint_assume_safe_functions":              &o.TaintAssumeSafeFunctions,
		"taint_assume_safe_indexes":                &o.TaintAssumeSafeIndexes,
		"taint_assume_safe_comparisons":            &o.TaintAssumeSafeComparisons,
		"taint_assume_safe_booleans":               &o.TaintAssumeSafeBooleans,
		"taint_assume_safe_numbers":                &o.TaintAssumeSafeNumbers,
		"taint_only_propagate_through_assignments": &o.TaintOnlyPropagateThroughAssignments,
		"ac_matching":                              &o.ACMatching,
		"commutative_boolop":                       &o.CommutativeBoolop, "commutative_compop": &o.CommutativeCompop, "symmetric_eq": &o.SymmetricEq,
		"vardef_assign": &o.VardefAssign, "flddef_assign": &o.FlddefAssign,
		"attr_expr": &o.AttrExpr, "arrow_is_function": &o.ArrowIsFunction, "let_is_var": &o.LetIsVar,
		"go_deeper_expr": &o.GoDeeperExpr, "go_deeper_stmt": &o.GoDeeperStmt,
		"implicit_deep_exprstmt": &o.ImplicitDeepExprstmt, "implicit_ellipsis": &o.ImplicitEllipsis, "implicit_return": &o.ImplicitReturn,
		"decorators_order_matters":     &o.DecoratorsOrderMatters,
		"xml_singleton_loose_matching": &o.XMLSingletonLooseMatching,
		"xml_attrs_implicit_ellipsis":  &o.XMLAttrsImplicitEllipsis,
		"xml_children_ordered":         &o.XMLChildrenOrdered,
		"generic_multiline":            &o.GenericMultiline, "generic_caseless": &o.GenericCaseless,
		"interfile": &o.Interfile,
	}[name]
}

// word gives where the word of an option goes and which words it takes, or nil.
func (o *Options) word(name string) (word *string, words string) {
	switch name {
	case "taint_focus_on":
		return &o.TaintFocusOn, "sink source"
	case "cpp_parsing_pref":
		return &o.CPPParsingPref, "as_fundef as_vardef_with_ctor"
	case "generic_engine":
		return &o.GenericEngine, "spacegrep aliengrep"
	case "generic_comment_style":
		return &o.GenericCommentStyle, "c cpp shell"
	}
	return nil, ""
}

func (r *reader) options(n *yaml.Node, rule *Rule) {
	o := &rule.Options
	for _, e := range r.entries(n, "options") {
		where := "options: " + e.name
		word, words := o.word(e.name)
		switch flag := o.flag(e.name); {
		case flag != nil:
			*flag = r.flag(e.value, where)
		case word != nil:
			if t, ok := r.text(e.value, where); ok {
				if !slices.Contains(strings.Fields(words), t.Value) {
					r.fault(e.value, "%s: unknown word %s; want one of %s", where, quote(t.Value), strings.ReplaceAll(words, " ", ", "))
				}
				*word = t.Value
			}
		case e.name == "generic_ellipsis_max_span":
			if o.GenericEllipsisMaxSpan = r.whole(e.value, where); o.GenericEllipsisMaxSpan < 0 {
				r.fault(e.value, "%s: want 0 or more lines, have %d", where, o.GenericEllipsisMaxSpan)
			}
		default:
			r.note(e.key, Unused, "options: unknown option %q; it has no effect", e.name)
		}
	}
}
