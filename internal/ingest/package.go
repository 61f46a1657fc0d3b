package ingest

import (
	"slices"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/sbom"
)

// packageKinds are the words that tools have for kinds of packages, after the type (and namespace) of the package URL that they mean.
const packageKinds = `npm: npm yarn pnpm bun node-pkg nodepkg nodejs node javascript js
pypi: pypi pip pipenv poetry uv pylock python python-pkg pythonpkg setuptools
golang: golang go gomod gobinary gomodules golangdep govendor go-module
maven: maven jar pom gradle gradle-lockfile sbt ivy scala java java-archive
gem: gem ruby rubygems bundler gemspec
composer: composer composer-vendor php packagist php-composer php-composer-lock php-composer-installed
nuget: nuget dotnet dotnet-core dotnet-pkg packages-props paket .net csharp
cargo: cargo rust rustbinary rust-crate crates.io
hex: hex mix erlang elixir
pub: pub dart dart-pub
swift: swift swiftpm swifturl
cocoapods: cocoapods pod ios
conan: conan conancenter
cran: cran r r-package
hackage: hackage haskell stack cabal
julia: julia
conda: conda conda-pkg conda-environment
githubactions: githubactions actions github-action github-actions
bitnami: bitnami
generic: generic binary unmanaged cpp
deb/debian: debian
deb/ubuntu: ubuntu
deb/echo: echo
apk/alpine: alpine
apk/wolfi: wolfi
apk/chainguard: chainguard
apk/minimos: minimos
rpm/redhat: redhat rhel red-hat-enterprise-linux
rpm/centos: centos
rpm/rocky: rocky rockylinux rocky-linux
rpm/almalinux: almalinux alma
rpm/amzn: amzn amazon amazonlinux amazon-linux
rpm/oracle: oracle oraclelinux ol
rpm/fedora: fedora
rpm/opensuse: opensuse opensuse-leap opensuse.leap
rpm/suse: suse sles sle suse-linux-enterprise-server
rpm/photon: photon
rpm/azurelinux: azurelinux azure mariner cbl-mariner
rpm/openeuler: openeuler
rpm/mageia: mageia`

var packageWords = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for line := range strings.SplitSeq(packageKinds, "\n") {
		kind, words, _ := strings.Cut(line, ":")
		for _, w := range strings.Fields(words) {
			out[w] = kind
		}
	}
	return out
})

// packageKind gives the type of package URLs that a tool's word means, with the namespace of a distribution; "" for what nobody knows.
func packageKind(word string) string {
	return packageWords()[strings.ReplaceAll(strings.ToLower(strings.TrimSpace(word)), " ", "-")]
}

// isDistribution tells of a tool's word whether it names a distribution.
func isDistribution(word string) bool { return strings.Contains(packageKind(word), "/") }

// ecosystemOf gives OSV's ecosystem for a tool's word for a kind of packages and, for distributions, their release.
func ecosystemOf(word, release string) string {
	kind := packageKind(word)
	if kind == "" {
		return ""
	}
	url := "pkg:" + kind + "/x@0"
	if _, id, found := strings.Cut(kind, "/"); found && release != "" {
		url += "?distro=" + id + "-" + strings.Fields(release + " ")[0]
	}
	p, err := sbom.FromPURL(url)
	if err != nil {
		return ""
	}
	return p.Ecosystem
}

// componentFor names a package as OSV does. Word and release are the tool's for its kind; they count where purl is none or does not say.
func componentFor(purl, word, release, name, version string) finding.Component {
	if p, err := sbom.FromPURL(purl); err == nil {
		c := finding.Component{PURL: purl, Ecosystem: p.Ecosystem, Name: p.Name, Version: p.Version}
		if c.Version == "" {
			c.Version = version
		}
		if release != "" && !strings.Contains(c.Ecosystem, ":") {
			if exact := ecosystemOf(word, release); strings.HasPrefix(exact, c.Ecosystem+":") {
				c.Ecosystem = exact
			}
		}
		return c
	}
	return componentIn(ecosystemOf(word, release), name, version)
}

// componentIn is a package of one of OSV's ecosystems.
func componentIn(ecosystem, name, version string) finding.Component {
	p := inventory.Package{Ecosystem: ecosystem, Name: strings.TrimSpace(name), Version: strings.TrimSpace(version)}
	c := finding.Component{PURL: sbom.PURL(&p), Ecosystem: ecosystem, Name: p.Name, Version: p.Version}
	if normal, err := sbom.FromPURL(c.PURL); err == nil {
		c.Name, c.Version = normal.Name, normal.Version
	}
	return c
}

// componentOf is a package as the finding's component; nil where it has no name. A package URL counts more than the other words.
func componentOf(ecosystem, name, version, purl string, fixed ...string) *finding.Component {
	c := componentIn(ecosystem, oneLine(name, 500), version)
	if strings.HasPrefix(purl, "pkg:") {
		if told := componentFor(purl, "", "", name, version); told.Name != "" {
			c = told
		}
	}
	if c.Name == "" {
		return nil
	}
	for _, f := range fixed {
		if f = strings.TrimSpace(f); f != "" && !strings.EqualFold(f, "NotAvailable") && !slices.Contains(c.Fixed, f) {
			c.Fixed = append(c.Fixed, f)
		}
	}
	return &c
}

// packageEcosystem gives OSV's ecosystem of what cloud scanners call a package manager (NPM, GOBINARY, PYTHONPKG, OS…) and, for packages of the
// system, a platform (DEBIAN_12, AMAZON_LINUX_2, "debian 12"); "" where it cannot be told.
func packageEcosystem(manager, platform string) string {
	switch word := strings.ToLower(strings.ReplaceAll(strings.TrimSpace(manager), "_", "-")); word {
	case "", "os", "dpkg", "rpm", "apk", "yum", "apt", "zypper":
		return platformEcosystem(platform)
	default:
		return ecosystemOf(word, "")
	}
}

// platformEcosystem gives OSV's ecosystem of a distribution and its release.
func platformEcosystem(platform string) string {
	words := strings.FieldsFunc(strings.ToLower(platform), func(r rune) bool { return strings.ContainsRune("_ -:", r) })
	if len(words) == 0 {
		return ""
	}
	var release []string
	for _, w := range words[1:] {
		if strings.Trim(w, "0123456789.") == "" {
			release = append(release, w)
		}
	}
	return ecosystemOf(words[0], strings.Join(release, "."))
}

// fullVersion puts epoch, version and release together as Debian and RPM write them.
func fullVersion(epoch, version, release string) string {
	if version == "" {
		return ""
	}
	if release != "" && release != "0" {
		version += "-" + release
	}
	if epoch != "" && epoch != "0" {
		version = epoch + ":" + version
	}
	return version
}
