package register_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/register"
)

// How critical an asset is moves the rank of what is found in it, from the next import on and at once for what is there.
func TestSetAsset_criticalityRanksAgain(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.look(register.Import{}, report(one))
		score := func() int64 {
			d, err := b.Detail(t.Context(), 1)
			if err != nil {
				t.Fatal(err)
			}
			if int64(d.Finding.Rank.Score) != d.Row.Score || int64(d.Finding.Rank.Level) != d.Row.Level {
				t.Errorf("the row says %d, the sentences %d", d.Row.Score, d.Finding.Rank.Score)
			}
			return d.Row.Score
		}
		plain := score()
		w, err := b.World(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		asset := *w.Assets[w.ID(register.KindAsset, register.AssetName(shop))]
		set := func(criticality string) {
			asset.Criticality = criticality
			if _, err := b.SetAsset(t.Context(), "chief", asset); err != nil {
				t.Fatal(err)
			}
		}
		set("critical")
		if got := score(); got <= plain {
			t.Errorf("critical: %d, was %d", got, plain)
		}
		if d, err := b.Detail(t.Context(), 1); err != nil || !slices.Contains(d.Finding.Rank.Because, "The criticality of its asset is critical.") {
			t.Errorf("%+v %v", d, err)
		}
		set("low")
		if got := score(); got >= plain {
			t.Errorf("low: %d, was %d", got, plain)
		}
		set("")
		if got := score(); got != plain {
			t.Errorf("not said: %d, was %d", got, plain)
		}
	})
}

// A result in memory is a look like any other.
func TestImportResult_isALook(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		flaw := finding.Finding{
			Rule: "CVE-2026-0001", Engine: "sca", Severity: finding.High, Confidence: finding.Firm, Message: "leaky 1.0.0 has it",
			Fingerprint: finding.Fingerprint(strings.Repeat("ab", 16)), Asset: shop, Component: &finding.Component{Ecosystem: "npm", Name: "leaky", Version: "1.0.0"},
			Threat: &finding.Threat{CVSS: []string{"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}, Exploit: "active", Automatable: "yes"},
		}
		result := &finding.Result{Schema: finding.SchemaV1, Tool: finding.Tool{Name: "reeve sbom"}, Findings: []finding.Finding{flaw},
			Rules: []finding.Rule{{ID: "CVE-2026-0001", Engine: "sca", Title: "leaky leaks"}}}
		in := register.Import{Asset: shop, Only: true, Ref: "main", Tool: "reeve sbom", Actor: "job"}
		if r, err := b.ImportResult(t.Context(), in, result); err != nil || r.New != 1 {
			t.Fatalf("%+v %v", r, err)
		}
		w, err := b.World(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if s := w.Sees(w.ID(register.KindAsset, register.AssetName(shop)), "reeve sbom", "main"); s == nil || s.Present != 1 {
			t.Errorf("the source: %+v", s)
		}
		d, err := b.Detail(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		if s := d.Finding.Rank.SSVC; s == nil || s.Decision != "" || s.Least != "Attend" || s.Most != "Act" || !slices.Equal(s.Missing, []string{"how critical its asset is"}) {
			t.Errorf("SSVC: %+v", s)
		}
		result.Findings = nil
		if r, err := b.ImportResult(t.Context(), in, result); err != nil || r.Verified != 1 {
			t.Errorf("%+v %v", r, err)
		}
	})
}
