// Package sast is the engine that looks at code: it reads it as code, follows data from where it comes in to where it must not arrive, and runs rules in
// Semgrep's language, reeve's own and those that teams own.
//
// A file is parsed once, and only where a rule of its language can find something in its words. What one file says is its note; what only several
// files say together is concluded when all were seen. The engine is pure: it must not open files, run code or look at the clock.
package sast

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/literal"
	"github.com/reevehq/reeve/internal/rule"
	"github.com/reevehq/reeve/internal/search"
	"github.com/reevehq/reeve/internal/semgrep"
	"github.com/reevehq/reeve/internal/syntax"
)

// Name is the engine's id.
const Name = "sast"

// behaviour changes whenever the engine's own judgement does.
const behaviour = "1"

// Audit is the tag of rules that point at what a person should look at. They are asked for, never shown by themselves.
const Audit = "audit"

// Options are what a caller decides about the engine.
type Options struct {
	// Key makes the findings' identities.
	Key finding.Key
	// Foreign are rules from Semgrep's rule files.
	Foreign []semgrep.Rule
	// Audit also runs the rules for audits.
	Audit bool
}

// Engine looks at code. It may be used by several goroutines.
type Engine struct {
	options Options
	rules   []*known
	byID    map[string]*known
	// catalogues are the rules by language, those for any text under nil.
	catalogues map[*syntax.Language]*catalogue
	compiler   *search.Compiler
	digest     string
	// chosen tells whether a rule is used; nil for all.
	chosen func(finding.Rule) bool
}

// Only is the same engine with some of its rules.
func (e *Engine) Only(chosen func(finding.Rule) bool) *Engine {
	some := *e
	some.chosen = chosen
	return &some
}

var _ engine.Partial = (*Engine)(nil)

// New makes the engine. The rules are read when the first file comes for which they are meant.
func New(rules []rule.Rule, o Options) (*Engine, error) {
	e := &Engine{options: o, compiler: &search.Compiler{}, byID: map[string]*known{}, catalogues: map[*syntax.Language]*catalogue{}}
	sum := sha256.New()
	fmt.Fprintf(sum, "behaviour %s\n", behaviour)
	for i := range rules {
		if !o.Audit && slices.Contains(rules[i].Tags, Audit) {
			continue
		}
		if err := e.add(own(&rules[i], Compiled())); err != nil {
			return nil, err
		}
		fmt.Fprintf(sum, "%s\x00%s\x00%s\x00%s\x00%s\x00", rules[i].ID, rules[i].Title, rules[i].Severity, rules[i].Confidence, rules[i].Match)
	}
	for i := range o.Foreign {
		k := foreign(&o.Foreign[i])
		if err := e.add(k); err != nil {
			return nil, err
		}
		if o.Foreign[i].Join != nil {
			e.parts(k, &o.Foreign[i])
		}
		fmt.Fprintf(sum, "%s\x00%x\x00", o.Foreign[i].ID, o.Foreign[i].Digest)
	}
	for _, l := range syntax.Languages() {
		if l.Absent() {
			fmt.Fprintf(sum, "without %s\n", l.Name)
		}
	}
	io.WriteString(sum, modelsDigest())
	e.digest = hex.EncodeToString(sum.Sum(nil)[:16])
	return e, nil
}

// add enters a rule into the catalogues of its languages.
func (e *Engine) add(k *known) error {
	if _, taken := e.byID[k.facts.ID]; taken {
		return fmt.Errorf("rule %q: id is taken twice", k.facts.ID)
	}
	e.byID[k.facts.ID] = k
	e.rules = append(e.rules, k)
	e.catalogue(k)
	return nil
}

// catalogue enters a rule into the catalogues of its languages.
func (e *Engine) catalogue(k *known) {
	for _, name := range k.languages {
		for _, l := range languagesOf(name) {
			if e.catalogues[l] == nil {
				e.catalogues[l] = &catalogue{language: l}
			}
			e.catalogues[l].rules = append(e.catalogues[l].rules, k)
		}
	}
}

// Reads tells whether code in a language of Semgrep's can be read.
func Reads(name semgrep.Language) bool {
	return slices.ContainsFunc(languagesOf(name), func(l *syntax.Language) bool { return l == nil || !l.Absent() })
}

// Lacks tells that a rule of ours is for a language of which this build has no grammar. The error wraps syntax.ErrAbsent; nil where the rule can be run.
func Lacks(r rule.Rule) error {
	for _, name := range languagesIn(r.Match) {
		if l := syntax.ByName(name); l != nil && l.Absent() {
			return fmt.Errorf("rule %q: %s: %w", r.ID, l.Title, syntax.ErrAbsent)
		}
	}
	return nil
}

// languagesOf are the languages that rules for one of that name look at. Text that is not read as code is nil.
func languagesOf(name semgrep.Language) []*syntax.Language {
	switch name {
	case semgrep.Generic, semgrep.RegexOnly:
		return []*syntax.Language{nil}
	case "typescript":
		return []*syntax.Language{syntax.TypeScript, syntax.TSX}
	}
	if l := syntax.ByName(string(name)); l != nil {
		return []*syntax.Language{l}
	}
	return nil
}

// Info says what the engine is.
func (e *Engine) Info() engine.Info { return engine.Info{Name: Name, Title: "Code", Digest: e.digest} }

// Rule gives the facts of a rule by id.
func (e *Engine) Rule(id string) (finding.Rule, bool) {
	k, ok := e.byID[id]
	if !ok {
		return finding.Rule{}, false
	}
	return k.facts, true
}

// Literals are none: which rules can find something is told by the words of a file, when it is known what language it is in.
func (e *Engine) Literals() []literal.Literal { return nil }

// Look finds nothing in a content whose name nobody knows.
func (e *Engine) Look(*engine.Content, []literal.Hit, func(finding.Finding)) (whole bool) {
	return false
}

// Place lets every finding stand where it is.
func (e *Engine) Place(*finding.Finding, string) bool { return true }

// LookName finds nothing in a name.
func (e *Engine) LookName(string, func(finding.Finding)) {}

// Validate tells what is wrong with a rule of ours.
func Validate(r rule.Rule) error {
	k := own(&r, Compiled())
	rule, err := k.read()
	if err != nil {
		return err
	}
	if dead := rule.Unbound(); len(dead) > 0 {
		return fmt.Errorf("rule %q: match: %s; patterns that bind it and those that do not must stand in lists of their own", r.ID, dead[0])
	}
	if len(k.languages) == 0 {
		return fmt.Errorf("rule %q: match: languages: name at least one", r.ID)
	}
	for _, name := range k.languages {
		all := languagesOf(name)
		if len(all) == 0 {
			return fmt.Errorf("rule %q: match: languages: %q cannot be read; known are %s", r.ID, name, strings.Join(languageNames(), ", "))
		}
		for _, l := range all {
			if l == nil {
				continue
			}
			if _, err := search.Compile(rule, l); err != nil {
				return err
			}
		}
	}
	return nil
}

func languageNames() []string {
	var out []string
	for _, l := range syntax.Languages() {
		if l != syntax.TSX {
			out = append(out, l.Name)
		}
	}
	return append(out, string(semgrep.Generic), string(semgrep.RegexOnly))
}
