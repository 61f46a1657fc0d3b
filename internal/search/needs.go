package search

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/match"
	"github.com/reevehq/reeve/internal/semgrep"
	"github.com/reevehq/reeve/internal/syntax"
)

// Words are the words of a text: runs of letters, digits and _, whatever their case, by their hashes. Two words of one hash make a text look as if it held
// both, never as if it held neither.
type Words map[uint64]struct{}

// WordsOf gives the words of a text that do not begin with a digit.
func WordsOf[T string | []byte](text T) Words {
	w := make(Words, 1+len(text)/64)
	eachWord(text, func(hash uint64, _, _ int) { w[hash] = struct{}{} })
	return w
}

// term is a word that a text must hold.
type term struct {
	hash uint64
	text string
}

// FNV-1a, 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/).
const (
	hashStart uint64 = 14695981039346656037
	hashPrime uint64 = 1099511628211
)

// eachWord yields the words of a text that do not begin with a digit, with where they stand.
func eachWord[T string | []byte](text T, yield func(hash uint64, start, end int)) {
	for i := 0; i < len(text); i++ {
		if !wordByte(text[i]) {
			continue
		}
		start := i
		hash := hashStart
		for ; i < len(text) && wordByte(text[i]); i++ {
			c := text[i]
			if c >= 'A' && c <= 'Z' {
				c += 'a' - 'A'
			}
			hash = (hash ^ uint64(c)) * hashPrime
		}
		if text[start] < '0' || text[start] > '9' {
			yield(hash, start, i)
		}
	}
}

func wordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c >= 0x80
}

// has tells whether all words are there.
func (w Words) has(all []term) bool {
	for _, one := range all {
		if _, ok := w[one.hash]; !ok {
			return false
		}
	}
	return true
}

// Needs are what a text must hold so that something can be found in it: each clause asks for the words of one of its ways.
type Needs []clause

type clause [][]term

// Met tells whether a text can hold what is looked for.
func (n Needs) Met(w Words) bool {
	for _, c := range n {
		if !slices.ContainsFunc(c, w.has) {
			return false
		}
	}
	return true
}

// Needs gives what a file of a language must hold for a rule that searches to find something in it.
func (c *Compiler) Needs(rule *semgrep.Rule, language *syntax.Language) Needs {
	return c.needs(rule.Formula, language)
}

// TaintNeeds are what a file must hold for a rule that follows data to find something in it: where data comes from, where it must not arrive, and what
// makes it harmless or carries it on may stand in different files.
type TaintNeeds struct{ Sources, Sinks, Others Needs }

// TaintNeeds gives what a rule that follows data asks of files of a language.
func (c *Compiler) TaintNeeds(rule *semgrep.Rule, language *syntax.Language) TaintNeeds {
	var sources, sinks, others []semgrep.Formula
	for _, s := range rule.Taint.Sources {
		sources = append(sources, s.Formula)
	}
	for _, s := range rule.Taint.Sinks {
		sinks = append(sinks, s.Formula)
	}
	for _, s := range rule.Taint.Sanitizers {
		others = append(others, s.Formula)
	}
	for _, s := range rule.Taint.Propagators {
		others = append(others, s.Formula)
	}
	n := TaintNeeds{c.either(sources, language), c.either(sinks, language), c.either(others, language)}
	if len(others) == 0 {
		n.Others = Needs{{}}
	}
	return n
}

// needs gives what one formula asks for; nil where it may find something in any text.
func (c *Compiler) needs(f semgrep.Formula, language *syntax.Language) Needs {
	switch f := f.(type) {
	case semgrep.Pattern:
		if words := c.pattern(f.Value, language).words; len(words) > 0 {
			return Needs{{words}}
		}
	case semgrep.And:
		var all Needs
		for _, p := range f.Positives {
			all = append(all, c.needs(p, language)...)
		}
		return all
	case semgrep.Or:
		return c.either(f.Of, language)
	case semgrep.Inside:
		return c.needs(f.Of, language)
	case semgrep.Anywhere:
		return c.needs(f.Of, language)
	case semgrep.As:
		return c.needs(f.Of, language)
	case semgrep.Fixed:
		return c.needs(f.Of, language)
	}
	return nil
}

// either gives what one of several formulas asks for: the clause of each that is the hardest to meet.
func (c *Compiler) either(all []semgrep.Formula, language *syntax.Language) Needs {
	var joint clause
	for _, f := range all {
		own := c.needs(f, language)
		if len(own) == 0 {
			return nil
		}
		hardest := own[0]
		for _, other := range own[1:] {
			if len(other) < len(hardest) || len(other) == len(hardest) && least(other) > least(hardest) {
				hardest = other
			}
		}
		joint = append(joint, hardest...)
	}
	if len(joint) == 0 {
		return nil
	}
	return Needs{joint}
}

// least is how few words one of the ways asks for.
func least(c clause) int {
	n := len(c[0])
	for _, way := range c {
		n = min(n, len(way))
	}
	return n
}

// patternHoles are what a pattern does not say in words: comments, holes, types of metavariables, and texts, which code may put together from parts.
var patternHoles = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?m)\A(?:(?:#|//).*$|[(,]\s*\$[A-Z_][A-Z_0-9]*\s*:\s*[\w.<>\[\]*]+|\$\.*[A-Z_][A-Z_0-9]*|\(\s*[\w.<>\[\]*]+\s+\$[A-Z_]+\)|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|` + "`[^`]*`)")
})

// holeMarks are the bytes that they begin with.
const holeMarks = "#/$(,\"'`"

// dataHoles are those of languages whose texts are what they say.
var dataHoles = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?m)(?:^|[ \t])#.*$|\$\.*[A-Z_][A-Z_0-9]*|"[^"\n]*(?:\.\.\.|\$[A-Z{]|=~)[^"\n]*"|'[^'\n]*(?:\.\.\.|\$[A-Z{]|=~)[^'\n]*'`)
})

// sayable are words for what may also be said otherwise: each word of a language itself.
var sayable = sync.OnceValue(func() map[uint64]bool {
	out := map[uint64]bool{}
	eachWord(`abstract and as async await base begin bool boolean break case catch char class const constructor continue def default defer del delete do double
		echo elif else elsif end enum ensure except export extends extern false final finally float fn for foreach from fun func function global go goto if
		implements import in include instanceof int interface internal is lambda let long loop match module mut namespace native new nil no none not null
		object of on or out override package pass print private protected public raise range readonly record ref require rescue return sealed self short
		static str string struct super switch sync synchronized template then this throw throws trait true try type typeof undefined union unless unsafe until
		use using val var virtual void volatile when where while with yes yield java lang shell_exec resource data variable`, func(hash uint64, _, _ int) { out[hash] = true })
	return out
})

// typedHoles are metavariables with types: code that says of nothing that it is of the type holds nothing that looks like them.
var typedHoles = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\(\s*[*&]*(?:\w+\.)*(\w+)\s+\$[A-Z_]|[(,]\s*\$[A-Z_0-9]+\s*:\s*[*&]*(?:\w+\.)*(\w+)`)
})

// patternWords gives the words that code must hold to look like a pattern.
func patternWords(pattern string, language *syntax.Language) []term {
	data := language != nil && language.Data()
	var out []term
	take := func(text string) {
		eachWord(text, func(hash uint64, start, end int) {
			if !sayable()[hash] && !slices.ContainsFunc(out, func(t term) bool { return t.hash == hash }) {
				out = append(out, term{hash, text[start:end]})
			}
		})
	}
	if data {
		take(dataHoles().ReplaceAllString(pattern, " "))
		return out
	}
	take(spoken(pattern))
	if language == nil || !typed(pattern) {
		return out
	}
	for _, m := range typedHoles().FindAllStringSubmatch(pattern, -1) {
		if kind := m[1] + m[2]; !match.OfLiteral(kind) { // one of the two is empty
			take(kind)
		}
	}
	return out
}

// spoken is a pattern without its holes.
func spoken(pattern string) string {
	holes := patternHoles()
	var b strings.Builder
	for pattern != "" {
		i := strings.IndexAny(pattern, holeMarks)
		if i < 0 {
			b.WriteString(pattern)
			break
		}
		b.WriteString(pattern[:i])
		pattern = pattern[i:]
		end := 1
		if hole := holes.FindStringIndex(pattern); hole != nil {
			end = hole[1]
		}
		b.WriteByte(' ')
		pattern = pattern[end:]
	}
	return b.String()
}

// typed tells of a pattern in which a metavariable may have a type: a word stands before it, or a colon behind.
func typed(pattern string) bool {
	for i := range len(pattern) {
		if pattern[i] != '$' {
			continue
		}
		before := strings.TrimRight(pattern[:i], " \t\n")
		if len(before) < i && before != "" && wordByte(before[len(before)-1]) {
			return true
		}
		rest := strings.TrimLeft(pattern[i+1:], "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789")
		if strings.HasPrefix(strings.TrimLeft(rest, " \t\n"), ":") {
			return true
		}
	}
	return false
}
