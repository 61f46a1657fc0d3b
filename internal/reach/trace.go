package reach

import (
	"slices"
	"strings"
)

// unit is what one file says about loading and calling.
type unit struct {
	loads []load
	uses  []use
	// dynamic are the places where what is loaded is computed, or code is made out of text.
	dynamic []mark
	// spaces are names that bring in all that stands under them ("java.util.*", a C# namespace).
	spaces []string
}

// load is one package, module or class that the file loads.
type load struct {
	name string
	line int
	// optional tells that the file goes on without it.
	optional bool
	// under tells that the rest of the name is computed: every file whose path begins with name may be meant.
	under bool
	// relative is how many folders up a Python import begins, from 1.
	relative int
}

// use is one use of something that was loaded.
type use struct {
	// load is the name it was loaded by, member the names that follow ("Session.get"), "" for the loaded thing itself.
	load, member string
	line         int
	called       bool
	// loadLine is where it was loaded.
	loadLine int
}

// full is the whole name, by dots.
func (u use) full() string {
	if u.member == "" {
		return u.load
	}
	return u.load + "." + u.member
}

// mark is a place, and what is there.
type mark struct {
	line int
	what string
}

// bound is what a name in a file stands for.
type bound struct {
	load, member string
	line         int
	// class tells that a name that follows declares a variable of this type.
	class bool
}

func (b bound) with(names ...string) bound {
	for _, n := range names {
		if b.member == "" {
			b.member = n
		} else {
			b.member += "." + n
		}
	}
	return b
}

// tracer follows loaded names through the tokens of a file.
type tracer struct {
	unit   *unit
	tokens []lexeme
	names  map[string]bound
	// joins are the signs that lead from a name to its member.
	joins []string
	// taken are the tokens that a declaration consists of, which are no uses.
	taken map[int]bool
	// shadows are the stretches in which a name means something else.
	shadows map[string][][2]int
	// ends are the closing brackets of the opening ones, made by match.
	ends []int32
	// declares tells that "Type name" declares a variable, typed that "name: Type" does, bare that a class is called without "new".
	declares, typed bool
}

func newTracer(tokens []lexeme, joins ...string) *tracer {
	return &tracer{unit: &unit{}, tokens: tokens, names: map[string]bound{}, joins: joins, taken: map[int]bool{}, shadows: map[string][][2]int{}}
}

// tok is a token, or one of kind none beyond the ends.
func (t *tracer) tok(i int) lexeme {
	if i < 0 || i >= len(t.tokens) {
		return lexeme{kind: none}
	}
	return t.tokens[i]
}

// is tells whether token i is this sign or word.
func (t *tracer) is(i int, s string) bool {
	k := t.tok(i)
	return (k.kind == sign || k.kind == word) && k.text == s
}

func (t *tracer) isJoin(i int) bool {
	k := t.tok(i)
	return k.kind == sign && slices.Contains(t.joins, k.text)
}

func (t *tracer) load(name string, line int) {
	t.unit.loads = append(t.unit.loads, load{name: name, line: line})
}

func (t *tracer) dynamic(line int, what string) {
	if len(t.unit.dynamic) < 100 {
		t.unit.dynamic = append(t.unit.dynamic, mark{line, what})
	}
}

// maxUses bounds the uses of one file.
const maxUses = 200_000

// uses finds the uses of names; those bound on the way are followed too.
func (t *tracer) uses() {
	for i := range t.tokens {
		k := t.tokens[i]
		if k.kind != word || t.taken[i] {
			continue
		}
		if t.isJoin(i-1) && !t.is(i-2, ".") {
			if b, ok := t.names["."+k.text]; ok && t.isSelf(i-2) {
				t.follow(i, i+1, b)
			} else if b, ok := t.names[k.text]; ok && t.declares && t.isSelf(i-2) {
				t.follow(i, i+1, b)
			}
			continue
		}
		b, ok := t.names[k.text]
		if !ok || t.shadowed(k.text, i) {
			continue
		}
		t.follow(i, i+1, b)
		if len(t.unit.uses) > maxUses {
			return
		}
	}
}

// isSelf tells whether token i is the object a method belongs to.
func (t *tracer) isSelf(i int) bool {
	return t.is(i, "self") || t.is(i, "this") || t.is(i, "$this")
}

func (t *tracer) shadowed(name string, i int) bool {
	for _, s := range t.shadows[name] {
		if i >= s[0] && i < s[1] {
			return true
		}
	}
	return false
}

// follow goes through the members after a name that stands from start up to next, notes the uses, and binds the variable they are given to.
func (t *tracer) follow(start, next int, b bound) {
	for hops := 0; hops < 100; hops++ {
		i := next
		switch {
		case t.isJoin(i) && t.tok(i+1).kind == word:
			b = b.with(t.tok(i + 1).text)
			next = i + 2
			continue
		case t.is(i, "[") && t.tok(i+1).kind == text && t.is(i+2, "]"):
			b = b.with(t.tok(i + 1).text)
			next = i + 3
			continue
		}
		break
	}
	generic := t.generic(next)
	called := t.is(generic, "(") || t.is(start-1, "new")
	t.unit.uses = append(t.unit.uses, use{load: b.load, member: b.member, line: t.tok(start).line, called: called, loadLine: b.line})
	if !called {
		t.bindUncalled(start, generic, b)
		return
	}
	result := b.with("()")
	result.class = false
	t.bindTo(start, result)
	if t.is(generic, "(") {
		if end := t.closing(generic); end > 0 && (t.isJoin(end+1) || t.is(end+1, "(")) {
			t.followResult(end+1, result)
		}
	}
}

// followResult goes on behind a call; it is bounded because it only moves forward over at most some calls.
func (t *tracer) followResult(next int, b bound) {
	for hops := 0; hops < 50; hops++ {
		line := t.tok(next).line
		for t.isJoin(next) && t.tok(next+1).kind == word {
			b = b.with(t.tok(next + 1).text)
			line = t.tok(next + 1).line
			next += 2
		}
		next = t.generic(next)
		if !t.is(next, "(") {
			return
		}
		t.unit.uses = append(t.unit.uses, use{load: b.load, member: b.member, line: line, called: true, loadLine: b.line})
		end := t.closing(next)
		if end < 0 {
			return
		}
		b = b.with("()")
		next = end + 1
	}
}

// generic moves over type arguments that stand before a call or a name.
func (t *tracer) generic(i int) int {
	if !t.declares && !t.typed || !t.is(i, "<") {
		return i
	}
	depth := 0
	for n := i; n < min(i+60, len(t.tokens)); n++ {
		switch k := t.tok(n); {
		case k.kind == sign && k.text == "<":
			depth++
		case k.kind == sign && k.text == ">":
			if depth--; depth == 0 {
				return n + 1
			}
		case k.kind == sign && strings.Contains("=;(){}&|", k.text):
			return i
		}
	}
	return i
}

// closing is the token that closes the bracket at i; -1 where none does.
func (t *tracer) closing(i int) int {
	if t.ends == nil {
		t.match()
	}
	if i < 0 || i >= len(t.ends) || t.ends[i] == 0 {
		return -1
	}
	return int(t.ends[i])
}

// match finds the closing bracket of every opening one. Those that do not fit together are passed over.
func (t *tracer) match() {
	t.ends = make([]int32, len(t.tokens))
	var stack []int
	for i, k := range t.tokens {
		if k.kind != sign {
			continue
		}
		switch k.text {
		case "(", "[", "{", "${":
			stack = append(stack, i)
		case ")", "]", "}":
			for n := len(stack) - 1; n >= 0 && n >= len(stack)-8; n-- {
				if opens(t.tokens[stack[n]].text) == k.text {
					t.ends[stack[n]] = int32(i)
					stack = stack[:n]
					break
				}
			}
		}
	}
}

// opens is the bracket that closes this one.
func opens(bracket string) string {
	switch bracket {
	case "(":
		return ")"
	case "[":
		return "]"
	}
	return "}"
}

// bindUncalled binds what is declared with, or set to, a name that is not called.
func (t *tracer) bindUncalled(start, next int, b bound) {
	instance := b.with("()")
	instance.class = false
	switch name := t.tok(next); {
	case t.declares && b.class && name.kind == word && slices.Contains(endsDeclaration, t.tok(next+1).text):
		t.names[name.text] = instance
		t.taken[next] = true
	case t.typed && b.class && t.is(start-1, ":") && t.tok(start-2).kind == word:
		t.names[t.tok(start-2).text] = instance
	case !t.isJoin(next) && !t.is(next, "="):
		t.bindTo(start, b)
	}
}

var endsDeclaration = []string{"=", ";", ",", ")", ":", "in"}

// bindTo binds the variable that the expression at start is given to.
func (t *tracer) bindTo(start int, b bound) {
	i := start - 1
	for t.is(i, "new") || t.is(i, "await") {
		i--
	}
	if !t.is(i, "=") || t.tok(i-1).kind != word {
		return
	}
	name := t.tok(i - 1).text
	if t.isJoin(i - 2) {
		if !t.isSelf(i - 3) {
			return
		}
		name = "." + name
	}
	if old, ok := t.names[name]; ok && old.load != b.load {
		return // the name already means something else that was loaded
	}
	t.names[name] = b
}
