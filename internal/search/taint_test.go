package search

import (
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/semgrep"
	"github.com/reevehq/reeve/internal/syntax"
)

const followed = `mode: taint
pattern-sources:
- pattern: request.args.get(...)
pattern-sinks:
- pattern: run(...)
pattern-sanitizers:
- pattern: quote(...)
`

func TestFollow(t *testing.T) {
	for name, c := range map[string]struct{ rule, code, want string }{
		"at-once":                        {followed, "run(request.args.get('a'))", "1"},
		"variable":                       {followed, "a = request.args.get('a')\nrun(a)\nrun(b)", "2"},
		"overwritten":                    {followed, "a = request.args.get('a')\na = 'x'\nrun(a)", ""},
		"joined-text":                    {followed, "a = 'ls ' + request.args.get('a')\nb = f'{a} -l'\nrun(b)", "3"},
		"added-to":                       {followed, "a = 'ls '\na += request.args.get('a')\nrun(a)", "3"},
		"field":                          {followed, "o.a = request.args.get('a')\nrun(o.b)\nrun(o.a)", "3"},
		"field-of-tainted":               {followed, "o = request.args.get('a')\nrun(o.b.c)", "2"},
		"field-overwritten":              {followed, "o.a = request.args.get('a')\no = new()\nrun(o.a)", ""},
		"element":                        {followed, "l = []\nl[0] = request.args.get('a')\nrun(l[1])", "3"},
		"call-passes-on":                 {followed, "a = request.args.get('a')\nrun(str(a).strip())", "2"},
		"sanitized":                      {followed, "a = quote(request.args.get('a'))\nrun(a)", ""},
		"sanitized-in-place":             {followed, "a = request.args.get('a')\nrun(quote(a))", ""},
		"one-branch":                     {followed, "a = request.args.get('a')\nif b:\n    a = 'x'\nrun(a)", "4"},
		"both-branches":                  {followed, "a = request.args.get('a')\nif b:\n    a = 'x'\nelse:\n    a = 'y'\nrun(a)", ""},
		"loop-brings-it-back":            {followed, "a = ''\nfor i in b:\n    run(a)\n    a = request.args.get('a')", "3"},
		"gone-through":                   {followed, "for a in request.args.get('a'):\n    run(a)", "2"},
		"comprehension":                  {followed, "a = [x + 'y' for x in request.args.get('a')]\nrun(a)", "2"},
		"exception":                      {followed, "a = ''\ntry:\n    a = request.args.get('a')\n    check(a)\nexcept E:\n    run(a)", "6"},
		"function-has-its-own":           {followed, "def f():\n    a = request.args.get('a')\ndef g(a):\n    run(a)", ""},
		"closure":                        {followed, "def f():\n    a = request.args.get('a')\n    return lambda: run(a)", "3"},
		"destructured":                   {followed, "a, b = request.args.get('a')\nrun(b)", "2"},
		"with":                           {followed, "with request.args.get('a') as a:\n    run(a)", "2"},
		"conditional":                    {followed, "run(request.args.get('a') if b else 'x')", "1"},
		"not-what-stands-in-an-argument": {followed, "run('x' if request.args.get('a') else 'y')", ""},
		"what-a-call-is-made-on":         {strings.Replace(followed, "pattern: run(...)", "pattern: $X.run(...)", 1), "request.args.get('a').run()\nb.run()", "1"},
		"an-argument-by-name":            {followed, "run(a=request.args.get('a'))", "1"},
		"any-part-of-a-sink":             {strings.Replace(followed, "pattern: run(...)", "pattern: run(...)\n  exact: false", 1), "run('x' if request.args.get('a') else 'y')", "1"},
		"sink-is-a-statement":            {strings.Replace(followed, "pattern: run(...)", "pattern: return run(...)", 1), "def f(): return run(request.args.get('a'))\ndef g(): return run(a(), 1 if request.args.get('a') else 2)", "1"},
		"sink-is-an-index":               {strings.Replace(followed, "pattern: run(...)", "pattern: $X[...]", 1), "a[request.args.get('a')] = 1\nb = a[request.args.get('a')]\na[1] = c", "1 2"},
		"parameter": {"mode: taint\npattern-sources:\n- patterns:\n  - pattern: |\n      def handler($EVENT, ...):\n        ...\n  - focus-metavariable: $EVENT\npattern-sinks:\n- pattern: run(...)\n",
			"def handler(event, context):\n    run(event['a'])\n    run(context)\ndef other(event):\n    run(event)", "2"},
		"sink-of-one-argument": {"mode: taint\npattern-sources:\n- pattern: read()\npattern-sinks:\n- patterns:\n  - pattern: run($CMD, ...)\n  - focus-metavariable: $CMD\n",
			"a = read()\nrun('x', a)\nrun(a, 'x')", "3"},
		"sink-within-a-sanitizer": {followed, "quote(run(request.args.get('a')))", ""},
		"exact-sanitizer": {"mode: taint\npattern-sources:\n- pattern: read()\npattern-sanitizers:\n- pattern: quote(...)\n  exact: true\npattern-sinks:\n- pattern: run(...)\n",
			"a = read()\nquote(run(a))\nb = quote(a)\nrun(b)", "2"},
		"what-begins-an-option-is-refused": {"mode: taint\npattern-sources:\n- pattern: read()\npattern-sanitizers:\n- by-side-effect: true\n  patterns:\n  - pattern: $X.startswith(...)\n  - focus-metavariable: $X\npattern-sinks:\n- pattern: run(...)\n",
			"a = read()\nif a.startswith('-'):\n    run(a)\n    raise E\nrun(a)\nb = read()\nif not b.startswith('/srv/'):\n    run(b)\n    raise E\nrun(b)", "3 8"},
		"comparison":       {"options: {taint_assume_safe_booleans: true}\n" + followed, "a = request.args.get('a')\nrun(a == 'x')\nrun(a)", "3"},
		"side-effect":      {"mode: taint\npattern-sources:\n- by-side-effect: true\n  patterns:\n  - pattern: fill($B)\n  - focus-metavariable: $B\npattern-sinks:\n- pattern: run(...)\n", "run(b)\nfill(b)\nrun(b)", "3"},
		"side-effect-only": {"mode: taint\npattern-sources:\n- by-side-effect: only\n  patterns:\n  - pattern: fill($B)\n  - focus-metavariable: $B\npattern-sinks:\n- pattern: fill(...)\n", "fill(b)\nfill(b)\nb = 1\nfill(b)\nfor x in y:\n    fill(c.d)", "2 6"},
		"labels-apart":     {"mode: taint\npattern-sources:\n- pattern: read()\n  label: A\n- pattern: get()\n  label: B\npattern-sinks:\n- pattern: run(...)\n  requires: A and not B\n", "run(read())\nrun(read(), get())\nrun(get())", "1"},
		"propagator":       {"mode: taint\npattern-sources:\n- pattern: read()\npattern-propagators:\n- pattern: $L.append($X)\n  from: $X\n  to: $L\npattern-sinks:\n- pattern: run(...)\n", "l = []\nl.append(read())\nrun(l)", "3"},
		"labels": {"mode: taint\npattern-sources:\n- pattern: read()\n  label: INPUT\n- pattern: \"$X + $Y\"\n  label: JOINED\n  requires: INPUT\npattern-sinks:\n- pattern: run(...)\n  requires: JOINED and INPUT\n",
			"a = read()\nrun(a)\nrun('x' + a)\nrun('x' + b)", "3"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := lines(t, c.rule, c.code); got != c.want {
				t.Errorf("%s\ngot %q, want %q", c.code, got, c.want)
			}
		})
	}
}

func FuzzFollow(f *testing.F) {
	file, err := semgrep.Load("test.yaml", []byte("rules:\n- id: test\n  languages: [python]\n  severity: ERROR\n  message: found\n  mode: taint\n  pattern-sources: [{pattern: a()}]\n"+
		"  pattern-sinks: [{pattern: b(...)}]\n  pattern-sanitizers: [{pattern: c(...)}]\n  pattern-propagators: [{pattern: $X.d($Y), from: $Y, to: $X}]\n"))
	if err != nil || len(file.Rules) != 1 {
		f.Fatal(err, file.Problems)
	}
	rule, err := Compile(&file.Rules[0], syntax.Python)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("x = a()\nfor y in x:\n    z.d(y)\n    b(z, c(y))\n")
	f.Add("def f(x=a()):\n    with x as (y, *z): return lambda: b(z)\n")
	f.Fuzz(func(t *testing.T, code string) {
		tree, err := syntax.Python.Parse([]byte(code))
		if err != nil {
			return
		}
		found, _ := rule.Find(NewFile(tree))
		for _, r := range found {
			if r.Start < 0 || r.End > len(code) || r.Start >= r.End {
				t.Fatalf("%d-%d of %d bytes", r.Start, r.End, len(code))
			}
		}
	})
}
