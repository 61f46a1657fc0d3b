package match

import (
	"slices"
	"testing"

	"github.com/reevehq/reeve/internal/syntax"
)

// TestCandidates_leaveOutNothing compares what is found among the candidates of a pattern with what is found among all nodes.
func TestCandidates_leaveOutNothing(t *testing.T) {
	all := 0
	for _, c := range []struct{ language, code string }{
		{"go", "package a\n\nimport (\n\t\"net/http\"\n\tr \"math/rand\"\n)\n\nfunc f(w http.ResponseWriter, q *http.Request) {\n\tname := q.URL.Query().Get(\"name\")\n\tq.Header.Get(\"a\")\n\tr.Int()\n\tg(q.Body, err, a.err)\n\tother.URL.Path()\n}\n"},
		{"python", "from os import path as p, system\nimport subprocess as sp\n\ndef f(x: str, err):\n    p.join(x, err)\n    system(x)\n    sp.run(x.err, shell=True)\n    (g or h)(x).err\n"},
		{"javascript", "const {exec: run} = require('child_process');\nconst cp = require('child_process');\nrun(a.err);\ncp.exec(a[0].err, err => err.name);\n(f || g)(x);\n"},
		{"php", "<?php\n$err = $_GET['a'];\n\\a\\strlen($err->err);\n$x->err($err);\nA::err();\n"},
	} {
		language := syntax.ByName(c.language)
		tree, err := language.Parse([]byte(c.code))
		if err != nil {
			t.Fatal(err)
		}
		f := NewFile(tree)
		for _, text := range []string{
			"err", "$X.err", "a.err", "$F($X)", "$F($X, ...)", "$O.$F(...)", "os.path.join(...)", "child_process.exec(...)", "path", "subprocess.run",
			"(q *http.Request).URL", "($Q : *http.Request).$PART", "($Q : *http.Request).$F(...)", "($X : str).err", "http.Request", "$X.URL.Query().Get(...)",
		} {
			p, err := language.ParsePattern(text)
			if err != nil || len(p.Nodes) != 1 || p.Nodes[0].Kind == syntax.ExprStmt {
				continue
			}
			var got, want []*syntax.Node
			f.Find(p, Names{}, Options{}, func(m Match) { got = append(got, m.Node) })
			m := &matcher{file: f, steps: maxSteps}
			for _, n := range f.index.all {
				if n.Kind != syntax.ExprStmt && n.Kind != syntax.File {
					m.node(p.Nodes[0], n, nil, func(*Env) { want = append(want, n) })
				}
			}
			byPlace := func(a, b *syntax.Node) int { return a.Start - b.Start + 1000*(b.End-a.End) }
			slices.SortFunc(got, byPlace)
			slices.SortFunc(want, byPlace)
			all += len(got)
			if got, want = slices.Compact(got), slices.Compact(want); !slices.Equal(got, want) {
				t.Errorf("%s: %q is found in %d of %d places", c.language, text, len(got), len(want))
			}
		}
	}
	if all < 40 {
		t.Errorf("found only %d", all)
	}
}

// TestFind_allowedNames: names may be left out that are not allowed, and no others.
func TestFind_allowedNames(t *testing.T) {
	code := "import child\nrun(a)\nchild.exec(b)\nx.exec.run(c)\n"
	language := syntax.ByName("python")
	tree, err := language.Parse([]byte(code))
	if err != nil {
		t.Fatal(err)
	}
	for pattern, want := range map[string][]string{"$F($X)": {"run", "child.exec", "x.exec.run"}, "$O.$F($X)": {"exec", "run"}} {
		p, err := language.ParsePattern(pattern)
		if err != nil {
			t.Fatal(err)
		}
		var asked []string
		NewFile(tree).Find(p, Names{Allows: func(n *syntax.Node) bool {
			asked = append(asked, code[n.Start:n.End])
			return true
		}}, Options{}, func(m Match) {
			if b, _ := m.Env.Get("$F"); !slices.Contains(asked, code[b.Start:b.End]) {
				t.Errorf("%s: $F stands for %q, of which nobody was asked", pattern, code[b.Start:b.End])
			}
		})
		for _, name := range want {
			if !slices.Contains(asked, name) {
				t.Errorf("%s: nobody was asked of %q but of %v", pattern, name, asked)
			}
		}
	}
}
