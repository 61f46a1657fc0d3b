package search

import (
	"regexp/syntax"
	"unicode"
)

// redos tells whether a regular expression may take time that grows exponentially with the text when it is matched by going back
// (https://owasp.org/www-community/attacks/Regular_expression_Denial_of_Service_-_ReDoS): where a text leads from a place in it back to that place in two
// ways, and what comes behind it may fail. That is decided on its automaton and on that of pairs of its states (Weideman and others, Analyzing matching time
// behavior of backtracking regular expression matchers by using ambiguity of NFA, 2016). Of what cannot be read or is too large nothing is said.
func redos(text string) bool {
	re, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return false
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil || len(prog.Inst) > maxStates {
		return false
	}
	a := &automaton{prog: prog, next: map[uint32][]way{}}
	for i := range prog.Inst {
		if consumes(&prog.Inst[i]) {
			a.next[uint32(i)] = a.after(prog.Inst[i].Out)
		}
	}
	return a.ambiguous()
}

// The bounds of an expression: how many states, and how many pairs of them, are looked at.
const (
	maxStates     = 400
	maxStatePairs = 1_000_000
)

// automaton is an expression; next says which states that take a character follow one.
type automaton struct {
	prog *syntax.Prog
	next map[uint32][]way
}

// way leads to a state that takes a character, or to the end of the expression; several ways may lead to one. sure tells that nothing is asked on it.
type way struct {
	to        uint32
	times     int
	end, sure bool
}

func consumes(i *syntax.Inst) bool {
	return i.Op == syntax.InstRune || i.Op == syntax.InstRune1 || i.Op == syntax.InstRuneAny || i.Op == syntax.InstRuneAnyNotNL
}

// after gives the ways from a place on that take no character.
func (a *automaton) after(from uint32) []way {
	var out []way
	on := map[uint32]bool{}
	left := maxStates
	var walk func(at uint32, sure bool)
	walk = func(at uint32, sure bool) {
		if left--; left < 0 || on[at] {
			return
		}
		inst := &a.prog.Inst[at]
		on[at] = true
		switch inst.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			walk(inst.Out, sure)
			walk(inst.Arg, sure)
		case syntax.InstCapture, syntax.InstNop:
			walk(inst.Out, sure)
		case syntax.InstEmptyWidth:
			walk(inst.Out, false)
		case syntax.InstMatch:
			out = append(out, way{end: true, sure: sure})
		case syntax.InstFail:
		default:
			out = arrived(out, at)
		}
		on[at] = false
	}
	walk(from, true)
	return out
}

func arrived(ways []way, at uint32) []way {
	for i := range ways {
		if !ways[i].end && ways[i].to == at {
			ways[i].times++
			return ways
		}
	}
	return append(ways, way{to: at, times: 1})
}

// pair is two states that the same text leads to.
type pair struct{ a, b uint32 }

// ambiguous tells whether a state is reached from itself by one text in two ways, and what follows may fail.
func (a *automaton) ambiguous() bool {
	work := maxStatePairs
	for q := range a.next {
		if a.ends(q) {
			continue
		}
		forth := map[pair]bool{}
		back := map[pair][]pair{}
		queue := []pair{{q, q}}
		for len(queue) > 0 {
			p := queue[0]
			queue = queue[1:]
			for _, one := range a.next[p.a] {
				for _, other := range a.next[p.b] {
					if work--; work < 0 {
						return false
					}
					if one.end || other.end || !a.meet(one.to, other.to) {
						continue
					}
					to := pair{one.to, other.to}
					if p.a == p.b && to.a == to.b && one.times > 1 {
						back[to] = append(back[to], pair{p.a, none}) // two ways that differ in nothing that is taken
						back[pair{p.a, none}] = append(back[pair{p.a, none}], p)
					}
					if back[to] = append(back[to], p); !forth[to] {
						forth[to] = true
						queue = append(queue, to)
					}
				}
			}
		}
		if forth[pair{q, q}] && returns(back, pair{q, q}) {
			return true
		}
	}
	return false
}

// none stands for a state that there is not.
const none = ^uint32(0)

// returns tells whether a pair of two states leads back to where it came from.
func returns(back map[pair][]pair, from pair) bool {
	seen := map[pair]bool{from: true}
	queue := []pair{from}
	for len(queue) > 0 {
		p := queue[0]
		queue = queue[1:]
		if p.a != p.b {
			return true
		}
		for _, before := range back[p] {
			if !seen[before] {
				seen[before] = true
				queue = append(queue, before)
			}
		}
	}
	return false
}

// ends tells that the expression may end behind a state whatever follows: then nothing fails there.
func (a *automaton) ends(q uint32) bool {
	for _, w := range a.next[q] {
		if w.end && w.sure {
			return true
		}
	}
	return false
}

// meet tells whether two states take a character in common.
func (a *automaton) meet(one, other uint32) bool {
	x, y := ranges(&a.prog.Inst[one]), ranges(&a.prog.Inst[other])
	for i := 0; i+1 < len(x); i += 2 {
		for j := 0; j+1 < len(y); j += 2 {
			if x[i] <= y[j+1] && y[j] <= x[i+1] {
				return true
			}
		}
	}
	return false
}

// ranges are the characters that a state takes, as pairs of the first and the last.
func ranges(i *syntax.Inst) []rune {
	switch {
	case i.Op == syntax.InstRuneAny:
		return []rune{0, unicode.MaxRune}
	case i.Op == syntax.InstRuneAnyNotNL:
		return []rune{0, '\n' - 1, '\n' + 1, unicode.MaxRune}
	case len(i.Rune) == 1:
		out := []rune{i.Rune[0], i.Rune[0]}
		if syntax.Flags(i.Arg)&syntax.FoldCase != 0 {
			for r := unicode.SimpleFold(i.Rune[0]); r != i.Rune[0]; r = unicode.SimpleFold(r) {
				out = append(out, r, r)
			}
		}
		return out
	}
	return i.Rune
}
