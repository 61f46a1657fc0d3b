package match

import (
	"strings"

	"github.com/reevehq/reeve/internal/syntax"
)

// boxed is the name of a type of Java as it is called without its package, and that of a value for the class that holds one.
func boxed(name string) string {
	name = strings.TrimPrefix(name, "java.lang.")
	switch name {
	case "Boolean", "Byte", "Short", "Long", "Float", "Double":
		return strings.ToLower(name)
	case "Integer":
		return "int"
	case "Character":
		return "char"
	}
	return name
}

// boxes tells of two types of Java that values of one are those of the other: int and Integer, String and java.lang.String.
func (f *File) boxes(want, have *syntax.Node) bool {
	if f.Tree.Language != syntax.Java {
		return false
	}
	one, ok := want.Dotted()
	if !ok || strings.HasPrefix(one, "java.") {
		return false
	}
	other, ok := have.Dotted()
	return ok && boxed(one) == boxed(other)
}

// gives are the names of the types of what a method gives that Java's texts and collections have, or the one that a collection is made for.
func (f *File) gives(m *matcher, t *syntax.Node) []string {
	callee := t.Kid(syntax.ACallee)
	object, method := callee.Kid(syntax.AnObject), callee.Kid(syntax.AField)
	if f.Tree.Language != syntax.Java || object == nil || method == nil {
		return nil
	}
	switch method.Text {
	case "equals", "equalsIgnoreCase", "matches", "isEmpty", "isBlank", "contains", "containsKey", "containsValue", "startsWith", "endsWith", "hasNext", "exists":
		return truthTypes[:]
	case "size", "length", "indexOf", "lastIndexOf", "hashCode", "compareTo", "intValue":
		return []string{"int", "Integer"}
	case "toString", "substring", "trim", "strip", "toLowerCase", "toUpperCase", "concat", "getName", "getSimpleName":
		return textTypes[:]
	case "get", "getOrDefault", "remove":
		kind := m.kindOf(object)
		if kind == nil {
			return nil
		}
		var last *syntax.Node
		for last = range kind.All(syntax.TypeArgs) {
			continue // of a map the second is what it gives
		}
		name, _ := last.Dotted()
		switch boxed(name) {
		case "boolean":
			return truthTypes[:]
		case "int":
			return []string{"int", "Integer"}
		case "":
			return nil
		}
		return []string{name}
	}
	return nil
}
