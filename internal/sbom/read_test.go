package sbom

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/reevehq/reeve/internal/inventory"
)

// sorted gives the packages by name, with edges by name, so that documents in different order can be compared.
func sorted(s *SBOM) []inventory.Package {
	order := make([]int, len(s.Packages))
	for i := range order {
		order[i] = i
	}
	name := func(i int) string { return PURL(&s.Packages[i]) }
	slices.SortStableFunc(order, func(a, b int) int { return strings.Compare(name(a), name(b)) })
	position := make([]int, len(order))
	for to, from := range order {
		position[from] = to
	}
	var list []inventory.Package
	for _, from := range order {
		p := s.Packages[from]
		p.Requires = nil
		for _, r := range s.Packages[from].Requires {
			p.Requires = append(p.Requires, position[r])
		}
		slices.Sort(p.Requires)
		list = append(list, p)
	}
	return list
}

func TestRead_sameInEveryFormat(t *testing.T) {
	want := []inventory.Package{
		{Ecosystem: "npm", Name: "@x/beta", Version: "2.0.0", Licence: "MIT OR ISC"},
		{Ecosystem: "npm", Name: "alpha", Version: "1.1.0", Licence: "MIT AND Apache-2.0", Integrity: "sha1-hvfkN/qlp/zhXR3cuerq6jd2Z7g=", Direct: true, Requires: []int{0}},
		{Ecosystem: "npm", Name: "gamma", Version: "3.0.0", Licence: "Our own words", Scope: inventory.Development, Direct: true},
	}
	for format, text := range samples() {
		t.Run(format, func(t *testing.T) {
			s, err := Read(iotest.HalfReader(strings.NewReader(text)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, sorted(s)); diff != "" {
				t.Errorf("packages (-want +got)\n%s", diff)
			}
			subject := Subject{Kind: "application", Package: inventory.Package{Ecosystem: "npm", Name: "shop", Version: "1.0.0"}}
			if diff := cmp.Diff(subject, s.Subject); diff != "" {
				t.Errorf("subject (-want +got)\n%s", diff)
			}
			if want := time.Date(2024, 5, 6, 5, 8, 9, 0, time.UTC); !s.Created.Equal(want) {
				t.Errorf("created %v", s.Created)
			}
			if len(s.Unknown) > 0 || s.Serial == "" {
				t.Errorf("serial %q, unknown %q", s.Serial, s.Unknown)
			}
			if format != "SPDX 3" && format != "SPDX 2 tag-value" {
				if at := slices.IndexFunc(s.Packages, func(p inventory.Package) bool { return p.Name == "alpha" }); !cmp.Equal(s.Where[at], []string{"package-lock.json"}) {
					t.Errorf("alpha stands in %q", s.Where)
				}
			}
			d := s.Document("a/sbom")
			if d.Path != "a/sbom" || d.Ecosystem != "npm" || d.Name != "shop" || len(d.Packages) != 3 || d.Role != inventory.Installed {
				t.Errorf("document %+v", d)
			}
			if !Is([]byte(text[:min(len(text), 1000)])) {
				t.Error("Is says no")
			}
		})
	}
}

// TestRead_cutShort cuts every sample in many places, near its end in all: none of it may look like a document.
func TestRead_cutShort(t *testing.T) {
	for format, text := range samples() {
		text = strings.TrimRight(text, "\n")
		if format == "SPDX 2 tag-value" {
			// Lines stand alone in this format, so only a text that is left open shows that it is cut.
			text = text[:strings.Index(text, "two lines</text>")+10]
			if _, err := Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), "line 11: the document is cut short: the text that begins on line 9 has no end") {
				t.Errorf("%s: %v", format, err)
			}
			continue
		}
		for n := 0; n < len(text); n++ {
			if n+100 < len(text) {
				n += 6
			}
			if s, err := Read(strings.NewReader(text[:n])); err == nil {
				t.Fatalf("%s cut at byte %d is read as %+v", format, n, s)
			}
		}
	}
}

func TestRead_refuses(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"empty", " \n", "read SBOM: byte 0: the document is empty"},
		{"other JSON", `{"name": "x", "packages": {}}`, "byte 26: an object where an array is expected"},
		{"no SBOM", `{"name": "x"}`, "neither CycloneDX"},
		{"package-lock", `{"name": "x", "lockfileVersion": 3, "dependencies": []}`, "neither CycloneDX"},
		{"text", "hello", "neither CycloneDX"},
		{"other XML", "<project/>", "neither CycloneDX"},
		{"two formats", `{"bomFormat": "CycloneDX", "specVersion": "1.4", "packages": [], "components": []}`, "neither CycloneDX"},
		{"two formats of SPDX", `{"spdxVersion": "SPDX-2.3", "@graph": []}`, "neither CycloneDX"},
		{"twice", `{"bomFormat": "CycloneDX", "components": [], "components": []}`, `the member "components" stands twice`},
		{"wrapped twice", `{"bomFormat": "CycloneDX", "components": [], "predicate": {"components": []}}`, `the member "components" stands twice`},
		{"version of CycloneDX", `{"bomFormat": "CycloneDX", "specVersion": "2.0"}`, `CycloneDX version "2.0": want 1.0 to 1.7`},
		{"version of SPDX", `{"spdxVersion": "SPDX-1.2"}`, `SPDX version "SPDX-1.2"`},
		{"version of SPDX 3", `{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": []}`, "does not say its version"},
		{"name twice", `{"bomFormat": "CycloneDX", "specVersion": "1.4", "components": [{"name": "a", "name": "b"}]}`, `byte 85: the member "name" stands twice`},
		{"document type", `<?xml version="1.0"?><!DOCTYPE bom [<!ENTITY a "b">]><bom xmlns="http://cyclonedx.org/schema/bom/1.4"/>`, "line 1: a document type or other directive"},
		{"entity", `<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><components><component type="library"><name>&lol;</name></component></components></bom>`, "invalid character entity &lol;"},
		{"encoding", `<?xml version="1.0" encoding="latin1"?><bom xmlns="http://cyclonedx.org/schema/bom/1.4"/>`, "encoding"},
		{"two roots", `<bom xmlns="http://cyclonedx.org/schema/bom/1.4"/><bom/>`, "a second root element"},
		{"deep XML", `<bom xmlns="http://cyclonedx.org/schema/bom/1.4">` + strings.Repeat("<a>", 300), "nested deeper than 200"},
		{"deep components", `{"bomFormat": "CycloneDX", "components": ` + strings.Repeat(`[{"components": `, 150), "nested deeper than 200"},
		{"no tag", "SPDXVersion: SPDX-2.3\nnonsense\n", `line 2: "nonsense" is no tag with a value`},
		{"no version", "# SPDXVersion:\nPackageName: a\n", `SPDX version ""`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := Read(strings.NewReader(c.in))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%+v, %v: want %q", s, err, c.want)
			}
		})
	}
}

// inside puts components into a CycloneDX document.
func inside(t *testing.T, components string) *SBOM {
	t.Helper()
	s, err := Read(strings.NewReader(`{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [` + components + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRead_hostileNames(t *testing.T) {
	s := inside(t, `{"name": "a\u001b[31mb", "type": "library"},
		{"name": "`+strings.Repeat("n", 600)+`"}, {"name": "c", "version": "1\u0007"}, {"name": "x", "purl": "pkg:npm/%1b%5b0m"},
		{"name": "", "type": "library"},
		{"name": "../../<b>::error::x", "purl": "pkg:npm/..%2f..%2f%3Cb%3E::error::x@1"}`)
	want := []inventory.Package{{Name: "x"}, {Ecosystem: "npm", Name: "../../<b>::error::x", Version: "1"}}
	if diff := cmp.Diff(want, s.Packages); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if s.Components != 6 || len(s.Unknown) != 6 {
		t.Errorf("%d components, unknown %q", s.Components, s.Unknown)
	}
	for _, sentence := range s.Unknown {
		if strings.ContainsAny(sentence, "\x1b\x07") || len(sentence) > 400 {
			t.Errorf("sentence %q", sentence)
		}
	}
}

func TestRead_distribution(t *testing.T) {
	s := inside(t, `{"type": "operating-system", "bom-ref": "os", "name": "debian", "version": "12.4"},
		{"name": "a", "purl": "pkg:deb/debian/a@1?distro=debian-12.4"}, {"name": "b", "purl": "pkg:deb/debian/b@1"}, {"name": "c", "purl": "pkg:deb/c@1"},
		{"name": "d", "purl": "pkg:npm/d@1"}`)
	for _, p := range s.Packages[:3] {
		if p.Ecosystem != "Debian:12" {
			t.Errorf("%s is of %s", p.Name, p.Ecosystem)
		}
	}
	if d := s.Distribution; d.ID != "debian" || d.Ecosystem != "Debian:12" || s.Components != 5 || len(s.Packages) != 4 || len(s.Unknown) != 0 {
		t.Errorf("distribution %+v of %d, %d, unknown %q", d, s.Components, len(s.Packages), s.Unknown)
	}
	if d := inside(t, `{"name": "a", "purl": "pkg:apk/alpine/a@1?distro=alpine-3.16.2"}`).Distribution; d.Ecosystem != "Alpine:v3.16" || d.ID != "alpine" || d.VersionID != "3.16" {
		t.Errorf("distribution by its packages: %+v", d)
	}
	if d := inside(t, `{"name": "a", "purl": "pkg:apk/alpine/a@1?distro=alpine-3.16.2"}, {"name": "b", "purl": "pkg:deb/debian/b@1?distro=debian-12"}`).Distribution; d.ID != "" {
		t.Errorf("packages of two distributions make it %+v", d)
	}
}

func TestRead_whatIsLeftOpen(t *testing.T) {
	s := inside(t, `{"name": "a"}, {"name": "b"}, {"name": "c"}, {"group": "g", "name": "d"}, {"name": "e", "purl": "pkg:oci/e@1"}, {"name": "f", "purl": "pkg:rpm/fedora/f@1?distro=fedora-39"},
		{"name": "g", "purl": "nonsense"}, {"name": "Trivy's file", "type": "application", "properties": [{"name": "aquasecurity:trivy:Class", "value": "lang-pkgs"}]}`)
	for _, want := range []string{
		`5 components are without a package URL that names an ecosystem, so no advisory can be matched: "a", "b", "c" and 2 more`,
		`1 package is of "oci", for which OSV has no advisories`, `1 package is of "Fedora:39", for which OSV has no advisories`,
		`package URL "nonsense": does not begin with "pkg:"`,
	} {
		if !slices.ContainsFunc(s.Unknown, func(u string) bool { return strings.Contains(u, want) }) {
			t.Errorf("%q is not among %q", want, s.Unknown)
		}
	}
	if len(s.Packages) != 7 || s.Packages[3].Name != "g/d" {
		t.Errorf("%d packages", len(s.Packages))
	}
}

func TestRead_edgesThroughFilesAndServices(t *testing.T) {
	s, err := Read(strings.NewReader(`{"dependencies": [{"ref": "root", "dependsOn": ["lock", "svc"]}, {"ref": "lock", "dependsOn": ["pkg:npm/a@1", "gone"]}],
		"components": [{"name": "lock", "bom-ref": "lock", "type": "file"}, {"name": "a", "purl": "pkg:npm/a@1"}, {"name": "a", "purl": "pkg:npm/a@1"}],
		"services": [{"bom-ref": "svc", "name": "api"}], "metadata": {"component": {"name": "r", "bom-ref": "root"}}, "specVersion": "1.7", "bomFormat": "CycloneDX"}`))
	if err != nil {
		t.Fatal(err)
	}
	if !s.Packages[0].Direct || s.Packages[1].Direct || len(s.Packages) != 2 {
		t.Errorf("%+v", s.Packages)
	}
	if want := []string{"1 dependency names what the document does not list"}; !cmp.Equal(s.Unknown, want) {
		t.Errorf("unknown %q", s.Unknown)
	}
}

func TestRead_wrapped(t *testing.T) {
	for _, text := range []string{
		`{"sbom": ` + sampleSPDXJSON + `}`, "\xef\xbb\xbf " + sampleCycloneJSON,
		`{"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://cyclonedx.org/bom", "predicate": ` + sampleCycloneJSON + `}`,
	} {
		if s, err := Read(strings.NewReader(text)); err != nil || len(s.Packages) != 3 {
			t.Errorf("%.30q: %v", text, err)
		}
	}
}

func TestRead_scopes(t *testing.T) {
	relation := func(from, kind, to string) string {
		return fmt.Sprintf("Relationship: SPDXRef-%s %s SPDXRef-%s\n", from, kind, to)
	}
	text := "SPDXVersion: SPDX-2.3\n"
	for _, name := range []string{"root", "run", "tool", "both", "deep", "check", "maker", "extra"} {
		text += "PackageName: " + name + "\nSPDXID: SPDXRef-" + name + "\n"
	}
	text += relation("DOCUMENT", "DESCRIBES", "root") + relation("root", "DEPENDS_ON", "run") + relation("tool", "DEV_DEPENDENCY_OF", "root") +
		relation("tool", "DEPENDS_ON", "both") + relation("run", "DEPENDS_ON", "both") + relation("tool", "DEPENDS_ON", "deep") +
		relation("check", "TEST_DEPENDENCY_OF", "root") + relation("maker", "BUILD_DEPENDENCY_OF", "root") + relation("extra", "OPTIONAL_DEPENDENCY_OF", "root")
	s, err := Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]inventory.Scope{}
	for _, p := range s.Packages {
		got[p.Name] = p.Scope
		if p.Optional != (p.Name == "extra") {
			t.Errorf("%s: optional is %v", p.Name, p.Optional)
		}
	}
	want := map[string]inventory.Scope{"run": "", "both": "", "extra": "", "tool": "development", "deep": "development", "check": "test", "maker": "build"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestOf_joinsProjects(t *testing.T) {
	s := Of(Subject{Kind: "application", Package: inventory.Package{Name: "shop"}}, []*inventory.Project{
		{File: "a/package-lock.json", Packages: []inventory.Package{
			{Ecosystem: "npm", Name: "x", Version: "1", Direct: true, Scope: inventory.Development, Requires: []int{1}},
			{Ecosystem: "npm", Name: "y", Version: "1", Scope: inventory.Development},
		}, Unknown: []string{"one"}},
		{File: "b/package-lock.json", Packages: []inventory.Package{
			{Ecosystem: "npm", Name: "z", Version: "1", Requires: []int{1, 7}},
			{Ecosystem: "npm", Name: "x", Version: "1", Licence: "MIT", Requires: []int{0}},
		}, Unknown: []string{"one"}},
	})
	want := &SBOM{
		Subject: Subject{Kind: "application", Package: inventory.Package{Name: "shop"}}, Unknown: []string{"one"},
		Packages: []inventory.Package{
			{Ecosystem: "npm", Name: "x", Version: "1", Direct: true, Licence: "MIT", Requires: []int{1, 2}},
			{Ecosystem: "npm", Name: "y", Version: "1", Scope: inventory.Development},
			{Ecosystem: "npm", Name: "z", Version: "1", Requires: []int{0}},
		},
		Where: [][]string{{"a/package-lock.json", "b/package-lock.json"}, {"a/package-lock.json"}, {"b/package-lock.json"}},
	}
	if diff := cmp.Diff(want, s, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func FuzzRead(f *testing.F) {
	for _, text := range samples() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Read(strings.NewReader(text))
		if err != nil {
			return
		}
		if s.Format == "" || len(s.Packages) > s.Components || s.Where != nil && len(s.Where) != len(s.Packages) {
			t.Fatalf("%+v", s)
		}
		for i, p := range s.Packages {
			if !possible(p.Name) {
				t.Fatalf("impossible name %q", p.Name)
			}
			for n, r := range p.Requires {
				if r < 0 || r >= len(s.Packages) || r == i || n > 0 && p.Requires[n-1] >= r {
					t.Fatalf("package %d of %d requires %v", i, len(s.Packages), p.Requires)
				}
			}
		}
	})
}
