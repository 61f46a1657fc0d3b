package flow_test

import "testing"

// one is a program of one file.
func one(path, text string) map[string]string { return map[string]string{path: text} }

// TestFollow_patterns holds code that takes values apart.
func TestFollow_patterns(t *testing.T) {
	expect(t, map[string]map[string]string{
		"rust": one("a.rs", `
fn f() {
  match source() {
    Some(x) => sink(x), // yes
    Point { a, b: c } if sink(c) => 1, // yes
    whole @ 1..=5 => sink(whole), // yes
    Ok(v) | Err(v) => sink(v), // yes
    None => sink(None),
    other => sink(other), // yes
  }
  match clean() { Some(x) => sink(x), y => sink(y) }
  if let Some(z) = source() {
    sink(z); // yes
  }
  let Ok((a, _)) = source() else { return };
  sink(a); // yes
}
fn g((p, Pair { left, right: r }): T) {
  sink(p); // yes
  sink(r); // yes
}
fn h() { g(source()) }`),
		"scala": one("a.scala", `object A { def f() = {
  source() match {
    case Some(x) => sink(x) // yes
    case p: String => sink(p) // yes
    case n @ Node(_) => sink(n) // yes
    case h :: t => sink(t) // yes
    case Nil => sink(Nil)
  }
  source().foreach { case (k, v) =>
    sink(v) // yes
  }
  clean().foreach { case (k, v) =>
    sink(v)
  }
  cells(0) = source()
  sink(cells(1)) // yes
} }`),
		"python": one("a.py", `
match source():
  case {"a": x}:
    sink(x) # yes
  case [a, *rest]:
    sink(rest) # yes
  case Point(x=1, y=z):
    sink(z) # yes
  case str() as s:
    sink(s) # yes
  case other if sink(other): # yes
    sink(str(1))
`),
		"ruby": one("a.rb", `
case source()
in {a: x} then sink(x) # yes
in [p, *q] then sink(q) # yes
in Integer => n then sink(n) # yes
end
case source()
when clean(y) then sink(y)
end
`),
		"java": one("a.java", `class A { void f(Object o) {
	if (source() instanceof String s) {
		sink(s); // yes
	}
	if (!(source() instanceof String t)) { return; }
	sink(t); // yes
	switch (source()) {
		case Point(int a, var b) when sink(b) -> {} // yes
		case String u -> sink(u); // yes
		default -> sink(o);
	}
	String r = switch (source()) { case String v -> v; default -> ""; };
	sink(r); // yes
} }`),
		"csharp": one("a.cs", `class A { void F(object o) {
	switch (source()) {
		case string s: sink(s); break; // yes
		case Point { X: var x } when x > 1: sink(x); break; // yes
		case (var p, _): sink(p); break; // yes
	}
	if (source() is string t)
		sink(t); // yes
	if (o is string u)
		sink(u);
} }`),
	})
}

// TestFollow_implied holds functions whose parameters are not written, and such as are called where they are written.
func TestFollow_implied(t *testing.T) {
	expect(t, map[string]map[string]string{
		"kotlin": one("a.kt", `
fun f() {
  source().forEach { sink(it) } // yes
  clean().forEach { sink(it) }
}`),
		"ruby": one("a.rb", "source().each { sink(it) } # yes\nclean().each { sink(it) }\n"),
		"javascript": one("a.js", `
(function (a, b) {
  sink(a); // yes
  sink(b);
})(source(), 1);
sink((x => 1)(source()));
sink((x => x)(source())); // yes
_.each(source(), one => {
  sink(one); // yes
});
readFile(source(), (err, data) => {
  sink(data);
});
`),
		"go":     one("a.go", "package a\nfunc f() {\n\tgo func(q, r string) {\n\t\tsink(q) // yes\n\t\tsink(r)\n\t}(source(), \"x\")\n}\n"),
		"php":    one("a.php", "<?php\narray_map(function ($i) {\n  sink($i); // yes\n}, source());\n"),
		"python": one("a.py", "map(lambda x: sink(x), source()) # yes\nrun(lambda x: sink(x), source())\n"),
	})
}

// TestFollow_jumps holds code that is left, and such as nothing reaches.
func TestFollow_jumps(t *testing.T) {
	expect(t, map[string]map[string]string{
		"goto":  one("a.go", "package a\nfunc f() {\n\ta := source()\n\tif c { goto END }\n\ta = \"x\"\n\tgoto LAST\n\tsink(a)\nEND:\n\tsink(a) // yes\n\treturn\nLAST:\n\tsink(a)\n}\n"),
		"label": one("a.java", "class A { void f() { String a = \"\"; outer: for (;;) { for (;;) { a = source(); break outer; }\n sink(a);\n }\n sink(a); // yes\n} }"),
		"nothing-thrown": one("a.py", `
def f():
  a = source()
  b = ''
  try:
    pass
  except E:
    sink(a)
    b = a
  sink(b)
  try:
    b = unheard
  except NameError:
    sink(a) # yes
  try:
    run()
  except E:
    sink(a) # yes
`),
		"left-php":      one("a.php", "<?php\nwhile (true) { while (true) { break 2; } }\nsink(source()); // yes\nwhile (true) { f(); }\nsink(source());\n"),
		"left-rust":     one("a.rs", "fn f() {\n loop { match g() { A => break, _ => {} } }\n sink(source()); // yes\n 'a: loop { loop { break 'a; } }\n sink(source()); // yes\n}\n"),
		"left-js":       one("a.js", "for (;;) { switch (a) { case 1: break; default: return; } if (b) break; }\nsink(source()); // yes\n"),
		"thrown":        one("a.py", "def f():\n  try:\n    try:\n      raise E(source())\n    finally:\n      g()\n  except E as e:\n    sink(str(e)) # yes\n  try:\n    g(source())\n  except E as e:\n    sink(e)\n"),
		"switch-begins": one("a.go", "package a\nfunc f() {\n\tswitch x := source(); {\n\tcase c:\n\t\tsink(x) // yes\n\t}\n}\n"),
	})
}

// TestFollow_held holds what objects, classes, buffers and channels are given.
func TestFollow_held(t *testing.T) {
	expect(t, map[string]map[string]string{
		"deep": one("a.js", `
x.a.b.c = source();
sink(x.a.b.c.d); // yes
sink(x.a.b); // yes
sink(x); // yes
sink(x.a.d);
sink(x.e);
y.list[i].name = source();
sink(y.list[j].name); // yes
sink(y.list); // yes
sink(y); // yes
sink(y.other);
`),
		"getter": one("a.java", `class A { void f(R s) {
	s.name = source();
	sink(s.getName()); // yes
	sink(s.getId());
} }`),
		"chain":   one("a.java", "class A { void f() { StringBuilder b = new StringBuilder(); b.append(\"a\").append(source()); sink(b.toString()); // yes\n} }"),
		"static":  one("a.java", "class A { private static T t; static { t = source(); } void f() {\n sink(t); // yes\n} }"),
		"python":  one("a.py", "class A:\n  x = source()\n  y = ''\n  def f(self):\n    sink(self.x) # yes\n    sink(A.x) # yes\n    sink(self.y)\n"),
		"js":      one("a.js", "class A { x = source(); static y = source(); z = 1; f() {\n sink(this.x); // yes\n sink(A.y); // yes\n sink(this.z);\n} }"),
		"channel": one("a.go", "package a\nfunc f() {\n\tch <- source()\n\tsink(<-ch) // yes\n}\n"),
		"shift":   one("a.rb", "a = 'x'\na << source()\nsink(a) # yes\nb = 'x'\nb.concat(source())\nsink(b) # yes\n"),
		"memory":  one("a.py", "a = io.StringIO()\na.write(source())\nsink(a.getvalue()) # yes\nb = open('x')\nb.write(source())\nsink(b)\nsetattr(c, 'n', source())\nsink(c.n) # yes\nsink(c.m)\n"),
		"assign":  one("a.js", "Object.assign(a, source());\nsink(a); // yes\nconst { b = source() } = c;\nsink(b); // yes\n"),
		"above":   one("a.java", "class Base { protected String v; void run(String s) { this.v = s; go(); } void go() {} }\nclass Sub extends Base { void go() {\n sink(v); // yes\n} }\nclass A { void f() { new Sub().run(source()); } }"),
		"map":     one("a.cs", "class A { void F() { var d = new Dictionary<string, string>(); d[\"a\"] = source();\n foreach (var e in d)\n sink(e.Value); // yes\n sink(d[\"b\"]);\n} }"),
		"nested":  one("a.php", "<?php\n$b['x']['y'] = source();\nsink($b['x']['y']); // yes\n$c['x']['y'] = 1;\nsink($c['x']['y']);\n"),
		"keys":    one("a.py", "sink({x: 1 for x in source()}) # yes\n"),
		"by-name": one("a.py", "def f(a, **others):\n  sink(others) # yes\n  sink(a)\nf(1, z=source())\n"),
		"counted": one("a.java", "class A { void f() { String a = \"\"; for (int i = 0; i < 3; i++) { if (i == 1) a = source(); }\n sink(a); // yes\n} }"),
		"while":   one("a.cpp", "void f() {\n if (char *p = source()) {\n sink(p); // yes\n }\n}\n"),
	})
}
