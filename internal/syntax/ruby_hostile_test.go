package syntax

import (
	"strings"
	"testing"
)

func TestRuby_flags(t *testing.T) {
	checkFlags(t, Ruby, []flagged{
		{"x = 1", Assign, 0},
		{"f { }", Func, Arrow},
		{"->(x) { }", Func, Arrow},
		{"def f; end", Func, 0},
		{"x&.y", Member, Optional},
		{"x.y", Member, 0},
		{`"a#{b}"`, String, 0},
		{`"#{"a"}b"`, String, Braced},
	})
}

// Each node says where it stands, so that a finding can be shown.
func TestRuby_places(t *testing.T) {
	checkPlaces(t, Ruby, "a.b(c).d 1\ne&.f", []Kind{Member, ExprStmt}, "ExprStmt: a.b(c).d 1", "Member: a.b(c).d", "Member: a.b", "ExprStmt: e&.f", "Member: e&.f")
	checkPlaces(t, Ruby, "f a: 1, :b => 2", []Kind{Keyword}, "Keyword: a: 1", "Keyword: :b => 2")
	checkPlaces(t, Ruby, "x = <<~A\n  b #{c}\nA\n", []Kind{Template, Name}, "Name: x", "Template: <<~A", "Name: <<~A")
	checkPlaces(t, Ruby, "begin\n  a\nrescue B\n  c\nend", []Kind{Try, Block, Catch}, "Try: begin\n  a\nrescue B\n  c\nend", "Block: begin\n  a\n", "Catch: rescue B\n  c", "Block: \n  c")
}

// What lies too deep is left out; nothing of it takes more of the stack than there is.
func TestRuby_deep(t *testing.T) {
	for _, part := range []string{"(", "[", "{", "a(", "a.b ", "a[", "!", "-", "a+", "a ? ", "->(x) {", "f { ", "f do ", "if a then ", "if a\nelsif b\n", "unless a\n", "while a\n", "case a\nwhen b\n", "class A\n", "def f\n", "begin\n",
		"\"#{", "`#{", "/#{", "A::", "not ", "a => ", "module A\n", "%w(", "a rescue ", "|a, (", "<<A + \"#{", "f a, ", "{a: ", "case a\nin [", ":\"#{", "a and "} {
		checkDepth(t, Ruby, "x = "+strings.Repeat(part, 2000))
		checkDepth(t, Ruby, strings.Repeat(part, 2000))
	}
	checkDepth(t, Ruby, "if a\n"+strings.Repeat("elsif a\n", 20_000)+"end")
	checkDepth(t, Ruby, "a"+strings.Repeat(".a", 20_000))
}

// A text that stands behind its line is lowered once, however often and wherever it begins.
func TestRuby_heredocs(t *testing.T) {
	checkSize(t, Ruby, "f("+strings.Repeat("<<A,", 2000)+"1)\n"+strings.Repeat("b\nA\n", 2000))
	checkDepth(t, Ruby, strings.Repeat("x = <<A\n#{\n", 500))
}

// FuzzRuby parses anything as Ruby.
func FuzzRuby(f *testing.F) {
	for _, seed := range []string{
		"require 'a/b'; x = params[:a]&.b; z.bar(1, a: 2, :b => 3, \"c\" => 4, **h, &i) do |a, (b, *c), d = 1, e:, f: 2, **g, &h; j| puts a end", "if a then b elsif c then d else e end; unless f; g; end; h if i; j unless k; l while m; begin; n; end until o",
		"begin\n a\nrescue A, B => e\n b\nrescue => f\nelse\n d\nensure\n e\nend\ndef f(a, *, **nil); end\ndef self.g(...) = h(...)\ndef (i).j; k rescue nil; end", "`ls #{x}`; %x(ls); /a#{b}/i; :\"a b\"; %w(a b); %i(a b); 'a\\'b'; \"a\\n#{x}\\u0041\" \"c\"; ?a; <<~A + <<-'B' + <<`C`\n  hello #{x}\n  A\n  raw #{y}\n  B\nls\nC\n",
		"class A::B < C; @x ||= @@y; class << self; def y=(z); end; end; end; module M; end; class ::D; end", "case x\nwhen 1, *a then b\nelse c\nend\ncase d\nin [a, *b] if c then e\nin {k: v, **nil} | A(f) => g unless h\nin ^i\nelse j\nend",
		"-> (x; y) { x + 1 }; a, (b, *c), * = d, *e; x.(1); A::B.c; ::D; a ? b : c; not a; a and b; 1..; (..2); a[1, b: 2] { x }; yield 1, 2; return 1, 2; super(1); defined?(x); -1; +a; ~b; !c", "alias a b; undef c, d; retry; redo; x => {a:}; y in [b]; next 1 if y; break; p(*a, &b); {a: 1, \"b\": 2, :c => 3, d:, **e}; BEGIN { f }; END { g }; for a, b in c do d end; 1r; 2i; $stdout; __FILE__\n__END__\nz",
		"f(", "class", "def", "\"#{", "<<A", "a.", "->", "case\nin",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) { checkSound(t, Ruby, text) })
}
