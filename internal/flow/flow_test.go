package flow_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/flow"
	"github.com/reevehq/reeve/internal/syntax"
	"github.com/reevehq/reeve/internal/wire"
)

// reached follows what source() gives, $_GET and input, to the arguments of sink(), through files by path. What stands in clean() is harmless, and what
// check() was asked about is so from there on. It gives the lines of
// sinks that are reached, with their paths where there are several files.
func reached(t *testing.T, files map[string]string) []string {
	t.Helper()
	var graphs []*flow.Graph
	var paths []string
	questions, asked := map[int]*flow.Question{}, map[int]*flow.Asked{}
	for path := range files {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for i, path := range paths {
		language := syntax.Of(path, nil)
		tree, err := language.Parse([]byte(files[path]))
		if err != nil {
			t.Fatal(err)
		}
		graphs = append(graphs, flow.Build(tree))
		questions[i] = ask(tree)
		asked[i] = graphs[i].Ask(questions[i])
	}
	found, whole := flow.NewProgram(graphs, paths).Follow(asked)
	if !whole {
		t.Error("too much work")
	}
	if again, _ := flow.NewProgram(keep(t, graphs, asked), paths).Follow(asked); !cmp.Equal(again, found) {
		t.Errorf("from what was kept %v is found, else %v", again, found)
	}
	var out []string
	for _, f := range found {
		at := questions[f.File].Sinks[f.Sink].Start
		line := fmt.Sprint(1 + strings.Count(files[paths[f.File]][:at], "\n"))
		if len(paths) > 1 {
			line = paths[f.File] + ":" + line
		}
		first := files[paths[f.Steps[0].File]][f.Steps[0].Start:]
		if !strings.HasPrefix(first, "source(") && !strings.HasPrefix(first, "$_GET") && !strings.HasPrefix(first, "input") {
			t.Errorf("line %s: the flow does not begin at a source but at %.20q", line, first)
		}
		if !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	return out
}

// keep writes graphs and what is asked of them down and reads both again: the questions take the place of those that were asked.
func keep(t *testing.T, graphs []*flow.Graph, asked map[int]*flow.Asked) []*flow.Graph {
	t.Helper()
	var out []*flow.Graph
	for i, g := range graphs {
		g.Forget()
		kept := flow.Kept{Graph: g, Asked: []*flow.Asked{asked[i], asked[i]}}
		packed := wire.Write(kept.Wire)
		var read flow.Kept
		if err := wire.Read(packed, read.Wire); err != nil {
			t.Fatal(err)
		}
		if again := wire.Write(read.Wire); !bytes.Equal(again, packed) {
			t.Error("what is read is written down otherwise")
		}
		out, asked[i] = append(out, read.Graph), read.Asked[1]
	}
	return out
}

func ask(tree *syntax.Tree) *flow.Question {
	q := &flow.Question{}
	tree.Root.Walk(func(n *syntax.Node) bool {
		at := flow.Place{Start: n.Start, End: n.End}
		if object, _ := n.Kid(syntax.AnObject).Dotted(); object == "$_GET" || object == "input" {
			q.Sources = append(q.Sources, flow.Source{Place: at, Label: "s"})
		}
		if n.Kind != syntax.Call {
			return true
		}
		switch name, _ := n.Kid(syntax.ACallee).Dotted(); name {
		case "source":
			q.Sources = append(q.Sources, flow.Source{Place: at, Label: "s"})
		case "clean":
			q.Sanitizers = append(q.Sanitizers, flow.Sanitizer{Place: at})
		case "check":
			argument := n.Kids[1]
			q.Sanitizers = append(q.Sanitizers, flow.Sanitizer{Place: flow.Place{Start: argument.Start, End: argument.End}, Exact: true, Variable: true})
		case "sink":
			for k := range n.All(syntax.Each) {
				q.Sinks = append(q.Sinks, flow.Sink{Place: flow.Place{Start: k.Start, End: k.End}, Exact: true})
			}
		}
		return true
	})
	return q
}

// TestFollow holds code whose lines that end in "yes" have a sink that must be reached, and no others.
func TestFollow(t *testing.T) {
	for name, c := range map[string]struct{ path, text string }{
		"assigned": {"a.py", "x = source()\ny = x + 'a'\nsink(y) # yes\ny = 'b'\nsink(y)\n"},
		"branches": {"a.py", "x = 'a'\nif c:\n  x = source()\nsink(x) # yes\nif c:\n  x = 'b'\nelse:\n  x = 'c'\nsink(x)\n"},
		"returns-early": {"a.py", "def f(c):\n  x = source()\n  if c:\n    x = 'a'\n    return sink(x)\n  else:\n    x = 'b'\n  sink(x)\n" +
			"def g(c):\n  x = source()\n  if c:\n    x = 'a'\n  else:\n    return 1\n  sink(x)\n"},
		"loops":           {"a.py", "x = 'a'\nfor i in y:\n  sink(x) # yes\n  x = source()\n"},
		"breaks":          {"a.py", "x = 'a'\nwhile c:\n  x = source()\n  if d:\n    break\n  x = 'b'\nsink(x) # yes\n"},
		"dead-branch":     {"a.java", "class A { void f() { String x = source(); int n = 106; String b; if ((7*18) + n > 200) b = \"c\"; else b = x; sink(b); } }"},
		"live-branch":     {"a.java", "class A { void f() { String x = source(); int n = 106;\nString b; if ((7*42) - n > 200) b = \"c\"; else b = x;\nsink(b); // yes\n} }"},
		"conditional":     {"a.java", "class A { void f() { String x = source(); int n = 106; String b = (7*18)+n > 200 ? \"c\" : x; sink(b); } }"},
		"switch-constant": {"a.java", "class A { void f() { String x = source(); String g = \"ABC\"; char c = g.charAt(1); String b;\nswitch (c) { case 'A': b = x; break; case 'B': b = \"s\"; break; case 'C': case 'D': b = x; break; default: b = \"t\"; }\nsink(b); } }"},
		"switch-falls":    {"a.java", "class A { void f(int c) { String b = \"a\";\nswitch (c) { case 1: b = source(); case 2: sink(b); // yes\n break; default: sink(b); } } }"},
		"map-keys":        {"a.java", "class A { void f() { HashMap<String,Object> m = new HashMap<String,Object>(); m.put(\"a\", \"x\"); m.put(\"b\", source());\nsink(m.get(\"a\"));\nsink((String) m.get(\"b\")); // yes\nsink(m.get(k)); // yes\n} }"},
		"list-order":      {"a.java", "class A { void f() { List<String> l = new ArrayList<String>(); l.add(\"a\"); l.add(source()); l.add(\"b\"); l.remove(0);\nsink(l.get(0)); // yes\nsink(l.get(1)); } }"},
		"builder":         {"a.java", "class A { void f() { StringBuilder b = new StringBuilder(); b.append(\"a\"); b.append(source());\nsink(b.toString()); // yes\n} }"},
		"dict":            {"a.py", "d = {'a': source(), 'b': 'x'}\nsink(d['a']) # yes\nsink(d['b'])\nsink(d) # yes\n"},
		"fields":          {"a.js", "const o = {a: source(), b: 1};\nsink(o.a); // yes\nsink(o.b);\n"},
		"field-set":       {"a.js", "o.a = source();\nsink(o.a); // yes\nsink(o.b);\n"},
		"closure":         {"a.js", "const x = source();\nfunction f() { sink(x); } // yes\n"},
		"callback":        {"a.js", "source().forEach(x => sink(x)); // yes\n"},
		"sanitized":       {"a.js", "const x = clean(source());\nsink(x);\nsink(clean(x));\n"},
		"argument":        {"a.js", "function f(a, b) { sink(a); // yes\n sink(b); }\nf(source(), 'x');\n"},
		"result":          {"a.js", "function f(a) { return a + 'x'; }\nfunction g(a) { return 'x'; }\nsink(f(source())); // yes\nsink(g(source()));\nsink(f('a'));\n"},
		"keyword":         {"a.py", "def f(a, b):\n  sink(a)\n  sink(b) # yes\nf(b=source(), a='x')\n"},
		"recursion":       {"a.py", "def f(a, n):\n  if n:\n    return f(a, n)\n  return a\nsink(f(source(), 1)) # yes\n"},
		"object":          {"a.py", "class B:\n  def __init__(self, v, w):\n    self.v = v\n    self.w = w\n  def v1(self):\n    return self.v\n  def w1(self):\n    return self.w\nb = B(source(), 'x')\nsink(b.v1()) # yes\nsink(b.w1())\n"},
		"java-field":      {"a.java", "class A { private String v; void set(String v) { this.v = v; } String get() { return v; }\nvoid f() { set(source());\nsink(get()); // yes\n} }"},
		"interface":       {"a.java", "interface T { String run(String s); } class T1 implements T { public String run(String s) { return s; } } class T2 implements T { public String run(String s) { return \"x\"; } }\nclass A { void f(T t, T2 u) {\nsink(t.run(source())); // yes\nsink(u.run(source())); } }"},
		"inherited":       {"a.py", "class A:\n  def up(self, x):\n    return x\n  def no(self, x):\n    return 'a'\nclass B(A):\n  def f(self):\n    sink(self.up(source())) # yes\n    sink(self.no(source()))\n"},
		"ruby-last":       {"a.rb", "def f(a)\n  a\nend\nsink(f(source())) # yes\n"},
		"match-value":     {"a.rb", "x = if c then source() else 'a' end\nsink(x) # yes\n"},
		"go":              {"a.go", "package a\nfunc f(a string) string { return a }\nfunc g() {\nx := source()\nsink(f(x)) // yes\nsink(f(\"a\"))\n}"},
		"php":             {"a.php", "<?php\nfunction f($a) { return $a . 'x'; }\n$x = source();\nsink(f($x)); // yes\nsink(f('a'));\n"},
		"csharp":          {"a.cs", "class A { string F(string a) { return a; } void G() { var x = source();\nsink(F(x)); // yes\nsink(F(\"a\")); } }"},
		"kotlin":          {"a.kt", "fun f(a: String) = a\nfun g() { val x = when (c) { 1 -> source() else -> \"a\" }\nsink(f(x)) // yes\n}"},
	} {
		t.Run(name, func(t *testing.T) {
			var want []string
			for i, line := range strings.Split(c.text, "\n") {
				if strings.HasSuffix(line, " yes") {
					want = append(want, fmt.Sprint(i+1))
				}
			}
			if got := reached(t, map[string]string{c.path: c.text}); !slices.Equal(got, want) {
				t.Errorf("reached %v, want %v in\n%s", got, want, c.text)
			}
		})
	}
}

func TestFollow_throughFiles(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"python-module": {map[string]string{
			"app/views.py":     "from app.lib import shell\nfrom app.lib.shell import run as go\nshell.run(source())\ngo('x')\nshell.no(source())\n",
			"app/lib/shell.py": "def run(c):\n  sink(c)\ndef no(c):\n  return sink('a')\n",
		}, "app/lib/shell.py:2"},
		"javascript-required-in-place": {map[string]string{
			"a.js":      "const find = require('./lib/db').find;\nfind(source());\n",
			"lib/db.js": "exports.find = (id) => { sink(id); };\n",
		}, "lib/db.js:1"},
		"javascript-require": {map[string]string{
			"routes/a.js": "const db = require('../lib/db');\nconst { save } = require('../lib/db');\ndb.find(source());\nsave(source());\n",
			"lib/db.js":   "function find(q) { sink(q); }\nconst save = (q) => sink('x');\nmodule.exports = { find, save };\n",
		}, "lib/db.js:1"},
		"java-class": {map[string]string{
			"a/A.java": "package a; import b.B; class A { void f() { sink(new B().id(source()));\nsink(B.fixed(source())); } }",
			"b/B.java": "package b; public class B { public String id(String s) { return s; } public static String fixed(String s) { return \"x\"; } }",
		}, "a/A.java:1"},
		"go-package": {map[string]string{
			"web/h.go":   "package web\nimport \"x/store\"\nfunc h() { store.Find(source()); run(source()) }\n",
			"web/r.go":   "package web\nfunc run(s string) { sink(s) }\n",
			"store/s.go": "package store\nfunc Find(q string) { sink(q) }\n",
		}, "store/s.go:2 web/r.go:2"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := strings.Join(reached(t, c.files), " "); got != c.want {
				t.Errorf("reached %q, want %q", got, c.want)
			}
		})
	}
}
