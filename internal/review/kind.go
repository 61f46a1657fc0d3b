package review

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/reevehq/reeve/internal/search"
	"github.com/reevehq/reeve/internal/semgrep"
	"github.com/reevehq/reeve/internal/syntax"
	"github.com/reevehq/reeve/internal/target/ignore"
)

// Kinds are data: one file each, in the order of their names; passed.yaml says what no kind asks about.
//
//go:embed kinds/*.yaml passed.yaml
var files embed.FS

// Kind is a kind of change that needs a person, with what tells it.
type Kind struct {
	// ID is its name for programs, Title for people; Why says what goes wrong where nobody looks.
	ID, Title, Why string
	// Hours is within how many hours a person should have looked: 24 or 48.
	Hours int
	// Checklist are questions that the reviewer answers.
	Checklist []string
	// Paths are files that are of this kind whatever is in them.
	Paths []string
	// Around are words of the names of functions and classes around a change, Names those of any name in it. Several words must follow one another.
	Around, Names []string
	// Imports are modules that a change begins or ends to use; "x.*" is all in x.
	Imports []string
	// Packages are packages with native code, by ecosystem; "*-sys" is all names that end so.
	Packages map[string][]string
	// Match are what code looks like, each in the words of Semgrep's rules; its message says what such code does.
	Match []map[string]any
	// Whole are what files look like that are of this kind as such, wherever they lie.
	Whole []map[string]any
	// New tells that a match counts only where nothing of the kind was there before under the same names.
	New bool
	// Data tells that Names also count where they are keys of a file of data.
	Data bool

	globs         []ignore.Glob
	around, names phrases
	// rules are those of Match, whole those of Whole.
	rules, whole func() ([]semgrep.Rule, error)
}

// knowledge is what the data says.
type knowledge struct {
	kinds  []*Kind
	passed []ignore.Glob
	// kept are files that are not passed over though their place says so.
	kept []ignore.Glob
}

// passes tells of a file that no kind asks about.
func (k *knowledge) passes(path string) bool {
	return matches(k.passed, path) && !matches(k.kept, path)
}

func matches(globs []ignore.Glob, path string) bool {
	return slices.ContainsFunc(globs, func(g ignore.Glob) bool { return g.Match(path) })
}

// Kinds gives all kinds, in the order in which they are told.
func Kinds() ([]Kind, error) {
	k, err := known()
	if err != nil {
		return nil, err
	}
	var out []Kind
	for _, one := range k.kinds {
		out = append(out, *one)
	}
	return out, nil
}

// known reads the data, once.
var known = sync.OnceValues(func() (*knowledge, error) {
	k := &knowledge{}
	var passed struct{ Passed, Kept []string }
	if err := decode("passed.yaml", &passed); err != nil {
		return nil, err
	}
	var err error
	if k.passed, err = globs(passed.Passed); err != nil {
		return nil, fmt.Errorf("read passed.yaml: %w", err)
	}
	if k.kept, err = globs(passed.Kept); err != nil {
		return nil, fmt.Errorf("read passed.yaml: %w", err)
	}
	names, err := fs.Glob(files, "kinds/*.yaml")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		one := &Kind{}
		if err := decode(name, one); err != nil {
			return nil, err
		}
		if err := one.prepare(); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		k.kinds = append(k.kinds, one)
	}
	return k, nil
})

func decode(name string, into any) error {
	data, err := files.ReadFile(name)
	if err != nil {
		return err
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

// prepare makes ready what costs little, and says what is missing.
func (k *Kind) prepare() error {
	if k.ID == "" || k.Title == "" || k.Why == "" || k.Hours != 24 && k.Hours != 48 || len(k.Checklist) < 4 || len(k.Checklist) > 8 {
		return errors.New("want id, title, why, hours (24 or 48) and a checklist of 4 to 8 questions")
	}
	var err error
	k.globs, err = globs(k.Paths)
	k.around, k.names = phrasesOf(k.Around), phrasesOf(k.Names)
	k.rules = sync.OnceValues(func() ([]semgrep.Rule, error) { return readRules(k.ID, k.Match) })
	k.whole = sync.OnceValues(func() ([]semgrep.Rule, error) { return readRules(k.ID+"-file", k.Whole) })
	return err
}

func globs(patterns []string) ([]ignore.Glob, error) {
	var out []ignore.Glob
	for _, p := range patterns {
		g, err := ignore.NewGlob(p)
		if err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	return out, nil
}

// readRules reads what code looks like.
func readRules(id string, match []map[string]any) ([]semgrep.Rule, error) {
	if len(match) == 0 {
		return nil, nil
	}
	var rules []any
	for i, m := range match {
		rule := map[string]any{"id": fmt.Sprintf("%s-%d", id, i+1), "severity": "INFO", "message": id}
		for key, value := range m {
			rule[key] = value
		}
		rules = append(rules, rule)
	}
	text, err := yaml.Marshal(map[string]any{"rules": rules})
	if err != nil {
		return nil, err
	}
	file, err := semgrep.Load(id, text)
	if err != nil {
		return nil, err
	}
	for _, p := range file.Problems {
		return nil, p
	}
	return file.Rules, nil
}

// meant tells whether a rule is for a language.
func meant(r *semgrep.Rule, l *syntax.Language) bool {
	return slices.ContainsFunc(r.Languages, func(name semgrep.Language) bool {
		return string(name) == l.Name || l == syntax.TSX && name == "typescript"
	})
}

// look is a rule made ready for a language.
type look struct {
	rule  *semgrep.Rule
	needs search.Needs
	ready func() (*search.Rule, error)
}

// phrases are words that follow one another in a name, by the first of them.
type phrases map[string][][]string

func phrasesOf(texts []string) phrases {
	p := phrases{}
	for _, text := range texts {
		words := strings.Fields(strings.ToLower(text))
		p[words[0]] = append(p[words[0]], words)
	}
	return p
}

// in gives the first name that holds a phrase; "" for none.
func (p phrases) in(names []string) string {
	if len(p) == 0 {
		return ""
	}
	for _, name := range names {
		words := wordsOf(name)
		for i, w := range words {
			for _, phrase := range p[w] {
				if len(words)-i >= len(phrase) && slices.Equal(words[i:i+len(phrase)], phrase) {
					return name
				}
			}
		}
	}
	return ""
}

// wordsOf are the words of a name, in small letters: "isAdmin", "is_admin" and "IS-ADMIN" are two.
func wordsOf(name string) []string {
	var out []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			out = append(out, strings.ToLower(string(word)))
			word = word[:0]
		}
	}
	runes := []rune(name)
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end()
			continue
		case unicode.IsUpper(r) && i > 0 && (unicode.IsLower(runes[i-1]) || unicode.IsDigit(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])):
			end()
		}
		word = append(word, r)
	}
	end()
	return out
}
