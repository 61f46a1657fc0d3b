package syntax

import "testing"

func TestPHP_files(t *testing.T) {
	check(t, PHP,
		`<h1><?= $a ?></h1><?php b(); ?>c<?= d() ?>`,
		`(ExprStmt Value:(Call Callee:(Name echo) (Name $a)))
		(ExprStmt Value:(Call Callee:(Name b)))
		(ExprStmt Value:(Call Callee:(Name echo) (Call Callee:(Name d))))`,
		`<?php namespace A\B; use C\D; use E\{F, G as H, function i}; use function J\k as l; use const M;`,
		`(Package Name:(Name A.B))
		(Import Module:(Name C.D))
		(Import Module:(Name E.F))
		(Import Module:(Name E.G) Name:(Name H))
		(Import Modifier:(Modifier function) Module:(Name E.i))
		(Import Modifier:(Modifier function) Module:(Name J.k) Name:(Name l))
		(Import Modifier:(Modifier const) Module:(Name M))`,
		`<?php namespace A { f(); } namespace { g(); }`,
		`(Package Name:(Name A))
		(ExprStmt Value:(Call Callee:(Name f)))
		(Package)
		(ExprStmt Value:(Call Callee:(Name g)))`,
		`<?php declare(strict_types=1); \A\b(); namespace\c();`,
		`(ExprStmt Value:(Call Callee:(Name declare) (Keyword strict_types Value:(Number 1))))
		(ExprStmt Value:(Call Callee:(Member . Object:(Name A) Field:(Name b))))
		(ExprStmt Value:(Call Callee:(Name c)))`,
		`<?php declare(ticks=1) { f(); }`,
		`(ExprStmt Value:(Call Callee:(Name declare) (Keyword ticks Value:(Number 1))))
		(Block (ExprStmt Value:(Call Callee:(Name f))))`,
	)
}

func TestPHP_statements(t *testing.T) {
	check(t, PHP,
		`<?php if ($a) b(); elseif ($c) { d(); } else if ($e) f(); else g();`,
		`(If Test:(Name $a) Then:(Block (ExprStmt Value:(Call Callee:(Name b)))) Else:(Block (If Test:(Name $c) Then:(Block (ExprStmt Value:(Call Callee:(Name d)))) Else:(Block (If Test:(Name $e) Then:(Block (ExprStmt Value:(Call Callee:(Name f)))) Else:(Block (ExprStmt Value:(Call Callee:(Name g)))))))))`,
		`<?php if ($a): b(); elseif ($c): d(); else: e(); endif; while ($f): g(); endwhile; for (;;): h(); endfor; foreach ($i as $j): k(); endforeach;`,
		`(If Test:(Name $a) Then:(Block (ExprStmt Value:(Call Callee:(Name b)))) Else:(Block (If Test:(Name $c) Then:(Block (ExprStmt Value:(Call Callee:(Name d)))) Else:(Block (ExprStmt Value:(Call Callee:(Name e)))))))
		(While Test:(Name $f) Body:(Block (ExprStmt Value:(Call Callee:(Name g)))))
		(For Body:(Block (ExprStmt Value:(Call Callee:(Name h)))))
		(ForEach Right:(Name $i) Left:(Name $j) Body:(Block (ExprStmt Value:(Call Callee:(Name k)))))`,
		`<?php while ($a) b(); do { c(); } while ($d); for ($e = 0, $f = 1; $e < 2; $e++, --$f) g();`,
		`(While Test:(Name $a) Body:(Block (ExprStmt Value:(Call Callee:(Name b)))))
		(While do Body:(Block (ExprStmt Value:(Call Callee:(Name c)))) Test:(Name $d))
		(For Init:(Block (ExprStmt Value:(Assign = Left:(Name $e) Right:(Number 0))) (ExprStmt Value:(Assign = Left:(Name $f) Right:(Number 1)))) Test:(Binary < Left:(Name $e) Right:(Number 2)) Update:(Block (ExprStmt Value:(Unary ++ Value:(Name $e))) (ExprStmt Value:(Unary -- Value:(Name $f)))) Body:(Block (ExprStmt Value:(Call Callee:(Name g)))))`,
		`<?php foreach ($a as $b) {} foreach ($a as $k => &$v) {} foreach ($a as [$b, $c]) {}`,
		`(ForEach Right:(Name $a) Left:(Name $b) Body:(Block))
		(ForEach Right:(Name $a) Left:(Tuple (Name $k) (Name $v)) Body:(Block))
		(ForEach Right:(Name $a) Left:(List (Name $b) (Name $c)) Body:(Block))`,
		`<?php switch ($a) { case 1: case 2: b(); break; default: continue 2; }`,
		`(Switch Value:(Name $a) (Case (Number 1) Body:(Block)) (Case (Number 2) Body:(Block (ExprStmt Value:(Call Callee:(Name b))) (Break))) (Case Body:(Block (Continue 2))))`,
		`<?php return; return $a; throw new A("b"); goto c; c: d();`,
		`(Return)
		(Return Value:(Name $a))
		(Throw Value:(New Callee:(Name A) (String "b")))
		(Other goto (Name c))
		(Block Modifier:(Modifier c:))
		(ExprStmt Value:(Call Callee:(Name d)))`,
		`<?php try { a(); } catch (A|B $e) { b(); } catch (C) {} finally { d(); }`,
		`(Try Body:(Block (ExprStmt Value:(Call Callee:(Name a)))) (Catch Type:(Tuple | (Name A) (Name B)) Name:(Name $e) Body:(Block (ExprStmt Value:(Call Callee:(Name b))))) (Catch Type:(Name C) Body:(Block)) Finally:(Block (ExprStmt Value:(Call Callee:(Name d)))))`,
		"<?php echo $a, $b; print $a; exit; exit(1); die(\"x\"); unset($a, $b[1]); global $c; static $d = 1, $e; eval($f); include 'a.php'; require_once $g . '.php'; `ls $h`; isset($i);",
		`(ExprStmt Value:(Call Callee:(Name echo) (Name $a) (Name $b)))
		(ExprStmt Value:(Call Callee:(Name print) (Name $a)))
		(ExprStmt Value:(Call Callee:(Name exit)))
		(ExprStmt Value:(Call Callee:(Name exit) (Number 1)))
		(ExprStmt Value:(Call Callee:(Name die) (String "x")))
		(ExprStmt Value:(Call Callee:(Name unset) (Name $a) (Index Object:(Name $b) (Number 1))))
		(Other global (Name $c))
		(ExprStmt Value:(Assign! = Modifier:(Modifier static) Left:(Name $d) Right:(Number 1)))
		(ExprStmt Value:(Assign! = Modifier:(Modifier static) Left:(Name $e)))
		(ExprStmt Value:(Call Callee:(Name eval) (Name $f)))
		(ExprStmt Value:(Call Callee:(Name include) (String "a.php")))
		(ExprStmt Value:(Call Callee:(Name require_once) (Binary . Left:(Name $g) Right:(String ".php"))))
		(ExprStmt Value:(Call Callee:(Name shell_exec) (Template (String "ls ") (Name $h))))
		(ExprStmt Value:(Call Callee:(Name isset) (Name $i)))`,
	)
}

func TestPHP_expressions(t *testing.T) {
	check(t, PHP,
		`<?php $a = $_GET['b']; $a .= $c[0]; $a[] = 1; $a = &$b; $a ??= 1; $$a; ${$b};`,
		`(ExprStmt Value:(Assign = Left:(Name $a) Right:(Index Object:(Name $_GET) (String "b"))))
		(ExprStmt Value:(Assign .= Left:(Name $a) Right:(Index Object:(Name $c) (Number 0))))
		(ExprStmt Value:(Assign = Left:(Index Object:(Name $a) (Empty)) Right:(Number 1)))
		(ExprStmt Value:(Assign = Left:(Name $a) Right:(Name $b)))
		(ExprStmt Value:(Assign ??= Left:(Name $a) Right:(Number 1)))
		(ExprStmt Value:(Unary $ Value:(Name $a)))
		(ExprStmt Value:(Unary $ Value:(Name $b)))`,
		`<?php $a and $b or !$c xor $d; $a <> $b; $a ?? $b; $a ?: $b; $a ? $b : $c; $a instanceof A; -$a ** 2; (int) $a; @$a; $a++; --$a; TRUE; NULL; 0x1F; 1.5;`,
		`(ExprStmt Value:(Binary || Left:(Binary && Left:(Name $a) Right:(Name $b)) Right:(Binary xor Left:(Unary ! Value:(Name $c)) Right:(Name $d))))
		(ExprStmt Value:(Binary != Left:(Name $a) Right:(Name $b)))
		(ExprStmt Value:(Binary ?? Left:(Name $a) Right:(Name $b)))
		(ExprStmt Value:(Binary ?: Left:(Name $a) Right:(Name $b)))
		(ExprStmt Value:(Cond Test:(Name $a) Then:(Name $b) Else:(Name $c)))
		(ExprStmt Value:(Binary instanceof Left:(Name $a) Right:(Name A)))
		(ExprStmt Value:(Binary ** Left:(Unary - Value:(Name $a)) Right:(Number 2)))
		(ExprStmt Value:(Cast Type:(Name int) Value:(Name $a)))
		(ExprStmt Value:(Unary @ Value:(Name $a)))
		(ExprStmt Value:(Unary ++ Value:(Name $a)))
		(ExprStmt Value:(Unary -- Value:(Name $a)))
		(ExprStmt Value:(Bool true))
		(ExprStmt Value:(Null null))
		(ExprStmt Value:(Number 0x1F))
		(ExprStmt Value:(Number 1.5))`,
		`<?php f(1, ...$a); f(b: 1); $g($a); f(...); LDAP_BIND($a); Header('b'); camelCase();`,
		`(ExprStmt Value:(Call Callee:(Name f) (Number 1) (Spread ... Value:(Name $a))))
		(ExprStmt Value:(Call Callee:(Name f) (Keyword b Value:(Number 1))))
		(ExprStmt Value:(Call Callee:(Name $g) (Name $a)))
		(ExprStmt Value:(Call Callee:(Name f) (Spread ...)))
		(ExprStmt Value:(Call Callee:(Name ldap_bind) (Name $a)))
		(ExprStmt Value:(Call Callee:(Name header) (String "b")))
		(ExprStmt Value:(Call Callee:(Name camelCase)))`,
		`<?php $a->b; $a?->b->c(); A::b(); A::$b; A::C; A::class; static::d(); parent::__construct(); $a->$b(); $a::{$b}(); \A\B::c();`,
		`(ExprStmt Value:(Member . Object:(Name $a) Field:(Name b)))
		(ExprStmt Value:(Call Callee:(Member . Object:(Member . Object:(Name $a) Field:(Name b)) Field:(Name c))))
		(ExprStmt Value:(Call Callee:(Member . Object:(Name A) Field:(Name b))))
		(ExprStmt Value:(Member . Object:(Name A) Field:(Name $b)))
		(ExprStmt Value:(Member . Object:(Name A) Field:(Name C)))
		(ExprStmt Value:(Member . Object:(Name A) Field:(Name class)))
		(ExprStmt Value:(Call Callee:(Member . Object:(Name static) Field:(Name d))))
		(ExprStmt Value:(Call Callee:(Member . Object:(Name parent) Field:(Name __construct))))
		(ExprStmt Value:(Call Callee:(Member . Object:(Name $a) Field:(Name $b))))
		(ExprStmt Value:(Call Callee:(Member . Object:(Name $a) Field:(Name $b))))
		(ExprStmt Value:(Call Callee:(Member . Object:(Member . Object:(Name A) Field:(Name B)) Field:(Name c))))`,
		`<?php new A; new A(1); new \B\C($d); new $a; new class(1) extends A implements B { public $c; };`,
		`(ExprStmt Value:(New Callee:(Name A)))
		(ExprStmt Value:(New Callee:(Name A) (Number 1)))
		(ExprStmt Value:(New Callee:(Member . Object:(Name B) Field:(Name C)) (Name $d)))
		(ExprStmt Value:(New Callee:(Name $a)))
		(ExprStmt Value:(New Bases:(Bases (Name A) (Name B)) (Number 1) Body:(Block (ExprStmt Value:(Assign! = Modifier:(Modifier public) Left:(Name $c))))))`,
		`<?php [1, $a]; array(1); ['a' => 1, 'b', ...$c]; [$a, [, $b]] = $c; ['k' => $a] = $b; list($a, , $b) = $c;`,
		`(ExprStmt Value:(List (Number 1) (Name $a)))
		(ExprStmt Value:(List (Number 1)))
		(ExprStmt Value:(Dict (Pair Key:(String "a") Value:(Number 1)) (String "b") (Spread ... Value:(Name $c))))
		(ExprStmt Value:(Assign = Left:(List (Name $a) (List (Empty) (Name $b))) Right:(Name $c)))
		(ExprStmt Value:(Assign = Left:(Dict (Pair Key:(String "k") Value:(Name $a))) Right:(Name $b)))
		(ExprStmt Value:(Assign = Left:(List (Name $a) (Empty) (Name $b)) Right:(Name $c)))`,
		`<?php $f = function ($a, &$b) use ($c): int { return 1; }; $g = static fn(A $a) => $a->b; $h = match ($a) { 1, 2 => 'x', default => throw new E };`,
		`(ExprStmt Value:(Assign = Left:(Name $f) Right:(Func Params:(Params (Param Name:(Name $a)) (Param Name:(Name $b))) Result:(Name int) Body:(Block (Return Value:(Number 1))))))
		(ExprStmt Value:(Assign = Left:(Name $g) Right:(Func Modifier:(Modifier static) Params:(Params (Param Type:(Name A) Name:(Name $a))) Body:(Block (Return Value:(Member . Object:(Name $a) Field:(Name b)))))))
		(ExprStmt Value:(Assign = Left:(Name $h) Right:(Switch Value:(Name $a) (Case (Number 1) (Number 2) Body:(Block (ExprStmt Value:(String "x")))) (Case Body:(Block (ExprStmt Value:(Throw Value:(New Callee:(Name E)))))))))`,
		`<?php clone $a; yield; yield $a; yield $a => $b; yield from $c;`,
		`(ExprStmt Value:(Call Callee:(Name clone) (Name $a)))
		(ExprStmt Value:(Yield))
		(ExprStmt Value:(Yield Value:(Name $a)))
		(ExprStmt Value:(Yield Value:(Pair Key:(Name $a) Value:(Name $b))))
		(ExprStmt Value:(Yield Value:(Name $c)))`,
	)
}

func TestPHP_texts(t *testing.T) {
	check(t, PHP,
		`<?php 'a\'b\\c\n'; "a\n\x41\u{42}\101\e\$b";`,
		`(ExprStmt Value:(String "a'b\\c\\n"))
		(ExprStmt Value:(String "a\nABA\x1b$b"))`,
		`<?php "a $b $b[c] $b->c {$b['c']->d()} ${e}";`,
		`(ExprStmt Value:(Template (String "a ") (Name $b) (String " ") (Index Object:(Name $b) (String "c")) (String " ") (Member . Object:(Name $b) Field:(Name c)) (String " ") (Call Callee:(Member . Object:(Index Object:(Name $b) (String "c")) Field:(Name d))) (String " ") (Name $e)))`,
		`<?php $a = <<<X
    a $b
      c
    X . <<<'Y'
  d $e\n
  Y;`,
		`(ExprStmt Value:(Assign = Left:(Name $a) Right:(Binary . Left:(Template (String "a ") (Name $b) (String "\n  c")) Right:(String "d $e\\n"))))`,
	)
}

func TestPHP_classes(t *testing.T) {
	check(t, PHP,
		`<?php #[A, B(1)] abstract class C extends D implements E, \F\G { use H, I; const J = 1, K = 2; public ?int $l = 1, $m; private static readonly A|B $n; }`,
		`(Class class Decorator:(Decorator Value:(Name A)) Decorator:(Decorator Value:(Call Callee:(Name B) (Number 1))) Modifier:(Modifier abstract) Name:(Name C) Bases:(Bases (Name D) (Name E) (Member . Object:(Name F) Field:(Name G))) Body:(Block (Other use (Name H) (Name I)) (ExprStmt Value:(Assign! = Modifier:(Modifier const) Left:(Name J) Right:(Number 1))) (ExprStmt Value:(Assign! = Modifier:(Modifier const) Left:(Name K) Right:(Number 2))) (ExprStmt Value:(Assign! = Modifier:(Modifier public) Type:(Unary ? Value:(Name int)) Left:(Name $l) Right:(Number 1))) (ExprStmt Value:(Assign! = Modifier:(Modifier public) Type:(Unary ? Value:(Name int)) Left:(Name $m))) (ExprStmt Value:(Assign! = Modifier:(Modifier private) Modifier:(Modifier static) Modifier:(Modifier readonly) Type:(Tuple | (Name A) (Name B)) Left:(Name $n)))))`,
		`<?php class A { public function __construct(private readonly B $b, int|string ...$c) { } abstract protected function d(): static; static function &e(array $f = []): ?int { return 1; } }`,
		`(Class class Name:(Name A) Body:(Block (Func Modifier:(Modifier public) Name:(Name __construct) Params:(Params (Param Modifier:(Modifier private) Modifier:(Modifier readonly) Type:(Name B) Name:(Name $b)) (Param ... Type:(Tuple | (Name int) (Name string)) Name:(Name $c))) Body:(Block)) (Func Modifier:(Modifier abstract) Modifier:(Modifier protected) Name:(Name d) Params:(Params) Result:(Name static)) (Func Modifier:(Modifier static) Name:(Name e) Params:(Params (Param Type:(Name array) Name:(Name $f) Value:(List))) Result:(Unary ? Value:(Name int)) Body:(Block (Return Value:(Number 1))))))`,
		`<?php interface A extends B, C { function d(); } trait E {} enum F: string implements G { case H = 'h'; case I; const J = self::H; }`,
		`(Class interface Name:(Name A) Bases:(Bases (Name B) (Name C)) Body:(Block (Func Name:(Name d) Params:(Params))))
		(Class trait Name:(Name E) Body:(Block))
		(Class enum Name:(Name F) Bases:(Bases (Name G)) Body:(Block (ExprStmt Value:(Assign! = Left:(Name H) Right:(String "h"))) (ExprStmt Value:(Assign! = Left:(Name I))) (ExprStmt Value:(Assign! = Modifier:(Modifier const) Left:(Name J) Right:(Member . Object:(Name self) Field:(Name H))))))`,
		`<?php class A { public string $b { get => $this->c; set(string $v) { $this->c = $v; } } }`,
		`(Class class Name:(Name A) Body:(Block (ExprStmt Value:(Assign! = Modifier:(Modifier public) Type:(Name string) Left:(Name $b))) (Func Name:(Name get) Body:(Block (Return Value:(Member . Object:(Name $this) Field:(Name c))))) (Func Name:(Name set) Params:(Params (Param Type:(Name string) Name:(Name $v))) Body:(Block (ExprStmt Value:(Assign = Left:(Member . Object:(Name $this) Field:(Name c)) Right:(Name $v)))))))`,
		`<?php function f(#[A] $a, A&B $b, (A&B)|null $c) {}`,
		`(Func Name:(Name f) Params:(Params (Param Decorator:(Decorator Value:(Name A)) Name:(Name $a)) (Param Type:(Tuple & (Name A) (Name B)) Name:(Name $b)) (Param Type:(Tuple | (Tuple & (Name A) (Name B)) (Name null)) Name:(Name $c))) Body:(Block))`,
	)
}

func TestParsePattern_php(t *testing.T) {
	for text, want := range map[string]string{
		`$X = $_GET['x'];`:                  `(ExprStmt Value:(Assign = Left:(Metavar $X) Right:(Index Object:(Name $_GET) (String "x"))))`,
		`echo $X;`:                          `(ExprStmt Value:(Call Callee:(Name echo) (Metavar $X)))`,
		`eval($X)`:                          `(Call Callee:(Name eval) (Metavar $X))`,
		"`...`":                             `(Call Callee:(Name shell_exec) (Ellipsis))`,
		`$X->$M(..., $Y, ...)`:              `(Call Callee:(Member . Object:(Metavar $X) Field:(Metavar $M)) (Ellipsis) (Metavar $Y) (Ellipsis))`,
		`$C::$M(...)`:                       `(Call Callee:(Member . Object:(Metavar $C) Field:(Metavar $M)) (Ellipsis))`,
		`$X . "..." . $Y`:                   `(Binary . Left:(Binary . Left:(Metavar $X) Right:(String "...")) Right:(Metavar $Y))`,
		`"...$X..."`:                        `(Template (String "...") (Metavar $X) (String "..."))`,
		`'...$X'`:                           `(String "...$X")`,
		`"$X"`:                              `(String "$X")`,
		`$F(...)`:                           `(Call Callee:(Metavar $F) (Ellipsis))`,
		`f($K: $V)`:                         `(Call Callee:(Name f) (Keyword $K Value:(Metavar $V)))`,
		`f(...$X)`:                          `(Call Callee:(Name f) (Spread ... Value:(Metavar $X)))`,
		`new $C(...)`:                       `(New Callee:(Metavar $C) (Ellipsis))`,
		`use A\B;`:                          `(Import Module:(Name A.B))`,
		`[..., 'a' => $X, ...]`:             `(Dict (Ellipsis) (Pair Key:(String "a") Value:(Metavar $X)) (Ellipsis))`,
		`'a' => $X`:                         `(Pair Key:(String "a") Value:(Metavar $X))`,
		`function $F(..., $X, ...) { ... }`: `(Func Name:(Metavar $F) Params:(Params (Ellipsis) (Param Name:(Metavar $X)) (Ellipsis)) Body:(Block (Ellipsis)))`,
		`public function $F(..., A $X, ...) { ... }`:                   `(Func Modifier:(Modifier public) Name:(Metavar $F) Params:(Params (Ellipsis) (Param Type:(Name A) Name:(Metavar $X)) (Ellipsis)) Body:(Block (Ellipsis)))`,
		`class $C extends $B { ... function $F(...): $T { ... } ... }`: `(Class class Name:(Metavar $C) Bases:(Bases (Metavar $B)) Body:(Block (Ellipsis) (Func Name:(Metavar $F) Params:(Params (Ellipsis)) Result:(Metavar $T) Body:(Block (Ellipsis))) (Ellipsis)))`,
		`function(...) use ($X) { ... }`:                               `(Func Params:(Params (Ellipsis)) Body:(Block (Ellipsis)))`,
		`fn(..., $X) => $Y`:                                            `(Func Params:(Params (Ellipsis) (Param Name:(Metavar $X))) Body:(Block (Return Value:(Metavar $Y))))`,
		`foreach ($X as $K => $V) { ... }`:                             `(ForEach Right:(Metavar $X) Left:(Tuple (Metavar $K) (Metavar $V)) Body:(Block (Ellipsis)))`,
		`switch ($X) { ... case 1: f(); }`:                             `(Switch Value:(Metavar $X) (Ellipsis) (Case (Number 1) Body:(Block (ExprStmt Value:(Call Callee:(Name f))))))`,
		`match ($X) { ..., $A => $B, ... }`:                            `(Switch Value:(Metavar $X) (Ellipsis) (Case (Metavar $A) Body:(Block (ExprStmt Value:(Metavar $B)))) (Ellipsis))`,
		`try { ... } catch ($T $E) { ... }`:                            `(Try Body:(Block (Ellipsis)) (Catch Type:(Metavar $T) Name:(Metavar $E) Body:(Block (Ellipsis))))`,
		`catch ($T $E) { ... }`:                                        `(Catch Type:(Metavar $T) Name:(Metavar $E) Body:(Block (Ellipsis)))`,
		`if ($X) { ... } else { ... }`:                                 `(If Test:(Metavar $X) Then:(Block (Ellipsis)) Else:(Block (Ellipsis)))`,
		`$X = f(...);
...
g($X);`: `(ExprStmt Value:(Assign = Left:(Metavar $X) Right:(Call Callee:(Name f) (Ellipsis)))) ; (Ellipsis) ; (ExprStmt Value:(Call Callee:(Name g) (Metavar $X)))`,
		`<... $X ...>`:   `(Deep Value:(Metavar $X))`,
		`echo $...ARGS;`: `(ExprStmt Value:(Call Callee:(Name echo) (Ellipsis $...ARGS)))`,
		`f(`:             `pattern "f(": it is no code of this language: PHP`,
	} {
		if got := patterned(t, PHP, text); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", text, got, want)
		}
	}
}
