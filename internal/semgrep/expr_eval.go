package semgrep

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// MetavariableComparison holds if an expression is true.
type MetavariableComparison struct {
	Text       Text
	Comparison Expr
	// Metavariable is what Base and Strip are about; "" if the rule says none.
	Metavariable string
	// Base is the base in which the code of Metavariable is read as a number; 0 if the rule says none.
	Base int
	// Strip takes the quotes from the code of Metavariable.
	Strip bool
}

// Env gives an expression its metavariables.
type Env struct {
	// Value gives the value of a metavariable that is bound to a literal or a constant: int64, float64, string, bool or []Value.
	Value func(metavariable string) (Value, bool)
	// Code gives the code that a metavariable is bound to.
	Code func(metavariable string) (string, bool)
	// Today is the beginning of this day in seconds since 1970, for today(); 0 if it is not known.
	Today float64
}

// Limits of an evaluation.
const (
	maxText  = 64 << 10  // bytes of a text that an expression makes
	maxMatch = 1_000_000 // steps of a regular expression
)

// quotes are what stands around a text in code.
const quotes = "'\"`"

// errUnknown says that an expression has no value: a metavariable is not bound to a constant, or the types do not fit.
var errUnknown = errors.New("no value")

// Holds tells whether the comparison is true. What has no value makes it false.
func (c MetavariableComparison) Holds(env Env) bool {
	if c.Base != 0 || c.Strip {
		env = c.legacy(env)
	}
	v, err := Eval(c.Comparison, env)
	return err == nil && truth(v)
}

// legacy gives the metavariable its number as base and strip say.
func (c MetavariableComparison) legacy(env Env) Env {
	outer := env.Value
	env.Value = func(name string) (Value, bool) {
		code, ok := env.Code(name)
		if name != c.Metavariable || !ok {
			return outer(name)
		}
		if c.Strip {
			code = strings.Trim(code, quotes)
		}
		if v, ok := parseNumber(code, c.Base); ok {
			return v, true
		}
		if c.Base == 0 || c.Base == 8 {
			if v, ok := parseInt(code, 8); ok { // 0700
				return v, true
			}
		}
		return outer(name)
	}
	return env
}

// Eval gives the value of an expression. The error says that it has none.
func Eval(e Expr, env Env) (Value, error) {
	switch e := e.(type) {
	case Literal:
		return e.Value, nil
	case Metavariable:
		if v, ok := env.Value(string(e)); ok {
			return v, nil
		}
	case List:
		vs := make([]Value, len(e))
		for i, x := range e {
			v, err := Eval(x, env)
			if err != nil {
				return nil, err
			}
			vs[i] = v
		}
		return vs, nil
	case Unary:
		x, err := Eval(e.X, env)
		if err != nil {
			return nil, err
		}
		return unary(e.Op, x)
	case Binary:
		x, err := Eval(e.X, env)
		if err != nil {
			return nil, err
		}
		if e.Op == "and" && !truth(x) || e.Op == "or" && truth(x) {
			return x, nil
		}
		y, err := Eval(e.Y, env)
		if err != nil || e.Op == "and" || e.Op == "or" {
			return y, err
		}
		return arithmetic(e.Op, x, y)
	case Chain:
		return chain(e, env)
	case Call:
		return call(e, env)
	}
	return nil, errUnknown
}

func truth(v Value) bool {
	switch v := v.(type) {
	case bool:
		return v
	case int64:
		return v != 0
	case float64:
		return v != 0
	case string:
		return v != ""
	case []Value:
		return len(v) > 0
	}
	return false
}

func chain(e Chain, env Env) (Value, error) {
	x, err := operand(e.First, env)
	if err != nil {
		return nil, err
	}
	for _, l := range e.Links {
		y, err := operand(l.X, env)
		if err != nil {
			return nil, err
		}
		if ok, err := compareOperands(l.Op, x, y); err != nil || !ok {
			return false, err
		}
		x = y
	}
	return true, nil
}

// source is the code of a metavariable that has no value: it is equal to the same code, and compares with nothing else.
type source string

func operand(e Expr, env Env) (Value, error) {
	v, err := Eval(e, env)
	if m, ok := e.(Metavariable); ok && err != nil {
		if code, ok := env.Code(string(m)); ok {
			return source(code), nil
		}
	}
	return v, err
}

func compareOperands(op string, x, y Value) (bool, error) {
	a, one := x.(source)
	b, other := y.(source)
	switch {
	case !one && !other:
		return compare(op, x, y)
	case one && other && op == "==":
		return a == b, nil
	case one && other && op == "!=":
		return a != b, nil
	}
	return false, errUnknown
}

// arity says how many arguments a function takes; false if there is no such function.
func arity(name string) (least, most int, ok bool) {
	switch name {
	case "today":
		return 0, 0, true
	case "int":
		return 1, 2, true
	case "float", "str", "lower", "upper", "len", "strptime":
		return 1, 1, true
	case "re.match":
		return 2, 2, true
	}
	return 0, 0, false
}

// call gives what a function makes of its arguments.
func call(c Call, env Env) (Value, error) {
	switch c.Function {
	case "today":
		if env.Today == 0 {
			return nil, errUnknown
		}
		return env.Today, nil
	case "str":
		return asValue(textOf(c.Args[0], env))
	case "re.match":
		return callMatch(c, env)
	}
	v, err := Eval(c.Args[0], env)
	if err != nil {
		return nil, err
	}
	if c.Function == "int" {
		return callInt(v, c.Args[1:], env)
	}
	s, isText := v.(string)
	switch c.Function {
	case "float":
		return callFloat(v)
	case "lower":
		v = strings.ToLower(s)
	case "upper":
		v = strings.ToUpper(s)
	case "strptime":
		day, err := time.Parse(time.DateOnly, s)
		v, isText = float64(day.Unix()), isText && err == nil
	case "len":
		if list, ok := v.([]Value); ok {
			return int64(len(list)), nil
		}
		v = int64(utf8.RuneCountInString(s))
	}
	if !isText {
		return nil, errUnknown
	}
	return v, nil
}

func asValue(s string, err error) (Value, error) { return s, err }

func callFloat(v Value) (Value, error) {
	if s, ok := v.(string); ok {
		if v, ok = parseNumber(strings.Trim(s, quotes), 0); !ok {
			return nil, errUnknown
		}
	}
	f, ok := number(v)
	if !ok {
		return nil, errUnknown
	}
	return f, nil
}

// textOf gives a value as text; of a metavariable without a value its code.
func textOf(e Expr, env Env) (string, error) {
	v, err := Eval(e, env)
	if err != nil {
		if m, ok := e.(Metavariable); ok {
			if code, ok := env.Code(string(m)); ok {
				return code, nil
			}
		}
		return "", err
	}
	switch v := v.(type) {
	case string:
		return v, nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), nil
	case bool:
		if v {
			return "True", nil
		}
		return "False", nil
	}
	return "", errUnknown
}

// callInt makes a whole number; rest is the base, if it is said.
func callInt(v Value, rest []Expr, env Env) (Value, error) {
	base := 0
	if len(rest) > 0 {
		b, err := Eval(rest[0], env)
		n, ok := b.(int64)
		if err != nil || !ok || n != 0 && (n < 2 || n > 36) {
			return nil, errUnknown
		}
		base = int(n)
	}
	switch x := v.(type) {
	case string:
		s := strings.TrimSpace(strings.Trim(x, quotes))
		if n, ok := parseNumber(s, base); ok {
			return integer(n)
		}
		if n, ok := parseInt(s, 10); ok && base == 0 { // 007
			return n, nil
		}
	case int64, float64, bool:
		return integer(x)
	}
	return nil, errUnknown
}

// integer cuts a number towards zero. One that is too large for 64 bits stays a float64.
func integer(v Value) (Value, error) {
	switch v := v.(type) {
	case int64:
		return v, nil
	case bool:
		if v {
			return int64(1), nil
		}
		return int64(0), nil
	case float64:
		if math.Abs(v) < 1<<62 {
			return int64(v), nil
		}
		return math.Trunc(v), nil
	}
	return nil, errUnknown
}

func callMatch(c Call, env Env) (Value, error) {
	text, err := textOf(c.Args[1], env)
	if err != nil {
		return nil, err
	}
	re := c.regexp
	if re == nil {
		source, err := textOf(c.Args[0], env)
		if err != nil {
			return nil, err
		}
		if re, err = CompileRegexp(source, Anchored); err != nil {
			return nil, errUnknown
		}
	}
	ok, err := re.Match(text, maxMatch)
	return ok, err
}
