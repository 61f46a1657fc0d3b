package match

import (
	"testing"

	"github.com/reevehq/reeve/internal/syntax"
)

// What JavaScript, PHP and Ruby let people write in several ways.
func TestFind_scripts(t *testing.T) {
	for _, c := range []struct {
		name, pattern, code, want string
		language                  *syntax.Language
	}{
		{"js-node-module", `child_process.exec($X)`, "import * as cp from 'node:child_process';\ncp.exec(a);", "2 $X=a", syntax.JavaScript},
		{"js-required-in-place", `a.run($X)`, "require('a').run(1);\nconst run = require('a').run;\nrun(2);\nrequire('b').run(3);", "1 $X=1; 3 $X=2", syntax.JavaScript},
		{"js-module-called-in-place", `a($X)`, "require('a')(1);\nrequire('b')(2);", "1 $X=1", syntax.JavaScript},
		{"js-node-required", `require('child_process').exec($X)`, "require('node:child_process').exec(a);\nrequire('node:fs').exec(b);", "1 $X=a", syntax.JavaScript},
		{"js-node-pattern", `import $X from 'node:fs'`, "import a from 'fs';\nimport b from 'node:fs';\nimport c from 'path';", "1 $X=a; 2 $X=b", syntax.JavaScript},
		{"js-spread", `f({...$REQ.body})`, "f({...req.body});\nf({a: 1, ...req.body, b: 2});\nf({a: req.body});", "1 $REQ=req; 2 $REQ=req", syntax.JavaScript},
		{"js-spread-call", `f(...$X)`, "f(...a);\nf(a);", "1 $X=a", syntax.JavaScript},
		{"php-word", `echo $X;`, "<?php echo $a;\nprint $b; ?>\n<?= $c ?>", "1 $X=$a; 3 $X=$c", syntax.PHP},
		{"php-own-variable", `f($_GET[$X])`, "<?php f($_GET['a']);\nf($_POST['b']);", "1 $X='a'", syntax.PHP},
		{"php-import", `new A\B()`, "<?php use A\\B;\nnew B();\nnew C();\nnew \\A\\B();", "2; 4", syntax.PHP},
		{"php-case", `header(...)`, "<?php Header('a');\nHEADER('b');\n$c->header();", "1; 2", syntax.PHP},
		{"php-public", `public function $F(...) { ... }`, "<?php class A { public function a() { }\nfunction b() { }\nprivate function c() { } }", "1 $F=a; 2 $F=b", syntax.PHP},
		{"php-public-is-said", `private function $F(...) { ... }`, "<?php class A { function b() { }\nprivate function c() { } }", "2 $F=c", syntax.PHP},
		{"php-joined", `f("ab")`, "<?php $a = 'a' . 'b'; f($a);\nf('a' . $c);", "1", syntax.PHP},
		{"php-array", `[..., 'a' => $X, ...]`, "<?php $a = ['b' => 1, 'a' => 2];\n$a = array('a' => 3);\n$a = ['a'];", "1 $X=2; 2 $X=3", syntax.PHP},
		{"php-text", `"...$X..."`, "<?php f(\"a $b c\");\nf(\"a\");\nf(\"{$c->d}\");", "1 $X=$b; 3 $X=$c->d", syntax.PHP},
		{"ruby-brackets", `f $X, ...`, "f a\nf(b, c)\nf d: 1", "1 $X=a; 2 $X=b", syntax.Ruby},
		{"ruby-keywords", `f(..., a: $X, ...)`, "f b, :a => 1\nf(c: 2, a: 3)\nf({a: 4})", "1 $X=1; 2 $X=3", syntax.Ruby},
		{"ruby-symbol", `{..., :$K => $X, ...}`, "{a: 1}\n{:b => 2}\n{'c' => 3}", "1 $K=a $X=1; 2 $K=b $X=2", syntax.Ruby},
		{"ruby-unless", "if !$X\n  ...\nend", "unless a\n  b\nend\nc if !d\ne if f", "1 $X=a; 4 $X=d", syntax.Ruby},
		{"ruby-command", "`...#{$X}...`", "`a #{b} c`\n%x(#{d})\n`e`", "1 $X=b; 2 $X=d", syntax.Ruby},
		{"ruby-text-in-text", `"...#{"..."}..."`, "\"a#{'b'}\"\n\"a#{b}c\"", "1", syntax.Ruby},
		{"ruby-text-begins", `"#{...}..."`, "\"#{a}b\"\n\"b#{a}\"", "1", syntax.Ruby},
		{"ruby-method", "def $F(..., $X, ...)\n  ...\nend", "def a(b, c = 1)\n  d\nend", "1 $F=a $X=b; 1 $F=a $X=c", syntax.Ruby},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := found(t, c.language, c.pattern, c.code); got != c.want {
				t.Errorf("%s in\n%s\ngot  %s\nwant %s", c.pattern, c.code, got, c.want)
			}
		})
	}
}
