package search

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/flow"
	"github.com/reevehq/reeve/internal/semgrep"
	"github.com/reevehq/reeve/internal/syntax"
)

// safe gives the expressions that carry no taint because of what they are (taint_assume_safe_numbers, taint_assume_safe_booleans).
func (e *evaluation) safe(o *semgrep.Options) []flow.Sanitizer {
	if !o.TaintAssumeSafeNumbers && !o.TaintAssumeSafeBooleans {
		return nil
	}
	var out []flow.Sanitizer
	e.file.Tree().Root.Walk(func(n *syntax.Node) bool {
		if o.TaintAssumeSafeNumbers && e.isNumber(n, maxJudged) || o.TaintAssumeSafeBooleans && e.isBoolean(n) {
			out = append(out, flow.Sanitizer{Place: flow.Place{Start: n.Start, End: n.End}, Exact: true})
		}
		return true
	})
	return out
}

// maxJudged is how deep it is asked what the parts of an expression are.
const maxJudged = 8

// isNumber tells of an expression that it is a number.
func (e *evaluation) isNumber(n *syntax.Node, depth int) bool {
	if n == nil || depth == 0 {
		return false
	}
	switch n.Kind {
	case syntax.Number:
		return true
	case syntax.Cast, syntax.Name, syntax.New:
		return isOf(e.kindOf(n), numbers)
	case syntax.Unary:
		return (n.Text == "-" || n.Text == "+" || n.Text == "~") && e.isNumber(n.Kid(syntax.AValue), depth-1)
	case syntax.Binary:
		return e.calculates(n, depth)
	case syntax.Member:
		field := n.Kid(syntax.AField)
		return field != nil && slices.Contains([]string{"length", "Length", "Count", "size"}, field.Text)
	case syntax.Call:
		return isOf(calledName(n), countings) || isOf(lastName(n.Kid(syntax.ACallee)), countingMethods)
	}
	return false
}

// calculates tells of an operator that what it gives is a number.
func (e *evaluation) calculates(n *syntax.Node, depth int) bool {
	left, right := e.isNumber(n.Kid(syntax.ALeft), depth-1), e.isNumber(n.Kid(syntax.ARight), depth-1)
	switch n.Text {
	case "-", "/", "//", "**", "&", "|", "^", ">>":
		return true
	case "*", "%": // of texts in Python and Ruby
		return left || right && n.Text == "%" || e.file.Tree().Language != syntax.Python && e.file.Tree().Language != syntax.Ruby
	case "+":
		switch e.file.Tree().Language {
		case syntax.Python, syntax.PHP, syntax.Ruby, syntax.Go, syntax.Rust, syntax.Swift: // where a number and a text give nothing
			return left || right
		}
		return left && right
	}
	return false
}

// isBoolean tells of an expression that it is true or false.
func (e *evaluation) isBoolean(n *syntax.Node) bool {
	switch n.Kind {
	case syntax.Bool:
		return true
	case syntax.Cast, syntax.Name:
		return isOf(e.kindOf(n), booleans)
	case syntax.Unary:
		return n.Text == "!"
	case syntax.Binary:
		switch n.Text {
		case "==", "!=", "===", "!==", "<", ">", "<=", ">=", "in", "not in", "instanceof", "is", "is not", "=~":
			return true
		}
	case syntax.Call:
		return isOf(calledName(n), truths) || isOf(lastName(n.Kid(syntax.ACallee)), truthMethods)
	}
	return false
}

// kindOf is the name of the type of a node, "" where that is not known.
func (e *evaluation) kindOf(n *syntax.Node) string {
	kind := e.file.match.TypeOf(n)
	if n.Kind == syntax.Cast && n.Kid(syntax.AType) != nil {
		kind = n.Kid(syntax.AType)
	}
	name, _ := kind.Dotted()
	return name
}

// calledName is the dotted name of what a call calls.
func calledName(n *syntax.Node) string {
	name, _ := n.Kid(syntax.ACallee).Dotted()
	return name
}

// lastName is the name of a method that is called on something, "" where it is none.
func lastName(callee *syntax.Node) string {
	if field := callee.Kid(syntax.AField); field != nil {
		return field.Text
	}
	return ""
}

// isOf tells whether a name is one of a list of words.
func isOf(name, words string) bool {
	return name != "" && strings.Contains(words, " "+name+" ")
}

// The types of numbers and truth values, and the functions and methods of the languages' libraries that give them.
const (
	numbers = " int Integer int long long Long short Short byte Byte char float Float double Double decimal number num int8 int16 int32 int64 " +
		"uint uint8 uint16 uint32 uint64 float32 float64 i8 i16 i32 i64 u8 u16 u32 u64 isize usize f32 f64 integer Int size_t BigInteger BigDecimal "
	booleans = " bool boolean Boolean "

	countings = " int float len ord abs round hash id Integer.valueOf Integer.parseInt Long.valueOf Long.parseLong Short.parseShort Byte.parseByte Double.valueOf " +
		"Double.parseDouble Float.valueOf Float.parseFloat Math.abs Math.min Math.max Math.floor Math.ceil Math.round Math.random Math.toIntExact parseInt " +
		"parseFloat Number Number.parseInt Number.parseFloat intval floatval strlen count sizeof time abs Integer Float int.Parse long.Parse double.Parse " +
		"Convert.ToInt32 Convert.ToInt64 Convert.ToDouble atoi atol atof strlen strtol strtoul "
	countingMethods = " compareTo compareToIgnoreCase indexOf lastIndexOf intValue longValue doubleValue floatValue hashCode ordinal length size codePointAt " +
		"to_i to_f toInt toLong toDouble toFloat bit_length "
	truths = " bool isinstance hasattr callable any all Boolean.valueOf Boolean.parseBoolean Boolean isset empty is_null is_array is_string is_int is_numeric " +
		"in_array array_key_exists boolval bool.Parse Array.isArray Number.isInteger isNaN strings.HasPrefix strings.HasSuffix strings.Contains slices.Contains "
	truthMethods = " equals equalsIgnoreCase contains containsKey startsWith endsWith startswith endswith isEmpty isBlank matches includes hasOwnProperty " +
		"isdigit isalpha isalnum Equals Contains StartsWith EndsWith "
)
