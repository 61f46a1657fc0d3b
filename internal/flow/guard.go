package flow

import (
	"maps"
	"strings"

	"github.com/reevehq/reeve/internal/syntax"
)

// answers are where what a test says of its variables holds: where it is true, where it is false, or in both.
type answers int

const (
	both answers = iota
	yes
	no
)

// sense tells where what a test says of its variables holds: "x in allowed" where it is true, "x not in allowed" where it is false.
func sense(n *syntax.Node) answers {
	if n == nil {
		return both
	}
	switch n.Kind {
	case syntax.Call:
		if looksFor(n) {
			return no
		}
		return yes
	case syntax.Binary:
		if (n.Text == "in" || n.Text == "not in") && isText(n.Kid(syntax.ALeft)) && !isText(n.Kid(syntax.ARight)) { // what must not be in a text
			if n.Text == "in" {
				return no
			}
			return yes
		}
		switch n.Text {
		case "==", "===", "is":
			if saysNo(n.Kid(syntax.ALeft), n.Kid(syntax.ARight)) {
				return no
			}
			return yes
		case "!=", "!==", "is not":
			if saysNo(n.Kid(syntax.ALeft), n.Kid(syntax.ARight)) {
				return yes
			}
			return no
		case "in", "instanceof", "=~":
			return yes
		case "not in":
			return no
		}
	}
	return both
}

// looksFor tells of a call that it looks for a text that is written out in another, for an option, or for a path that begins elsewhere: where that is so, it
// is not harmless.
func looksFor(n *syntax.Node) bool {
	callee := n.Kid(syntax.ACallee)
	if callee == nil || callee.Kind != syntax.Member || callee.Kid(syntax.AField) == nil {
		return false
	}
	last := n.Kids[len(n.Kids)-1]
	switch callee.Kid(syntax.AField).Text {
	case "contains", "Contains", "includes", "include?", "ContainsAny":
		return isText(last) && !isText(callee.Kid(syntax.AnObject))
	case "startsWith", "startswith", "StartsWith", "HasPrefix", "start_with?": // an option, or a folder above
		return isText(last) && (last.Text == "-" || last.Text == "--" || strings.HasPrefix(last.Text, ".."))
	case "isAbsolute", "is_absolute", "isabs", "IsAbs", "IsPathRooted", "absolute?":
		return true
	}
	return false
}

// saysNo tells of a call, and what its answer is compared with, that this is the answer to what did not pass.
func saysNo(call, answer *syntax.Node) bool {
	if call == nil || answer == nil || call.Kind != syntax.Call {
		return false
	}
	_, name := lastOf(nameOf(call.Kid(syntax.ACallee)))
	switch answer.Kind {
	case syntax.Null:
		return true
	case syntax.Bool:
		switch name {
		case "strpos", "stripos", "strrpos", "mb_strpos", "mb_stripos", "strstr": // there is nothing in it that is looked for
			return false
		}
		return answer.Text == "false"
	case syntax.Number:
		return answer.Text == "0" && name == "preg_match"
	}
	return false
}

// test follows a test. The state becomes what is known where it holds; what is known where it does not is given.
func (b *builder) test(n *syntax.Node, s state) (other state) {
	switch {
	case n == nil || b.steps <= 0:
		return b.fork(s)
	case n.Kind == syntax.Unary && n.Text == "!":
		other = b.test(n.Kid(syntax.AValue), s)
		b.outcome(n, n.Kid(syntax.AValue))
		holds := b.fork(other)
		other = b.fork(s)
		s.become(holds)
		return other
	case n.Kind == syntax.Binary && (n.Text == "&&" || n.Text == "||"):
		return b.bothTests(n, s)
	}
	before := b.fork(s)
	b.expr(n, s)
	other = b.fork(s)
	switch sense(n) { // what a test says of a variable holds where it holds
	case yes:
		b.back(other, before)
	case no:
		b.back(s, before)
	}
	b.narrow(n, s, true)
	b.narrow(n, other, false)
	return other
}

// bothTests follows two tests, the second of which is asked only where the first leaves it open.
func (b *builder) bothTests(n *syntax.Node, s state) (other state) {
	left, right := n.Kid(syntax.ALeft), n.Kid(syntax.ARight)
	other = b.test(left, s)
	if n.Text == "&&" {
		other.merge(b.test(right, s))
	} else {
		second := other
		other = b.test(right, second)
		s.merge(second)
	}
	b.outcome(n, left, right)
	return other
}

// outcome links what is tested with the outcome.
func (b *builder) outcome(n *syntax.Node, parts ...*syntax.Node) {
	v := b.value(n)
	for _, k := range parts {
		if at, ok := b.nodes[k]; ok {
			b.link(at, v, plain)
		}
	}
}

// back makes variables what they were before a test read them.
func (b *builder) back(s, before state) {
	for name, c := range s {
		if before[name] == nil && b.onlyRead(c) {
			delete(s, name)
		}
	}
	maps.Copy(s, before)
}

// onlyRead tells that a variable was read and not given anything.
func (b *builder) onlyRead(c *cell) bool {
	for _, from := range c.from {
		if from != none && b.whats[from] == Assigned {
			return false
		}
	}
	return len(c.from) > 0
}

// ends tells of an expression behind which nothing goes on.
func (b *builder) ends(n *syntax.Node) bool {
	if n == nil {
		return false
	}
	switch n.Kind {
	case syntax.Name: // Ruby's calls without brackets
		return b.file.language == "ruby" && (n.Text == "raise" || n.Text == "exit" || n.Text == "abort" || n.Text == "halt")
	case syntax.Binary: // "redirect_to … and return"
		right := n.Kid(syntax.ARight)
		return n.Text == "&&" && b.file.language == "ruby" && right != nil && right.Kind == syntax.Return && n.Kid(syntax.ALeft).Kind == syntax.Call
	case syntax.Unary, syntax.Await:
		return b.ends(n.Kid(syntax.AValue))
	case syntax.Call:
		return neverReturns(nameOf(n.Kid(syntax.ACallee)))
	}
	return false
}

// neverReturns tells of a function by its name that nothing comes back from it.
func neverReturns(name string) bool {
	switch name {
	case "abort", "flask.abort", "exit", "die", "panic", "sys.exit", "os._exit", "os.Exit", "System.exit", "process.exit", "Environment.Exit", "exitProcess",
		"log.Fatal", "log.Fatalf", "log.Fatalln", "log.Panic", "log.Panicf", "log.Panicln", "logrus.Fatal", "logrus.Fatalf", "klog.Fatal", "klog.Fatalf",
		"raise", "halt", "quit", "wp_die", "dd", "error", "process.abort", "std.process.exit", "runtime.Goexit", "notFound", "fail", "throwError":
		return true
	}
	return false
}

// maxGuarded is over how many places where something was read a test of it is remembered.
const maxGuarded = 64

// remember keeps from where a part comes that was read or given something before: what was found harmless there is so here. It is new where it was once.
func (b *builder) remember(n *syntax.Node, v node, c *cell, first bool) {
	if n.Kind != syntax.Member && n.Kind != syntax.Index {
		return
	}
	r := b.reads[n]
	_, known := b.Graph.earlier[r]
	switch {
	case c == nil && known:
		b.Graph.earlier[r] = union([]node{none}, b.Graph.earlier[r])
	case c != nil && (first || known):
		if b.Graph.earlier == nil {
			b.Graph.earlier = map[node][]node{}
		}
		b.Graph.earlier[r] = union(b.Graph.earlier[r], c.from)
		b.Graph.earlier[v] = []node{r}
	}
}

// guarded tells of a part, which a rule takes for a source, that it is harmless wherever it comes from, or was given something else.
func (a *Asked) guarded(g *Graph, n node, depth int) bool {
	before, known := g.earlier[n]
	if !known || depth == 0 {
		return false
	}
	for _, from := range before {
		if from == none || !a.isClean(from) && g.whats[from] != Assigned && !a.guarded(g, from, depth-1) {
			return false
		}
	}
	return true
}

// elementAt is an element under a key that is written out: it may have been checked, or given something, before.
func (b *builder) elementAt(n *syntax.Node, path string, s state) node {
	c, own := s.get(path)
	of := b.looked(n.Kid(syntax.AnObject), s)
	var key *constant
	field := whole
	for k := range n.All(syntax.Each) {
		b.expr(k, s)
		key, field = b.known(k, s), b.textOf(k, s)
	}
	if own {
		return b.read(n, path, c, s)
	}
	v := b.read(n, path, nil, s)
	b.pick(of, b.reads[n], key, field)
	return v
}
