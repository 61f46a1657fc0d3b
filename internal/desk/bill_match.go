package desk

import (
	"context"
	"fmt"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/engine/sca"
	"github.com/reevehq/reeve/internal/engines"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/sbom"
)

// billTool is what the register calls the source that bills of materials are.
const billTool = "reeve sbom"

// billMatcher matches bills of materials by reeve's own engine for dependencies. Its findings are those of "reeve scan sbom:" on the document
// that the bill came from, but that the project is called as the asset is.
type billMatcher struct{ engine engine.Set }

func newBillMatcher(db *advisory.DB) (*billMatcher, error) {
	e, err := engines.Dependencies(sca.Options{Advisories: db, SBOM: true})
	if err != nil {
		return nil, err
	}
	set, ok := e.(engine.Set)
	if !ok {
		return nil, fmt.Errorf("the engine %q judges no whole targets", e.Info().Name)
	}
	return &billMatcher{set}, nil
}

// match gives what is known of the packages of one asset.
func (m *billMatcher) match(ctx context.Context, asset finding.Asset, packages []inventory.Package) (*finding.Result, error) {
	info := m.engine.Info()
	bill := sbom.SBOM{Format: "SBOM", Subject: sbom.Subject{Package: inventory.Package{Name: asset.Name}}, Packages: packages}
	out := &finding.Result{
		Schema: finding.SchemaV1, Tool: finding.Tool{Name: billTool, Ruleset: info.Digest},
		Assets: []finding.Asset{asset}, Engines: []finding.EngineStatus{{Name: info.Name, State: "ok"}},
	}
	target := &engine.Target{
		Asset: finding.Asset{Kind: "sbom", Name: asset.Name}, Notes: []engine.Note{{Value: bill.Document("")}},
		Notice: func(text string) { out.Notes = append(out.Notes, text) },
	}
	told := map[string]bool{}
	err := m.engine.Conclude(ctx, target, func(f finding.Finding) {
		f.Engine, f.Asset = info.Name, asset
		out.Findings = append(out.Findings, f)
		if rule, ok := m.engine.Rule(f.Rule); ok && !told[f.Rule] {
			told[f.Rule] = true
			out.Rules = append(out.Rules, rule)
		}
	})
	if err != nil {
		return nil, err
	}
	out.Findings = finding.Merge(out.Findings)
	out.Sort()
	return out, nil
}
