package remedy

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"

	"github.com/reevehq/reeve/internal/remedy/registry"
)

// npmAsk asks the registry, and knows which versions are sound.
type npmAsk struct {
	client *registry.Client
	// flaws counts the flaws of a version.
	flaws func(name, version string) int
}

// pick chooses a version as npm does: the one tagged latest where it is in the range, else the highest; but one without known flaws
// goes first.
func (a *npmAsk) pick(ctx context.Context, name string, s span) (*registry.NPMVersion, error) {
	p, err := a.client.NPM(ctx, name)
	if err != nil {
		return nil, err
	}
	var best *registry.NPMVersion
	better := func(v, than *registry.NPMVersion) bool {
		if x, y := a.flaws(name, v.Version), a.flaws(name, than.Version); x != y {
			return x < y
		}
		if x, y := v.Version == p.Tags["latest"], than.Version == p.Tags["latest"]; x != y {
			return x
		}
		if x, y := v.Deprecated == "", than.Deprecated == ""; x != y {
			return x
		}
		x, _ := parseSemver(v.Version)
		y, _ := parseSemver(than.Version)
		return x.compare(y) > 0
	}
	for _, v := range p.Versions {
		parsed, ok := parseSemver(v.Version)
		if ok && s.allows(parsed) && (best == nil || better(v, best)) {
			best = v
		}
	}
	if best == nil {
		return nil, fmt.Errorf("the registry has no version of %s that is asked for", name)
	}
	return best, nil
}

// licence is the licence of a version, where the registry tells it; nil where not.
func (a *npmAsk) licence(ctx context.Context, name string, v *registry.NPMVersion) json.RawMessage {
	raw := v.Fields["license"]
	if raw == nil {
		if full, err := a.client.NPMVersion(ctx, name, v.Version); err == nil {
			raw = full.Fields["license"]
			if _, ok := v.Fields["funding"]; !ok && full.Fields["funding"] != nil {
				v.Fields["funding"] = full.Fields["funding"]
			}
		}
	}
	var text string
	if json.Unmarshal(raw, &text) == nil && text != "" {
		return json.RawMessage(quoteJSON(text))
	}
	var old struct{ Type string }
	if json.Unmarshal(raw, &old) == nil && old.Type != "" {
		return json.RawMessage(quoteJSON(old.Type))
	}
	return nil
}

// foreign tells of a package that comes from somewhere else than the registry that is asked.
func (a *npmAsk) foreign(n *npmNode) (host string, yes bool) {
	if n.resolved == "" {
		return "", false
	}
	u, err := url.Parse(n.resolved)
	base, baseErr := url.Parse(a.client.Base("npm"))
	if err != nil || baseErr != nil || u.Scheme != "https" && u.Scheme != "http" {
		return "another place than a registry", true
	}
	return u.Host, u.Host != base.Host && u.Host != "registry.npmjs.org"
}
