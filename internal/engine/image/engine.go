// Package image is the engine that looks at container images: at what their configuration asks for (user, ports, health), at
// how their history built them, and at what files they carry that no image should: setuid programs, git histories, caches.
//
// It takes a note of the configuration and of the few files that matter, and concludes when all layers were seen. Secrets are
// the secrets engine's and packages the dependency engine's. It must not look at the clock: what day it is, Options say.
// No text of the image reaches a message but names that a message needs: an instruction may hold a secret.
package image

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/literal"
	"github.com/reevehq/reeve/internal/rule"
)

// Name is the engine's id.
const Name = "image"

// behaviour changes whenever the engine's own judgement does.
const behaviour = "1"

// Options are what a caller decides about the engine.
type Options struct {
	// Key makes the findings' identities.
	Key finding.Key
	// Today is the day by which end-of-life distributions are judged; zero judges none.
	Today time.Time
}

// Engine judges images. It is immutable.
type Engine struct {
	options Options
	rules   []checked
	byID    map[string]int
	digest  string
}

// checked is a rule with the check that it names.
type checked struct {
	rule rule.Rule
	run  check
}

var _ engine.Set = (*Engine)(nil)

// New makes the engine. Each rule names one of its checks.
func New(rules []rule.Rule, o Options) (*Engine, error) {
	e := &Engine{options: o, byID: make(map[string]int, len(rules))}
	sum := sha256.New()
	io.WriteString(sum, "behaviour "+behaviour+o.Today.Format(" 2006-01-02")) // writing to a hash cannot err
	for _, r := range slices.SortedFunc(slices.Values(rules), func(a, b rule.Rule) int { return cmp.Compare(a.ID, b.ID) }) {
		run, err := checkOf(r)
		if err != nil {
			return nil, err
		}
		if _, taken := e.byID[r.ID]; taken {
			return nil, fmt.Errorf("rule %q: id is taken twice", r.ID)
		}
		e.byID[r.ID] = len(e.rules)
		e.rules = append(e.rules, checked{r, run})
		fmt.Fprintf(sum, "%s\x00%s\x00%s\x00%s\x00%s\x00", r.ID, r.Title, r.Severity, r.Confidence, r.Match)
	}
	e.digest = hex.EncodeToString(sum.Sum(nil)[:16])
	return e, nil
}

// Validate looks at a rule as the engine would.
func Validate(r rule.Rule) error {
	_, err := checkOf(r)
	return err
}

// checkOf finds the check that a rule's match names: {"check":"NAME"}.
func checkOf(r rule.Rule) (check, error) {
	var m struct {
		Check string `json:"check"`
	}
	d := json.NewDecoder(bytes.NewReader([]byte(r.Match)))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return nil, fmt.Errorf("rule %q: match: %w", r.ID, err)
	}
	known := checks()
	run, ok := known[m.Check]
	if !ok {
		return nil, fmt.Errorf("rule %q: match: check %q: want one of %s", r.ID, m.Check, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
	}
	return run, nil
}

// Info says what the engine is.
func (e *Engine) Info() engine.Info {
	return engine.Info{Name: Name, Title: "Images", Digest: e.digest}
}

// Rule gives the facts of a rule by id.
func (e *Engine) Rule(id string) (finding.Rule, bool) {
	n, ok := e.byID[id]
	if !ok {
		return finding.Rule{}, false
	}
	return e.rules[n].rule.Rule, true
}

// Literals are none: what matters is known by its place.
func (e *Engine) Literals() []literal.Literal { return nil }

// Look finds nothing in a single content: only the whole image says what is wrong.
func (e *Engine) Look(*engine.Content, []literal.Hit, func(finding.Finding)) (whole bool) {
	return false
}

// Place lets every finding stand where it is.
func (e *Engine) Place(*finding.Finding, string) bool { return true }

// LookName finds nothing in a name.
func (e *Engine) LookName(string, func(finding.Finding)) {}
