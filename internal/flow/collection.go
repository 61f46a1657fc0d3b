package flow

import (
	"strings"

	"github.com/reevehq/reeve/internal/syntax"
)

// maxOrder is how many elements of a list are told apart.
const maxOrder = 32

// shapeOf is what a new collection holds, nil where an expression makes none.
func (b *builder) shapeOf(n *syntax.Node, s state) *shape {
	if n == nil {
		return nil
	}
	switch n.Kind {
	case syntax.New, syntax.Call:
		if len(n.Kids) != 1 {
			return nil
		}
		switch typeName(n.Kid(syntax.ACallee)) {
		case "HashMap", "LinkedHashMap", "TreeMap", "Hashtable", "ConcurrentHashMap", "Map", "dict", "Properties", "Dictionary":
			return &shape{}
		case "ConfigParser", "RawConfigParser", "SafeConfigParser":
			return &shape{}
		case "ArrayList", "LinkedList", "Vector", "CopyOnWriteArrayList", "list", "List":
			return ordered(nil)
		}
	case syntax.Dict:
		return b.dictShape(n, s)
	case syntax.List:
		if len(n.Kids) > maxOrder {
			return nil
		}
		var order [][]node
		for _, k := range n.Kids {
			v, ok := b.nodes[k]
			if k.Kind == syntax.Spread || !ok {
				return nil
			}
			order = append(order, []node{v})
		}
		return ordered(order)
	}
	return nil
}

func (b *builder) dictShape(n *syntax.Node, s state) *shape {
	out := &shape{keys: map[string][]node{}}
	for _, k := range n.Kids {
		key, value := k.Kid(syntax.AKey), k.Kid(syntax.AValue)
		if k.Kind != syntax.Pair || key == nil || value == nil {
			return nil
		}
		name := key.Text
		if key.Kind != syntax.Name || b.file.language == "python" {
			c := b.known(key, s)
			if c == nil || c.kind != 's' {
				return nil
			}
			name = c.text
		}
		if v, ok := b.nodes[value]; ok {
			out.keys[name] = []node{v}
		}
	}
	return out
}

// collection follows what a method does to the collection that it is called on: what is put in stays in it.
func (b *builder) collection(c *call, n, object *syntax.Node, before *cell, s state) {
	name := nameOf(object)
	var parts []node
	for _, g := range c.arguments {
		if g.node != none {
			parts = append(parts, g.node)
		}
	}
	var held *shape
	if before != nil {
		held = before.shape
	}
	arguments := n.Kids[1:]
	if held == nil {
		if grows(c.name, len(parts)) {
			b.keep(name, parts, s)
		}
		return
	}
	var key *constant
	if len(arguments) > 0 {
		key = b.known(arguments[0], s)
	}
	if held.list {
		b.listed(c, element{held, key, parts, name}, s)
		return
	}
	if before.kind != "" && strings.HasSuffix(before.kind, "ConfigParser") {
		b.configured(c, n, before, s)
		return
	}
	switch c.name {
	case "put", "set", "setProperty", "Add":
		if len(parts) == 2 {
			b.put(name, before, key, parts[1:], s)
			return
		}
	case "get", "getOrDefault", "getProperty":
		if key != nil && key.kind == 's' {
			b.only(c, held.keys[key.text], s[name], partOf(key.text))
		}
		return
	case "has", "containsKey", "keys", "keySet", "size", "delete", "isEmpty":
		return
	}
	if grows(c.name, len(parts)) {
		b.keep(name, parts, s)
	}
}

// configured follows the methods of Python's configparser: what is set in a section under a name is got from there.
func (b *builder) configured(c *call, n *syntax.Node, before *cell, s state) {
	name := nameOf(n.Kid(syntax.ACallee).Kid(syntax.AnObject))
	var key *constant
	if len(n.Kids) > 2 {
		section, option := b.known(n.Kids[1], s), b.known(n.Kids[2], s)
		if section != nil && option != nil {
			key = &constant{kind: 's', text: section.text + "\x00" + strings.ToLower(option.text)}
		}
	}
	var parts []node
	for _, g := range c.arguments {
		parts = append(parts, g.node)
	}
	switch c.name {
	case "set":
		if len(parts) == 3 {
			b.put(name, before, key, parts[2:], s)
		}
	case "get", "getint", "getfloat", "getboolean":
		if key != nil {
			b.only(c, before.shape.keys[key.text], s[name], partOf(key.text))
		}
	case "read_string", "read_dict", "read_file", "readfp", "update":
		b.keep(name, parts, s)
	}
}

// only lets nothing but these parts of a collection go into the result of a call.
func (b *builder) only(c *call, parts []node, whole *cell, key part) {
	b.cut(c)
	for _, from := range parts {
		b.link(from, c.node, plain)
	}
	if parts == nil && whole != nil {
		for _, from := range whole.from {
			b.load(from, c.node, key)
		}
	}
}

// cut takes back that what a call is made on and with goes into its result.
func (b *builder) cut(c *call) {
	for i := len(b.to) - 1; i >= 0 && i > len(b.to)-64; i-- {
		if b.to[i].to == c.node && b.to[i].kind != plain {
			b.to[i].to = none
		}
	}
}

// element is a list of a name, and what a method of it is called with: a place in it, or parts.
type element struct {
	held  *shape
	key   *constant
	parts []node
	name  string
}

// listed follows the methods of a list whose elements are told apart.
func (b *builder) listed(c *call, e element, s state) {
	held, key, parts, name := e.held, e.key, e.parts, e.name
	now := s[name]
	set := func(order [][]node) { s.set(name, &cell{from: now.from, shape: ordered(order), kind: now.kind}) }
	n := int64(len(held.order))
	at := key != nil && key.kind == 'i' && key.number >= 0 && key.number < n
	switch c.name {
	case "add", "append", "push", "addLast":
		if len(parts) == 1 && n < maxOrder {
			set(append(held.order[:n:n], parts))
			return
		}
	case "get", "elementAt":
		if at {
			b.only(c, held.order[key.number], nil, whole)
		}
		return
	case "remove", "pop":
		if at && len(c.arguments) == 1 {
			b.only(c, held.order[key.number], nil, whole)
			set(append(held.order[:key.number:key.number], held.order[key.number+1:]...))
			return
		}
		if c.name == "pop" && len(c.arguments) == 0 && n > 0 {
			b.only(c, held.order[n-1], nil, whole)
			set(held.order[:n-1])
			return
		}
		s.set(name, &cell{from: now.everything(), kind: now.kind})
		return
	case "size", "length", "isEmpty", "indexOf", "contains":
		return
	}
	if len(parts) > 0 && grows(c.name, len(parts)) {
		b.keep(name, parts, s)
	} else if !looksOnly(c.name) {
		s.set(name, &cell{from: now.everything(), kind: now.kind})
	}
}

// keep says that what a method was given stays in what it was called on.
func (b *builder) keep(name string, parts []node, s state) {
	if name == "" {
		return
	}
	now := s[name]
	if now == nil {
		now = &cell{}
	}
	from := now.everything()
	for _, p := range parts {
		from = union(from, []node{p})
	}
	s.set(name, &cell{from: from, kind: now.kind})
}

// grows tells of the methods by which collections and buffers take in what they are given, in the libraries of the languages.
func grows(name string, arguments int) bool {
	switch name {
	case "add", "append", "push", "put", "addAll", "putAll", "addLast", "addFirst", "addElement", "offer", "offerLast", "unshift", "insert", "extend",
		"appendleft", "Append", "AppendLine", "AppendFormat", "Add", "AddRange", "Push", "Enqueue", "push_back", "emplace_back", "push_str", "concat!",
		"WriteString", "enqueue", "setdefault", "splice", "putIfAbsent", "update":
		return arguments > 0
	case "set":
		return arguments == 2
	}
	return false
}

// changes follows a method that writes into its object where that is a text in memory. One that gives it a field by its name alone ("setName" of a class
// that is not seen) is not followed: what takes such an object later gives back what it likes.
func (b *builder) changes(c *call, name string, before *cell, s state) {
	if len(c.arguments) != 1 {
		return
	}
	given := []node{c.arguments[0].node}
	switch c.name {
	case "concat", "prepend", "replace", "insert":
		if b.file.language == "ruby" { // elsewhere they give a new text
			b.keep(name, given, s)
		}
	}
	if before == nil || c.name != "write" {
		return
	}
	switch before.kind {
	case "StringIO", "BytesIO", "StringWriter", "ByteArrayOutputStream":
		b.keep(name, given, s)
	}
}

// fills follows a function of a library that puts what it is given into the first of it.
func (b *builder) fills(c *call, n *syntax.Node, s state) {
	if len(c.arguments) < 2 {
		return
	}
	into, name := n.Kid(syntax.Each), nameOf(n.Kid(syntax.ACallee))
	var parts []node
	for _, g := range c.arguments[1:] {
		parts = append(parts, g.node)
	}
	switch name {
	case "Object.assign", "array_push", "array_unshift", "copy", "io.WriteString", "$.extend", "jQuery.extend", "_.extend", "_.assign", "_.merge", "_.defaults",
		"heapq.heappush", "bisect.insort", "Collections.addAll":
		b.keep(nameOf(into), parts, s)
	case "setattr":
		if object := nameOf(into); object != "" && len(parts) == 2 {
			var key *syntax.Node
			for k := range n.All(syntax.Each) {
				if key = k; k != into {
					break
				}
			}
			b.put(object, s[object], b.known(key, s), parts[1:], s)
		}
	}
}

// grows tells of an operator that it puts what stands on its right into what stands on its left: "a << b", and what a channel is sent.
func (b *builder) grows(n *syntax.Node) bool {
	switch b.file.language {
	case "ruby", "cpp":
		return n.Text == "<<"
	case "go", "scala":
		return n.Text == "<-" || n.Text == "+="
	}
	return false
}

// shifted follows such an operator.
func (b *builder) shifted(n *syntax.Node, s state) node {
	v := b.kids(n, s)
	into := n.Kid(syntax.ALeft)
	for into != nil && into.Kind == syntax.Binary && into.Text == n.Text {
		into = into.Kid(syntax.ALeft)
	}
	if from, ok := b.nodes[n.Kid(syntax.ARight)]; ok {
		b.keep(nameOf(into), []node{from}, s)
	}
	return v
}

// grown is the name of what grows in a chain of calls: "b" of b.append(x).append(y); "" where there is none.
func grown(n *syntax.Node) string {
	for n != nil && n.Kind == syntax.Call && len(n.Kids) > 1 {
		callee := n.Kid(syntax.ACallee)
		if callee == nil || callee.Kind != syntax.Member || callee.Kid(syntax.AField) == nil || !grows(callee.Kid(syntax.AField).Text, len(n.Kids)-1) {
			return ""
		}
		if n = callee.Kid(syntax.AnObject); nameOf(n) != "" {
			return nameOf(n)
		}
	}
	return ""
}

// looksOnly tells of methods that change nothing.
func looksOnly(name string) bool {
	switch name {
	case "forEach", "map", "filter", "iterator", "stream", "toString", "join", "toArray", "includes", "index", "count", "equals", "hashCode", "some", "every", "find", "reduce", "slice", "concat":
		return true
	}
	return false
}
