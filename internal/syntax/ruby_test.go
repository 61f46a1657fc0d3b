package syntax

import "testing"

func TestRuby_statements(t *testing.T) {
	check(t, Ruby,
		`if a then b elsif c then d else e end
unless a
  b
else
  c
end`,
		`(If Test:(Name a) Then:(Block (ExprStmt Value:(Name b))) Else:(Block (If Test:(Name c) Then:(Block (ExprStmt Value:(Name d))) Else:(Block (ExprStmt Value:(Name e))))))
		(If Test:(Unary ! Value:(Name a)) Then:(Block (ExprStmt Value:(Name b))) Else:(Block (ExprStmt Value:(Name c))))`,
		`a if b; a unless b; a while b; begin; a; end until b; a rescue b`,
		`(If Test:(Name b) Then:(Block (ExprStmt Value:(Name a))))
		(If Test:(Unary ! Value:(Name b)) Then:(Block (ExprStmt Value:(Name a))))
		(While Body:(Block (ExprStmt Value:(Name a))) Test:(Name b))
		(While do Body:(Block (Block (ExprStmt Value:(Name a)))) Test:(Unary ! Value:(Name b)))
		(ExprStmt Value:(Binary rescue Left:(Name a) Right:(Name b)))`,
		`while a do b end; until a; b; end; for a, b in c do d end; loop { break }; next if a; retry`,
		`(While Test:(Name a) Body:(Block (ExprStmt Value:(Name b))))
		(While Test:(Unary ! Value:(Name a)) Body:(Block (ExprStmt Value:(Name b))))
		(ForEach Left:(Tuple (Name a) (Name b)) Right:(Name c) Body:(Block (ExprStmt Value:(Name d))))
		(ExprStmt Value:(Call Callee:(Name loop) (Func Params:(Params) Body:(Block (Break)))))
		(If Test:(Name a) Then:(Block (Continue)))
		(ExprStmt Value:(Other retry))`,
		`begin
  a
rescue A, B => e
  b
rescue => f
  c
else
  d
ensure
  g
end`,
		`(Try Body:(Block (ExprStmt Value:(Name a))) (Catch Type:(Tuple | (Name A) (Name B)) Name:(Name e) Body:(Block (ExprStmt Value:(Name b)))) (Catch Name:(Name f) Body:(Block (ExprStmt Value:(Name c)))) Else:(Block (ExprStmt Value:(Name d))) Finally:(Block (ExprStmt Value:(Name g))))`,
		`case a
when 1, *b then c
when D
else e
end`,
		`(Switch Value:(Name a) (Case (Number 1) (Spread * Value:(Name b)) Body:(Block (ExprStmt Value:(Name c)))) (Case (Name D) Body:(Block)) (Case Body:(Block (ExprStmt Value:(Name e)))))`,
		`case a
in [b, *c] if d then e
in {k: v, **nil} | F(g)
  h
in ^i unless j
else k
end
a => {b:}; a in [c]`,
		`(Switch Value:(Name a) (Case (List (Name b) (Spread * Value:(Name c))) Test:(Name d) Body:(Block (ExprStmt Value:(Name e)))) (Case (Tuple | (Dict (Pair Key:(Unary : Value:(String "k")) Value:(Name v)) (Spread ** Value:(Null nil))) (List Type:(Name F) (Name g))) Body:(Block (ExprStmt Value:(Name h)))) (Case (Unary ^ Value:(Name i)) Test:(Unary ! Value:(Name j)) Body:(Block)) (Case Body:(Block (ExprStmt Value:(Name k)))))
		(ExprStmt Value:(Assign = Right:(Name a) Left:(Dict (Pair Key:(Unary : Value:(String "b")) Value:(Name b)))))
		(ExprStmt Value:(Binary in Left:(Name a) Right:(List (Name c))))`,
		`return; return a; return 1, 2; yield; yield 1; alias a b; undef c`,
		`(Return)
		(Return Value:(Name a))
		(Return Value:(Tuple (Number 1) (Number 2)))
		(ExprStmt Value:(Yield))
		(ExprStmt Value:(Yield Value:(Number 1)))
		(ExprStmt Value:(Other alias (Name a) (Name b)))
		(ExprStmt Value:(Other undef (Name c)))`,
		`require 'a/b'; require_relative "c"; require d`,
		`(Import Module:(Name a/b))
		(Import Module:(Name c))
		(ExprStmt Value:(Call Callee:(Name require) (Name d)))`,
	)
}

func TestRuby_expressions(t *testing.T) {
	check(t, Ruby,
		`a = b; a, (b, *c) = d, *e; @a ||= @@b; $c += 1; a.b = c; a[1] = 2`,
		`(ExprStmt Value:(Assign = Left:(Name a) Right:(Name b)))
		(ExprStmt Value:(Assign = Left:(Tuple (Name a) (Tuple (Name b) (Spread * Value:(Name c)))) Right:(Tuple (Name d) (Spread * Value:(Name e)))))
		(ExprStmt Value:(Assign ||= Left:(Name @a) Right:(Name @@b)))
		(ExprStmt Value:(Assign += Left:(Name $c) Right:(Number 1)))
		(ExprStmt Value:(Assign = Left:(Member . Object:(Name a) Field:(Name b)) Right:(Name c)))
		(ExprStmt Value:(Assign = Left:(Index Object:(Name a) (Number 1)) Right:(Number 2)))`,
		`not a; !a; a and b or c; a && b || c; a <=> b; -1; -a; a ? b : c; 1..2; 3...; (..4); defined?(a); a =~ b`,
		`(ExprStmt Value:(Unary ! Value:(Name a)))
		(ExprStmt Value:(Unary ! Value:(Name a)))
		(ExprStmt Value:(Binary || Left:(Binary && Left:(Name a) Right:(Name b)) Right:(Name c)))
		(ExprStmt Value:(Binary || Left:(Binary && Left:(Name a) Right:(Name b)) Right:(Name c)))
		(ExprStmt Value:(Binary <=> Left:(Name a) Right:(Name b)))
		(ExprStmt Value:(Unary - Value:(Number 1)))
		(ExprStmt Value:(Unary - Value:(Name a)))
		(ExprStmt Value:(Cond Test:(Name a) Then:(Name b) Else:(Name c)))
		(ExprStmt Value:(Binary .. Left:(Number 1) Right:(Number 2)))
		(ExprStmt Value:(Binary ... Left:(Number 3) Right:(Empty)))
		(ExprStmt Value:(Binary .. Left:(Empty) Right:(Number 4)))
		(ExprStmt Value:(Call Callee:(Name defined?) (Name a)))
		(ExprStmt Value:(Binary =~ Left:(Name a) Right:(Name b)))`,
		`nil; true; self; 1_000; 1.5; 2r; __FILE__; A::B; ::C; A::B.c`,
		`(ExprStmt Value:(Null nil))
		(ExprStmt Value:(Bool true))
		(ExprStmt Value:(Name self))
		(ExprStmt Value:(Number 1_000))
		(ExprStmt Value:(Number 1.5))
		(ExprStmt Value:(Number 2r))
		(ExprStmt Value:(Name __FILE__))
		(ExprStmt Value:(Member . Object:(Name A) Field:(Name B)))
		(ExprStmt Value:(Name C))
		(ExprStmt Value:(Member . Object:(Member . Object:(Name A) Field:(Name B)) Field:(Name c)))`,
		`[1, *a]; {a: 1, "b": 2, :c => 3, "d" => 4, e:, **f}; :a; :"b c"; :"d#{e}"; %w(a b); %i[a b]`,
		`(ExprStmt Value:(List (Number 1) (Spread * Value:(Name a))))
		(ExprStmt Value:(Dict (Pair Key:(Unary : Value:(String "a")) Value:(Number 1)) (Pair Key:(Unary : Value:(String "b")) Value:(Number 2)) (Pair Key:(Unary : Value:(String "c")) Value:(Number 3)) (Pair Key:(String "d") Value:(Number 4)) (Pair Key:(Unary : Value:(String "e")) Value:(Name e)) (Spread ** Value:(Name f))))
		(ExprStmt Value:(Unary : Value:(String "a")))
		(ExprStmt Value:(Unary : Value:(String "b c")))
		(ExprStmt Value:(Unary : Value:(Template (String "d") (Name e))))
		(ExprStmt Value:(List (String "a") (String "b")))
		(ExprStmt Value:(List (Unary : Value:(String "a")) (Unary : Value:(String "b"))))`,
		`(a); (a; b); ()`,
		`(ExprStmt Value:(Name a))
		(Block (ExprStmt Value:(Name a)) (ExprStmt Value:(Name b)))
		(Block)`,
	)
}

func TestRuby_calls(t *testing.T) {
	check(t, Ruby,
		`a b; a(b, c: 1, :d => 2, "e" => 3, *f, **g, &h); a.b; a.b(); a&.b c; a.(b); A::b(c); a!; a.b?`,
		`(ExprStmt Value:(Call Callee:(Name a) (Name b)))
		(ExprStmt Value:(Call Callee:(Name a) (Name b) (Keyword c Value:(Number 1)) (Keyword d Value:(Number 2)) (Pair Key:(String "e") Value:(Number 3)) (Spread * Value:(Name f)) (Spread ** Value:(Name g)) (Spread & Value:(Name h))))
		(ExprStmt Value:(Member . Object:(Name a) Field:(Name b)))
		(ExprStmt Value:(Call Callee:(Member . Object:(Name a) Field:(Name b))))
		(ExprStmt Value:(Call Callee:(Member . Object:(Name a) Field:(Name b)) (Name c)))
		(ExprStmt Value:(Call Callee:(Member . Object:(Name a) Field:(Name call)) (Name b)))
		(ExprStmt Value:(Call Callee:(Member . Object:(Name A) Field:(Name b)) (Name c)))
		(ExprStmt Value:(Name a!))
		(ExprStmt Value:(Member . Object:(Name a) Field:(Name b?)))`,
		`a { |b| c }; a.b 1 do |(c, d), *e, f = 1, g:, h: 2, **i, &j; k| l end; a[1] { b }; ->(a, b = 1) { c }; -> { }; lambda { |x| x }`,
		`(ExprStmt Value:(Call Callee:(Name a) (Func Params:(Params (Param Name:(Name b))) Body:(Block (ExprStmt Value:(Name c))))))
		(ExprStmt Value:(Call Callee:(Member . Object:(Name a) Field:(Name b)) (Number 1) (Func Params:(Params (Param Name:(Tuple (Name c) (Name d))) (Param * Name:(Name e)) (Param Name:(Name f) Value:(Number 1)) (Param Name:(Name g)) (Param Name:(Name h) Value:(Number 2)) (Param ** Name:(Name i)) (Param & Name:(Name j))) Body:(Block (ExprStmt Value:(Name l))))))
		(ExprStmt Value:(Call Callee:(Index Object:(Name a) (Number 1)) (Func Params:(Params) Body:(Block (ExprStmt Value:(Name b))))))
		(ExprStmt Value:(Func Params:(Params (Param Name:(Name a)) (Param Name:(Name b) Value:(Number 1))) Body:(Block (ExprStmt Value:(Name c)))))
		(ExprStmt Value:(Func Params:(Params) Body:(Block)))
		(ExprStmt Value:(Call Callee:(Name lambda) (Func Params:(Params (Param Name:(Name x))) Body:(Block (ExprStmt Value:(Name x))))))`,
		`super; super(1); p(...); puts a, b; raise A, "b"`,
		`(ExprStmt Value:(Name super))
		(ExprStmt Value:(Call Callee:(Name super) (Number 1)))
		(ExprStmt Value:(Call Callee:(Name p) (Spread ...)))
		(ExprStmt Value:(Call Callee:(Name puts) (Name a) (Name b)))
		(ExprStmt Value:(Call Callee:(Name raise) (Name A) (String "b")))`,
	)
}

func TestRuby_definitions(t *testing.T) {
	check(t, Ruby,
		`class A::B < C; def d; end; end; class E; class << self; def f; end; end; end; module G; end`,
		`(Class class Name:(Name A.B) Bases:(Bases (Name C)) Body:(Block (Func Name:(Name d) Params:(Params) Body:(Block))))
		(Class class Name:(Name E) Body:(Block (Class singleton Value:(Name self) Body:(Block (Func Name:(Name f) Params:(Params) Body:(Block))))))
		(Class module Name:(Name G) Body:(Block))`,
		`def a(b, c = 1, *d, e:, f: 2, **g, &h)
  b
end
def self.a b
  c
rescue D
  e
end
def a = b; def x=(y); end; def f(...) = g(...); def ==(o); end; private def h; end`,
		`(Func Name:(Name a) Params:(Params (Param Name:(Name b)) (Param Name:(Name c) Value:(Number 1)) (Param * Name:(Name d)) (Param Name:(Name e)) (Param Name:(Name f) Value:(Number 2)) (Param ** Name:(Name g)) (Param & Name:(Name h))) Body:(Block (ExprStmt Value:(Name b))))
		(Func Modifier:(Modifier static) Name:(Name a) Params:(Params (Param Name:(Name b))) Body:(Block (Try Body:(Block (ExprStmt Value:(Name c))) (Catch Type:(Name D) Body:(Block (ExprStmt Value:(Name e)))))))
		(Func Name:(Name a) Params:(Params) Body:(Block (Return Value:(Name b))))
		(Func Name:(Name x=) Params:(Params (Param Name:(Name y))) Body:(Block))
		(Func Name:(Name f) Params:(Params (Param ...)) Body:(Block (Return Value:(Call Callee:(Name g) (Spread ...)))))
		(Func Name:(Name ==) Params:(Params (Param Name:(Name o))) Body:(Block))
		(Func Modifier:(Modifier private) Name:(Name h) Params:(Params) Body:(Block))`,
	)
}

func TestRuby_texts(t *testing.T) {
	check(t, Ruby,
		`'a\'b\\c\n'; "a\n\x41\u0041\101\e\s\q"; "a" "b#{c}"; ?a; %q(a'b); %Q(a#{b}); "#@a #{b}#{"c"}"`,
		`(ExprStmt Value:(String "a'b\\c\\n"))
		(ExprStmt Value:(String "a\nAAA\x1b q"))
		(ExprStmt Value:(Template (String "ab") (Name c)))
		(ExprStmt Value:(String "a"))
		(ExprStmt Value:(String "a'b"))
		(ExprStmt Value:(Template (String "a") (Name b)))
		(ExprStmt Value:(Template (Name @a) (String " ") (Name b) (String "c")))`,
		"/a\\/b/i; /a#{b}/; `ls #{a}`; %x(ls)",
		"(ExprStmt Value:(Regexp a\\/b))\n		(ExprStmt Value:(Call Callee:(Member . Object:(Name Regexp) Field:(Name new)) (Template (String \"a\") (Name b))))\n		(ExprStmt Value:(Call Callee:(Name `) (Template (String \"ls \") (Name a))))\n		(ExprStmt Value:(Call Callee:(Name `) (String \"ls\")))",
		`f(<<~A, <<-'B', <<C)
    a #{b}
      c\n

    d
  A
  e #{f}\n
  B
g
C`,
		`(ExprStmt Value:(Call Callee:(Name f) (Template (String "a ") (Name b) (String "\n  c\n\n\nd\n")) (String "  e #{f}\\n\n") (String "g\n")))`,
	)
}

func TestParsePattern_ruby(t *testing.T) {
	for text, want := range map[string]string{
		`$X = params[...]`:            `(Assign = Left:(Metavar $X) Right:(Index Object:(Name params) (Ellipsis)))`,
		`$F(...)`:                     `(Call Callee:(Metavar $F) (Ellipsis))`,
		`$X.$M(..., $Y, k: $V)`:       `(Call Callee:(Member . Object:(Metavar $X) Field:(Metavar $M)) (Ellipsis) (Metavar $Y) (Keyword k Value:(Metavar $V)))`,
		`render ..., inline: $X`:      `(Call Callee:(Name render) (Ellipsis) (Keyword inline Value:(Metavar $X)))`,
		`:$KEY => $X`:                 `(Pair Key:(Unary : Value:(String "$KEY")) Value:(Metavar $X))`,
		`f(..., :$KEY => false, ...)`: `(Call Callee:(Name f) (Ellipsis) (Keyword $KEY Value:(Bool false)) (Ellipsis))`,
		`f($K: $V)`:                   `(Call Callee:(Name f) (Keyword $K Value:(Metavar $V)))`,
		`{..., "a" => "...", ...}`:    `(Dict (Ellipsis) (Pair Key:(String "a") Value:(String "...")) (Ellipsis))`,
		`"...#{$X}..."`:               `(Template (String "...") (Metavar $X) (String "..."))`,
		`"...#{...}"`:                 `(Template (String "...") (Ellipsis))`,
		"`...#{$X}...`":               "(Call Callee:(Name `) (Template (String \"...\") (Metavar $X) (String \"...\")))",
		"`...`":                       "(Call Callee:(Name `) (Ellipsis))",
		`"$X" + $Y`:                   `(Binary + Left:(String "$X") Right:(Metavar $Y))`,
		`def $F(..., $X, ...)
  ...
end`: `(Func Name:(Metavar $F) Params:(Params (Ellipsis) (Param Name:(Metavar $X)) (Ellipsis)) Body:(Block (Ellipsis)))`,
		`def $F $X, ...
  ...
end`: `(Func Name:(Metavar $F) Params:(Params (Param Name:(Metavar $X)) (Ellipsis)) Body:(Block (Ellipsis)))`,
		`class $C < $B
  ...
  def self.$F(...)
    ...
  end
end`: `(Class class Name:(Metavar $C) Bases:(Bases (Metavar $B)) Body:(Block (Ellipsis) (Func Modifier:(Modifier static) Name:(Metavar $F) Params:(Params (Ellipsis)) Body:(Block (Ellipsis)))))`,
		`$X.each do |$Y|
  ...
end`: `(Call Callee:(Member . Object:(Metavar $X) Field:(Name each)) (Func Params:(Params (Param Name:(Metavar $Y))) Body:(Block (Ellipsis))))`,
		`->($X) { ... }`:        `(Func Params:(Params (Param Name:(Metavar $X))) Body:(Block (Ellipsis)))`,
		`cookies. ... .$P[...]`: `(Index Object:(Member . Object:(Member . Object:(Name cookies) Field:(Ellipsis)) Field:(Metavar $P)) (Ellipsis))`,
		`begin
  ...
rescue $E => $X
  ...
end`: `(Try Body:(Block (Ellipsis)) (Catch Type:(Metavar $E) Name:(Metavar $X) Body:(Block (Ellipsis))))`,
		`case $X
when ...
  ...
end`: `(Switch Value:(Metavar $X) (Case (Ellipsis) Body:(Block (Ellipsis))))`,
		`if ...
  ...
elsif $X
  ...
end`: `(If Test:(Ellipsis) Then:(Block (Ellipsis)) Else:(Block (If Test:(Metavar $X) Then:(Block (Ellipsis)))))`,
		`require $X`:          `(Import Module:(Metavar $X))`,
		`f <... $X ...>, ...`: `(Call Callee:(Name f) (Deep Value:(Metavar $X)) (Ellipsis))`,
		`f($...ARGS)`:         `(Call Callee:(Name f) (Ellipsis $...ARGS))`,
		`attr :$X`:            `(Call Callee:(Name attr) (Unary : Value:(String "$X")))`,
		`f(`:                  `pattern "f(": it is no code of this language: Ruby`,
	} {
		if got := patterned(t, Ruby, text); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", text, got, want)
		}
	}
}
