package semgrep

import (
	"math"
	"strings"
)

// number gives a number as float64; truth values count as in Python.
func number(v Value) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

func unary(op string, v Value) (Value, error) {
	if op == "not" {
		return !truth(v), nil
	}
	switch v := v.(type) {
	case int64:
		switch op {
		case "+":
			return v, nil
		case "~":
			return ^v, nil
		case "-":
			return -v, nil
		}
	case float64:
		switch op {
		case "+":
			return v, nil
		case "-":
			return -v, nil
		}
	}
	return nil, errUnknown
}

// arithmetic joins two values.
func arithmetic(op string, x, y Value) (Value, error) {
	if a, ok := x.(int64); ok {
		if b, ok := y.(int64); ok {
			if v, ok := integers(op, a, b); ok {
				return v, nil
			}
		}
	}
	if a, ok := x.(string); ok {
		return texts(op, a, y)
	}
	a, isNumber := number(x)
	b, other := number(y)
	if !isNumber || !other {
		return nil, errUnknown
	}
	return floats(op, a, b)
}

// integers joins whole numbers. False where the result is none, or too large: then they count as float64.
func integers(op string, a, b int64) (Value, bool) {
	switch op {
	case "+":
		c := a + b
		return c, (c > a) == (b > 0)
	case "-":
		c := a - b
		return c, (c < a) == (b > 0)
	case "*":
		c := a * b
		return c, a == 0 || c/a == b && (a != -1 || b != math.MinInt64)
	case "//", "%":
		if b == 0 || b == -1 && a == math.MinInt64 {
			return nil, false
		}
		q, m := a/b, a%b
		if m != 0 && (m < 0) != (b < 0) { // Python rounds down
			q, m = q-1, m+b
		}
		if op == "//" {
			return q, true
		}
		return m, true
	case "**":
		return power(a, b)
	case "&":
		return a & b, true
	case "|":
		return a | b, true
	case "^":
		return a ^ b, true
	}
	return nil, false
}

func power(a, b int64) (Value, bool) {
	if b < 0 || b > 64 && (a < -1 || a > 1) {
		return nil, false
	}
	if b > 64 {
		b = 64 + b%2
	}
	var v Value = int64(1)
	ok := true
	for range b {
		if v, ok = integers("*", v.(int64), a); !ok {
			return nil, false
		}
	}
	return v, true
}

// texts joins a text with another, or with itself.
func texts(op string, a string, y Value) (Value, error) {
	switch b := y.(type) {
	case string:
		if op == "+" && len(a)+len(b) <= maxText {
			return a + b, nil
		}
	case int64:
		if op == "*" && b <= maxText && (b <= 0 || len(a) <= maxText/int(b)) {
			return strings.Repeat(a, max(int(b), 0)), nil
		}
	}
	return nil, errUnknown
}

func floats(op string, a, b float64) (Value, error) {
	var v float64
	switch op {
	case "+":
		v = a + b
	case "-":
		v = a - b
	case "*":
		v = a * b
	case "/":
		v = a / b
	case "//":
		v = math.Floor(a / b)
	case "%":
		v = a - b*math.Floor(a/b)
	case "**":
		v = math.Pow(a, b)
	default:
		return nil, errUnknown
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil, errUnknown
	}
	return v, nil
}

// compare tells whether x op y.
func compare(op string, x, y Value) (bool, error) {
	switch op {
	case "==":
		return equal(x, y), nil
	case "!=":
		return !equal(x, y), nil
	case "in":
		return contains(y, x)
	case "not in":
		ok, err := contains(y, x)
		return !ok, err
	}
	order, err := compareOrder(x, y)
	if err != nil {
		return false, err
	}
	switch op {
	case "<":
		return order < 0, nil
	case "<=":
		return order <= 0, nil
	case ">":
		return order > 0, nil
	}
	return order >= 0, nil
}

func equal(x, y Value) bool {
	if order, err := compareOrder(x, y); err == nil {
		return order == 0
	}
	a, ok := x.([]Value)
	b, other := y.([]Value)
	if !ok || !other || len(a) != len(b) {
		return false
	}
	for i := range a {
		if !equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

// compareOrder compares two numbers or two texts.
func compareOrder(x, y Value) (int, error) {
	if a, ok := x.(string); ok {
		if b, ok := y.(string); ok {
			return strings.Compare(a, b), nil
		}
	}
	if a, ok := x.(int64); ok {
		if b, ok := y.(int64); ok {
			switch {
			case a < b:
				return -1, nil
			case a > b:
				return 1, nil
			}
			return 0, nil
		}
	}
	a, ok := number(x)
	b, other := number(y)
	switch {
	case !ok || !other:
		return 0, errUnknown
	case a < b:
		return -1, nil
	case a > b:
		return 1, nil
	}
	return 0, nil
}

// contains tells whether a list holds a value or a text a text.
func contains(whole, part Value) (bool, error) {
	switch whole := whole.(type) {
	case []Value:
		for _, v := range whole {
			if equal(v, part) {
				return true, nil
			}
		}
		return false, nil
	case string:
		if s, ok := part.(string); ok {
			return strings.Contains(whole, s), nil
		}
	}
	return false, errUnknown
}
