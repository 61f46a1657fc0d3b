package syntax

// Kind says what a node is, in every language alike.
type Kind uint8

// The kinds, with their children by role. "each" are children without a role, in order.
const (
	// Other is what has no kind of its own: Text is the grammar's name of it, each its parts.
	Other Kind = iota
	// File is a whole file: each a statement.
	File

	// Name is an identifier: Text.
	Name
	// Number is a number as it is written: Text.
	Number
	// String is a text: Text without quotes and with escapes resolved.
	String
	// Template is a text with expressions in it: each a String or an expression.
	Template
	// Bool is true or false: Text, in small letters.
	Bool
	// Null is null, nil, None or undefined: Text as it is written.
	Null
	// Regexp is a regular expression written between slashes: Text without them.
	Regexp

	// Call calls: Callee, and each an argument: an expression, a Keyword or a Spread.
	Call
	// New makes an object: Callee is the type, each an argument, Body that of an anonymous class.
	New
	// Keyword is an argument with a name: Text is the name, Value.
	Keyword
	// Spread is what is unpacked: Text is "*", "**" or "...", Value.
	Spread
	// Member is a field of something: Object, Field is a Name. Text is "." however it is written ("->", "?.", "::").
	Member
	// Index is an element of something: Object, each an index.
	Index
	// Slice is a part of something, in an Index: each a bound or Empty.
	Slice
	// Unary is an operator with one operand: Text, Value. "!" also where it is written "not".
	Unary
	// Binary is an operator with two: Text, Left, Right. "&&" and "||" also where they are written "and" and "or".
	Binary
	// Assign gives a value: Text is "=", "+="…, Left, Right, Type; a declaration has Flag Declares, may have no Right, and has modifiers ("const").
	Assign
	// Cond is a ? b : c, b if a else c: Test, Then, Else.
	Cond
	// Func is a function with or without a name, also a method: Name, Params, Result, Body, modifiers and decorators. The body of an arrow function that is
	// one expression is a Block with a Return.
	Func
	// Params are the parameters of a function: each a Param.
	Params
	// Param is a parameter: Name, Type, Value is its default; Text is "*", "**" or "..." where it takes many.
	Param
	// Dict is an object or map literal: each a Pair, Spread or Func. Type where it has one (Go's composite literal is a New).
	Dict
	// Pair is a key with a value: Key, Value. A key written as a plain name is a Name.
	Pair
	// List, Tuple and Set are literals: each an element.
	List
	Tuple
	Set
	// Cast turns a value into a type, or says that it has it: Type, Value.
	Cast
	// Await, Yield: Value.
	Await
	Yield
	// Comprehension makes a list, set, map or generator: Text is "list", "set", "dict" or "generator"; Value, each a ForEach or an If without body.
	Comprehension
	// Element is a JSX or HTML element: Name, each an Attr, an expression, a String or an Element. A fragment has no Name.
	Element
	// Attr is an attribute of an element: Key, Value.
	Attr
	// Empty stands where something was left out that could be there.
	Empty

	// Block is a sequence of statements: each.
	Block
	// ExprStmt is an expression as a statement: Value.
	ExprStmt
	// If: Test, Then, Else; both are Blocks, an "else if" is a Block with an If. Init where the language has one (Go).
	If
	// While: Test, Body. Text is "do" where the test comes last.
	While
	// For counts: Init, Test, Update, Body.
	For
	// ForEach goes through something: Left is what takes each element, Right what is gone through, Body.
	ForEach
	// Switch: Value, each a Case. Match and select are such too.
	Switch
	// Case: each a pattern (none for the default), Body.
	Case
	// Return, Throw: Value.
	Return
	Throw
	// Break and Continue: Text is the label.
	Break
	Continue
	// Try: Body, each a Catch, Else, Finally. Resources are Init.
	Try
	// Catch: Type, Name, Body.
	Catch
	// With opens something for a while: each an Assign or an expression, Body.
	With
	// Class is a class, interface, struct, enum or trait: Text says which; Name, Bases, Body, modifiers and decorators.
	Class
	// Bases are what a class extends and implements: each.
	Bases
	// Import brings in a name: Module is a Name with the whole path, Field the name in it ("*" for all), Name what it is called here. Each imported
	// name is an Import of its own.
	Import
	// Package says what package the file is of: Name, dotted.
	Package
	// Decorator is a decorator or annotation: Value.
	Decorator
	// Modifier is a word before a declaration: Text: "static", "async", "const", "public".
	Modifier

	// Of patterns only.

	// Metavar is $X: Text is "$X". In a String's place it stands for the whole text.
	Metavar
	// Ellipsis is "...": any number of things. Text is "$...X" where it has a name.
	Ellipsis
	// Deep is <... x ...>: Value anywhere within an expression.
	Deep
	// Typed is a metavariable with a type: Value is the Metavar, Type.
	Typed

	// Kinds is how many kinds there are.
	Kinds = int(iota)
)

// Role says what a child is to its parent.
type Role uint8

// The roles. Each is a child in a list.
const (
	Each Role = iota
	AName
	AType
	AValue
	ALeft
	ARight
	ATest
	AThen
	AnElse
	AnInit
	AnUpdate
	ABody
	AnObject
	AField
	ACallee
	AKey
	SomeParams
	AResult
	SomeBases
	AModule
	AFinally
	AModifier
	ADecorator
	TypeArgs
	TypeParams
)
