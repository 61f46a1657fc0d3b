package sbom

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/inventory"
)

// both are packages and their purls, each of which must give the other.
func both() []struct {
	purl string
	pkg  inventory.Package
} {
	type p = inventory.Package
	return []struct {
		purl string
		pkg  inventory.Package
	}{
		{"pkg:npm/lodash@4.17.21", p{Ecosystem: "npm", Name: "lodash", Version: "4.17.21"}},
		{"pkg:npm/%40babel/core@7.0.0-beta.1", p{Ecosystem: "npm", Name: "@babel/core", Version: "7.0.0-beta.1"}},
		{"pkg:pypi/ruamel-yaml@0.17", p{Ecosystem: "PyPI", Name: "ruamel-yaml", Version: "0.17"}},
		{"pkg:golang/github.com/BurntSushi/toml@v0.3.1", p{Ecosystem: "Go", Name: "github.com/BurntSushi/toml", Version: "0.3.1"}},
		{"pkg:golang/github.com/docker/docker@v20.10.7%2Bincompatible", p{Ecosystem: "Go", Name: "github.com/docker/docker", Version: "20.10.7+incompatible"}},
		{"pkg:golang/stdlib@1.20.4", p{Ecosystem: "Go", Name: "stdlib", Version: "1.20.4"}},
		{"pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1", p{Ecosystem: "Maven", Name: "org.apache.logging.log4j:log4j-core", Version: "2.14.1"}},
		{"pkg:cargo/rand@0.7.2", p{Ecosystem: "crates.io", Name: "rand", Version: "0.7.2"}},
		{"pkg:gem/rails@7.0.4.1", p{Ecosystem: "RubyGems", Name: "rails", Version: "7.0.4.1"}},
		{"pkg:composer/laravel/framework@v9.1.0", p{Ecosystem: "Packagist", Name: "laravel/framework", Version: "v9.1.0"}},
		{"pkg:nuget/Newtonsoft.Json@12.0.3", p{Ecosystem: "NuGet", Name: "Newtonsoft.Json", Version: "12.0.3"}},
		{"pkg:pub/http@0.13.3", p{Ecosystem: "Pub", Name: "http", Version: "0.13.3"}},
		{"pkg:hex/phoenix@1.7.0", p{Ecosystem: "Hex", Name: "phoenix", Version: "1.7.0"}},
		{"pkg:swift/github.com/apple/swift-nio@2.40.0", p{Ecosystem: "SwiftURL", Name: "github.com/apple/swift-nio", Version: "2.40.0"}},
		{"pkg:conan/openssl@3.0.3", p{Ecosystem: "ConanCenter", Name: "openssl", Version: "3.0.3"}},
		{"pkg:cran/A3@0.9.1", p{Ecosystem: "CRAN", Name: "A3", Version: "0.9.1"}},
		{"pkg:hackage/xml-conduit@1.9.1.1", p{Ecosystem: "Hackage", Name: "xml-conduit", Version: "1.9.1.1"}},
		{"pkg:julia/HTTP@1.10.0", p{Ecosystem: "Julia", Name: "HTTP", Version: "1.10.0"}},
		{"pkg:conda/absl-py@0.4.1", p{Ecosystem: "conda", Name: "absl-py", Version: "0.4.1"}},
		{"pkg:cocoapods/AFNetworking@4.0.1", p{Ecosystem: "CocoaPods", Name: "AFNetworking", Version: "4.0.1"}},
		{"pkg:githubactions/actions/checkout@v4", p{Ecosystem: "GitHub Actions", Name: "actions/checkout", Version: "v4"}},
		{"pkg:bitnami/wordpress@6.2.0", p{Ecosystem: "Bitnami", Name: "wordpress", Version: "6.2.0"}},
		{"pkg:generic/openssl@1.1.10g", p{Name: "openssl", Version: "1.1.10g"}},
		{"pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12&upstream=openssl",
			p{Ecosystem: "Debian:12", Name: "libssl3", Version: "3.0.11-1~deb12u2", Arch: "amd64", Source: inventory.Source{Name: "openssl"}}},
		{"pkg:deb/debian/attr@1:2.4.47-2%2Bb1?arch=amd64&distro=debian-8&upstream=attr%401:2.4.47-2",
			p{Ecosystem: "Debian:8", Name: "attr", Version: "1:2.4.47-2+b1", Arch: "amd64", Source: inventory.Source{Name: "attr", Version: "1:2.4.47-2"}}},
		{"pkg:deb/ubuntu/dpkg@1.19?distro=ubuntu-20.04", p{Ecosystem: "Ubuntu:20.04:LTS", Name: "dpkg", Version: "1.19"}},
		{"pkg:deb/ubuntu/dpkg@1.19?distro=ubuntu-23.10", p{Ecosystem: "Ubuntu:23.10", Name: "dpkg", Version: "1.19"}},
		{"pkg:deb/ubuntu/dpkg@1.19?distro=ubuntu-Pro:18.04:LTS", p{Ecosystem: "Ubuntu:Pro:18.04:LTS", Name: "dpkg", Version: "1.19"}},
		{"pkg:apk/alpine/musl@1.2.4-r2?arch=x86_64&distro=alpine-3.18", p{Ecosystem: "Alpine:v3.18", Name: "musl", Version: "1.2.4-r2", Arch: "x86_64"}},
		{"pkg:apk/alpine/musl@1.2.4-r2?distro=alpine-edge", p{Ecosystem: "Alpine:edge", Name: "musl", Version: "1.2.4-r2"}},
		{"pkg:apk/wolfi/git@2.39.0-r1", p{Ecosystem: "Wolfi", Name: "git", Version: "2.39.0-r1"}},
		{"pkg:rpm/redhat/vim-minimal@7.4.160-5.el7?arch=x86_64&distro=redhat-7&epoch=2&upstream=vim",
			p{Ecosystem: "Red Hat:enterprise_linux:7", Name: "vim-minimal", Version: "2:7.4.160-5.el7", Arch: "x86_64", Source: inventory.Source{Name: "vim"}}},
		{"pkg:rpm/redhat/vim@8?distro=redhat-rhel_aus:8.4::appstream", p{Ecosystem: "Red Hat:rhel_aus:8.4::appstream", Name: "vim", Version: "8"}},
		{"pkg:rpm/rocky/bash@5.1.8-6.el9?distro=rocky-9", p{Ecosystem: "Rocky Linux:9", Name: "bash", Version: "5.1.8-6.el9"}},
		{"pkg:rpm/almalinux/bash@5.1.8?distro=almalinux-9", p{Ecosystem: "AlmaLinux:9", Name: "bash", Version: "5.1.8"}},
		{"pkg:rpm/suse/bash@4.4?distro=sles-15.5", p{Ecosystem: "SUSE:Linux Enterprise Server 15 SP5", Name: "bash", Version: "4.4"}},
		{"pkg:rpm/opensuse/bash@4.4?distro=opensuse-leap-15.5", p{Ecosystem: "openSUSE:Leap 15.5", Name: "bash", Version: "4.4"}},
		{"pkg:rpm/azurelinux/bash@5.2?distro=azurelinux-3", p{Ecosystem: "Azure Linux:3", Name: "bash", Version: "5.2"}},
		{"pkg:rpm/openeuler/bash@5.2?distro=openeuler-22.03-lts", p{Ecosystem: "openEuler:22.03-lts", Name: "bash", Version: "5.2"}},
		{"pkg:rpm/fedora/bash@5.2?distro=fedora-39", p{Ecosystem: "Fedora:39", Name: "bash", Version: "5.2"}},
		{"pkg:deb/dpkg@1.19", p{Ecosystem: "dpkg", Name: "dpkg", Version: "1.19"}},
		{"pkg:deb/raspbian/dpkg@1.19", p{Ecosystem: "deb/raspbian", Name: "dpkg", Version: "1.19"}},
	}
}

func TestPURL_bothWays(t *testing.T) {
	for _, c := range both() {
		if got := PURL(&c.pkg); got != c.purl {
			t.Errorf("PURL(%s %s) = %s, want %s", c.pkg.Ecosystem, c.pkg.Name, got, c.purl)
		}
		got, err := FromPURL(c.purl)
		if err != nil {
			t.Error(err)
		} else if diff := cmp.Diff(c.pkg, got); diff != "" {
			t.Errorf("FromPURL(%s): (-want +got)\n%s", c.purl, diff)
		}
	}
}

func TestFromPURL_asOtherToolsWriteThem(t *testing.T) {
	for purl, want := range map[string]inventory.Package{
		"pkg:npm/@babel/core@7.1.0": {Ecosystem: "npm", Name: "@babel/core", Version: "7.1.0"},
		"PKG:PyPI/Ruamel.Yaml@0.17": {Ecosystem: "PyPI", Name: "ruamel-yaml", Version: "0.17"},
		"pkg:pypi/zope__interface":  {Ecosystem: "PyPI", Name: "zope-interface"},
		"pkg:golang/google.golang.org/genproto@v0.1.0#googleapis/api/annotations":        {Ecosystem: "Go", Name: "google.golang.org/genproto", Version: "0.1.0"},
		"pkg:golang/github.com/mongodb/mongo-tools@(devel)":                              {Ecosystem: "Go", Name: "github.com/mongodb/mongo-tools"},
		"pkg:golang/stdlib@go1.20.4":                                                     {Ecosystem: "Go", Name: "stdlib", Version: "1.20.4"},
		"pkg:maven/org.x/y@1?type=jar&classifier=sources":                                {Ecosystem: "Maven", Name: "org.x:y", Version: "1"},
		"pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie":                           {Ecosystem: "Debian:8", Name: "curl", Version: "7.50.3-1", Arch: "i386"},
		"pkg:deb/debian/libattr1@2.4.48-4?distro=debian-10.2&epoch=1":                    {Ecosystem: "Debian:10", Name: "libattr1", Version: "1:2.4.48-4"},
		"pkg:deb/debian/libattr1@1:2.4.48-4?distro=debian-10.2&epoch=1":                  {Ecosystem: "Debian:10", Name: "libattr1", Version: "1:2.4.48-4"},
		"pkg:deb/debian/x@1?distro=sid":                                                  {Ecosystem: "Debian", Name: "x", Version: "1"},
		"pkg:deb/ubuntu/x@1?distro=jammy":                                                {Ecosystem: "Ubuntu:22.04:LTS", Name: "x", Version: "1"},
		"pkg:deb/x@1?distro=bookworm":                                                    {Ecosystem: "dpkg", Name: "x", Version: "1"},
		"pkg:deb/x@1?distro=debian-12":                                                   {Ecosystem: "Debian:12", Name: "x", Version: "1"},
		"pkg:apk/alpine/x@1?distro=v3.10":                                                {Ecosystem: "Alpine:v3.10", Name: "x", Version: "1"},
		"pkg:apk/alpine/x@1?distro=3.16.2":                                               {Ecosystem: "Alpine:v3.16", Name: "x", Version: "1"},
		"pkg:alpine/libcrypto1.1@1.1.1q-r0?upstream=openssl&distro=alpine-3.16.2":        {Ecosystem: "Alpine:v3.16", Name: "libcrypto1.1", Version: "1.1.1q-r0", Source: inventory.Source{Name: "openssl"}},
		"pkg:apk/wolfi/x@1?distro=wolfi-20230201":                                        {Ecosystem: "Wolfi", Name: "x", Version: "1"},
		"pkg:rpm/rhel/x@1-2?distro=rhel-9.2&upstream=y-3-4.src.rpm":                      {Ecosystem: "Red Hat:enterprise_linux:9", Name: "x", Version: "1-2", Source: inventory.Source{Name: "y", Version: "3-4"}},
		"pkg:rpm/alma/x@1?distro=alma-9.3":                                               {Ecosystem: "AlmaLinux:9", Name: "x", Version: "1"},
		"pkg:rpm/opensuse/x@1?distro=opensuse-tumbleweed-20240101":                       {Ecosystem: "openSUSE:Tumbleweed", Name: "x", Version: "1"},
		"pkg:oci/kubectl@sha256:ee39?arch=amd64&repository_url=registry.example/kubectl": {Ecosystem: "oci", Name: "kubectl", Version: "sha256:ee39", Arch: "amd64"},
		"pkg:conan/bincrafters/openssl@1.1.1?user=bincrafters&channel=stable":            {Ecosystem: "ConanCenter", Name: "bincrafters/openssl", Version: "1.1.1"},
	} {
		got, err := FromPURL(purl)
		if err != nil {
			t.Error(err)
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("FromPURL(%s): (-want +got)\n%s", purl, diff)
		}
	}
}

func TestFromPURL_refuses(t *testing.T) {
	for _, purl := range []string{
		"", "pkg:", "pkg:npm", "pkg:npm/", "npm/lodash@1", "http://example.com", "pkg:npm/@scope", "pkg:npm/a%1b%5b31mb", "pkg:npm/%00",
		"pkg:npm/a@%07", "pkg:npm/a%zz", "pkg:deb/debian/x?arch=%1b", "pkg:npm/" + strings.Repeat("a", 513), "pkg:npm/a?x=" + strings.Repeat("a", maxPURL),
		"pkg:npm/%ff",
	} {
		if p, err := FromPURL(purl); err == nil {
			t.Errorf("FromPURL(%.60q) gives %+v, and no error", purl, p)
		} else if strings.ContainsAny(err.Error(), "\x1b\x07\x00") {
			t.Errorf("the error for %.60q would act on a terminal", purl)
		}
	}
}

// TestPURL_roundTrip makes packages at random and wants each back from its purl.
func TestPURL_roundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 5_000 {
		p := randomPackage(r)
		purl := PURL(&p)
		got, err := FromPURL(purl)
		if err != nil {
			t.Fatalf("%+v: %v", p, err)
		}
		if got.Ecosystem != p.Ecosystem || got.Name != p.Name || got.Version != p.Version || got.Arch != p.Arch || got.Source != p.Source {
			t.Fatalf("%s gives %+v, want %+v", purl, got, p)
		}
		if again := PURL(&got); again != purl {
			t.Fatalf("%s becomes %s", purl, again)
		}
	}
}

// randomPackage makes a package as readers make them, with the fields a purl carries.
func randomPackage(r *rand.Rand) inventory.Package {
	known := both()
	p := known[r.IntN(len(known))].pkg
	word := func(letters string, most int) string {
		b := make([]byte, 1+r.IntN(most))
		for i := range b {
			b[i] = letters[r.IntN(len(letters))]
		}
		return string(b)
	}
	const lower = "abcxyz0189"
	letters := lower + "-_.+~!'()* %&=#?@:\"<>"
	switch p.Ecosystem {
	case "npm":
		p.Name = word(lower+"-_.~ %#?<>", 12)
		if r.IntN(2) == 0 {
			p.Name = "@" + word(lower, 5) + "/" + p.Name
		}
	case "PyPI":
		p.Name = word(lower, 5) + "-" + word(lower, 5)
	case "Maven":
		p.Name = word(lower+".", 8) + ":" + word(letters, 8)
	case "Go":
		p.Name = "example.com/" + word(letters+"AB", 8) + "/" + word(letters, 8)
	case "SwiftURL":
		p.Name = "example.com/" + word(lower+"AB", 8)
	case "Packagist", "GitHub Actions":
		p.Name = word(lower, 8) + "/" + word(lower, 8)
	default:
		p.Name = word(letters, 12)
	}
	p.Version = word(lower+".-+~^ %", 10)
	if strings.HasPrefix(p.Version, "v") || p.Ecosystem == "Go" {
		p.Version = "1." + p.Version
	}
	if strings.Contains(p.Ecosystem, ":") && r.IntN(2) == 0 {
		p.Source = inventory.Source{Name: p.Name + word(letters, 5), Version: word(lower, 3)}
		if r.IntN(2) == 0 {
			p.Source.Version = ""
		}
	}
	return p
}

func FuzzFromPURL(f *testing.F) {
	for _, c := range both() {
		f.Add(c.purl)
	}
	f.Add("pkg:npm/@a/b@1?x=y#../z")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := FromPURL(s)
		if err != nil {
			return
		}
		if !possible(p.Name) {
			t.Fatalf("%q gives the impossible name %q", s, p.Name)
		}
		once := PURL(&p)
		again, err := FromPURL(once)
		if err != nil {
			t.Fatalf("%q becomes %q, which is none: %v", s, once, err)
		}
		if twice := PURL(&again); twice != once {
			t.Fatalf("%q becomes %q and then %q", s, once, twice)
		}
	})
}
