package flow_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// marked gives the lines of files that end in "yes", with their paths where there are several.
func marked(files map[string]string) []string {
	var want []string
	for path, text := range files {
		for i, line := range strings.Split(text, "\n") {
			if !strings.HasSuffix(line, " yes") {
				continue
			}
			at := fmt.Sprint(i + 1)
			if len(files) > 1 {
				at = path + ":" + at
			}
			want = append(want, at)
		}
	}
	slices.Sort(want)
	return want
}

// expect holds files whose lines that end in "yes" have a sink that must be reached, and no others.
func expect(t *testing.T, cases map[string]map[string]string) {
	t.Helper()
	for name, files := range cases {
		t.Run(name, func(t *testing.T) {
			got := reached(t, files)
			slices.Sort(got)
			if want := marked(files); !slices.Equal(got, want) {
				t.Errorf("reached %v, want %v in\n%v", got, want, files)
			}
		})
	}
}

// TestFollow_objects holds calls of methods on objects whose type only what made them tells.
func TestFollow_objects(t *testing.T) {
	expect(t, map[string]map[string]string{
		"a field that is given something twice": {
			"A.java": "class A {\n  static String data;\n  void f() {\n    data = \"\";\n    data = source();\n    new B().g();\n  }\n  void h(String data) {\n    data = source();\n  }\n}\n",
			"B.java": "class B {\n  String other;\n  void g() {\n    sink(A.data); // yes\n    String other = source();\n    sink(this.other);\n  }\n}\n",
		},
		"what is made, not what it is declared as": {
			"A.java": "class A {\n  void f() {\n    Base b = new Good();\n    b.take(source());\n  }\n}\nabstract class Base {\n  abstract void take(String s);\n}\nclass Good extends Base {\n  void take(String s) {\n    use(s);\n  }\n}\nclass Bad extends Base {\n  void take(String s) {\n    sink(s);\n  }\n}\n",
		},
		"go-factory": {
			"a/new.go":  "package a\ntype Profile struct{ name string }\nfunc NewProfile(n string) (*Profile, error) { return &Profile{name: n}, nil }\n",
			"a/save.go": "package a\nfunc (p *Profile) Save(s string) { sink(s) } // yes\nfunc (p *Profile) Load(s string) { sink(s) }\ntype Other struct{}\nfunc (o *Other) Save(s string) { sink(s) }\n",
			"a/use.go":  "package a\nfunc h() {\np, err := NewProfile(\"x\")\np.Save(source())\np.Load(\"x\")\n}\n",
		},
		"go-factory-of-package": {
			"web/h.go":   "package web\nimport \"x/store\"\nfunc h() {\ns := store.New()\ns.Find(source()) }\n",
			"store/s.go": "package store\ntype Store struct{}\nfunc New() *Store { return &Store{} }\nfunc (s *Store) Find(q string) { sink(q) } // yes\n",
			"other/s.go": "package other\ntype Thing struct{}\nfunc New() *Thing { return &Thing{} }\nfunc (s *Thing) Find(q string) { sink(q) }\n",
		},
		"go-field": {
			"a/s.go": "package a\ntype Server struct{ repo *Repo }\ntype Repo struct{}\n",
			"a/r.go": "package a\nfunc (r *Repo) Find(q string) { sink(q) } // yes\nfunc (s *Server) Find(q string) { sink(q) }\n",
			"a/h.go": "package a\nfunc (s *Server) h() { s.repo.Find(source()) }\n",
		},
		"go-interface": {
			"a/i.go": "package a\ntype Repo interface {\nFind(q string) error\nClose()\n}\ntype Server struct{ repo Repo }\nfunc (s *Server) h() { s.repo.Find(source()) }\n",
			"a/d.go": "package a\ntype DB struct{}\nfunc (d *DB) Find(q string) error { sink(q) } // yes\nfunc (d *DB) Close() {}\ntype Half struct{}\nfunc (d *Half) Find(q string) error { sink(q) }\n",
		},
		"js-builder": {
			"dao.js": "function Dao(db) { this.find = (q) => { sink(q); }; } // yes\nDao.prototype.save = function (q) { sink(q); }; // yes\nfunction other() { const find = (q) => sink(q); }\nmodule.exports = { Dao };\n",
			"app.js": "const { Dao } = require('./dao');\nfunction Handler(db) { const dao = new Dao(db); this.show = () => { dao.find(source()); dao.save(source()); }; }\n",
		},
		"js-members": {
			"dao.js": "module.exports = { find: function (q) { sink(q); }, save: (q) => sink('x') }; // yes\n",
			"app.js": "const dao = require('./dao');\ndao.find(source());\ndao.save(source());\n",
		},
		"java-of": {
			"X.java": "class X { static X of(String s) { return new X(); }\nX with(String s) { return this; }\nvoid save(String s) { sink(s); } // yes\n}",
			"Y.java": "class Y { void save(String s) { sink(s); } }",
			"A.java": "class A { void f() { var x = X.of(\"a\"); x.save(source()); } void g() { X.of(\"a\").with(\"b\").with(\"c\").save(source()); } }",
		},
		"python-returns": {
			"lib.py": "class Db:\n  def run(self, q):\n    sink(q) # yes\nclass Other:\n  def run(self, q):\n    sink(q)\ndef connect():\n  return Db()\n",
			"app.py": "from lib import connect\ndb = connect()\ndb.run(source())\n",
		},
		"csharp-interface-field": {
			"I.cs": "interface IDb { string Get(string q); }",
			"A.cs": "class DbA : IDb { public string Get(string q) { sink(q); // yes\n return \"\"; } }",
			"B.cs": "class DbB : IDb { public string Get(string q) { sink(q); // yes\n return \"\"; } }",
			"C.cs": "class DbC { public string Get(string q) { sink(q);\n return \"\"; } }",
			"P.cs": "class Page { private IDb du = Settings.Current; void F() { du.Get(source()); } }",
		},
		"python-self-field": {
			"lib.py": "class Db:\n  def run(self, q):\n    sink(q) # yes\nclass Other:\n  def run(self, q):\n    sink(q)\nclass A:\n  def __init__(self):\n    self.db = Db()\n  def f(self):\n    self.db.run(source())\n",
			"x.py":   "a = 1\n",
		},
		"js-this-field": {
			"a.js": "class Db { run(q) { sink(q); } // yes\n}\nclass Other { run(q) { sink(q); }\n}\nclass A { constructor() { this.db = new Db(); }\n f() { this.db.run(source()); } }\n",
			"b.js": "const a = 1;\n",
		},
		"kotlin-factory": {
			"a.kt": "class Db { fun run(q: String) { sink(q) } // yes\n}\nclass Other { fun run(q: String) { sink(q) }\n}\nfun connect(): Db = Db()\nfun open() = Db()\nfun f() { val d = connect()\n d.run(source()) }\nfun g() { val d = open()\n d.run(source()) }\n",
			"b.kt": "val a = 1\n",
		},
		"php-factory": {
			"a.php": "<?php\nclass Db { function run($q) { sink($q); } // yes\n}\nclass Other { function run($q) { sink($q); }\n}\nfunction connect(): Db { return new Db(); }\nclass A { private Db $db; function f() { $d = connect();\n $d->run(source()); $this->db->run(source()); } }\n",
			"b.php": "<?php\n$a = 1;\n",
		},
	})
}

// TestFollow_positions holds values that are given back together and taken apart again.
func TestFollow_positions(t *testing.T) {
	expect(t, map[string]map[string]string{
		"go":              {"a.go": "package a\nfunc f(a, b string) (string, error) {\nif a == \"\" { return \"\", nil }\nreturn b, a }\nfunc g() {\nx, err := f(\"a\", source())\nsink(x) // yes\nsink(err)\ny, err := f(source(), \"a\")\nsink(y)\nsink(err) // yes\n}"},
		"go-forwarded":    {"a.go": "package a\nfunc f(a string) (string, string) { return h(a) }\nfunc g() {\nx, y := f(source())\nsink(x) // yes\nsink(y) // yes\n}"},
		"go-unknown":      {"a.go": "package a\nfunc g() {\nx, err := lib.F(source())\nsink(x) // yes\n}"},
		"go-source":       {"a.go": "package a\nfunc source() (string, error) { return \"a\", nil }\nfunc g() {\nx, err := source()\nsink(x) // yes\n}"},
		"python":          {"a.py": "def f(a):\n  return 'x', a\na, b = f(source())\nsink(a)\nsink(b) # yes\nc = f(source())\nsink(c) # yes\n(d, e) = f('x')\nsink(e)\n"},
		"python-pairwise": {"a.py": "a, b = source(), 'x'\nsink(a) # yes\nsink(b)\na, b = b, a\nsink(a)\nsink(b) # yes\n"},
		"js-list":         {"a.js": "function f(a) { return ['x', a]; }\nconst [p, q] = f(source());\nsink(p);\nsink(q); // yes\n"},
		"js-object":       {"a.js": "async function f(a) { return {p: 'x', q: a}; }\nasync function g() { const {p, q: r} = await f(source());\nsink(p);\nsink(r); // yes\n}"},
		"js-known-object": {"a.js": "const o = {p: source(), q: 'x'};\nconst {p, q} = o;\nsink(p); // yes\nsink(q);\n"},
		"twice":           {"a.py": "def f(a):\n  return 'x', a\ndef g(z):\n  a, b = f(z)\n  sink(a)\n  sink(b) # yes\n  c, d = f('y')\n  sink(d)\ng(source())\n"},
	})
}

// TestFollow_ruby holds what Ruby and Rails leave out when they call.
func TestFollow_ruby(t *testing.T) {
	expect(t, map[string]map[string]string{
		"no-brackets":   {"a.rb": "class C\n  def create\n    sink(user_params) # yes\n    sink(fixed)\n    name = 'x'\n    sink(name)\n  end\n  def user_params\n    source()\n  end\n  def fixed\n    'a'\n  end\n  def name\n    source()\n  end\nend\n"},
		"on-object":     {"a.rb": "class D\n  def v\n    source()\n  end\n  def w\n    'x'\n  end\nend\nd = D.new\nsink(d.v) # yes\nsink(d.w)\n"},
		"of-the-class":  {"a.rb": "class D\n  def self.v\n    source()\n  end\nend\nsink(D.v) # yes\n"},
		"before-action": {"a.rb": "class C < ApplicationController\n  before_action :set_user\n  def show\n    sink(@user) # yes\n    sink(@other)\n  end\n  def set_user\n    @user = source()\n    @other = 'x'\n  end\nend\n"},
		"ivar-type":     {"a.rb": "class D\n  def v\n    source()\n  end\nend\nclass C\n  def initialize\n    @d = D.new\n  end\n  def f\n    sink(@d.v) # yes\n  end\nend\n"},
		"inherited":     {"a.rb": "class B\n  def given\n    source()\n  end\nend\n", "b.rb": "class C < B\n  def f\n    sink(given) # yes\n  end\nend\n"},
	})
}

// TestFollow_allowed holds values that a test has found to be one of some constants.
func TestFollow_allowed(t *testing.T) {
	expect(t, map[string]map[string]string{
		"python-in":     {"a.py": "OK = ('a', 'b')\nOPEN = ['a']\nOPEN.append(y)\ndef f():\n  x = source()\n  if x in OK:\n    sink(x)\n  sink(x) # yes\n  if x not in OPEN:\n    raise E\n  sink(x) # yes\n  if x not in OK:\n    raise E\n  sink(x)\n"},
		"python-lookup": {"a.py": "NAMES = {'a': 'b'}\nx = source()\nsink(NAMES[x])\nsink(NAMES.get(x))\nsink(NAMES.get(x, 'y'))\nsink(NAMES.get('a', x)) # yes\nsink(other[x]) # yes\n"},
		"list-draw":     {"a.py": "NAMES = ['a', 'b']\nsink(NAMES[source()]) # yes\n"},
		"python-equal":  {"a.py": "x = source()\nif x == 'a':\n  sink(x)\nelse:\n  sink(x) # yes\nif x != 'a' or y:\n  sink(x) # yes\n"},
		"js-includes":   {"a.js": "const ok = ['a', 'b'];\nfunction f() { const x = source();\nif (!ok.includes(x)) return;\nsink(x); }\nfunction g() { const x = source();\nif (!any.includes(x)) return;\nsink(x); // yes\n}\nfunction h() { const x = source(); const y = ok.includes(x) ? x : 'a';\nsink(y);\nif (ok.indexOf(x) > -1) { sink(x); }\nsink(new Set(['a']).has(x) ? x : ''); }\n"},
		"js-switch":     {"a.js": "const x = source();\nswitch (x) { case 'a': case 'b': sink(x); break;\ndefault: sink(x); // yes\n}\nsink(x); // yes\n"},
		"go-map":        {"a.go": "package a\nvar ok = map[string]bool{\"a\": true}\nfunc f() {\nx := source()\nif !ok[x] { return }\nsink(x)\n}\nfunc g() {\nx := source()\nif ok[x] { return }\nsink(x) // yes\n}"},
		"php-in-array":  {"a.php": "<?php\n$ok = ['a', 'b'];\n$x = source();\nif (!in_array($x, $ok)) die();\nsink($x);\n$y = source();\nsink($y); // yes\n"},
		"ruby-include":  {"a.rb": "OK = %w[a b].freeze\nx = source()\nraise 'no' unless OK.include?(x)\nsink(x)\ny = source()\nraise if OK.include?(y)\nsink(y) # yes\n"},
		"java-equals":   {"a.java": "class A { static final Set<String> OK = Set.of(\"a\"); void f() { String x = source();\nif (\"a\".equals(x)) { sink(x); }\nsink(x); // yes\nif (!OK.contains(x)) throw new E();\nsink(x); } }"},
		"kotlin-in":     {"a.kt": "val ok = setOf(\"a\")\nfun f() { val x = source()\nif (x !in ok) return\nsink(x)\n}"},
		"csharp":        {"a.cs": "class A { static readonly HashSet<string> Ok = new HashSet<string> { \"a\" }; void F() { var x = source();\nif (!Ok.Contains(x)) return;\nsink(x); } }"},
	})
}

// TestFollow_ends holds what nothing comes back from.
func TestFollow_ends(t *testing.T) {
	expect(t, map[string]map[string]string{
		"ruby":   {"a.rb": "def f\n  x = source()\n  if bad\n    x = source()\n    halt 403\n  else\n    x = 'a'\n  end\n  sink(x)\n  x = source()\n  redirect_to(a) and return if x\n  sink(x) # yes\nend\ndef g\n  x = 'a'\n  if y\n    x = source()\n    redirect_to(a) and return\n  end\n  sink(x)\nend\n"},
		"go":     {"a.go": "package a\nfunc f() {\nx := \"a\"\nif y { x = source(); log.Fatal(1) }\nsink(x)\nif y { x = source(); log.Print(1) }\nsink(x) // yes\n}"},
		"php":    {"a.php": "<?php\n$x = 'a';\nif ($y) { $x = source(); exit; }\nsink($x);\nif ($y) { $x = source(); die('no'); }\nsink($x);\n"},
		"js":     {"a.js": "let x = 'a';\nif (y) { x = source(); process.exit(1); }\nsink(x);\nif (y) x = source();\nsink(x); // yes\n"},
		"python": {"a.py": "x = 'a'\nif y:\n  x = source()\n  abort(404)\nsink(x)\n"},
	})
}

// TestFollow_checked holds sources, "$_GET['x']" and "input.x", that check() finds harmless where they are in no variable.
func TestFollow_checked(t *testing.T) {
	expect(t, map[string]map[string]string{
		"php":        {"a.php": "<?php\nsink($_GET['x']); // yes\nif (!check($_GET['x'])) die();\nsink($_GET['x']);\nsink($_GET['x'] . 'a');\nsink($_GET['y']); // yes\n$z = $_GET['x'];\nsink($z);\n"},
		"else":       {"a.php": "<?php\nif (check($_GET['x'])) {\nsink($_GET['x']);\n} else {\nsink($_GET['x']); // yes\n}\nsink($_GET['x']); // yes\n"},
		"not":        {"a.php": "<?php\nif (!check($_GET['x'])) {\nsink($_GET['x']); // yes\n}\nsink($_GET['x']); // yes\n"},
		"chosen":     {"a.php": "<?php\n$id = check($_GET['x']) ? $_GET['x'] : 0;\nsink($id);\nsink(check($_GET['y']) ? '' : $_GET['y']); // yes\n"},
		"given":      {"a.php": "<?php\n$a = f();\n$a['x'] = source();\nsink($a['x']); // yes\nsink($a['y']);\n$a['x'] = 'b';\nsink($a['x']);\n"},
		"loop":       {"a.js": "while (c) { sink(input.x); // yes\nif (!check(input.x)) continue;\nsink(input.x); }\n"},
		"go":         {"a.go": "package a\nfunc f() {\nfor _, input := range z {\nsink(input.Name) // yes\nif !check(input.Name) { return }\nsink(input.Name)\n}\n}"},
		"other":      {"a.js": "function f(input) { if (!check(input.x)) return; sink(input.x); }\nfunction g(input) { sink(input.x); } // yes\n"},
		"both-tests": {"a.php": "<?php\nif (isset($a) && check($_GET['x'])) { sink($_GET['x']); }\nsink($_GET['x']); // yes\nif ($a || !check($_GET['x']) || $b) { exit; }\nsink($_GET['x']);\nif (!$a && ($b || check($_GET['y']))) { sink($_GET['y']); // yes\n}\n"},
		"differs":    {"a.php": "<?php\nif ($a && check($x) != '') {\nsink($_GET['x']); // yes\n}\nif (isset($_GET['x']) && check($_GET['x']) != 'a') {\nsink($_GET['x']); // yes\n}\n"},
		"says-no":    {"a.php": "<?php\nif ($_GET['x'] != null && check($_GET['x']) == null) { exit; }\nsink($_GET['x']);\nif (check($_GET['y']) !== false) {\nsink($_GET['y']);\n}\nif (check($_GET['z']) === false) {\nsink($_GET['z']); // yes\n}\n"},
		"same-value": {"a.js": "if (input.x === 'a') { sink(input.x); }\nsink(input.x); // yes\n"},
	})
}

// TestFollow_includes holds files of PHP that have their variables in common.
func TestFollow_includes(t *testing.T) {
	expect(t, map[string]map[string]string{
		"included-sees": {
			"page.php":       "<?php\n$a = source();\n$b = source();\n$b = 'x';\ninclude 'inc/head.php';\n",
			"inc/head.php":   "<?php\nsink($a); // yes\nsink($b);\nsink($c);\n",
			"other/head.php": "<?php\nsink($a);\n",
		},
		"includer-sees": {
			"page.php":  "<?php\nrequire_once __DIR__ . '/set.php';\ninclude 'show.php';\nsink($a); // yes\nsink($b);\n",
			"set.php":   "<?php\n$a = source();\n$b = source();\n$b = 'x';\n",
			"show.php":  "<?php\nsink($a); // yes\n",
			"alone.php": "<?php\nsink($a);\n",
		},
	})
}
