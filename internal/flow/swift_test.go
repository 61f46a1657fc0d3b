package flow_test

import (
	"testing"

	"github.com/reevehq/reeve/internal/syntax"
)

// TestFollow_swift holds what Swift writes in ways of its own.
func TestFollow_swift(t *testing.T) {
	if syntax.Swift.Absent() {
		t.Skip(syntax.ErrAbsent)
	}
	expect(t, map[string]map[string]string{
		"bindings": one("a.swift", `
func f() {
  guard let x = source(), x.count > 1 else { return }
  sink(x) // yes
  if let y = clean(), let z = source() {
    sink(y)
    sink(z) // yes
  }
  if let x { sink(x) // yes
  }
  while let next = source() { sink(next) // yes
  }
  let (a, b) = (source(), 1)
  sink(a) // yes
  sink(b)
}`),
		"text": one("a.swift", `
func f() {
  let x = source()
  sink("select \(x)") // yes
  sink("select \(raw: x)") // yes
  sink("a" + x + "b") // yes
  sink(x ?? "a") // yes
  sink(c ? "a" : x) // yes
  sink("a \(clean())")
}`),
		"wrapped": one("a.swift", `
func f() async throws {
  let x = try await source()
  sink(x) // yes
  let y = try? source()
  sink(y!) // yes
  sink(y as? String) // yes
  sink(y?.trimmed.lowercased()) // yes
  let d = ["a": source(), "b": "c"]
  sink(d["a"]!) // yes
  sink(d["b"]!)
  let url = URLComponents(string: source())
  sink(url?.queryItems?.first(where: { $0.name == "a" })?.value) // yes
  let z = if c { source() } else { "a" }
  sink(z) // yes
}`),
		"labels": one("a.swift", `
func run(_ first: String, with second: String, third: String = "a") {
  sink(first)
  sink(second) // yes
  sink(third)
}
func g() { run("a", with: source()) }
func give() -> String { source() }
func h() { sink(give()) // yes
}`),
		"closures": one("a.swift", `
func f() {
  source().forEach { sink($0) // yes
  }
  source().map { one in sink(one) // yes
  }
  clean().forEach { sink($0) }
  let run = { (x: String) in sink(x) // yes
  }
  run(source())
  let copy = source()
  later { [copy] in sink(copy) // yes
  }
}`),
		"cases": one("a.swift", `
func f() {
  switch source() {
  case .text(let x): sink(x) // yes
  case let .both(a, n: b) where b > 1:
    sink(a) // yes
  case let other as String: sink(other) // yes
  case .none: sink(nothing)
  }
  if case .some(let y) = source() { sink(y) // yes
  }
  for case let z? in source() where z > 1 { sink(z) // yes
  }
  do { try g() } catch let e { sink(e) }
}`),
		"objects": {
			"model.swift": "struct User {\n  let name: String\n  let id: Int\n}\nfinal class Store {\n  private var kept: String\n  init(kept: String) { self.kept = kept }\n  func give() -> String { return kept }\n}\n",
			"use.swift": `
func f(u: User) {
  sink(u.name) // yes
  sink(u.id)
}
func g() {
  f(u: User(name: source(), id: 1))
  let s = Store(kept: source())
  sink(s.give()) // yes
}`,
		},
		"overwritten": one("a.swift", "func f() {\n  var x = source()\n  x = \"a\"\n  sink(x)\n  x += source()\n  sink(x) // yes\n  defer { sink(x) // yes\n  }\n}\n"),
		"checked": one("a.swift", `
func f() {
  let x = source()
  guard check(x) else { return }
  sink(x)
}
func g() {
  let x = source()
  if !check(x) { return }
  sink(x)
  let y = source()
  if check(y) { sink(y) }
  sink(y) // yes
}`),
		"nested": one("a.swift", "class A {\n  func f() {\n    Task { [weak self] in\n      guard let self else { return }\n      self.g(source())\n    }\n  }\n  func g(_ x: String) { sink(x) // yes\n  }\n}\n"),
	})
}

// TestFollow_swiftObjects holds how Swift's objects keep and give data.
func TestFollow_swiftObjects(t *testing.T) {
	if syntax.Swift.Absent() {
		t.Skip(syntax.ErrAbsent)
	}
	expect(t, map[string]map[string]string{
		"getter":      one("a.swift", "struct A {\n  var q: String { source() }\n  func f() { sink(q) // yes\n  }\n}\nfunc f(a: A) { sink(a.q) // yes\n}\nfunc g() { let a = A()\n sink(a.q) // yes\n}\n"),
		"static":      one("a.swift", "enum K {\n  static let x = source()\n}\nfunc f() { sink(K.x) // yes\n}\n"),
		"asynclet":    one("a.swift", "func f() async { async let a = source()\n sink(await a) // yes\n}\n"),
		"append":      one("a.swift", "func f() { var a: [String] = []\n a.append(source())\n sink(a[0]) // yes\n var s = \"\"\n s.append(source())\n sink(s) // yes\n var d: [String: String] = [:]\n d[\"a\"] = source()\n sink(d[\"a\"]) // yes\n sink(d[\"b\"])\n for (k, v) in d { sink(v) // yes\n }\n}\n"),
		"optmap":      one("a.swift", "func f() { let u = source().flatMap { URL(string: $0) }\n sink(u) // yes\n}\n"),
		"proto":       one("a.swift", "protocol P { func run(_ x: String) }\nclass A: P { func run(_ x: String) { sink(x) // yes\n } }\nfunc f(p: P) { p.run(source()) }\n"),
		"shared":      one("a.swift", "class S { static let shared = S()\n func run(x: String) { sink(x) // yes\n }\n}\nfunc f() { S.shared.run(x: source()) }\n"),
		"field":       one("a.swift", "class S { var q: String?\n func set() { q = source() }\n func run() { sink(q!) // yes\n sink(self.q) // yes\n }\n}\n"),
		"enum":        one("a.swift", "enum E { case a(String), b }\nfunc f(e: E) { if case .a(let x) = e { sink(x) // yes\n } }\nfunc g() { f(e: .a(source())) }\n"),
		"format":      one("a.swift", "func f() { sink(String(format: \"%@\", source())) // yes\n sink(URL(string: source())!.path) // yes\n sink(Data(source().utf8)) // yes\n sink([source()].joined(separator: \",\")) // yes\n}\n"),
		"ext":         {"a.swift": "class A { }\n", "b.swift": "extension A { func run(_ x: String) { sink(x) // yes\n } }\n", "c.swift": "func f(a: A) { a.run(source()) }\n"},
		"init":        one("a.swift", "class A { let x: String\n init(_ x: String) { self.x = x }\n func run() { sink(x) // yes\n }\n}\nfunc f() { A(source()).run() }\n"),
		"closureprop": one("a.swift", "class A { var done: ((String) -> Void)?\n func go() { done?(source()) }\n}\nfunc f(a: A) { a.done = { x in sink(x) // yes\n } }\n"),
	})
}
