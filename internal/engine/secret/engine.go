package secret

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"sync"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/literal"
	"github.com/reevehq/reeve/internal/rule"
)

// Name is the engine's id.
const Name = "secret"

// behaviour changes whenever the engine's own judgement does, so that kept verdicts are not used beyond it.
const behaviour = "2"

// Options are what a caller decides about the engine.
type Options struct {
	// Key makes the findings' identities; see finding.Identify.
	Key finding.Key
	// KeepSecrets puts the values into Finding.Secret, for verification.
	KeepSecrets bool
}

// Engine finds secrets by a set of rules. It is immutable but for what is compiled on first use.
type Engine struct {
	options  Options
	matchers []*matcher
	byID     map[string]*matcher
	literals []literal.Literal
	// uses tells, by literal, which rules it may start, and in which form the keyword stands.
	uses [][]use
	// everywhere are rules that no literal starts.
	everywhere []*matcher
	digest     string
	// inside finds the literals in decoded text; it is made when the first encoded hit turns up.
	inside func() *literal.Matcher
	// worth remembers what values were judged worth.
	worth *memo
}

// New makes an engine. It decodes the rules but compiles no expression: that happens on first use, so that start-up stays
// cheap. An error names the rule and the field. Rules that come from outside should pass Validate first:
// an expression that does not compile panics when it is first needed.
func New(rules []rule.Rule, options Options) (*Engine, error) {
	e := &Engine{options: options, worth: newMemo(), byID: make(map[string]*matcher, len(rules))}
	sum := sha256.New()
	io.WriteString(sum, "behaviour "+behaviour)
	for i := range rules {
		m, err := newMatcher(&rules[i])
		if err != nil {
			return nil, err
		}
		if e.byID[m.rule.ID] != nil {
			return nil, fmt.Errorf("rule %q: id is taken twice", m.rule.ID)
		}
		m.number = len(e.matchers)
		e.matchers = append(e.matchers, m)
		e.byID[m.rule.ID] = m
		for _, part := range []string{m.rule.ID, m.rule.Title, m.rule.Severity.String(), m.rule.Confidence.String(), m.rule.Match} {
			io.WriteString(sum, part) // writing to a hash cannot err
			sum.Write([]byte{0})
		}
	}
	e.digest = hex.EncodeToString(sum.Sum(nil)[:16])
	e.index()
	e.inside = sync.OnceValue(func() *literal.Matcher { return literal.New(e.literals) })
	return e, nil
}

// Info says what the engine is.
func (e *Engine) Info() engine.Info {
	return engine.Info{Name: Name, Title: "Secrets", Digest: e.digest, Permanent: true, Always: len(e.everywhere) > 0}
}

// Rule gives the facts of a rule by id.
func (e *Engine) Rule(id string) (finding.Rule, bool) {
	m, ok := e.byID[id]
	if !ok {
		return finding.Rule{}, false
	}
	return m.rule.Rule, true
}

// Literals are what starts the rules: keywords, the rarest words of names, the marks of documents, and the encoded forms of all that is exact.
func (e *Engine) Literals() []literal.Literal { return e.literals }
