// Package engines is the one list of what is in the binary: which engines there are, with which rules.
// It must do nothing but build that list.
package engines

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/engine/image"
	"github.com/reevehq/reeve/internal/engine/sast"
	"github.com/reevehq/reeve/internal/engine/sca"
	"github.com/reevehq/reeve/internal/engine/secret"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/gitleaks"
	"github.com/reevehq/reeve/internal/rule"
	"github.com/reevehq/reeve/internal/semgrep"
	"github.com/reevehq/reeve/rules"
)

// Needs is what engines are built from.
type Needs struct {
	// Rules are the rules of all engines; each engine takes its own.
	Rules []rule.Rule
	// Key makes fingerprints.
	Key finding.Key
	// KeepSecrets keeps values in memory, for asking their providers.
	KeepSecrets bool
	// Dependencies are the options of the engine for dependencies but for its key.
	Dependencies sca.Options
	// Today is the day by which end-of-life distributions are judged.
	Today time.Time
	// Foreign are rules for code from Semgrep's rule files.
	Foreign []semgrep.Rule
	// Audit also runs the rules for audits.
	Audit bool
}

// All builds every engine there is, at once: each has rules to read.
func All(n Needs) ([]engine.Engine, error) {
	n.Dependencies.Key = n.Key
	builders := []struct {
		rules string
		build func() (engine.Engine, error)
	}{
		{"secret", func() (engine.Engine, error) {
			return secret.New(of("secret", n.Rules), secret.Options{Key: n.Key, KeepSecrets: n.KeepSecrets})
		}},
		{"dependency", func() (engine.Engine, error) { return sca.New(of(sca.Name, n.Rules), n.Dependencies) }},
		{"image", func() (engine.Engine, error) {
			return image.New(of(image.Name, n.Rules), image.Options{Key: n.Key, Today: n.Today})
		}},
		{"code", func() (engine.Engine, error) {
			return sast.New(of(sast.Name, n.Rules), sast.Options{Key: n.Key, Foreign: n.Foreign, Audit: n.Audit})
		}},
	}
	all := make([]engine.Engine, len(builders))
	var group errgroup.Group
	for i, b := range builders {
		group.Go(func() (err error) {
			if all[i], err = b.build(); err != nil {
				return fmt.Errorf("%s rules: %w", b.rules, err)
			}
			return nil
		})
	}
	return all, group.Wait()
}

// Dependencies builds the engine for dependencies alone, for who only wants to know what is inside.
func Dependencies(o sca.Options) (engine.Engine, error) { return sca.New(nil, o) }

func of(engine string, all []rule.Rule) []rule.Rule {
	return slices.DeleteFunc(slices.Clone(all), func(r rule.Rule) bool { return r.Engine != engine })
}

// Digest names the knowledge of all engines together, and the key under which they make identities.
func Digest(all []engine.Engine, key finding.Key) string {
	h := sha256.New()
	for _, e := range all {
		fmt.Fprintf(h, "%s %s\n", e.Info().Name, e.Info().Digest)
	}
	fmt.Fprintf(h, "key %x\n", sha256.Sum256(key))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Single are the engines that judge each content by itself, whose verdicts can be kept by content: an advisory that is new
// today must not make all that was seen in a history unseen.
func Single(all []engine.Engine) []engine.Engine {
	return slices.DeleteFunc(slices.Clone(all), func(e engine.Engine) bool { _, set := e.(engine.Set); return set })
}

// Choice says which rules are used.
type Choice struct {
	// Paths are a team's own rules: folders or files of ours or of Semgrep's, or gitleaks configurations (.toml).
	Paths []string
	// Alone leaves out the rules that come with reeve.
	Alone bool
	// Disabled tells whether a rule is switched off; nil switches off none.
	Disabled func(id string) bool
}

// Chosen are the rules of a choice. Notes name what of a team's own rules could not be carried over.
type Chosen struct {
	Rules []rule.Rule
	// Foreign are rules for code from Semgrep's rule files.
	Foreign []semgrep.Rule
	Notes   []string
}

// Rules loads the chosen rules. A rule of the team's replaces one of ours that has the same id.
func Rules(c Choice) (Chosen, error) {
	var chosen Chosen
	var failed []error
	for _, path := range c.Paths {
		failed = append(failed, chosen.load(path))
	}
	if err := errors.Join(failed...); err != nil {
		return Chosen{}, err
	}
	if !c.Alone {
		own := map[string]bool{}
		for _, r := range chosen.Rules {
			own[r.ID] = true
		}
		for _, r := range rules.All() {
			if !own[r.ID] {
				chosen.Rules = append(chosen.Rules, r)
			}
		}
	}
	if c.Disabled != nil {
		chosen.Foreign = slices.DeleteFunc(chosen.Foreign, func(r semgrep.Rule) bool { return c.Disabled(r.ID) })
		chosen.Rules = slices.DeleteFunc(chosen.Rules, func(r rule.Rule) bool { return c.Disabled(r.ID) })
	}
	return chosen, nil
}

// validators look at a rule as its engine would, whole, expressions included.
var validators = map[string]func(rule.Rule) error{secret.Name: secret.Validate, sca.Name: sca.Validate, image.Name: image.Validate, sast.Name: sast.Validate}

// Validate lets its engine look closely at a rule.
func Validate(r rule.Rule) error {
	check, ok := validators[r.Engine]
	if !ok {
		return fmt.Errorf("rule %q: there is no engine %q", r.ID, r.Engine)
	}
	return check(r)
}

// validate looks closely at a team's own rules; those that come with reeve were tested.
func validate(own []rule.Rule) error {
	var failed []error
	for _, r := range own {
		failed = append(failed, Validate(r))
	}
	return errors.Join(failed...)
}

// load reads one path of a team's own rules.
func (c *Chosen) load(path string) error {
	if !strings.EqualFold(filepath.Ext(path), ".toml") {
		set, err := rule.LoadPath(path)
		if err != nil {
			if foreign, notes, other := Foreign(path); len(foreign) > 0 || other != nil {
				c.Foreign, c.Notes = append(c.Foreign, foreign...), append(c.Notes, notes...)
				return other
			}
		}
		c.Rules = append(c.Rules, set.Rules...)
		return errors.Join(err, validate(set.Rules))
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("open rules: %w", err)
	}
	config, err := gitleaks.Load(path, data, gitleaks.Options{Open: os.ReadFile, Base: rules.All()})
	c.Rules = append(c.Rules, config.Rules...)
	for _, left := range config.Left {
		c.Notes = append(c.Notes, left.String())
	}
	return err
}
