package flow

import (
	"maps"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/syntax"
)

// file is what a file says of its functions, for who links it with others.
type file struct {
	language string
	funcs    []*function
	calls    []*call
	classes  map[string]*class
	// imports give what a name stands for.
	imports map[string]imported
	// fields are the nodes of the fields of classes, by class and name.
	fields map[field]node
	// shares are the variables that it has in common with others.
	shares shares
}

// imported is a module, and a name in it or "" for all of it.
type imported struct{ module, name string }

// field is a field of the objects of a class.
type field struct{ class, name string }

// class is what a class is made of.
type class struct {
	name  string
	bases []string
	// own are the names of its fields that are declared in it.
	own map[string]bool
	// asks are the methods that it asks for, where it is an interface of Go, which all have that have them.
	asks []string
	// types are those of its fields, where they are known.
	types map[string]string
}

// function is a function or method; the first of a file is what the file itself does.
type function struct {
	// name is "" for one that has none; class is that which it is a method of.
	name, class string
	constructor bool
	params      []param
	result      node
	// self is the object that it is called on, none where it does not look at that; bodied tells that it is known what it does.
	self   node
	bodied bool
	// positions are what it gives back at each position; whole tells that it also gives back what cannot be told apart. named are the names of what it
	// gives back, where it says so.
	positions map[string]node
	whole     bool
	named     []string
	// returns is the type that it gives.
	returns string
	place   Place
}

// object is the node of the object that a function is called on: in Python, that is a parameter.
func (f *function) object() node {
	if f.self == none && f.class != "" && len(f.params) > 0 && selves(f.params[0].name) {
		return f.params[0].node
	}
	return f.self
}

// param is a parameter.
type param struct {
	name string
	node node
	// rest tells that it takes all that is left.
	rest bool
}

// call is a call whose function may be known.
type call struct {
	node node
	// name is what is called, the last name of it; path the names before it, "" where there is none.
	name, path string
	// receiver is what it is called on; kind is its type, where that is known. self tells that it is the object itself.
	receiver node
	kind     string
	self     bool
	// class is that in which the call stands.
	class string
	// creates tells that it makes an object.
	creates bool
	// gives is the part that it gives of what it is called on, where its name tells.
	gives part
	// positions are the parts of what it gives back, where it is taken apart.
	positions map[string]node
	arguments []given
}

// given is an argument.
type given struct {
	node    node
	keyword string
	spread  bool
}

// constructs tells of the names that languages have for what makes an object.
func constructs(name, class string) bool {
	switch name {
	case "constructor", "__init__", "__construct", "initialize", "init", "<init>":
		return true
	}
	return name != "" && name == class
}

// selves tells of the names that languages have for the object itself.
func selves(name string) bool {
	switch name {
	case "this", "self", "$this", "super", "cls", "super()", "@":
		return true
	}
	return false
}

// isSelf tells of an expression that it is the object itself, as "this" or "super()".
func isSelf(n *syntax.Node) bool {
	return selves(nameOf(n)) || n != nil && n.Kind == syntax.Call && nameOf(n.Kid(syntax.ACallee)) == "super"
}

// lastOf is the last name of a dotted one, and what stands before it.
func lastOf(dotted string) (before, last string) {
	if i := strings.LastIndexByte(dotted, '.'); i >= 0 {
		return dotted[:i], dotted[i+1:]
	}
	return "", dotted
}

// typeName is the name of a type without what it is made for: "List" of List<String>.
func typeName(n *syntax.Node) string {
	for n != nil {
		switch n.Kind {
		case syntax.Name, syntax.Member:
			_, last := lastOf(nameOf(n))
			return last
		case syntax.Index:
			n = n.Kid(syntax.AnObject)
		case syntax.Unary, syntax.Spread:
			n = n.Kid(syntax.AValue)
		case syntax.String:
			return n.Text
		default:
			if len(n.Kids) != 1 {
				return ""
			}
			n = n.Kids[0]
		}
	}
	return ""
}

// nameOf is the dotted name of a variable or field, "" where it has none.
func nameOf(n *syntax.Node) string {
	name, _ := n.Dotted()
	return name
}

// pathOf is the name of a variable, field, or element under a key that is written out: "$_GET.[id]" of $_GET['id']. "" where it has none.
func pathOf(n *syntax.Node) string {
	if n == nil || n.Kind != syntax.Index && n.Kind != syntax.Member {
		return nameOf(n)
	}
	before := pathOf(n.Kid(syntax.AnObject))
	if before == "" {
		return ""
	}
	if n.Kind == syntax.Member {
		if field := n.Kid(syntax.AField); field != nil && field.Kind == syntax.Name {
			return before + "." + field.Text
		}
		return ""
	}
	key := n.Kid(syntax.Each)
	for key != nil && key.Kind == syntax.Unary && key.Text == ":" { // Ruby's symbols
		key = key.Kid(syntax.AValue)
	}
	if key == nil || key.Kind != syntax.String && key.Kind != syntax.Number || strings.Contains(key.Text, ".") {
		return ""
	}
	return before + ".[" + key.Text + "]"
}

// importName learns one import.
func (f *file) importName(n *syntax.Node) {
	module, name, as := n.Kid(syntax.AModule), n.Kid(syntax.AField), n.Kid(syntax.AName)
	if module == nil {
		return
	}
	what := imported{module: module.Text}
	_, short := lastOf(slashed(module.Text))
	if name != nil && name.Text != "*" && name.Text != "default" {
		what.name, short = name.Text, name.Text
	}
	if as != nil {
		short = as.Text
	}
	f.imports[short] = what
}

// required learns "const a = require('m')", "const a = require('m').b" and "const {a, b: c} = require('m')".
func (f *file) required(left, right *syntax.Node) {
	if left == nil || right == nil {
		return
	}
	if right.Kind == syntax.Member && left.Kind == syntax.Name {
		module, ok := right.Kid(syntax.AnObject).Requires()
		if field := right.Kid(syntax.AField); ok && field != nil {
			f.imports[left.Text] = imported{module, field.Text}
		}
		return
	}
	module, ok := right.Requires()
	if !ok {
		return
	}
	switch left.Kind {
	case syntax.Name:
		f.imports[left.Text] = imported{module: module}
	case syntax.Dict:
		for _, k := range left.Kids {
			key, value := k.Kid(syntax.AKey), k.Kid(syntax.AValue)
			if k.Kind == syntax.Pair && key != nil && value != nil && value.Kind == syntax.Name {
				f.imports[value.Text] = imported{module, key.Text}
			}
		}
	}
}

// imported gives what a name stands for, also one that is the whole name of a module: "a.b" behind "import a.b".
func (f *file) imported(name string) (imported, bool) {
	if from, ok := f.imports[name]; ok {
		return from, true
	}
	before, last := lastOf(name)
	from, ok := f.imports[last]
	return from, ok && before != "" && from.name == "" && slashed(from.module) == name
}

// slashed writes a path of folders with dots.
func slashed(path string) string {
	return strings.ReplaceAll(strings.ReplaceAll(path, "/", "."), `\`, ".")
}

// Modules are the last names of the modules that the file imports, and of the files that it includes, sorted.
func (g *Graph) Modules() []string {
	names := map[string]bool{}
	for _, from := range g.file.imports {
		if last := moduleName(from.module); last != "" {
			names[last] = true
		}
		if from.name != "" {
			names[from.name] = true
		}
	}
	for _, name := range g.file.shares.includes {
		names[moduleName(name)] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// moduleName is the last name of a module: "users" of "../lib/users.js" and of "app.users".
func moduleName(module string) string {
	for _, end := range []string{".js", ".ts", ".mjs", ".cjs", ".tsx", ".jsx", ".php", ".rb", ".py"} {
		module = strings.TrimSuffix(module, end)
	}
	_, last := lastOf(strings.Trim(slashed(module), "."))
	return last
}
