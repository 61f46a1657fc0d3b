package guide

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/rule"
	"github.com/reevehq/reeve/internal/syntax"
)

// examples gives the code to avoid and the code to prefer, each as short as it still says something.
func examples(r *rule.Rule, cases []rule.Case, language string) (avoid, prefer string) {
	bad, line := badCase(r, cases, language)
	if bad == nil {
		return "", ""
	}
	var name string
	avoid, name = around(bad, line)
	if good := goodCase(cases, bad); good != nil {
		prefer = alike(good, name)
	}
	return avoid, prefer
}

// badCase is the first case of a language that shows the rule, with the line.
func badCase(r *rule.Rule, cases []rule.Case, language string) (*rule.Case, int) {
	var first *rule.Case
	line := 0
	for i := range cases {
		c := &cases[i]
		if !c.Bad {
			continue
		}
		for _, m := range c.Marks {
			if m.Rule != r.ID {
				continue
			}
			if first == nil {
				first, line = c, m.Line
			}
			if l := syntax.Of(c.Path, nil); l != nil && spoken(l, language) {
				return c, m.Line
			}
			break
		}
	}
	return first, line
}

func spoken(l *syntax.Language, language string) bool {
	return l.Name == language || l == syntax.TSX && language == syntax.TypeScript.Name
}

// goodCase is how the same thing is done well: the good case of the same path, else the first in the same language.
func goodCase(cases []rule.Case, bad *rule.Case) *rule.Case {
	var first *rule.Case
	for i := range cases {
		c := &cases[i]
		switch {
		case c.Bad:
		case c.Path == bad.Path:
			return c
		case first == nil && syntax.Of(c.Path, nil) == syntax.Of(bad.Path, nil):
			first = c
		}
	}
	return first
}

// long is how many lines an example has at most.
const long = 18

// around cuts a case to the largest statement around a line that is short enough, and gives the name of the function that it is.
func around(c *rule.Case, line int) (text, name string) {
	lines := strings.Split(strings.TrimRight(c.Text, "\n"), "\n")
	at := line - 1
	from, to := max(0, at-long/2), min(len(lines), at+long/2)
	if tree := parsed(c); tree != nil {
		for n := tree.Root; n != nil; {
			n = statementAt(c.Text, n, at)
			if n == nil {
				break
			}
			first, last := lineOf(c.Text, n.Start), lineOf(c.Text, max(n.Start, n.End-1))
			if last-first < long {
				from, to, name = first, min(len(lines), last+1), nameOf(n)
				break
			}
		}
	}
	return dedent(strings.Join(lines[from:to], "\n")), name
}

func parsed(c *rule.Case) *syntax.Tree {
	language := syntax.Of(c.Path, []byte(c.Text))
	if language == nil {
		return nil
	}
	tree, err := language.Parse([]byte(c.Text))
	if err != nil {
		return nil
	}
	return tree
}

// statementAt is the next smaller statement within a node that covers a line, counted from 0; nil for none.
func statementAt(text string, n *syntax.Node, line int) *syntax.Node {
	for _, k := range n.Kids {
		if lineOf(text, k.Start) > line || lineOf(text, max(k.Start, k.End-1)) < line {
			continue
		}
		if n.Kind == syntax.File || n.Kind == syntax.Block {
			return k
		}
		if in := statementAt(text, k, line); in != nil {
			return in
		}
	}
	return nil
}

func lineOf(text string, at int) int { return strings.Count(text[:min(at, len(text))], "\n") }

// nameOf is the name of the function that a statement makes, "" for none.
func nameOf(n *syntax.Node) string {
	out := ""
	n.Walk(func(n *syntax.Node) bool {
		if out == "" && n.Kind == syntax.Func && n.Kid(syntax.AName) != nil {
			out = n.Kid(syntax.AName).Text
		}
		return out == ""
	})
	return out
}

// alike cuts a good case to the function of a name; without it, to what is no import, as far as that is short.
func alike(c *rule.Case, name string) string {
	tree := parsed(c)
	lines := strings.Split(strings.TrimRight(c.Text, "\n"), "\n")
	if tree == nil {
		return strings.Join(lines[:min(long, len(lines))], "\n")
	}
	from, to := -1, -1
	tree.Root.Walk(func(n *syntax.Node) bool {
		if from < 0 && name != "" && n.Kind == syntax.Func && n.Kid(syntax.AName) != nil && n.Kid(syntax.AName).Text == name {
			from, to = lineOf(c.Text, n.Start), lineOf(c.Text, n.End-1)+1
		}
		return from < 0
	})
	if from >= 0 && to-from <= long {
		return dedent(strings.Join(lines[from:min(to, len(lines))], "\n"))
	}
	return beginning(c, tree, lines)
}

// beginning is what a case begins with: its functions, without what brings in modules and sets up; where it has none, its statements. It ends with a
// whole one.
func beginning(c *rule.Case, tree *syntax.Tree, lines []string) string {
	kids := slices.DeleteFunc(slices.Clone(tree.Root.Kids), func(n *syntax.Node) bool {
		return n.Kind == syntax.Import || n.Kind == syntax.Package || requires(n)
	})
	if i := slices.IndexFunc(kids, functional); i > 0 {
		kids = kids[i:]
	}
	if len(kids) == 0 {
		return strings.Join(lines[:min(long, len(lines))], "\n")
	}
	from := lineOf(c.Text, kids[0].Start)
	to := from
	for _, n := range kids {
		if end := lineOf(c.Text, max(n.Start, n.End-1)) + 1; to == from || end-from <= long {
			to = end
		}
	}
	return dedent(strings.Join(lines[from:min(to, from+long, len(lines))], "\n"))
}

// functional tells of a statement in which a function is made.
func functional(n *syntax.Node) bool {
	found := false
	n.Walk(func(n *syntax.Node) bool {
		found = found || n.Kind == syntax.Func
		return !found
	})
	return found
}

// requires tells of a statement that only brings in a module, as in JavaScript.
func requires(n *syntax.Node) bool {
	found := false
	n.Walk(func(n *syntax.Node) bool {
		if n.Kind == syntax.Call {
			name, _ := n.Kid(syntax.ACallee).Dotted()
			found = found || name == "require"
		}
		return n.Kind != syntax.Func
	})
	return found
}

// dedent takes away the blanks that all lines begin with, and empty lines at both ends.
func dedent(text string) string {
	lines := strings.Split(strings.Trim(text, "\n"), "\n")
	least := -1
	for _, line := range lines {
		if indent := len(line) - len(strings.TrimLeft(line, " \t")); strings.TrimSpace(line) != "" && (least < 0 || indent < least) {
			least = indent
		}
	}
	for i, line := range lines {
		lines[i] = strings.TrimRight(line[min(max(least, 0), len(line)):], " \t")
	}
	return strings.Join(lines, "\n")
}
