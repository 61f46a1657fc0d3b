package flow_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestFollow_parts holds code in which a part of a value is tainted and others are not. Lines that end in "yes" have a sink that must be reached, and no
// others.
func TestFollow_parts(t *testing.T) {
	for name, c := range map[string]struct{ path, text string }{
		"go-struct": {"a.go", `package a
func f(u *User) {
	sink(u.Name) // yes
	sink(u.ID)
}
func g() {
	f(&User{Name: source(), ID: 1})
}`},
		"go-made-by-function": {"a.go", `package a
func NewUser(name, id string) *User { return &User{Name: name, ID: id} }
func (u *User) Called() string { return u.Name }
func (u *User) Number() string { return u.ID }
func g() {
	u := NewUser(source(), "1")
	sink(u.Name) // yes
	sink(u.ID)
	sink(u.Called()) // yes
	sink(u.Number())
}`},
		"go-field-set": {"a.go", `package a
func f(p *Person) {
	sink(p.Name) // yes
	sink(p.ID)
}
func g(p *Person) {
	p.Name = source()
	sink(p) // yes
	f(p)
}`},
		"go-map": {"a.go", `package a
func f(m map[string]string, k string) {
	sink(m["a"]) // yes
	sink(m["b"])
	sink(m[k]) // yes
}
func g() { f(map[string]string{"a": source(), "b": "x"}, "c") }`},
		"go-list-of-structs": {"a.go", `package a
func f(all []User) {
	for _, u := range all {
		sink(u.Name) // yes
		sink(u.ID)
	}
	sink(all[0].Name) // yes
	sink(all[0].ID)
}
func g() { f([]User{User{Name: source(), ID: 1}}) }`},
		"java-dto": {"a.java", `class User { private String name; private int id;
	User(String name, int id) { this.name = name; this.id = id; }
	String getName() { return name; }
	int getId() { return this.id; } }
class A { void f() { g(new User(source(), 1)); }
	void g(User u) {
		sink(u.getName()); // yes
		sink(u.getId());
		sink(u); // yes
	} }`},
		"java-objects-apart": {"a.java", `class Box { private final String v; Box(String v) { this.v = v; } String v() { return v; } }
class A { void f(Object o) { g(new Box(source())); }
	void g(Box b) {
		sink(b.v()); // yes
	} }`},
		"java-inherited": {"a.java", `class Base { protected String a; Base(String a) { this.a = a; } String a() { return this.a; } }
class User extends Base { private String b; User(String a, String b) { super(a); this.b = b; } String b() { return this.b; } }
class A { void f() {
	User u = new User(source(), "x");
	sink(u.a()); // yes
	sink(u.b());
	} }`},
		"java-map": {"a.java", `class A { void f() { Map<String, String> m = new HashMap<>(); m.put("a", source()); m.put("b", "x"); g(m); }
	void g(Map<String, String> m) {
		sink(m.get("a")); // yes
		sink(m.get("b"));
		sink(m.get(k)); // yes
	} }`},
		"java-map-overwritten": {"a.java", `class A { void f() { Map<String, String> m = new HashMap<>(); m.put("a", source()); m.put("a", "x"); m.put("b", source()); g(m); }
	void g(Map<String, String> m) {
		sink(m.get("a"));
		sink(m.get("b")); // yes
	} }`},
		"python-dict": {"a.py", `
def f(d, k):
  sink(d['a']) # yes
  sink(d['b'])
  sink(d.get('a')) # yes
  sink(d.get('b'))
  sink(d[k]) # yes
f({'a': source(), 'b': 'x'}, 'c')
`},
		"python-dict-set": {"a.py", `
def f(d):
  sink(d['a']) # yes
  sink(d['b'])
def g(d):
  d['a'] = source()
  f(d)
`},
		"python-dict-unknown-key": {"a.py", `
def f(d):
  sink(d['a']) # yes
def g(d, k):
  d[k] = source()
  f(d)
`},
		"python-object": {"a.py", `
class User:
  def __init__(self, name, id):
    self.name = name
    self.id = id
  def title(self):
    return 'x' + self.name
  def number(self):
    return self.id
def f(u):
  sink(u.name) # yes
  sink(u.id)
  sink(u.title()) # yes
  sink(u.number())
f(User(source(), 1))
`},
		"python-dataclass": {"a.py", `
@dataclass
class User:
  name: str
  id: int
def f(u):
  sink(u.name) # yes
  sink(u.id)
f(User(name=source(), id=1))
`},
		"javascript-object": {"a.js", `
function f(o, k) {
  sink(o.a); // yes
  sink(o.b);
  sink(o[k]); // yes
  sink(o['b']);
  const { a, b } = o;
  sink(a); // yes
  sink(b);
}
f({ a: source(), b: 1 }, 'c');
`},
		"javascript-returned": {"a.js", `
function make(x, y) { return { a: x, b: y }; }
const o = make(source(), 'x');
sink(o.a); // yes
sink(o.b);
const p = make('x', source());
sink(p.a);
sink(p.b); // yes
sink({ ...p }.a);
sink({ ...p }.b); // yes
sink('' + p); // yes
sink(JSON.stringify(p)); // yes
`},
		"javascript-pattern": {"a.js", `
function f({ a, b }) {
  sink(a); // yes
  sink(b);
}
f({ a: source(), b: 1 });
`},
		"javascript-list": {"a.js", `
const all = [];
all.push({ a: source(), b: 1 });
all.forEach(one => {
  sink(one.a); // yes
  sink(one.b);
});
for (const one of all) {
  sink(one.a); // yes
  sink(one.b);
}
`},
		"javascript-class": {"a.js", `
class Box { constructor(v, w) { this.v = v; this.w = w; } first() { return this.v; } second() { return this.w; } }
function f(b) {
  sink(b.first()); // yes
  sink(b.second());
  sink(b.v); // yes
  sink(b.w);
}
f(new Box(source(), 1));
`},
		"javascript-depth": {"a.js", `
function f(o) {
  sink(o.user.name); // yes
  sink(o.other.name);
}
f({ user: { name: source() }, other: { name: 'x' } });
`},
		"javascript-many": {"a.js", `
function f(o) {
  sink(o.a); // yes
  sink(o.f); // yes
}
f({ a: source(), b: source(), c: source(), d: source(), e: source(), f: source() });
`},
		"javascript-branches": {"a.js", `
function f(o, c) {
  if (c) { o.b = 'x'; }
  sink(o.b);
  sink(o.a); // yes
}
f({ a: source(), b: 1 });
`},
		"javascript-closure": {"a.js", `
const o = { a: source(), b: 1 };
function f() {
  sink(o.a); // yes
  sink(o.b);
}
`},
		"php-array": {"a.php", `<?php
function f($o, $k) {
  sink($o['a']); // yes
  sink($o['b']);
  sink($o[$k]); // yes
}
f(['a' => source(), 'b' => 'x'], 'c');
`},
		"php-added": {"a.php", `<?php
function f($p) {
  sink($p['a']); // yes
  sink($p['b']);
}
$p['a'] = 'x';
$p['a'] .= source();
$p['a'] .= 'y';
sink($p); // yes
f($p);
$all[] = ['a' => source(), 'b' => 1];
foreach ($all as $one) {
  sink($one['a']); // yes
  sink($one['b']);
}
`},
		"php-object": {"a.php", `<?php
class User { private $name; private $id;
  function __construct($name, $id) { $this->name = $name; $this->id = $id; }
  function name() { return $this->name; }
  function id() { return $this->id; } }
function f(User $u) {
  sink($u->name()); // yes
  sink($u->id());
}
f(new User(source(), 1));
`},
		"ruby-hash": {"a.rb", `
def f(o)
  sink(o[:a]) # yes
  sink(o[:b])
end
f({a: source(), b: 'x'})
`},
		"csharp-initializer": {"a.cs", `class A { void F() { G(new User { Name = source(), Id = "x" }); }
	void G(User u) {
		sink(u.Name); // yes
		sink(u.Id);
	} }`},
		"kotlin-named": {"a.kt", `
fun f(u: User) {
  sink(u.name) // yes
  sink(u.id)
}
fun g() { f(User(name = source(), id = "x")) }
`},
		"rust-struct": {"a.rs", `
fn f(u: User) {
  sink(u.name); // yes
  sink(u.id);
}
fn g() { f(User { name: source(), id: 1 }); }
`},
		"whole": {"a.js", `
function f(o) {
  sink(o.a); // yes
  sink(o['b']); // yes
}
f(source());
`},
	} {
		t.Run(name, func(t *testing.T) {
			var want []string
			for i, line := range strings.Split(c.text, "\n") {
				if strings.HasSuffix(line, " yes") {
					want = append(want, fmt.Sprint(i+1))
				}
			}
			if got := reached(t, map[string]string{c.path: c.text}); !slices.Equal(got, want) {
				t.Errorf("reached %v, want %v in\n%s", got, want, c.text)
			}
		})
	}
}
