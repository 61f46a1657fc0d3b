package desk

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/archive"
	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/engine/sca"
	"github.com/reevehq/reeve/internal/engines"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/gate"
	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/sbom"
	"github.com/reevehq/reeve/internal/target"
)

// What a stored bill gives is what the scan of the document gives, with the advisories of the example.
func TestBillMatcher_isTheScanOfTheDocument(t *testing.T) {
	b := advisory.NewBuilder(nil)
	files, err := filepath.Glob("../../examples/advisories/*/*.json")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		r, err := advisory.ParseOSV(text)
		if err == nil {
			err = b.Add(r)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	path := filepath.Join(t.TempDir(), "world.db")
	if _, err := b.Write(path, now); err != nil {
		t.Fatal(err)
	}
	db, err := advisory.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	packages := []inventory.Package{
		{Ecosystem: "npm", Name: "express", Version: "4.17.0", Direct: true, Requires: []int{1}},
		{Ecosystem: "npm", Name: "qs", Version: "6.5.1"},
		{Ecosystem: "npm", Name: "jsonwebtoken", Version: "8.5.1", Direct: true},
		{Ecosystem: "npm", Name: "minimist", Version: "1.2.0", Scope: inventory.Development},
		{Ecosystem: "Go", Name: "golang.org/x/net", Version: "0.30.0", Direct: true},
		{Ecosystem: "npm", Name: "calm", Version: "1.0.0"},
	}
	dir := t.TempDir()
	document := filepath.Join(dir, "bom.cdx.json")
	f, err := os.Create(document)
	if err != nil {
		t.Fatal(err)
	}
	bill := &sbom.SBOM{Subject: sbom.Subject{Package: inventory.Package{Name: "shop"}}, Packages: packages}
	if err := sbom.WriteCycloneDX(f, bill, sbom.Options{}); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}

	e, err := engines.Dependencies(sca.Options{Advisories: db, SBOM: true})
	if err != nil {
		t.Fatal(err)
	}
	source, err := target.Open(t.Context(), document, target.Options{})
	if err != nil {
		t.Fatal(err)
	}
	scanned, err := gate.Scan(t.Context(), []gate.Subject{{Source: sbomSource{source}}}, gate.Options{
		Pass: engine.NewPass([]engine.Engine{e}, archive.Limits{}), Now: now, Clock: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	read, err := os.Open(document)
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	stored, err := sbom.Read(read)
	if err != nil {
		t.Fatal(err)
	}
	m, err := newBillMatcher(db)
	if err != nil {
		t.Fatal(err)
	}
	matched, err := m.match(t.Context(), finding.Asset{Kind: "repository", Name: "shop"}, stored.Packages)
	if err != nil {
		t.Fatal(err)
	}
	if len(scanned.Findings) < 4 {
		t.Fatalf("only %d findings: the test shows nothing", len(scanned.Findings))
	}
	opts := cmp.Options{
		cmpopts.IgnoreFields(finding.Finding{}, "Asset", "Rank", "Verdict", "Secret"), cmpopts.IgnoreFields(finding.Location{}, "Path"),
		cmpopts.EquateEmpty(), cmpopts.SortSlices(func(a, b finding.Finding) bool { return a.Fingerprint < b.Fingerprint }),
	}
	if diff := cmp.Diff(scanned.Findings, matched.Findings, opts); diff != "" {
		t.Errorf("findings (-scan +bill)\n%s", diff)
	}
	if diff := cmp.Diff(scanned.Rules, matched.Rules); diff != "" {
		t.Errorf("rules (-scan +bill)\n%s", diff)
	}
}

// sbomSource is a document that was named as a bill of materials, as "reeve scan sbom:" has it.
type sbomSource struct{ target.Source }

func (s sbomSource) Asset() finding.Asset { return finding.Asset{Kind: "sbom", Name: "bom.cdx.json"} }
