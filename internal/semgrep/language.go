package semgrep

import (
	"slices"
	"strings"
	"sync"
)

// Language is the id of a language, one for all the names that Semgrep takes for it.
type Language string

// The languages that are no programming languages.
const (
	// Generic texts are matched word by word.
	Generic Language = "generic"
	// RegexOnly texts are matched by regular expressions only ("regex" and "none").
	RegexOnly Language = "regex"
)

// aliases are the names of each language beside its id.
var aliases = sync.OnceValue(func() map[Language]string {
	return map[Language]string{
		"apex": "", "bash": "sh", "c": "", "cairo": "", "circom": "", "clojure": "", "cpp": "c++", "csharp": "c#", "dart": "",
		"dockerfile": "docker", "elixir": "ex", "fga": "openfga", "go": "golang", "gosu": "", "hack": "", "html": "", "java": "",
		"javascript": "js", "json": "", "jsonnet": "", "julia": "", "kotlin": "kt", "lisp": "", "lua": "", "move_on_aptos": "",
		"move_on_sui": "", "ocaml": "", "php": "", "powershell": "", "promql": "", "protobuf": "proto proto3",
		"python": "py python2 python3", "ql": "", "r": "", "ruby": "", "rust": "", "scala": "", "scheme": "",
		"solidity": "sol", "swift": "", "terraform": "tf hcl", "typescript": "ts", "vue": "", "xml": "", "yaml": "",
		Generic: "spacegrep aliengrep", RegexOnly: "none",
	}
})

var byName = sync.OnceValue(func() map[string]Language {
	m := map[string]Language{}
	for id, names := range aliases() {
		m[string(id)] = id
		for _, name := range strings.Fields(names) {
			m[name] = id
		}
	}
	return m
})

// ParseLanguage gives the language of a name, in small or capital letters. False where Semgrep knows none of that name.
func ParseLanguage(name string) (Language, bool) {
	l, ok := byName()[strings.ToLower(name)]
	return l, ok
}

// LanguageNames gives every name that ParseLanguage knows, sorted.
func LanguageNames() []string {
	names := make([]string, 0, len(byName()))
	for name := range byName() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
