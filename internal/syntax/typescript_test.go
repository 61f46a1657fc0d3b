package syntax

import "testing"

func TestTypeScript_annotations(t *testing.T) {
	check(t, TypeScript,
		`let a: string = 1, b!: Map<string, number[]>`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier let) Left:(Name a) Type:(Name string) Right:(Number 1)))
(ExprStmt Value:(Assign! = Modifier:(Modifier let) Left:(Name b) Type:(Index Object:(Name Map) TypeArgs:(Name string) TypeArgs:(Index Object:(Name Array) TypeArgs:(Name number)))))`,
		`function f<T extends U = V>(this: X, a?: number, b: string = 'x', ...c: any[]): void {}`,
		`(Func Name:(Name f) TypeParams:(Params (Param Name:(Name T) Type:(Name U) Value:(Name V))) Params:(Params (Param Name:(Name this) Type:(Name X)) (Param Name:(Name a) Modifier:(Modifier ?) Type:(Name number)) (Param Name:(Name b) Type:(Name string) Value:(String "x")) (Param ... Name:(Name c) Type:(Index Object:(Name Array) TypeArgs:(Name any)))) Result:(Name void) Body:(Block))`,
		`function f(a: T): a is string; function g(): asserts b is C; function h(): asserts d`,
		`(Func Name:(Name f) Params:(Params (Param Name:(Name a) Type:(Name T))) Result:(Binary is Left:(Name a) Right:(Name string)))
(Func Name:(Name g) Params:(Params) Result:(Unary asserts Value:(Binary is Left:(Name b) Right:(Name C))))
(Func Name:(Name h) Params:(Params) Result:(Unary asserts Value:(Name d)))`,
		`try {} catch (e: unknown) {}`,
		`(Try Body:(Block) (Catch Name:(Name e) Type:(Name unknown) Body:(Block)))`,
		`const f = <T,>(a: T): U => a`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier const) Left:(Name f) Right:(Func TypeParams:(Params (Param Name:(Name T))) Params:(Params (Param Name:(Name a) Type:(Name T))) Result:(Name U) Body:(Block (Return Value:(Name a))))))`,
	)
}

func TestTypeScript_expressions(t *testing.T) {
	check(t, TypeScript,
		`a as const; a as any as T; a satisfies T; <T>a`,
		`(ExprStmt Value:(Cast Value:(Name a) Type:(Name const)))
(ExprStmt Value:(Cast Value:(Cast Value:(Name a) Type:(Name any)) Type:(Name T)))
(ExprStmt Value:(Cast Value:(Name a) Type:(Name T)))
(ExprStmt Value:(Cast Type:(Name T) Value:(Name a)))`,
		`a!; a!.b!(); f(a!); a!++`,
		`(ExprStmt Value:(Name a))
(ExprStmt Value:(Call Callee:(Member . Object:(Name a) Field:(Name b))))
(ExprStmt Value:(Call Callee:(Name f) (Name a)))
(ExprStmt Value:(Unary ++ Value:(Name a)))`,
		`f<T>(a); new A<B>(c); a?.<T>(b); f<T>`,
		`(ExprStmt Value:(Call Callee:(Name f) TypeArgs:(Name T) (Name a)))
(ExprStmt Value:(New Callee:(Name A) TypeArgs:(Name B) (Name c)))
(ExprStmt Value:(Call Callee:(Name a) TypeArgs:(Name T) (Name b)))
(ExprStmt Value:(Index Object:(Name f) TypeArgs:(Name T)))`,
		`(a: T)`,
		`(ExprStmt Value:(Typed Value:(Name a) Type:(Name T)))`,
	)
}

func TestTypeScript_declarations(t *testing.T) {
	check(t, TypeScript,
		`interface A<T> extends B, C.D<E> { readonly a: string; b?: number; m(x: T): void; (c: d): e; new (f: g): h; [k: string]: any; get x(): y }`,
		`(Class interface Name:(Name A) TypeParams:(Params (Param Name:(Name T))) Bases:(Bases (Name B) (Index Object:(Member . Object:(Name C) Field:(Name D)) TypeArgs:(Name E))) Body:(Block (ExprStmt Value:(Assign! = Modifier:(Modifier readonly) Left:(Name a) Type:(Name string))) (ExprStmt Value:(Assign! = Left:(Name b) Modifier:(Modifier ?) Type:(Name number))) (Func Name:(Name m) Params:(Params (Param Name:(Name x) Type:(Name T))) Result:(Name void)) (Func Params:(Params (Param Name:(Name c) Type:(Name d))) Result:(Name e)) (Func Modifier:(Modifier new) Params:(Params (Param Name:(Name f) Type:(Name g))) Result:(Name h)) (ExprStmt Value:(Assign! = Left:(Index (Param Name:(Name k) Type:(Name string))) Type:(Name any))) (Func Modifier:(Modifier get) Name:(Name x) Params:(Params) Result:(Name y))))`,
		`enum A { B, C = 2, 'D' = 'x' } const enum E {}`,
		`(Class enum Name:(Name A) Body:(Block (ExprStmt Value:(Assign! = Left:(Name B))) (ExprStmt Value:(Assign! = Left:(Name C) Right:(Number 2))) (ExprStmt Value:(Assign! = Left:(String "D") Right:(String "x")))))
(Class enum Modifier:(Modifier const) Name:(Name E) Body:(Block))`,
		`type A<T> = B | null`,
		`(Class type Name:(Name A) TypeParams:(Params (Param Name:(Name T))) Value:(Binary | Left:(Name B) Right:(Null null)))`,
		`namespace A.B { export const c = 1 } module D {}`,
		`(Class namespace Name:(Member . Object:(Name A) Field:(Name B)) Body:(Block (ExprStmt Value:(Assign! = Modifier:(Modifier export) Modifier:(Modifier const) Left:(Name c) Right:(Number 1)))))
(Class namespace Name:(Name D) Body:(Block))`,
		`declare module 'a' { export default b } declare module 'c'; declare global { var d }`,
		`(Class namespace Modifier:(Modifier declare) Name:(String "a") Body:(Block (ExprStmt Modifier:(Modifier export) Modifier:(Modifier default) Value:(Name b))))
(Class namespace Modifier:(Modifier declare) Name:(String "c"))
(Class namespace Modifier:(Modifier declare) Name:(Name global) Body:(Block (ExprStmt Value:(Assign! = Modifier:(Modifier var) Left:(Name d)))))`,
		`declare const a: A, b: B; declare function f(): void`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier declare) Modifier:(Modifier const) Left:(Name a) Type:(Name A)))
(ExprStmt Value:(Assign! = Modifier:(Modifier declare) Modifier:(Modifier const) Left:(Name b) Type:(Name B)))
(Func Modifier:(Modifier declare) Name:(Name f) Params:(Params) Result:(Name void))`,
		`import type {A} from 'm'; import {type B, C} from 'm'; import type D from 'm'`,
		`(Import Modifier:(Modifier type) Field:(Name A) Module:(Name m))
(Import Modifier:(Modifier type) Field:(Name B) Module:(Name m))
(Import Field:(Name C) Module:(Name m))
(Import Modifier:(Modifier type) Field:(Name default) Name:(Name D) Module:(Name m))`,
		`import a = require('m'); import b = C.D`,
		`(Import Name:(Name a) Module:(Name m) Field:(Name *))
(ExprStmt Value:(Assign! = Modifier:(Modifier import) Left:(Name b) Right:(Member . Object:(Name C) Field:(Name D))))`,
		`export = a`,
		`(ExprStmt Value:(Assign = Left:(Member . Object:(Name module) Field:(Name exports)) Right:(Name a)))`,
		`export as namespace A`,
		`(Other "export as namespace" (Name A))`,
		`export type {A} from 'm'; export type {B}`,
		`(Import Modifier:(Modifier export) Modifier:(Modifier type) Field:(Name A) Module:(Name m))
(ExprStmt Modifier:(Modifier export) Modifier:(Modifier type) Value:(Name B))`,
		`export import a = B.C; export interface D {} export type E = F; export enum G {}`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier export) Modifier:(Modifier import) Left:(Name a) Right:(Member . Object:(Name B) Field:(Name C))))
(Class interface Modifier:(Modifier export) Name:(Name D) Body:(Block))
(Class type Modifier:(Modifier export) Name:(Name E) Value:(Name F))
(Class enum Modifier:(Modifier export) Name:(Name G) Body:(Block))`,
	)
}

func TestTypeScript_classes(t *testing.T) {
	check(t, TypeScript,
		`abstract class A<T> extends B<T> implements C, D<E> { private readonly a: string = 'x'; static b?: number; declare c; abstract d(): void; e!: F; [n: string]: any; accessor g = 1 }`,
		`(Class class Modifier:(Modifier abstract) Name:(Name A) TypeParams:(Params (Param Name:(Name T))) Bases:(Bases (Index Object:(Name B) TypeArgs:(Name T)) (Name C) (Index Object:(Name D) TypeArgs:(Name E))) Body:(Block (ExprStmt Value:(Assign! = Modifier:(Modifier private) Modifier:(Modifier readonly) Left:(Name a) Type:(Name string) Right:(String "x"))) (ExprStmt Value:(Assign! = Modifier:(Modifier static) Left:(Name b) Modifier:(Modifier ?) Type:(Name number))) (ExprStmt Value:(Assign! = Modifier:(Modifier declare) Left:(Name c))) (Func Modifier:(Modifier abstract) Name:(Name d) Params:(Params) Result:(Name void)) (ExprStmt Value:(Assign! = Left:(Name e) Type:(Name F))) (ExprStmt Value:(Assign! = Left:(Index (Param Name:(Name n) Type:(Name string))) Type:(Name any))) (ExprStmt Value:(Assign! = Modifier:(Modifier accessor) Left:(Name g) Right:(Number 1)))))`,
		`class A { constructor(private a: B, public readonly c = 1, @Inject() d?: E) {} protected async f<T>(): G {} override h() {} i(j: k): l; i(j) {} }`,
		`(Class class Name:(Name A) Body:(Block (Func Name:(Name constructor) Params:(Params (Param Modifier:(Modifier private) Name:(Name a) Type:(Name B)) (Param Modifier:(Modifier public) Modifier:(Modifier readonly) Name:(Name c) Value:(Number 1)) (Param Decorator:(Decorator Value:(Call Callee:(Name Inject))) Name:(Name d) Modifier:(Modifier ?) Type:(Name E))) Body:(Block)) (Func Modifier:(Modifier protected) Modifier:(Modifier async) Name:(Name f) TypeParams:(Params (Param Name:(Name T))) Params:(Params) Result:(Name G) Body:(Block)) (Func Modifier:(Modifier override) Name:(Name h) Params:(Params) Body:(Block)) (Func Name:(Name i) Params:(Params (Param Name:(Name j) Type:(Name k))) Result:(Name l)) (Func Name:(Name i) Params:(Params (Param Name:(Name j))) Body:(Block))))`,
		`@A({b: 1}) export class C { @D() e: F; @G('h') i() {} @J @K() private l }`,
		`(Class class Decorator:(Decorator Value:(Call Callee:(Name A) (Dict (Pair Key:(Name b) Value:(Number 1))))) Modifier:(Modifier export) Name:(Name C) Body:(Block (ExprStmt Value:(Assign! = Decorator:(Decorator Value:(Call Callee:(Name D))) Left:(Name e) Type:(Name F))) (Func Decorator:(Decorator Value:(Call Callee:(Name G) (String "h"))) Name:(Name i) Params:(Params) Body:(Block)) (ExprStmt Value:(Assign! = Decorator:(Decorator Value:(Name J)) Decorator:(Decorator Value:(Call Callee:(Name K))) Modifier:(Modifier private) Left:(Name l)))))`,
	)
}

func TestTypeScript_types(t *testing.T) {
	check(t, TypeScript,
		`type A = [a: B, c?: D, ...e: F[]]; type G = [H?, ...I]`,
		`(Class type Name:(Name A) Value:(Tuple (Param Name:(Name a) Type:(Name B)) (Param Name:(Name c) Modifier:(Modifier ?) Type:(Name D)) (Param ... Name:(Name e) Type:(Index Object:(Name Array) TypeArgs:(Name F)))))
(Class type Name:(Name G) Value:(Tuple (Unary ? Value:(Name H)) (Spread ... Value:(Name I))))`,
		`type A = typeof b.c; type D = keyof typeof e; type F = readonly G[]; type H = unique symbol`,
		`(Class type Name:(Name A) Value:(Unary typeof Value:(Member . Object:(Name b) Field:(Name c))))
(Class type Name:(Name D) Value:(Unary keyof Value:(Unary typeof Value:(Name e))))
(Class type Name:(Name F) Value:(Unary readonly Value:(Index Object:(Name Array) TypeArgs:(Name G))))
(Class type Name:(Name H) Value:(Name "unique symbol"))`,
		`type A = B extends infer C extends D ? E : F`,
		`(Class type Name:(Name A) Value:(Cond Test:(Binary extends Left:(Name B) Right:(Unary infer Value:(Name C) Type:(Name D))) Then:(Name E) Else:(Name F)))`,
		`type A = (a: B) => C; type D = new (a: B) => C; type E = abstract new () => F`,
		`(Class type Name:(Name A) Value:(Func Params:(Params (Param Name:(Name a) Type:(Name B))) Result:(Name C)))
(Class type Name:(Name D) Value:(Func Modifier:(Modifier new) Params:(Params (Param Name:(Name a) Type:(Name B))) Result:(Name C)))
(Class type Name:(Name E) Value:(Func Modifier:(Modifier abstract) Modifier:(Modifier new) Params:(Params) Result:(Name F)))`,
		`type A = B['c'][number]; type D = E & F; type G = | H | I; type J = (K)`,
		`(Class type Name:(Name A) Value:(Index Object:(Index Object:(Name B) (String "c")) (Name number)))
(Class type Name:(Name D) Value:(Binary & Left:(Name E) Right:(Name F)))
(Class type Name:(Name G) Value:(Binary | Left:(Name H) Right:(Name I)))
(Class type Name:(Name J) Value:(Name K))`,
		`type A = 'x' | 1 | -1 | true | undefined | this`,
		`(Class type Name:(Name A) Value:(Binary | Left:(Binary | Left:(Binary | Left:(Binary | Left:(Binary | Left:(String "x") Right:(Number 1)) Right:(Unary - Value:(Number 1))) Right:(Bool true)) Right:(Name undefined)) Right:(Name this)))`,
		`type A = import('b').C`,
		`(Class type Name:(Name A) Value:(Member . Object:(Call Callee:(Name import) (String "b")) Field:(Name C)))`,
		"type A = `a${B}c`",
		`(Class type Name:(Name A) Value:(Template (String "a") (Name B) (String "c")))`,
		`type A = {a: B; c?: D; e(): F; [k: string]: G}`,
		`(Class type Name:(Name A) Value:(Dict (Pair Key:(Name a) Value:(Name B)) (Pair Key:(Name c) Modifier:(Modifier ?) Value:(Name D)) (Func Name:(Name e) Params:(Params) Result:(Name F)) (Pair Key:(Index (Param Name:(Name k) Type:(Name string))) Value:(Name G))))`,
		`type A = {readonly [K in keyof B as C]?: D[K]}`,
		`(Class type Name:(Name A) Value:(Dict (Pair Modifier:(Modifier readonly) Key:(Index (ForEach in Left:(Name K) Right:(Unary keyof Value:(Name B)) Value:(Name C))) Value:(Index Object:(Name D) (Name K)))))`,
	)
}

func TestTSX(t *testing.T) {
	check(t, TSX,
		`const a = <A<T> b={c as any} d>{e!}</A>; const f = <T extends U>(x: T) => <></>`,
		`(ExprStmt Value:(Assign! = Modifier:(Modifier const) Left:(Name a) Right:(Element Name:(Name A) TypeArgs:(Name T) (Attr Key:(Name b) Value:(Cast Value:(Name c) Type:(Name any))) (Attr Key:(Name d)) (Name e))))
(ExprStmt Value:(Assign! = Modifier:(Modifier const) Left:(Name f) Right:(Func TypeParams:(Params (Param Name:(Name T) Type:(Name U))) Params:(Params (Param Name:(Name x) Type:(Name T))) Body:(Block (Return Value:(Element))))))`,
	)
}

// A type in parentheses with a metavariable is how a pattern says what type it has.
func TestParsePattern_typescript(t *testing.T) {
	want := "(Call Callee:(Member . Object:(Typed Value:(Metavar $X) Type:(Name Foo)) Field:(Name bar)) (Ellipsis))"
	if got := patterned(t, TypeScript, "($X: Foo).bar(...)"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	want = "(Func Name:(Metavar $F) Params:(Params (Param Name:(Metavar $X) Type:(Metavar $T))) Body:(Block (Ellipsis)))"
	if got := patterned(t, TypeScript, "function $F($X: $T) { ... }"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
