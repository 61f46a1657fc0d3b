package syntax

import (
	"strings"
	"testing"
)

func TestPHP_flags(t *testing.T) {
	checkFlags(t, PHP, []flagged{
		{"<?php class A { public $x; }", Assign, Declares},
		{"<?php $x = 1;", Assign, 0},
		{"<?php $x++;", Unary, Postfix},
		{"<?php --$x;", Unary, 0},
		{"<?php $x = fn($y) => 1;", Func, Arrow},
		{"<?php $x = function () {};", Func, Arrow},
		{"<?php function f() {}", Func, 0},
		{"<?php $x?->y;", Member, Optional},
		{"<?php $x->y;", Member, 0},
		{"<?php match ($x) { 1 => 2 };", Case, Arrow},
		{"<?php switch ($x) { case 1: }", Case, 0},
	})
}

// Each node says where it stands, so that a finding can be shown.
func TestPHP_places(t *testing.T) {
	checkPlaces(t, PHP, "<?php class A { private ?int $a = 1, $b; }", []Kind{ExprStmt, Assign},
		"ExprStmt: private ?int $a = 1", "Assign: private ?int $a = 1", "ExprStmt: private ?int $a = 1, $b;", "Assign: private ?int $a = 1, $b")
	checkPlaces(t, PHP, "<?php $a->b($c)->d(); A::e();", []Kind{Member}, "Member: $a->b($c)->d", "Member: $a->b", "Member: A::e")
	checkPlaces(t, PHP, `<?php "a $b {$c['d']}\n";`, []Kind{String, Template}, `Template: "a $b {$c['d']}\n"`, "String: a ", "String:  ", "String: 'd'", `String: \n`)
	checkPlaces(t, PHP, "<?php use A\\{B, C as D};", []Kind{Import, Name}, "Import: B", "Name: B", "Import: C as D", "Name: C", "Name: D")
}

// What lies too deep is left out; nothing of it takes more of the stack than there is.
func TestPHP_deep(t *testing.T) {
	for _, part := range []string{"(", "[", "{", "a(", "$a->b", "$a[", "!", "-", "@", "1+", "1 . ", "$a ? ", "fn() => ", "function() {", "if (a) ", "if (a) {} else ", "for (;;) ",
		"while (a) {", "switch (a) { case b:", "class A { function f() {", "new class {", "\"{$a[", "A\\", "$", "match(a) { b => ", "try {", "#[", "`$a", "a::", "elseif (a):", "list(", "function f(A|"} {
		checkDepth(t, PHP, "<?php $x = "+strings.Repeat(part, 2000))
		checkDepth(t, PHP, "<?php "+strings.Repeat(part, 2000))
	}
	checkDepth(t, PHP, "<?php if (a) {}"+strings.Repeat(" elseif (a) {}", 20_000))
	checkDepth(t, PHP, "<?php f(A"+strings.Repeat("\\A", 50_000)+");")
	checkDepth(t, PHP, "<?php echo 1"+strings.Repeat(", 1", 20_000)+";")
}

// What is written once for many names is not lowered for each of them.
func TestPHP_repeated(t *testing.T) {
	checkSize(t, PHP, "<?php class A { #[B(["+strings.Repeat("1,", 20_000)+"])] public $a"+strings.Repeat(", $a", 20_000)+"; }")
}

// FuzzPHP parses anything as PHP.
func FuzzPHP(f *testing.F) {
	for _, seed := range []string{
		"<h1><?= $a ?></h1><?php if ($b): ?>c<?php elseif ($d): e(); else: f(); endif; while ($g): endwhile; for (;;): endfor; foreach ($h as $i): endforeach; switch ($j): case 1: endswitch;",
		"<?php namespace A\\B; use C\\{D, function E as F}; use const G; namespace H { declare(ticks=1) { i(); } }", "<?php #[A(1)] abstract class B extends C implements D { use E, F { E::a insteadof F; a as private b; } const int G = 1, H = 2; public ?int $i = 1 { get => 2; set { } } }",
		"<?php enum A: string implements B { case C = 'd'; } interface E extends F {} trait G {}", "<?php function &f(int|string $a = 1, A&B ...$c): ?static { yield 1; yield $a => 2; yield from g(); return; }",
		"<?php $a = function (&$b) use ($c, &$d): int { }; $e = static fn(array $f) => $f['g'][] ?? $h?->i ?: j::$k; [$l, 'm' => [$n]] = o(); list(, $p) = q(...);",
		"<?php match(true) { 1, 2 => a(), default => throw new B }; try { } catch (A|B) { } finally { } goto c; c: d(e: 1, ...$f); new class(1) extends G { }; exit; exit(1); unset($h[1]); global $i; static $j = 1, $k;",
		"<?php echo \"a $b[c] $d->e {$f['g']} ${h} \\x41\\u{41}\\101\\e\", 'i\\'j'; `ls $k`; print <<<L\n  m $n\n  {$o}\n  L . <<<'P'\nq\nP;", "<?php $$a->{$b}()::{c}; A::{d}; (int)$e; @$f; clone $g; include 'h'; $i and $j or $k <> $l; $m instanceof $n; $o++; --$p; &$q; namespace\\R();", "<?php (", "<?php class {", "<?",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) { checkSound(t, PHP, text) })
}
