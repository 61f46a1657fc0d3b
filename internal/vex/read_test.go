package vex

import (
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	sampleOpenVEX = `{
  "@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.com/vex-1", "author": "Security team", "role": "Vendor",
  "timestamp": "2024-01-02T03:04:05Z", "version": 3,
  "statements": [
    {"vulnerability": {"name": "CVE-2024-0001", "aliases": ["GHSA-aaaa-bbbb-cccc", "CVE-2024-0001"]},
     "products": [{"@id": "pkg:npm/shop@1.0.0", "identifiers": {"cpe23": "cpe:2.3:a:acme:shop:1.0.0:*:*:*:*:*:*:*"}, "subcomponents": [{"@id": "pkg:npm/alpha@1.1.0"}, {"identifiers": {"purl": "pkg:npm/beta"}}]}],
     "status": "not_affected", "justification": "vulnerable_code_not_in_execute_path", "impact_statement": "Never called.",
     "status_notes": "looked at src/index.js\nno import of alpha/parse", "timestamp": "2024-02-02T03:04:05+01:00"},
    {"vulnerability": {"name": "CVE-2024-0002"}, "products": [{"@id": "pkg:npm/gamma"}], "status": "affected", "action_statement": "Upgrade."},
    {"vulnerability": {"name": "CVE-2024-0003"}, "products": [{"identifiers": {"purl": "pkg:npm/delta@1"}}], "status": "not_affected"}
  ]
}`
	sampleOldOpenVEX = `{"statements": [{"vulnerability": "CVE-2024-0001", "products": ["pkg:oci/shop@sha256:aa"], "subcomponents": ["pkg:apk/alpine/git@2"], "status": "fixed"}],
  "@context": "https://openvex.dev/ns", "author": "A", "timestamp": "2023-01-01T00:00:00Z"}`
	sampleCSAF = `{
  "document": {"category": "csaf_vex", "csaf_version": "2.0", "publisher": {"category": "vendor", "name": "Acme", "namespace": "https://acme.example"}, "title": "t",
    "tracking": {"current_release_date": "2024-03-01T00:00:00Z", "id": "A-1", "initial_release_date": "2024-01-01T00:00:00Z", "revision_history": [], "status": "final", "version": "2"}},
  "product_tree": {
    "branches": [{"category": "vendor", "name": "Acme", "branches": [
      {"category": "product_name", "name": "OS", "branches": [{"category": "product_version", "name": "8", "product": {"name": "Acme OS 8", "product_id": "OS8", "product_identification_helper": {"cpe": "cpe:/o:acme:os:8"}}}]},
      {"category": "architecture", "name": "x86_64", "product": {"name": "openssl 1", "product_id": "SSL1", "product_identification_helper": {"purl": "pkg:rpm/acme/openssl@1?arch=x86_64"}}}]}],
    "full_product_names": [{"name": "Acme Shop 1", "product_id": "SHOP"}, {"name": "Acme Web 1", "product_id": "WEB"}, {"name": "Acme Api 1", "product_id": "API"}],
    "product_groups": [{"group_id": "G1", "product_ids": ["SHOP", "WEB"]}],
    "relationships": [{"category": "default_component_of", "product_reference": "SSL1", "relates_to_product_reference": "OS8", "full_product_name": {"name": "openssl in OS", "product_id": "OS8:SSL1"}}]},
  "vulnerabilities": [
    {"cve": "CVE-2024-0001", "ids": [{"system_name": "GitHub", "text": "GHSA-aaaa-bbbb-cccc"}, {"system_name": "Bugzilla", "text": "https://bugs.example/1"}],
     "product_status": {"known_not_affected": ["SHOP", "WEB", "OS8:SSL1"], "known_affected": ["API"]},
     "flags": [{"label": "component_not_present", "group_ids": ["G1"], "date": "2024-02-01T00:00:00Z"}],
     "threats": [{"category": "impact", "details": "Compiled without it.", "product_ids": ["OS8:SSL1"]}, {"category": "exploit_status", "details": "none", "product_ids": ["API"]}],
     "remediations": [{"category": "workaround", "details": "Switch it off.", "product_ids": ["API"]}, {"category": "vendor_fix", "details": "Upgrade.", "product_ids": ["API"]}]},
    {"ids": [{"system_name": "Acme", "text": "ACME-7"}], "product_status": {"first_fixed": ["WEB"], "under_investigation": ["SHOP"]}},
    {"cve": "CVE-2024-0009"}
  ]
}`
	sampleCyclone = `{
  "vulnerabilities": [
    {"id": "CVE-2024-0001", "references": [{"id": "GHSA-aaaa-bbbb-cccc", "source": {"name": "GitHub"}}], "updated": "2024-02-01T00:00:00Z",
     "analysis": {"state": "not_affected", "justification": "code_not_reachable", "response": ["will_not_fix"], "detail": "Never called."},
     "affects": [{"ref": "a"}, {"ref": "urn:cdx:00000000-0000-4000-8000-000000000001/1#shop"}, {"ref": "urn:cdx:11111111-0000-4000-8000-000000000001/1#pkg%3Anpm%2Fbeta%402"}]},
    {"id": "CVE-2024-0002", "analysis": {"state": "exploitable", "response": ["update"]}, "recommendation": "Upgrade.",
     "affects": [{"ref": "a", "versions": [{"version": "1.0.0"}, {"version": "2.0.0", "status": "unaffected"}, {"range": "vers:npm/<1"}]}]},
    {"id": "CVE-2024-0003", "analysis": {"state": "not_affected", "justification": "requires_environment"}, "affects": [{"ref": "a", "versions": [{"version": "1.0.0"}, {"range": "vers:npm/<1"}]}]},
    {"id": "CVE-2024-0004", "analysis": {"state": "resolved"}, "affects": [{"ref": "elsewhere"}]},
    {"id": "CVE-2024-0005", "affects": [{"ref": "a"}]}
  ],
  "components": [{"type": "library", "bom-ref": "x", "name": "x", "components": [{"type": "library", "bom-ref": "a", "name": "alpha", "version": "1.1.0", "purl": "pkg:npm/alpha@1.1.0"}]}],
  "metadata": {"timestamp": "2024-01-01T00:00:00Z", "component": {"type": "application", "bom-ref": "shop", "name": "shop", "version": "1"}, "authors": [{"name": "Ann"}]},
  "serialNumber": "urn:uuid:00000000-0000-4000-8000-000000000001", "specVersion": "1.5", "bomFormat": "CycloneDX"
}`
)

func samples() []string { return []string{sampleOpenVEX, sampleOldOpenVEX, sampleCSAF, sampleCyclone} }

func day(month, day int) time.Time {
	return time.Date(2024, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

func TestRead_everyFormat(t *testing.T) {
	both := []string{"CVE-2024-0001", "GHSA-aaaa-bbbb-cccc"}
	inShop := func(name string) []Product { return []Product{{ID: "shop@1", Subcomponents: []string{name}}} }
	for name, c := range map[string]struct {
		in   string
		want []Statement
	}{
		"OpenVEX": {sampleOpenVEX, []Statement{
			{Flaws: both, Products: []Product{{ID: "pkg:npm/shop@1.0.0", Also: []string{"cpe:2.3:a:acme:shop:1.0.0:*:*:*:*:*:*:*"}, Subcomponents: []string{"pkg:npm/alpha@1.1.0", "pkg:npm/beta"}}},
				Status: NotAffected, Justification: CodeNotInExecutePath, Impact: "Never called.", Author: "Security team",
				At: time.Date(2024, 2, 2, 2, 4, 5, 0, time.UTC), Proof: []string{"looked at src/index.js", "no import of alpha/parse"}},
			{Flaws: []string{"CVE-2024-0002"}, Products: []Product{{ID: "pkg:npm/gamma"}}, Status: Affected, Action: "Upgrade.", Author: "Security team", At: time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)},
			{Flaws: []string{"CVE-2024-0003"}, Products: []Product{{ID: "pkg:npm/delta@1"}}, Status: NotAffected, Author: "Security team", At: time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)},
		}},
		"OpenVEX 0.0.1": {sampleOldOpenVEX, []Statement{
			{Flaws: []string{"CVE-2024-0001"}, Products: []Product{{ID: "pkg:oci/shop@sha256:aa", Subcomponents: []string{"pkg:apk/alpine/git@2"}}}, Status: Fixed, Author: "A", At: time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)},
		}},
		"OpenVEX in in-toto": {`{"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://openvex.dev/ns/v0.2.0", "subject": [], "predicate": ` + sampleOldOpenVEX + `}`, []Statement{
			{Flaws: []string{"CVE-2024-0001"}, Products: []Product{{ID: "pkg:oci/shop@sha256:aa", Subcomponents: []string{"pkg:apk/alpine/git@2"}}}, Status: Fixed, Author: "A", At: time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)},
		}},
		"CSAF": {sampleCSAF, []Statement{
			{Flaws: both, Products: []Product{{ID: "Acme Api 1"}}, Status: Affected, Action: "Switch it off.\nUpgrade.", Author: "Acme", At: day(3, 1)},
			{Flaws: both, Products: []Product{{ID: "Acme Shop 1"}, {ID: "Acme Web 1"}}, Status: NotAffected, Justification: ComponentNotPresent, Author: "Acme", At: day(2, 1)},
			{Flaws: both, Products: []Product{{ID: "cpe:/o:acme:os:8", Subcomponents: []string{"pkg:rpm/acme/openssl@1?arch=x86_64"}}}, Status: NotAffected, Impact: "Compiled without it.", Author: "Acme", At: day(3, 1)},
			{Flaws: []string{"ACME-7"}, Products: []Product{{ID: "Acme Shop 1"}}, Status: UnderInvestigation, Author: "Acme", At: day(3, 1)},
			{Flaws: []string{"ACME-7"}, Products: []Product{{ID: "Acme Web 1"}}, Status: Fixed, Author: "Acme", At: day(3, 1)},
		}},
		"CycloneDX": {sampleCyclone, []Statement{
			{Flaws: both, Products: []Product{{ID: "shop@1", Subcomponents: []string{"pkg:npm/alpha@1.1.0"}}, {ID: "shop@1"}, {ID: "pkg:npm/beta@2"}},
				Status: NotAffected, Justification: CodeNotInExecutePath, Impact: "Never called.", Author: "Ann", At: day(2, 1)},
			{Flaws: []string{"CVE-2024-0002"}, Products: append(inShop("pkg:npm/alpha@1.0.0"), inShop("pkg:npm/alpha@1.1.0")...), Status: Affected, Action: "Upgrade.\nupdate", Author: "Ann", At: day(1, 1)},
			{Flaws: []string{"CVE-2024-0003"}, Products: inShop("pkg:npm/alpha@1.0.0"), Status: NotAffected, Impact: "requires environment", Author: "Ann", At: day(1, 1)},
			{Flaws: []string{"CVE-2024-0004"}, Products: []Product{{ID: "elsewhere"}}, Status: Fixed, Author: "Ann", At: day(1, 1)},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Read("x.json", iotest.HalfReader(strings.NewReader(c.in)))
			if err != nil {
				t.Fatal(err)
			}
			for i := range c.want {
				c.want[i].Source = "x.json"
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestRead_refuses(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", `read VEX "p": byte 0: the document is cut short`},
		{"[]", "neither OpenVEX"},
		{"{}", "neither OpenVEX"},
		{`{"bomFormat": "CycloneDX", "components": []}`, "neither OpenVEX"},
		{`{"statements": [], "document": {}}`, "neither OpenVEX"},
		{`{"statements": []} {}`, "text after the end"},
		{`{"statements": [], "statements": []}`, `the member "statements" stands twice`},
		{`{"statements": {}}`, "{ where an array is expected"},
		{`{"statements": [{"vulnerability": {"name": "C"}, "status": "fine"}]}`, `statement 1: status "fine" is none of OpenVEX's`},
		{`{"statements": [{"vulnerability": 7}]}`, "element 1: json: cannot unmarshal"},
		{`{"document": {"csaf_version": "1.2"}}`, `CSAF version "1.2": want 2.0`},
		{`{"document": {"csaf_version": "2.0"}, "vulnerabilities": [{"cve": "CVE-2024-0001", "product_status": {"fixed": ["X"]}}]}`, `vulnerability 1: the product "X" is not in the product tree`},
		{`{"document": {"csaf_version": "2.0"}, "vulnerabilities": [{"product_status": {"fixed": ["X"]}}]}`, "vulnerability 1 has neither cve nor ids"},
		{`{"document": {"csaf_version": "2.0"}, "product_tree": {"full_product_names": [{"product_id": "a"}, {"product_id": "a"}]}}`, `the product "a" stands twice`},
		{`{"document": {"csaf_version": "2.0"}, "product_tree": {"relationships": [{"product_reference": "b", "full_product_name": {"product_id": "a"}}]}}`, `the product "a" relates to a product that is not`},
		{`{"document": {"csaf_version": "2.0"}, "product_tree": {"branches": ` + strings.Repeat(`[{"branches": `, 120) + "[]" + strings.Repeat("}]", 120) + `}}`, "nested deeper than 100"},
		{`{"bomFormat": "CycloneDX", "vulnerabilities": [{"id": "C", "analysis": {"state": "maybe"}}]}`, `state "maybe" is none of CycloneDX'`},
		{`{"bomFormat": "CycloneDX", "components": [{"bom-ref": "a"}, {"bom-ref": "a"}], "vulnerabilities": []}`, `the bom-ref "a" stands for two components`},
	} {
		if got, err := Read("p", strings.NewReader(c.in)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.80s: %+v, %v; want %q", c.in, got, err, c.want)
		}
	}
	for _, text := range samples() {
		for n := 0; n < len(text); n++ {
			if n+100 < len(text) {
				n += 6
			}
			if got, err := Read("p", strings.NewReader(text[:n])); err == nil {
				t.Fatalf("cut at byte %d of %.30s it is read as %+v", n, text, got)
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, text := range samples() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list, err := Read("p", strings.NewReader(text))
		if err != nil {
			return
		}
		set := NewSet(list)
		for _, s := range list {
			for _, p := range s.Products {
				got, found := set.Find(s.Flaws, p.ID, "")
				if found && got.Suppresses() && got.Valid() != nil {
					t.Fatalf("an invalid statement counts: %+v", got)
				}
			}
		}
	})
}
