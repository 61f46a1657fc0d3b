package syntax

import "testing"

// checkScript checks with both grammars: what is said in JavaScript means the same in TypeScript.
func checkScript(t *testing.T, pairs ...string) {
	t.Helper()
	check(t, JavaScript, pairs...)
	check(t, TSX, pairs...)
}

func TestJavaScript_expressions(t *testing.T) {
	checkScript(t,
		`foo(a, ...b)`,
		`(ExprStmt Value:(Call Callee:(Name foo) (Name a) (Spread ... Value:(Name b))))`,
		`a?.b?.[c]?.(d)`,
		`(ExprStmt Value:(Call Callee:(Index Object:(Member . Object:(Name a) Field:(Name b)) (Name c)) (Name d)))`,
		`new a.B(1); new C`,
		`(ExprStmt Value:(New Callee:(Member . Object:(Name a) Field:(Name B)) (Number 1)))
(ExprStmt Value:(New Callee:(Name C)))`,
		"tag`x${1}y`; tag`z`",
		`(ExprStmt Value:(Call Callee:(Name tag) (Template (String "x") (Number 1) (String "y"))))
(ExprStmt Value:(Call Callee:(Name tag) (Template (String "z"))))`,
		`this.#p; super.q`,
		`(ExprStmt Value:(Member . Object:(Name this) Field:(Name #p)))
(ExprStmt Value:(Member . Object:(Name super) Field:(Name q)))`,
		`import.meta.url; new.target`,
		`(ExprStmt Value:(Member . Object:(Member . Object:(Name import) Field:(Name meta)) Field:(Name url)))
(ExprStmt Value:(Member . Object:(Name new) Field:(Name target)))`,
		`import('x')`,
		`(ExprStmt Value:(Call Callee:(Name import) (String "x")))`,
		`a ?? b || c`,
		`(ExprStmt Value:(Binary ?? Left:(Name a) Right:(Binary || Left:(Name b) Right:(Name c))))`,
		`typeof a; void 0; delete a.b; !a; -1`,
		`(ExprStmt Value:(Unary typeof Value:(Name a)))
(ExprStmt Value:(Unary void Value:(Number 0)))
(ExprStmt Value:(Unary delete Value:(Member . Object:(Name a) Field:(Name b))))
(ExprStmt Value:(Unary ! Value:(Name a)))
(ExprStmt Value:(Unary - Value:(Number 1)))`,
		`a++; --a`,
		`(ExprStmt Value:(Unary ++ Value:(Name a)))
(ExprStmt Value:(Unary -- Value:(Name a)))`,
		`a, b`,
		`(ExprStmt Value:(Tuple (Name a) (Name b)))`,
		`a ? b : c`,
		`(ExprStmt Value:(Cond Test:(Name a) Then:(Name b) Else:(Name c)))`,
		`a in b; a instanceof B`,
		`(ExprStmt Value:(Binary in Left:(Name a) Right:(Name b)))
(ExprStmt Value:(Binary instanceof Left:(Name a) Right:(Name B)))`,
		`a = b; a ||= b; (a.b) = c`,
		`(ExprStmt Value:(Assign = Left:(Name a) Right:(Name b)))
(ExprStmt Value:(Assign ||= Left:(Name a) Right:(Name b)))
(ExprStmt Value:(Assign = Left:(Member . Object:(Name a) Field:(Name b)) Right:(Name c)))`,
		`undefined; null; true; 0x1F; 10n`,
		`(ExprStmt Value:(Name undefined))
(ExprStmt Value:(Null null))
(ExprStmt Value:(Bool true))
(ExprStmt Value:(Number 0x1F))
(ExprStmt Value:(Number 10n))`,
		"/ab+\\/c/gi; /d/",
		"(ExprStmt Value:(Regexp ab+\\/c Modifier:(Modifier gi)))\n(ExprStmt Value:(Regexp d))",
		`async () => { await x }`,
		`(ExprStmt Value:(Func Modifier:(Modifier async) Params:(Params) Body:(Block (ExprStmt Value:(Await Value:(Name x))))))`,
		`x => x + 1`,
		`(ExprStmt Value:(Func Params:(Params (Param Name:(Name x))) Body:(Block (Return Value:(Binary + Left:(Name x) Right:(Number 1))))))`,
		`(a, {b}, [c], d = 1, ...e) => {}`,
		`(ExprStmt Value:(Func Params:(Params (Param Name:(Name a)) (Param Name:(Dict (Pair Key:(Name b) Value:(Name b)))) (Param Name:(List (Name c))) (Param Name:(Name d) Value:(Number 1)) (Param ... Name:(Name e))) Body:(Block)))`,
		`function* g() { yield* x; yield 1; yield }`,
		`(Func Modifier:(Modifier *) Name:(Name g) Params:(Params) Body:(Block (ExprStmt Value:(Yield * Value:(Name x))) (ExprStmt Value:(Yield Value:(Number 1))) (ExprStmt Value:(Yield))))`,
		`!function () {}()`,
		`(ExprStmt Value:(Unary ! Value:(Call Callee:(Func Params:(Params) Body:(Block)))))`,
		`async(x)`,
		`(ExprStmt Value:(Call Callee:(Name async) (Name x)))`,
	)
}

func TestJavaScript_collections(t *testing.T) {
	checkScript(t,
		`x = {a, 'b': 1, [c]: 2, 3: 4, ...d}`,
		`(ExprStmt Value:(Assign = Left:(Name x) Right:(Dict (Pair Key:(Name a) Value:(Name a)) (Pair Key:(String "b") Value:(Number 1)) (Pair Key:(Index (Name c)) Value:(Number 2)) (Pair Key:(Number 3) Value:(Number 4)) (Spread ... Value:(Name d)))))`,
		`x = {e() {}, get f() { return 1 }, set f(v) {}, async *g() {}, h: function () {}}`,
		`(ExprStmt Value:(Assign = Left:(Name x) Right:(Dict (Func Name:(Name e) Params:(Params) Body:(Block)) (Func Modifier:(Modifier get) Name:(Name f) Params:(Params) Body:(Block (Return Value:(Number 1)))) (Func Modifier:(Modifier set) Name:(Name f) Params:(Params (Param Name:(Name v))) Body:(Block)) (Func Modifier:(Modifier async) Modifier:(Modifier *) Name:(Name g) Params:(Params) Body:(Block)) (Pair Key:(Name h) Value:(Func Params:(Params) Body:(Block))))))`,
		`[a, , b, ...c, ]`,
		`(ExprStmt Value:(List (Name a) (Empty) (Name b) (Spread ... Value:(Name c))))`,
		`const {a, b: c, d = 1, e: {f} = {}, ...g} = h`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier const) Left:(Dict (Pair Key:(Name a) Value:(Name a)) (Pair Key:(Name b) Value:(Name c)) (Pair Key:(Name d) Value:(Assign = Left:(Name d) Right:(Number 1))) (Pair Key:(Name e) Value:(Assign = Left:(Dict (Pair Key:(Name f) Value:(Name f))) Right:(Dict))) (Spread ... Value:(Name g))) Right:(Name h)))`,
		`const [a, , b = 1, ...c] = d`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier const) Left:(List (Name a) (Empty) (Assign = Left:(Name b) Right:(Number 1)) (Spread ... Value:(Name c))) Right:(Name d)))`,
		`({a, b: c.d} = e); [a, b] = [b, a]`,
		`(ExprStmt Value:(Assign = Left:(Dict (Pair Key:(Name a) Value:(Name a)) (Pair Key:(Name b) Value:(Member . Object:(Name c) Field:(Name d)))) Right:(Name e)))
(ExprStmt Value:(Assign = Left:(List (Name a) (Name b)) Right:(List (Name b) (Name a))))`,
	)
}

func TestJavaScript_strings(t *testing.T) {
	checkScript(t,
		"'\\x41\\u0042\\u{43}\\103\\n\\q\\'\\0'",
		"(ExprStmt Value:(String \"ABCC\\nq'\\x00\"))",
		"'a\\\nb'",
		`(ExprStmt Value:(String "ab"))`,
		"'\\ud83d\\ude00'",
		`(ExprStmt Value:(String "😀"))`,
		"`a\\n${b}\\t`; ``; `c`; `${a}${b}`",
		"(ExprStmt Value:(Template (String \"a\\n\") (Name b) (String \"\\t\")))\n(ExprStmt Value:(Template))\n(ExprStmt Value:(Template (String \"c\")))\n(ExprStmt Value:(Template (Name a) (Name b)))",
		"\\u0061b",
		`(ExprStmt Value:(Name ab))`,
		`'use strict'`,
		`(ExprStmt Value:(String "use strict"))`,
	)
}

func TestJavaScript_statements(t *testing.T) {
	checkScript(t,
		`const a = 1, b = 2; let c; var d`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier const) Left:(Name a) Right:(Number 1)))
(ExprStmt Value:(Assign! = Modifier:(Modifier const) Left:(Name b) Right:(Number 2)))
(ExprStmt Value:(Assign! = Modifier:(Modifier let) Left:(Name c)))
(ExprStmt Value:(Assign! = Modifier:(Modifier var) Left:(Name d)))`,
		`using a = b()`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier using) Left:(Name a) Right:(Call Callee:(Name b))))`,
		`if (a) b; else if (c) { d } else e`,
		`(If Test:(Name a) Then:(Block (ExprStmt Value:(Name b))) Else:(Block (If Test:(Name c) Then:(Block (ExprStmt Value:(Name d))) Else:(Block (ExprStmt Value:(Name e))))))`,
		`while (a) b; do { c } while (d)`,
		`(While Test:(Name a) Body:(Block (ExprStmt Value:(Name b))))
(While do Body:(Block (ExprStmt Value:(Name c))) Test:(Name d))`,
		`for (let i = 0, j = 1; i < j; i++) a`,
		`(For Init:(Block (ExprStmt Value:(Assign! = Modifier:(Modifier let) Left:(Name i) Right:(Number 0))) (ExprStmt Value:(Assign! = Modifier:(Modifier let) Left:(Name j) Right:(Number 1)))) Test:(Binary < Left:(Name i) Right:(Name j)) Update:(Unary ++ Value:(Name i)) Body:(Block (ExprStmt Value:(Name a))))`,
		`for (i = 0;;) { break } for (;;) continue a`,
		`(For Init:(ExprStmt Value:(Assign = Left:(Name i) Right:(Number 0))) Body:(Block (Break)))
(For Body:(Block (Continue a)))`,
		`for (const a of b) c; for await (let a of b) {} for (k in o) {}`,
		`(ForEach of Modifier:(Modifier const) Left:(Name a) Right:(Name b) Body:(Block (ExprStmt Value:(Name c))))
(ForEach of Modifier:(Modifier await) Modifier:(Modifier let) Left:(Name a) Right:(Name b) Body:(Block))
(ForEach in Left:(Name k) Right:(Name o) Body:(Block))`,
		`switch (a) { case 1: case 2: b(); break; default: c() }`,
		`(Switch Value:(Name a) (Case (Number 1) Body:(Block)) (Case (Number 2) Body:(Block (ExprStmt Value:(Call Callee:(Name b))) (Break))) (Case Body:(Block (ExprStmt Value:(Call Callee:(Name c))))))`,
		`try { a } catch (e) { b } finally { c }`,
		`(Try Body:(Block (ExprStmt Value:(Name a))) (Catch Name:(Name e) Body:(Block (ExprStmt Value:(Name b)))) Finally:(Block (ExprStmt Value:(Name c))))`,
		`try { } catch { }`,
		`(Try Body:(Block) (Catch Body:(Block)))`,
		`throw a; debugger; ;`,
		`(Throw Value:(Name a))
(ExprStmt Value:(Name debugger))`,
		`a: while (b) { break a }`,
		`(While Modifier:(Modifier a:) Test:(Name b) Body:(Block (Break a)))`,
		`a: var b, c; d: ;`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier a:) Modifier:(Modifier var) Left:(Name b)))
(ExprStmt Value:(Assign! = Modifier:(Modifier var) Left:(Name c)))
(Block Modifier:(Modifier d:))`,
		`with (a) b()`,
		`(With (Name a) Body:(Block (ExprStmt Value:(Call Callee:(Name b)))))`,
		`function f() { return; return a, b }`,
		`(Func Name:(Name f) Params:(Params) Body:(Block (Return) (Return Value:(Tuple (Name a) (Name b)))))`,
		`async function f() {}`,
		`(Func Modifier:(Modifier async) Name:(Name f) Params:(Params) Body:(Block))`,
		`#!/usr/bin/env node
a`,
		`(ExprStmt Value:(Name a))`,
	)
}

func TestJavaScript_classes(t *testing.T) {
	checkScript(t,
		`class A extends B.C { static x = 1; #y; constructor(a) { super(a) } static async m() {} get p() {} static { init() } *[Symbol.iterator]() {} 'q'() {} }`,
		`(Class class Name:(Name A) Bases:(Bases (Member . Object:(Name B) Field:(Name C))) Body:(Block (ExprStmt Value:(Assign! = Modifier:(Modifier static) Left:(Name x) Right:(Number 1))) (ExprStmt Value:(Assign! = Left:(Name #y))) (Func Name:(Name constructor) Params:(Params (Param Name:(Name a))) Body:(Block (ExprStmt Value:(Call Callee:(Name super) (Name a))))) (Func Modifier:(Modifier static) Modifier:(Modifier async) Name:(Name m) Params:(Params) Body:(Block)) (Func Modifier:(Modifier get) Name:(Name p) Params:(Params) Body:(Block)) (Block Modifier:(Modifier static) (ExprStmt Value:(Call Callee:(Name init)))) (Func Modifier:(Modifier *) Name:(Index (Member . Object:(Name Symbol) Field:(Name iterator))) Params:(Params) Body:(Block)) (Func Name:(String "q") Params:(Params) Body:(Block))))`,
		`x = class {}`,
		`(ExprStmt Value:(Assign = Left:(Name x) Right:(Class class Body:(Block))))`,
		`@a @b.c(1) class A { @d e = 1; @f() g() {} }`,
		`(Class class Decorator:(Decorator Value:(Name a)) Decorator:(Decorator Value:(Call Callee:(Member . Object:(Name b) Field:(Name c)) (Number 1))) Name:(Name A) Body:(Block (ExprStmt Value:(Assign! = Decorator:(Decorator Value:(Name d)) Left:(Name e) Right:(Number 1))) (Func Decorator:(Decorator Value:(Call Callee:(Name f))) Name:(Name g) Params:(Params) Body:(Block))))`,
		`@a export class A {}`,
		`(Class class Decorator:(Decorator Value:(Name a)) Modifier:(Modifier export) Name:(Name A) Body:(Block))`,
	)
}

func TestJavaScript_modules(t *testing.T) {
	checkScript(t,
		`import 'node:fs/promises'; import 'node:test'; require('node:fs'); f('node:fs')`,
		`(Import Module:(Name fs/promises))
(Import Module:(Name node:test))
(ExprStmt Value:(Call Callee:(Name require) (String "fs")))
(ExprStmt Value:(Call Callee:(Name f) (String "node:fs")))`,
		`import 'm'`,
		`(Import Module:(Name m))`,
		`import a, {b, c as d, default as e, 'f-g' as h} from 'm'`,
		`(Import Field:(Name default) Name:(Name a) Module:(Name m))
(Import Field:(Name b) Module:(Name m))
(Import Field:(Name c) Name:(Name d) Module:(Name m))
(Import Field:(Name default) Name:(Name e) Module:(Name m))
(Import Field:(Name f-g) Name:(Name h) Module:(Name m))`,
		`import * as a from 'm'`,
		`(Import Field:(Name *) Name:(Name a) Module:(Name m))`,
		`import a, * as b from 'm'`,
		`(Import Field:(Name default) Name:(Name a) Module:(Name m))
(Import Field:(Name *) Name:(Name b) Module:(Name m))`,
		`import {} from 'm'`,
		`(Import Module:(Name m))`,
		`import a from './a.json' with {type: 'json'}`,
		`(Import Field:(Name default) Name:(Name a) Module:(Name ./a.json))`,
		`export const a = 1, b = 2`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier export) Modifier:(Modifier const) Left:(Name a) Right:(Number 1)))
(ExprStmt Value:(Assign! = Modifier:(Modifier export) Modifier:(Modifier const) Left:(Name b) Right:(Number 2)))`,
		`export default function () {}`,
		`(Func Modifier:(Modifier export) Modifier:(Modifier default) Params:(Params) Body:(Block))`,
		`export default class A {}`,
		`(Class class Modifier:(Modifier export) Modifier:(Modifier default) Name:(Name A) Body:(Block))`,
		`export default {a: 1}`,
		`(ExprStmt Modifier:(Modifier export) Modifier:(Modifier default) Value:(Dict (Pair Key:(Name a) Value:(Number 1))))`,
		`export default a = b`,
		`(ExprStmt Modifier:(Modifier export) Modifier:(Modifier default) Value:(Assign = Left:(Name a) Right:(Name b)))`,
		`export function f() {}`,
		`(Func Modifier:(Modifier export) Name:(Name f) Params:(Params) Body:(Block))`,
		`export {a, b as c, d as default}`,
		`(ExprStmt Modifier:(Modifier export) Value:(Name a))
(ExprStmt Modifier:(Modifier export) Value:(Pair Key:(Name c) Value:(Name b)))
(ExprStmt Modifier:(Modifier export) Modifier:(Modifier default) Value:(Name d))`,
		`export {a, b as c, default} from 'm'`,
		`(Import Modifier:(Modifier export) Field:(Name a) Module:(Name m))
(Import Modifier:(Modifier export) Field:(Name b) Name:(Name c) Module:(Name m))
(Import Modifier:(Modifier export) Field:(Name default) Module:(Name m))`,
		`export * from 'm'`,
		`(Import Modifier:(Modifier export) Field:(Name *) Module:(Name m))`,
		`export * as a from 'm'`,
		`(Import Modifier:(Modifier export) Field:(Name *) Name:(Name a) Module:(Name m))`,
		`export {} from 'm'; export {}`,
		`(Import Modifier:(Modifier export) Module:(Name m))`,
		`const a = require('m')`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier const) Left:(Name a) Right:(Call Callee:(Name require) (String "m"))))`,
	)
}

func TestJavaScript_jsx(t *testing.T) {
	checkScript(t,
		`<a/>; <A.B c/>; <a:b/>; <></>`,
		`(ExprStmt Value:(Element Name:(Name a)))
(ExprStmt Value:(Element Name:(Member . Object:(Name A) Field:(Name B)) (Attr Key:(Name c))))
(ExprStmt Value:(Element Name:(Name a:b)))
(ExprStmt Value:(Element))`,
		`<a b="x&amp;y" c={1} d {...e} f-g='h' i=<j/>/>`,
		`(ExprStmt Value:(Element Name:(Name a) (Attr Key:(Name b) Value:(String "x&y")) (Attr Key:(Name c) Value:(Number 1)) (Attr Key:(Name d)) (Spread ... Value:(Name e)) (Attr Key:(Name f-g) Value:(String "h")) (Attr Key:(Name i) Value:(Element Name:(Name j)))))`,
		"<a>\n\tx &lt; y\n\n\tz {b} <c/>{...d}{}{/* e */}\n</a>",
		`(ExprStmt Value:(Element Name:(Name a) (String "x < y z ") (Name b) (String " ") (Element Name:(Name c)) (Spread ... Value:(Name d))))`,
	)
}
