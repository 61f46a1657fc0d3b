package advisory

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRange_followsOSVsAlgorithm writes the algorithm of OSV's schema down a second time, over numbers, and compares.
func TestRange_followsOSVsAlgorithm(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	for range 6_000 {
		var events []Event
		for range 1 + random.IntN(5) {
			v := fmt.Sprintf("%d.0.0", 1+random.IntN(9))
			if random.IntN(6) == 0 {
				v = "0"
			}
			events = append(events, Event{EventKind(1 + random.IntN(4)), v})
		}
		one := Range{"SEMVER", events}
		if sound(semverOrder, &one) != "" {
			continue
		}
		number := func(v string) (n int) {
			_, _ = fmt.Sscanf(v, "%d", &n)
			return n
		}
		for v := 1; v <= 10; v++ {
			want, limited, below := false, false, false
			for at := range 11 { // in order of versions, and at one version fixed, introduced, last affected
				for _, kind := range []EventKind{Fixed, Introduced, LastAffected, Limit} {
					for _, e := range events {
						if e.Kind != kind || number(e.Version) != at {
							continue
						}
						switch {
						case kind == Limit:
							limited = true
							below = below || v < at
						case kind == Introduced && v >= at:
							want = true
						case kind == Fixed && v >= at, kind == LastAffected && v > at:
							want = false
						}
					}
				}
			}
			want = want && (!limited || below)
			version := fmt.Sprintf("%d.0.0", v)
			if got := one.inside(semverOrder, version); got != want {
				t.Fatalf("%s in %v: got %v, want %v", version, events, got, want)
			}
			var c coder
			c.advice(&Affected{Ecosystem: "npm", Ranges: []Range{one}}, false)
			if got, ok := judgeBody(string(c.b[1:]), semverOrder, version, true); !ok || (got == affected) != want {
				t.Fatalf("%s in the bytes of %v: got %v, %v, want %v", version, events, got, ok, want)
			}
		}
	}
}

func TestNormalName(t *testing.T) {
	for _, c := range [][3]string{
		{"PyPI", "Zope.Interface", "zope-interface"}, {"PyPI", "a__-.b", "a-b"}, {"PyPI", "-a-", "-a-"}, {"crates.io", "Serde_JSON", "serde-json"}, {"NuGet", "Newtonsoft.Json", "newtonsoft.json"},
		{"Packagist", "Symfony/HTTP-Kernel", "symfony/http-kernel"}, {"GitHub Actions", "Actions/Checkout", "actions/checkout"}, {"npm", "JSONStream", "JSONStream"},
		{"Maven", "Org.X:Y", "Org.X:Y"}, {"Go", "github.com/BurntSushi/toml", "github.com/BurntSushi/toml"}, {"SwiftURL", "https://GitHub.com/apple/swift-nio.git", "github.com/apple/swift-nio"},
		{"RubyGems", "RedCloth", "RedCloth"}, {"pypi", "A_B", "a-b"}, {"Debian:12", "openssl", "openssl"},
	} {
		if got := NormalName(c[0], c[1]); got != c[2] {
			t.Errorf("%s %s: got %s, want %s", c[0], c[1], got, c[2])
		}
	}
}

func TestScopes_namesReleases(t *testing.T) {
	for ecosystem, want := range map[string][]string{
		"npm": {"npm"}, "Debian:12": {"Debian:12", "Debian"}, "Debian:12.5": {"Debian:12", "Debian"}, "Debian:3.1": {"Debian:3.1", "Debian"}, "Debian": {"Debian"},
		"Ubuntu:22.04:LTS": {"Ubuntu:22.04", "Ubuntu"}, "Ubuntu:23.10": {"Ubuntu:23.10", "Ubuntu"}, "Ubuntu:Pro:22.04:LTS": {"Ubuntu:Pro:22.04", "Ubuntu:22.04", "Ubuntu"},
		"Ubuntu:Pro:FIPS:22.04:LTS": {"Ubuntu:Pro:FIPS:22.04", "Ubuntu:22.04", "Ubuntu"}, "Alpine:v3.19": {"Alpine:v3.19", "Alpine"}, "Alpine:3.19": {"Alpine:v3.19", "Alpine"}, "Alpine:edge": {"Alpine:edge", "Alpine"},
		"Red Hat:enterprise_linux:9::appstream": {"Red Hat:9", "Red Hat"}, "Red Hat:9.4": {"Red Hat:9", "Red Hat"}, "Red Hat:rhel_eus:8.6::baseos": {"Red Hat:rhel_eus:8.6", "Red Hat"},
		"Rocky Linux:9.3": {"Rocky Linux:9", "Rocky Linux"}, "AlmaLinux:8": {"AlmaLinux:8", "AlmaLinux"}, "SUSE:Linux Enterprise Module for Basesystem 15 SP5": {"SUSE:15 SP5", "SUSE"},
		"SUSE:Linux Enterprise Server 15 SP5": {"SUSE:15 SP5", "SUSE"}, "SUSE:Linux Enterprise Server 15 SP4-LTSS": {"SUSE:Linux Enterprise Server 15 SP4-LTSS", "SUSE"}, "SUSE:Linux Enterprise Server 15": {"SUSE:15", "SUSE"},
		"Maven:https://repo.example.org/m2": {"Maven"}, "openEuler:24.03-LTS": {"openEuler:24.03-LTS", "openEuler"}, "Ubuntu:": {"Ubuntu:", "Ubuntu"}, "Alpine:": {"Alpine:", "Alpine"}, "SUSE:Linux Enterprise Server ": {"SUSE:Linux Enterprise Server ", "SUSE"},
	} {
		list, n := scopes(ecosystem)
		if diff := cmp.Diff(want, list[:n]); diff != "" {
			t.Errorf("%s: %s", ecosystem, diff)
		}
	}
	for in, want := range map[string]string{"pypi": "PyPI", "kubernetes": "Kubernetes", "DEBIAN:12": "Debian:12", "Gallifrey": "Gallifrey", "rocky linux:9": "Rocky Linux:9"} {
		if got := canonicalEcosystem(in); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

// pkg writes a record about one package.
func pkg(id, aliases, ecosystem, events string) string {
	return `{"id":"` + id + `","aliases":[` + aliases + `],"affected":[{"package":{"ecosystem":"` + ecosystem + `","name":"p"},"ranges":[{"type":"ECOSYSTEM","events":[` + events + `]}]}]}`
}

func TestMatch_whoseWordCounts(t *testing.T) {
	const cve = `"CVE-2024-0001"`
	for name, c := range map[string]struct {
		records            []string
		ecosystem, version string
		want               string // the record that says so, "" for not affected
	}{
		"the home database":            {[]string{pkg("GLAD-a", cve, "npm", `{"introduced":"0"}`), pkg("GHSA-a", cve, "npm", `{"introduced":"0"},{"fixed":"1.0.0"}`)}, "npm", "2.0.0", ""},
		"an import where it is alone":  {[]string{pkg("GLAD-a", cve, "npm", `{"introduced":"0"}`), pkg("GHSA-a", cve, "PyPI", `{"introduced":"0"},{"fixed":"1.0.0"}`)}, "npm", "2.0.0", "GLAD-a"},
		"a later bulletin":             {[]string{pkg("DSA-1-1", cve, "Debian:12", `{"introduced":"0"},{"fixed":"1.0-1"}`), pkg("DLA-2-1", cve, "Debian:12", `{"introduced":"0"},{"fixed":"1.0-2"}`)}, "Debian:12", "1.0-1", "DLA-2-1"},
		"the tracker before bulletins": {[]string{pkg("DEBIAN-CVE-2024-0001", "", "Debian:12", `{"introduced":"0"},{"fixed":"1.0-1"}`), pkg("DLA-2-1", cve, "Debian:12", `{"introduced":"0"},{"fixed":"1.0-2"}`)}, "Debian:12", "1.0-1", ""},
		"all releases":                 {[]string{pkg("DSA-1-1", cve, "Debian", `{"introduced":"0"},{"fixed":"1.0-1"}`)}, "Debian:12", "0.9-1", "DSA-1-1"},
		"the release before all":       {[]string{pkg("DSA-1-1", cve, "Debian", `{"introduced":"0"},{"fixed":"3.0-1"}`), pkg("DSA-2-1", cve, "Debian:12", `{"introduced":"0"},{"fixed":"1.0-1"}`)}, "Debian:12", "2.0-1", ""},
		"without Pro":                  {[]string{pkg("UBUNTU-CVE-2024-0001", "", "Ubuntu:22.04:LTS", `{"introduced":"0"}`), pkg("USN-1-1", cve, "Ubuntu:Pro:22.04:LTS", `{"introduced":"0"},{"fixed":"1.0-1esm1"}`)}, "Ubuntu:22.04", "1.0-1esm1", "UBUNTU-CVE-2024-0001"},
		"with Pro":                     {[]string{pkg("UBUNTU-CVE-2024-0001", "", "Ubuntu:22.04:LTS", `{"introduced":"0"}`), pkg("USN-1-1", cve, "Ubuntu:Pro:22.04:LTS", `{"introduced":"0"},{"fixed":"1.0-1esm1"}`)}, "Ubuntu:Pro:22.04:LTS", "1.0-1esm1", ""},
		"Pro says nothing":             {[]string{pkg("UBUNTU-CVE-2024-0001", "", "Ubuntu:22.04:LTS", `{"introduced":"0"}`)}, "Ubuntu:Pro:22.04:LTS", "1.0-1", "UBUNTU-CVE-2024-0001"},
		"a local build":                {[]string{pkg("GHSA-a", cve, "PyPI", `{"introduced":"0"},{"last_affected":"2.1.0"}`)}, "PyPI", "2.1.0+cu118", "GHSA-a"},
		"limited":                      {[]string{pkg("GHSA-a", cve, "npm", `{"introduced":"0"},{"limit":"2.0.0"}`)}, "npm", "2.0.0", ""},
		"up to the limit":              {[]string{pkg("GHSA-a", cve, "npm", `{"introduced":"0"},{"limit":"2.0.0"}`)}, "npm", "1.9.9", "GHSA-a"},
	} {
		db := open(t, write(t, nil, func(b *Builder) {
			for _, r := range c.records {
				addAll(t, b, parse(t, r))
			}
		}))
		got := ""
		for _, m := range matches(t, db, c.ecosystem, "p", c.version) {
			if got += m.Record; m.Unknown != "" || m.ID != "CVE-2024-0001" {
				t.Errorf("%s: %+v", name, m)
			}
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestMatch_saysWhatItCannotTell(t *testing.T) {
	db := open(t, write(t, nil, func(b *Builder) {
		addAll(t, b, parse(t, pkg("X-1", "", "Gallifrey", `{"introduced":"0"},{"fixed":"second"}`)),
			parse(t, `{"id":"X-2","affected":[{"package":{"ecosystem":"Skaro","name":"p"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"2.0.0"}]}]}]}`),
			parse(t, `{"id":"X-3","affected":[{"package":{"ecosystem":"Gallifrey","name":"listed"},"versions":["first"]}]}`),
			parse(t, pkg("X-4", "", "GitHub Actions", `{"introduced":"0"},{"fixed":"4.1.7"}`)))
	}))
	for _, c := range [][4]string{
		{"Gallifrey", "p", "first", "the order of versions in \"Gallifrey\" is not known"}, {"Gallifrey", "listed", "first", ""}, {"Gallifrey", "listed", "third", "-"},
		{"Skaro", "p", "1.0.0", ""}, {"Skaro", "p", "2.0.0", "-"}, {"GitHub Actions", "P", "v4.1.6", ""}, {"GitHub Actions", "p", "v4", `"v4" is no version in "GitHub Actions"`},
		{"GitHub Actions", "p", "v4.1.7", "-"},
	} {
		got := "-"
		for _, m := range matches(t, db, c[0], c[1], c[2]) {
			got = m.Unknown
		}
		if got != c[3] {
			t.Errorf("%v: got %q", c, got)
		}
	}
}

func TestUsedVersion_readsGosOwnReleases(t *testing.T) {
	for in, want := range map[string]string{
		"go1.21rc2": "1.21.0-rc.2", "go1.21.3": "1.21.3", "1.20beta1": "1.20.0-beta.1", "go1.22.5 X:boringcrypto": "1.22.5", "1.21.0-rc.2": "1.21.0-rc.2", "rc1": "rc1", "": "",
	} {
		if got := usedVersion("Go", "stdlib", in); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}
